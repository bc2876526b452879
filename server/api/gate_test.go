package api

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// TestGatesLetFewInWhileNothingComesToItsEnd follows a gate of 32 places, of
// which two count while it is stalled.
func TestGatesLetFewInWhileNothingComesToItsEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	g := &gate{limit: 32, patience: 10 * time.Second, refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "refused_total", Help: "Refused."})}
	enter := func(n int) (in int) {
		for range n {
			if g.enter(now) {
				in++
			}
		}
		return in
	}
	if in := enter(40); in != 32 {
		t.Fatalf("%d of a burst come in, want 32", in)
	}
	for range 32 {
		g.leave(now, true)
	}
	if in := enter(3); in != 3 {
		t.Fatalf("%d come in again, want 3", in)
	}
	now = now.Add(stallAfter + time.Millisecond)
	if in := enter(5); in != 0 {
		t.Errorf("%d come in while nothing ends", in)
	}
	g.leave(now, false)
	if in := enter(5); in != 0 {
		t.Errorf("%d come in after one ran out of time", in)
	}
	g.leave(now, false)
	if in := enter(5); in != 1 {
		t.Errorf("%d come in beside the one that is left, want 1", in)
	}
	g.leave(now, true)
	if in := enter(5); in != 5 {
		t.Errorf("%d come in once one came to its end, want 5", in)
	}
}

// TestGatesOfStreamsDoNotStall: a stream has no end that could be waited for.
func TestGatesOfStreamsDoNotStall(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	g := &gate{limit: 3, refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "refused_total", Help: "Refused."})}
	for i := range 4 {
		if in := g.enter(now); in != (i < 3) {
			t.Errorf("stream %d comes in: %v", i, in)
		}
		now = now.Add(time.Hour)
	}
}
