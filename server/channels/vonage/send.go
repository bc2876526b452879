package vonage

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

// The times to live that Vonage takes. WhatsApp has none.
const (
	minViberTTL = 30 * time.Second
	maxViberTTL = 259200 * time.Second
	minSMSTTL   = 20 * time.Second
	maxSMSTTL   = 604800 * time.Second
)

// messageParam carries our message id in the address of a message's receipts.
const messageParam = "message"

// message is the body of POST /v1/messages.
type message struct {
	Channel     string `json:"channel"`
	MessageType string `json:"message_type"`
	To          string `json:"to"`
	From        string `json:"from"`
	// ClientRef is our message id; every receipt repeats it.
	ClientRef  string    `json:"client_ref"`
	WebhookURL string    `json:"webhook_url,omitempty"`
	TTL        int       `json:"ttl,omitempty"`
	Text       string    `json:"text,omitempty"`
	Image      *media    `json:"image,omitempty"`
	Video      *media    `json:"video,omitempty"`
	Audio      *media    `json:"audio,omitempty"`
	File       *media    `json:"file,omitempty"`
	Template   *template `json:"template,omitempty"`
	Custom     *custom   `json:"custom,omitempty"`
	WhatsApp   *whatsApp `json:"whatsapp,omitempty"`
	Viber      *viber    `json:"viber_service,omitempty"`
	// Messenger says by what right the message is sent.
	Messenger *messenger `json:"messenger,omitempty"`
}

type media struct {
	URL     string `json:"url"`
	Caption string `json:"caption,omitempty"`
	// Name is that of a document. Without one the caption would be taken for it.
	Name string `json:"name,omitempty"`
}

type template struct {
	Name       string   `json:"name"`
	Parameters []string `json:"parameters,omitempty"`
}

type whatsApp struct {
	Policy string `json:"policy"`
	Locale string `json:"locale"`
}

// messenger has "response", or "message_tag" with the tag HUMAN_AGENT.
type messenger struct {
	Category string `json:"category"`
	Tag      string `json:"tag,omitempty"`
}

type viber struct {
	Category string `json:"category"`
	TTL      int    `json:"ttl,omitempty"`
}

// Send creates a message. Vonage has no idempotency key: after ClassUnknown the
// message may exist, and its receipts will then carry our message id.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	m, err := p.message(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		panic("vonage: a message cannot be written as JSON: " + err.Error())
	}
	body, err := p.call(ctx, a, http.MethodPost, "/v1/messages", data)
	if err != nil {
		return channels.Accepted{}, err
	}
	var answer struct {
		UUID string `json:"message_uuid"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.UUID == "" {
		return channels.Accepted{}, channels.NoAnswer(title, err)
	}
	return channels.Accepted{ProviderMessageID: answer.UUID}, nil
}

func (p *Provider) message(a channels.Account, o channels.Outbound) (message, error) {
	m := message{
		Channel: channelName(a.Type), To: strings.TrimPrefix(o.To, "+"),
		From: strings.TrimPrefix(a.Settings[settingSender], "+"), ClientRef: o.MessageID,
	}
	if query := hookQuery(a, o.MessageID); query != "" {
		m.WebhookURL = a.HookURL + "?" + query
	}
	var left time.Duration
	if !o.Deadline.IsZero() {
		if left = o.Deadline.Sub(p.now()); left <= 0 {
			return m, &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeDeadline,
				Message: "The message's deadline passed before it was handed to Vonage.",
			}
		}
	}
	switch a.Type {
	case channels.SMS:
		m.TTL = ttl(left, minSMSTTL, maxSMSTTL)
	case channels.Viber:
		m.Viber = &viber{Category: category(o.Category), TTL: ttl(left, minViberTTL, maxViberTTL)}
	case channels.Messenger:
		m.Messenger = &messenger{Category: "response"}
		if o.Category == flows.CategoryAgent {
			m.Messenger = &messenger{Category: "message_tag", Tag: "HUMAN_AGENT"}
		}
	case channels.WhatsApp:
	}
	return m, p.content(&m, a, o)
}

// ttl is the seconds that are left, within the vendor's bounds; zero, which is
// left out, when there is no deadline.
func ttl(left, shortest, longest time.Duration) int {
	if left == 0 {
		return 0
	}
	return int(math.Ceil(min(max(left, shortest), longest).Seconds()))
}

// content sets the fields that hold the message itself.
func (p *Provider) content(m *message, a channels.Account, o channels.Outbound) error {
	in := o.Message
	if !p.kind.Takes(a.Type, in.Type) {
		return &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true,
			Message: "Vonage does not take a message of the form " + strconv.Quote(string(in.Type)) + " on this channel.",
			Hint:    "Send text.",
		}
	}
	file := &media{URL: in.URL, Caption: in.Caption}
	if a.Type == channels.Messenger && in.Caption != "" {
		return &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true,
			Message: "Messenger shows no caption with a file.", Hint: "Send the caption as a text of its own.",
		}
	}
	switch in.Type {
	case flows.MessageTemplate:
		if o.Template == nil || o.Template.ProviderID == "" {
			return &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeTemplate, Fallback: true,
				Message: "The template " + strconv.Quote(in.Template) + " has no name at WhatsApp.",
				Hint:    "Enter the template's name from the WhatsApp Manager as its provider id.",
			}
		}
		return m.putTemplate(in, o.Template)
	case flows.MessageImage:
		m.MessageType, m.Image = "image", file
	case flows.MessageVideo:
		m.MessageType, m.Video = "video", file
	case flows.MessageAudio:
		// Audio has no caption at WhatsApp.
		m.MessageType, m.Audio = "audio", &media{URL: in.URL}
	case flows.MessageDocument:
		m.MessageType, m.File = "file", file
		if a.Type == channels.WhatsApp {
			file.Name = fileName(in)
		}
	default:
		m.MessageType, m.Text = "text", in.Text
	}
	return nil
}

// fileName is what a document is called: what the message says, else the end of
// its address, which matters only where a caption would take its place.
func fileName(m flows.Message) string {
	if m.Filename != "" || m.Caption == "" {
		return m.Filename
	}
	u, err := url.Parse(m.URL)
	if err != nil {
		return ""
	}
	if name := path.Base(u.Path); name != "." && name != "/" {
		return name
	}
	return "document"
}

// channelName is Vonage's name of a channel type.
func channelName(t channels.ChannelType) string {
	if t == channels.Viber {
		return "viber_service"
	}
	return string(t)
}

// category is Viber's class of a message: it decides the price, and promotional
// ones go only to people who may be advertised to.
func category(of string) string {
	switch of {
	case "promotional", "marketing":
		return "promotion"
	}
	return "transaction"
}

// hookQuery is the query of the address for the receipts of one message. Vonage
// signs with a secret of the whole account, so the token in it is what ties a
// receipt to this channel and message. It is empty when no receipts can come.
func hookQuery(a channels.Account, messageID string) string {
	token := channels.HookToken(a.Credentials[credSignature], a.HookURL, messageID)
	if token == "" {
		return ""
	}
	return url.Values{messageParam: {messageID}, "token": {token}}.Encode()
}
