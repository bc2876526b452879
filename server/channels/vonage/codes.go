package vonage

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"sluice/server/channels"
	"sluice/server/egress"
)

// knownCodes is the table of Vonage's codes, as they end the "type" of a
// problem (https://developer.vonage.com/api-errors and .../messages). Codes that
// are not here are classified by the HTTP status alone. In answers some numbers mean
// something else than in receipts: those stand with their status.
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
	)
	return map[string]channels.KnownCode{
		// Account and access.
		"unauthorized":      channels.Known(auth, false, "Vonage refuses the credentials.", "Check the application ID and private key, or the API key and secret, and bind the channel again."),
		"forbidden":         channels.Known(auth, false, "The credentials may not do this at Vonage.", "Give the application the Messages capability and link the sender to it."),
		"unprovisioned":     channels.Known(auth, false, "The account may not use the Messages API.", "Contact Vonage."),
		"account-suspended": channels.Known(auth, false, "The Vonage account is suspended.", "Contact Vonage, then bind the channel again."),
		// Each call makes its own token: the next one may be in time.
		"jwt-expired":     channels.Known(retry, false, "Vonage found the token expired.", "Check this server's clock."),
		"jwt-revoked":     channels.Known(auth, false, "The application's key was revoked.", "Make a new key pair and enter the private key."),
		"invalid-api-key": channels.Known(auth, false, "Vonage knows no such API key.", "Check the API key."),
		"low-balance":     channels.Known(auth, false, "The Vonage account has no credit left.", "Top up the account, then bind the channel again."),
		"1060":            channels.Known(auth, false, "The Vonage account is barred from sending.", "Contact Vonage, then bind the channel again."),
		"1070":            channels.Known(auth, false, "The Vonage account has no credit left.", "Top up the account, then bind the channel again."),
		"1080":            channels.Known(auth, false, "The account may not send through this API.", "Contact Vonage."),

		// Limits and trouble that pass.
		"throttled": channels.Known(retry, false, "Vonage gets too many requests.", ""),
		"1000":      channels.Known(retry, false, "The account's rate limit is reached.", ""),
		"1241":      channels.Known(permanent, true, "Too many messages went to this number.", "Wait before writing to it again."),
		"1030":      channels.Known(channels.ClassUnknown, false, "Vonage has an internal error.", ""),
		"1100":      channels.Known(retry, false, "Vonage could not reach the carrier.", ""),
		"1230":      channels.Known(retry, false, "The carrier's network has a fault.", ""),
		"1331":      channels.Known(retry, false, "The carrier does not answer Vonage.", ""),

		// The recipient.
		"1040": channels.Known(permanent, false, "Vonage cannot route the message.", "Check the number and its country code."),
		"1050": channels.Known(permanent, true, "The number is barred from getting messages.", ""),
		"1170": channels.Known(permanent, false, "The phone number is not valid.", "Check the number and its country code."),
		"1180": channels.Known(permanent, true, "The phone is unreachable: switched off or out of coverage.", ""),
		"1190": channels.Known(permanent, true, "The number is no longer in service.", ""),
		"1210": channels.Known(permanent, true, "The carrier blocked the message as spam.", "Change the wording or the sender."),
		"1220": channels.Known(permanent, true, "The phone was busy.", ""),
		"1240": channels.Known(permanent, true, "The person opted out of messages from this sender.", "Remove them from the list until they write START."),
		"1250": channels.Known(permanent, true, "Vonage has no route to this number.", ""),
		"1251": channels.Known(permanent, true, "Vonage has no route to this number.", ""),
		"1260": channels.Known(permanent, true, "The number cannot be reached.", "On Viber: check that the account is enabled for this country."),
		"1280": channels.Known(permanent, true, "The carrier blocked the message.", ""),
		"1282": channels.Known(permanent, true, "The channel's provider blocked the message.", ""),
		"1300": channels.Known(permanent, true, "The number is not on this channel.", ""),
		"1310": channels.Known(permanent, true, "The person's device cannot show the message.", ""),
		"1330": channels.Known(permanent, true, "The carrier gave no reason.", "Check the number."),
		"1340": channels.Known(permanent, true, "Free text is allowed within 24 hours of the person's last message only.", "Send a template."),
		"1360": channels.Known(permanent, true, "The message was not delivered before its deadline.", ""),
		"1430": channels.Known(permanent, true, "The recipient is not valid on this channel.", ""),
		"1461": channels.Known(permanent, true, "Meta chose not to deliver this marketing message.", ""),
		"1470": channels.Known(permanent, true, "Vonage's Fraud Defender blocks this country or prefix.", "Change the rule in the Vonage Dashboard."),

		// The sender and the message.
		"1010": channels.Known(permanent, false, "The message lacks a value that Vonage needs.", ""),
		"1020": channels.Known(permanent, false, "Vonage does not accept a value of the message.", "Check the text, the sender and the number."),
		"1022": channels.Known(permanent, true, "The template or its parameters are not valid.", "Compare them with the template in the WhatsApp Manager."),
		"1090": channels.Known(permanent, false, "The text is too long.", "Shorten the text."),
		"1130": channels.Known(permanent, false, "Vonage does not accept the deadline of the message.", ""),
		"1140": channels.Known(permanent, false, "The message needs something that the account may not use.", "Ask Vonage to enable it."),
		"1120": channels.Known(permanent, false, "The carrier does not accept this sender.", "Use a sender that is registered in the country."),
		"1150": channels.Known(permanent, false, "Vonage does not accept a value of the message.", "Check the text, the sender and the number."),
		"1160": channels.Known(permanent, true, "The number is not among the destinations that the account may write to.", "Add the number in the Vonage Dashboard, or have the restriction lifted."),
		"1320": channels.Known(permanent, false, "Vonage had sent the message before.", ""),
		"1380": channels.Known(permanent, true, "Vonage could not fetch the media.", "Use a public https address."),
		"1381": channels.Known(permanent, true, "The media is too large.", ""),
		"1382": channels.Known(permanent, true, "The channel does not take this type of media.", ""),
		"1420": channels.Known(permanent, false, "The sender is not valid on this channel.", "Check the channel's type and sender."),
		"1440": channels.Known(permanent, true, "The channel does not take this form of message.", ""),
		"1460": channels.Known(permanent, true, "The sender's daily limit of messages is reached.", ""),

		// What the reference of POST /v1/messages documents by status and code.
		pair("1060", http.StatusUnprocessableEntity): channels.Known(permanent, false, "Vonage does not accept our id of the message.", ""),
		pair("1100", http.StatusUnprocessableEntity): channels.Known(permanent, true, "Vonage does not support this channel.", "Check the channel's type."),
		pair("110", http.StatusUnprocessableEntity):  channels.Known(permanent, true, "The recipient is not valid on this channel.", "Check the number and its country code."),
		pair("1110", http.StatusUnprocessableEntity): channels.Known(permanent, false, "Vonage does not accept a value of the channel.", "Check the sender and the category."),
		pair("1120", http.StatusUnprocessableEntity): channels.Known(permanent, false, "The sender is not valid on this channel.", "Check the channel's type and sender."),
		pair("1140", http.StatusUnprocessableEntity): channels.Known(permanent, true, "The channel does not take this form of message.", ""),
		pair("1000", http.StatusInternalServerError): channels.Known(channels.ClassUnknown, false, "Vonage has an internal error.", ""),
		"invalid-json": channels.Known(permanent, false, "Vonage cannot read the request.", ""),
	}
}

