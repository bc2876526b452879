package email

import (
	"errors"
	"maps"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/attachment"
)

// Codes of our own.
const (
	codeNoAuth     = "auth_not_offered"
	codeNoSTARTTLS = "starttls_not_offered"
	codeAddress    = "invalid_address"
	codeNoBody     = "no_body"
	codeComplaint  = "complaint"
	codeBounced    = "bounced"
)

// knownCodes is the table of reply codes (RFC 5321, 4.2.3; RFC 4954, 6) and of
// enhanced status codes (RFC 3463 and its registry). The enhanced code, where
// the server gives one, decides; the reply code's first digit does for those that
// are not here: 4 is retried, 5 is not.
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
	)
	signIn := "Check user name and password, and whether the service wants an app password."
	codes := map[string]channels.KnownCode{
		"421":   {Class: retry, Message: "The mail server is not available now."},
		"450":   {Class: retry, Message: "The mailbox is busy, or the mail server wants to be asked again later."},
		"451":   {Class: retry, Message: "The mail server has an error, or wants to be asked again later."},
		"452":   {Class: retry, Message: "The mail server has no room left."},
		"454":   {Class: retry, Message: "The mail server cannot sign anybody in now."},
		"530":   {Class: auth, Message: "The mail server wants us to sign in first.", Hint: "Choose a way to sign in, and encryption."},
		"534":   {Class: auth, Message: "The mail server refuses this way to sign in.", Hint: signIn},
		"535":   {Class: auth, Message: "The mail server refuses user name or password.", Hint: signIn},
		"538":   {Class: auth, Message: "The mail server wants encryption before signing in.", Hint: "Choose STARTTLS or TLS."},
		"550":   {Class: permanent, Fallback: true, Message: "The mail server does not take the mail for this address."},
		"551":   {Class: permanent, Fallback: true, Message: "The person is not at this mail server."},
		"552":   {Class: permanent, Fallback: true, Message: "The mailbox is full, or the mail too large."},
		"553":   {Class: permanent, Message: "The mail server does not accept an address.", Hint: "Check the recipient and the from address."},
		"554":   {Class: permanent, Fallback: true, Message: "The mail server rejects the mail."},
		"4.2.2": {Class: retry, Message: "The person's mailbox is full."},
		"4.7.0": {Class: retry, Message: "The mail server wants to be asked again later."},
		"4.7.1": {Class: retry, Message: "The mail server wants to be asked again later."},
		"5.1.1": {Class: permanent, Fallback: true, Message: "There is no such mailbox."},
		"5.1.2": {Class: permanent, Fallback: true, Message: "There is no such mail domain."},
		"5.1.3": {Class: permanent, Message: "The recipient's address is not one."},
		"5.1.6": {Class: permanent, Fallback: true, Message: "The mailbox has moved."},
		"5.1.8": {Class: permanent, Message: "The mail server does not accept the from address.", Hint: "Check the channel's from address."},
		"5.2.1": {Class: permanent, Fallback: true, Message: "The mailbox is disabled."},
		"5.2.2": {Class: permanent, Fallback: true, Message: "The person's mailbox is full."},
		"5.3.4": {Class: permanent, Message: "The mail is too large for the mail server.", Hint: "Send smaller attachments."},
		"5.4.4": {Class: permanent, Fallback: true, Message: "The mail domain takes no mail."},
		"5.4.7": {Class: permanent, Fallback: true, Message: "The mail could not be delivered for too long."},
		"5.7.0": {Class: permanent, Message: "The mail server refuses the mail by its rules."},
		"5.7.1": {Class: permanent, Fallback: true, Message: "The mail server refuses the mail by its rules.", Hint: "Check that the account may send from the from address, and SPF, DKIM and DMARC of its domain."},
		"5.7.8": {Class: auth, Message: "The mail server refuses user name or password.", Hint: signIn},
		"5.7.9": {Class: auth, Message: "The mail server refuses this way to sign in.", Hint: signIn},

		"5.7.26": {Class: permanent, Fallback: true, Message: "The mail failed the checks of its sender.", Hint: "Set up SPF, DKIM and DMARC for the from address's domain."},

		codeNoAuth:     {Class: auth, Message: "The mail server does not offer this way to sign in.", Hint: "Choose another one, and check encryption and port: many servers offer none without encryption."},
		codeNoSTARTTLS: {Class: permanent, Message: "The mail server does not offer STARTTLS.", Hint: "Check the port: 587 is usual. With 465 choose TLS from the beginning."},
		codeAddress:    {Class: permanent, Message: "An address of the mail is not one.", Hint: "See what the recipient and the reply address of the node hold."},
		codeNoBody:     {Class: permanent, Message: "The mail has no text.", Hint: "See what the text of the node holds."},
		codeComplaint:  {Class: permanent, Message: "The person marked the mail as spam.", Hint: "Send them no more promotional mails."},
		codeBounced:    {Class: permanent, Fallback: true, Message: "The mail came back."},
	}
	maps.Copy(codes, attachment.Codes())
	return codes
}

// enhanced begins a reply's text in servers that give such codes.
var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})\b`)

// classify makes an error of what the server said, or of the broken connection.
// unsure is whether the mail may be accepted although no answer says so.
func (p *Provider) classify(a channels.Account, err error, unsure bool) *channels.SendError {
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code < 400 || reply.Code > 599 {
		se := &channels.SendError{Class: channels.ClassRetryable, Code: channels.CodeNotConnected, Message: vendor + " broke off, or cannot be understood.", Hint: "Check port and encryption.", Err: err}
		if unsure {
			se.Class, se.Code, se.Hint = channels.ClassUnknown, channels.CodeNoAnswer, ""
			se.Message = vendor + " gave no usable answer, so the mail may or may not be on its way."
		}
		return se
	}
	text := p.kind.Redact(a, strings.ToValidUTF8(reply.Msg, ""))
	code := strconv.Itoa(reply.Code)
	if m := enhanced.FindString(text); m != "" {
		if _, ok := p.codes[m]; ok && (m[0] == code[0]) {
			code = m
		}
	}
	se := &channels.SendError{Class: channels.ClassPermanent, Code: code, Message: vendor + " refused the mail: " + firstLine(text)}
	if known, ok := p.codes[code]; ok {
		se = known.Error(code)
		se.Message += " It says: " + firstLine(text)
	} else if reply.Code < 500 {
		se.Class = channels.ClassRetryable
	}
	if se.Class == channels.ClassRetryable {
		se.RetryAfter = askedToWait(text)
	}
	return se
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if len(line) > 300 {
		line = strings.ToValidUTF8(line[:300], "")
	}
	return strings.TrimSpace(line)
}

// waiting is how servers that greylist say when to come back.
var waiting = regexp.MustCompile(`(?i)\bin (\d{1,5}) ?(s|sec|seconds?|m|min|minutes?)\b`)

func askedToWait(text string) time.Duration {
	m := waiting.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	if strings.EqualFold(m[2][:1], "m") {
		return time.Duration(n) * time.Minute
	}
	return time.Duration(n) * time.Second
}
