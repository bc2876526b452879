package metamessaging

import (
	"strconv"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// knownCodes is the table of the error codes of the Send API
// (https://developers.facebook.com/docs/messenger-platform/error-codes). Codes
// that are not here are classified by the HTTP status.
func knownCodes() graph.Codes {
	const (
		retry     = channels.ClassRetryable
		permanent = channels.ClassPermanent
		auth      = channels.ClassAuth
		unknown   = channels.ClassUnknown

		newToken    = "Make a new token, enter it and bind the channel again."
		permissions = "Give the token pages_messaging, or instagram_business_manage_messages for Instagram, and the app access to the account."
	)
	code := func(class channels.Class, fallback bool, message, hint string) channels.KnownCode {
		return channels.KnownCode{Class: class, Fallback: fallback, Message: message, Hint: hint}
	}
	return graph.Codes{
		// Access.
		3:   code(auth, false, "The app may not use this part of the API.", permissions),
		190: code(auth, false, "The access token is invalid or has expired.", newToken),
		368: code(auth, false, "Meta restricted the account for breaking a policy.", "Settle the matter in Meta's Business Support."),

		// Limits and outages that pass.
		2:    code(retry, false, "Meta's API is overloaded or down for the moment.", ""),
		4:    code(retry, false, "The app makes too many calls.", "See the app's rate limits in the Meta App Dashboard."),
		32:   code(retry, false, "The account makes too many calls.", ""),
		613:  code(retry, false, "The account sends too many messages in a short time.", ""),
		1200: code(retry, false, "Meta could not send the message for the moment.", ""),

		// The recipient and the message. Meta answers 10 and the codes of the 200s both
		// for an app without a permission and for one person who cannot be written to:
		// what may be about one person never suspends the channel.
		10:  code(permanent, true, "Meta does not allow this message: the person cannot be written to now, or the access token lacks a permission.", "Use another channel. If it fails for everybody: "+permissions),
		100: code(permanent, false, "Meta does not accept a parameter of the request.", "Check the recipient and the message."),
		551: code(permanent, true, "The person cannot be written to now: blocked, left or deactivated.", "Use another channel."),

		// Meta may have taken the message all the same.
		1: code(unknown, false, "Something went wrong at Meta.", ""),
	}
}

// The subcodes that say more than their codes.
const (
	subcodeOutsideWindow          = 2018278
	subcodeOutsideWindowInstagram = 2534022
	subcodeNoPerson               = 2018001
	subcodeNoPersonInstagram      = 2534014
	subcodeUnavailable            = 1545041
	subcodeNotReceiving           = 2018108
	subcodeNotOpen                = 2018065
	subcodeNoSuchAccount          = 33
)

// bySubcode tells apart what codes 10, 100 and 200 throw together; else it
// returns nil.
func bySubcode(e graph.Problem) *channels.SendError {
	se := &channels.SendError{Class: channels.ClassPermanent, Code: strconv.Itoa(*e.Code) + "." + strconv.Itoa(e.Subcode), Fallback: true}
	switch e.Subcode {
	case subcodeOutsideWindow, subcodeOutsideWindowInstagram:
		se.Message = "More than 24 hours have passed since the person's last message."
		se.Hint = "Use another channel, or the category Human agent for an answer that a person wrote."
	case subcodeNoPerson, subcodeNoPersonInstagram:
		se.Message = "The account knows no such person."
		se.Hint = "Use the id that the person's own message to this account brought."
	case subcodeNotReceiving, subcodeNotOpen:
		se.Message = "The person takes no messages from this account now."
	case subcodeUnavailable:
		se.Message = "The person cannot be written to now: blocked, left or deactivated."
	case subcodeNoSuchAccount:
		se.Class, se.Fallback = channels.ClassAuth, false
		se.Message = "Meta knows no such Page or Instagram account, or the access token has no right to it."
		se.Hint = "Check the account's ID, and that the token was made for it."
	default:
		return nil
	}
	return se
}
