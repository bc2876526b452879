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
	Object channels.Word `json:"object"`
	Entry  channels.Items[struct {
		Changes channels.Items[struct {
			Field channels.Word                 `json:"field"`
			Value channels.Maybe[messagesValue] `json:"value"`
		}] `json:"changes"`
	}] `json:"entry"`
}

// messagesValue is the value of a change in the field "messages".
type messagesValue struct {
	Metadata channels.Maybe[struct {
		DisplayPhoneNumber channels.Word `json:"display_phone_number"`
		PhoneNumberID      channels.Word `json:"phone_number_id"`
	}] `json:"metadata"`
	Contacts channels.Items[contact]  `json:"contacts"`
	Statuses channels.Items[status]   `json:"statuses"`
	Messages channels.Items[incoming] `json:"messages"`
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
	if n.Entry.Broken > 0 {
		broken = graph.Malformed("an entry cannot be read")
	}
	for _, entry := range n.Entry.List {
		for _, change := range entry.Changes.List {
			if change.Field != "messages" {
				continue
			}
			if !change.Value.Given {
				broken = graph.Malformed("a change cannot be read")
				continue
			}
			v := change.Value.Value
			if id := v.Metadata.Value.PhoneNumberID; id == "" || string(id) != a.Settings[settingPhoneNumber] {
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
	if v.Statuses.Broken+v.Messages.Broken > 0 {
		broken = graph.Malformed("a status or a message cannot be read")
	}
	for _, s := range v.Statuses.List {
		receipt, err := p.receipt(a, s)
		if err != nil {
			broken = err
			continue
		}
		events = append(events, channels.Inbound{Receipt: receipt})
	}
	for _, in := range v.Messages.List {
		m, err := p.message(a, v, in)
		if err != nil {
			broken = err
		}
		if m != nil {
			events = append(events, channels.Inbound{Message: m})
		}
	}
	return events, broken
}
