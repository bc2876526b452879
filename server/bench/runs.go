package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sluice/examples"
	"sluice/server/runtime"
)

// Options say what to measure.
type Options struct {
	// DB is the database, as for `sluice serve --db`; empty means a new SQLite
	// file that goes afterwards.
	DB string
	// Runs is how many runs are started.
	Runs int
	// Callers is how many triggers wait for their acknowledgement at the same
	// time.
	Callers int
	// Spread is the time over which timers become due.
	Spread time.Duration
	// Rest is how long runs wait before their memory is measured; zero means long
	// enough for the executor to forget what it needs not remember.
	Rest time.Duration
	// Direct triggers runs in the executor's process instead of over HTTP.
	Direct bool
	// Replicas is how many servers share the database.
	Replicas int
	// Rate is how many triggers a second are due, evenly, whether those before are
	// answered or not; zero means that each caller triggers again as soon as it
	// has its answer.
	Rate float64
}

// RunsResult is what Runs measured. Durations are in milliseconds.
type RunsResult struct {
	Database string `json:"database"`
	Replicas int    `json:"replicas"`
	Runs     int    `json:"runs"`
	Callers  int    `json:"callers"`
	// RunsPerSecond are completed runs, from the first trigger to the last end.
	RunsPerSecond float64 `json:"runs_per_second"`
	StartsPerSec  float64 `json:"starts_per_second"`
	// Asked is Options.Rate, and Late is how many triggers no caller was free for
	// when they were due. With a rate, acknowledgements count from when their
	// trigger was due.
	Asked    float64 `json:"asked_per_second"`
	Late     int64   `json:"begun_late"`
	StartP50 float64 `json:"start_acknowledged_p50_ms"`
	StartP99 float64 `json:"start_acknowledged_p99_ms"`
	// CPU is user and system time of this process, callers included, per run. A
	// database of its own is not in it.
	CPU float64 `json:"cpu_us_per_run"`
	// StepMean is the time of a transaction by the events that it took in.
	StepMean float64 `json:"step_mean_ms"`
	// BatchP50 and BatchP99 are of whole transactions, BatchEvents how many
	// events one took in on average.
	BatchP50    float64 `json:"transaction_p50_ms"`
	BatchP99    float64 `json:"transaction_p99_ms"`
	BatchEvents float64 `json:"transaction_events"`
	Refused     int64   `json:"refused_and_repeated"`
}

// Runs measures the OTP flow from the trigger to the end, with phones that
// receive and read at once: on whole servers over HTTP or, with Direct, on an
// executor alone.
func Runs(ctx context.Context, o Options) (RunsResult, error) {
	if !o.Direct {
		return overHTTP(ctx, o)
	}
	b, err := open(ctx, o.DB)
	if err != nil {
		return RunsResult{}, err
	}
	result, err := b.runs(ctx, o)
	if e := b.close(); err == nil {
		err = e
	}
	return result, err
}

// numbers are recipients of each branch of the OTP flow.
var numbers = []string{"+63917%07d", "+6012%07d", "+4930%08d"}

func (b *stand) runs(ctx context.Context, o Options) (RunsResult, error) {
	workspace, err := b.workspace(ctx)
	if err != nil {
		return RunsResult{}, err
	}
	flow, err := b.publish(ctx, workspace, examples.OTP())
	if err != nil {
		return RunsResult{}, err
	}
	r := RunsResult{Database: b.store.Dialect(), Replicas: 1}
	err = r.measure(ctx, o, load{
		trigger: func(ctx context.Context, _, n int, refused *atomic.Int64) error {
			return b.start(ctx, workspace, flow, n, refused)
		},
		settle: func(ctx context.Context) error { return settle(ctx, b.store, 2*time.Minute) },
	})
	if err != nil {
		return RunsResult{}, err
	}
	families, err := b.metrics.Gather()
	if err != nil {
		return RunsResult{}, fmt.Errorf("read the metrics: %w", err)
	}
	return r, r.transactions(families)
}

