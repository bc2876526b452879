package channels

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"sluice/flows"
)

// Provider talks to one vendor's API. Its methods are safe for concurrent use.
//
// The life of a channel, seen from its provider:
//
//  1. Kind.Check finds what is wrong with the fields, without a network.
//  2. Verify proves the credentials with a real call ("bind").
//  3. Send is called once per attempt, possibly again for the same MessageID
//     after an attempt whose outcome is unknown.
//  4. Webhook is called for every request to Account.HookURL, also before Send
//     returned, also for messages that nobody remembers.
type Provider interface {
	// Kind describes the vendor. It is the same at every call.
	Kind() Kind

	// Verify proves that the credentials and settings work, by a real call
	// that changes nothing. Errors are *SendError: ClassAuth when the vendor
	// refuses them, ClassPermanent when a setting is wrong, ClassRetryable or
	// ClassUnknown when the vendor could not be asked.
	Verify(ctx context.Context, a Account) error

	// Send hands one message to the vendor. Errors are *SendError; its class
	// says whether the message may be on its way (see Class).
	Send(ctx context.Context, a Account, o Outbound) (Accepted, error)

	// Webhook reads one request to the account's webhook. body is the raw
	// content; r.Body is not to be read. It verifies the sender first: the
	// error then wraps ErrUnverified, or ErrMalformed when a genuine request
	// cannot be understood. The reply is to be sent in every case, after the
	// returned events are stored.
	Webhook(a Account, r *http.Request, body []byte) ([]Inbound, Reply, error)
}

// Checker is a provider that finds more wrong with settings than Kind.Check can,
// without a network: fields that do not fit together, templates of no use.
type Checker interface {
	Check(a Account) []FieldError
}

// Previewer is a provider whose requests, and the meaning of what comes back,
// follow from a channel's settings. Neither method calls anybody.
type Previewer interface {
	// Preview is the request that Send would make. The account has no
	// credentials: where they would stand there is a mask. A *FieldError says
	// why there is none.
	Preview(a Account, o Outbound) (PreviewedRequest, error)
	// Read is what a callback with that body means, whoever sent it. The error
	// wraps ErrMalformed.
	Read(a Account, contentType string, body []byte) (Inbound, error)
}

// PreviewedRequest is a request as it would be made.
type PreviewedRequest struct {
	Method, URL string
	Header      http.Header
	Body        string
}

// Scheduler is a provider whose vendor can hold messages until their time. Other
// messages wait in our own outbox.
type Scheduler interface {
	// Schedules tells whether Send of a message with that SendAt hands it over
	// now, to be held by the vendor.
	Schedules(a Account, sendAt, now time.Time) bool
	// Withdraw asks the vendor to drop a message that it holds. Errors are
	// *SendError; ClassPermanent means that it is too late.
	Withdraw(ctx context.Context, a Account, providerMessageID string) error
}

// Addresser is a provider whose vendor has to be given more than Account.HookURL by
// hand: a token in it that proves what comes there.
type Addresser interface {
	// CallbackURL is the whole address to enter at the vendor. It holds no
	// credential, but whoever has it can speak for the vendor.
	CallbackURL(a Account) string
}

// Typer is a provider whose vendor can show a person that somebody writes to
// them.
type Typer interface {
	// ShowTyping shows it until the next message, for some seconds at most.
	// lastMessageID is what the vendor calls the last message of that person.
	ShowTyping(ctx context.Context, a Account, to, lastMessageID string) error
}

// Answerer is a provider whose vendor takes one answer to a person's message at an
// address that comes with it (InboundMessage.Answer).
type Answerer interface {
	// TakesAnswer tells whether the message can go to such an address. Send then
	// gets it as Outbound.Answer.
	TakesAnswer(a Account, m flows.Message, to Answer) bool
}

// Answer is where a vendor takes one answer to a person's message.
type Answer struct {
	// Address is encrypted: only the provider that made it can read it.
	Address string `json:"address"`
	// Until is when it is of no use any more.
	Until time.Time `json:"until"`
	// Private is true where only the person sees the answer.
	Private bool `json:"private,omitempty"`
}

// Outbound is one message to send, its texts rendered.
type Outbound struct {
	// MessageID is ours: the idempotency key of the visit. It is the same when
	// a send is repeated.
	MessageID string
	RunID     string
	Visit     int
	// To is an E.164 number with "+" where the channel type is addressed by
	// phone, else the vendor's id of the person.
	To string
	// Category is the send node's: "verification", "transactional", ...
	Category string
	Message  flows.Message
	// Template is the registry entry of a message of type "template".
	Template *Template
	// Deadline is when the message has lost its use: the vendor should rather
	// drop it than deliver it later. Zero means never.
	Deadline time.Time
	// SendAt is until when the vendor is to hold the message; zero means not at
	// all. It is set for a Scheduler that said so only.
	SendAt time.Time
	// Answer is where the message goes instead of the usual address, of an
	// Answerer that said so only. It is this message's alone, and used once: Send
	// uses the usual address when the vendor refuses it there.
	Answer *Answer
}

