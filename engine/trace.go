package engine

import (
	"encoding/json"
	"time"
)

// TraceKind names one thing that a step did, for the run's history.
type TraceKind string

const (
	// TraceEntered: the run entered Node as visit Visit.
	TraceEntered TraceKind = "entered"
	// TraceLeft: it left by Port; To is the next node, if any. Via is the port
	// whose edge was taken when Port fell back to another.
	TraceLeft TraceKind = "left"
	// TraceWaiting: it rests until Due (zero: no deadline).
	TraceWaiting TraceKind = "waiting"
	// TraceSent: a message was handed to the outbox. Detail is the masked Send.
	TraceSent TraceKind = "sent"
	// TraceStatus: the send result or receipt Status was taken in, or, with the
	// status "replied", the reply whose text is Reason, or the message was taken
	// back before its time (StatusWithdrawn).
	TraceStatus TraceKind = "status"
	// TraceSet: Values were set (variables by name), secrets masked.
	TraceSet TraceKind = "set"
	// TraceOutput: Values were left as outputs of the node, secrets masked.
	TraceOutput TraceKind = "output"
	// TraceIgnored: the event changed nothing; Reason says why.
	TraceIgnored TraceKind = "ignored"
	// TraceEnded: the run ended with Status and Outcome.
	TraceEnded TraceKind = "ended"
)

// TraceItem is one thing that a step did.
type TraceItem struct {
	Kind    TraceKind       `json:"kind"`
	At      time.Time       `json:"at"`
	Node    string          `json:"node,omitempty"`
	Visit   int             `json:"visit,omitempty"`
	Port    string          `json:"port,omitempty"`
	Via     string          `json:"via,omitempty"`
	To      string          `json:"to,omitempty"`
	Due     time.Time       `json:"due,omitzero"`
	Status  string          `json:"status,omitempty"`
	Outcome string          `json:"outcome,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Code    string          `json:"code,omitempty"`
	Values  map[string]any  `json:"values,omitempty"`
	Detail  json.RawMessage `json:"detail,omitempty"`
}

// Trace is what one step did, in order. It holds no secret.
type Trace []TraceItem

// StatusWithdrawn is the status of a message that was taken back before its
// time.
const StatusWithdrawn = "cancelled"

// Mask stands in traces and transcripts for what must not be shown.
const Mask = "••••••"
