package bench

import (
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sluice/examples"
)

// GrowthOptions say what to measure.
type GrowthOptions struct {
	// DB is as in Options.
	DB string
	// Runs is how many runs that have ended are put into the database.
	Runs int
	// Probe is how many runs are measured before and after that, and Callers how
	// many triggers of them wait at the same time.
	Probe, Callers int
	// PruneFor bounds how long pruning goes on.
	PruneFor time.Duration
	// Progress is called with how many runs have been put in.
	Progress func(done int)
}

const (
	// grownFor is the time over which the runs that are put in began.
	grownFor = 8 * 7 * 24 * time.Hour
	// calmFor is how long triggers are watched before anything is pruned.
	calmFor = 2 * time.Second
	// watchCallers trigger runs while others go: the server is not busy then.
	watchCallers = 4
)

// GrowthResult is what Growth measured. Latencies are in milliseconds.
type GrowthResult struct {
	Database string  `json:"database"`
	Ended    int64   `json:"ended_runs"`
	Filled   float64 `json:"fill_seconds"`
	// EmptyPerSecond and FullPerSecond are completed runs before and after the
	// database was filled; Ratio is the second by the first.
	EmptyPerSecond float64 `json:"empty_runs_per_second"`
	FullPerSecond  float64 `json:"full_runs_per_second"`
	Ratio          float64 `json:"full_to_empty"`
	// EmptyCPU and FullCPU are those of RunsResult.
	EmptyCPU float64 `json:"empty_cpu_us_per_run"`
	FullCPU  float64 `json:"full_cpu_us_per_run"`
	EmptyP99 float64 `json:"empty_start_acknowledged_p99_ms"`
	FullP99  float64 `json:"full_start_acknowledged_p99_ms"`
	// Pruned runs went in PruneSeconds. CalmWorst is the longest that a start took
	// before that, PruneWorst while they went.
	Pruned       int64   `json:"pruned_runs"`
	PruneSeconds float64 `json:"prune_seconds"`
	CalmWorst    float64 `json:"calm_start_acknowledged_max_ms"`
	PruneWorst   float64 `json:"prune_start_acknowledged_max_ms"`
}

// Growth measures what runs that have ended cost those that have not: the OTP
// flow on an empty and on a full database, and triggers while old runs go.
func Growth(ctx context.Context, o GrowthOptions) (GrowthResult, error) {
	var r GrowthResult
	b, err := open(ctx, o.DB)
	if err != nil {
		return r, err
	}
	err = b.growth(ctx, o, &r)
	if e := b.close(); err == nil {
		err = e
	}
	return r, err
}

func (b *stand) growth(ctx context.Context, o GrowthOptions, r *GrowthResult) error {
	r.Database = b.store.Dialect()
	probe := Options{Runs: o.Probe, Callers: o.Callers, Direct: true}
	// The first is to warm up.
	if _, err := b.runs(ctx, probe); err != nil {
		return err
	}
	empty, err := b.runs(ctx, probe)
	if err != nil {
		return err
	}
	workspace, err := b.workspace(ctx)
	if err != nil {
		return err
	}
	flow, err := b.publish(ctx, workspace, examples.OTP())
	if err != nil {
		return err
	}
	if err := b.fill(ctx, workspace, flow, o, r); err != nil {
		return err
	}
	if _, err := b.runs(ctx, probe); err != nil {
		return err
	}
	full, err := b.runs(ctx, probe)
	if err != nil {
		return err
	}
	r.EmptyPerSecond, r.FullPerSecond = empty.RunsPerSecond, full.RunsPerSecond
	r.Ratio = math.Round(1000*full.RunsPerSecond/empty.RunsPerSecond) / 1000
	r.EmptyCPU, r.FullCPU, r.EmptyP99, r.FullP99 = empty.CPU, full.CPU, empty.StartP99, full.StartP99
	return b.watchPruning(ctx, workspace, flow, o, r)
}

// fill puts in runs that are like those that this server makes.
func (b *stand) fill(ctx context.Context, workspace, flow string, o GrowthOptions, r *GrowthResult) error {
	var refused atomic.Int64
	for n := range 150 {
		if err := b.start(ctx, workspace, flow, n, &refused); err != nil {
			return err
		}
	}
	if err := settle(ctx, b.store, time.Minute); err != nil {
		return err
	}
	began := time.Now()
	if err := b.store.Fill(ctx, workspace, o.Runs, began.Add(-grownFor), o.Progress); err != nil {
		return err
	}
	r.Filled = math.Round(time.Since(began).Seconds()*10) / 10
	var err error
	r.Ended, err = b.store.CountEnded(ctx)
	return err
}

// watchPruning triggers runs while nothing else happens and while old runs go.
func (b *stand) watchPruning(ctx context.Context, workspace, flow string, o GrowthOptions, r *GrowthResult) error {
	calm, err := b.watch(ctx, workspace, flow, func(ctx context.Context) error {
		select {
		case <-time.After(calmFor):
		case <-ctx.Done():
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	before, err := b.store.CountEnded(ctx)
	if err != nil {
		return err
	}
	var took time.Duration
	pruning, err := b.watch(ctx, workspace, flow, func(ctx context.Context) error {
		limited, cancel := context.WithTimeout(ctx, o.PruneFor)
		defer cancel()
		began := time.Now()
		err := b.store.PruneRuns(limited, began.Add(-time.Minute))
		took = time.Since(began)
		if limited.Err() != nil && ctx.Err() == nil {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	after, err := b.store.CountEnded(ctx)
	if err != nil {
		return err
	}
	r.Pruned, r.PruneSeconds = max(before-after, 0), math.Round(took.Seconds()*100)/100
	r.CalmWorst, r.PruneWorst = ms(slices.Max(calm)), ms(slices.Max(pruning))
	return nil
}

// watch triggers runs while do goes on, and returns how long each took.
func (b *stand) watch(ctx context.Context, workspace, flow string, do func(ctx context.Context) error) ([]time.Duration, error) {
	var over atomic.Bool
	var refused atomic.Int64
	latencies, errs := make([][]time.Duration, watchCallers), make([]error, watchCallers+1)
	var callers sync.WaitGroup
	for c := range watchCallers {
		callers.Go(func() {
			for n := c; (n < watchCallers || !over.Load()) && errs[c] == nil; n += watchCallers {
				at := time.Now()
				errs[c] = b.start(ctx, workspace, flow, n, &refused)
				latencies[c] = append(latencies[c], time.Since(at))
			}
		})
	}
	errs[watchCallers] = do(ctx)
	over.Store(true)
	callers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(latencies...), settle(ctx, b.store, time.Minute)
}
