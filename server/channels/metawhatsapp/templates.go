package metawhatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"sluice/server/channels"
	"sluice/server/channels/waba"
)

const (
	// settingBusiness is the WhatsApp Business Account, which has the templates.
	settingBusiness = "business_account_id"
	// templateFields are what is asked for; Meta leaves most out otherwise.
	templateFields = "id,name,language,status,category,parameter_format,rejected_reason,quality_score,components"
	templatePage   = "100"
)

// businessField asks for the account.
func businessField() channels.Field {
	return channels.Field{
		Name: settingBusiness, Title: "WhatsApp Business Account ID", Pattern: `\d{5,25}`, Example: "102290129340398",
		Help: "For importing templates. On the app's WhatsApp API Setup page. Empty: Meta is asked for the number's account.",
	}
}

// ListTemplates reads a page of the account's templates: an edge of the WhatsApp
// Business Account, paged by cursors.
func (p *Provider) ListTemplates(ctx context.Context, a channels.Account, page string) (channels.TemplatePage, error) {
	if err := checkComplete(a); err != nil {
		return channels.TemplatePage{}, err
	}
	account := a.Settings[settingBusiness]
	if account == "" {
		var err error
		if account, err = p.businessOf(ctx, a); err != nil {
			return channels.TemplatePage{}, err
		}
	}
	query := url.Values{"fields": {templateFields}, "limit": {templatePage}}
	if page != "" {
		query.Set("after", page)
	}
	req, err := p.api.Request(ctx, a, http.MethodGet, account, "/message_templates", query, nil)
	if err != nil {
		return channels.TemplatePage{}, err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return channels.TemplatePage{}, accountRefused(err)
	}
	var answer struct {
		Data   *[]waba.Template `json:"data"`
		Paging struct {
			Cursors struct {
				After string `json:"after"`
			} `json:"cursors"`
			// Next is an address that holds the token, so only whether it is
			// there counts.
			Next string `json:"next"`
		} `json:"paging"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Data == nil {
		return channels.TemplatePage{}, unreadableList(err)
	}
	found := waba.Page(*answer.Data)
	if answer.Paging.Next != "" {
		found.Next = answer.Paging.Cursors.After
	}
	return found, nil
}

// businessOf finds the account that the number belongs to. It is among the
// entities that Meta names in the number's health.
func (p *Provider) businessOf(ctx context.Context, a channels.Account) (string, error) {
	req, err := p.api.Request(ctx, a, http.MethodGet, a.Settings[settingPhoneNumber], "", url.Values{"fields": {"health_status"}}, nil)
	if err != nil {
		return "", err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return "", numberRefused(err)
	}
	var number struct {
		Health struct {
			Entities []struct {
				Type string `json:"entity_type"`
				ID   string `json:"id"`
			} `json:"entities"`
		} `json:"health_status"`
	}
	if err := json.Unmarshal(body, &number); err != nil {
		return "", unreadableList(err)
	}
	for _, e := range number.Health.Entities {
		if e.Type == "WABA" && e.ID != "" {
			return e.ID, nil
		}
	}
	return "", &channels.SendError{
		Class: channels.ClassPermanent, Code: channels.CodeSettings, Message: "Meta does not say which WhatsApp Business Account the number belongs to.",
		Hint: "Enter the WhatsApp Business Account ID in the channel's settings.",
	}
}

// accountRefused says what an "invalid parameter" is about when an account is
// all that was asked for.
func accountRefused(err error) error {
	se := channels.AsSendError(err)
	if se.Code == "100" && !strings.Contains(se.Message, "app secret") {
		se.Class = channels.ClassPermanent
		se.Message = "The WhatsApp Business Account ID is not that of an account which the token may read."
		se.Hint = "Copy it from the app's API Setup page, and give the system user the account and whatsapp_business_management."
	}
	return se
}

// unreadableList is channels.NoAnswer for a question that changes nothing.
func unreadableList(err error) error {
	se := channels.NoAnswer(title, err)
	se.Class, se.Message = channels.ClassRetryable, "Meta's answer cannot be read."
	return se
}
