package infobip

import (
	"encoding/json"
	"net/http"

	"sluice/server/channels"
	"sluice/server/egress"
)

// duplicateID is the status of a message whose id Infobip already has: an
// earlier attempt did arrive.
const duplicateID = "REJECTED_DUPLICATE_MESSAGE_ID"

// knownCodes is the table of Infobip's codes that come up in answers and
// reports: names of HTTP errors, of message statuses, of errors of operators
// (EC_*), and of errors of Viber (SRVC_*). Codes that are not here are
// classified by the HTTP status alone. What is about one recipient, network or
// sender never suspends the channel ("Response status and error codes").
func knownCodes() map[string]channels.KnownCode {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
	)
	return map[string]channels.KnownCode{
		// Whole requests.
		"E401":              channels.Known(auth, false, "Infobip refuses the API key.", "Check the API key and that it is for this base URL, and bind the channel again."),
		"UNAUTHORIZED":      channels.Known(auth, false, "Infobip refuses the API key.", "Check the API key and that it is for this base URL, and bind the channel again."),
		"E403":              channels.Known(auth, false, "The API key may not do this at Infobip.", "Give the key the scopes to send messages and to read the balance, and check its allowed IP addresses."),
		"FORBIDDEN":         channels.Known(auth, false, "The API key may not do this at Infobip.", "Give the key the scopes to send messages and to read the balance, and check its allowed IP addresses."),
		"E429":              channels.Known(retry, false, "Infobip gets too many requests.", ""),
		"TOO_MANY_REQUESTS": channels.Known(retry, false, "Infobip gets too many requests.", ""),

		// The account.
		"REJECTED_NOT_ENOUGH_CREDITS":         channels.Known(auth, false, "The Infobip account has no credit left.", "Top up the account, then bind the channel again."),
		"REJECTED_PREPAID_PACKAGE_EXPIRED":    channels.Known(auth, false, "The Infobip account's prepaid package has expired.", "Renew it, then bind the channel again."),
		"EC_MONTHLY_LIMIT_REACHED":            channels.Known(auth, false, "The Infobip account has used up its monthly credit.", "Have the limit raised, then bind the channel again."),
		"REJECTED_DESTINATION_NOT_REGISTERED": channels.Known(permanent, true, "A trial account sends to registered numbers only.", "Register the number or upgrade the account."),

		// The sender and the message.
		"REJECTED_SENDER":           channels.Known(permanent, false, "Infobip does not let this sender through.", "Check that the sender is registered and active."),
		"REJECTED_SOURCE":           channels.Known(permanent, false, "Infobip does not let this sender through.", "Check that the sender is registered and active."),
		"REJECTED_MESSAGE_TOO_LONG": channels.Known(permanent, false, "The text is too long.", "Shorten the text."),
		"REJECTED_FLOODING_FILTER":  channels.Known(permanent, true, "The same message went to this number too often.", "Wait, or change the text."),
		"REJECTED_INVALID_UDH":      channels.Known(permanent, false, "Infobip does not accept the form of the message.", "Check the text."),
		// "Retry the submission": the message was not taken.
		"REJECTED_SYSTEM_ERROR": channels.Known(retry, false, "Infobip rejected the message after an error of its own.", ""),

		// The recipient.
		"REJECTED_PREFIX_MISSING":           channels.Known(permanent, false, "The phone number has no known country code.", "Check the number and its country code."),
		"REJECTED_DESTINATION":              channels.Known(permanent, true, "The number is not one of a mobile network.", "Check the number and its country code."),
		"REJECTED_DESTINATION_BLOCKLISTED":  channels.Known(permanent, true, "The number is on a block list, the operator's or the account's.", "Look at the block list in the Infobip Portal."),
		"SIGNALS_BLOCKED":                   channels.Known(permanent, true, "Infobip takes the message for fraud and blocked it.", "Trust the number in Infobip Signals if that is wrong."),
		"UNDELIVERABLE_REJECTED_OPERATOR":   channels.Known(permanent, true, "The operator rejected the message.", ""),
		"UNDELIVERABLE_NOT_DELIVERED":       channels.Known(permanent, true, "The message could not be delivered to the phone.", ""),
		"UNDELIVERABLE_NOT_SENT":            channels.Known(permanent, true, "Infobip did not send the message.", ""),
		"REJECTED_DND":                      channels.Known(permanent, true, "The person is on a do-not-disturb register.", ""),
		"REJECTED_NETWORK":                  channels.Known(permanent, true, "The account may not send to this network.", "Ask Infobip to enable the network."),
		"REJECTED_ROUTE_NOT_AVAILABLE":      channels.Known(permanent, true, "Infobip has no route to this number.", "Ask Infobip to enable the country."),
		"MISSING_TO":                        channels.Known(permanent, false, "The message has no recipient.", ""),
		"EC_UNKNOWN_SUBSCRIBER":             channels.Known(permanent, true, "The number is unknown or no longer in service.", ""),
		"EC_UNIDENTIFIED_SUBSCRIBER":        channels.Known(permanent, true, "The number is unknown in the network.", ""),
		"EC_ILLEGAL_SUBSCRIBER":             channels.Known(permanent, true, "The network does not let messages through to this number.", ""),
		"EC_TELESERVICE_NOT_PROVISIONED":    channels.Known(permanent, true, "The number cannot receive SMS.", ""),
		"EC_CALL_BARRED":                    channels.Known(permanent, true, "The number does not take messages.", ""),
		"EC_ABSENT_SUBSCRIBER":              channels.Known(permanent, true, "The phone is unreachable: switched off or out of coverage.", ""),
		"EC_ABSENT_SUBSCRIBER_SM":           channels.Known(permanent, true, "The phone is unreachable: switched off or out of coverage.", ""),
		"EC_SM_DF_MEMORYCAPACITYEXCEEDED":   channels.Known(permanent, true, "The phone's memory is full.", ""),
		"EC_INVALID_DESTINATION_ADDRESS":    channels.Known(permanent, false, "The phone number is not valid.", "Check the number and its country code."),
		"EC_SC_BLOCKED_BY_END_USER":         channels.Known(permanent, true, "The person had messages from this sender blocked.", "Do not write to them again until they opt in."),
		"EC_CONTENT_BLOCKED":                channels.Known(permanent, true, "The person opted out of messages from this sender.", "Do not write to them again until they opt in."),
		"EC_BLACKLISTED_DESTINATIONADDRESS": channels.Known(permanent, true, "The number is on a block list, the operator's or the account's.", "Look at the block list in the Infobip Portal."),
		"EC_DEST_ADDRESS_BLACKLISTED":       channels.Known(permanent, true, "The person is on the operator's do-not-disturb register.", ""),
		"EC_IMSI_BLACKLISTED":               channels.Known(permanent, true, "The operator blocks the person's SIM card.", ""),
		"EC_BLACKLISTED_SENDERADDRESS":      channels.Known(permanent, false, "The sender is on a block list, the operator's or the account's.", "Look at the block list in the Infobip Portal."),
		"EC_INVALID_SOURCE_ADDRESS":         channels.Known(permanent, false, "The operator does not accept the sender.", "Check the channel's sender with Infobip."),
		"EC_MSG_TEXT_TOO_LONG":              channels.Known(permanent, false, "The text is too long.", "Shorten the text."),
		"EC_DEACTIVATED_LIST":               channels.Known(permanent, true, "The number is no longer in service.", "Do not write to it again."),
		"EC_REJECTED_SPAM_BY_OPERATOR":      channels.Known(permanent, true, "The operator took the message for spam.", "Change the wording or the sender."),
		"EC_CONTENT_BLOCKED_BY_OPERATOR":    channels.Known(permanent, true, "The operator blocked the message for its content.", "Change the wording or the sender."),
		"EC_SIGNALS_BLOCKED":                channels.Known(permanent, true, "Infobip takes the message for fraud and blocked it.", "Trust the number in Infobip Signals if that is wrong."),
		"EC_DESTINATION_FLOODING":           channels.Known(permanent, true, "Too many messages went to this number within an hour.", "Wait before writing to it again."),
		"EC_DESTINATION_TXT_FLOODING":       channels.Known(permanent, true, "The same message went to this number too often.", "Wait, or change the text."),
		"EC_VALIDITY_EXPIRED":               channels.Known(permanent, true, "The message was not delivered before its deadline.", ""),
		"EC_MESSAGE_EXPIRED":                channels.Known(permanent, true, "The message was not delivered before its deadline.", ""),
		"EXPIRED_EXPIRED":                   channels.Known(permanent, true, "The message was not delivered before its deadline.", ""),
		"EXPIRED_DLR_UNKNOWN":               channels.Known(permanent, true, "The operator did not say in time what became of the message.", ""),

		// Viber's own words.
		"SRVC_NOT_VIBER_USER":         channels.Known(permanent, true, "The number is not on Viber.", ""),
		"SRVC_USER_BLOCKED":           channels.Known(permanent, true, "The person blocked the sender on Viber.", ""),
		"SRVC_NO_SUITABLE_DEVICE":     channels.Known(permanent, true, "The person's Viber cannot show business messages.", ""),
		"SRVC_WAIT_FOR_USER_RESPONSE": channels.Known(permanent, true, "The person has not yet agreed to get messages from this sender.", ""),
		"SRVC_BAD_PARAMETERS":         channels.Known(permanent, false, "Viber does not accept the message.", "Check the text and the sender."),
		"SRVC_BAD_SERVICE_ID":         channels.Known(permanent, false, "Viber does not know the sender.", "Check the channel's sender."),
		"SRVC_TIMEOUT":                channels.Known(retry, false, "Viber did not answer Infobip in time.", ""),
		"SRVC_INTERNAL_FAILURE":       channels.Known(retry, false, "Viber has an internal error.", ""),
	}
}

