package runtime_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/pgtest"
	"sluice/server/store/sqlitetest"
)

var postgres = pgtest.New(func(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
})

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" {
		if err := beChild(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := postgres.Run(m)
	// INVARIANTS 12: a clean stop leaves nothing running.
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		code = 1
	}
	os.Exit(code)
}

func open(t *testing.T, address string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func file(t testing.TB) string {
	t.Helper()
	return sqlitetest.New(t)
}

func TestConformanceOnSQLite(t *testing.T) {
	t.Parallel()
	runtimetest.Run(t, runtimetest.Open{Store: func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, file(t), o) }})
}

func TestConformanceOnPostgreSQL(t *testing.T) {
	t.Parallel()
	runtimetest.Run(t, runtimetest.Open{Store: func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, postgres.Database(t), o) }})
}

func TestABacklogOfOneWorkspacesTimersDelaysNoOtherOnSQLite(t *testing.T) {
	t.Parallel()
	runtimetest.TimersTakeTurns(t, runtimetest.Open{Store: func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, file(t), o) }})
}

func TestABacklogOfOneWorkspacesTimersDelaysNoOtherOnPostgreSQL(t *testing.T) {
	t.Parallel()
	runtimetest.TimersTakeTurns(t, runtimetest.Open{Store: func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, postgres.Database(t), o) }})
}
