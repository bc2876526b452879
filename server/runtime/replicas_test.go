package runtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

// TestReplicasShareTheWork runs three executors on one PostgreSQL, each with
// connections of its own, as three processes do. Triggers, receipts and the
// same idempotency keys come in everywhere. INVARIANTS 6 and 9.
func TestReplicasShareTheWork(t *testing.T) {
	t.Parallel()
	address := postgres.Database(t)
	vendor := runtimetest.NewVendor()
	ids := map[string]string{}
	var flow string
	var executors []*runtime.Local
	var stores []*store.Store
	for i := range 3 {
		s := open(t, address, store.Options{Vault: storetest.Vault(t)})
		if i == 0 {
			runtimetest.SetUp(t, s, ids)
			flow = runtimetest.Publish(t, s, fmt.Appendf(nil, killFlow, "treat_as_failed"))
		}
		l := runtime.NewLocal(runtime.Options{
			Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor),
			// Small, so that each has to look for what it has no room for.
			Tuning: runtime.Tuning{LaneDepth: 8, LaneWorkers: 4, PollInterval: 20 * time.Millisecond, BatchSize: 20},
		})
		ran := make(chan error, 1)
		go func() { ran <- l.Run(context.Background()) }()
		t.Cleanup(func() {
			l.Stop()
			if err := <-ran; err != nil {
				t.Error(err)
			}
		})
		executors, stores = append(executors, l), append(stores, s)
	}

	const runs = 200
	started := make([]map[string]bool, runs)
	var group sync.WaitGroup
	for i := range runs {
		started[i] = map[string]bool{}
		group.Go(func() {
			var mu sync.Mutex
			var race sync.WaitGroup
			for _, l := range executors {
				race.Go(func() {
					s, err := l.Start(context.Background(), runtime.StartRequest{
						Workspace: store.DefaultWorkspaceID, FlowID: flow, Inputs: map[string]json.RawMessage{"n": json.RawMessage(`"x"`)},
						IdempotencyKey: fmt.Sprint("key ", i),
					})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					started[i][s.RunID] = true
				})
			}
			race.Wait()
			for run := range started[i] {
				// Every replica gets the receipt, some at the moment of the deadline.
				for n, l := range executors {
					name := channels.Receipt{ProviderMessageID: runtimetest.ProviderID(run + "-2"), Status: channels.StatusDelivered}
					if n == i%3 && i%2 == 0 {
						name.Status = channels.StatusRead
					}
					race.Go(func() {
						if err := l.DeliverInbound(context.Background(), store.DefaultWorkspaceID, ids["viber-main"], []channels.Inbound{{Receipt: &name}}); err != nil {
							t.Error(err)
						}
					})
				}
				race.Wait()
			}
		})
	}
	group.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), testhost.Patience)
	defer cancel()
	if err := untilAllEnded(ctx, stores[0]); err != nil {
		t.Fatal(err)
	}
	for _, l := range executors {
		if err := l.Settled(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for i, set := range started {
		if len(set) != 1 {
			t.Errorf("key %d started %d runs", i, len(set))
		}
		for run := range set {
			checkShared(ctx, t, stores[i%3], vendor, run)
		}
	}
}

// checkShared checks that a run was stepped by one executor at a time, and its
// messages sent once.
func checkShared(ctx context.Context, t *testing.T, s *store.Store, vendor *runtimetest.Vendor, run string) {
	t.Helper()
	r, err := s.Run(ctx, store.DefaultWorkspaceID, run)
	if err != nil {
		t.Fatal(err)
	}
	history, err := s.History(ctx, store.DefaultWorkspaceID, run)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(history)) != r.Version || r.EndedAt.IsZero() {
		t.Errorf("run %s is at version %d after %d steps, and ended at %v", run, r.Version, len(history), r.EndedAt)
	}
	timers := 0
	for i, h := range history {
		if h.Seq != int64(i+1) {
			t.Errorf("run %s has step %d in place %d", run, h.Seq, i+1)
		}
		if h.Event == "timer" {
			timers++
		}
	}
	if timers > 1 {
		t.Errorf("the timer of run %s fired %d times", run, timers)
	}
	messages, err := s.MessagesOf(ctx, store.DefaultWorkspaceID, run)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		// On a crowded machine a run may go on before its message gets its turn.
		if n := vendor.Calls(m.ID); n != 1 && (n != 0 || m.Code != "superseded") {
			t.Errorf("message %s is %s after %d calls", m.ID, m.Status, n)
		}
	}
}

func TestTheSweepFindsAllReceiptsThatMissedTheirMessage(t *testing.T) {
	t.Parallel()
	runtimetest.SweepFindsAll(t, runtimetest.Open{Store: func(t *testing.T, o store.Options) *store.Store { t.Helper(); return open(t, postgres.Database(t), o) }})
}
