package bench_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sluice/server/bench"
)

func TestRunsCountsEveryRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, direct := range []bool{false, true} {
		r, err := bench.Runs(t.Context(), bench.Options{DB: "sqlite:" + filepath.Join(t.TempDir(), "bench.db"), Runs: 100, Callers: 10, Direct: direct})
		if err != nil {
			t.Fatal(err)
		}
		if r.Database != "sqlite" || r.Replicas != 1 || r.Runs != 100 || r.RunsPerSecond <= 0 || r.StartP99 < r.StartP50 || r.StartP50 <= 0 || r.StepMean <= 0 || r.BatchEvents < 1 {
			t.Errorf("the result is %+v", r)
		}
	}
}

func TestTimersNeverFireEarly(t *testing.T) {
	defer goleak.VerifyNone(t)
	r, err := bench.Timers(t.Context(), bench.Options{Runs: 50, Callers: 5, Spread: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Timers != 50 || r.Early != 0 || r.LatenessP50 <= 0 || r.LatenessMax < r.LatenessP99 || r.LatenessP99 < r.LatenessP50 || r.AllFired < r.LatenessP50 {
		t.Errorf("the result is %+v", r)
	}
}

func TestRecoveryFiresEveryTimer(t *testing.T) {
	defer goleak.VerifyNone(t)
	r, err := bench.Recovery(t.Context(), bench.Options{Runs: 200, Callers: 5, Rest: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Waiting != 200 || r.FirstFired <= 0 || r.AllFired < r.FirstFired || r.PerSecond <= 0 {
		t.Errorf("the result is %+v", r)
	}
}

func TestWebhooksAreAllAcceptedAndFoundAfterwards(t *testing.T) {
	defer goleak.VerifyNone(t)
	r, err := bench.Webhooks(t.Context(), bench.WebhookOptions{Rate: 400, For: time.Second / 2, Callers: 10})
	if err != nil {
		t.Fatal(err)
	}
	if r.Database != "sqlite" || r.Sent != 200 || r.Refused != 0 || r.Lost != 0 || r.Accepted <= 0 || r.P50 <= 0 || r.P99 < r.P50 {
		t.Errorf("the result is %+v", r)
	}
}

func TestABrokenDatabaseIsReported(t *testing.T) {
	defer goleak.VerifyNone(t)
	if _, err := bench.Runs(t.Context(), bench.Options{DB: "sqlite:/dev/null/x", Runs: 1, Callers: 1}); err == nil {
		t.Error("no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bench.Timers(ctx, bench.Options{Runs: 1, Callers: 1, Spread: time.Second}); err == nil {
		t.Error("no error after the end of the context")
	}
}
