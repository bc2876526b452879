package twilio

import (
	"encoding/json"
	"net/http"
	"strconv"

	"sluice/server/channels"
	"sluice/server/egress"
)

// knownCodes is the table of Twilio's error codes that come up when sending,
// in answers or in receipts (https://www.twilio.com/docs/api/errors). Codes
// that are not here are classified by the HTTP status alone.
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
	)
	return map[string]channels.KnownCode{
		// Account and access: these alone suspend the channel, so that each is about the
		// account or its credentials and cannot be about one person or message.
		"10001": channels.Known(auth, false, "The Twilio account is not active.", "Reactivate the account in the Twilio Console."),
		"20003": channels.Known(auth, false, "Twilio refuses the credentials.", "Check the account SID and the auth token or API key, and bind the channel again."),
		"20005": channels.Known(auth, false, "The Twilio account is not active.", "Reactivate the account in the Twilio Console."),
		"20008": channels.Known(auth, false, "These are Twilio's test credentials, which cannot do this.", "Use the live credentials."),
		"20403": channels.Known(auth, false, "The Twilio account may not use the API any more.", "Twilio suspended or closed it: contact Twilio."),
		"30002": channels.Known(auth, false, "The Twilio account is suspended.", "Contact Twilio, then bind the channel again."),
		"63001": channels.Known(auth, false, "Twilio could not sign in at the channel.", "Check the WhatsApp sender in the Twilio Console."),
		"63020": channels.Known(auth, false, "The WhatsApp Business account is not set up completely.", "Accept Twilio's invitation in the Meta Business Manager."),
		"63051": channels.Known(auth, false, "Meta locked the WhatsApp Business account.", "Settle the matter in the Meta Business Manager."),
		"70051": channels.Known(auth, false, "Twilio refuses the account or the API key.", "Check both, and that the key has the right to send messages."),
		"90010": channels.Known(auth, false, "The Twilio account is not active.", "Reactivate the account in the Twilio Console."),

		// What a request names and the credentials cannot reach: the account, or only a
		// Messaging Service, a template or a message.
		"10002": channels.Known(permanent, true, "A trial account cannot do this at Twilio.", "Upgrade the account."),
		"20006": channels.Known(permanent, false, "The credentials have no right to something that the message uses.", "Check the sender and the template, and use a key with the right to send messages."),
		"20404": channels.Known(permanent, false, "Twilio does not know something that the request names.", "Check the account SID, the sender and the template."),
		"30404": channels.Known(permanent, false, "Twilio does not know something that the request names.", "Check the account SID and the Messaging Service."),

		// Messages with a time.
		"30409": channels.Known(permanent, false, "The message cannot be cancelled any more.", ""),
		"35111": channels.Known(permanent, false, "Twilio does not take the message's time.", "Let the message wait in Sluice: see the channel's settings."),
		"35114": channels.Known(permanent, false, "The message's time is too near or too far for Twilio.", "Twilio takes times more than 5 minutes and up to 35 days ahead."),
		"35115": channels.Known(permanent, false, "The message's time is too near or too far for Twilio.", "Twilio takes times more than 5 minutes and up to 35 days ahead."),
		"35117": channels.Known(permanent, false, "The message's time is too near or too far for Twilio.", "Twilio takes times more than 5 minutes and up to 35 days ahead."),
		"35126": channels.Known(permanent, false, "Twilio does not take the message's time.", "Let the message wait in Sluice: see the channel's settings."),

		// Limits that pass.
		"14107": channels.Known(retry, false, "The sender's rate limit is reached.", ""),
		"20429": channels.Known(retry, false, "Twilio gets too many requests.", ""),
		"21611": channels.Known(retry, false, "The sender's queue at Twilio is full.", "Spread the load over more senders with a Messaging Service."),
		"30001": channels.Known(retry, false, "The queue at Twilio is full.", "Spread the load over more senders with a Messaging Service."),
		"30022": channels.Known(retry, true, "The sender's limit of messages is reached.", "Wait, or raise the limit with Twilio."),
		"63018": channels.Known(retry, false, "The WhatsApp sender's rate limit is reached.", ""),
		"63119": channels.Known(retry, false, "The WhatsApp rate limit is reached.", ""),

		// The recipient.
		"21211": channels.Known(permanent, false, "The phone number is not valid.", "Check the number and its country code."),
		"21214": channels.Known(permanent, true, "The phone number cannot be reached.", ""),
		"21217": channels.Known(permanent, false, "The phone number is not valid.", "Check the number and its country code."),
		"21265": channels.Known(permanent, true, "The phone number is a short code.", ""),
		"21266": channels.Known(permanent, false, "The recipient is the sender itself.", ""),
		"21408": channels.Known(permanent, true, "The Twilio account may not send to this country.", "Enable the country under Messaging Geographic Permissions."),
		"21608": channels.Known(permanent, true, "A trial account sends to verified numbers only.", "Verify the number or upgrade the account."),
		"21610": channels.Known(permanent, true, "The person opted out of messages from this sender.", "Remove them from the list until they write START."),
		"21612": channels.Known(permanent, true, "The sender cannot reach this number.", "Use a sender that fits the country."),
		"21614": channels.Known(permanent, true, "The number cannot receive SMS.", ""),
		"21635": channels.Known(permanent, true, "The number is a landline.", ""),
		"30003": channels.Known(permanent, true, "The phone is unreachable: switched off or out of coverage.", ""),
		"30004": channels.Known(permanent, true, "The message was blocked by the person or the carrier.", ""),
		"30005": channels.Known(permanent, true, "The number is unknown or no longer in service.", ""),
		"30006": channels.Known(permanent, true, "The number is a landline or its carrier is unreachable.", ""),
		"63003": channels.Known(permanent, true, "The channel knows no such recipient.", ""),
		"63014": channels.Known(permanent, true, "The person blocked the sender or wants no more messages.", ""),
		"63015": channels.Known(permanent, true, "The person has not joined the WhatsApp sandbox.", "They join by writing the sandbox's join code to it."),
		"63024": channels.Known(permanent, true, "The recipient is not valid on WhatsApp.", ""),
		"63032": channels.Known(permanent, true, "WhatsApp does not let this message through to this person.", ""),
		"63033": channels.Known(permanent, true, "The person blocked the sender.", ""),
		"63036": channels.Known(permanent, true, "The number cannot be reached over RCS.", ""),

		// The sender.
		"21212": channels.Known(permanent, false, "The sender is not valid.", "Check the channel's sender."),
		"21603": channels.Known(permanent, false, "The channel has no sender.", "Set the channel's sender."),
		"21606": channels.Known(permanent, false, "The sender cannot send SMS.", "Use a number of this account that can send SMS."),
		"21659": channels.Known(permanent, false, "The sender is not a number of this Twilio account.", "Check the channel's sender."),
		"21660": channels.Known(permanent, false, "The sender belongs to another Twilio account.", "Check the account SID and the sender."),
		"21703": channels.Known(permanent, false, "The Messaging Service has no senders.", "Add a number to it in the Twilio Console."),
		"21910": channels.Known(permanent, false, "Sender and recipient are of different channel types.", "Check the channel's type and sender."),
		"30024": channels.Known(permanent, true, "The sender is not provisioned with the carrier.", "Contact Twilio."),
		"30032": channels.Known(permanent, true, "The toll-free number is not verified.", "Verify it in the Twilio Console."),
		"30034": channels.Known(permanent, true, "The US number is not registered for application-to-person messages.", "Register an A2P 10DLC campaign."),
		"63002": channels.Known(permanent, false, "The channel knows no such sender.", "Check the channel's sender."),
		"63007": channels.Known(permanent, false, "Twilio finds no WhatsApp sender with this number.", "Check the channel's sender."),
		"63008": channels.Known(permanent, false, "The WhatsApp sender is set up wrong.", "Check the sender in the Twilio Console."),
		"63038": channels.Known(permanent, true, "The account's daily limit of messages is reached.", "Raise the limit with Twilio."),

		// The message.
		"21602": channels.Known(permanent, false, "The message has no text.", ""),
		"21604": channels.Known(permanent, false, "The message has no recipient.", ""),
		"21609": channels.Known(permanent, false, "Twilio cannot call this server's address.", "Set the server's public address to one that is reachable from the internet."),
		"21617": channels.Known(permanent, false, "The text is longer than 1,600 characters.", "Shorten the text."),
		"21619": channels.Known(permanent, false, "The message has neither text nor media.", ""),
		"21620": channels.Known(permanent, false, "The media address is not valid.", "Use a public https address."),
		"21655": channels.Known(permanent, true, "Twilio knows no template with this Content SID.", "Check the template's Content SID."),
		"21656": channels.Known(permanent, true, "The template's parameters are not valid.", "Compare the parameters with the template in the Twilio Console."),
		"30007": channels.Known(permanent, true, "The message was filtered as spam.", "Change the wording, or contact Twilio."),
		"30008": channels.Known(permanent, true, "The carrier gave no reason.", ""),
		"30010": channels.Known(permanent, true, "The message costs more than the set maximum price.", ""),
		"30011": channels.Known(permanent, true, "The carrier does not take pictures for this number.", "Send text."),
		"30012": channels.Known(permanent, true, "The validity period was too short to reach the carrier.", "Allow more time."),
		"30036": channels.Known(permanent, true, "The message waited longer than its deadline allows.", ""),
		"63005": channels.Known(permanent, true, "The channel does not accept this content.", ""),
		"63006": channels.Known(permanent, true, "The content cannot be written for this channel.", ""),
		"63013": channels.Known(permanent, true, "The message breaks a rule of the channel.", "Check WhatsApp's policies."),
		"63016": channels.Known(permanent, true, "Free text is allowed within 24 hours of the person's last message only.", "Send a template, which WhatsApp takes at any time."),
		"63019": channels.Known(permanent, true, "Twilio could not fetch the media.", "Use a public https address."),
		"63021": channels.Known(permanent, true, "WhatsApp does not support this content.", "Check the media type and the lengths."),
		"63027": channels.Known(permanent, true, "The template does not exist in this language.", "Check the template in the Twilio Console."),
		"63028": channels.Known(permanent, true, "The number of parameters differs from the template's.", "Compare the parameters with the template."),
		"63030": channels.Known(permanent, true, "WhatsApp does not support a part of the message.", "Compare the parameters with the template."),
		"63049": channels.Known(permanent, true, "Meta chose not to deliver this marketing message.", ""),
		"63054": channels.Known(permanent, true, "The template cannot be used now.", "Check the template in the Twilio Console."),

		// Trouble at Twilio or behind it, reported after the message was taken.
		"20500": channels.Known(channels.ClassUnknown, false, "Twilio has an internal error.", ""),
		"20503": channels.Known(retry, false, "Twilio is unavailable for the moment.", ""),
		"30410": channels.Known(permanent, true, "The carrier did not answer Twilio in time.", ""),
		"63009": channels.Known(permanent, true, "The channel behind Twilio has an internal error.", ""),
		"63010": channels.Known(permanent, true, "Twilio has an internal error.", ""),
		"63012": channels.Known(permanent, true, "WhatsApp has an internal error.", ""),
		"63011": channels.Known(permanent, true, "The channel behind Twilio does not take the request.", ""),
		"63023": channels.Known(permanent, true, "The channel behind Twilio gave no reason.", ""),
	}
}

