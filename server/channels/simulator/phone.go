package simulator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"sluice/server/channels"
)

// Conversation is what one phone and one channel said to each other.
type Conversation struct {
	AccountID   string               `json:"account_id"`
	Channel     string               `json:"channel"`
	ChannelType channels.ChannelType `json:"channel_type"`
	Address     string               `json:"address"`
	// Messages counts both directions.
	Messages int     `json:"messages"`
	Last     Message `json:"last"`
}

// Filter chooses messages; empty fields choose all.
type Filter struct {
	AccountID   string
	ChannelType channels.ChannelType
	Address     string
	// RunID chooses the messages that a run sent, and their replies do not
	// have one.
	RunID string
}

func (f Filter) fits(m *message) bool {
	return (f.AccountID == "" || f.AccountID == m.AccountID) &&
		(f.ChannelType == "" || f.ChannelType == m.ChannelType) &&
		(f.Address == "" || f.Address == m.Address) &&
		(f.RunID == "" || f.RunID == m.RunID)
}

// Find returns a message that is on a phone. ErrNotFound when there is none.
func (s *Simulator) Find(workspaceID, id string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.find(workspaceID, id)
	if err != nil {
		return Message{}, err
	}
	return m.snapshot(), nil
}

// Conversations lists a workspace's conversations, the latest first.
func (s *Simulator) Conversations(workspaceID string) []Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	type key struct{ accountID, address string }
	at := map[key]int{}
	list := []Conversation{}
	ws, ok := s.workspaces[workspaceID]
	if !ok {
		return list
	}
	for _, m := range slices.Backward(ws.order) {
		k := key{m.AccountID, m.Address}
		i, ok := at[k]
		if !ok {
			i = len(list)
			at[k] = i
			list = append(list, Conversation{
				AccountID: m.AccountID, Channel: m.Channel, ChannelType: m.ChannelType, Address: m.Address, Last: m.snapshot(),
			})
		}
		list[i].Messages++
	}
	return list
}

// Messages lists a workspace's messages, the oldest first.
func (s *Simulator) Messages(workspaceID string, f Filter) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Message{}
	ws, ok := s.workspaces[workspaceID]
	if !ok {
		return list
	}
	for _, m := range ws.order {
		if f.fits(m) {
			list = append(list, m.snapshot())
		}
	}
	return list
}

// MarkDelivered makes the phone report the message as delivered. Like the
// other marks it fails with ErrNotFound for a message that is not there or
// never reached the phone, with ErrNotAdvancing when the message is already as
// far, and with ErrNotRunning.
func (s *Simulator) MarkDelivered(ctx context.Context, workspaceID, id string) error {
	return s.mark(ctx, workspaceID, id, channels.StatusDelivered, "")
}

// MarkRead makes the phone report the message as read.
func (s *Simulator) MarkRead(ctx context.Context, workspaceID, id string) error {
	return s.mark(ctx, workspaceID, id, channels.StatusRead, "")
}

// MarkFailed makes the phone report a failure with that code. Whatever the
// message would still have done by itself does not happen.
func (s *Simulator) MarkFailed(ctx context.Context, workspaceID, id, code string) error {
	return s.mark(ctx, workspaceID, id, channels.StatusFailed, Fail{Code: code}.code())
}

func (s *Simulator) mark(ctx context.Context, workspaceID, id string, status channels.Status, code string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.find(workspaceID, id)
	if err != nil {
		return err
	}
	if m.Direction != Outbound || m.Refused {
		return fmt.Errorf("%w on the phone: %s", ErrNotFound, id)
	}
	now := time.Now()
	if !m.advance(status, code, now) {
		return fmt.Errorf("%w: it is %s", ErrNotAdvancing, m.Status)
	}
	// What would have come by itself and is overtaken now does not come. What
	// has come is being handed over already and stays.
	m.removePending(func(p Pending) bool {
		return p.Due.After(now) && (status == channels.StatusFailed || p.Kind == PendingReceipt && !p.Status.Advances(status))
	})
	p := Pending{ID: m.nextPending(), Kind: PendingReceipt, Due: now, Status: status, Code: code}
	m.Pending = append(m.Pending, p)
	s.schedule(m, p)
	wake(s.wakeScheduler)
	s.changed(m)
	// A crash within the journal's short delay loses the mark; the person sees
	// the old status then and can mark again.
	s.touch(m)
	return nil
}

