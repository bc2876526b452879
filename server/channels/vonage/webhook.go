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
	UUID      channels.Word           `json:"message_uuid"`
	Channel   channels.Word           `json:"channel"`
	To        channels.Word           `json:"to"`
	From      channels.Word           `json:"from"`
	Timestamp channels.Word           `json:"timestamp"`
	Status    channels.Word           `json:"status"`
	ClientRef channels.Word           `json:"client_ref"`
	Error     channels.Maybe[problem] `json:"error"`

	MessageType channels.Word               `json:"message_type"`
	Text        channels.Word               `json:"text"`
	Image       channels.Maybe[inboundFile] `json:"image"`
	Video       channels.Maybe[inboundFile] `json:"video"`
	Audio       channels.Maybe[inboundFile] `json:"audio"`
	File        channels.Maybe[inboundFile] `json:"file"`
	VCard       channels.Maybe[inboundFile] `json:"vcard"`
	Sticker     channels.Maybe[inboundFile] `json:"sticker"`
	Profile     channels.Maybe[struct {
		Name channels.Word `json:"name"`
	}] `json:"profile"`
	Reply    channels.Maybe[choice] `json:"reply"`
	Button   channels.Maybe[choice] `json:"button"`
	Location channels.Maybe[struct {
		Latitude  json.Number   `json:"lat"`
		Longitude json.Number   `json:"long"`
		Name      channels.Word `json:"name"`
		Address   channels.Word `json:"address"`
	}] `json:"location"`
	Contacts channels.Items[sharedContact]   `json:"contacts"`
	Order    channels.Maybe[json.RawMessage] `json:"order"`
	Reaction channels.Maybe[struct {
		Action channels.Word `json:"action"`
		Emoji  channels.Word `json:"emoji"`
	}] `json:"reaction"`
	// Context names the message that this one answers.
	Context channels.Maybe[struct {
		UUID channels.Word `json:"message_uuid"`
	}] `json:"context"`
	WhatsApp channels.Maybe[struct {
		Referral channels.Maybe[map[string]any] `json:"referral"`
	}] `json:"whatsapp"`
}

type inboundFile struct {
	URL     channels.Word `json:"url"`
	Caption channels.Word `json:"caption"`
	Name    channels.Word `json:"name"`
}

// choice is the button or row that a person chose.
type choice struct {
	ID      channels.Word `json:"id"`
	Title   channels.Word `json:"title"`
	Payload channels.Word `json:"payload"`
	Text    channels.Word `json:"text"`
}

// sharedContact is a card from a person's address book.
type sharedContact struct {
	Name channels.Maybe[struct {
		Formatted channels.Word `json:"formatted_name"`
	}] `json:"name"`
	Phones channels.Items[struct {
		Phone channels.Word `json:"phone"`
	}] `json:"phones"`
	Emails channels.Items[struct {
		Email channels.Word `json:"email"`
	}] `json:"emails"`
}

