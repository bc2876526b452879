package email

import (
	"bufio"
	"bytes"
	"encoding/base32"
	"encoding/hex"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"sluice/server/channels"
)

const (
	// proofSize is how many bytes of the token go into an address: 80 bits, which
	// nobody guesses, in as few letters as fit.
	proofSize = 10
	// maxLocal is what the part before the @ may have (RFC 5321, 4.5.3.1.1).
	maxLocal = 64
	// maxParts and maxPart bound what is read of a report.
	maxParts = 16
	maxPart  = 64 << 10
	// maxCandidates bounds the ids that are tried in one report.
	maxCandidates = 64
	// bearer begins the header that proves who posts bounces.
	bearer = "Bearer "
)

// proof is a short token that ties a message to this channel, in lower case,
// since mail servers may change the case. It is empty when no bounce can come.
func proof(a channels.Account, messageID string) string {
	token, err := hex.DecodeString(channels.HookToken(a.Credentials[credToken], a.HookURL, messageID))
	if err != nil || len(token) < proofSize {
		return ""
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(token[:proofSize]))
}

// returnPath makes bounces of one message find back to it (VERP). Without a
// bounce address they go to the from address, to a person.
func returnPath(a channels.Account, messageID string) string {
	address := a.Settings[settingBounce]
	if address == "" {
		return a.Settings[settingFrom]
	}
	local, domain, _ := strings.Cut(address, "@")
	token := proof(a, messageID)
	if named := local + "+" + messageID + "." + token; token != "" && len(named) <= maxLocal {
		return named + "@" + domain
	}
	return address
}

// messageName is the Message-ID without its brackets: what the mail is called
// everywhere.
func messageName(a channels.Account, messageID string) string {
	if token := proof(a, messageID); token != "" {
		messageID += "." + token
	}
	return messageID + "@" + domainOf(a.Settings[settingFrom])
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	if domain == "" {
		return "localhost"
	}
	return domain
}

// Webhook reads mails that the bounce address got, posted as they are. The
// header proves who posts; the token in the return path or the Message-ID, that
// the mail is about a message of this channel. Other mails change nothing.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), bearer)
	if r.Method != http.MethodPost || !ok || a.HookURL == "" || !channels.SameSecret(given, a.Credentials[credToken]) {
		return nil, channels.TextReply(http.StatusForbidden, "The token for bounces is missing or wrong."), channels.Unverified("the header Authorization does not hold the channel's token for bounces")
	}
	report, err := read(body)
	if err != nil {
		return nil, channels.TextReply(http.StatusBadRequest, "This is not a mail."), err
	}
	if report.code == "" {
		return nil, channels.Reply{Status: http.StatusOK}, nil
	}
	messageID := about(a, body)
	if messageID == "" {
		return nil, channels.TextReply(http.StatusForbidden, "The report is about no mail of this channel."),
			channels.Unverified("the report names no message with a token of this channel; check that the token for bounces is current")
	}
	receipt := &channels.Receipt{
		ProviderMessageID: messageName(a, messageID), MessageID: messageID, Status: channels.StatusFailed, Raw: report.raw, Code: report.code,
		Reason: p.kind.Redact(a, p.reason(report)),
	}
	return []channels.Inbound{{Receipt: receipt}}, channels.Reply{Status: http.StatusOK}, nil
}

// named is an id with its proof, in a return path or a Message-ID.
var named = regexp.MustCompile(`([A-Za-z0-9-]{1,64})\.([a-z2-7]{16})@`)

// about finds the message of this channel that a report names, or "".
func about(a channels.Account, report []byte) string {
	for _, m := range named.FindAllSubmatch(report, maxCandidates) {
		if id := string(m[1]); channels.SameSecret(string(m[2]), proof(a, id)) {
			return id
		}
	}
	return ""
}

// report is what a bounce or complaint says; without a code it says nothing that
// counts, such as that a mail is delayed.
type report struct{ raw, code, detail string }

// reason says in words why the mail came back.
func (p *Provider) reason(r report) string {
	words := p.codes[codeBounced].Message
	if known, ok := p.codes[r.code]; ok {
		words = known.Message
	}
	if r.detail != "" {
		words += " The mail server says: " + r.detail
	}
	return words
}

// read reads a mail. Anything but a report gives an empty one.
func read(body []byte) (report, error) {
	m, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		return report{}, channels.Malformed("the body is not a mail")
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return report{}, nil //nolint:nilerr // A mail of any other type is no report, and no mistake.
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			// A report that ends before it says anything was cut off.
			return report{}, channels.Malformed("the report has no part that says what happened")
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			continue
		}
		content := io.LimitReader(part, maxPart)
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			return deliveryStatus(content), nil
		case "message/feedback-report":
			return feedback(content), nil
		}
	}
	return report{}, channels.Malformed("the report has too many parts")
}

// status is an enhanced status code at the beginning of a field.
var status = regexp.MustCompile(`^\s*([245]\.\d{1,3}\.\d{1,3})`)

// deliveryStatus reads groups of fields: one about the mail, then one for each
// recipient, of which our mails have one (RFC 3464, 2.1).
func deliveryStatus(content io.Reader) report {
	fields := textproto.NewReader(bufio.NewReader(content))
	for range maxParts {
		group, err := fields.ReadMIMEHeader()
		action := strings.ToLower(strings.TrimSpace(group.Get("Action")))
		if action == "failed" {
			r := report{raw: action, code: codeBounced, detail: diagnostic(group.Get("Diagnostic-Code"))}
			if m := status.FindStringSubmatch(group.Get("Status")); m != nil {
				r.code = m[1]
			}
			return r
		}
		if err != nil {
			break
		}
	}
	return report{}
}

// diagnostic is the server's own words, without the name of their protocol.
func diagnostic(field string) string {
	if _, words, ok := strings.Cut(field, ";"); ok {
		field = words
	}
	return firstLine(strings.ToValidUTF8(oneLine(field), ""))
}

// feedback reads a complaint (RFC 5965, 3.1).
func feedback(content io.Reader) report {
	fields, err := textproto.NewReader(bufio.NewReader(content)).ReadMIMEHeader()
	if kind := strings.ToLower(fields.Get("Feedback-Type")); kind == "abuse" || kind == "fraud" {
		return report{raw: kind, code: codeComplaint}
	}
	_ = err // Fields that cannot be read say nothing.
	return report{}
}
