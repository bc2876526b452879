package temporal

import (
	"context"
	"errors"
	"sync"
	"time"

	"sluice/server/runtime"
	"sluice/server/store"
)

// told is an executor whose runs are told the time, so that tests move it.
type told struct {
	*Executor
	store *store.Store
	clock runtime.Clock

	mu    sync.Mutex
	done  map[string]bool
	alarm func()
}

// settlePause is the time between two looks at runs that are busy.
const settlePause = 2 * time.Millisecond

// Settled returns when no run has anything to do at the present time.
func (e *told) Settled(ctx context.Context) error {
	for {
		settled, next, err := e.look(ctx)
		if err != nil {
			return err
		}
		if settled {
			e.remember(next)
			return nil
		}
		if e.isStopped() {
			return runtime.ErrStopped
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settlePause):
		}
	}
}

// look asks all runs what they wait for, and tells the time to those that wait
// for it.
func (e *told) look(ctx context.Context) (settled bool, next time.Time, err error) {
	runs, err := e.store.ListRuns(ctx, store.DefaultWorkspaceID, store.RunFilter{Limit: 1000})
	if err != nil {
		return false, next, err
	}
	settled = true
	now := e.clock.Now()
	for _, run := range runs {
		e.mu.Lock()
		done := e.done[run.ID]
		e.mu.Unlock()
		if done {
			continue
		}
		r, err := e.service.rest(ctx, run.ID)
		switch {
		case errors.Is(err, errNoWorkflow) || err == nil && r.Done:
			e.mu.Lock()
			e.done[run.ID] = true
			e.mu.Unlock()
			continue
		case errors.Is(err, runtime.ErrUnavailable):
			// A cluster on a busy machine takes its time to answer.
			settled = false
			continue
		case err != nil:
			return false, next, err
		}
		if !r.Idle {
			settled = false
			continue
		}
		if r.Next.IsZero() {
			continue
		}
		if !r.Next.After(now) {
			settled = false
			if err := e.service.signal(ctx, run.ID, "", Signal{Now: now}); err != nil && !errors.Is(err, errNoWorkflow) {
				return false, next, err
			}
			continue
		}
		if next.IsZero() || r.Next.Before(next) {
			next = r.Next
		}
	}
	return settled, next, nil
}

// remember has the clock know when the next run is due.
func (e *told) remember(next time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.alarm != nil {
		e.alarm()
		e.alarm = nil
	}
	if !next.IsZero() {
		_, e.alarm = e.clock.Until(next)
	}
}
