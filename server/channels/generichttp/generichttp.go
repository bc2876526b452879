// Package generichttp sends texts through any HTTP service: the channel's
// settings describe the request, the answer, and what the service reports back.
package generichttp

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "http"

const (
	title      = "Any HTTP service"
	vendor     = "The service"
	exampleURL = "https://api.example.com"

	credUser   = "username"
	credSecret = "secret"
	credHook   = "hook_secret"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is any service. It keeps no state about accounts.
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

// Kind describes what the settings can say.
func (p *Provider) Kind() channels.Kind { return p.kind }

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }

// knownCodes are ours: the service's own are in the channel's settings.
func knownCodes() map[string]channels.KnownCode {
	return map[string]channels.KnownCode{
		"bad_template": {Class: channels.ClassPermanent, Message: "The request cannot be made from the channel's settings.", Hint: "Correct them and bind the channel again."},
		"bad_path":     {Class: channels.ClassPermanent, Message: "A value of the message cannot stand in the request's address.", Hint: "See what the recipient and the text hold, or put them into the body."},
		"no_id":        {Class: channels.ClassUnknown, Message: "The answer has no message id where the channel's settings look for it, so the message may or may not be on its way.", Hint: "Compare “Message id” in the settings with an answer of the service."},
	}
}

func choices(pairs ...string) []channels.Choice {
	var list []channels.Choice
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, channels.Choice{Value: pairs[i], Title: pairs[i+1]})
	}
	return list
}

func kind() channels.Kind {
	const (
		header = `[A-Za-z0-9-]{1,64}`
		path   = `[A-Za-z0-9_.-]{1,200}`
		words  = `[^\r\n]{1,500}`
	)
	receipts := channels.Receipts{Delivered: true, Read: true}
	signed := &channels.When{Setting: "auth", Values: []string{"hmac"}}
	return channels.Kind{
		Name: Name, Title: title,
		Help:         "For a service that Sluice has no form for: you describe its request, its answer and its receipts.",
		ChannelTypes: []channels.ChannelType{channels.Custom, channels.SMS},
		Address:      &channels.Field{Name: "base_url", Title: "Address of the service", Required: true, Example: exampleURL, Help: "The part that all its calls have in common."},
		Credentials: []channels.Field{
			{Name: credUser, Title: "User name", Pattern: `[^\r\n:]{1,200}`, Required: true, When: &channels.When{Setting: "auth", Values: []string{"basic"}}},
			{Name: credSecret, Title: "Password, token or key", Secret: true, Required: true, Pattern: `[!-~]+`, When: &channels.When{Setting: "auth", Values: []string{"basic", "bearer", "header", "hmac"}}, Help: "What the service gave you to sign in, or to sign requests, with."},
			{Name: credHook, Title: "Secret of its callbacks", Secret: true, Pattern: `[!-~]{8,256}`, Help: "What the service proves its receipts and messages with. Without it none are taken."},
		},
		Settings: []channels.Field{
			{Name: "sender", Title: "Sender", Pattern: `[^\r\n]{1,100}`, Example: "MyShop", Help: "What {{from}} stands for."},
			{Name: "method", Title: "Method", Default: "POST", Choices: choices("POST", "POST", "PUT", "PUT", "GET", "GET")},
			{Name: "path", Title: "Path and query", Pattern: `/[^\s]{0,1000}`, Example: "/v1/messages", Help: "May hold {{to}}, {{from}}, {{text}}, {{message_id}}, {{category}} and {{callback_url}}; they are escaped as addresses need."},
			{Name: "content_type", Title: "Content", Default: "json", Choices: choices("json", "JSON", "form", "Form", "text", "Text")},
			{Name: "body", Title: "Body", Multiline: true, Pattern: `(?s).+`, Example: `{"to": "{{to}}", "text": "{{text}}"}`, Help: "With the same placeholders, escaped as the content needs: within JSON they stand between quotes."},
			{Name: "headers", Title: "Headers", Multiline: true, Pattern: `(?s).+`, Example: "X-Sender: {{from}}", Help: "One per line."},
			{Name: "auth", Title: "Sign in", Default: "none", Choices: choices("none", "Without", "basic", "User name and password", "bearer", "Bearer token", "header", "Key in a header", "hmac", "Signature of the body")},
			{Name: "auth_header", Title: "Header of the key or signature", Pattern: header, Default: "X-API-Key", When: &channels.When{Setting: "auth", Values: []string{"header", "hmac"}}},
			{Name: "auth_algorithm", Title: "Signature", Default: "sha256", Choices: choices("sha256", "HMAC-SHA256", "sha1", "HMAC-SHA1", "sha512", "HMAC-SHA512"), When: signed},
			{Name: "auth_encoding", Title: "Written as", Default: "hex", Choices: choices("hex", "Hexadecimal", "base64", "Base64"), When: signed},
			{Name: "verify_path", Title: "Path to try the credentials", Pattern: `/[^\s]{0,500}`, Example: "/v1/balance", Help: "Called with GET when the channel is bound; it has to answer 200. Empty: only that the service answers is tried."},
			{Name: "id_path", Title: "Message id", Pattern: path, Example: "messages.0.id", Help: "Where the JSON answer has the service's id. Empty: our own id is used."},
			{Name: "error_path", Title: "Error code", Pattern: path, Example: "error.code", Help: "Where the answer has its code, also when it is 200."},
			{Name: "ok_values", Title: "Codes that mean taken", Pattern: words, Example: "0, OK", Help: "With commas between them. Empty: every answer of 200 to 299."},
			{Name: "retry_values", Title: "Codes to try again", Pattern: words, Example: "busy, 429, 503", Help: "Codes, or HTTP statuses. 429 and 503 always are."},
			{Name: "auth_values", Title: "Codes of refused credentials", Pattern: words, Example: "invalid_key", Help: "They suspend the channel. 401 and 403 always do."},
			{Name: "hook_auth", Title: "Callbacks prove themselves by", Default: "header", Choices: choices("header", "The secret in a header", "basic", "The secret as password", "hmac", "A signature of the body")},
			{Name: "hook_header", Title: "Header of callbacks", Pattern: header, Default: "X-Webhook-Secret", When: &channels.When{Setting: "hook_auth", Values: []string{"header", "hmac"}}},
			{Name: "hook_algorithm", Title: "Signature of callbacks", Default: "sha256", Choices: choices("sha256", "HMAC-SHA256", "sha1", "HMAC-SHA1", "sha512", "HMAC-SHA512"), When: &channels.When{Setting: "hook_auth", Values: []string{"hmac"}}},
			{Name: "hook_encoding", Title: "It is written as", Default: "hex", Choices: choices("hex", "Hexadecimal", "base64", "Base64"), When: &channels.When{Setting: "hook_auth", Values: []string{"hmac"}}},
			{Name: "hook_prefix", Title: "With this before it", Pattern: `[!-~]{1,20}`, Example: "sha256=", When: &channels.When{Setting: "hook_auth", Values: []string{"hmac"}}},
			{Name: "receipt_id", Title: "Receipt: message id", Pattern: path, Example: "id", Help: "Where a receipt, as JSON, form or query, names the message. Empty: no receipts are read."},
			{Name: "receipt_status", Title: "Receipt: status", Pattern: path, Example: "status"},
			{Name: "receipt_code", Title: "Receipt: error code", Pattern: path, Example: "error.code"},
			{Name: "sent_words", Title: "Words for sent", Pattern: words, Example: "sent, accepted"},
			{Name: "delivered_words", Title: "Words for delivered", Pattern: words, Example: "delivered"},
			{Name: "read_words", Title: "Words for read", Pattern: words, Example: "read, seen"},
			{Name: "failed_words", Title: "Words for failed", Pattern: words, Example: "failed, expired"},
			{Name: "inbound_from", Title: "Message: from", Pattern: path, Example: "from", Help: "Where a person's message has its parts. Empty: none are read."},
			{Name: "inbound_text", Title: "Message: text", Pattern: path, Example: "text"},
			{Name: "inbound_id", Title: "Message: id", Pattern: path, Example: "message.id"},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{channels.Custom: receipts, channels.SMS: {Delivered: true}},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.Custom: {flows.MessageText}, channels.SMS: {flows.MessageText},
		},
		Inbound:  true,
		HookHelp: "Enter it where the service asks for a webhook, or put {{callback_url}} into the request.",
	}
}

