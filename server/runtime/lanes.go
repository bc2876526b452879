package runtime

import (
	"sync"

	"sluice/server/store"
)

// lanes hand messages to providers. Each channel has a lane of its own, with
// workers of its own and a bounded place in memory, so that a slow vendor
// holds up its own channel only. What does not fit waits in the database.
type lanes struct {
	l       *Local
	running sync.WaitGroup

	mu     sync.Mutex
	byName map[string]*lane
	total  int
	// held are the messages that this worker knows to have a lease of, until
	// their outcome is written.
	held     map[string]bool
	ready    bool
	draining bool
}

type lane struct {
	name  string
	queue []store.OutboxRow
	// reserved are places for messages of a transaction that has not ended,
	// working those that are with a worker.
	reserved, working int
	// overflowed is true while messages of the lane wait in the database for a
	// place here.
	overflowed bool
	// workspace and channel are whose lane it is; known once it has sent.
	workspace, channel string
	// pace keeps to the channel's rate, breaker spares a vendor that fails.
	pace    pace
	pairs   pairs
	breaker breaker
	// left, if anybody waits for it, is closed when a call has ended.
	left chan struct{}
}

func (n *lane) depth() int { return len(n.queue) + n.reserved + n.working }

func newLanes(l *Local) *lanes {
	return &lanes{l: l, byName: map[string]*lane{}, held: map[string]bool{}}
}

func (s *lanes) lane(name string) *lane {
	n, ok := s.byName[name]
	if !ok {
		n = &lane{name: name}
		s.byName[name] = n
	}
	return n
}

// reserve takes a place in a lane. Messages of a lane that has some waiting in
// the database queue up there, behind them.
func (s *lanes) reserve(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lane(name)
	if s.draining || n.overflowed || n.depth() >= s.l.tuning.LaneDepth {
		return false
	}
	n.reserved++
	return true
}

// reserveAll takes all the free places of a lane and returns how many.
func (s *lanes) reserveAll(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return 0
	}
	n := s.lane(name)
	free := max(s.l.tuning.LaneDepth-n.depth(), 0)
	n.reserved += free
	return free
}

func (s *lanes) unreserve(name string, places int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lane(name)
	n.reserved -= places
	s.settle(n)
}

// overflow notes that messages of the lane wait in the database.
func (s *lanes) overflow(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lane(name)
	n.overflowed = true
	s.settle(n)
}

// caughtUp notes that no due message of the lane waits in the database.
func (s *lanes) caughtUp(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.lane(name)
	n.overflowed = false
	s.settle(n)
}

// wants reports whether a lane has room for messages that wait for it in the
// database.
func (s *lanes) wants() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready && !s.draining
}

// looked notes that the database was looked at for waiting messages.
func (s *lanes) looked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = false
}

// enqueue puts messages that this worker holds leases of into their reserved
// places.
func (s *lanes) enqueue(rows []store.OutboxRow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range rows {
		if row.LeaseBy != s.l.worker {
			continue
		}
		s.held[row.MessageID] = true
		n := s.lane(row.Lane())
		n.reserved--
		n.queue = append(n.queue, row)
		s.total++
		if n.working < s.l.tuning.LaneWorkers && !s.draining {
			n.working++
			s.running.Go(func() { s.work(n) })
		}
	}
}

// work sends the messages of a lane until there are no more.
func (s *lanes) work(n *lane) {
	for {
		row, ok := s.next(n)
		if !ok {
			return
		}
		o := s.l.send(row, n)
		s.observe(n, o)
		s.l.inbox.add(&item{outcome: o, weight: 1})
		s.left()
	}
}

// left notes that a message is no longer in memory. The loop may be done with
// its outcome and asleep already, so who waits for rest is told.
func (s *lanes) left() {
	s.mu.Lock()
	s.total--
	last := s.total == 0
	s.mu.Unlock()
	if last {
		s.l.rest.tell()
	}
}

// next takes the first message of a lane. Without one the worker ends.
func (s *lanes) next(n *lane) (store.OutboxRow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(n.queue) == 0 || s.draining {
		n.working--
		s.settle(n)
		return store.OutboxRow{}, false
	}
	row := n.queue[0]
	n.queue[0] = store.OutboxRow{}
	n.queue = n.queue[1:]
	s.settle(n)
	return row, true
}

// settle asks for more when a lane that has messages in the database is half
// empty, and forgets a lane that is not needed; the lock is held.
func (s *lanes) settle(n *lane) {
	if n.overflowed && n.depth() <= s.l.tuning.LaneDepth/2 && !s.ready {
		s.ready = true
		s.l.inbox.nudge()
	}
	if n.depth() == 0 && !n.overflowed && n.breaker.failures == 0 && n.pace.idle(s.l.clock.Now()) && n.pairs.idle(s.l.clock.Now()) {
		delete(s.byName, n.name)
	}
}

// drain lets the workers finish what they have begun and returns what they
// have not. wait returns when the last of them is done.
func (s *lanes) drain() (untried []store.OutboxRow, wait func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
	for _, n := range s.byName {
		untried = append(untried, n.queue...)
		s.total -= len(n.queue)
		n.queue = nil
	}
	return untried, s.running.Wait
}

// hold notes leases that were taken over without a place in a lane.
func (s *lanes) hold(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[messageID] = true
}

// holds reports whether the lease of a message is known of.
func (s *lanes) holds(messageID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held[messageID]
}

// written notes that the outcome of a message is in the database.
func (s *lanes) written(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, messageID)
}

// depth is how many messages are in memory.
func (s *lanes) depth() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}
