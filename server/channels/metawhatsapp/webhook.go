package metawhatsapp

import (
	"encoding/json"
	"net/http"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// Webhook answers Meta's check of the callback URL, and reads statuses and
// incoming messages. Meta signs neither the address nor a time: an old request
// can be replayed, but it can only say again what it said before; and what it
// says of other phone numbers of the app is left out.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	return graph.Webhook(a, r, body, p.events)
}

// notification is the body of a webhook request: the changes of one or more
// accounts, several of each at a time.
type notification struct {
	Object string `json:"object"`
	Entry  []struct {
		Changes []struct {
			Field string          `json:"field"`
			Value json.RawMessage `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

// messagesValue is the value of a change in the field "messages".
type messagesValue struct {
	Metadata struct {
		DisplayPhoneNumber string `json:"display_phone_number"`
		PhoneNumberID      string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []contact         `json:"contacts"`
	Statuses []json.RawMessage `json:"statuses"`
	Messages []json.RawMessage `json:"messages"`
}

// events reads a verified body. What it says of other numbers, and in fields
// other than "messages", is not for this channel. One entry that cannot be
// understood does not cost the others: Meta would repeat all of them for a
// week. An error is returned only when nothing could be understood.
func (p *Provider) events(a channels.Account, body []byte) ([]channels.Inbound, error) {
	var n notification
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, graph.Malformed("it is not a notification in JSON")
	}
	if n.Object != "whatsapp_business_account" {
		return nil, graph.Malformed("it is not about a WhatsApp Business account; subscribe the callback URL to that object only")
	}
	var events []channels.Inbound
	var broken error
	for _, entry := range n.Entry {
		for _, change := range entry.Changes {
			if change.Field != "messages" {
				continue
			}
			var v messagesValue
			if err := json.Unmarshal(change.Value, &v); err != nil {
				broken = graph.Malformed("a change cannot be read")
				continue
			}
			if id := v.Metadata.PhoneNumberID; id == "" || id != a.Settings[settingPhoneNumber] {
				continue
			}
			found, err := p.changes(a, v)
			events = append(events, found...)
			if err != nil {
				broken = err
			}
		}
	}
	if len(events) > 0 {
		return events, nil
	}
	return nil, broken
}

// changes reads the statuses and messages of one change. It returns those that
// can be understood, also beside an error.
func (p *Provider) changes(a channels.Account, v messagesValue) ([]channels.Inbound, error) {
	var events []channels.Inbound
	var broken error
	for _, raw := range v.Statuses {
		receipt, err := p.receipt(a, raw)
		if err != nil {
			broken = err
			continue
		}
		events = append(events, channels.Inbound{Receipt: receipt})
	}
	for _, raw := range v.Messages {
		m, err := p.message(a, v, raw)
		if err != nil {
			broken = err
		}
		if m != nil {
			events = append(events, channels.Inbound{Message: m})
		}
	}
	return events, broken
}