// Verify calls the path that tries the credentials. Without one it finds out
// whether the service answers, and whether it refuses us at the door.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := p.ready(a); err != nil {
		return err
	}
	path := a.Settings["verify_path"]
	resp, err := p.call(ctx, a, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	if resp.Status < 300 || path == "" && resp.Status < 500 && channels.ClassOfStatus(resp.Status) != channels.ClassAuth {
		return nil
	}
	return channels.AnswerError(vendor, "", "", resp.Status, resp.Header)
}

// ready catches settings that no request can be made of.
func (p *Provider) ready(a channels.Account) error {
	auth := p.kind.Setting(a, "auth")
	switch {
	case a.BaseURL == "":
		return channels.MissingSetting("address of the service")
	case auth != "none" && a.Credentials[credSecret] == "":
		return channels.MissingSetting("password, token or key")
	case auth == "basic" && a.Credentials[credUser] == "":
		return channels.MissingSetting("user name")
	}
	if problem := checkTemplates(a); problem != nil {
		se := p.codes["bad_template"].Error("bad_template")
		se.Message = problem.Message
		return se
	}
	return nil
}

// Check reports what the fields alone cannot show: templates that make no
// request.
func (p *Provider) Check(a channels.Account) []channels.FieldError {
	if problem := checkTemplates(a); problem != nil {
		return []channels.FieldError{*problem}
	}
	return nil
}

func (p *Provider) call(ctx context.Context, a channels.Account, method, path, body string, headers http.Header) (*egress.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.Base("")+path, strings.NewReader(body))
	if err != nil {
		return nil, channels.BadBaseURL(exampleURL)
	}
	if headers != nil {
		req.Header = headers
	}
	p.authorize(req, a, body)
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, channels.NetworkError(vendor, err)
	}
	return resp, nil
}

func (p *Provider) authorize(req *http.Request, a channels.Account, body string) {
	secret, header := a.Credentials[credSecret], p.kind.Setting(a, "auth_header")
	switch p.kind.Setting(a, "auth") {
	case "basic":
		req.SetBasicAuth(a.Credentials[credUser], secret)
	case "bearer":
		req.Header.Set("Authorization", "Bearer "+secret)
	case "header":
		req.Header.Set(header, secret)
	case "hmac":
		req.Header.Set(header, signature(p.kind.Setting(a, "auth_algorithm"), p.kind.Setting(a, "auth_encoding"), secret, []byte(body)))
	}
}

// fill puts values into a template, each escaped for where it stands.
func fill(template string, values map[string]string, escape func(string) string) string {
	return placeholder.ReplaceAllStringFunc(template, func(m string) string {
		return escape(values[placeholder.FindStringSubmatch(m)[1]])
	})
}

func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
