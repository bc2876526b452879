package runtime_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/vault"
)

// A server that was started with the wrong key can read neither what is to be
// sent nor the secrets of runs. What it hears is kept, and what it cannot send
// is left to the right one.
func TestAServerWithTheWrongKeyLosesNothing(t *testing.T) {
	t.Parallel()
	address, clock := file(t), runtimetest.NewClock(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
	key, err := vault.ParseKey(strings.Repeat("another key ", 4))
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := vault.New(key)
	if err != nil {
		t.Fatal(err)
	}
	at := func(v *vault.Vault) *store.Store {
		s, err := store.Open(t.Context(), address, store.Options{Vault: v, Now: clock.Now, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := at(storetest.Vault(t))
	w := runtimetest.NewWorld(t, s, clock, runtime.Tuning{})
	w.Vendor.Refuse(channels.ClassRetryable, "503")
	run := w.BeginSecret()
	w.Stop()
	w.Vendor.Answer(nil)
	again := func(v *vault.Vault) {
		if err := w.Store.Close(); err != nil {
			t.Fatal(err)
		}
		w.Store = at(v)
		w.Start()
	}
	again(wrong)
	w.Pass(20 * time.Second)
	w.Receipt("viber-main", run, 2, channels.StatusRead)
	if d, err := w.Store.MessagesOf(context.Background(), store.DefaultWorkspaceID, run); err != nil || d[0].Status != "read" {
		t.Fatalf("the message is %+v, %v", d, err)
	}
	w.Stop()
	again(storetest.Vault(t))
	defer func() {
		w.Stop()
		if err := w.Store.Close(); err != nil {
			t.Error(err)
		}
	}()
	w.Pass(2 * time.Minute)
	if d := w.Query(run); d.Run.Outcome != "reached" {
		t.Errorf("the run is %s %q in %q", d.Run.Status, d.Run.Outcome, d.Run.Node)
	}
}
