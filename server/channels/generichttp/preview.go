package generichttp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"sluice/server/channels"
)

// mask stands where a credential would.
const mask = "••••••"

// Preview implements channels.Previewer.
func (p *Provider) Preview(a channels.Account, o channels.Outbound) (channels.PreviewedRequest, error) {
	base, err := url.Parse(a.BaseURL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return channels.PreviewedRequest{}, &channels.FieldError{Field: "base_url", Message: "Enter the address of the service, such as " + exampleURL + "."}
	}
	if problem := checkTemplates(a); problem != nil {
		return channels.PreviewedRequest{}, problem
	}
	path, body, headers := p.rendered(a, o)
	header := p.kind.Setting(a, "auth_header")
	switch p.kind.Setting(a, "auth") {
	case "basic":
		headers.Set("Authorization", "Basic "+mask)
	case "bearer":
		headers.Set("Authorization", "Bearer "+mask)
	case "header", "hmac":
		headers.Set(header, mask)
	}
	return channels.PreviewedRequest{Method: p.kind.Setting(a, "method"), URL: a.Base("") + path, Header: headers, Body: body}, nil
}

// Read implements channels.Previewer. Without a type the body is JSON where it
// reads as that, else a form.
func (p *Provider) Read(a channels.Account, contentType string, body []byte) (channels.Inbound, error) {
	if contentType == "" && !json.Valid(body) {
		contentType = "application/x-www-form-urlencoded"
		body = []byte(strings.TrimSpace(string(body)))
	}
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: http.Header{"Content-Type": {contentType}}}
	return p.event(a, p.content(a, r, body))
}
