package viberbot

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

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
		return nil, channels.TextReply(http.StatusBadRequest, "The request cannot be understood."), err
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
	Event string `json:"event"`
	// Timestamp is in milliseconds.
	Timestamp    int64        `json:"timestamp"`
	MessageToken messageToken `json:"message_token"`
	// Description says why a message failed.
	Description string `json:"desc"`
	Sender      struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"sender"`
	Message message `json:"message"`
}

type message struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Media    string `json:"media"`
	Location struct {
		// The numbers stay as Viber writes them.
		Latitude  json.Number `json:"lat"`
		Longitude json.Number `json:"lon"`
	} `json:"location"`
	Contact struct {
		Name  string `json:"name"`
		Phone string `json:"phone_number"`
	} `json:"contact"`
	Tracking string `json:"tracking_data"`
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
	receipt := &channels.Receipt{ProviderMessageID: string(c.MessageToken), Status: status, Raw: c.Event, At: unixMillis(c.Timestamp)}
	if status == channels.StatusFailed {
		receipt.Code, receipt.Reason = codeFailed, p.codes[codeFailed].Message
		if c.Description != "" {
			receipt.Reason = "The person's Viber did not take the message: " + p.kind.Redact(a, c.Description)
		}
	}
	return &channels.Inbound{Receipt: receipt}, nil
}

func fromPerson(a channels.Account, c callback) (*channels.Inbound, error) {
	if c.Sender.ID == "" || c.MessageToken == "" {
		return nil, channels.Malformed("a message names no sender or has no id")
	}
	m := &channels.InboundMessage{
		ProviderMessageID: string(c.MessageToken), From: c.Sender.ID, To: a.Settings[settingSender], ProfileName: c.Sender.Name,
		Text: c.Message.Text, At: unixMillis(c.Timestamp),
	}
	switch c.Message.Type {
	case "text":
		m.ButtonID = pressed(c.Message)
	case "location":
		m.Text = c.Message.Location.Latitude.String() + "," + c.Message.Location.Longitude.String()
	case "contact":
		m.Text = strings.TrimSpace(c.Message.Contact.Name + " " + c.Message.Contact.Phone)
	case "url":
		m.Text = cmp.Or(c.Message.Media, c.Message.Text)
	default:
		if c.Message.Media != "" {
			m.Media = []channels.Media{{URL: c.Message.Media, ContentType: contentType(c.Message.Type)}}
		}
	}
	return &channels.Inbound{Message: m}, nil
}

// pressed is the id of the button that an answer comes from. What cannot be read
// is not of our making.
func pressed(m message) string {
	var sent tracking
	if err := json.Unmarshal([]byte(m.Tracking), &sent); err != nil {
		return ""
	}
	return sent.Buttons[m.Text]
}

// contentType is the range of types of a file: Viber names only that.
func contentType(kind string) string {
	switch kind {
	case "picture", "sticker":
		return "image/*"
	case "video":
		return "video/*"
	}
	return "application/octet-stream"
}

// unixMillis is zero for what is no time.
func unixMillis(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
