package infobip

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
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

// report is an entry of a delivery report (with Status), of a seen report (with
// SeenAt), or a message from a person (with From).
type report struct {
	MessageID channels.Word         `json:"messageId"`
	DoneAt    channels.Word         `json:"doneAt"`
	SeenAt    channels.Word         `json:"seenAt"`
	Status    channels.Maybe[state] `json:"status"`
	Error     channels.Maybe[state] `json:"error"`
	// CallbackData is our message id, when Infobip repeats it.
	CallbackData channels.Word `json:"callbackData"`
	inbound
}

// isAbout reports whether an entry names our message: by our id, which Infobip was
// given for it, or in the data that it repeats, beside an id of its own.
func (r report) isAbout(messageID string) bool {
	if r.CallbackData != "" {
		return string(r.CallbackData) == messageID
	}
	return string(r.MessageID) == messageID
}

// Webhook reads delivery and seen reports, and messages from people. No signature
// of Infobip's is documented, so reports go to an address per message that only
// Infobip was told: it holds a token made with the API key for this channel and our
// message id, and a report that comes there has to name that message. Messages come
// to the channel's secret address (CallbackURL). Reports to the channel's own
// address, as a subscription in the Infobip Portal sends them, need that token or
// the webhook password, and count by Infobip's ids. An old report can be replayed,
// but it can only say again what it said before, which changes nothing.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	reports, err := verified(a, r, body)
	if err != nil {
		return nil, plainReply(http.StatusForbidden, "The request does not prove that Infobip sent it.\n"), err
	}
	messageID := r.URL.Query().Get(messageParam)
	var events []channels.Inbound
	var broken error
	if reports.Broken > 0 {
		broken = channels.Malformed("an entry is no report")
	}
	for _, entry := range reports.List {
		event, err := p.event(a, messageID, entry)
		switch {
		case err != nil:
			broken = err
		case event != nil:
			events = append(events, *event)
		}
	}
	if len(events) > 0 {
		broken = nil
	}
	return events, channels.Reply{Status: http.StatusOK}, broken
}

// event reads one entry. It returns nil for news that change nothing.
func (p *Provider) event(a channels.Account, messageID string, entry report) (*channels.Inbound, error) {
	if messageID == "" && entry.person() != "" {
		m, err := entry.message(a, string(entry.MessageID))
		return &channels.Inbound{Message: m}, err
	}
	receipt, err := p.receipt(a, messageID, entry)
	if receipt == nil || err != nil {
		return nil, err
	}
	return &channels.Inbound{Receipt: receipt}, nil
}

// CallbackURL is the address to enter in the Infobip Portal, for messages from
// people.
func (p *Provider) CallbackURL(a channels.Account) string {
	if query := ownQuery(a); query != "" {
		return a.HookURL + "?" + query
	}
	return a.HookURL
}

// ownQuery is the query of the channel's secret address.
func ownQuery(a channels.Account) string {
	token := channels.HookToken(a.Credentials[credAPIKey], a.HookURL, "infobip callbacks")
	if token == "" {
		return ""
	}
	return url.Values{TokenParam: {token}}.Encode()
}

// verified returns the entries of a report after checking that its address was
// made for each of them.
func verified(a channels.Account, r *http.Request, body []byte) (channels.Items[report], error) {
	var none channels.Items[report]
	password := a.Credentials[credWebhookPassword]
	switch {
	case a.Credentials[credAPIKey] == "":
		return none, unverified("the channel has no API key to check it with")
	case a.HookURL == "":
		return none, unverified("the server's public address is not set, and tokens cover it")
	case r.Method != http.MethodPost:
		return none, unverified("Infobip calls with POST")
	case password == "" && r.URL.Query().Get(TokenParam) == "":
		return none, unverified("there is no token in the address; without a webhook password reports count only at the address that each message names")
	case password != "" && !hasPassword(r, password):
		return none, unverified("the webhook password is missing or wrong; check Infobip's notification profile")
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		return none, unverified("the body is not JSON")
	}
	var payload struct {
		Results channels.Items[report] `json:"results"`
	}
	if err := json.Unmarshal(body, &payload); err != nil {
		return none, unverified("the body is not a report")
	}
	if n := len(payload.Results.List) + payload.Results.Broken; n == 0 || n > maxReports {
		return none, unverified("it reports on no message or on too many")
	}
	own := ownQuery(a)
	if password != "" && r.URL.RawQuery == "" || own != "" && channels.SameSecret(r.URL.RawQuery, own) {
		return payload.Results, nil
	}
	messageID := r.URL.Query().Get(messageParam)
	if messageID == "" || subtle.ConstantTimeCompare([]byte(hookQuery(a, messageID)), []byte(r.URL.RawQuery)) != 1 {
		return none, unverified("the address was not made for this message on this channel; " +
			"check that the API key is current and that the server's public address is the one Infobip calls")
	}
	for _, entry := range payload.Results.List {
		if !entry.isAbout(messageID) || entry.MessageID != payload.Results.List[0].MessageID {
			return none, unverified("it reports on another message than the one that its address was made for")
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
	receipt := &channels.Receipt{ProviderMessageID: string(entry.MessageID), MessageID: messageID}
	switch {
	case entry.SeenAt != "":
		receipt.Status, receipt.Raw, receipt.At = channels.StatusRead, "SEEN", timeOf(string(entry.SeenAt))
		return receipt, nil
	case !entry.Status.Given:
		return nil, fmt.Errorf("%w: %w", channels.ErrMalformed, errNeither)
	}
	receipt.Status, receipt.Raw, receipt.At = statusOf(entry.Status.Value), entry.Status.Value.Name, timeOf(string(entry.DoneAt))
	if receipt.Raw == "" {
		receipt.Raw = entry.Status.Value.GroupName
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
	code, reason = entry.Status.Value.Name, entry.Status.Value.Description
	if e := entry.Error.Value; e.ID != 0 && e.Name != "" {
		code, reason = e.Name, e.Description
	}
	if code == "" {
		code = entry.Status.Value.GroupName
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
			return channels.PlausibleTime(t)
		}
	}
	return time.Time{}
}

func plainReply(status int, text string) channels.Reply {
	return channels.Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}
