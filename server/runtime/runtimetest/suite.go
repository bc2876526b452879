// Package runtimetest is the conformance suite of executors: what INVARIANTS
// promise, tried against every database.
package runtimetest

import (
	"context"
	"testing"

	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// Open is what a test begins with.
type Open struct {
	// Store opens a fresh database for one test.
	Store func(t *testing.T, o store.Options) *store.Store
	// Make makes an executor on the database; nil means the local one. Those
	// of one test share what is not in the database.
	Make func(t testing.TB) func(o runtime.Options) Executor
}

// Executor is what the suite tries.
type Executor interface {
	runtime.Executor
	// Settled returns when nothing is left to do at the present time of the
	// clock: no event waits, no message is on its way to a provider, no timer
	// is due.
	Settled(ctx context.Context) error
}

// Local makes local executors.
func Local(testing.TB) func(o runtime.Options) Executor {
	return func(o runtime.Options) Executor { return runtime.NewLocal(o) }
}

// test is one test of the suite.
type test struct {
	name string
	run  func(t *testing.T, open Open)
}

// Run runs the suite, except for the tests with these names.
func Run(t *testing.T, open Open, except ...string) {
	t.Helper()
	if open.Make == nil {
		open.Make = Local
	}
	known := map[string]bool{}
	for _, name := range except {
		known[name] = false
	}
	defer func() {
		for name, found := range known {
			if !found {
				t.Errorf("there is no test %q to leave out", name)
			}
		}
	}()
	for _, list := range [][]test{flowTests(), timerTests(), receiptTests(), askTests(), whoseTests(), answerTests(), keptTests(), sendTests(), laneTests(), scheduledTests(), pairTests(), startTests(), lifeTests(), countTests(), traceTests(), faultTests()} {
		for _, tt := range list {
			if _, out := known[tt.name]; out {
				known[tt.name] = true
				continue
			}
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				tt.run(t, open)
			})
		}
	}
}

// world makes a world on a fresh database.
func world(t *testing.T, open Open) *World {
	t.Helper()
	return tuned(t, open, runtime.Tuning{})
}

func tuned(t *testing.T, open Open, tuning runtime.Tuning) *World {
	t.Helper()
	if open.Make == nil {
		open.Make = Local
	}
	clock := NewClock(moment)
	if open.Make == nil {
		open.Make = Local
	}
	return newWorld(t, open.Store(t, store.Options{Vault: storetest.Vault(t), Now: clock.Now}), clock, tuning, open.Make(t))
}