// refused makes an error of an answer that is not 2xx. Newer methods answer
// {"errorCode","description"}, older ones {"requestError":{"serviceException"}}.
func (p *Provider) refused(a channels.Account, resp *egress.Response) *channels.SendError {
	var problem struct {
		Code         string `json:"errorCode"`
		Description  string `json:"description"`
		RequestError struct {
			ServiceException struct {
				Code string `json:"messageId"`
				Text string `json:"text"`
			} `json:"serviceException"`
		} `json:"requestError"`
		Violations []struct {
			Property  string `json:"property"`
			Violation string `json:"violation"`
		} `json:"violations"`
	}
	// What cannot be read is classified by the status alone.
	_ = json.Unmarshal(resp.Body, &problem)
	code, text := problem.Code, problem.Description
	if code == "" {
		code, text = problem.RequestError.ServiceException.Code, problem.RequestError.ServiceException.Text
	}
	for _, v := range problem.Violations {
		text += " " + v.Property + ": " + v.Violation + "."
	}
	return p.sendError(code, resp.Status, p.kind.Redact(a, text), resp.Header)
}

// sendError classifies by code, else by status. vendorMessage explains codes
// that the table does not know.
func (p *Provider) sendError(code string, status int, vendorMessage string, header http.Header) *channels.SendError {
	return channels.Refusal(title, p.codes, code, vendorMessage, status, header)
}

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }
