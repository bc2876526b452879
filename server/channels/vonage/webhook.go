package vonage

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sluice/server/channels"
)

// event is a webhook's body: a status of a message of ours, or a message of a
// person's.
type event struct {
	UUID      string   `json:"message_uuid"`
	Channel   string   `json:"channel"`
	To        string   `json:"to"`
	From      string   `json:"from"`
	Timestamp string   `json:"timestamp"`
	Status    string   `json:"status"`
	ClientRef string   `json:"client_ref"`
	Error     *problem `json:"error"`

	MessageType string       `json:"message_type"`
	Text        string       `json:"text"`
	Image       *inboundFile `json:"image"`
	Video       *inboundFile `json:"video"`
	Audio       *inboundFile `json:"audio"`
	File        *inboundFile `json:"file"`
	Profile     struct {
		Name string `json:"name"`
	} `json:"profile"`
	Reply struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"reply"`
	Button struct {
		Payload string `json:"payload"`
		Text    string `json:"text"`
	} `json:"button"`
	Context struct {
		UUID string `json:"message_uuid"`
	} `json:"context"`
}

type inboundFile struct {
	URL     string `json:"url"`
	Caption string `json:"caption"`
}

// Webhook reads status and inbound webhooks.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	in, err := p.event(a, r, body)
	switch {
	case errors.Is(err, channels.ErrUnverified):
		return nil, plainReply(http.StatusForbidden, "The signature is missing or wrong.\n"), err
	case err != nil:
		return nil, plainReply(http.StatusBadRequest, "The request cannot be understood.\n"), err
	}
	return []channels.Inbound{in}, channels.Reply{Status: http.StatusOK}, nil
}

func (p *Provider) event(a channels.Account, r *http.Request, body []byte) (channels.Inbound, error) {
	if err := p.verify(a, r, body); err != nil {
		return channels.Inbound{}, err
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil || e.UUID == "" {
		return channels.Inbound{}, fmt.Errorf("%w: it has no message_uuid", channels.ErrMalformed)
	}
	if e.Status != "" {
		if r.URL.RawQuery == "" {
			// The application's own status address: the signature proves the account,
			// and the id finds the message among those of this channel only.
			return channels.Inbound{Receipt: p.receipt(a, "", e)}, nil
		}
		messageID := r.URL.Query().Get(messageParam)
		if !sameQuery(r.URL.RawQuery, hookQuery(a, messageID)) || e.ClientRef != "" && e.ClientRef != messageID {
			return channels.Inbound{}, unverified("the address was not made for this message on this channel; " +
				"check that the server's public address is the one Vonage calls")
		}
		return channels.Inbound{Receipt: p.receipt(a, messageID, e)}, nil
	}
	m, err := inbound(a, e)
	return channels.Inbound{Message: m}, err
}

func (p *Provider) receipt(a channels.Account, messageID string, e event) *channels.Receipt {
	receipt := &channels.Receipt{
		ProviderMessageID: e.UUID, MessageID: messageID, Status: statusOf(e.Status), Raw: e.Status, At: timeOf(e.Timestamp),
	}
	if receipt.Status != channels.StatusFailed {
		return receipt
	}
	receipt.Code = e.Status
	if e.Error == nil {
		return receipt
	}
	failure := *e.Error
	if failure.Inner != nil {
		failure = *failure.Inner
	}
	if code := failure.code(); code != "" {
		receipt.Code = code
	}
	receipt.Reason = p.kind.Redact(a, failure.Detail)
	if k, ok := p.codes[receipt.Code]; ok {
		receipt.Reason = k.Message
	}
	return receipt
}

func statusOf(raw string) channels.Status {
	switch raw {
	case "submitted":
		return channels.StatusSent
	case "delivered":
		return channels.StatusDelivered
	case "read":
		return channels.StatusRead
	case "rejected", "undeliverable":
		return channels.StatusFailed
	}
	return channels.StatusUnknown
}

// inbound reads a person's message. The signature proves the account only, so
// the sender in the settings decides whether the message is this channel's.
func inbound(a channels.Account, e event) (*channels.InboundMessage, error) {
	switch {
	case e.From == "":
		return nil, fmt.Errorf("%w: it has neither a status nor a sender", channels.ErrMalformed)
	case e.Channel != channelName(a.Type):
		return nil, fmt.Errorf("%w: it is for another type of channel than %s; "+
			"correct the inbound address in the Vonage Dashboard", channels.ErrMalformed, a.Type)
	case e.To != strings.TrimPrefix(a.Settings[settingSender], "+"):
		return nil, fmt.Errorf("%w: it is for another sender than this channel's; "+
			"correct the inbound address in the Vonage Dashboard", channels.ErrMalformed)
	}
	m := &channels.InboundMessage{
		ProviderMessageID: e.UUID, From: personOf(a.Type, e.From), To: a.Settings[settingSender],
		ProfileName: e.Profile.Name, Text: e.Text, ReplyTo: e.Context.UUID, At: timeOf(e.Timestamp),
	}
	switch {
	case e.Reply.ID != "":
		m.ButtonID, m.Text = e.Reply.ID, e.Reply.Title
	case e.Button.Payload != "":
		m.ButtonID, m.Text = e.Button.Payload, e.Button.Text
	}
	addFile(m, e)
	return m, nil
}

// personOf is a person's address: an E.164 number, or an id as it is.
func personOf(t channels.ChannelType, from string) string {
	if !t.ByPhone() {
		return from
	}
	return "+" + strings.TrimPrefix(from, "+")
}

// addFile adds the one file that a message can have. Vonage says no more of its
// type than this.
func addFile(m *channels.InboundMessage, e event) {
	for _, f := range []struct {
		contentType string
		file        *inboundFile
	}{{"image/*", e.Image}, {"video/*", e.Video}, {"audio/*", e.Audio}, {"", e.File}} {
		if f.file == nil || f.file.URL == "" {
			continue
		}
		m.Media = append(m.Media, channels.Media{URL: f.file.URL, ContentType: f.contentType})
		if m.Text == "" {
			m.Text = f.file.Caption
		}
	}
}

// timeOf reads a time. The zero time stands for one that cannot be read: it is
// only shown.
func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
