package alibaba

import (
	"context"
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

const (
	// Viber keeps a message for 30 s to 14 days, the SMS service for 1 s to
	// four hours (SendChatappMessage, "Configure the default validity period").
	minViberValidity = 30 * time.Second
	maxViberValidity = 14 * 24 * time.Hour
	minSMSValidity   = time.Second
	maxSMSValidity   = 4 * time.Hour
)

// Send hands over a message. Neither service has an idempotency key: after
// ClassUnknown the message may exist, and its receipts will then carry our
// message id, as TaskId. CAMS keeps a deadline for Viber only; on WhatsApp it is
// kept up to the hand-over.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	left := time.Duration(0)
	if !o.Deadline.IsZero() {
		if left = o.Deadline.Sub(p.now()); left <= 0 {
			return channels.Accepted{}, &channels.SendError{
				Class: channels.ClassPermanent, Code: channels.CodeDeadline,
				Message: "The message's deadline passed before it was handed to Alibaba Cloud.",
			}
		}
	}
	if a.Type == channels.SMS {
		return p.sendSMS(ctx, a, o, left)
	}
	return p.sendChat(ctx, a, o, left)
}

func (p *Provider) sendChat(ctx context.Context, a channels.Account, o channels.Outbound, left time.Duration) (channels.Accepted, error) {
	if o.Category == flows.CategoryAgent {
		return channels.Accepted{}, channels.NoAgentCategory(title)
	}
	form, err := p.content(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	form.Set("ChannelType", string(a.Type))
	form.Set("From", senderOf(a.Settings[settingSender]))
	form.Set("To", digits(o.To))
	form.Set("CustSpaceId", a.Settings[settingSpace])
	setTask(form, a, o.MessageID)
	if a.Type == channels.Viber {
		form.Set("Label", label(o.Category))
		if left > 0 {
			form.Set("Ttl", seconds(left, minViberValidity, maxViberValidity))
		}
	}
	body, err := p.call(ctx, a, call{"SendChatappMessage", chatVersion, nil, form})
	if err != nil {
		return channels.Accepted{}, err
	}
	return accepted(body)
}

func (p *Provider) sendSMS(ctx context.Context, a channels.Account, o channels.Outbound, left time.Duration) (channels.Accepted, error) {
	if !p.kind.Takes(a.Type, o.Message.Type) {
		return channels.Accepted{}, badForm("SMS takes text only, and the message has the form "+strconv.Quote(string(o.Message.Type))+".", "Send text.")
	}
	query := url.Values{"To": {digits(o.To)}, "Message": {o.Message.Text}}
	if sender := a.Settings[settingSender]; sender != "" {
		query.Set("From", sender)
	}
	if kind := smsType(o.Category); kind != "" {
		query.Set("Type", kind)
	}
	setTask(query, a, o.MessageID)
	if left > 0 {
		query.Set("ValidityPeriod", seconds(left, minSMSValidity, maxSMSValidity))
	}
	body, err := p.call(ctx, a, call{"SendMessageToGlobe", smsVersion, query, nil})
	if err != nil {
		return channels.Accepted{}, err
	}
	return accepted(body)
}

// smsType is the service's class of a text message, which decides the route and what
// the carriers of some countries let through. Without one it chooses.
func smsType(category string) string {
	return map[string]string{"verification": "OTP", "notification": "NOTIFY", "marketing": "MKT"}[category]
}

// senderOf is a sender as CAMS knows it: a number or id in digits, or a name as it
// is.
func senderOf(sender string) string {
	if strings.Trim(sender, "+0123456789 .-") == "" {
		return digits(sender)
	}
	return sender
}

func accepted(body []byte) (channels.Accepted, error) {
	var answer struct {
		MessageID string `json:"MessageId"`
		// Segments is written as a text.
		Segments string `json:"Segments"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.MessageID == "" {
		return channels.Accepted{}, channels.NoAnswer(title, err)
	}
	// The number of parts is only shown; without one there is none to show.
	parts, _ := strconv.Atoi(answer.Segments)
	return channels.Accepted{ProviderMessageID: answer.MessageID, Parts: parts}, nil
}

func setTask(values url.Values, a channels.Account, messageID string) {
	if messageID != "" {
		values.Set("TaskId", taskID(a, messageID))
	}
}

// seconds is a validity within the service's bounds, in whole seconds.
func seconds(left, shortest, longest time.Duration) string {
	return strconv.Itoa(int(math.Ceil(min(max(left, shortest), longest).Seconds())))
}

// label is Viber's class of a message: it decides the price, and promotional
// ones go only to people who may be advertised to.
func label(category string) string {
	switch category {
	case "promotional", "marketing":
		return "promotion"
	}
	return "transaction"
}
