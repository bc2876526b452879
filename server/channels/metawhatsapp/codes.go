package metawhatsapp

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
	"sluice/server/egress"
)

// pairPause is how long to wait after code 131056. Meta lets one number write
// to one person about once in six seconds, with some bursts.
const pairPause = 6 * time.Second

// known is what we make of one of Meta's error codes.
type known struct {
	class    channels.Class
	fallback bool
	message  string
	hint     string
}

// knownCodes is the table of Meta's error codes that come up when sending, in
// answers or in receipts
// (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).
// Codes that are not here are classified by their range and the HTTP status.
func knownCodes() map[int]known {
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
	return map[int]known{
		// Access.
		0:   {auth, false, "Meta could not sign the access token in.", newToken},
		3:   {auth, false, "The app may not use this part of the API.", permissions},
		10:  {auth, false, "The access token lacks a permission.", permissions},
		190: {auth, false, "The access token is invalid or has expired.", newToken},
		// Every send would fail until somebody settles the matter.
		33:     {auth, false, "Meta knows no such phone number ID; the number may have been deleted.", "Check the phone number ID."},
		368:    {auth, false, "Meta restricted the WhatsApp Business account for breaking a policy.", "Settle the matter in Meta's Business Support."},
		131005: {auth, false, "The access token may not do this.", permissions},
		131031: {auth, false, "Meta locked the WhatsApp Business account.", "Settle the matter in Meta's Business Support."},
		131037: {auth, false, "The number's display name is not approved yet.", "Have the display name approved in the WhatsApp Manager."},
		131042: {auth, false, "There is a problem with the account's payment method.", "Check the payment settings in the WhatsApp Manager."},
		131045: {auth, false, "The phone number is not registered properly.", register},
		133006: {auth, false, "The phone number has to be verified first.", "Verify the number in the WhatsApp Manager."},
		133010: {auth, false, "The phone number is not registered at the Cloud API.", register},

		// Limits and outages that pass.
		2:      {retry, false, "Meta's API is overloaded or down for the moment.", ""},
		4:      {retry, false, "The app makes too many calls.", "See the app's rate limits in the Meta App Dashboard."},
		80007:  {retry, false, "The WhatsApp Business account makes too many calls.", ""},
		130429: {retry, false, "The number's limit of messages a second is reached.", ""},
		131016: {retry, false, "A service at Meta is unavailable for the moment.", ""},
		131056: {retry, false, "This person got too many messages from this number in a short time.", ""},
		131057: {retry, false, "The WhatsApp Business account is in maintenance, perhaps for a higher throughput.", ""},
		133004: {retry, false, "Meta's server is unavailable for the moment.", ""},
		133015: {retry, false, "The phone number was deleted lately, and Meta has not finished.", "Wait five minutes."},

		// Limits that repeating makes worse.
		130472: {permanent, true, "The person is in an experiment of Meta's and gets no marketing messages.", "Use another channel."},
		131048: {permanent, true, "Too many people blocked or reported this number, so Meta limits it.", "Look at the number's quality in the WhatsApp Manager."},
		131049: {permanent, true, "Meta chose not to deliver this marketing message, as the person gets enough of them.", "Use another channel, or try again after a day."},

		// The recipient.
		130497: {permanent, true, "The account may not write to people in this country.", "Check WhatsApp's Business Messaging Policy."},
		131021: {permanent, false, "The recipient is the sender itself.", ""},
		131026: {permanent, true, "The message cannot be delivered: the number is not on WhatsApp, or the app there is too old.", ""},
		131030: {permanent, true, "A test number writes to the people on its list only.", "Add the number on the app's API Setup page, or use a number of your own."},
		131047: {permanent, true, "More than 24 hours have passed since the person's last message.", "Send a template."},
		131062: {permanent, true, "This message goes to phone numbers only, and the person is known by a user id.", "Use another channel."},
		131050: {permanent, true, "The person wants no marketing messages from this business.", "Use another channel, or ask them."},

		// The message.
		100:    {permanent, false, "Meta does not accept a parameter of the request.", "Check the recipient and the message."},
		131008: {permanent, false, "The request lacks a parameter.", "Check that the message has all its parts, and a template all its parameters."},
		131009: {permanent, false, "A value of the message is not valid.", "Check the phone number and the lengths of texts, buttons and rows."},
		131051: {permanent, true, "WhatsApp does not support this form of message.", "Send another form."},
		131052: {permanent, true, "Meta could not fetch the media.", "Use a public https address."},
		131053: {permanent, true, "Meta could not take the media.", "Use a public https address, and a type and size that WhatsApp supports."},
		132000: {permanent, true, "The number of parameters differs from the template's.", compare},
		132001: {permanent, true, "The template does not exist in this language, or is not approved.", "Check the template's name and language in the WhatsApp Manager."},
		132005: {permanent, true, "The template is too long with its parameters.", "Shorten the parameters."},
		132007: {permanent, true, "The template's content breaks a policy.", "Look at the reason in the WhatsApp Manager."},
		132012: {permanent, true, "A parameter has another form than the template wants.", compare},
		132015: {permanent, true, "The template is paused for its low quality.", "Improve the template in the WhatsApp Manager."},
		132016: {permanent, true, "The template was disabled for its low quality.", "Make a new template with other content."},
		135000: {permanent, true, "Meta does not accept the message and gives no reason.", "Check the message."},

		// Meta may have taken the message all the same.
		1:      {unknown, false, "Meta does not accept the request or has an internal error.", ""},
		131000: {unknown, false, "Something went wrong at Meta.", ""},
	}
}