// Webhook reads status and inbound webhooks.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	in, err := p.event(a, r, body)
	switch {
	case errors.Is(err, channels.ErrUnverified):
		return nil, plainReply(http.StatusForbidden, "The signature is missing or wrong.\n"), err
	case err != nil:
		// Vonage repeats for a day what is not taken.
		return nil, channels.Reply{Status: http.StatusOK}, err
	case in.Message == nil && in.Receipt == nil:
		return nil, channels.Reply{Status: http.StatusOK}, nil
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
		if !sameQuery(r.URL.RawQuery, hookQuery(a, messageID)) || e.ClientRef != "" && string(e.ClientRef) != messageID {
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
		ProviderMessageID: string(e.UUID), MessageID: messageID, Status: statusOf(string(e.Status)), Raw: string(e.Status), At: timeOf(string(e.Timestamp)),
	}
	if receipt.Status != channels.StatusFailed {
		return receipt
	}
	receipt.Code = string(e.Status)
	if !e.Error.Given {
		return receipt
	}
	failure := e.Error.Value
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
// the sender in the settings decides whether the message is this channel's. It
// returns nil for what is no message: reactions that were taken back.
func inbound(a channels.Account, e event) (*channels.InboundMessage, error) {
	// Pictures sent to a number for SMS come as MMS.
	name := string(e.Channel)
	if a.Type == channels.SMS && name == "mms" {
		name = channelName(a.Type)
	}
	switch {
	case e.From == "":
		return nil, fmt.Errorf("%w: it has neither a status nor a sender", channels.ErrMalformed)
	case name != channelName(a.Type):
		return nil, fmt.Errorf("%w: it is for another type of channel than %s; "+
			"correct the inbound address in the Vonage Dashboard", channels.ErrMalformed, a.Type)
	case strings.TrimPrefix(string(e.To), "+") != strings.TrimPrefix(a.Settings[settingSender], "+"):
		return nil, fmt.Errorf("%w: it is for another sender than this channel's; "+
			"correct the inbound address in the Vonage Dashboard", channels.ErrMalformed)
	case e.Reaction.Given && e.Reaction.Value.Emoji == "" || e.Reaction.Value.Action == "unreact":
		return nil, nil //nolint:nilnil // nil is the documented answer for no news.
	}
	m := &channels.InboundMessage{
		ProviderMessageID: string(e.UUID), From: personOf(a.Type, string(e.From)), To: a.Settings[settingSender],
		ProfileName: string(e.Profile.Value.Name), Text: string(e.Text), ReplyTo: string(e.Context.Value.UUID), At: timeOf(string(e.Timestamp)),
	}
	fill(m, e)
	if m.Data == nil && e.WhatsApp.Value.Referral.Given {
		m.Data = channels.Object(map[string]any{"referral": e.WhatsApp.Value.Referral.Value})
	}
	return m, nil
}

// fill sets the content, by what the message has.
func fill(m *channels.InboundMessage, e event) {
	switch {
	case e.Reaction.Given:
		m.Kind, m.Text = channels.InboundReaction, string(e.Reaction.Value.Emoji)
	case e.Reply.Value.ID != "":
		m.ButtonID, m.Text = string(e.Reply.Value.ID), string(e.Reply.Value.Title)
	case e.Button.Value.Payload != "":
		m.ButtonID, m.Text = string(e.Button.Value.Payload), string(e.Button.Value.Text)
	case e.Location.Given:
		l := e.Location.Value
		channels.Place{Latitude: l.Latitude, Longitude: l.Longitude, Name: string(l.Name), Address: string(l.Address)}.Say(m)
	case len(e.Contacts.List) > 0:
		channels.SayCards(m, cards(e.Contacts.List))
	case e.Order.Given:
		var products struct {
			Text     channels.Word                    `json:"text"`
			Products channels.Items[channels.Product] `json:"product_items"`
		}
		if err := json.Unmarshal(e.Order.Value, &products); err == nil {
			channels.SayOrder(m, string(products.Text), products.Products.List, e.Order.Value)
		}
	case e.MessageType == "unsupported":
		m.Kind = channels.InboundUnsupported
	}
	addFile(m, e)
}

func cards(contacts []sharedContact) []channels.Card {
	list := make([]channels.Card, 0, len(contacts))
	for _, c := range contacts {
		card := channels.Card{Name: string(c.Name.Value.Formatted)}
		for _, p := range c.Phones.List {
			card.Phones = append(card.Phones, string(p.Phone))
		}
		for _, e := range c.Emails.List {
			card.Emails = append(card.Emails, string(e.Email))
		}
		list = append(list, card)
	}
	return list
}

// personOf is a person's address: an E.164 number, or an id as it is.
func personOf(t channels.ChannelType, from string) string {
	if !t.ByPhone() {
		return from
	}
	return t.Person(from)
}

// addFile adds the one file that a message can have. Vonage says no more of its
// type than this.
func addFile(m *channels.InboundMessage, e event) {
	for _, f := range []struct {
		contentType string
		file        inboundFile
	}{
		{"image/*", e.Image.Value}, {"video/*", e.Video.Value}, {"audio/*", e.Audio.Value}, {"", e.File.Value},
		{"text/vcard", e.VCard.Value}, {"image/*", e.Sticker.Value},
	} {
		if !channels.Fetchable(string(f.file.URL)) {
			continue
		}
		m.Media = append(m.Media, channels.Media{URL: string(f.file.URL), ContentType: f.contentType, Filename: string(f.file.Name)})
		if m.Text == "" {
			m.Text = string(f.file.Caption)
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
	return channels.PlausibleTime(t)
}

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