// load is how runs are triggered and waited for.
type load struct {
	// trigger starts the nth run for one of the callers and counts how often it
	// was told to come back.
	trigger func(ctx context.Context, caller, n int, refused *atomic.Int64) error
	// settle waits until no run is waiting.
	settle func(ctx context.Context) error
}

// measure starts the runs and waits for their ends.
func (r *RunsResult) measure(ctx context.Context, o Options, l load) error {
	var next, refused, late atomic.Int64
	latencies := make([][]time.Duration, o.Callers)
	errs := make([]error, o.Callers)
	cpu := processTime()
	began := time.Now()
	var callers sync.WaitGroup
	for c := range o.Callers {
		callers.Go(func() {
			for {
				n := int(next.Add(1))
				if n > o.Runs || ctx.Err() != nil {
					return
				}
				at := time.Now()
				if o.Rate > 0 {
					at = dueAt(began, n, o.Rate)
					if behind := time.Since(at); behind > lateBy {
						late.Add(1)
					}
					pause(ctx, time.Until(at))
				}
				if errs[c] = l.trigger(ctx, c, n, &refused); errs[c] != nil {
					return
				}
				latencies[c] = append(latencies[c], time.Since(at))
			}
		})
	}
	callers.Wait()
	started := time.Since(began)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := l.settle(ctx); err != nil {
		return err
	}
	total := time.Since(began)
	all := slices.Concat(latencies...)
	if len(all) == 0 {
		return context.Cause(ctx)
	}
	spent := processTime() - cpu
	slices.Sort(all)
	r.Runs, r.Callers, r.Refused, r.Asked, r.Late = len(all), o.Callers, refused.Load(), o.Rate, late.Load()
	r.RunsPerSecond, r.StartsPerSec = float64(len(all))/total.Seconds(), float64(len(all))/started.Seconds()
	r.StartP50, r.StartP99 = ms(percentile(all, .5)), ms(percentile(all, .99))
	r.CPU = math.Round(spent.Seconds() / float64(len(all)) * 1e6)
	return nil
}

// lateBy is how late a caller may come to its trigger without having been busy:
// what timers and the processors' other work take.
const lateBy = time.Millisecond

// dueAt is when the nth trigger, counted from one, is due: evenly from the
// beginning, by the number and not by the one before, so that nothing adds up.
// What it is late then counts as waiting, or a server that stalls would be asked
// less just then, and seem faster than it is (coordinated omission).
func dueAt(began time.Time, n int, rate float64) time.Time {
	return began.Add(time.Duration(float64(n-1) / rate * float64(time.Second)))
}

// start triggers a run of the OTP flow.
func (b *stand) start(ctx context.Context, workspace, flow string, n int, refused *atomic.Int64) error {
	_, err := b.insist(ctx, runtime.StartRequest{
		Workspace: workspace, FlowID: flow, StartedBy: "bench", Trigger: map[string]any{"type": "bench"},
		Inputs: map[string]json.RawMessage{"customerPhoneNumber": json.RawMessage(`"` + number(n) + `"`), "verificationCode": json.RawMessage(`"` + code(n) + `"`)},
	}, refused)
	return err
}

// number and code are the inputs of the nth run.
func number(n int) string { return fmt.Sprintf(numbers[n%len(numbers)], n%10_000_000) }
func code(n int) string   { return fmt.Sprintf("%06d", n%1_000_000) }

// busyPause is how long a caller waits that was told to come back.
const busyPause = 10 * time.Millisecond

// insist triggers a run as often as it takes while the server is busy.
func (b *stand) insist(ctx context.Context, r runtime.StartRequest, refused *atomic.Int64) (runtime.Started, error) {
	for {
		s, err := b.runtime.Start(ctx, r)
		if !errors.Is(err, runtime.ErrBusy) {
			return s, err
		}
		refused.Add(1)
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return s, ctx.Err()
		}
	}
}
