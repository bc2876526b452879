package simulator

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"sluice/server/channels"
)

const (
	// deliverBatch bounds how many events one call of Deliver gets, so that
	// the receiver's transactions stay short.
	deliverBatch = 256
	// deliverTimeout bounds one call of Deliver; the events are repeated.
	deliverTimeout = 30 * time.Second
	// firstRetry and lastRetry bound the wait before events are repeated.
	firstRetry = 250 * time.Millisecond
	lastRetry  = 30 * time.Second
)

// item is a pending thing in the queue. The message's own list is what counts:
// an item whose pending is no longer there is passed over.
type item struct {
	due      time.Time
	sequence uint64
	m        *message
	pending  int
	attempts int
}

// queue is a heap, soonest first, in order of arrival where due is equal.
type queue []item

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if !q[i].due.Equal(q[j].due) {
		return q[i].due.Before(q[j].due)
	}
	return q[i].sequence < q[j].sequence
}

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push and Pop are heap.Interface's.
func (q *queue) Push(x any) { *q = append(*q, x.(item)) } //nolint:forcetypeassert // Only items are pushed.

// Pop removes the last item.
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = item{}
	*q = old[:len(old)-1]
	return last
}

// schedule queues one pending thing; the lock is held.
func (s *Simulator) schedule(m *message, p Pending) {
	s.sequence++
	heap.Push(&s.queue, item{due: p.Due, sequence: s.sequence, m: m, pending: p.ID})
}

// scheduleAll queues everything pending of a message; the lock is held.
func (s *Simulator) scheduleAll(m *message) {
	for _, p := range m.Pending {
		s.schedule(m, p)
	}
	if len(m.Pending) > 0 {
		wake(s.wakeScheduler)
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// deliverLoop is the one goroutine that hands events over.
func (s *Simulator) deliverLoop() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for s.delivering.ctx.Err() == nil {
		batch, wait := s.due(time.Now())
		if len(batch) > 0 {
			s.handOver(batch)
			continue
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-s.wakeScheduler:
		case <-s.delivering.ctx.Done():
		}
	}
}

// due takes what is due out of the queue, at most a batch, and brings the
// phones up to date. When nothing is due it returns how long to wait.
func (s *Simulator) due(now time.Time) ([]item, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var batch []item
	for len(s.queue) > 0 && len(batch) < deliverBatch && !s.queue[0].due.After(now) {
		it := heap.Pop(&s.queue).(item) //nolint:forcetypeassert // Only items are pushed.
		p, ok := it.m.pending(it.pending)
		switch {
		case !ok:
		case p.Kind == PendingReply:
			s.answerFor(it.m, p)
		default:
			if p.Kind == PendingReceipt && it.m.advance(p.Status, p.Code, p.Due) {
				s.changed(it.m)
			}
			batch = append(batch, it)
		}
	}
	if len(s.queue) == 0 {
		return batch, time.Hour
	}
	return batch, max(s.queue[0].due.Sub(now), 0)
}

// answerFor makes the inbound message of a rule's reply; the lock is held. Its
// id follows from the message that it answers: if it is made again after a
// crash it is still the same one.
func (s *Simulator) answerFor(to *message, p Pending) {
	to.removePending(func(x Pending) bool { return x.ID == p.ID })
	s.settled(to)
	reply := &message{Message: Message{
		ID: to.ID + "-reply", WorkspaceID: to.WorkspaceID, Direction: Inbound,
		AccountID: to.AccountID, Channel: to.Channel, ChannelType: to.ChannelType, Sender: to.Sender,
		Address: to.Address, Text: p.Text, ReplyTo: to.ID, At: p.Due,
	}}
	s.receive(reply)
}

// receive puts an inbound message on its phone and has it handed over; the
// lock is held.
func (s *Simulator) receive(m *message) {
	ws := s.workspace(m.WorkspaceID)
	if _, twice := ws.byID[m.ID]; twice {
		return
	}
	m.Pending = []Pending{{ID: 1, Kind: PendingInbound, Due: m.At}}
	s.insert(ws, m)
	s.publish(ws, EventMessage, m)
	s.save(m, func() { s.scheduleAll(m) })
}

// handOver delivers a batch: the accounts side by side, so that one commit of
// the receiver serves them all.
func (s *Simulator) handOver(batch []item) {
	type account struct{ workspaceID, id string }
	groups := map[account][]item{}
	var order []account
	for _, it := range batch {
		key := account{it.m.WorkspaceID, it.m.AccountID}
		if _, ok := groups[key]; !ok {
			order = append(order, key)
		}
		groups[key] = append(groups[key], it)
	}
	var handing sync.WaitGroup
	for _, key := range order {
		handing.Go(func() { s.handOverGroup(groups[key]) })
	}
	handing.Wait()
}

func (s *Simulator) handOverGroup(group []item) {
	s.mu.Lock()
	var events []channels.Inbound
	live := group[:0]
	for _, it := range group {
		// It may have been cleared while an earlier group was handed over.
		if p, ok := it.m.pending(it.pending); ok {
			live = append(live, it)
			events = append(events, it.m.event(p))
		}
	}
	s.mu.Unlock()
	if len(live) == 0 {
		return
	}
	account := live[0].m.account()
	ctx, cancel := context.WithTimeout(s.delivering.ctx, deliverTimeout)
	err := s.deliver(ctx, account, events)
	cancel()
	if err != nil && s.delivering.ctx.Err() == nil && !errors.Is(err, ErrGone) {
		s.log.Warn("simulated events were not taken and will be repeated",
			"workspace_id", account.WorkspaceID, "channel_id", account.ID, "events", len(events), "error", err)
	}
	s.settle(live, err)
}

// settle ends what was delivered and queues the rest again.
func (s *Simulator) settle(group []item, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, it := range group {
		if err == nil || errors.Is(err, ErrGone) {
			it.m.removePending(func(p Pending) bool { return p.ID == it.pending })
			s.settled(it.m)
			continue
		}
		it.due = now.Add(min(firstRetry<<min(it.attempts, 10), lastRetry))
		it.attempts++
		heap.Push(&s.queue, it)
	}
}

// settled is called when something pending ended; the lock is held.
func (s *Simulator) settled(m *message) {
	if m.gone && len(m.Pending) == 0 {
		s.forget(m)
		return
	}
	s.touch(m)
}

// changed tells the watchers of a message that is still on the phone; the lock
// is held.
func (s *Simulator) changed(m *message) {
	if !m.gone {
		s.publish(s.workspace(m.WorkspaceID), EventMessage, m)
	}
}
