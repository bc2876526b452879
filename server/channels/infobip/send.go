package infobip

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
)

const (
	pathViber = "/viber/2/messages"
	pathSMS   = "/sms/3/messages"

	// Viber keeps a message for 30 s to 14 days, Infobip an SMS for at most 48
	// hours. Below a few seconds an operator has no chance to deliver it.
	minViberValidity = 30 * time.Second
	maxViberValidity = 14 * 24 * time.Hour
	minSMSValidity   = 5 * time.Second
	maxSMSValidity   = 48 * time.Hour
)

// request is the body of both send methods; they share its shape.
type request struct {
	Messages []message       `json:"messages"`
	Options  *requestOptions `json:"options,omitempty"`
}

type requestOptions struct {
	// IncludeSMSCount makes the answer tell the number of parts.
	IncludeSMSCount bool `json:"includeSmsCountInResponse"`
}

type message struct {
	Sender       string        `json:"sender"`
	Destinations []destination `json:"destinations"`
	Content      content       `json:"content"`
	Options      *options      `json:"options,omitempty"`
	Webhooks     *webhooks     `json:"webhooks,omitempty"`
}

type destination struct {
	To string `json:"to"`
	// MessageID is ours. Infobip takes it as its own id and rejects a second
	// message with the same one.
	MessageID string `json:"messageId"`
}

type content struct {
	// Type is "TEXT" on Viber; SMS has none.
	Type string `json:"type,omitempty"`
	Text string `json:"text"`
}

type options struct {
	Label    string    `json:"label,omitempty"`
	Validity *validity `json:"validityPeriod,omitempty"`
}

type validity struct {
	Amount   int    `json:"amount"`
	TimeUnit string `json:"timeUnit"`
}

type webhooks struct {
	Delivery     address  `json:"delivery"`
	Seen         *address `json:"seen,omitempty"`
	ContentType  string   `json:"contentType"`
	CallbackData string   `json:"callbackData"`
}

type address struct {
	URL string `json:"url"`
}

// state is a status or an error in an answer or report.
type state struct {
	GroupID     int    `json:"groupId"`
	GroupName   string `json:"groupName"`
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Send hands over a message under our own id. Infobip rejects an id that it
// already has, so a repeated send after ClassUnknown finds out whether the first
// one arrived, instead of sending twice.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	r, err := p.request(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic("infobip: a request cannot be written as JSON: " + err.Error())
	}
	path := pathSMS
	if a.Type == channels.Viber {
		path = pathViber
	}
	body, err := p.call(ctx, a, http.MethodPost, path, data)
	if err != nil {
		return channels.Accepted{}, err
	}
	return p.accepted(a, body)
}

func (p *Provider) accepted(a channels.Account, body []byte) (channels.Accepted, error) {
	var answer struct {
		Messages []struct {
			MessageID string `json:"messageId"`
			Status    state  `json:"status"`
			Details   struct {
				MessageCount int `json:"messageCount"`
			} `json:"details"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Messages) != 1 || answer.Messages[0].MessageID == "" {
		return channels.Accepted{}, channels.NoAnswer(title, err)
	}
	m := answer.Messages[0]
	if statusOf(m.Status) == channels.StatusFailed && m.Status.Name != duplicateID {
		return channels.Accepted{}, p.sendError(m.Status.Name, http.StatusUnprocessableEntity, p.kind.Redact(a, m.Status.Description), nil)
	}
	return channels.Accepted{ProviderMessageID: m.MessageID, Parts: m.Details.MessageCount}, nil
}

func (p *Provider) request(a channels.Account, o channels.Outbound) (request, error) {
	if !p.kind.Takes(a.Type, o.Message.Type) {
		return request{}, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true,
			Message: "Infobip does not take a message of the form " + strconv.Quote(string(o.Message.Type)) + " on this channel.",
			Hint:    "Send text.",
		}
	}
	m := message{
		Sender:       a.Settings[settingSender],
		Destinations: []destination{{To: strings.TrimPrefix(o.To, "+"), MessageID: o.MessageID}},
		Content:      content{Text: o.Message.Text},
		Options:      &options{},
	}
	r := request{Options: &requestOptions{IncludeSMSCount: true}}
	shortest, longest := minSMSValidity, maxSMSValidity
	if a.Type == channels.Viber {
		r.Options = nil
		m.Content.Type = "TEXT"
		m.Options.Label = label(o.Category)
		shortest, longest = minViberValidity, maxViberValidity
	}
	if !o.Deadline.IsZero() {
		left := o.Deadline.Sub(p.now())
		if left <= 0 {
			return request{}, &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeDeadline,
				Message: "The message's deadline passed before it was handed to Infobip.",
			}
		}
		left = min(max(left, shortest), longest)
		m.Options.Validity = &validity{Amount: int(math.Ceil(left.Seconds())), TimeUnit: "SECONDS"}
	}
	if *m.Options == (options{}) {
		m.Options = nil
	}
	if a.HookURL != "" {
		report := address{URL: a.HookURL + "?" + hookQuery(a, o.MessageID)}
		m.Webhooks = &webhooks{Delivery: report, ContentType: "application/json", CallbackData: o.MessageID}
		if a.Type == channels.Viber {
			m.Webhooks.Seen = &report
		}
	}
	r.Messages = []message{m}
	return r, nil
}

// label is Viber's class of a message: it decides the price, and promotional
// ones go only to people who may be advertised to.
func label(category string) string {
	switch category {
	case "promotional", "marketing":
		return "PROMOTIONAL"
	}
	return "TRANSACTIONAL"
}

// hookQuery is the query of the address for the reports on one message. The
// token in it is what proves a report: Infobip signs nothing.
func hookQuery(a channels.Account, messageID string) string {
	return url.Values{
		messageParam: {messageID},
		TokenParam:   {channels.HookToken(a.Credentials[credAPIKey], a.HookURL, messageID)},
	}.Encode()
}
