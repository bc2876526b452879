package runtimetest

import (
	"sync"
	"time"
)

// Clock is a runtime.Clock that tests move.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	waiters map[*waiter]struct{}
}

type waiter struct {
	until time.Time
	c     chan time.Time
}

// NewClock makes a clock that stands at a moment.
func NewClock(now time.Time) *Clock {
	return &Clock{now: now, waiters: map[*waiter]struct{}{}}
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Until implements runtime.Clock.
func (c *Clock) Until(t time.Time) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &waiter{until: t, c: make(chan time.Time, 1)}
	if !c.now.Before(t) {
		w.c <- c.now
		return w.c, func() {}
	}
	c.waiters[w] = struct{}{}
	return w.c, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiters, w)
	}
}

// Set moves the clock to t without waking anybody: what happens next happens
// together with what is due at t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}

// Jump moves the clock to any time, also back, without waking anybody.
func (c *Clock) Jump(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Ring wakes those who waited for a time that has come.
func (c *Clock) Ring() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.waiters {
		if !c.now.Before(w.until) {
			w.c <- c.now
			delete(c.waiters, w)
		}
	}
}

// Advance moves the clock and wakes those whose time has come.
func (c *Clock) Advance(d time.Duration) {
	c.Set(c.Now().Add(d))
	c.Ring()
}

// Next is the earliest time that anybody waits for.
func (c *Clock) Next() (next time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.waiters {
		if !ok || w.until.Before(next) {
			next, ok = w.until, true
		}
	}
	return next, ok
}
