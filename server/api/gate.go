package api

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// stallAfter is for how long no request of a kind may end before a few of
	// them in hand are enough to refuse more.
	stallAfter = time.Second
	// stallShare is the share of a gate's limit that may be in hand then.
	stallShare = 16
)

// gate lets a bounded number of requests of one kind in. When none of them comes
// to its end, as when the database stalls, it lets in far fewer: those that are
// refused at once can go elsewhere.
type gate struct {
	limit int
	// patience is how long a request may take. Those without an end have none,
	// and make no progress either.
	patience time.Duration
	refused  prometheus.Counter

	mu     sync.Mutex
	inHand int
	// progress is when a request ended last, or the first of them came.
	progress time.Time
}

func (g *gate) enter(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inHand == 0 {
		g.progress = now
	}
	stalled := g.patience > 0 && g.inHand >= max(1, g.limit/stallShare) && now.Sub(g.progress) > stallAfter
	if stalled || g.inHand >= g.limit {
		g.refused.Inc()
		return false
	}
	g.inHand++
	return true
}

// leave gives the place back. A request that ran out of time is no progress.
func (g *gate) leave(now time.Time, ended bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inHand--
	if ended {
		g.progress = now
	}
}

func (g *gate) load() float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return float64(g.inHand)
}

// shares keep one of many from taking all places.
type shares struct {
	each int

	mu   sync.Mutex
	held map[string]int
}

func newShares(each int) *shares { return &shares{each: max(1, each), held: map[string]int{}} }

// take takes a place for whom the key stands, and reports whether there was one.
// Nobody in particular, and nil shares, are not bounded.
func (s *shares) take(key string) bool {
	if s == nil || key == "" {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[key] >= s.each {
		return false
	}
	s.held[key]++
	return true
}

// drop gives a place back.
func (s *shares) drop(key string) {
	if s == nil || key == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[key]--; s.held[key] <= 0 {
		delete(s.held, key)
	}
}

// claim says for whom a place is: what is empty is not known yet.
type claim struct{ address, workspace, caller string }

// stage is one part of a request's way: a gate, of which nobody has all places.
type stage struct {
	gate                             *gate
	byAddress, byWorkspace, byCaller *shares
}

func (s *stage) enter(now time.Time, who claim) bool {
	held := []struct {
		of  *shares
		key string
	}{{s.byAddress, who.address}, {s.byWorkspace, who.workspace}, {s.byCaller, who.caller}}
	for i, h := range held {
		if h.of.take(h.key) {
			continue
		}
		for _, taken := range held[:i] {
			taken.of.drop(taken.key)
		}
		s.gate.refused.Inc()
		return false
	}
	if s.gate.enter(now) {
		return true
	}
	for _, taken := range held {
		taken.of.drop(taken.key)
	}
	return false
}

func (s *stage) leave(now time.Time, who claim, ended bool) {
	s.gate.leave(now, ended)
	s.byAddress.drop(who.address)
	s.byWorkspace.drop(who.workspace)
	s.byCaller.drop(who.caller)
}

func (s *stage) load() float64 { return s.gate.load() }