// Accepted is the vendor's word that it took the message.
type Accepted struct {
	ProviderMessageID string
	// Address is what the vendor calls whom the message went to, where its answer
	// says so and it differs from Outbound.To (WhatsApp's wa_id): messages from
	// that person come from there.
	Address string
	// Parts is how many billed parts (SMS segments) the message has; zero when
	// the vendor does not say.
	Parts int
}

// Inbound is one event from a webhook: a receipt or a message.
type Inbound struct {
	Receipt *Receipt        `json:"receipt,omitempty"`
	Message *InboundMessage `json:"message,omitempty"`
	// Arrival is how it came in. The server sets it, for traces; providers do not.
	Arrival *Arrival `json:"arrival,omitempty"`
}

// Arrival is the request that brought an Inbound.
type Arrival struct {
	At time.Time `json:"at"`
	// Traceparent is the request's span (W3C Trace Context).
	Traceparent string `json:"traceparent"`
}

// Receipt is a vendor's news of a message that we sent, or, with To and Through
// in place of the ids, of every message that we sent to a person up to a time.
// Receipts come late, twice, and out of order.
type Receipt struct {
	ProviderMessageID string `json:"provider_message_id,omitempty"`
	// MessageID is our own id, when the vendor echoes it. It finds the message
	// when the receipt overtakes the answer to Send.
	MessageID string `json:"message_id,omitempty"`
	// To is the address of a person, as in Outbound.To, and Through the time up
	// to which the receipt covers what was sent to them ("watermark").
	To      string    `json:"to,omitempty"`
	Through time.Time `json:"through,omitzero"`
	Status  Status    `json:"status"`
	// Raw is the vendor's own word for the status.
	Raw string `json:"raw,omitempty"`
	// Code and Reason explain a failure in the vendor's and in plain words.
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`
	// At is when it happened; zero when the vendor does not say.
	At time.Time `json:"at,omitzero"`
}

// InboundMessage is a message from a person.
type InboundMessage struct {
	ProviderMessageID string `json:"provider_message_id,omitempty"`
	// Kind is empty for what a person said.
	Kind InboundKind `json:"kind,omitempty"`
	// From is the person's address as in Outbound.To, and To our own.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Aliases are other addresses of that person on the same channel, such as the
	// vendor's id of somebody who writes from a number.
	Aliases []string `json:"aliases,omitempty"`
	// ProfileName is what the person calls themselves there, if known.
	ProfileName string `json:"profile_name,omitempty"`
	Text        string `json:"text,omitempty"`
	// ButtonID is the id of the button or row that the person chose.
	ButtonID string  `json:"button_id,omitempty"`
	Media    []Media `json:"media,omitempty"`
	// Data is what the person sent as a JSON object, of what is more than text:
	// the answers of a form, an order, a place. Text says the same for people.
	Data json.RawMessage `json:"data,omitempty"`
	// At is when it was sent; zero when the vendor does not say.
	At time.Time `json:"at,omitzero"`
	// ReplyTo is the vendor's id of the message this one answers, if known.
	ReplyTo string `json:"reply_to,omitempty"`
	// Answer is where one answer to it can go; nil for most vendors.
	Answer *Answer `json:"answer,omitempty"`
}

// InboundKind is what an inbound message is that a person did not say as one.
type InboundKind string

// The kinds of inbound messages that are kept and shown, and answer nothing.
const (
	// InboundReaction is an emoji on a message, ReplyTo.
	InboundReaction InboundKind = "reaction"
	// InboundDeleted tells that the person took a message back.
	InboundDeleted InboundKind = "deleted"
	// InboundSystem is the vendor's own notice, such as of a changed number.
	InboundSystem InboundKind = "system"
	// InboundUnsupported is what the vendor does not hand on, or we do not read.
	InboundUnsupported InboundKind = "unsupported"
)

// Answers tells whether the message can answer a question.
func (m *InboundMessage) Answers() bool { return m.Kind == "" }

// Media is a file in an inbound message, kept by the vendor.
type Media struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	// Filename is what the person called it, if the vendor says.
	Filename string `json:"filename,omitempty"`
	// Kept is set for a file that this server has already, in place of URL: it
	// came with the message. Providers of vendors leave it out.
	Kept *KeptFile `json:"kept,omitempty"`
}

// KeptFile is a file in the server's storage.
type KeptFile struct {
	StorageKey string `json:"storage_key"`
	// DataKey is what it is encrypted with, sealed.
	DataKey []byte `json:"data_key"`
	// Size is in bytes, that of the content; SHA256 its sum in hexadecimal.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Reply is how a webhook request is answered. A zero Status means 200.
type Reply struct {
	Status      int
	ContentType string
	Body        []byte
}

var (
	// ErrUnverified means that a webhook request does not prove that the
	// vendor sent it: no, a wrong or a foreign signature, or no secret to
	// check one with. Nothing of the request may be used.
	ErrUnverified = errors.New("the request does not prove that the vendor sent it")
	// ErrMalformed means that a request which the vendor did send cannot be
	// understood.
	ErrMalformed = errors.New("the vendor's request cannot be understood")
)
