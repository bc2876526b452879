package runtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

// replica is one of several servers on a database.
func replica(t *testing.T, address string, vendor *runtimetest.Vendor) (*runtime.Local, *store.Store) {
	t.Helper()
	s := open(t, address, store.Options{Vault: storetest.Vault(t)})
	l := runtime.NewLocal(runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor)})
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	t.Cleanup(func() {
		l.Stop()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
	return l, s
}

// TestWhatHappensOnOneServerIsHeardOnAnother: whoever watches a run is told of
// what other servers do with it, also after the connection was lost meanwhile.
func TestWhatHappensOnOneServerIsHeardOnAnother(t *testing.T) {
	t.Parallel()
	address := postgres.Database(t)
	vendor := runtimetest.NewVendor()
	a, s := replica(t, address, vendor)
	ids := map[string]string{}
	runtimetest.SetUp(t, s, ids)
	flow := runtimetest.Publish(t, s, fmt.Appendf(nil, killFlow, "resend"))
	b, _ := replica(t, address, vendor)
	updates, cancel := b.Subscribe(store.DefaultWorkspaceID)
	defer cancel()
	elsewhere, cancelElsewhere := b.Subscribe("elsewhere")
	defer cancelElsewhere()

	start := func() runtime.Started {
		t.Helper()
		run, err := a.Start(t.Context(), runtime.StartRequest{
			Workspace: store.DefaultWorkspaceID, FlowID: flow, Inputs: map[string]json.RawMessage{"n": json.RawMessage(`"x"`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	// The listeners connect in their own time: until then a ring is missed.
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	hear := func(kind runtime.UpdateKind) runtime.Update {
		t.Helper()
		deadline := time.After(testhost.Patience)
		for {
			select {
			case u := <-updates:
				if u.Kind == kind {
					return u
				}
			case <-tick.C:
				start()
			case <-deadline:
				t.Fatalf("an update of kind %s of another server was not heard", kind)
			}
		}
	}
	u := hear(runtime.UpdateRun)
	if r, err := s.Run(t.Context(), store.DefaultWorkspaceID, u.RunID); err != nil || u.FlowID != flow || u.Status == "" || u.Seq < 1 || u.Seq > r.Version || u.At.IsZero() {
		t.Errorf("heard %+v of %+v, %v", u, r, err)
	}

	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"); err != nil {
		t.Fatal(err)
	}
	hear(runtime.UpdateResync)
	hear(runtime.UpdateRun)
	if len(elsewhere) != 0 && (<-elsewhere).Kind != runtime.UpdateResync {
		t.Error("another workspace was told")
	}
}
