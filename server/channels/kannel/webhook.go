package kannel

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"sluice/server/channels"
)

// The types of delivery report, as Kannel replaces %d.
const (
	reportDelivered = 1
	reportFailed    = 2
	reportBuffered  = 4
	reportTaken     = 8
	reportRefused   = 16
	// reportIntermediate is a notification of SMPP before the last one.
	reportIntermediate = 32
)

// Webhook reads delivery reports, and messages that an sms-service of Kannel
// passes on. Kannel signs nothing and calls with GET: the token in the address
// is what proves it. A report can be replayed, but it says again what it said.
// The answer is empty: Kannel would send any text in it to the person.
func (p *Provider) Webhook(a channels.Account, r *http.Request, _ []byte) ([]channels.Inbound, channels.Reply, error) {
	in, err := p.event(a, r)
	if err != nil {
		return nil, channels.TextReply(http.StatusForbidden, "The request does not prove that Kannel sent it, or cannot be understood."), err
	}
	if in == nil {
		return nil, channels.Reply{Status: http.StatusOK}, nil
	}
	return []channels.Inbound{*in}, channels.Reply{Status: http.StatusOK}, nil
}

func (p *Provider) event(a channels.Account, r *http.Request) (*channels.Inbound, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case a.Credentials[credPassword] == "" || a.HookURL == "":
		return nil, channels.Unverified("the channel has no password or the server no public address")
	case r.Method != http.MethodGet:
		return nil, channels.Unverified("Kannel calls with GET")
	case err != nil || len(query[paramToken]) != 1:
		return nil, channels.Unverified("there is no token in the address")
	}
	token := query.Get(paramToken)
	if messageID := query.Get(paramMessage); messageID != "" {
		if !channels.SameSecret(token, reportToken(a, messageID)) || len(query[paramMessage]) != 1 {
			return nil, channels.Unverified("the address was not made for this message on this channel; " +
				"check that the password is current and that the server's public address is the one Kannel calls")
		}
		return p.report(messageID, query)
	}
	if !channels.SameSecret(token, a.Credentials[credInbound]) {
		return nil, channels.Unverified("the token is not the channel's token for incoming messages")
	}
	return message(a, query)
}

// report reads a delivery report. It returns nil for news that change nothing.
func (p *Provider) report(messageID string, query url.Values) (*channels.Inbound, error) {
	raw := query.Get(paramReport)
	receipt := &channels.Receipt{ProviderMessageID: messageID, MessageID: messageID, Raw: raw, At: timeOf(query.Get(paramAt))}
	kind, err := strconv.Atoi(raw)
	if err != nil {
		return nil, channels.Malformed("the report says " + strconv.Quote(raw) + ", which is no number")
	}
	switch kind {
	case reportTaken:
		receipt.Status = channels.StatusSent
	case reportDelivered:
		receipt.Status = channels.StatusDelivered
	case reportFailed, reportRefused:
		receipt.Status = channels.StatusFailed
		receipt.Code, receipt.Reason = p.failure(query.Get(paramAnswer))
	case reportBuffered, reportIntermediate:
		return nil, nil //nolint:nilnil // nil is the documented answer for no news.
	default:
		receipt.Status = channels.StatusUnknown
	}
	return &channels.Inbound{Receipt: receipt}, nil
}

// message reads a message from a person.
func message(a channels.Account, query url.Values) (*channels.Inbound, error) {
	from := query.Get("from")
	if from == "" {
		return nil, channels.Malformed("it names no sender; check the get-url of the sms-service group")
	}
	if from[0] >= '1' && from[0] <= '9' && len(from) > 6 {
		// The international form without its plus; short codes stay.
		from = "+" + from
	}
	to := query.Get("to")
	if to == "" {
		to = a.Settings[settingSender]
	}
	return &channels.Inbound{Message: &channels.InboundMessage{
		ProviderMessageID: query.Get("id"), From: from, To: to, At: timeOf(query.Get(paramAt)),
		Text: decoded(query.Get("text"), query.Get("charset"), query.Get("coding")),
	}}, nil
}

// decoded is the text of a message: Kannel passes on the bytes (%b) and says
// what they are (%C, and coding 2 for UCS-2 that it did not convert).
func decoded(raw, charset, coding string) string {
	var from encoding.Encoding
	switch {
	case charset == "UTF-16BE" || charset == "" && coding == "2":
		from = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case charset == "ISO-8859-1" || charset == "WINDOWS-1252":
		from = charmap.Windows1252
	case utf8.ValidString(raw):
		return raw
	default:
		from = charmap.Windows1252
	}
	text, err := from.NewDecoder().String(raw)
	if err != nil {
		// Decoders put a sign for what they do not know; none of these fails.
		return string([]rune(raw))
	}
	return text
}

// timeOf reads %T, seconds since 1970. The zero time stands for one that cannot
// be read: it is only shown.
func timeOf(text string) time.Time {
	return channels.Word(text).Seconds()
}
