package kannel

import (
	"net/http"
	"regexp"
	"strings"

	"sluice/server/channels"
	"sluice/server/egress"
)

// Codes of our own for the sentences that smsbox answers with.
const (
	codeAuthorization = "authorization_failed"
	codeNotRoutable   = "not_routable"
	codeDenied        = "number_denied"
	codeSender        = "sender_missing"
	codeReceiver      = "receiver_missing"
	codeMisformed     = "misformed"
	codeTemporal      = "temporal_failure"
)

// sentences begin smsbox's answers. The HTTP status does not tell them apart:
// a wrong password and a number without a route are both 403.
func sentences() []struct{ begin, code string } {
	return []struct{ begin, code string }{
		{"Authorization failed", codeAuthorization},
		{"Not routable", codeNotRoutable},
		{"Number(s) has/have been denied", codeDenied},
		{"Sender missing", codeSender},
		{"Missing receiver", codeReceiver},
		{"Empty receiver", codeReceiver},
		{"Temporal failure", codeTemporal},
	}
}

// knownCodes is the table of what smsbox answers, of the states in SMPP delivery
// receipts (SMPP 3.4, appendix B) and of the command_status with which an SMS
// centre refuses a message (SMPP 3.4, 5.1.3).
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
	)
	number := "Check the number and its country code."
	return map[string]channels.KnownCode{
		codeAuthorization: {Class: auth, Message: "Kannel refuses the user name or password.", Hint: "Compare them with the sendsms-user group in kannel.conf, and check its user-allow-ip."},
		codeNotRoutable:   {Class: permanent, Fallback: true, Message: "Kannel has no SMS centre for this number.", Hint: "Check the smsc groups in kannel.conf and the channel's SMS centre."},
		codeDenied:        {Class: permanent, Fallback: true, Message: "Kannel's white- or black-list does not let the number through."},
		codeSender:        {Class: permanent, Message: "Kannel has no sender for the message.", Hint: "Check the channel's sender."},
		codeReceiver:      {Class: permanent, Message: "The message has no recipient.", Hint: number},
		codeMisformed:     {Class: permanent, Message: "Kannel does not accept a value of the message."},
		codeTemporal:      {Class: retry, Message: "Kannel cannot take the message now.", Hint: "Check that bearerbox runs and that its queue is not full."},

		"UNDELIV": {Class: permanent, Fallback: true, Message: "The SMS centre could not deliver the message."},
		"EXPIRED": {Class: permanent, Fallback: true, Message: "The message was not delivered before its deadline."},
		"DELETED": {Class: permanent, Fallback: true, Message: "The SMS centre deleted the message."},
		"REJECTD": {Class: permanent, Fallback: true, Message: "The SMS centre rejected the message."},
		"UNKNOWN": {Class: permanent, Fallback: true, Message: "The SMS centre does not know what became of the message."},
		"failed":  {Class: permanent, Fallback: true, Message: "The message was not delivered, and the SMS centre did not say why."},

		"0x00000001": {Class: permanent, Message: "The message is too long for the SMS centre."},
		"0x00000008": {Class: permanent, Fallback: true, Message: "The SMS centre has a system error."},
		"0x0000000a": {Class: permanent, Message: "The SMS centre does not accept the sender.", Hint: "Check the channel's sender with the carrier."},
		"0x0000000b": {Class: permanent, Message: "The SMS centre does not accept the number.", Hint: number},
		"0x00000014": {Class: permanent, Fallback: true, Message: "The SMS centre's queue is full."},
		"0x00000033": {Class: permanent, Fallback: true, Message: "The SMS centre does not accept the number of recipients."},
		"0x00000045": {Class: permanent, Fallback: true, Message: "The SMS centre did not take the message."},
		"0x00000058": {Class: permanent, Fallback: true, Message: "More messages went to the SMS centre than it takes.", Hint: "Set the throughput of the smsc group in kannel.conf."},
		"0x00000061": {Class: permanent, Message: "The SMS centre does not accept the schedule of the message."},
		"0x00000062": {Class: permanent, Message: "The SMS centre does not accept the validity of the message."},
	}
}

// refused makes an error of an answer that took nothing.
func (p *Provider) refused(a channels.Account, resp *egress.Response) *channels.SendError {
	text := strings.TrimSpace(p.kind.Redact(a, firstLine(resp.Body)))
	for _, s := range sentences() {
		if strings.HasPrefix(text, s.begin) {
			se := p.codes[s.code].Error(s.code)
			se.RetryAfter = channels.RetryAfter(resp.Header)
			return se
		}
	}
	if resp.Status == http.StatusBadRequest && strings.HasSuffix(text, "rejected") {
		se := p.codes[codeMisformed].Error(codeMisformed)
		se.Hint = "It says: " + text
		return se
	}
	// Pages of a proxy before it are of no use to a person.
	if strings.HasPrefix(text, "<") {
		text = ""
	}
	return channels.AnswerError(title, "", text, resp.Status, resp.Header)
}

func firstLine(body []byte) string {
	line, _, _ := strings.Cut(string(body[:min(len(body), 300)]), "\n")
	return strings.ToValidUTF8(line, "")
}

var (
	// receiptState is in the text of an SMPP delivery receipt, such as
	// "id:1 sub:001 dlvrd:000 submit date:… done date:… stat:UNDELIV err:069 text:".
	receiptState = regexp.MustCompile(`\bstat:([A-Z]{1,16})\b(?:.*?\berr:([0-9A-Fa-f]{1,8})\b)?`)
	// nack is what Kannel makes of an SMS centre's refusal:
	// "NACK/0x0000000b/Invalid Destination Address".
	nack = regexp.MustCompile(`^NACK/(0x[0-9a-fA-F]{8})/([^/]{0,100})`)
)

// failure is the code and the reason of a report of failure.
func (p *Provider) failure(answer string) (code, reason string) {
	detail := ""
	if m := nack.FindStringSubmatch(answer); m != nil {
		code, reason = strings.ToLower(m[1]), m[2]
	} else if m := receiptState.FindStringSubmatch(answer); m != nil {
		code = m[1]
		if m[2] != "" {
			detail = " The SMS centre's own code is " + m[2] + "."
		}
	}
	if k, ok := p.codes[code]; ok {
		return code, k.Message + detail
	}
	if code == "" {
		return "failed", p.codes["failed"].Message
	}
	return code, strings.TrimSpace(reason + detail)
}
