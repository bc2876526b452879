// Package infobip sends Viber Business Messages and SMS through Infobip and
// reads its delivery and seen reports.
//
// The facts about the API come from Infobip's public API reference (Viber
// "Send Viber messages" v2, SMS "Send SMS message" v3, account balance) and its
// page "Response status and error codes".
package infobip

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "infobip"

const (
	title = "Infobip"
	// The shared address works for every account; each account also has one
	// of its own (xxxxx.api.infobip.com), which Infobip recommends.
	defaultBaseURL = "https://api.infobip.com"

	credAPIKey          = "api_key"
	credWebhookPassword = "webhook_password"
	settingSender       = "sender"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is Infobip. It keeps no state about accounts.
type Provider struct {
	http  Doer
	now   func() time.Time
	kind  channels.Kind
	codes map[string]channels.KnownCode
}

// New makes the provider.
func New(client Doer) *Provider {
	return &Provider{http: client, now: time.Now, kind: kind(), codes: knownCodes()}
}

// Kind describes Infobip.
func (p *Provider) Kind() channels.Kind { return p.kind }

func kind() channels.Kind {
	return channels.Kind{
		Name:  Name,
		Title: title,
		Help: "Viber Business Messages and SMS through an Infobip account. " +
			"Set the base URL to your account's own, which the Infobip Portal shows beside the API key.",
		ChannelTypes: []channels.ChannelType{channels.Viber, channels.SMS},
		Credentials: []channels.Field{
			{
				Name: credAPIKey, Title: "API key", Required: true, Secret: true, Pattern: `[!-~]{8,256}`,
				Help: "In the Infobip Portal under Developer Tools, API keys. It needs the scopes to send messages and to read the account's balance.",
			},
			{
				Name: credWebhookPassword, Title: "Webhook password", Secret: true, Pattern: `[!-~]{8,256}`,
				Help: "Optional. When set, reports must also carry it as the password of basic authentication; " +
					"enter it in the security settings of your Infobip notification profile too. A subscription in the portal may then call the channel's address.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingSender, Title: "Sender", Required: true, Pattern: `\+?[0-9]{3,15}|[A-Za-z0-9][A-Za-z0-9 &+._-]{1,27}`,
				Example: "MyShop", Help: "The Viber sender or SMS sender ID that Infobip registered for you.",
			},
		},
		Identity: []string{credAPIKey, settingSender},
		Sections: []channels.Section{
			{Name: "account", Title: "Account", Fields: []string{credAPIKey}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingSender}},
			{Name: "callbacks", Title: "Receipts", Folded: true, Fields: []string{credWebhookPassword}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{
			channels.Viber: {Delivered: true, Read: true},
			channels.SMS:   {Delivered: true},
		},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.Viber: {flows.MessageText},
			channels.SMS:   {flows.MessageText},
		},
		HookHelp: "Only for people's answers: in the Infobip Portal as the URL that messages to your number are forwarded to (HTTP, JSON). " +
			"Reports find their way by themselves.",
		Inbound:         true,
		DefaultBaseURL:  defaultBaseURL,
		IgnoresCategory: []channels.ChannelType{channels.SMS},
	}
}

// Verify reads the account's balance, which needs the API key and changes
// nothing. The sender is not checked: Infobip has no call that tells whether a
// Viber sender is registered.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	body, err := p.call(ctx, a, http.MethodGet, "/account/1/balance", nil)
	if err != nil {
		return err
	}
	var account struct {
		Balance  *float64 `json:"balance"`
		Currency string   `json:"currency"`
	}
	if err := json.Unmarshal(body, &account); err != nil || account.Balance == nil {
		return channels.NoAnswer(title, err)
	}
	return nil
}

// call makes a request and returns the body of a 2xx answer.
func (p *Provider) call(ctx context.Context, a channels.Account, method, path string, body []byte) ([]byte, error) {
	base := a.BaseURL
	if base == "" {
		base = defaultBaseURL
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(base, "/")+path, strings.NewReader(string(body)))
	if err != nil {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeSettings,
			Message: "The channel's base URL is not an address.",
			Hint:    "Leave it empty, or write it like " + defaultBaseURL + ".",
		}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "App "+a.Credentials[credAPIKey])
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, channels.NetworkError(title, err)
	}
	if resp.Status < 200 || resp.Status > 299 {
		return nil, p.refused(a, resp)
	}
	return resp.Body, nil
}

// checkComplete catches a channel that was never set up to the end.
func checkComplete(a channels.Account) error {
	missing := ""
	switch {
	case a.Credentials[credAPIKey] == "":
		missing = "API key"
	case a.Settings[settingSender] == "":
		missing = "sender"
	default:
		return nil
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: channels.CodeSettings,
		Message: "The channel has no " + missing + ".",
		Hint:    "Complete the channel's settings and bind it again.",
	}
}
