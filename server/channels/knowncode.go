package channels

import (
	"net/http"
	"strconv"
	"time"
)

// KnownCode is what Sluice makes of one of a vendor's error codes, in the
// answer to a send or in a receipt.
type KnownCode struct {
	Class Class
	// Fallback marks failures that another channel may well not have.
	Fallback bool
	// Message says what the code means, Hint what to do about it.
	Message string
	Hint    string
}

// Explainer is a provider with a table of its vendor's error codes. The pages
// in docs/channels are written from it.
type Explainer interface {
	KnownCodes() map[string]KnownCode
}

// Error makes the error for a send that failed with that code.
func (k KnownCode) Error(code string) *SendError {
	return &SendError{Class: k.Class, Code: code, Message: k.Message, Hint: k.Hint, Fallback: k.Fallback}
}

// Known makes a KnownCode; tables of vendors' codes are made of them.
func Known(class Class, fallback bool, message, hint string) KnownCode {
	return KnownCode{Class: class, Fallback: fallback, Message: message, Hint: hint}
}

// Refusal is the error for an answer that was no success: by the vendor's code
// where the table has it, else by the HTTP status. code may be empty; text is
// what the vendor said, without credentials, or empty.
func Refusal(vendor string, table map[string]KnownCode, code, text string, status int, header http.Header) *SendError {
	k, ok := table[code]
	if !ok {
		return AnswerError(vendor, code, text, status, header)
	}
	se := k.Error(code)
	se.RetryAfter = RetryAfter(header)
	return se
}

// AnswerError classifies an HTTP answer that was neither a success nor a code
// that the vendor's table knows. code may be empty; text is what the vendor
// said, without credentials, or empty.
func AnswerError(vendor, code, text string, status int, header http.Header) *SendError {
	se := &SendError{Code: code, Message: vendor + " refused the message."}
	if code == "" {
		se.Code = "http_" + strconv.Itoa(status)
	}
	if text != "" {
		se.Message = vendor + " refused the message: " + text
	}
	se.Class = ClassOfStatus(status)
	switch se.Class {
	case ClassAuth:
		se.Hint = "Check the channel's credentials and bind it again."
	case ClassUnknown:
		se.Message = vendor + " failed while handling the message, which may or may not be on its way."
	case ClassPermanent:
		if code != "" {
			se.Hint = "Look the code up in " + vendor + "'s documentation."
		}
	case ClassRetryable:
	}
	se.RetryAfter = RetryAfter(header)
	return se
}

// ClassOfStatus is what an HTTP status alone tells of a request to send.
func ClassOfStatus(status int) Class {
	switch {
	// 403 is no proof: vendors answer it also for what one person may not be sent.
	case status == http.StatusUnauthorized || status == http.StatusPaymentRequired:
		return ClassAuth
	// Both say that the request was not taken on (RFC 6585, RFC 9110).
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return ClassRetryable
	// A server that fails half-way may have taken the message.
	case status >= http.StatusInternalServerError || status < http.StatusBadRequest:
		return ClassUnknown
	}
	return ClassPermanent
}

// RetryAfter reads how long an answer asks to wait, in the form of seconds. Zero
// stands for an answer that does not say.
func RetryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > int(maxRetryAfter/time.Second) {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// maxRetryAfter is longer than any run waits for a send.
const maxRetryAfter = 30 * 24 * time.Hour
