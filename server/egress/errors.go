package egress

import (
	"context"
	"errors"
	"net"
	"net/url"
)

var (
	// ErrBlocked is wrapped when the request is refused by policy: an address
	// inside, a bad scheme, a redirect that leads there, that would leak or drop
	// something, or that has no end. When it was written, its answer was a redirect.
	ErrBlocked = errors.New("not allowed to leave")
	// ErrTooLarge is wrapped when the answer is larger than
	// Options.MaxResponseBytes.
	ErrTooLarge = errors.New("the answer is too large")
)

// Error is every error of Client.Do. Its text names the host only: paths and
// queries may carry credentials.
type Error struct {
	// Host is the host, and port when given, that was called first.
	Host string
	// Written is whether the request may have reached the other side. When
	// false it is safe to make the same request again. With ErrBlocked the other
	// side did nothing but say where else to go.
	Written bool
	// Status is the answer's status when it came but its body could not be
	// read; else zero.
	Status int
	Err    error
}

// Error says what failed and how far it got.
func (e *Error) Error() string {
	what := "could not call " + e.Host
	if e.Written {
		what = "no usable answer from " + e.Host
	}
	return what + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Timeout tells whether time ran out, by the caller's deadline or the client's.
func (e *Error) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.As(e.Err, &t) && t.Timeout()
}

func newError(u *url.URL, written bool, status int, err error) *Error {
	// url.Error repeats the whole URL in its text.
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err
	}
	// The dialler's own words around a refusal say nothing a person needs.
	var oe *net.OpError
	if errors.Is(err, ErrBlocked) && errors.As(err, &oe) {
		err = oe.Err
	}
	return &Error{Host: u.Host, Written: written, Status: status, Err: err}
}

// Written tells whether the request that ended in err may have reached the
// other side: repeating it could then do its work twice. Errors that do not
// come from a Client count as written, to be on the safe side.
func Written(err error) bool {
	if err == nil {
		return true
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Written
	}
	return !errors.Is(err, ErrBlocked)
}

// Blocked tells whether policy refused the request.
func Blocked(err error) bool { return errors.Is(err, ErrBlocked) }
