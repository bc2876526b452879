package runtime_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// owned are the options of an executor that has its database to itself, until
// somebody takes it over.
func owned(t *testing.T, address string) (o runtime.Options, clock *runtimetest.Clock, takeOver func()) {
	t.Helper()
	clock = runtimetest.NewClock(time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC))
	s := open(t, address, store.Options{Vault: storetest.Vault(t), Now: clock.Now})
	o = runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(), Clock: clock, Logger: slog.New(slog.DiscardHandler), Executor: store.Executor{Name: "local"},
	}
	return o, clock, func() {
		t.Helper()
		// As if this process had been stopped for longer than others wait for it.
		if was, err := s.ClaimExecutor(t.Context(), store.Executor{Name: "temporal", Place: "there"}, "other", "host", 0); err != nil || was != o.Executor {
			t.Fatalf("the database was taken over from %v, %v", was, err)
		}
	}
}

func TestWhoLostTheDatabaseToAnotherExecutorBeginsNoRuns(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{"SQLite": file, "PostgreSQL": postgres.Database} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, clock, takeOver := owned(t, address(t))
			flow := runtimetest.Publish(t, o.Store, []byte(longWait))
			l := runtime.NewLocal(o)
			if _, err := l.Claim(t.Context()); err != nil {
				t.Fatal(err)
			}
			ran := make(chan error, 1)
			go func() { ran <- l.Run(context.Background()) }()
			if err := l.Settled(t.Context()); err != nil {
				t.Fatal(err)
			}
			takeOver()
			// The next beat is due, and before it nothing happens.
			clock.Jump(clock.Now().Add(time.Minute))
			answer := make(chan error, 1)
			go func() {
				_, err := l.Start(context.Background(), runtime.StartRequest{Workspace: store.DefaultWorkspaceID, FlowID: flow})
				answer <- err
			}()
			l.Stop()
			if err := <-answer; !errors.Is(err, runtime.ErrStopped) && !errors.Is(err, store.ErrOtherExecutor) {
				t.Errorf("a start was answered %v", err)
			}
			if err := <-ran; err != nil {
				t.Error(err)
			}
			if runs, err := o.Store.ListRuns(t.Context(), store.DefaultWorkspaceID, store.RunFilter{Limit: 1}); err != nil || len(runs) != 0 {
				t.Errorf("there are %v, %v", runs, err)
			}
		})
	}
}

func TestALedgerOfALostDatabasePreparesNoRuns(t *testing.T) {
	t.Parallel()
	o, clock, takeOver := owned(t, postgres.Database(t))
	flow := runtimetest.Publish(t, o.Store, []byte(longWait))
	g := runtime.NewLedger(o)
	prepare := func() error {
		_, err := g.Prepare(t.Context(), runtime.StartRequest{Workspace: store.DefaultWorkspaceID, FlowID: flow})
		return err
	}
	if _, err := g.Claim(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := prepare(); err != nil {
		t.Fatal(err)
	}
	// It was silent, and nobody took the database: it goes on.
	clock.Jump(clock.Now().Add(time.Minute))
	if err := prepare(); err != nil {
		t.Fatal(err)
	}
	takeOver()
	if _, err := g.Keep(t.Context()); !errors.Is(err, store.ErrOtherExecutor) {
		t.Errorf("the housekeeping is answered %v", err)
	}
	clock.Jump(clock.Now().Add(time.Minute))
	if err := prepare(); !errors.Is(err, runtime.ErrUnavailable) || !errors.Is(err, store.ErrOtherExecutor) {
		t.Errorf("a start is answered %v", err)
	}
}
