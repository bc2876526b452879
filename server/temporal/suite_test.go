package temporal

import (
	"path/filepath"
	"testing"

	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "sluice.db"), o)
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

// inEnvironments makes executors on a fake cluster.
func inEnvironments(t testing.TB) func(o runtime.Options) runtimetest.Executor {
	t.Helper()
	f := newFake(t, storetest.Vault(t))
	return func(o runtime.Options) runtimetest.Executor {
		ledger := runtime.NewLedger(o)
		e := newExecutor(ledger, fakeWorker{f, ledger}, Input{Told: true}, o.Clock, o.Logger)
		return &told{Executor: e, store: o.Store, clock: o.Clock, done: map[string]bool{}}
	}
}

// Not among the conformance tests in the environments, and why.
var notInEnvironments = map[string]string{}

func TestRunsGoAsTheConformanceSuiteSays(t *testing.T) {
	t.Parallel()
	var except []string
	for name, why := range notInEnvironments {
		t.Logf("not tried here: %q: %s", name, why)
		except = append(except, name)
	}
	runtimetest.Run(t, runtimetest.Open{Store: open, Make: inEnvironments}, except...)
}
