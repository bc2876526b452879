package runtime_test

import (
	"testing"

	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
)

func TestInvariant10FaultsOnSQLiteNeverHalfCommit(t *testing.T) {
	t.Parallel()
	runtimetest.Faults(t, func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, file(t), o) })
}

func TestInvariant10FaultsOnPostgreSQLNeverHalfCommit(t *testing.T) {
	t.Parallel()
	runtimetest.Faults(t, func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, postgres.Database(t), o) })
}
