package server_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sluice/server"
	"sluice/server/store"
)

// withStore opens the database of a server that does not run.
func withStore(t *testing.T, o server.Options, fn func(s *store.Store) error) {
	t.Helper()
	s, err := store.Open(t.Context(), o.Database, store.Options{Logger: o.Log})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fn(s), s.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestAServerLeavesTheRunsOfAnotherExecutorAlone has a database whose runs are
// executed by Temporal: a server that would execute them here refuses to start
// while one lives, and takes over when none does.
func TestAServerLeavesTheRunsOfAnotherExecutorAlone(t *testing.T) {
	t.Parallel()
	o := quiet(t)
	temporal := store.Executor{Name: "temporal", Place: "namespace default, task queue sluice"}
	now := time.Now()
	run := store.RunRow{
		ID: store.NewID(), WorkspaceID: store.DefaultWorkspaceID, FlowID: "flow", FlowVersion: 1, Status: "waiting", Version: 1,
		DueAt: now.Add(time.Hour), State: []byte("{}"), Inputs: []byte("{}"), StartedAt: now, UpdatedAt: now,
	}
	withStore(t, o, func(s *store.Store) error {
		_, err := s.ClaimExecutor(t.Context(), temporal, "gone", "host", 0)
		return errors.Join(err, s.Batch(t.Context(), func(b *store.Batch) error { return b.InsertRuns([]store.RunRow{run}) }))
	})
	err := serveOnce(t, o)
	if !errors.Is(err, store.ErrOtherExecutor) || !strings.Contains(err.Error(), "1 run has not ended") || !strings.Contains(err.Error(), temporal.Place) {
		t.Fatalf("it was started with %v", err)
	}
	withStore(t, o, func(s *store.Store) error {
		return s.Batch(t.Context(), func(b *store.Batch) error { return b.DeleteRun(run.WorkspaceID, run.ID) })
	})
	if err := serveOnce(t, o); err != nil {
		t.Fatalf("without runs it does not start: %v", err)
	}
	withStore(t, o, func(s *store.Store) error {
		v, err := s.Vitals(t.Context(), 0)
		if v.Executor != (store.Executor{Name: "local"}) {
			t.Errorf("the database belongs to %v", v.Executor)
		}
		return err
	})
}

// serveOnce starts a server and stops it when it is ready.
func serveOnce(t *testing.T, o server.Options) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Ready = func(string) { cancel() }
	s, err := server.New(ctx, o)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}
