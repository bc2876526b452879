package bench

import (
	"cmp"
	"context"
	"errors"
	"math"
	goruntime "runtime"
	"time"
)

// RecoveryResult is what Recovery measured. Durations are in milliseconds.
type RecoveryResult struct {
	Database string `json:"database"`
	Waiting  int    `json:"waiting_runs"`
	// Heap is how much larger the heap is, after a collection, than without the
	// waiting runs, by their number.
	Heap float64 `json:"heap_bytes_per_waiting_run"`
	// FirstFired and AllFired are from the moment at which the database is opened
	// again to the commits of the first and of the last timer.
	FirstFired float64 `json:"restart_to_first_timer_ms"`
	AllFired   float64 `json:"restart_to_all_fired_ms"`
	PerSecond  float64 `json:"fired_per_second"`
}

// forgotten is how long after its last event a run is surely not remembered any
// more.
const forgotten = 16 * time.Second

// Recovery arms timers, stops, lets all of them become due, and measures how
// long a new process takes to fire them.
func Recovery(ctx context.Context, o Options) (RecoveryResult, error) {
	b, err := open(ctx, o.DB)
	if err != nil {
		return RecoveryResult{}, err
	}
	r := RecoveryResult{Database: b.store.Dialect(), Waiting: o.Runs}
	err = b.recovery(ctx, o, &r)
	return r, errors.Join(err, b.close())
}

func (b *stand) recovery(ctx context.Context, o Options, r *RecoveryResult) error {
	places, err := b.timerPlaces(ctx)
	if err != nil {
		return err
	}
	// The programs are there in any case.
	rest := cmp.Or(o.Rest, forgotten)
	first := armedBy(o.Runs).Add(rest)
	if _, err := b.arm(ctx, places, Options{Runs: len(places), Callers: 1}, first); err != nil {
		return err
	}
	before := heap()
	if _, err := b.arm(ctx, places, Options{Runs: o.Runs - len(places), Callers: o.Callers}, first); err != nil {
		return err
	}
	pause(ctx, rest)
	r.Heap = math.Round((heap()-before)/float64(o.Runs)*10) / 10
	if time.Now().After(first) {
		return errors.New("arming took longer than expected: use fewer runs")
	}
	if err := b.stop(); err != nil {
		return err
	}
	pause(ctx, time.Until(first))

	began := time.Now()
	if err := b.assemble(ctx); err != nil {
		return err
	}
	ends := watch(b.runtime, places, o.Runs)
	defer ends.stop()
	if err := b.run(ctx); err != nil {
		return err
	}
	if err := ends.wait(ctx, 5*time.Minute); err != nil {
		return err
	}
	var earliest, last time.Time
	for _, at := range ends.at {
		if earliest.IsZero() || at.Before(earliest) {
			earliest = at
		}
		last = later(last, at)
	}
	r.FirstFired, r.AllFired = ms(earliest.Sub(began)), ms(last.Sub(began))
	r.PerSecond = math.Round(float64(o.Runs) / last.Sub(began).Seconds())
	return nil
}

// heap is how many bytes are in use after a collection.
func heap() float64 {
	// The second one frees what the first one's finalizers let go.
	goruntime.GC()
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