// refused makes an error of an answer that is not 2xx.
func (p *Provider) refused(a channels.Account, resp *egress.Response) *channels.SendError {
	var problem struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(resp.Body, &problem); err != nil {
		problem.Code, problem.Message = 0, ""
	}
	code := ""
	if problem.Code != 0 {
		code = strconv.Itoa(problem.Code)
	}
	return p.sendError(a, code, resp.Status, p.kind.Redact(a, problem.Message), resp.Header)
}

// sendError classifies by code, else by status. vendorMessage explains codes
// that the table does not know.
func (p *Provider) sendError(a channels.Account, code string, status int, vendorMessage string, header http.Header) *channels.SendError {
	se := channels.Refusal(title, p.codes, code, vendorMessage, status, header)
	if hint := sandboxHint(a, code); hint != "" {
		se.Hint = hint
	}
	return se
}

// sandboxHint is what the codes of an unreachable person mean for the WhatsApp
// sandbox, else "": people join it by a message, and that lasts three days.
func sandboxHint(a channels.Account, code string) string {
	number, _ := person(a.Type, a.Settings[settingSender])
	if a.Type != channels.WhatsApp || number != sandboxNumber {
		return ""
	}
	switch code {
	case "63003", "63015", "63016", "63024":
		return "This channel is the WhatsApp sandbox: the person joins it, and again after three days, by writing its join code to " + sandboxNumber + "."
	}
	return ""
}

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }
