// Package runtimetest is the conformance suite of executors: what INVARIANTS
// promise, tried against every database.
package runtimetest

import (
	"testing"

	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// Open opens a fresh database for one test.
type Open func(t *testing.T, o store.Options) *store.Store

// test is one test of the suite.
type test struct {
	name string
	run  func(t *testing.T, open Open)
}

// Run runs the suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, list := range [][]test{flowTests(), timerTests(), receiptTests(), askTests(), keptTests(), sendTests(), laneTests(), scheduledTests(), startTests(), lifeTests(), countTests(), faultTests()} {
		for _, tt := range list {
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
	clock := NewClock(moment)
	return NewWorld(t, open(t, store.Options{Vault: storetest.Vault(t), Now: clock.Now}), clock, tuning)
}
