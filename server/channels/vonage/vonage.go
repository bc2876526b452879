// Package vonage sends SMS, WhatsApp, Viber and Messenger messages through Vonage's
// Messages API v1 and reads its webhooks.
//
// The facts about the API come from Vonage's public documentation: the Messages
// API reference, "Signed webhooks", and the lists of API errors.
package vonage

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "vonage"

const (
	title          = "Vonage"
	defaultBaseURL = "https://api.nexmo.com"
	// tokenLife is how long a token of ours is good; each call makes its own.
	tokenLife = 5 * time.Minute

	credApplicationID = "application_id"
	credPrivateKey    = "private_key"
	credAPIKey        = "api_key"
	credAPISecret     = "api_secret"
	credSignature     = "signature_secret"
	settingSender     = "sender"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is Vonage. It keeps no state about accounts.
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

// Kind describes Vonage.
func (p *Provider) Kind() channels.Kind { return p.kind }

func kind() channels.Kind {
	return channels.Kind{
		Name:         Name,
		Title:        title,
		Help:         "SMS, WhatsApp, Viber Business Messages and Messenger through the Messages API of a Vonage account.",
		ChannelTypes: []channels.ChannelType{channels.SMS, channels.WhatsApp, channels.Viber, channels.Messenger},
		Credentials: []channels.Field{
			{
				Name: credApplicationID, Title: "Application ID", Pattern: `[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`,
				Example: "01234567-89ab-cdef-0123-456789abcdef",
				Help:    "Of an application with the Messages capability, in the Vonage Dashboard. Goes with the private key; WhatsApp, Viber and Messenger need both.",
			},
			{
				Name: credPrivateKey, Title: "Private key", Secret: true, Multiline: true,
				Help: `The application's private.key file, from "-----BEGIN" to the end. Line ends may be written as \n.`,
			},
			{
				Name: credAPIKey, Title: "API key", Pattern: `[0-9a-zA-Z]{4,32}`, Example: "abcd1234", Types: []channels.ChannelType{channels.SMS},
				Help: "Instead of an application, for SMS: the key on the first page of the Vonage Dashboard.",
			},
			{Name: credAPISecret, Title: "API secret", Secret: true, Types: []channels.ChannelType{channels.SMS}, Help: "Goes with the API key."},
			{
				Name: credSignature, Title: "Signature secret", Secret: true,
				Help: "In the Vonage Dashboard under API settings. Vonage signs its webhooks with it: without it, no receipts and messages come in.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingSender, Title: "Sender", Required: true, Pattern: `\+?[0-9]{3,20}|[A-Za-z][A-Za-z0-9 ]{1,10}`, Example: "14155550100",
				Help: "A Vonage number with country code, an alphanumeric sender ID, the WhatsApp number, the Viber service ID, or the Page ID on Messenger.",
			},
			businessField(),
		},
		Identity: []string{credApplicationID, credAPIKey, settingSender},
		Sections: []channels.Section{
			{Name: "account", Title: "Application", Fields: []string{credApplicationID, credPrivateKey}},
			{Name: "key", Title: "With an API key", Folded: true, Help: "In place of an application, for SMS.", Fields: []string{credAPIKey, credAPISecret}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingSender}},
			{Name: "callbacks", Title: "Receipts and replies", Fields: []string{credSignature}},
			{Name: channels.SectionMore, Folded: true, Fields: []string{settingBusiness}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{
			channels.SMS:       {Delivered: true},
			channels.WhatsApp:  {Delivered: true, Read: true},
			channels.Viber:     {Delivered: true, Read: true},
			channels.Messenger: {Delivered: true, Read: true},
		},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.SMS: {flows.MessageText},
			channels.WhatsApp: {
				flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageVideo, flows.MessageAudio, flows.MessageDocument,
			},
			channels.Viber: {flows.MessageText},
			channels.Messenger: {
				flows.MessageText, flows.MessageImage, flows.MessageVideo, flows.MessageAudio, flows.MessageDocument,
			},
		},
		DefaultBaseURL:  defaultBaseURL,
		IgnoresCategory: []channels.ChannelType{channels.SMS},
		Inbound:         true,
	}
}

// Verify reads a list that the credentials give access to: the application's
// users with a token, the account's applications with key and secret. Neither
// changes anything. The sender is not checked: SMS senders, WhatsApp numbers
// and Viber services each live elsewhere.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	path := "/v2/applications?page_size=1"
	if usesApplication(a) {
		path = "/v1/users?page_size=1"
	}
	_, err := p.call(ctx, a, http.MethodGet, path, nil)
	return err
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
	if err := p.authorize(req, a); err != nil {
		return nil, err
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, channels.NetworkError(title, err)
	}
	if resp.Status < 200 || resp.Status > 299 {
		return nil, p.refused(a, resp)
	}
	return resp.Body, nil
}

func usesApplication(a channels.Account) bool { return a.Credentials[credApplicationID] != "" }

// authorize signs in with a token of the application, else with key and secret.
func (p *Provider) authorize(req *http.Request, a channels.Account) error {
	if !usesApplication(a) {
		req.SetBasicAuth(a.Credentials[credAPIKey], a.Credentials[credAPISecret])
		return nil
	}
	pem := strings.ReplaceAll(a.Credentials[credPrivateKey], `\n`, "\n")
	key, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(pem))
	if err != nil {
		return wrongKey()
	}
	now := p.now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"application_id": a.Credentials[credApplicationID],
		"iat":            now.Unix(),
		"exp":            now.Add(tokenLife).Unix(),
		"jti":            rand.Text(),
	}).SignedString(key)
	if err != nil {
		return wrongKey()
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return nil
}

// wrongKey does not repeat the cause, which may quote the key.
func wrongKey() *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassAuth, Code: channels.CodeSettings,
		Message: "The channel's private key cannot be read.",
		Hint:    `Paste the whole private.key file of the application, from "-----BEGIN" to the end, and bind the channel again.`,
	}
}

// checkComplete catches a channel that was never set up to the end.
func checkComplete(a channels.Account) error {
	missing := ""
	switch {
	case usesApplication(a) && a.Credentials[credPrivateKey] == "":
		missing = "private key"
	case !usesApplication(a) && a.Credentials[credAPIKey] == "":
		missing = "application ID or API key"
	case !usesApplication(a) && a.Credentials[credAPISecret] == "":
		missing = "API secret"
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
