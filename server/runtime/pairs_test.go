package runtime

import (
	"fmt"
	"testing"
	"time"

	"sluice/server/channels"
)

func TestPairsBorrowInABurstAndPayItBack(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	never := start.Add(time.Hour)
	rate := channels.PairRate{Every: 6 * time.Second, Burst: 3}
	for name, steps := range map[string][]struct{ now, want time.Duration }{
		"a burst, then its price": {{0, 0}, {time.Second, time.Second}, {2 * time.Second, 2 * time.Second}, {2 * time.Second, 18 * time.Second}, {2 * time.Second, 24 * time.Second}},
		"one each six seconds":    {{0, 0}, {6 * time.Second, 6 * time.Second}, {12 * time.Second, 12 * time.Second}},
		"a burst ends in time":    {{0, 0}, {time.Second, time.Second}, {7 * time.Second, 12 * time.Second}},
		"after the price a burst": {{0, 0}, {0, 0}, {12 * time.Second, 12 * time.Second}, {12 * time.Second, 12 * time.Second}},
	} {
		var p pairs
		for i, step := range steps {
			at, ok := p.reserve("a", start.Add(step.now), rate, never)
			if got := at.Sub(start); !ok || got != step.want {
				t.Errorf("%s: message %d goes at %s, want %s", name, i+1, got, step.want)
			}
			if at, ok := p.reserve(fmt.Sprint("other", i), start.Add(step.now), rate, never); !ok || !at.Equal(start.Add(step.now)) {
				t.Errorf("%s: somebody else waits until %s", name, at.Sub(start))
			}
		}
	}
}

func TestPairsTakeNoMomentThatComesTooLate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	rate := channels.PairRate{Every: 6 * time.Second, Burst: 1}
	var p pairs
	p.reserve("a", now, rate, now)
	if at, ok := p.reserve("a", now, rate, now.Add(5*time.Second)); ok || !at.Equal(now.Add(6*time.Second)) {
		t.Errorf("it goes at %v (%v)", at, ok)
	}
	if at, ok := p.reserve("a", now, rate, now.Add(time.Minute)); !ok || !at.Equal(now.Add(6*time.Second)) {
		t.Errorf("a moment was taken all the same: the next is %v", at)
	}
}

func TestPairsForgetWhoIsOwedNothing(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	rate := channels.PairRate{Every: 6 * time.Second, Burst: 1}
	var p pairs
	for i := range 10 * firstSweep {
		p.reserve(fmt.Sprint(i), now.Add(time.Duration(i)*time.Second), rate, now.Add(time.Hour*24))
	}
	if n := len(p.byRecipient); n > firstSweep {
		t.Errorf("%d people are remembered, of whom 6 are owed something", n)
	}
	last := now.Add(10 * firstSweep * time.Second)
	if p.idle(last.Add(-2*time.Second)) || !p.idle(last.Add(6*time.Second)) {
		t.Error("it is idle at the wrong time")
	}
	for i := range maxPairs + 10 {
		p.reserve(fmt.Sprint(i), last.Add(time.Minute), rate, last.Add(time.Hour))
	}
	if n := len(p.byRecipient); n > maxPairs {
		t.Errorf("%d people are remembered", n)
	}
}
