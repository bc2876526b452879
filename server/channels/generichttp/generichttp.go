// Package generichttp sends texts through any HTTP service: the channel's
// settings describe the request, the answer, and what the service reports back.
package generichttp

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

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
