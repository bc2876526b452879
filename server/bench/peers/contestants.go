package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	onPostgres = "PostgreSQL"
	onSQLite   = "SQLite"
	// wait is for how long a run waits for its receipt.
	wait = time.Second
)

// load is what a contestant is given.
type load struct {
	db            string
	runs, callers int
}

// result is what a turn measured; the fields are those of `sluice bench otp`.
// Times are in milliseconds.
type result struct {
	Runs          int     `json:"runs"`
	RunsPerSecond float64 `json:"runs_per_second"`
	StartP50      float64 `json:"start_acknowledged_p50_ms"`
	StartP99      float64 `json:"start_acknowledged_p99_ms"`
	TimerP50      float64 `json:"timer_lateness_p50_ms"`
	TimerP99      float64 `json:"timer_lateness_p99_ms"`
	// CPU is of the contestant's process per run, DatabaseCPU of PostgreSQL's.
	CPU         float64 `json:"cpu_ms_per_run"`
	DatabaseCPU float64 `json:"database_cpu_ms_per_run,omitempty"`
}

// contestant is an engine on a database, set up as its documentation advises for
// throughput.
type contestant struct {
	Name     string `json:"name"`
	Database string `json:"database"`
	Settings string `json:"settings"`
	// Runs is how many it is given: about as many as take it some seconds.
	Runs int `json:"runs"`
	// measure runs it in this process; nil for Sluice, which has its own program.
	measure func(context.Context, load) (result, error)
}

func contestants() []contestant {
	return []contestant{
		{"sluice-sqlite", onSQLite, "synchronous=FULL, one process", 10_000, nil},
		{"dbos-sqlite", onSQLite, dbosSettings + ", its SQLite driver with synchronous=FULL, 8 connections", 1_500, dbosOnSQLite},
		{"goworkflows-sqlite", onSQLite, goWorkflowsSettings + ", synchronous=FULL", 300, goWorkflowsOnSQLite},
		{"sluice-postgres", onPostgres, "one process", 10_000, nil},
		{"dbos-postgres", onPostgres, dbosSettings + ", a pool of 50 connections", 2_000, dbosOnPostgres},
		{"goworkflows-postgres", onPostgres, goWorkflowsSettings + ", a pool of 50 connections", 300, goWorkflowsOnPostgres},
	}
}

// lateness collects how late timers fired.
type lateness struct {
	mu   sync.Mutex
	late []time.Duration
}

func (l *lateness) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.late = append(l.late, d)
}

// drive starts runs from many callers and waits for the last end. start returns
// when the start is durable; end when everything is.
func drive(ctx context.Context, l load, late *lateness, start func(ctx context.Context, n int) error, end func(context.Context) error) (result, error) {
	var next atomic.Int64
	latencies, errs := make([][]time.Duration, l.callers), make([]error, l.callers)
	cpu, began := processTime(), time.Now()
	var callers sync.WaitGroup
	for c := range l.callers {
		callers.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1))
				if n > l.runs {
					return
				}
				at := time.Now()
				if errs[c] = start(ctx, n); errs[c] != nil {
					return
				}
				latencies[c] = append(latencies[c], time.Since(at))
			}
		})
	}
	callers.Wait()
	for _, err := range errs {
		if err != nil {
			return result{}, err
		}
	}
	if err := end(ctx); err != nil {
		return result{}, err
	}
	total, spent := time.Since(began), processTime()-cpu
	all := slices.Concat(latencies...)
	slices.Sort(all)
	late.mu.Lock()
	defer late.mu.Unlock()
	slices.Sort(late.late)
	return result{
		Runs: len(all), RunsPerSecond: float64(len(all)) / total.Seconds(), StartP50: ms(percentile(all, .5)), StartP99: ms(percentile(all, .99)),
		TimerP50: ms(percentile(late.late, .5)), TimerP99: ms(percentile(late.late, .99)), CPU: ms(spent) / float64(max(1, len(all))),
	}, ctx.Err()
}

// silent reports whether the receipt of a run never comes.
func silent(n int) bool { return n%2 == 1 }

// percentile of sorted values: the value that the given share does not exceed.
func percentile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
