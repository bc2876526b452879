package channels

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strconv"
	"strings"

	"sluice/flows"
)

// The errors that every provider gives before anything leaves this process.

// MissingSetting is the error for a channel that was never set up to the end;
// what is the name of the field for people, such as "API key".
func MissingSetting(what string) *SendError {
	return &SendError{
		Class: ClassAuth, Code: CodeSettings, Message: "The channel has no " + what + ".",
		Hint: "Complete the channel's settings and bind it again.",
	}
}

// BadBaseURL is the error for a base URL that no request can be made of.
func BadBaseURL(example string) *SendError {
	return &SendError{
		Class: ClassPermanent, Code: CodeSettings, Message: "The channel's base URL is not an address.",
		Hint: "Write it like " + example + ".",
	}
}

// WrongForm is the error for a form of message that the vendor does not take.
// instead says what to send.
func WrongForm(vendor string, form flows.MessageType, instead string) *SendError {
	return &SendError{
		Class: ClassPermanent, Code: CodeForm, Fallback: true, Hint: instead,
		Message: vendor + " does not take a message of the form " + strconv.Quote(string(form)) + " on this channel.",
	}
}

// NoAgentCategory is the error for a message that a person wrote, at a vendor
// that cannot tell Meta so. Meta would refuse it, or count it as a breach.
func NoAgentCategory(vendor string) *SendError {
	return &SendError{
		Class: ClassPermanent, Code: CodeForm, Fallback: true, Message: vendor + " cannot mark a message as written by a human agent.",
		Hint: "Choose the category Response, within 24 hours of the person's last message, or a channel of Meta's own.",
	}
}

// DeadlinePassed is the error for a message that has lost its use.
func DeadlinePassed(vendor string) *SendError {
	return &SendError{
		Class: ClassPermanent, Code: CodeDeadline, Message: "The message's deadline passed before it was handed to " + vendor + ".",
	}
}

// NoAnswer is the error for a success that is not what the vendor sends: the
// message may exist.
func NoAnswer(vendor string, err error) *SendError {
	return &SendError{
		Class: ClassUnknown, Code: CodeNoAnswer, Err: err,
		Message: vendor + "'s answer cannot be read, so the message may or may not be on its way.",
		Hint:    "Check that the channel's base URL leads to " + vendor + ".",
	}
}

// Unverified is ErrUnverified with its reason, for the log.
func Unverified(why string) error { return fmt.Errorf("%w: %s", ErrUnverified, why) }

// Malformed is ErrMalformed with its reason, for the log.
func Malformed(why string) error { return fmt.Errorf("%w: %s", ErrMalformed, why) }

// TextReply answers a webhook with one line.
func TextReply(status int, text string) Reply {
	return Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text + "\n")}
}

// SameSecret compares a given secret with the right one, so that the time it
// takes tells nothing of either. Without a right one nothing is the same.
func SameSecret(given, right string) bool {
	g, r := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(right))
	return subtle.ConstantTimeCompare(g[:], r[:]) == 1 && right != ""
}

// Base is the account's base URL, or the vendor's own, without a slash at its
// end.
func (a Account) Base(vendors string) string {
	if a.BaseURL == "" {
		return vendors
	}
	return strings.TrimRight(a.BaseURL, "/")
}
