package vonage

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/waba"
)

const (
	// settingBusiness is the WhatsApp Business Account, which has the templates.
	settingBusiness = "whatsapp_business_account_id"
	// Vonage allows 500 in a page and warns of time-outs with that many.
	templatePage = "100"
)

// businessField asks for the account.
func businessField() channels.Field {
	return channels.Field{
		Name: settingBusiness, Title: "WhatsApp Business Account ID", Pattern: `\d{5,25}`, Example: "345688589250625",
		Help: "Only for importing WhatsApp templates: the WABA ID in the Vonage Dashboard under External Accounts.",
	}
}

// ListTemplates reads a page of the account's templates, from Vonage's WhatsApp
// Template Management API. Its templates are Meta's.
func (p *Provider) ListTemplates(ctx context.Context, a channels.Account, page string) (channels.TemplatePage, error) {
	if err := checkComplete(a); err != nil {
		return channels.TemplatePage{}, err
	}
	account := a.Settings[settingBusiness]
	if account == "" {
		return channels.TemplatePage{}, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeSettings, Message: "The channel has no WhatsApp Business Account ID.",
			Hint: "Enter it in the channel's settings; it is in the Vonage Dashboard under External Accounts.",
		}
	}
	query := url.Values{"limit": {templatePage}}
	if page != "" {
		query.Set("after", page)
	}
	body, err := p.call(ctx, a, http.MethodGet, "/v2/whatsapp-manager/wabas/"+url.PathEscape(account)+"/templates?"+query.Encode(), nil)
	if err != nil {
		return channels.TemplatePage{}, err
	}
	var answer struct {
		Templates *[]waba.Template `json:"templates"`
		Paging    struct {
			Cursors struct {
				After string `json:"after"`
			} `json:"cursors"`
			Next string `json:"next"`
		} `json:"paging"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Templates == nil {
		return channels.TemplatePage{}, &channels.SendError{
			Class: channels.ClassRetryable, Code: channels.CodeNoAnswer, Err: err, Message: "Vonage's answer cannot be read.",
			Hint: "Check that the channel's base URL leads to Vonage.",
		}
	}
	found := waba.Page(*answer.Templates)
	if answer.Paging.Next != "" {
		found.Next = answer.Paging.Cursors.After
	}
	return found, nil
}

// custom is a message in the form of the channel behind Vonage.
type custom struct {
	Type     string      `json:"type"`
	Template waba.Object `json:"template"`
}

// beyondBody tells whether a template takes more than Vonage's own form of
// template messages can say, which knows the parameters of the body by their
// places and no others.
func beyondBody(t *channels.Template) bool {
	for _, p := range t.Parameters {
		if p.Kind != channels.ParameterText {
			return true
		}
	}
	return len(channels.Placeholders(t.Body)) != len(t.Parameters) || named(t)
}

func named(t *channels.Template) bool {
	for _, p := range t.Parameters {
		if p.Name == "" || p.Name[0] < '0' || p.Name[0] > '9' {
			return true
		}
	}
	return false
}

// putTemplate sets the fields of a template message.
func (m *message) putTemplate(in flows.Message, t *channels.Template) error {
	if err := t.CheckParameters(in.Parameters); err != nil {
		return err
	}
	if beyondBody(t) {
		m.MessageType = "custom"
		m.Custom = &custom{Type: "template", Template: waba.Object{
			"name":       t.ProviderID,
			"language":   waba.Object{"policy": "deterministic", "code": t.Language},
			"components": waba.Components(t, in.Parameters),
		}}
		return nil
	}
	m.MessageType = "template"
	m.Template = &template{Name: t.ProviderID, Parameters: in.Parameters}
	// The only policy that Meta still has.
	m.WhatsApp = &whatsApp{Policy: "deterministic", Locale: t.Language}
	return nil
}
