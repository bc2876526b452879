package engine

import "time"

type moveKind int

const (
	moveLeave moveKind = iota
	moveJump
	moveWait
	moveEnd
	moveFail
	moveIgnore
	moveAgain
)

// Move is what a behaviour decides: leave, jump, enter again, wait, end, fail,
// or ignore.
type Move struct {
	kind    moveKind
	port    string
	target  string
	due     time.Time
	replies bool
	status  Status
	outcome string
	err     RunError
	reason  string
}

// Leave leaves the node by a port.
func Leave(port string) Move { return Move{kind: moveLeave, port: port} }

// Jump goes to a node without an edge.
func Jump(target string) Move { return Move{kind: moveJump, target: target} }

// Wait rests until an event or until due; a zero due means no deadline.
func Wait(due time.Time) Move { return Move{kind: moveWait, due: due} }

// WaitForReply is Wait that takes replies of the recipient of the visit's
// message. Whoever runs the flow gives them to the newest run that takes them.
func WaitForReply(due time.Time) Move { return Move{kind: moveWait, due: due, replies: true} }

// Again enters the node once more, as a new visit that begins with what this
// one remembers.
func Again() Move { return Move{kind: moveAgain} }

// End ends the run.
func End(status Status, outcome string) Move {
	return Move{kind: moveEnd, status: status, outcome: outcome}
}

// Fail ends the run as failed because the node cannot do what it should. Code
// is stable; message and hint are for people.
func Fail(code, message, hint string) Move {
	return Move{kind: moveFail, err: RunError{Code: code, Message: message, Hint: hint}}
}

// Ignore leaves everything as it is and says why.
func Ignore(reason string) Move { return Move{kind: moveIgnore, reason: reason} }
