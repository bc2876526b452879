// Package twilio sends SMS, WhatsApp and Messenger messages through Twilio's Programmable
// Messaging API and reads its webhooks.
//
// The facts about the API come from Twilio's public documentation: the
// Messages resource, the message status callbacks, the security page on
// request signatures, and the error code dictionary.
package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "twilio"

const (
	title          = "Twilio"
	defaultBaseURL = "https://api.twilio.com"
	apiVersion     = "2010-04-01"

	// Addresses that are not of the telephone network say what they are of.
	whatsAppPrefix  = "whatsapp:"
	messengerPrefix = "messenger:"

	// sandboxNumber is the WhatsApp sender that all of Twilio's customers can
	// try things with (https://www.twilio.com/docs/whatsapp/sandbox).
	sandboxNumber = "+14155238886"

	credAccountSID = "account_sid"
	credAuthToken  = "auth_token"
	credKeySID     = "api_key_sid"
	credKeySecret  = "api_key_secret"
	settingSender  = "sender"

	// settingWaiting says who holds messages with a time: we or Twilio.
	settingWaiting = "scheduling"
	waitingHere    = "sluice"
	waitingThere   = "twilio"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is Twilio. It keeps no state about accounts.
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

// Kind describes Twilio.
func (p *Provider) Kind() channels.Kind { return p.kind }

func kind() channels.Kind {
	media := []flows.MessageType{
		flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageVideo, flows.MessageAudio, flows.MessageDocument,
	}
	return channels.Kind{
		Name:         Name,
		Title:        title,
		Help:         "SMS, WhatsApp and Messenger through a Twilio account.",
		ChannelTypes: []channels.ChannelType{channels.SMS, channels.WhatsApp, channels.Messenger},
		Credentials: []channels.Field{
			{
				Name: credAccountSID, Title: "Account SID", Required: true, Pattern: `AC[0-9a-fA-F]{32}`,
				Example: "AC0123456789abcdef0123456789abcdef", Help: "On the first page of the Twilio Console.",
			},
			{
				Name: credAuthToken, Title: "Auth token", Required: true, Secret: true,
				Help: "On the first page of the Twilio Console. Twilio signs its webhooks with it, so it is needed also with an API key.",
			},
			{
				Name: credKeySID, Title: "API key SID", Pattern: `SK[0-9a-fA-F]{32}`,
				Example: "SK0123456789abcdef0123456789abcdef",
				Help:    "Optional. With a key, sends use it instead of the auth token; it can be revoked on its own.",
			},
			{Name: credKeySecret, Title: "API key secret", Secret: true, Help: "Goes with the API key SID."},
		},
		Settings: []channels.Field{
			{
				Name: settingSender, Title: "Sender", Required: true,
				Pattern: `MG[0-9a-fA-F]{32}|messenger:\d{5,25}|(?:whatsapp:)?\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z][A-Za-z0-9 &+_-]{1,10}`,
				Example: "+14155550100",
				Help: "A Twilio number with country code, a short code, an alphanumeric sender ID, or a Messaging Service SID (MG…). " +
					"For WhatsApp the registered number, or " + sandboxNumber + " for the sandbox; for Messenger messenger: and the Page's ID.",
			},
			{
				Name: settingWaiting, Title: "Messages with a time", Default: waitingHere,
				Types:   []channels.ChannelType{channels.SMS, channels.WhatsApp},
				Choices: []channels.Choice{{Value: waitingHere, Title: "Wait in Sluice"}, {Value: waitingThere, Title: "Wait at Twilio"}},
				Help:    "Twilio holds messages of a Messaging Service (MG…) that are more than 5 minutes and up to 35 days ahead. All others wait in Sluice.",
			},
		},
		Identity: []string{credAccountSID, settingSender},
		Sections: []channels.Section{
			{Name: "account", Title: "Account", Fields: []string{credAccountSID, credAuthToken}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingSender}},
			{Name: "key", Title: "With an API key", Folded: true, Help: "For sending with a key that can be revoked on its own.", Fields: []string{credKeySID, credKeySecret}},
			{Name: channels.SectionMore, Folded: true, Fields: []string{settingWaiting}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{
			channels.SMS:      {Delivered: true},
			channels.WhatsApp: {Delivered: true, Read: true},
			// "ChannelPrefix" and "EventType" of the status callbacks of channels.
			channels.Messenger: {Delivered: true, Read: true},
		},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.SMS:      {flows.MessageText, flows.MessageTemplate, flows.MessageImage},
			channels.WhatsApp: media,
			channels.Messenger: {
				flows.MessageText, flows.MessageImage, flows.MessageVideo, flows.MessageAudio, flows.MessageDocument,
			},
		},
		DefaultBaseURL:  defaultBaseURL,
		IgnoresCategory: []channels.ChannelType{channels.SMS},
		// A WhatsApp sender does ten messages a second unless Twilio raised
		// it. Twilio queues SMS by itself.
		RatePerSecond: map[channels.ChannelType]float64{channels.WhatsApp: 10},
		Inbound:       true,
	}
}

// Verify asks Twilio for the account, which needs the auth token, and, when
// there is an API key, for the latest message, which needs the key: Twilio
// does not let standard keys read accounts. The sender is not checked: short
// codes, alphanumeric senders and WhatsApp senders each live elsewhere.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	req, err := p.request(ctx, a, http.MethodGet, ".json", nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(a.Credentials[credAccountSID], a.Credentials[credAuthToken])
	body, err := p.call(a, req)
	if err != nil {
		return err
	}
	var account struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(body, &account); err != nil || account.Status == "" {
		return channels.NoAnswer(title, err)
	}
	if account.Status != "active" {
		return &channels.SendError{
			Class: channels.ClassAuth, Code: "20005",
			Message: "The Twilio account is " + p.kind.Redact(a, account.Status) + ".",
			Hint:    "Reactivate the account in the Twilio Console.",
		}
	}
	if a.Credentials[credKeySID] == "" {
		return nil
	}
	req, err = p.request(ctx, a, http.MethodGet, "/Messages.json?PageSize=1", nil)
	if err != nil {
		return err
	}
	_, err = p.call(a, req)
	return err
}

// request prepares a call below the account's path with the credentials that
// sends use.
func (p *Provider) request(ctx context.Context, a channels.Account, method, path string, form url.Values) (*http.Request, error) {
	sid := a.Credentials[credAccountSID]
	target := a.Base(defaultBaseURL) + "/" + apiVersion + "/Accounts/" + url.PathEscape(sid) + path
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, channels.BadBaseURL(defaultBaseURL)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	if key := a.Credentials[credKeySID]; key != "" {
		req.SetBasicAuth(key, a.Credentials[credKeySecret])
	} else {
		req.SetBasicAuth(sid, a.Credentials[credAuthToken])
	}
	return req, nil
}

// call makes the request and returns the body of a 2xx answer.
func (p *Provider) call(a channels.Account, req *http.Request) ([]byte, error) {
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
	case a.Credentials[credAccountSID] == "":
		missing = "account SID"
	case a.Credentials[credAuthToken] == "":
		missing = "auth token"
	case a.Credentials[credKeySID] != "" && a.Credentials[credKeySecret] == "":
		missing = "API key secret"
	case a.Settings[settingSender] == "":
		missing = "sender"
	default:
		return nil
	}
	return channels.MissingSetting(missing)
}