// lookup finds what we know of a code.
func (p *Provider) lookup(code int) (known, bool) {
	// The whole range stands for single permissions.
	if code >= 200 && code <= 299 {
		code = 10
	}
	k, ok := p.codes[code]
	return k, ok
}

// problem is an error of the Graph API.
type problem struct {
	// Code is nil when the answer is no error of the Graph API: zero is a code.
	Code    *int   `json:"code"`
	Subcode int    `json:"error_subcode"`
	Message string `json:"message"`
	Data    struct {
		Details string `json:"details"`
	} `json:"error_data"`
}

// text is the most telling text of the error.
func (e problem) text() string {
	if e.Data.Details != "" {
		return e.Data.Details
	}
	return e.Message
}

// refused makes an error of an answer that is not 2xx.
func (p *Provider) refused(a channels.Account, resp *egress.Response) *channels.SendError {
	var answer struct {
		Error problem `json:"error"`
	}
	if err := json.Unmarshal(resp.Body, &answer); err != nil {
		answer.Error = problem{}
	}
	se := p.sendError(answer.Error, resp.Status, p.kind.Redact(a, answer.Error.text()))
	if se.Class == channels.ClassRetryable {
		se.RetryAfter = retryAfter(resp.Header)
		if se.RetryAfter == 0 && se.Code == "131056" {
			se.RetryAfter = pairPause
		}
	}
	return se
}

// sendError classifies by code, else by status. details is the redacted text
// of Meta's, for codes that the table does not know.
func (p *Provider) sendError(e problem, status int, details string) *channels.SendError {
	if e.Code != nil {
		if se := p.objectError(e); se != nil {
			return se
		}
		if k, ok := p.lookup(*e.Code); ok {
			se := &channels.SendError{Class: k.class, Code: strconv.Itoa(*e.Code), Message: k.message, Hint: k.hint, Fallback: k.fallback}
			// The code says only that a parameter is wrong, the details which.
			if *e.Code == 100 && details != "" {
				se.Message = strings.TrimSuffix(se.Message, ".") + ": " + details
			}
			return se
		}
	}
	se := &channels.SendError{Code: "http_" + strconv.Itoa(status), Message: "Meta refused the message."}
	if e.Code != nil {
		se.Code = strconv.Itoa(*e.Code)
	}
	if details != "" {
		se.Message = "Meta refused the message: " + details
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		se.Class, se.Hint = channels.ClassAuth, "Check the channel's credentials and bind it again."
	// Both say that the request was not taken on (RFC 6585, RFC 9110).
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		se.Class = channels.ClassRetryable
	// A server that fails half-way may have taken the message.
	case status >= http.StatusInternalServerError || status < http.StatusBadRequest:
		se.Class = channels.ClassUnknown
		se.Message = "Meta failed while handling the message, which may or may not be on its way."
	default:
		se.Class = channels.ClassPermanent
		se.Hint = "Look the code up among the Cloud API's error codes."
	}
	return se
}

// objectError finds the two forms of code 100 ("invalid parameter") that are
// about the channel and not about the message; else it returns nil.
func (p *Provider) objectError(e problem) *channels.SendError {
	switch {
	case *e.Code != 100:
		return nil
	case e.Subcode == 33:
		return &channels.SendError{
			Class: channels.ClassAuth, Code: "100",
			Message: "Meta knows no such phone number ID, or the access token has no right to it.",
			Hint:    "Check the phone number ID, and that the token's system user has the WhatsApp account.",
		}
	case strings.Contains(e.Message, "appsecret_proof"):
		return &channels.SendError{
			Class: channels.ClassAuth, Code: "100",
			Message: "The app secret is not that of the access token's app.",
			Hint:    "Copy the app secret from App settings, Basic, of the same Meta app that the token was made for.",
		}
	}
	return nil
}

// retryAfter is how long Meta asks us to wait: the standard header in seconds,
// or the longest estimate, in minutes, of the one on use cases.
func retryAfter(h http.Header) time.Duration {
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	var usage map[string][]struct {
		Minutes int `json:"estimated_time_to_regain_access"`
	}
	if err := json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &usage); err != nil {
		return 0
	}
	longest := 0
	for _, uses := range usage {
		for _, use := range uses {
			longest = max(longest, use.Minutes)
		}
	}
	return time.Duration(longest) * time.Minute
}

// unreadable is the error for a 2xx answer that is not what Meta sends: the
// message may exist.
func unreadable(err error) *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassUnknown, Code: channels.CodeNoAnswer, Err: err,
		Message: "Meta's answer cannot be read, so the message may or may not be on its way.",
		Hint:    "Check that the channel's base URL leads to Meta.",
	}
}

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode {
	table := make(map[string]channels.KnownCode, len(p.codes))
	for code, k := range p.codes {
		table[strconv.Itoa(code)] = channels.KnownCode{Class: k.class, Fallback: k.fallback, Message: k.message, Hint: k.hint}
	}
	return table
}
