// Package metawhatsapp sends WhatsApp messages through Meta's own WhatsApp
// Cloud API and reads its webhooks.
//
// The facts about the API come from Meta's public documentation: the Messages
// and Phone Number resources of the WhatsApp Business Platform, its webhook
// reference and error codes, and the Graph API pages on webhooks and on
// securing calls.
package metawhatsapp

import (
	"bytes"
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
const Name = "meta_whatsapp"

const (
	title          = "Meta WhatsApp"
	defaultBaseURL = "https://graph.facebook.com"
	defaultVersion = "v26.0"
	// product is the value of "messaging_product" in every request.
	product = "whatsapp"

	credAccessToken    = "access_token"
	credAppSecret      = "app_secret"
	credVerifyToken    = "verify_token"
	settingPhoneNumber = "phone_number_id"
	settingVersion     = "api_version"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is the WhatsApp Cloud API. It keeps no state about accounts.
type Provider struct {
	http  Doer
	now   func() time.Time
	kind  channels.Kind
	codes map[int]known
}

// New makes the provider.
func New(client Doer) *Provider {
	return &Provider{http: client, now: time.Now, kind: kind(), codes: knownCodes()}
}

// Kind describes the Cloud API.
func (p *Provider) Kind() channels.Kind { return p.kind }

func kind() channels.Kind {
	return channels.Kind{
		Name:         Name,
		Title:        title,
		Help:         "WhatsApp straight from Meta's Cloud API, without a reseller.",
		ChannelTypes: []channels.ChannelType{channels.WhatsApp},
		Credentials: []channels.Field{
			{
				Name: credAccessToken, Title: "Access token", Required: true, Secret: true,
				Help: "A permanent token of a system user in Meta Business settings, with whatsapp_business_messaging and " +
					"whatsapp_business_management. The token on the app's API Setup page ends after a day.",
			},
			{
				Name: credAppSecret, Title: "App secret", Required: true, Secret: true,
				Help: "In the Meta App Dashboard under App settings, Basic. Meta signs its webhooks with it.",
			},
			{
				Name: credVerifyToken, Title: "Verify token", Required: true, Secret: true,
				Help: "A word of your choice. Enter the same one beside the callback URL in the app's WhatsApp Configuration.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingPhoneNumber, Title: "Phone number ID", Required: true, Pattern: `\d{5,25}`,
				Example: "106540352242922",
				Help: "On the app's WhatsApp API Setup page, under the sender's number. " +
					"It is neither the number itself nor the WhatsApp Business Account ID.",
			},
			{
				Name: settingVersion, Title: "API version", Pattern: `v\d{1,3}\.\d{1,2}`, Example: defaultVersion,
				Help: "The Graph API version to call. Empty means " + defaultVersion + ".",
			},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{channels.WhatsApp: {Delivered: true, Read: true}},
		Forms: map[channels.ChannelType][]flows.MessageType{channels.WhatsApp: {
			flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageVideo, flows.MessageAudio,
			flows.MessageDocument, flows.MessageButtons, flows.MessageList,
		}},
		DefaultBaseURL: defaultBaseURL,
		// The throughput of a number before Meta raises it.
		RatePerSecond: map[channels.ChannelType]float64{channels.WhatsApp: 80},
		Inbound:       true,
	}
}

// Verify asks Meta for the phone number. That needs the access token and a
// right to the number; the proof that goes with the call needs the app secret
// of the token's app, with which webhooks are signed later on.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	query := url.Values{"fields": {"id,display_phone_number,verified_name,status"}}
	req, err := p.request(ctx, a, http.MethodGet, "", query, nil)
	if err != nil {
		return err
	}
	body, err := p.call(a, req)
	if err != nil {
		return numberRefused(err)
	}
	var number struct {
		ID      string `json:"id"`
		Display string `json:"display_phone_number"`
		Status  string `json:"status"`
	}
	if err := json.Unmarshal(body, &number); err != nil || number.ID == "" || number.Display == "" {
		return unreadable(err)
	}
	return numberStatus(number.Status)
}

// numberRefused says what an "invalid parameter" is about when the phone
// number is all that was asked for.
func numberRefused(err error) error {
	se := channels.AsSendError(err)
	if se.Code == "100" && se.Class == channels.ClassPermanent {
		se.Message = "The phone number ID is not that of a WhatsApp number."
		se.Hint = "Copy the phone number ID from the app's API Setup page; it is neither the number nor the business account's ID."
	}
	return se
}

// numberStatus refuses a number in a state that it cannot send in. Other
// states, also those that Meta may add, are left to the sends.
func numberStatus(status string) error {
	se := &channels.SendError{Class: channels.ClassAuth, Code: "number_" + strings.ToLower(status)}
	switch status {
	case "BANNED":
		se.Message, se.Hint = "Meta banned the phone number.", "Appeal in the WhatsApp Manager."
	case "DELETED", "MIGRATED":
		se.Message, se.Hint = "The phone number is no longer in this WhatsApp Business account.", "Use the phone number ID of its new account."
	case "DISCONNECTED":
		se.Message, se.Hint = "The phone number is not connected to the Cloud API.", "Register the number again, then bind the channel."
	default:
		return nil
	}
	return se
}

// request prepares a call to the phone number's path. content becomes the
// JSON body; nil means none.
func (p *Provider) request(ctx context.Context, a channels.Account, method, path string, query url.Values, content any) (*http.Request, error) {
	if query == nil {
		query = url.Values{}
	}
	query.Set("appsecret_proof", secretProof(a.Credentials[credAppSecret], a.Credentials[credAccessToken]))
	var body []byte
	if content != nil {
		var err error
		if body, err = json.Marshal(content); err != nil {
			return nil, &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeForm, Err: err,
				Message: "The message cannot be written as JSON.",
			}
		}
	}
	target := graphURL(a, a.Settings[settingPhoneNumber]) + path + "?" + query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeSettings,
			Message: "The channel's base URL is not an address.",
			Hint:    "Leave it empty, or write it like " + defaultBaseURL + ".",
		}
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+a.Credentials[credAccessToken])
	return req, nil
}

// graphURL is where the Graph API keeps the object with that id.
func graphURL(a channels.Account, id string) string {
	base, version := a.BaseURL, a.Settings[settingVersion]
	if base == "" {
		base = defaultBaseURL
	}
	if version == "" {
		version = defaultVersion
	}
	return strings.TrimRight(base, "/") + "/" + version + "/" + url.PathEscape(id)
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

// checkComplete catches a channel that was never set up to the end. The verify
// token is not needed for calls.
func checkComplete(a channels.Account) error {
	missing := ""
	switch {
	case a.Credentials[credAccessToken] == "":
		missing = "access token"
	case a.Credentials[credAppSecret] == "":
		missing = "app secret"
	case a.Settings[settingPhoneNumber] == "":
		missing = "phone number ID"
	default:
		return nil
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: channels.CodeSettings,
		Message: "The channel has no " + missing + ".",
		Hint:    "Complete the channel's settings and bind it again.",
	}
}
