package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
}

// RunsResult is what Runs measured. Durations are in milliseconds.
type RunsResult struct {
	Database string `json:"database"`
	Runs     int    `json:"runs"`
	Callers  int    `json:"callers"`
	// RunsPerSecond are completed runs, from the first trigger to the last end.
	RunsPerSecond float64 `json:"runs_per_second"`
	StartsPerSec  float64 `json:"starts_per_second"`
	StartP50      float64 `json:"start_acknowledged_p50_ms"`
	StartP99      float64 `json:"start_acknowledged_p99_ms"`
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
// receive and read at once.
func Runs(ctx context.Context, o Options) (RunsResult, error) {
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
	var next, refused atomic.Int64
	latencies := make([][]time.Duration, o.Callers)
	errs := make([]error, o.Callers)
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
				if errs[c] = b.start(ctx, workspace, flow, n, &refused); errs[c] != nil {
					return
				}
				latencies[c] = append(latencies[c], time.Since(at))
			}
		})
	}
	callers.Wait()
	started := time.Since(began)
	for _, err := range errs {
		if err != nil {
			return RunsResult{}, err
		}
	}
	if err := b.settle(ctx, 2*time.Minute); err != nil {
		return RunsResult{}, err
	}
	total := time.Since(began)
	all := slices.Concat(latencies...)
	slices.Sort(all)
	r := RunsResult{
		Database: b.store.Dialect(), Runs: len(all), Callers: o.Callers, RunsPerSecond: float64(len(all)) / total.Seconds(),
		StartsPerSec: float64(len(all)) / started.Seconds(), StartP50: ms(percentile(all, .5)), StartP99: ms(percentile(all, .99)), Refused: refused.Load(),
	}
	return r, b.transactions(&r)
}

// start triggers a run of the OTP flow.
func (b *stand) start(ctx context.Context, workspace, flow string, n int, refused *atomic.Int64) error {
	_, err := b.insist(ctx, runtime.StartRequest{
		Workspace: workspace, FlowID: flow, StartedBy: "bench", Trigger: map[string]any{"type": "bench"},
		Inputs: map[string]json.RawMessage{
			"customerPhoneNumber": json.RawMessage(fmt.Sprintf(`"`+numbers[n%len(numbers)]+`"`, n%10_000_000)),
			"verificationCode":    json.RawMessage(fmt.Sprintf(`"%06d"`, n%1_000_000)),
		},
	}, refused)
	return err
}

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
