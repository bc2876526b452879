package runtime

import (
	"context"
	"sync"
	"time"
)

// rest knows whether the loop sleeps, and until when.
type rest struct {
	mu      sync.Mutex
	asleep  bool
	until   time.Time
	changed chan struct{}
}

func (r *rest) begin(until time.Time) { r.set(true, until) }

func (r *rest) end() { r.set(false, time.Time{}) }

func (r *rest) set(asleep bool, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asleep, r.until = asleep, until
	r.change()
}

// tell has those who wait for rest look again.
func (r *rest) tell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.change()
}

// change wakes them; the lock is held.
func (r *rest) change() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Settled returns when nothing is left to do at the present time of the clock:
// no event waits, no message is on its way to a provider, no timer is due. It
// is for tests that move the clock themselves.
func (l *Local) Settled(ctx context.Context) error {
	for {
		l.rest.mu.Lock()
		// What leaves a lane is in the inbox before, so the lanes come first.
		settled := l.rest.asleep && l.rest.until.After(l.clock.Now()) && l.lanes.depth() == 0 && l.inbox.depth() == 0
		changed := l.rest.changed
		l.rest.mu.Unlock()
		if settled {
			return nil
		}
		select {
		case <-changed:
		case <-l.stopped:
			return ErrStopped
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
