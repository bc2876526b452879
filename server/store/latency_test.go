package store_test

import (
	"testing"
	"time"

	"sluice/server/store"
)

func TestPercentilesOfLatenciesAreReadOffTheirBuckets(t *testing.T) {
	t.Parallel()
	buckets := func(latencies ...time.Duration) map[string]int64 {
		counts := map[string]int64{}
		for _, d := range latencies {
			counts[store.LatencyBucket(d)]++
		}
		return counts
	}
	for name, tt := range map[string]struct {
		counts  map[string]int64
		share   float64
		low, up time.Duration
	}{
		"one quick":            {buckets(300 * time.Millisecond), .5, 0, 500 * time.Millisecond},
		"before it was sent":   {buckets(-time.Second), .5, 0, 500 * time.Millisecond},
		"the middle of three":  {buckets(time.Second, 4*time.Second, 40*time.Second), .5, 3 * time.Second, 5 * time.Second},
		"the slow end":         {buckets(time.Second, time.Second, time.Second, 40*time.Second), .95, 30 * time.Second, 45 * time.Second},
		"longer than the last": {buckets(48 * time.Hour), .5, 24 * time.Hour, 24 * time.Hour},
	} {
		if got, ok := store.Percentile(tt.counts, tt.share); !ok || got < tt.low || got > tt.up {
			t.Errorf("%s: %s, %v, want between %s and %s", name, got, ok, tt.low, tt.up)
		}
	}
	if _, ok := store.Percentile(nil, .5); ok {
		t.Error("nothing has a percentile")
	}
}
