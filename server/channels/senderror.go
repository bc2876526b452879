package channels

import (
	"context"
	"errors"
	"time"

	"sluice/server/egress"
)

// Class says what may be done after a failed send.
type Class string

const (
	// ClassRetryable: the vendor did not take the message, and may later.
	ClassRetryable Class = "retryable"
	// ClassPermanent: the vendor did not take the message and never will.
	ClassPermanent Class = "permanent"
	// ClassAuth: the vendor refuses our credentials; every further send will
	// fail until somebody mends the channel.
	ClassAuth Class = "auth"
	// ClassUnknown: the vendor may have taken the message. Sending it again
	// may deliver it twice.
	ClassUnknown Class = "unknown"
)

// Codes of failures that have none from the vendor.
const (
	// CodeNotConnected: the request was not written.
	CodeNotConnected = "not_connected"
	// CodeBlocked: policy does not let the request out.
	CodeBlocked = "egress_blocked"
	// CodeNoAnswer: the request was written, and no usable answer came.
	CodeNoAnswer = "no_answer"
	// CodeDeadline: the message lost its use before it was handed over.
	CodeDeadline = "deadline_passed"
	// CodeForm: the kind does not take this form of message.
	CodeForm = "form_not_supported"
	// CodeTemplate: the template is not known to the vendor.
	CodeTemplate = "template_not_bound"
	// CodeWindow: the person has not written lately, so only templates may be
	// sent.
	CodeWindow = "outside_window"
	// CodeSettings: the channel's settings or credentials are incomplete.
	CodeSettings = "channel_incomplete"
)

// SendError is why a vendor did not confirm a call of Send or Verify. None of
// its texts holds a credential.
type SendError struct {
	Class Class
	// Code is the vendor's code, or one of the Code constants.
	Code string
	// Message says what happened, Hint what to do.
	Message string
	Hint    string
	// RetryAfter is how long the vendor asks us to wait; zero when it does not.
	RetryAfter time.Duration
	// Fallback marks failures that another channel may well not have: the
	// person is not on this one, or may not be written to on it now.
	Fallback bool
	// Err is the cause on our side of the network, if any.
	Err error
}

// Error is the message with its code and hint.
func (e *SendError) Error() string {
	s := e.Message
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Hint != "" {
		s += " " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// AsSendError returns err as a *SendError. An error of another type says
// nothing of what happened, so its class is unknown. It returns nil for nil.
func AsSendError(err error) *SendError {
	if err == nil {
		return nil
	}
	if se, ok := errors.AsType[*SendError](err); ok {
		return se
	}
	return &SendError{Class: ClassUnknown, Message: err.Error(), Err: err}
}

// NetworkError classifies an error of the outbound HTTP client. vendor is the
// vendor's title, for the message.
func NetworkError(vendor string, err error) *SendError {
	se := &SendError{Err: err}
	timedOut := errors.Is(err, context.DeadlineExceeded)
	if ee, ok := errors.AsType[*egress.Error](err); ok {
		timedOut = ee.Timeout()
	}
	switch {
	case egress.Blocked(err):
		// Also after it was written: what came was a redirect, and no word of the message.
		se.Class, se.Code = ClassPermanent, CodeBlocked
		se.Message = "The channel's address lies where calls are not allowed to go."
		if egress.Written(err) {
			se.Message = vendor + " answers with a redirect that must not be followed."
		}
		se.Hint = "Correct the channel's base URL, or let the operator allow the address with SLUICE_EGRESS_ALLOW."
	case egress.Written(err):
		se.Class, se.Code = ClassUnknown, CodeNoAnswer
		se.Message = vendor + " gave no usable answer, so the message may or may not be on its way."
		if timedOut {
			se.Message = vendor + " did not answer in time, so the message may or may not be on its way."
		}
	default:
		se.Class, se.Code = ClassRetryable, CodeNotConnected
		se.Message = vendor + " could not be reached."
		if timedOut {
			se.Message = vendor + " could not be reached in time."
		}
	}
	return se
}