// pair names a code that means something of its own in an answer with that status.
func pair(code string, status int) string { return code + " with HTTP " + strconv.Itoa(status) }

// problem is RFC 7807's, in answers and in status webhooks.
type problem struct {
	Type   string          `json:"type"`
	Title  json.RawMessage `json:"title"`
	Detail string          `json:"detail"`
	// Inner is the problem itself in some status webhooks.
	Inner *problem `json:"error"`
}

// code is the end of the type, such as "1300", else the title when it is a
// number, which older webhooks have there.
func (p problem) code() string {
	title := strings.Trim(string(p.Title), `"`)
	_, fragment, _ := strings.Cut(p.Type, "#")
	if _, err := strconv.Atoi(title); err == nil {
		return title
	}
	return fragment
}

// refused makes an error of an answer that is not 2xx.
func (p *Provider) refused(a channels.Account, resp *egress.Response) *channels.SendError {
	var answer problem
	if err := json.Unmarshal(resp.Body, &answer); err != nil {
		answer = problem{}
	}
	code := answer.code()
	if known, ok := p.codes[pair(code, resp.Status)]; ok {
		se := known.Error(code)
		se.RetryAfter = channels.RetryAfter(resp.Header)
		return se
	}
	return channels.Refusal(title, p.codes, code, p.kind.Redact(a, answer.Detail), resp.Status, resp.Header)
}

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }
