package twilio

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

const (
	// Twilio drops messages that wait longer than this in its queue. The
	// allowed range is 1 s to 10 h; below 5 s, Twilio warns, messages are often
	// dropped before the carrier had a chance.
	minValidity = 5 * time.Second
	maxValidity = 36000 * time.Second

	// messageParam carries our message id in the status callback's URL, so
	// that a receipt which overtakes the answer to Send finds its message.
	messageParam = "message"
)

// Send creates a message. Twilio has no idempotency key: after ClassUnknown
// the message may exist, and its receipts will then carry our message id.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	if a.Type == channels.Messenger && o.Category == flows.CategoryAgent {
		return channels.Accepted{}, channels.NoAgentCategory(title)
	}
	form, err := p.form(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	req, err := p.request(ctx, a, http.MethodPost, "/Messages.json", form)
	if err != nil {
		return channels.Accepted{}, err
	}
	body, err := p.call(a, req)
	if err != nil {
		return channels.Accepted{}, err
	}
	var message struct {
		SID         string `json:"sid"`
		Status      string `json:"status"`
		NumSegments string `json:"num_segments"`
		ErrorCode   *int   `json:"error_code"`
	}
	if err := json.Unmarshal(body, &message); err != nil || message.SID == "" {
		return channels.Accepted{}, channels.NoAnswer(title, err)
	}
	if message.ErrorCode != nil && statusOf(message.Status) == channels.StatusFailed {
		return channels.Accepted{}, p.sendError(a, strconv.Itoa(*message.ErrorCode), http.StatusUnprocessableEntity, "", nil)
	}
	// With a Messaging Service Twilio answers "0": not known yet.
	parts, err := strconv.Atoi(message.NumSegments)
	if err != nil {
		parts = 0
	}
	return channels.Accepted{ProviderMessageID: message.SID, Parts: parts}, nil
}

func (p *Provider) form(a channels.Account, o channels.Outbound) (url.Values, error) {
	form := url.Values{"To": {address(a.Type, o.To)}}
	switch sender := a.Settings[settingSender]; {
	case isService(sender):
		form.Set("MessagingServiceSid", sender)
	case !o.SendAt.IsZero():
		// Twilio would drop the time in silence and send at once.
		return nil, p.codes["35111"].Error("35111")
	default:
		form.Set("From", address(a.Type, sender))
	}
	if !o.SendAt.IsZero() {
		form.Set("ScheduleType", "fixed")
		form.Set("SendAt", o.SendAt.UTC().Format(time.RFC3339))
	}
	if a.HookURL != "" {
		form.Set("StatusCallback", a.HookURL+"?"+url.Values{messageParam: {o.MessageID}}.Encode())
	}
	if !o.Deadline.IsZero() {
		left := o.Deadline.Sub(p.now())
		if !o.SendAt.IsZero() {
			left = o.Deadline.Sub(o.SendAt)
		}
		if left <= 0 {
			return nil, channels.DeadlinePassed(title)
		}
		left = min(max(left, minValidity), maxValidity)
		form.Set("ValidityPeriod", strconv.Itoa(int(math.Ceil(left.Seconds()))))
	}
	return form, p.content(form, a, o)
}

// content sets the fields that hold the message itself.
func (p *Provider) content(form url.Values, a channels.Account, o channels.Outbound) error {
	m := o.Message
	if !p.kind.Takes(a.Type, m.Type) {
		return channels.WrongForm(title, m.Type, "Send text, or make a Content template in the Twilio Console and send that.")
	}
	switch m.Type {
	case flows.MessageText:
		form.Set("Body", m.Text)
	case flows.MessageTemplate:
		if o.Template == nil || o.Template.ProviderID == "" {
			return &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeTemplate, Fallback: true,
				Message: "The template " + strconv.Quote(m.Template) + " has no Content SID.",
				Hint:    "Enter the template's Content SID (HX…) from the Twilio Console.",
			}
		}
		form.Set("ContentSid", o.Template.ProviderID)
		values, err := variables(o.Template, m.Parameters)
		if err != nil {
			return err
		}
		if len(m.Parameters) > 0 {
			form.Set("ContentVariables", values)
		}
	default:
		form.Set("MediaUrl", m.URL)
		if m.Caption != "" {
			form.Set("Body", m.Caption)
		}
	}
	return nil
}

// contentVariables is Twilio's form of template parameters: a JSON object from
// placeholder numbers to texts.
func contentVariables(parameters []string) string {
	byNumber := make(map[string]string, len(parameters))
	for i, v := range parameters {
		byNumber[strconv.Itoa(i+1)] = v
	}
	data, err := json.Marshal(byNumber)
	if err != nil {
		panic("twilio: a map of strings cannot be written as JSON: " + err.Error())
	}
	return string(data)
}

// prefix begins the addresses of a type of channel.
func prefix(t channels.ChannelType) string {
	switch t {
	case channels.WhatsApp:
		return whatsAppPrefix
	case channels.Messenger:
		return messengerPrefix
	}
	return ""
}

// address is a phone number or id as Twilio wants it on that type of channel.
func address(t channels.ChannelType, number string) string {
	if !strings.HasPrefix(number, prefix(t)) {
		return prefix(t) + number
	}
	return number
}

// person is an address of Twilio's without what tells its type of channel, and
// whether it is of that one.
func person(t channels.ChannelType, address string) (string, bool) {
	bare, ok := strings.CutPrefix(address, prefix(t))
	// Twilio leaves the prefix of WhatsApp out in some of its webhooks.
	return bare, (ok || t == channels.WhatsApp) && !strings.Contains(bare, ":")
}
