package kannel

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/gsm"
)

const (
	// reportMask asks for all delivery reports: delivered (1), failed (2),
	// buffered (4), taken (8) and refused (16) by the SMS centre.
	reportMask = "31"
	// maxValidity is the longest that SMS centres keep a message, 63 weeks
	// (3GPP TS 23.040), in minutes.
	maxValidity = 63 * 7 * 24 * 60

	paramMessage = "message"
	paramToken   = "token"
	paramReport  = "report"
	paramAnswer  = "answer"
	paramAt      = "at"
)

// Send hands over one message. Kannel names no id in its answer and has no
// idempotency key: our own id stands for its, and comes back in the reports.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	values, err := p.request(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	resp, err := p.call(ctx, a, values)
	switch {
	case err != nil:
		return channels.Accepted{}, err
	case resp.Status == http.StatusAccepted && isTaken(string(resp.Body)):
		return channels.Accepted{ProviderMessageID: o.MessageID, Parts: gsm.Parts(o.Message.Text)}, nil
	case resp.Status >= 200 && resp.Status < 300:
		return channels.Accepted{}, channels.NoAnswer(title, nil)
	}
	return channels.Accepted{}, p.refused(a, resp)
}

// isTaken knows the answers "0: Accepted for delivery", "3: Queued for later
// delivery" (there is no connection to an SMS centre now; Kannel keeps the
// message), "Sent." of a gateway with immediate-sendsms-reply, and none at all
// beside the status 202.
func isTaken(answer string) bool {
	return strings.TrimSpace(answer) == "" || strings.HasPrefix(answer, "0:") || strings.HasPrefix(answer, "3:") || strings.HasPrefix(answer, "Sent.")
}

func (p *Provider) request(a channels.Account, o channels.Outbound) (url.Values, error) {
	if !p.kind.Takes(a.Type, o.Message.Type) {
		return nil, channels.WrongForm(title, o.Message.Type, "Send text.")
	}
	if o.Message.Type == flows.MessageText && o.Message.Text == "" {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: "no_text", Message: "The message has no text.", Hint: "See what the text of the node holds.",
		}
	}
	values := url.Values{
		"from": {a.Settings[settingSender]}, "to": {o.To}, "text": {o.Message.Text}, "charset": {"UTF-8"}, "coding": {"0"},
	}
	if !gsm.Fits(o.Message.Text) {
		values.Set("coding", "2")
	}
	if smsc := a.Settings[settingSMSC]; smsc != "" {
		values.Set("smsc", smsc)
	}
	if !o.Deadline.IsZero() {
		left := o.Deadline.Sub(p.now())
		if left <= 0 {
			return nil, channels.DeadlinePassed(title)
		}
		values.Set("validity", strconv.Itoa(min(int(math.Ceil(left.Minutes())), maxValidity)))
	}
	if address := reportURL(a, o.MessageID); address != "" {
		values.Set("dlr-mask", reportMask)
		values.Set("dlr-url", address)
	}
	return values, nil
}

// reportURL is the address for the reports on one message, with a token that
// only this channel can have made. Kannel replaces %d (what became of it), %A
// (the SMS centre's words) and %T (the time). It is empty when no report can
// come.
func reportURL(a channels.Account, messageID string) string {
	token := reportToken(a, messageID)
	// Kannel would take a percent sign in the id for one of its own.
	if token == "" || strings.Contains(a.HookURL+messageID, "%") {
		return ""
	}
	fixed := url.Values{paramMessage: {messageID}, paramToken: {token}}.Encode()
	if strings.Contains(fixed, "%") {
		return ""
	}
	return a.HookURL + "?" + fixed + "&" + paramReport + "=%d&" + paramAnswer + "=%A&" + paramAt + "=%T"
}

func reportToken(a channels.Account, messageID string) string {
	return channels.HookToken(a.Credentials[credPassword], a.HookURL, messageID)
}
