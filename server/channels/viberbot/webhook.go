package viberbot

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"sluice/server/channels"
)

// SignatureHeader is where Viber puts the signature of a callback.
const SignatureHeader = "X-Viber-Content-Signature"

// Sign computes Viber's signature of a callback: the lower-case hex HMAC-SHA256
// of the body's raw bytes, keyed with the bot's token.
func Sign(token string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Webhook reads one callback. Viber signs neither the address nor a time that
// matters: an old request can be replayed, but it can only say again what it
// said before. Viber repeats for an hour what is not answered with 200.
//
// That somebody subscribed, left or opened the conversation is acknowledged and
// brings nothing: it is no message, and a bot may write only once one came.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	if err := verified(a, r, body); err != nil {
		return nil, channels.TextReply(http.StatusForbidden, "The signature is missing or wrong."), err
	}
	in, err := p.event(a, body)
	switch {
	case err != nil:
		// Viber repeats for an hour what is not taken.
		return nil, channels.Reply{Status: http.StatusOK}, err
	case in == nil:
		return nil, channels.Reply{Status: http.StatusOK}, nil
	}
	return []channels.Inbound{*in}, channels.Reply{Status: http.StatusOK}, nil
}

func verified(a channels.Account, r *http.Request, body []byte) error {
	token := a.Credentials[credToken]
	switch {
	case token == "" || a.HookURL == "":
		return channels.Unverified("the channel has no token or the server no public address")
	case r.Method != http.MethodPost:
		return channels.Unverified("Viber calls with POST")
	case !channels.SameSecret(r.Header.Get(SignatureHeader), Sign(token, body)):
		return channels.Unverified("the signature is missing or wrong; check that the token is current")
	case r.URL.RawQuery == "":
		// The address as the channel's page shows it, which somebody gave to Viber
		// by hand. The token is this bot's, and the key in the address this channel's.
		return nil
	case !channels.SameSecret(r.URL.Query().Get(paramChannel), channelProof(a)):
		return channels.Unverified("the address was not made for this channel; bind it again if the token or the server's public address changed")
	}
	return nil
}

// callback is the body of a request. Which parts it has depends on the event.
type callback struct {
	Event channels.Word `json:"event"`
	// Timestamp is in milliseconds.
	Timestamp    channels.Word `json:"timestamp"`
	MessageToken channels.Word `json:"message_token"`
	// Description says why a message failed.
	Description channels.Word `json:"desc"`
	Sender      channels.Maybe[struct {
		ID   channels.Word `json:"id"`
		Name channels.Word `json:"name"`
	}] `json:"sender"`
	Message channels.Maybe[message] `json:"message"`
}

type message struct {
	Type     channels.Word `json:"type"`
	Text     channels.Word `json:"text"`
	Media    channels.Word `json:"media"`
	Filename channels.Word `json:"file_name"`
	Location channels.Maybe[struct {
		// The numbers stay as Viber writes them.
		Latitude  json.Number   `json:"lat"`
		Longitude json.Number   `json:"lon"`
		Address   channels.Word `json:"address"`
	}] `json:"location"`
	Contact channels.Maybe[struct {
		Name  channels.Word `json:"name"`
		Phone channels.Word `json:"phone_number"`
	}] `json:"contact"`
	Tracking channels.Word `json:"tracking_data"`
}

// event reads a verified body. It returns nil for news that change nothing.
func (p *Provider) event(a channels.Account, body []byte) (*channels.Inbound, error) {
	var c callback
	if err := json.Unmarshal(body, &c); err != nil || c.Event == "" {
		return nil, channels.Malformed("it is not an event in JSON")
	}
	var status channels.Status
	switch c.Event {
	case "message":
		return fromPerson(a, c)
	case "delivered":
		status = channels.StatusDelivered
	case "seen":
		status = channels.StatusRead
	case "failed":
		status = channels.StatusFailed
	default:
		// "webhook" is Viber's check of the address; the others are about people.
		return nil, nil //nolint:nilnil // nil is the documented answer for no news.
	}
	if c.MessageToken == "" {
		return nil, channels.Malformed("a receipt names no message")
	}
	receipt := &channels.Receipt{ProviderMessageID: string(c.MessageToken), Status: status, Raw: string(c.Event), At: c.Timestamp.Millis()}
	if status == channels.StatusFailed {
		receipt.Code, receipt.Reason = codeFailed, p.codes[codeFailed].Message
		if c.Description != "" {
			receipt.Reason = "The person's Viber did not take the message: " + p.kind.Redact(a, string(c.Description))
		}
	}
	return &channels.Inbound{Receipt: receipt}, nil
}

func fromPerson(a channels.Account, c callback) (*channels.Inbound, error) {
	sender, said := c.Sender.Value, c.Message.Value
	if sender.ID == "" || c.MessageToken == "" {
		return nil, channels.Malformed("a message names no sender or has no id")
	}
	m := &channels.InboundMessage{
		ProviderMessageID: string(c.MessageToken), From: string(sender.ID), To: a.Settings[settingSender], ProfileName: string(sender.Name),
		Text: string(said.Text), At: c.Timestamp.Millis(),
	}
	switch said.Type {
	case "text":
		m.ButtonID = pressed(said)
	case "location":
		l := said.Location.Value
		channels.Place{Latitude: l.Latitude, Longitude: l.Longitude, Address: string(l.Address)}.Say(m)
	case "contact":
		if card := said.Contact.Value; said.Contact.Given {
			channels.SayCards(m, []channels.Card{{Name: string(card.Name), Phones: phones(card.Phone)}})
		}
	case "url":
		m.Text = cmp.Or(string(said.Media), string(said.Text))
	case "picture", "video", "file", "sticker":
		if channels.Fetchable(string(said.Media)) {
			m.Media = []channels.Media{{URL: string(said.Media), ContentType: contentType(said.Type), Filename: string(said.Filename)}}
		}
	default:
		m.Kind = channels.InboundUnsupported
	}
	return &channels.Inbound{Message: m}, nil
}

func phones(number channels.Word) []string {
	if number == "" {
		return nil
	}
	return []string{string(number)}
}

// pressed is the id of the button that an answer comes from. What cannot be read
// is not of our making.
func pressed(m message) string {
	var sent tracking
	if err := json.Unmarshal([]byte(m.Tracking), &sent); err != nil {
		return ""
	}
	return sent.Buttons[string(m.Text)]
}

// contentType is the range of types of a file: Viber names only that.
func contentType(kind channels.Word) string {
	switch kind {
	case "picture", "sticker":
		return "image/*"
	case "video":
		return "video/*"
	}
	return "application/octet-stream"
}
