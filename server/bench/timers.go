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

	"sluice/engine"
	"sluice/server/runtime"
)

// timerFlow waits until a moment that its trigger names.
const timerFlow = `{
  "schema": "sluice/v1",
  "name": "Timer",
  "nodes": [
    {"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "at", "type": "datetime", "required": true}]}},
    {"id": "wait", "type": "wait", "config": {"until": "{{at}}"}},
    {"id": "done", "type": "end", "config": {"outcome": "done"}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "wait"}, {"from": "wait", "port": "next", "to": "done"}]
}`

// TimersResult is what Timers measured. Durations are in milliseconds.
type TimersResult struct {
	Database string `json:"database"`
	Timers   int    `json:"timers"`
	// PerSecond is how many became due per second.
	PerSecond float64 `json:"due_per_second"`
	// Lateness is from the deadline to the commit of what it led to.
	LatenessP50 float64 `json:"lateness_p50_ms"`
	LatenessP99 float64 `json:"lateness_p99_ms"`
	LatenessMax float64 `json:"lateness_max_ms"`
	// AllFired is from the first deadline to the last timer fired.
	AllFired float64 `json:"all_fired_ms"`
	// CPU is user and system time of this process per timer fired.
	CPU float64 `json:"cpu_us_per_timer"`
	// Early is how many fired before their time: none may.
	Early int `json:"early"`
}

// Timers arms timers that become due evenly over a span of time, and measures
// how late they fire.
func Timers(ctx context.Context, o Options) (TimersResult, error) {
	b, err := open(ctx, o.DB)
	if err != nil {
		return TimersResult{}, err
	}
	result, err := b.timers(ctx, o)
	if e := b.close(); err == nil {
		err = e
	}
	return result, err
}

// timerWorkspaces is how many workspaces share the timers. Each is watched by
// a subscriber of its own, whose buffer bounds how far it may lag behind.
const timerWorkspaces = 16

// place is a workspace with its published flow.
type place struct{ workspace, flow string }

// fired is when runs ended.
type fired struct {
	mu sync.Mutex
	at map[string]time.Time
	// all is closed when as many as were expected have ended.
	expected int
	all      chan struct{}

	watchers sync.WaitGroup
	cancels  []func()
}

// watch notes the ends of the runs of places, until stop is called.
func watch(l *runtime.Local, places []place, expected int) *fired {
	f := &fired{at: make(map[string]time.Time, expected), expected: expected, all: make(chan struct{})}
	for _, p := range places {
		updates, cancel := l.Subscribe(p.workspace)
		f.cancels = append(f.cancels, cancel)
		f.watchers.Go(func() {
			for u := range updates {
				f.note(u)
			}
		})
	}
	return f
}

func (f *fired) note(u runtime.Update) {
	if u.Status != engine.StatusCompleted {
		return
	}
	now := time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at[u.RunID] = now; len(f.at) == f.expected {
		close(f.all)
	}
}

// wait returns when all have fired.
func (f *fired) wait(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case <-f.all:
		return nil
	case <-ctx.Done():
		f.mu.Lock()
		defer f.mu.Unlock()
		return fmt.Errorf("the ends of %d of %d runs were not told: %w", f.expected-len(f.at), f.expected, ctx.Err())
	}
}

func (f *fired) stop() {
	for _, cancel := range f.cancels {
		cancel()
	}
	f.watchers.Wait()
}

// timerPlaces makes workspaces for timers.
func (b *stand) timerPlaces(ctx context.Context) ([]place, error) {
	places := make([]place, 0, timerWorkspaces)
	for range timerWorkspaces {
		w, err := b.store.CreateWorkspace(ctx, "Benchmark")
		if err != nil {
			return nil, err
		}
		flow, err := b.publish(ctx, w.ID, []byte(timerFlow))
		if err != nil {
			return nil, err
		}
		places = append(places, place{w.ID, flow})
	}
	return places, nil
}

// armedBy is when that many runs are armed at the latest, at a fifth of the
// speed that triggers have on a quiet machine.
func armedBy(runs int) time.Time {
	return time.Now().Add(2*time.Second + time.Duration(runs)*700*time.Microsecond).Truncate(time.Second)
}

func (b *stand) timers(ctx context.Context, o Options) (TimersResult, error) {
	places, err := b.timerPlaces(ctx)
	if err != nil {
		return TimersResult{}, err
	}
	ends := watch(b.runtime, places, o.Runs)
	defer ends.stop()
	first := armedBy(o.Runs)
	due, err := b.arm(ctx, places, o, first)
	if err != nil {
		return TimersResult{}, err
	}
	if late := time.Since(first); late > 0 {
		return TimersResult{}, fmt.Errorf("arming took %s longer than expected: use fewer timers", late.Round(time.Millisecond))
	}
	pause(ctx, time.Until(first))
	cpu := processTime()
	if err := ends.wait(ctx, o.Spread+time.Minute); err != nil {
		return TimersResult{}, err
	}
	spent := processTime() - cpu
	r, err := lateness(b.store.Dialect(), o, due, ends.at)
	var last time.Time
	for _, at := range ends.at {
		last = later(last, at)
	}
	r.AllFired = ms(last.Sub(first))
	r.CPU = math.Round(spent.Seconds() / float64(o.Runs) * 1e6)
	return r, err
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// arm starts the runs, in the places by turns, and returns when each is due.
func (b *stand) arm(ctx context.Context, places []place, o Options, first time.Time) (map[string]time.Time, error) {
	var mu sync.Mutex
	due := make(map[string]time.Time, o.Runs)
	errs := make([]error, o.Callers)
	var next, refused atomic.Int64
	var callers sync.WaitGroup
	for c := range o.Callers {
		callers.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= o.Runs || ctx.Err() != nil {
					return
				}
				// Runs know whole milliseconds.
				at := first.Add(o.Spread * time.Duration(n) / time.Duration(o.Runs)).Truncate(time.Millisecond)
				in := places[n%len(places)]
				s, err := b.insist(ctx, runtime.StartRequest{
					Workspace: in.workspace, FlowID: in.flow, StartedBy: "bench",
					Inputs: map[string]json.RawMessage{"at": json.RawMessage(`"` + at.UTC().Format(time.RFC3339Nano) + `"`)},
				}, &refused)
				if err != nil {
					errs[c] = err
					return
				}
				mu.Lock()
				due[s.RunID] = at
				mu.Unlock()
			}
		})
	}
	callers.Wait()
	return due, errors.Join(errors.Join(errs...), ctx.Err())
}

func lateness(database string, o Options, due, ended map[string]time.Time) (TimersResult, error) {
	r := TimersResult{Database: database, Timers: len(due), PerSecond: float64(o.Runs) / o.Spread.Seconds()}
	late := make([]time.Duration, 0, len(due))
	for run, at := range due {
		when, ok := ended[run]
		if !ok {
			return r, fmt.Errorf("the end of run %s was not told: too many updates at once", run)
		}
		if when.Before(at) {
			r.Early++
		}
		late = append(late, when.Sub(at))
	}
	slices.Sort(late)
	r.LatenessP50, r.LatenessP99, r.LatenessMax = ms(percentile(late, .5)), ms(percentile(late, .99)), ms(percentile(late, 1))
	return r, nil
}