// ReplyOptions are the optional parts of a reply.
type ReplyOptions struct {
	// ButtonID is the button or row that the person chose.
	ButtonID string
	// ReplyTo is the id of the message that the person answers.
	ReplyTo string
	// Media are the files that the person sends, kept already.
	Media []channels.Media
}

// Reply makes the person at the address write to the channel, whether or not
// the channel wrote to them before. The message is handed over afterwards.
func (s *Simulator) Reply(ctx context.Context, a channels.Account, address, text string, o ReplyOptions) (Message, error) {
	if err := ctx.Err(); err != nil {
		return Message{}, err
	}
	s.mu.Lock()
	if s.state != stateRunning {
		s.mu.Unlock()
		return Message{}, ErrNotRunning
	}
	m := &message{Message: Message{
		ID: idPrefix + "in-" + uuid.NewString(), WorkspaceID: a.WorkspaceID, Direction: Inbound,
		AccountID: a.ID, Channel: a.Slug, ChannelType: a.Type, Sender: senderOf(a),
		Address: address, Text: text, ButtonID: o.ButtonID, ReplyTo: o.ReplyTo, Media: o.Media, At: time.Now(),
	}}
	s.receive(m)
	saving, snapshot := m.saving, m.snapshot()
	s.mu.Unlock()
	return snapshot, saving.wait(ctx)
}

// Clear removes messages from the phones and cancels what is pending for them.
// It returns how many there were.
func (s *Simulator) Clear(workspaceID string, f Filter) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	ws, ok := s.workspaces[workspaceID]
	if !ok {
		return 0
	}
	before := len(ws.order)
	ws.order = slices.DeleteFunc(ws.order, func(m *message) bool {
		if !f.fits(m) {
			return false
		}
		delete(ws.byID, m.ID)
		m.Pending = nil
		s.evict(m)
		return true
	})
	removed := before - len(ws.order)
	if removed > 0 {
		s.publish(ws, EventCleared, nil)
	}
	return removed
}

// Rules returns the workspace's rules in the order they were set.
func (s *Simulator) Rules(workspaceID string) []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ws, ok := s.workspaces[workspaceID]; ok {
		return slices.Clone(ws.rules)
	}
	return nil
}

// SetRules replaces the workspace's rules, for messages sent from now on. A
// bad rule is a *RuleError, and nothing changes.
func (s *Simulator) SetRules(ctx context.Context, workspaceID string, rules []Rule) error {
	if err := checkRules(rules, s.kind.ChannelTypes); err != nil {
		return err
	}
	rules = slices.Clone(rules)
	if s.journal != nil {
		if err := s.journal.SaveRules(ctx, workspaceID, rules); err != nil {
			return fmt.Errorf("save the simulator's rules: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ws := s.workspace(workspaceID)
	ws.rules = rules
	s.publish(ws, EventRules, nil)
	return nil
}

// find returns a message that is on a phone; the lock is held.
func (s *Simulator) find(workspaceID, id string) (*message, error) {
	if s.state != stateRunning {
		return nil, ErrNotRunning
	}
	if ws, ok := s.workspaces[workspaceID]; ok {
		if m, ok := ws.byID[id]; ok {
			return m, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
}

// withdraw takes back a message that could not be kept; the lock is held.
func (s *Simulator) withdraw(m *message) {
	m.Pending = nil
	if m.gone {
		return
	}
	m.gone = true
	// An earlier, refused attempt may have been written.
	s.forget(m)
	ws := s.workspace(m.WorkspaceID)
	if ws.byID[m.ID] == m {
		delete(ws.byID, m.ID)
		ws.order = slices.DeleteFunc(ws.order, func(x *message) bool { return x == m })
		s.publish(ws, EventCleared, nil)
	}
}
