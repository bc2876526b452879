package expression

import (
	"errors"
	"fmt"
)

// ErrInexact means that a number in JSON has more digits than can be kept exactly.
var ErrInexact = errors.New("a number has more digits than can be kept exactly")

// Error says what is wrong with an expression or a template, or what went wrong
// while it ran, in words for the person who wrote it.
type Error struct {
	// Offset is the byte in the source at which the problem was found.
	Offset int
	// Message says what is wrong. It holds no values of variables.
	Message string
	// Hint says what to do; it may be empty.
	Hint string
}

// Is tells errors.Is that a number was inexact.
func (e *Error) Is(kind error) bool { return kind == ErrInexact && e.Message == ErrInexact.Error() }

func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " (" + e.Hint + ")"
}

// unplaced is the offset of a fault that does not know its place yet.
const unplaced = -1

// fault is an error on its way up: the first node that knows its own place adds
// it, so functions need not know where they were called.
type fault struct {
	offset  int
	message string
	hint    string
	// final faults (the budget is spent) are about the whole expression, so no
	// function puts its name in front.
	final bool
}

func (f *fault) Error() string { return f.message }

// problem makes a fault that its caller will place.
func problem(hint, format string, args ...any) error {
	return &fault{offset: unplaced, message: fmt.Sprintf(format, args...), hint: hint}
}

// problemAt makes a fault at a byte of the source.
func problemAt(offset int, hint, format string, args ...any) error {
	return &fault{offset: offset, message: fmt.Sprintf(format, args...), hint: hint}
}

// place gives a fault its offset unless it has one.
func place(err error, offset int) error {
	if f, ok := err.(*fault); ok && f.offset == unplaced { //nolint:errorlint // faults are never wrapped inside this package
		f.offset = offset
	}
	return err
}

// named puts a function's name in front of a fault that it raised itself.
func named(err error, name string, offset int) error {
	if f, ok := err.(*fault); ok && f.offset == unplaced { //nolint:errorlint // see place
		if !f.final {
			f.message = name + "(): " + f.message
		}
		f.offset = offset
	}
	return err
}

// public turns a fault into the *Error that callers see, moved by the place of
// the expression in its template.
func public(err error, base int) error {
	if err == nil {
		return nil
	}
	f, ok := err.(*fault) //nolint:errorlint // see place
	if !ok {
		return &Error{Offset: base, Message: "the expression could not be evaluated"}
	}
	return &Error{Offset: base + max(f.offset, 0), Message: f.message, Hint: f.hint}
}
