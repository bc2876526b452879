package runtime

import (
	"testing"
	"time"
)

func TestPaceSpreadsMessagesOverTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	never := now.Add(time.Hour)
	for name, tt := range map[string]struct {
		perSecond float64
		want      []time.Duration
	}{
		"one a second":                    {1, []time.Duration{0, time.Second, 2 * time.Second}},
		"a burst of a second, then paced": {2, []time.Duration{0, 0, 500 * time.Millisecond, time.Second}},
		"one in ten seconds":              {0.1, []time.Duration{0, 10 * time.Second, 20 * time.Second}},
	} {
		var p pace
		for i, want := range tt.want {
			at, ok := p.reserve(now, tt.perSecond, never)
			if got := max(at.Sub(now), 0); !ok || got != want {
				t.Errorf("%s: message %d goes after %s, want %s", name, i+1, got, want)
			}
		}
	}
}

func TestPaceTakesNoMomentThatComesTooLate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	var p pace
	p.reserve(now, 1, now)
	if at, ok := p.reserve(now, 1, now.Add(500*time.Millisecond)); ok {
		t.Errorf("a message that has lost its use then was given %s", at)
	}
	if at, ok := p.reserve(now, 1, now.Add(time.Minute)); !ok || !at.Equal(now.Add(time.Second)) {
		t.Errorf("the next moment is %s, %v: the one that was of no use is gone", at, ok)
	}
	if p.idle(now.Add(time.Second)) || !p.idle(now.Add(3*time.Second)) {
		t.Error("the bucket is forgotten too early or never")
	}
}
