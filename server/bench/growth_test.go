package bench_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"sluice/server/bench"
)

func TestGrowthFillsMeasuresAndPrunes(t *testing.T) {
	defer goleak.VerifyNone(t)
	progress := 0
	r, err := bench.Growth(t.Context(), bench.GrowthOptions{Runs: 1000, Probe: 60, Callers: 10, PruneFor: time.Minute, Progress: func(done int) { progress = done }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Database != "sqlite" || r.Ended < 1000 || progress < 1000 || r.Ratio <= 0 || r.EmptyPerSecond <= 0 || r.FullPerSecond <= 0 {
		t.Errorf("the result is %+v", r)
	}
	if r.Pruned < 900 || r.PruneSeconds <= 0 || r.CalmWorst <= 0 || r.PruneWorst <= 0 {
		t.Errorf("of pruning the result says %+v", r)
	}
}
