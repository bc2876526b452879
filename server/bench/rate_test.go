package bench

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnswersCountFromWhenTheirTriggerWasDue(t *testing.T) {
	t.Parallel()
	// Each trigger takes 10 ms, so one caller can do 100 a second.
	const took, runs = 10 * time.Millisecond, 100
	tests := []struct {
		name    string
		rate    float64
		callers int
		// p50 and p99 in milliseconds; perSecond and late are what else is told.
		p50, p99, perSecond float64
		late                int64
	}{
		{"without a rate only the answer counts", 0, 1, 10, 10, 100, 0},
		{"a rate that is kept", 50, 1, 10, 10, 50, 0},
		{"a rate that just fits", 100, 1, 10, 10, 100, 0},
		// The nth is due after 5(n-1) ms, and its answer comes after 10n ms.
		{"a rate that one caller cannot keep", 200, 1, 5*50 + 5, 5*99 + 5, 100, 99},
		{"the same rate with callers enough", 200, 2, 10, 10, 198, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := RunsResult{}
				err := r.measure(t.Context(), Options{Runs: runs, Callers: tt.callers, Rate: tt.rate}, load{
					trigger: func(context.Context, int, int, *atomic.Int64) error {
						time.Sleep(took)
						return nil
					},
					settle: func(context.Context) error { return nil },
				})
				if err != nil {
					t.Fatal(err)
				}
				if r.StartP50 != tt.p50 || r.StartP99 != tt.p99 || r.Late != tt.late || r.Asked != tt.rate {
					t.Errorf("p50 %v ms, p99 %v ms, %d late of %v a second; want %v, %v and %d", r.StartP50, r.StartP99, r.Late, r.Asked, tt.p50, tt.p99, tt.late)
				}
				if r.Runs != runs || r.StartsPerSec < tt.perSecond-1.5 || r.StartsPerSec > tt.perSecond+1.5 {
					t.Errorf("%d runs at %v a second, want %v", r.Runs, r.StartsPerSec, tt.perSecond)
				}
			})
		})
	}
}

func TestTriggersAreDueByTheirNumber(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	for n, want := range map[int]time.Duration{1: 0, 2: 333_333, 3001: time.Second, 9_000_001: 3000 * time.Second} {
		if got := dueAt(began, n, 3000).Sub(began); got != want {
			t.Errorf("trigger %d is due after %s, want %s", n, got, want)
		}
	}
}
