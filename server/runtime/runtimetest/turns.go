package runtimetest

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// TimersTakeTurns checks, for the local executor, that a backlog of due timers of
// some workspaces holds up those of others by a number of transactions that
// depends on how many workspaces there are, and not on how long the backlog is.
func TimersTakeTurns(t *testing.T, open Open) {
	const batch = 20 // A turn is one timer then, and a batch has twenty of them.
	tests := []struct {
		name string
		// crowds are workspaces with many due timers, small those with few that are
		// due after all of the crowds'.
		crowds, crowd, small, few int
		// within is the transaction that fires the last first timer of a small one.
		within int
	}{
		{"one crowd and one small workspace", 1, 110, 1, 1, 2},
		{"one crowd and some small workspaces", 1, 90, 6, 2, 2},
		{"more workspaces than a batch has turns", 2, 60, 30, 1, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBacklog(t, open, batch)
			for range tt.crowds {
				b.arm(tt.crowd, "1m")
			}
			var small []armed
			for range tt.small {
				small = append(small, b.arm(tt.few, "2m"))
			}
			fired := b.fire(small)
			first := 0
			for _, a := range small {
				for i, run := range runsByEnd(a, fired) {
					at := fired[run]
					if i == 0 {
						first = max(first, at)
					}
					if limit := tt.within + i; at == 0 || at > limit {
						t.Errorf("timer %d of a small workspace fired with transaction %d, want %d", i+1, at, limit)
					}
				}
			}
			total := tt.crowds*tt.crowd + tt.small*tt.few
			if want := (total + batch - 1) / batch; b.claims != want {
				t.Errorf("%d timers took %d transactions, want %d full ones", total, b.claims, want)
			}
			if first < 2 {
				t.Error("the crowd was not in front of the small workspaces")
			}
		})
	}
}

// runsByEnd are the runs in the order in which they ended.
func runsByEnd(a armed, fired map[string]int) []string {
	return slices.SortedFunc(slices.Values(a.runs), func(x, y string) int { return fired[x] - fired[y] })
}

// backlog is a database with waiting runs of several workspaces and no executor.
type backlog struct {
	t      *testing.T
	store  *store.Store
	faults *storetest.Faults
	clock  *Clock
	batch  int
	// claims counts the transactions that fired timers.
	claims int
}

func newBacklog(t *testing.T, open Open, batch int) *backlog {
	t.Helper()
	faults := &storetest.Faults{}
	clock := NewClock(moment)
	s := open.Store(t, store.Options{Vault: storetest.Vault(t), Now: clock.Now, Connector: faults.Connector, Logger: slog.New(slog.DiscardHandler)})
	return &backlog{t: t, store: s, faults: faults, clock: clock, batch: batch}
}

func (b *backlog) executor() *runtime.Local {
	return runtime.NewLocal(runtime.Options{
		Store: b.store, Nodes: nodes.Standard(), Channels: channels.NewRegistry(), Clock: b.clock, Logger: slog.New(slog.DiscardHandler),
		Tuning: runtime.Tuning{BatchSize: b.batch},
	})
}

// with lets an executor run until do has returned.
func (b *backlog) with(l *runtime.Local, do func(ctx context.Context)) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitLimit)
	defer cancel()
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	do(ctx)
	l.Stop()
	if err := <-ran; err != nil {
		b.t.Error(err)
	}
}

// armed are runs of a workspace that wait.
type armed struct {
	workspace string
	runs      []string
}

// arm makes a workspace with n runs that wait.
func (b *backlog) arm(n int, wait string) armed {
	b.t.Helper()
	w, err := b.store.CreateWorkspace(context.Background(), "Workspace")
	if err != nil {
		b.t.Fatal(err)
	}
	flow, err := b.store.CreateFlow(context.Background(), w.ID, store.NewFlow{Name: "Wait", Definition: string(waitFlow(wait))})
	if err == nil {
		_, err = b.store.PublishFlow(context.Background(), w.ID, flow.ID, store.Publication{})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	a := armed{workspace: w.ID, runs: make([]string, n)}
	l := b.executor()
	b.with(l, func(ctx context.Context) {
		var group sync.WaitGroup
		for i := range a.runs {
			group.Go(func() {
				s, err := l.Start(ctx, runtime.StartRequest{Workspace: w.ID, FlowID: flow.ID, StartedBy: "test"})
				if err != nil {
					b.t.Error(err)
				}
				a.runs[i] = s.RunID
			})
		}
		group.Wait()
	})
	return a
}

// fire lets everything become due while nobody runs, and returns with which
// transaction, counted from one, each of these runs ended.
func (b *backlog) fire(watched []armed) map[string]int {
	b.t.Helper()
	live, err := b.store.CountLive(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	b.clock.Advance(time.Hour)
	fired := map[string]int{}
	// More than the loop commits, and not one after the other.
	var mu sync.Mutex
	b.faults.OnCommit(func() {
		mu.Lock()
		defer mu.Unlock()
		left, err := b.store.CountLive(context.Background())
		if err != nil {
			b.t.Error(err)
		}
		if left == live {
			return
		}
		live = left
		b.claims++
		b.note(watched, fired)
	})
	l := b.executor()
	b.with(l, func(ctx context.Context) {
		if err := l.Settled(ctx); err != nil {
			b.t.Error(err)
		}
		b.faults.OnCommit(nil)
	})
	mu.Lock()
	defer mu.Unlock()
	return fired
}

// note adds the runs that have ended by now.
func (b *backlog) note(watched []armed, fired map[string]int) {
	for _, a := range watched {
		for _, id := range a.runs {
			if fired[id] > 0 {
				continue
			}
			run, err := b.store.Run(context.Background(), a.workspace, id)
			if err != nil {
				b.t.Error(err)
			}
			if !run.EndedAt.IsZero() {
				fired[id] = b.claims
			}
		}
	}
}
