package engine

import (
	"encoding/json"
	"time"
)

// EventKind names what can happen to a run.
type EventKind string

const (
	EventStart      EventKind = "start"
	EventSendResult EventKind = "send_result"
	EventReceipt    EventKind = "receipt"
	EventReply      EventKind = "reply"
	EventTimer      EventKind = "timer"
	EventCancel     EventKind = "cancel"
)

// Event is what a run consumes. Exactly the field that Kind names is set.
type Event struct {
	Kind EventKind `json:"kind"`
	// Visit is the visit that a send result, a receipt or a timer belongs to, or
	// whose message a reply quotes; a reply without one is to the question that
	// waits. A run that has left that visit ignores the event.
	Visit   int         `json:"visit,omitempty"`
	Start   *Start      `json:"start,omitempty"`
	Send    *SendResult `json:"send,omitempty"`
	Receipt *Receipt    `json:"receipt,omitempty"`
	Reply   *Reply      `json:"reply,omitempty"`
	Cancel  *Cancel     `json:"cancel,omitempty"`
}

// Start begins a run. Inputs have passed (*Program).CheckInputs.
type Start struct {
	RunID   string         `json:"run_id"`
	Inputs  map[string]any `json:"inputs,omitempty"`
	Trigger map[string]any `json:"trigger,omitempty"`
	Contact map[string]any `json:"contact,omitempty"`
	// TimeZone is the workspace's, by its IANA name; empty is UTC.
	TimeZone string `json:"time_zone,omitempty"`
}

// SendResult is the outcome of a send effect, after the retries that its
// deadline allowed.
type SendResult struct {
	// Class is empty when the provider accepted the message, else the class of
	// the last failure.
	Class ErrorClass `json:"class,omitempty"`
	Code  string     `json:"code,omitempty"`
	// Message says for people what the provider said.
	Message string `json:"message,omitempty"`
	// ProviderMessageID is the provider's name of an accepted message.
	ProviderMessageID string `json:"provider_message_id,omitempty"`
}

// ErrorClass is what a failed send means for what to do next.
type ErrorClass string

const (
	ClassRetryable ErrorClass = "retryable"
	ClassPermanent ErrorClass = "permanent"
	ClassAuth      ErrorClass = "auth"
	ClassUnknown   ErrorClass = "unknown"
)

// ReceiptStatus is a provider's word on a message.
type ReceiptStatus string

const (
	ReceiptSent      ReceiptStatus = "sent"
	ReceiptDelivered ReceiptStatus = "delivered"
	ReceiptRead      ReceiptStatus = "read"
	ReceiptFailed    ReceiptStatus = "failed"
)

// Receipt is a provider's word on the message of a visit.
type Receipt struct {
	Status ReceiptStatus `json:"status"`
	Code   string        `json:"code,omitempty"`
	Reason string        `json:"reason,omitempty"`
	At     time.Time     `json:"at,omitzero"`
}

// Reply is an inbound message from the run's recipient.
type Reply struct {
	Text        string `json:"text"`
	ChannelType string `json:"channel_type,omitempty"`
	From        string `json:"from,omitempty"`
	// ButtonID is the id of the button or row that the recipient chose.
	ButtonID string `json:"button_id,omitempty"`
	// MessageID is the id of the stored message, if it was stored.
	MessageID string `json:"message_id,omitempty"`
	// Type is what the recipient sent: text, image, video, audio or document;
	// empty when nobody knows. MediaID and MediaURL name the first file.
	Type     string `json:"type,omitempty"`
	MediaID  string `json:"media_id,omitempty"`
	MediaURL string `json:"media_url,omitempty"`
	// Data is what the recipient sent as a JSON object, such as a form; empty for
	// most.
	Data json.RawMessage `json:"data,omitempty"`
	// At is when it was sent; zero when nobody knows.
	At time.Time `json:"at,omitzero"`
	// Unasked is true when the run waits for somebody else's reply, or for one
	// by another channel.
	Unasked bool `json:"unasked,omitempty"`
}

// Cancel ends a run on request.
type Cancel struct {
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
}
