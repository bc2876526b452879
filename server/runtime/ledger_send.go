package runtime

import (
	"context"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// Try is one try to hand a message to its provider.
type Try struct {
	Task Task `json:"task"`
	// Number counts the tries, from 1.
	Number int `json:"number"`
	// At is when the try was to be made, Paced is true when that is a moment
	// that the channel's rate keeps for it.
	At    time.Time `json:"at"`
	Paced bool      `json:"paced,omitempty"`
	// Last is how the try before failed.
	Last *Failure `json:"last,omitempty"`
}

// Tried is what came of a try.
type Tried struct {
	At   time.Time `json:"at"`
	Sent Sent      `json:"sent"`
	// Untried is true when the provider was not asked: the try does not count.
	Untried bool `json:"untried,omitempty"`
	// Again is when to try again; zero when that is of no use.
	Again time.Time `json:"again,omitzero"`
	Paced bool      `json:"paced,omitempty"`
}

// row is the try as a row of an outbox.
func (t Try) row(r RunRef) store.OutboxRow {
	row := store.OutboxRow{
		MessageID: messageID(r.ID, t.Task.Visit), WorkspaceID: r.Workspace, RunID: r.ID, Visit: t.Task.Visit, Node: t.Task.Node, Channel: t.Task.Channel,
		Payload: t.Task.Payload, OnUnknown: t.Task.OnUnknown, Attempts: t.Number, CreatedAt: t.Task.At, NextAt: t.At, GiveUpAt: t.Task.GiveUpAt, Paced: t.Paced,
	}
	if t.Last != nil {
		row.FailureClass, row.FailureCode, row.FailureReason = string(t.Last.Class), t.Last.Code, t.Last.Message
	}
	return row
}

const (
	// crowdedWait is how long a message waits here when its channel has as many
	// calls under way as it may have, and crowdedDelay how long it is left to
	// other servers then.
	crowdedWait  = 5 * time.Second
	crowdedDelay = time.Second
)

// Send hands a message to its provider, once. The caller has noted durably that
// it does, and decides what follows.
func (g *Ledger) Send(ctx context.Context, r RunRef, t Try) Tried {
	l := g.l
	row := t.row(r)
	o := &outcome{row: row}
	n, ok := l.lanes.enter(ctx, row.Lane())
	if !ok {
		o.untried, o.later = true, crowdedDelay
		return g.tried(o)
	}
	defer l.lanes.exit(n)
	if !l.wanted(row) {
		o.untried, o.later = true, crowdedDelay
		return g.tried(o)
	}
	if row.Attempts > 1 && !l.clock.Now().Before(row.GiveUpAt) {
		o.last, o.failure = true, lastFailure(row)
		return g.tried(o)
	}
	ctx, cancel := context.WithTimeout(ctx, l.tuning.SendTimeout)
	defer cancel()
	// Once: the next time is not the first one.
	if t.At.Equal(t.Task.At) && l.showTyping(ctx, o) {
		return g.tried(o)
	}
	o.row.Paced = false
	if a := l.lanes.admit(n, row, l.limits(ctx, row)); !a.at.IsZero() {
		o.untried, o.notBefore, o.row.Paced = true, a.at, a.paced
		return g.tried(o)
	}
	if o.failure = l.traced(ctx, o); o.failure != nil {
		l.afterFailure(o)
	}
	l.lanes.observe(n, o)
	return g.tried(o)
}

// tried says what follows from an outcome, as far as the message alone decides
// it.
func (g *Ledger) tried(o *outcome) Tried {
	b := newBatch(g.l, nil)
	t := Tried{At: b.now, Untried: o.untried, Paced: o.row.Paced, Sent: Sent{ChannelID: o.channelID, ProviderMessageID: o.accepted.ProviderMessageID, Parts: o.accepted.Parts}}
	if o.failure != nil {
		t.Sent.Failure = &Failure{Class: o.failure.Class, Code: o.failure.Code, Message: o.failure.Message}
	}
	// A run that waits: whether it still does the caller knows.
	b.works[o.row.RunID] = &work{state: engine.State{Status: engine.StatusWaiting, Visit: o.row.Visit}}
	if b.judge(o) == verdictAgain {
		t.Again = o.row.NextAt
	}
	return t
}

// Lost is what follows from a try of which nobody knows how it ended, because
// the server that made it died. ok is false when the message is to be sent
// again.
func Lost(onUnknown string) (f *Failure, ok bool) {
	if onUnknown != string(engine.OnUnknownFail) {
		return nil, false
	}
	return &Failure{
		Class: channels.ClassUnknown, Code: codeWorkerDied, Message: "The server stopped while it sent the message, so nobody knows whether it was sent.",
	}, true
}

// TimeIsUp is the failure of a message that could not be handed over in time;
// last is how the last try failed, if there was one.
func TimeIsUp(last *Failure) *Failure {
	if last != nil {
		return last
	}
	f := lastFailure(store.OutboxRow{})
	return &Failure{Class: f.Class, Code: f.Code, Message: f.Message}
}

// SendTimeout bounds one call of a provider.
func (g *Ledger) SendTimeout() time.Duration { return g.l.tuning.SendTimeout }

// enter takes a place among the calls of a channel that are under way.
func (s *lanes) enter(ctx context.Context, name string) (*lane, bool) {
	limit, free := s.l.clock.Until(s.l.clock.Now().Add(crowdedWait))
	defer free()
	for {
		n, left := s.tryEnter(name)
		if n != nil {
			return n, true
		}
		select {
		case <-left:
		case <-limit:
			return nil, false
		case <-ctx.Done():
			return nil, false
		}
	}
}

// tryEnter takes a place, or returns what is closed when one becomes free or
// can be.
func (s *lanes) tryEnter(name string) (*lane, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lane(name)
	if n.working >= s.l.tuning.LaneWorkers {
		if n.left == nil {
			n.left = make(chan struct{})
		}
		return nil, n.left
	}
	n.working++
	s.total++
	return n, nil
}

// exit gives the place back.
func (s *lanes) exit(n *lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n.working--
	s.total--
	if n.left != nil {
		close(n.left)
		n.left = nil
	}
	s.settle(n)
}
