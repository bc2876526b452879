package engine

import (
	"time"

	"sluice/flows"
)

// EffectKind names what a run can ask the world to do.
type EffectKind string

const (
	// EffectSend asks for a message to be sent.
	EffectSend EffectKind = "send"
	// EffectWithdraw takes back the message of a visit that the run leaves
	// before the message's time.
	EffectWithdraw EffectKind = "withdraw"
)

// Effect is what a run asks the world to do. Run id and Visit together are its
// idempotency key: a run asks for at most one message per visit, and takes it
// back at most once.
type Effect struct {
	Kind  EffectKind `json:"kind"`
	Visit int        `json:"visit"`
	Node  string     `json:"node"`
	Send  *Send      `json:"send,omitempty"`
}

// OnUnknown is what to do when nobody knows whether a send reached the
// provider.
type OnUnknown string

const (
	// OnUnknownResend sends again with the same idempotency key: at least once.
	OnUnknownResend OnUnknown = "resend"
	// OnUnknownFail treats the send as failed: at most once.
	OnUnknownFail OnUnknown = "treat_as_failed"
)

// Send is one message to send.
type Send struct {
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	To          string `json:"to"`
	// MaskedTo is To, or a mask when the address is secret.
	MaskedTo string `json:"masked_to"`
	Category string `json:"category,omitempty"`
	// Message is rendered. Masked is the same with secrets hidden: the only
	// form that may be stored in clear, logged or shown.
	Message   flows.Message `json:"message"`
	Masked    flows.Message `json:"masked"`
	OnUnknown OnUnknown     `json:"on_unknown"`
	// GiveUpAt is when retries of a failing send end; the run has moved on by
	// then or will be told of the last failure.
	GiveUpAt time.Time `json:"give_up_at"`
	// SendAt is when the message is to go out; zero means at once. Until then it
	// can be withdrawn.
	SendAt time.Time `json:"send_at,omitzero"`
	// TypingFor is how long the recipient is shown that somebody writes before
	// the message goes out, where they can be.
	TypingFor flows.Duration `json:"typing_for,omitzero"`
}

// SentDetail is the detail of a TraceSent item.
type SentDetail struct {
	Channel     string        `json:"channel"`
	ChannelType string        `json:"channel_type"`
	To          string        `json:"to"`
	Category    string        `json:"category,omitempty"`
	Message     flows.Message `json:"message"`
	// SendAt is when it is to go out; zero means at once.
	SendAt time.Time `json:"send_at,omitzero"`
}
