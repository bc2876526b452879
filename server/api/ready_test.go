package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"sluice/server/store"
)

// TestReadinessIsLookedAtOnceForAllWhoAsk: asking is no load, and what was found does not
// stay for long.
func TestReadinessIsLookedAtOnceForAllWhoAsk(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var pings, rooms int
	var full error
	r := &readiness{now: func() time.Time { return now }, look: func(_ context.Context, room bool) (error, error) {
		pings++
		if room {
			rooms++
		}
		return nil, full
	}}
	ask := func(n int) (err error) {
		for range n {
			err = r.ask(t.Context())
		}
		return err
	}
	if err := ask(1_000); err != nil || pings != 1 || rooms != 1 {
		t.Errorf("1,000 questions: %v, %d looks, %d for room", err, pings, rooms)
	}
	full = store.ErrFull
	now = now.Add(pingAge)
	if err := ask(1_000); err != nil || pings != 2 || rooms != 1 {
		t.Errorf("a second later: %v, %d looks, %d for room", err, pings, rooms)
	}
	now = now.Add(roomAge)
	if err := ask(1_000); !errors.Is(err, store.ErrFull) || rooms != 2 {
		t.Errorf("on a full disk: %v, %d looks for room", err, rooms)
	}
	full = nil
	now = now.Add(roomAge)
	if err := ask(1_000); err != nil || rooms != 3 {
		t.Errorf("with room again: %v, %d looks for room", err, rooms)
	}
	r.look = func(context.Context, bool) (error, error) { return store.ErrUnavailable, nil }
	now = now.Add(pingAge)
	if err := ask(1); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without a database: %v", err)
	}
}
