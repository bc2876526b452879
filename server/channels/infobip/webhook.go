package infobip

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"

	"sluice/server/channels"
)

const (
	// TokenParam holds the token in the address of a report.
	TokenParam = "token"
	// messageParam holds our message id there.
	messageParam = "message"

	// maxReports bounds the entries of one request.
	maxReports = 100
)

// report is an entry of a delivery report (with Status) or of a seen report
// (with SeenAt).
type report struct {
	MessageID string `json:"messageId"`
	DoneAt    string `json:"doneAt"`
	SeenAt    string `json:"seenAt"`
	Status    *state `json:"status"`
	Error     *state `json:"error"`
	// CallbackData is our message id, when Infobip repeats it.
	CallbackData string `json:"callbackData"`
}

// isAbout reports whether an entry names our message: by our id, which Infobip was
// given for it, or in the data that it repeats, beside an id of its own.
func (r report) isAbout(messageID string) bool {
	if r.CallbackData != "" {
		return r.CallbackData == messageID
	}
	return r.MessageID == messageID
}

// Webhook reads delivery and seen reports. No signature of Infobip's is
// documented, so reports go to an address per message that only Infobip was
// told: it holds a token made with the API key for this channel and our message
// id, and a report that comes there has to name that message. Reports to the channel's
// own address, as a subscription in the Infobip Portal sends them, need the
// webhook password, and count by Infobip's ids. An old report can be replayed,
// but it can only say again what it said before, which changes nothing.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	reports, err := verified(a, r, body)
	if err != nil {
		return nil, plainReply(http.StatusForbidden, "The request does not prove that Infobip sent it.\n"), err
	}
	messageID := r.URL.Query().Get(messageParam)
	var events []channels.Inbound
	for _, entry := range reports {
		receipt, err := p.receipt(a, messageID, entry)
		if err != nil {
			return nil, plainReply(http.StatusBadRequest, "The request cannot be understood.\n"), err
		}
		if receipt != nil {
			events = append(events, channels.Inbound{Receipt: receipt})
		}
	}
	return events, channels.Reply{Status: http.StatusOK}, nil
}

// verified returns the entries of a report after checking that its address was
// made for each of them.
func verified(a channels.Account, r *http.Request, body []byte) ([]report, error) {
	password := a.Credentials[credWebhookPassword]
	switch {
	case a.Credentials[credAPIKey] == "":
		return nil, unverified("the channel has no API key to check it with")
	case a.HookURL == "":
		return nil, unverified("the server's public address is not set, and tokens cover it")
	case r.Method != http.MethodPost:
		return nil, unverified("Infobip calls with POST")
	case password == "" && r.URL.Query().Get(TokenParam) == "":
		return nil, unverified("there is no token in the address; without a webhook password reports count only at the address that each message names")
	case password != "" && !hasPassword(r, password):
		return nil, unverified("the webhook password is missing or wrong; check Infobip's notification profile")
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		return nil, unverified("the body is not JSON")
	}
	var payload struct {
		Results []report `json:"results"`
	}
	if err := json.Unmarshal(body, &payload); err != nil {
		return nil, unverified("the body is not a report")
	}
	if n := len(payload.Results); n == 0 || n > maxReports {
		return nil, unverified("it reports on no message or on too many")
	}
	if password != "" && r.URL.RawQuery == "" {
		return payload.Results, nil
	}
	messageID := r.URL.Query().Get(messageParam)
	if messageID == "" || subtle.ConstantTimeCompare([]byte(hookQuery(a, messageID)), []byte(r.URL.RawQuery)) != 1 {
		return nil, unverified("the address was not made for this message on this channel; " +
			"check that the API key is current and that the server's public address is the one Infobip calls")
	}
	for _, entry := range payload.Results {
		if !entry.isAbout(messageID) || entry.MessageID != payload.Results[0].MessageID {
			return nil, unverified("it reports on another message than the one that its address was made for")
		}
	}
	return payload.Results, nil
}

// hasPassword compares hashes, so that the time tells nothing of the length.
func hasPassword(r *http.Request, want string) bool {
	_, given, ok := r.BasicAuth()
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1 && ok
}

func unverified(why string) error { return fmt.Errorf("%w: %s", channels.ErrUnverified, why) }

// errNeither is why a report cannot be understood.
var errNeither = errors.New("it has neither a status nor a time of being seen")

// receipt reads one entry. It returns nil for news that change nothing.
func (p *Provider) receipt(a channels.Account, messageID string, entry report) (*channels.Receipt, error) {
	receipt := &channels.Receipt{ProviderMessageID: entry.MessageID, MessageID: messageID}
	switch {
	case entry.SeenAt != "":
		receipt.Status, receipt.Raw, receipt.At = channels.StatusRead, "SEEN", timeOf(entry.SeenAt)
		return receipt, nil
	case entry.Status == nil:
		return nil, fmt.Errorf("%w: %w", channels.ErrMalformed, errNeither)
	}
	receipt.Status, receipt.Raw, receipt.At = statusOf(*entry.Status), entry.Status.Name, timeOf(entry.DoneAt)
	if receipt.Raw == "" {
		receipt.Raw = entry.Status.GroupName
	}
	switch receipt.Status {
	case channels.StatusNone:
		return nil, nil //nolint:nilnil // nil is the documented answer for no news.
	case channels.StatusFailed:
		receipt.Code, receipt.Reason = p.failure(a, entry)
	case channels.StatusSent, channels.StatusDelivered, channels.StatusRead, channels.StatusUnknown:
	}
	return receipt, nil
}

// failure is the code and the reason: of the error, which is the more exact,
// else of the status.
func (p *Provider) failure(a channels.Account, entry report) (code, reason string) {
	code, reason = entry.Status.Name, entry.Status.Description
	if e := entry.Error; e != nil && e.ID != 0 && e.Name != "" {
		code, reason = e.Name, e.Description
	}
	if code == "" {
		code = entry.Status.GroupName
	}
	if k, ok := p.codes[code]; ok {
		return code, k.Message
	}
	return code, p.kind.Redact(a, reason)
}

// statusOf maps Infobip's groups of statuses. StatusNone marks those that say
// only that the message waits at Infobip. An operator's word that it has the
// message is not the phone's.
func statusOf(s state) channels.Status {
	switch s.Name {
	case "DELIVERED_TO_OPERATOR", "PENDING_ENROUTE", "PENDING_WAITING_DELIVERY":
		return channels.StatusSent
	}
	switch s.GroupName {
	case "PENDING":
		return channels.StatusNone
	case "DELIVERED":
		return channels.StatusDelivered
	case "UNDELIVERABLE", "EXPIRED", "REJECTED":
		return channels.StatusFailed
	}
	return channels.StatusUnknown
}

// timeOf reads Infobip's times, whose zone has no colon. The zero time stands
// for one that cannot be read: it is only shown.
func timeOf(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05.999-0700", time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
