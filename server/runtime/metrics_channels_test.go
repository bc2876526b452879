package runtime

import (
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestChannelsBeyondTheBoundAreCountedTogether(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	c := newChannelCounter(prometheus.NewCounterVec(prometheus.CounterOpts{Name: "attempts_total", Help: "Attempts."}, []string{"workspace_id", "channel", "result"}))
	registry.MustRegister(c.counts)
	for n := range channelsCounted + 50 {
		c.add("w", "channel-"+strconv.Itoa(n), "accepted")
	}
	c.add("w", "channel-0", "accepted")
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, m := range families[0].GetMetric() {
		got[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
	}
	if len(got) != channelsCounted+1 || got[otherChannels] != 50 || got["channel-0"] != 2 {
		t.Errorf("there are %d channels, %g of the others and %g of the first", len(got), got[otherChannels], got["channel-0"])
	}
}

func TestTheQueueKnowsTheAgeOfItsOldest(t *testing.T) {
	t.Parallel()
	b := newInbox(10, 10)
	if b.age() != 0 {
		t.Errorf("an empty queue is %s old", b.age())
	}
	it := &item{outcome: &outcome{}, weight: 1}
	b.add(it)
	first := it.queued
	b.take(1)
	// What is tried again has waited since the beginning.
	b.add(it)
	if it.queued != first || b.age() <= 0 {
		t.Errorf("an event of %s counts as queued at %s; the oldest is %s old", first, it.queued, b.age())
	}
}
