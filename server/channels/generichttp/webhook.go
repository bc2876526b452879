package generichttp

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sluice/server/channels"
)

// Webhook reads receipts and messages as the settings map them. What the proof
// does not cover (the query, with a signature of the body) is not read with it.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	if err := p.verified(a, r, body); err != nil {
		return nil, channels.TextReply(http.StatusForbidden, "The request does not prove that the service sent it."), err
	}
	in, err := p.event(a, p.content(a, r, body))
	if err != nil {
		return nil, channels.TextReply(http.StatusBadRequest, "The request cannot be understood."), err
	}
	return []channels.Inbound{in}, channels.Reply{Status: http.StatusOK}, nil
}

func (p *Provider) verified(a channels.Account, r *http.Request, body []byte) error {
	secret, header := a.Credentials[credHook], r.Header.Get(p.kind.Setting(a, "hook_header"))
	given, want := header, secret
	switch p.kind.Setting(a, "hook_auth") {
	case "basic":
		_, given, _ = r.BasicAuth()
	case "hmac":
		want = a.Settings["hook_prefix"] + signature(p.kind.Setting(a, "hook_algorithm"), p.kind.Setting(a, "hook_encoding"), secret, body)
	}
	if secret == "" || !channels.SameSecret(given, want) {
		return channels.Unverified("the secret or signature is missing or wrong; check how callbacks prove themselves in the channel's settings")
	}
	return nil
}

// content is the body as JSON or form, else the query.
func (p *Provider) content(a channels.Account, r *http.Request, body []byte) any {
	if v, ok := decoded(body); ok {
		return v
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	raw := string(body)
	if len(body) == 0 && p.kind.Setting(a, "hook_auth") != "hmac" {
		raw = r.URL.RawQuery
	} else if kind != "application/x-www-form-urlencoded" {
		return nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil
	}
	fields := map[string]any{}
	for name := range values {
		fields[name] = values.Get(name)
	}
	return fields
}

func (p *Provider) event(a channels.Account, v any) (channels.Inbound, error) {
	s := a.Settings
	id, status := at(v, s["receipt_id"]), at(v, s["receipt_status"])
	if id != "" && status != "" {
		r := &channels.Receipt{ProviderMessageID: id, Status: statusOf(s, status), Raw: status}
		if s["id_path"] == "" {
			// The service calls the message by our own id.
			r.MessageID = id
		}
		if r.Status == channels.StatusFailed {
			if r.Code = at(v, s["receipt_code"]); r.Code == "" {
				r.Code = status
			}
			r.Reason = "The service reports that the message failed."
		}
		return channels.Inbound{Receipt: r}, nil
	}
	from := at(v, s["inbound_from"])
	if from == "" {
		return channels.Inbound{}, channels.Malformed("it has neither a receipt nor a message where the channel's settings look for them")
	}
	to := s["sender"]
	if to == "" {
		to = a.Slug
	}
	return channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: at(v, s["inbound_id"]), From: from, To: to, Text: at(v, s["inbound_text"])}}, nil
}

func statusOf(settings map[string]string, word string) channels.Status {
	for _, known := range []struct {
		name   string
		status channels.Status
	}{
		{"sent_words", channels.StatusSent},
		{"delivered_words", channels.StatusDelivered},
		{"read_words", channels.StatusRead},
		{"failed_words", channels.StatusFailed},
	} {
		if slices.Contains(words(settings[known.name]), strings.ToLower(word)) {
			return known.status
		}
	}
	return channels.StatusUnknown
}
