package metawhatsapp

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"

	"sluice/server/channels"
)

// Webhook answers Meta's check of the callback URL, and reads statuses and
// incoming messages. Meta signs neither the address nor a time: an old request
// can be replayed, but it can only say again what it said before; and what it
// says of other phone numbers of the app is left out.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	if r.Method == http.MethodGet {
		return subscribe(a, r)
	}
	if err := verified(a, r, body); err != nil {
		return nil, plainReply(http.StatusForbidden, "The signature is missing or wrong.\n"), err
	}
	events, err := p.events(a, body)
	if err != nil {
		return nil, plainReply(http.StatusBadRequest, "The request cannot be understood.\n"), err
	}
	return events, channels.Reply{Status: http.StatusOK}, nil
}

// subscribe answers the request that Meta makes when somebody enters the
// callback URL and the verify token in the App Dashboard.
func subscribe(a channels.Account, r *http.Request) ([]channels.Inbound, channels.Reply, error) {
	query := r.URL.Query()
	token, given := a.Credentials[credVerifyToken], query.Get("hub.verify_token")
	var err error
	switch {
	case token == "":
		err = fmt.Errorf("%w: the channel has no verify token to compare with", channels.ErrUnverified)
	case a.HookURL == "":
		err = noAddress()
	case query.Get("hub.mode") != "subscribe":
		err = fmt.Errorf("%w: a GET request must be a subscription", channels.ErrUnverified)
	case subtle.ConstantTimeCompare([]byte(token), []byte(given)) != 1:
		err = fmt.Errorf("%w: the verify token differs from the channel's; "+
			"enter the same one in the app's WhatsApp Configuration", channels.ErrUnverified)
	}
	if err != nil {
		return nil, plainReply(http.StatusForbidden, "The verify token is missing or wrong.\n"), err
	}
	return nil, plainReply(http.StatusOK, query.Get("hub.challenge")), nil
}

// verified checks that Meta signed the body.
func verified(a channels.Account, r *http.Request, body []byte) error {
	secret, signature := a.Credentials[credAppSecret], r.Header.Get(SignatureHeader)
	switch {
	case secret == "":
		return fmt.Errorf("%w: the channel has no app secret to check it with", channels.ErrUnverified)
	case a.HookURL == "":
		return noAddress()
	case signature == "":
		return fmt.Errorf("%w: there is no %s header", channels.ErrUnverified, SignatureHeader)
	case r.Method != http.MethodPost:
		return fmt.Errorf("%w: Meta calls with POST, and this is %s", channels.ErrUnverified, r.Method)
	case !validSignature(secret, body, signature):
		return fmt.Errorf("%w: the signature does not match; check that the app secret is current", channels.ErrUnverified)
	}
	return nil
}

func noAddress() error {
	return fmt.Errorf("%w: the server's public address is not set, so Meta was never given one", channels.ErrUnverified)
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
		return nil, malformed("it is not a notification in JSON")
	}
	if n.Object != "whatsapp_business_account" {
		return nil, malformed("it is not about a WhatsApp Business account; subscribe the callback URL to that object only")
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
				broken = malformed("a change cannot be read")
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
		m, err := message(a, v, raw)
		if err != nil {
			broken = err
		}
		if m != nil {
			events = append(events, channels.Inbound{Message: m})
		}
	}
	return events, broken
}

func malformed(what string) error { return fmt.Errorf("%w: %s", channels.ErrMalformed, what) }

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
