package metawhatsapp

import (
	"time"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// pairCode is that of too many messages to one person, and pairPause how long to wait after code 131056. Meta lets one number write
// to one person about once in six seconds, with some bursts.
const (
	pairCode  = 131056
	pairPause = 6 * time.Second
)

// knownCodes is the table of Meta's error codes that come up when sending, in
// answers or in receipts
// (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).
// Codes that are not here are classified by their range and the HTTP status.
func knownCodes() graph.Codes {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
		unknown   = channels.ClassUnknown
	)
	const (
		newToken    = "Make a permanent token of a system user in Meta Business settings, enter it and bind the channel again."
		permissions = "Give the token whatsapp_business_messaging and whatsapp_business_management, and the system user the WhatsApp account."
		register    = "Register the number in the WhatsApp Manager, then bind the channel again."
		compare     = "Compare the template's parameters with the WhatsApp Manager."
	)
	code := func(class channels.Class, fallback bool, message, hint string) channels.KnownCode {
		return channels.KnownCode{Class: class, Fallback: fallback, Message: message, Hint: hint}
	}
	return graph.Codes{
		// Access.
		0:   code(auth, false, "Meta could not sign the access token in.", newToken),
		3:   code(auth, false, "The app may not use this part of the API.", permissions),
		10:  code(auth, false, "The access token lacks a permission.", permissions),
		190: code(auth, false, "The access token is invalid or has expired.", newToken),
		// Every send would fail until somebody settles the matter.
		33:     code(auth, false, "Meta knows no such phone number ID; the number may have been deleted.", "Check the phone number ID."),
		368:    code(auth, false, "Meta restricted the WhatsApp Business account for breaking a policy.", "Settle the matter in Meta's Business Support."),
		131005: code(auth, false, "The access token may not do this.", permissions),
		131031: code(auth, false, "Meta locked the WhatsApp Business account.", "Settle the matter in Meta's Business Support."),
		131037: code(auth, false, "The number's display name is not approved yet.", "Have the display name approved in the WhatsApp Manager."),
		131042: code(auth, false, "There is a problem with the account's payment method.", "Check the payment settings in the WhatsApp Manager."),
		131045: code(auth, false, "The phone number is not registered properly.", register),
		133006: code(auth, false, "The phone number has to be verified first.", "Verify the number in the WhatsApp Manager."),
		133010: code(auth, false, "The phone number is not registered at the Cloud API.", register),

		// Limits and outages that pass.
		2:      code(retry, false, "Meta's API is overloaded or down for the moment.", ""),
		4:      code(retry, false, "The app makes too many calls.", "See the app's rate limits in the Meta App Dashboard."),
		80007:  code(retry, false, "The WhatsApp Business account makes too many calls.", ""),
		80008:  code(retry, false, "The WhatsApp Business account is asked about too often.", ""),
		130429: code(retry, false, "The number's limit of messages a second is reached.", ""),
		131016: code(retry, false, "A service at Meta is unavailable for the moment.", ""),
		131056: code(retry, false, "This person got too many messages from this number in a short time.", ""),
		131057: code(retry, false, "The WhatsApp Business account is in maintenance, perhaps for a higher throughput.", ""),
		133004: code(retry, false, "Meta's server is unavailable for the moment.", ""),
		133015: code(retry, false, "The phone number was deleted lately, and Meta has not finished.", "Wait five minutes."),

		// Limits that repeating makes worse.
		130472: code(permanent, true, "The person is in an experiment of Meta's and gets no marketing messages.", "Use another channel."),
		131048: code(permanent, true, "Too many people blocked or reported this number, so Meta limits it.", "Look at the number's quality in the WhatsApp Manager."),
		131049: code(permanent, true, "Meta chose not to deliver this marketing message, as the person gets enough of them.", "Use another channel, or try again after a day."),

		// The recipient.
		130497: code(permanent, true, "The account may not write to people in this country.", "Check WhatsApp's Business Messaging Policy."),
		131021: code(permanent, false, "The recipient is the sender itself.", ""),
		131026: code(permanent, true, "The message cannot be delivered: the number is not on WhatsApp, or the app there is too old.", ""),
		131030: code(permanent, true, "A test number writes to the people on its list only.", "Add the number on the app's API Setup page, or use a number of your own."),
		131047: code(permanent, true, "More than 24 hours have passed since the person's last message.", "Send a template."),
		131062: code(permanent, true, "This message goes to phone numbers only, and the person is known by a user id.", "Use another channel."),
		131050: code(permanent, true, "The person wants no marketing messages from this business.", "Use another channel, or ask them."),

		// The message.
		100:    code(permanent, false, "Meta does not accept a parameter of the request.", "Check the recipient and the message."),
		131008: code(permanent, false, "The request lacks a parameter.", "Check that the message has all its parts, and a template all its parameters."),
		131009: code(permanent, false, "A value of the message is not valid.", "Check the phone number and the lengths of texts, buttons and rows."),
		131051: code(permanent, true, "WhatsApp does not support this form of message.", "Send another form."),
		131052: code(permanent, true, "Meta could not fetch the media.", "Use a public https address."),
		131053: code(permanent, true, "Meta could not take the media.", "Use a public https address, and a type and size that WhatsApp supports."),
		132000: code(permanent, true, "The number of parameters differs from the template's.", compare),
		132001: code(permanent, true, "The template does not exist in this language, or is not approved.", "Check the template's name and language in the WhatsApp Manager."),
		132005: code(permanent, true, "The template is too long with its parameters.", "Shorten the parameters."),
		132007: code(permanent, true, "The template's content breaks a policy.", "Look at the reason in the WhatsApp Manager."),
		132012: code(permanent, true, "A parameter has another form than the template wants.", compare),
		132015: code(permanent, true, "The template is paused for its low quality.", "Improve the template in the WhatsApp Manager."),
		132016: code(permanent, true, "The template was disabled for its low quality.", "Make a new template with other content."),
		135000: code(permanent, true, "Meta does not accept the message and gives no reason.", "Check the message."),

		// Meta may have taken the message all the same.
		1:      code(unknown, false, "Meta does not accept the request or has an internal error.", ""),
		131000: code(unknown, false, "Something went wrong at Meta.", ""),
	}
}

// noSuchNumber finds the form of code 100 ("invalid parameter") that is about
// the channel and not about the message; else it returns nil.
func noSuchNumber(e graph.Problem) *channels.SendError {
	if *e.Code != 100 || e.Subcode != 33 {
		return nil
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: "100",
		Message: "Meta knows no such phone number ID, or the access token has no right to it.",
		Hint:    "Check the phone number ID, and that the token's system user has the WhatsApp account.",
	}
}

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.api.Codes.Known() }
