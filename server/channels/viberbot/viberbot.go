// Package viberbot sends messages through Viber's Bot API, to people who wrote
// to a bot or subscribed to it, and reads its callbacks. Business messages to
// phone numbers are another product, which other providers carry.
//
// The facts about the API come from Viber's public documentation: the REST API
// of bots, its common errors, the message and keyboard models, and its FAQ.
package viberbot

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "viber_bot"

const (
	title          = "Viber Bot API"
	defaultBaseURL = "https://chatapi.viber.com"

	credToken = "auth_token"

	settingSender = "sender_name"
	settingAvatar = "avatar"

	// paramChannel holds, in the callback address that Viber is given, the proof
	// that it was made for this channel: Viber signs only the body, and its
	// callbacks do not say which bot they are about.
	paramChannel = "channel"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
	DoUpTo(req *http.Request, maxBytes int64) (*egress.Response, error)
}

// Provider is the Bot API. It keeps no state about accounts.
type Provider struct {
	http  Doer
	now   func() time.Time
	kind  channels.Kind
	codes map[string]channels.KnownCode
}

// New makes the provider.
func New(client Doer) *Provider {
	return &Provider{http: client, now: time.Now, kind: kind(), codes: knownCodes()}
}

// Kind describes the Bot API.
func (p *Provider) Kind() channels.Kind { return p.kind }

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }

func kind() channels.Kind {
	return channels.Kind{
		Name: Name, Title: title,
		Help: "Conversations with people who wrote to a Viber bot. They are addressed by the id that Viber gives them for that bot, " +
			"which their first message brings. Binding the channel gives Viber the address to call.",
		ChannelTypes: []channels.ChannelType{channels.ViberBot},
		Credentials: []channels.Field{{
			Name: credToken, Title: "Authentication token", Required: true, Secret: true, Pattern: `[!-~]{8,128}`,
			Help: "In Viber: More, Settings, Bots, Edit info, Your app key. Viber signs its callbacks with it too.",
		}},
		Settings: []channels.Field{
			{
				Name: settingSender, Title: "Sender name", Required: true, Pattern: `.{1,28}`, Example: "My Shop",
				Help: "The name above the messages, up to 28 characters.",
			},
			{
				Name: settingAvatar, Title: "Picture", Pattern: `https?://\S{1,1000}`, Example: "https://example.com/avatar.png",
				Help: "The address of the picture beside the messages, up to 100 kB. Empty: the bot's own.",
			},
		},
		Identity: []string{credToken},
		Sections: []channels.Section{
			{Name: "account", Title: "Bot", Fields: []string{credToken}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingSender, settingAvatar}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{channels.ViberBot: {Delivered: true, Read: true}},
		Forms: map[channels.ChannelType][]flows.MessageType{channels.ViberBot: {
			flows.MessageText, flows.MessageImage, flows.MessageDocument, flows.MessageButtons,
		}},
		DefaultBaseURL: defaultBaseURL,
		Inbound:        true,
	}
}

// events are the callbacks that the channel wants besides those that Viber
// always makes (message, subscribed, unsubscribed).
func events() []string { return []string{"delivered", "seen", "failed", "conversation_started"} }

// Verify asks for the bot's account, which proves the token, and gives Viber the
// address to call. Viber calls there at once and refuses an address that does
// not answer; and it sends nothing for a bot that never had one.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	account, err := p.call(ctx, a, "/pa/get_account_info", object{})
	if err != nil {
		return err
	}
	if a.HookURL == "" {
		if account.Webhook == "" {
			return p.codes[codeNoWebhook].Error(codeNoWebhook)
		}
		return nil
	}
	_, err = p.call(ctx, a, "/pa/set_webhook", object{"url": callbackURL(a), "event_types": events(), "send_name": true})
	return err
}

// callbackURL is where Viber calls for this channel.
func callbackURL(a channels.Account) string {
	return a.HookURL + "?" + paramChannel + "=" + channelProof(a)
}

// channelProof is empty when nothing can be proven.
func channelProof(a channels.Account) string {
	return channels.HookToken(a.Credentials[credToken], a.HookURL, Name)
}

// object is a JSON object of Viber's.
type object = map[string]any

// answer is what every method answers, always with HTTP status 200.
type answer struct {
	Status       *int         `json:"status"`
	Message      string       `json:"status_message"`
	MessageToken messageToken `json:"message_token"`
	// Webhook is where Viber calls for the account; empty when nowhere.
	Webhook string `json:"webhook"`
}

// messageToken is the id of a message: a number of 64 bits, which Viber writes
// as a number or as a text.
type messageToken string

// UnmarshalJSON keeps every digit.
func (t *messageToken) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(t))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*t = messageToken(n)
	return nil
}

// call posts to one method of the API.
func (p *Provider) call(ctx context.Context, a channels.Account, path string, content object) (answer, error) {
	data, err := json.Marshal(content)
	if err != nil {
		panic("viberbot: a request cannot be written as JSON: " + err.Error())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Base(defaultBaseURL)+path, bytes.NewReader(data))
	if err != nil {
		return answer{}, channels.BadBaseURL(defaultBaseURL)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Viber-Auth-Token", a.Credentials[credToken])
	resp, err := p.http.Do(req)
	if err != nil {
		return answer{}, channels.NetworkError(title, err)
	}
	if resp.Status < 200 || resp.Status > 299 {
		return answer{}, channels.AnswerError(title, "", "", resp.Status, resp.Header)
	}
	var got answer
	if err := json.Unmarshal(resp.Body, &got); err != nil || got.Status == nil {
		return answer{}, channels.NoAnswer(title, err)
	}
	if *got.Status != 0 {
		return answer{}, p.refused(a, strconv.Itoa(*got.Status), got.Message, resp.Header)
	}
	return got, nil
}

// checkComplete catches a channel that was never set up to the end.
func checkComplete(a channels.Account) error {
	switch {
	case a.Credentials[credToken] == "":
		return channels.MissingSetting("authentication token")
	case a.Settings[settingSender] == "":
		return channels.MissingSetting("sender name")
	}
	return nil
}
