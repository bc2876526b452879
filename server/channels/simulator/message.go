package simulator

import (
	"context"
	"slices"
	"strings"
	"time"

	"sluice/flows"
	"sluice/server/channels"
)

// Direction is which way a message went.
type Direction string

// Outbound messages went to the phone, inbound ones came from it.
const (
	Outbound Direction = "outbound"
	Inbound  Direction = "inbound"
)

// Message is one message on a simulated phone.
type Message struct {
	// ID is the simulator's own id, the ProviderMessageID of its receipts. It
	// follows from MessageID, so that it is the same after a restart.
	ID          string    `json:"id"`
	WorkspaceID string    `json:"workspace_id"`
	Direction   Direction `json:"direction"`
	// AccountID, Channel (its slug) and ChannelType say which channel it took,
	// Sender what that channel calls itself.
	AccountID   string               `json:"account_id"`
	Channel     string               `json:"channel"`
	ChannelType channels.ChannelType `json:"channel_type"`
	Sender      string               `json:"sender"`
	// Address is the phone's number, in either direction.
	Address string `json:"address"`
	// MessageID and RunID are ours; empty for inbound messages.
	MessageID string `json:"message_id,omitempty"`
	RunID     string `json:"run_id,omitempty"`
	Category  string `json:"category,omitempty"`
	// Form is the message as it was sent, Text what the person reads.
	Form flows.Message `json:"form"`
	Text string        `json:"text"`
	// ButtonID is the button that an inbound message chose.
	ButtonID string `json:"button_id,omitempty"`
	// ReplyTo is the message that an inbound one answers, if any.
	ReplyTo string `json:"reply_to,omitempty"`
	// Media are the files of an inbound message, of which Text is the caption.
	Media  []channels.Media `json:"media,omitempty"`
	Status channels.Status  `json:"status"`
	Code   string           `json:"code,omitempty"`
	// Refused messages never reached the phone: the send call failed.
	Refused bool `json:"refused,omitempty"`
	// Attempts counts the send calls for this message.
	Attempts    int       `json:"attempts,omitempty"`
	At          time.Time `json:"at"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	ReadAt      time.Time `json:"read_at,omitzero"`
	FailedAt    time.Time `json:"failed_at,omitzero"`
	// Pending is what will still happen by itself.
	Pending []Pending `json:"pending,omitempty"`
}

// PendingKind is what will happen.
type PendingKind string

const (
	// PendingReceipt reports Status.
	PendingReceipt PendingKind = "receipt"
	// PendingReply makes the person write Text.
	PendingReply PendingKind = "reply"
	// PendingInbound hands an inbound message over.
	PendingInbound PendingKind = "inbound"
)

// Pending is one thing that will happen to a message.
type Pending struct {
	// ID tells the pending things of one message apart.
	ID     int             `json:"id"`
	Kind   PendingKind     `json:"kind"`
	Due    time.Time       `json:"due"`
	Status channels.Status `json:"status,omitempty"`
	Code   string          `json:"code,omitempty"`
	Text   string          `json:"text,omitempty"`
}

// Journal keeps what phones hold over a restart. Messages hold what people
// were sent, one-time passwords included: a journal encrypts them as it does
// the inputs of runs.
type Journal interface {
	// Load returns all messages, oldest first, and the rules per workspace.
	Load(ctx context.Context) ([]Message, map[string][]Rule, error)
	// Save inserts messages, or replaces those with the same workspace and id,
	// all or none.
	Save(ctx context.Context, messages []Message) error
	// Delete removes messages; those that are not there are ignored.
	Delete(ctx context.Context, workspaceID string, ids []string) error
	// SaveRules replaces the workspace's rules.
	SaveRules(ctx context.Context, workspaceID string, rules []Rule) error
}

// message is a Message in the simulator's hands. Its fields are guarded by the
// simulator's lock.
type message struct {
	Message

	// saving is the journal's last urgent write of the message; nil without a
	// journal.
	saving *saving
	// gone messages are no longer on the phone. While something is pending
	// they are kept for that.
	gone bool
	// dirty messages wait for the journal.
	dirty bool
}

func (m *message) snapshot() Message {
	c := m.Message
	c.Pending = slices.Clone(m.Pending)
	return c
}

func (m *message) pending(id int) (Pending, bool) {
	i := slices.IndexFunc(m.Pending, func(p Pending) bool { return p.ID == id })
	if i < 0 {
		return Pending{}, false
	}
	return m.Pending[i], true
}

func (m *message) removePending(drop func(Pending) bool) {
	m.Pending = slices.DeleteFunc(slices.Clone(m.Pending), drop)
}

// nextPending returns a free id.
func (m *message) nextPending() int {
	next := 1
	for _, p := range m.Pending {
		next = max(next, p.ID+1)
	}
	return next
}

// advance moves the status; it never moves backwards.
func (m *message) advance(status channels.Status, code string, now time.Time) bool {
	if !status.Advances(m.Status) {
		return false
	}
	m.Status = status
	switch status {
	case channels.StatusDelivered:
		m.DeliveredAt = now
	case channels.StatusRead:
		m.ReadAt = now
		if m.DeliveredAt.IsZero() {
			m.DeliveredAt = now
		}
	case channels.StatusFailed:
		m.FailedAt, m.Code = now, code
	case channels.StatusNone, channels.StatusSent, channels.StatusUnknown:
	}
	return true
}

// account is the channel that the message took, as far as Deliver needs it.
func (m *message) account() channels.Account {
	return channels.Account{ID: m.AccountID, WorkspaceID: m.WorkspaceID, Slug: m.Channel, Type: m.ChannelType, Kind: Name}
}

// groupMember is who writes from the phone of a group that nobody in particular was
// written to.
const groupMember = "member"

// event is the vendor's word about a pending thing. A reply is made into an
// inbound message before it gets here.
func (m *message) event(p Pending) channels.Inbound {
	if p.Kind == PendingInbound {
		from := m.Address
		if from == "" && !m.ChannelType.ByRecipient() {
			from = groupMember
		}
		return channels.Inbound{Message: &channels.InboundMessage{
			ProviderMessageID: m.ID, From: from, To: m.Sender, Text: m.Text,
			ButtonID: m.ButtonID, ReplyTo: m.ReplyTo, Media: m.Media, At: m.At,
		}}
	}
	receipt := &channels.Receipt{
		ProviderMessageID: m.ID, MessageID: m.MessageID, Status: p.Status, Raw: string(p.Status), Code: p.Code, At: p.Due,
	}
	if p.Status == channels.StatusFailed {
		receipt.Reason = "The simulator was told to fail the message."
	}
	return channels.Inbound{Receipt: receipt}
}

// shown is the text that a person reads on the phone.
func shown(o channels.Outbound) string {
	if o.Message.Type != flows.MessageTemplate {
		return o.Message.Preview()
	}
	if o.Template != nil && o.Template.Body != "" {
		return o.Template.Render(o.Message.Parameters)
	}
	// Only the vendor would know the text; the parts we know are better than
	// an empty bubble.
	return strings.TrimSpace("Template " + o.Message.Template + ": " + strings.Join(o.Message.Parameters, ", "))
}
