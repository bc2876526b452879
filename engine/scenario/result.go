package scenario

import (
	"sluice/engine"
	"sluice/flows"
)

// Result is how a run went.
type Result struct {
	Status  engine.Status
	Outcome string
	// Error says why a run failed by itself rather than by a port.
	Error *engine.RunError
	// Path lists the node of every visit in order, jumps included.
	Path []string
	// Elapsed is the virtual time from start to the last thing that happened.
	Elapsed flows.Duration
	// Variables hold true values, secrets included: for comparison only. Masked
	// is what may be shown.
	Variables map[string]any
	Masked    map[string]any
	// Messages are all that the run asked to send, in order.
	Messages []Message
	// Replies are all that the recipient wrote, in order.
	Replies []Reply
	// Ports lists the port of every exit in order.
	Ports []Port
	// Lines tell the run for people; they hold no secret.
	Lines []Line
}

// Message is one message that the run asked to send.
type Message struct {
	Visit       int
	Node        string
	ChannelType string
	Channel     string
	// To is the true address, MaskedTo what may be shown of it.
	To       string
	MaskedTo string
	// Text is the true text, for comparison only; Masked is what may be shown.
	// Both are empty for a template, whose text only the provider knows.
	Text   string
	Masked string
	// Template is the slug of a template message.
	Template string
	// Status is the furthest that is known: queued, scheduled, sent (accepted by
	// the provider), delivered, read, failed or cancelled. Code is the provider's for a failure.
	Status string
	Code   string
	// Attempts counts the send calls.
	Attempts int
	// Form is the whole message, for the phone it goes to; MaskedForm is what
	// may be shown elsewhere.
	Form, MaskedForm flows.Message
	// QueuedAt and the others are virtual times since the run's start; those that
	// did not come are nil.
	QueuedAt                              flows.Duration
	SentAt, DeliveredAt, ReadAt, FailedAt *flows.Duration
	// SendAt is when it was to go out, nil for at once.
	SendAt *flows.Duration
}

// Reply is what the recipient wrote.
type Reply struct {
	Visit int
	Node  string
	// Channel and ChannelType are those of the message that it answers.
	Channel, ChannelType, From, Text string
	// Type is its form, empty for text, and Filename the name of its file.
	Type     flows.MessageType
	Filename string
	// At is the virtual time since the run's start.
	At flows.Duration
}

// Port is an exit that a run took.
type Port struct{ Node, Port string }
