package chaos_test

import (
	"testing"
	"time"

	"sluice/server/chaos"
	"sluice/server/store"
	"sluice/server/testhost"
)

const (
	// between is the time between two faults.
	between = time.Second
)

// harm is something that happens to the fleet. It is over when it returns.
type harm struct {
	name string
	do   func(f *fleet, n int)
}

// kills ends one server after the other, about one each second, and starts it
// again.
func kills() []harm {
	return []harm{{"a server is killed", func(f *fleet, n int) {
		f.kill(n % replicas)
		f.pause(between / 4)
		f.launch(n % replicas)
	}}}
}

// databaseFaults are those between the servers and the database, and of the
// database itself.
func databaseFaults() []harm {
	spoil := func(fault chaos.Fault) func(f *fleet, n int) {
		return func(f *fleet, n int) {
			f.links[n%replicas].Spoil(fault)
			f.pause(between)
			f.links[n%replicas].Clear()
		}
	}
	return []harm{
		{"a server loses its database", func(f *fleet, n int) {
			f.links[n%replicas].Cut()
			f.pause(between)
			f.links[n%replicas].Mend()
		}},
		{"PostgreSQL is stopped at once and recovers", func(f *fleet, _ int) { postgres.Restart(f.t, true) }},
		{"connections are reset", spoil(chaos.Fault{Kind: "reset_peer", To: chaos.ToClient, Attrs: map[string]int{"timeout": 20}})},
		{"the database is slow", spoil(chaos.Fault{Kind: "latency", To: chaos.ToClient, Attrs: map[string]int{"latency": 150, "jitter": 100}})},
		{"answers are lost", spoil(chaos.Fault{Kind: "timeout", To: chaos.ToClient, Attrs: map[string]int{"timeout": 200}})},
		{"PostgreSQL is restarted", func(f *fleet, _ int) { postgres.Restart(f.t, false) }},
		{"PostgreSQL stalls", func(f *fleet, _ int) {
			resume := postgres.Stall(f.t)
			f.pause(between)
			resume()
		}},
	}
}

// vendorFaults are those between the servers and the vendor. INVARIANTS 11.
func vendorFaults() []harm {
	spoil := func(fault chaos.Fault) func(f *fleet, _ int) {
		return func(f *fleet, _ int) {
			f.vendor.Spoil(fault)
			f.pause(between)
			f.vendor.Clear()
		}
	}
	return []harm{
		{"the vendor's answers are lost", spoil(chaos.Fault{Kind: "timeout", To: chaos.ToClient, Attrs: map[string]int{"timeout": 300}})},
		{"the vendor resets connections", spoil(chaos.Fault{Kind: "reset_peer", To: chaos.ToClient, Attrs: map[string]int{"timeout": 10}})},
		{"the vendor answers in part", spoil(chaos.Fault{Kind: "limit_data", To: chaos.ToClient, Attrs: map[string]int{"bytes": 30}})},
		{"the vendor is slower than the patience", spoil(chaos.Fault{Kind: "latency", To: chaos.ToClient, Attrs: map[string]int{"latency": 2500}})},
		{"requests to the vendor break off", spoil(chaos.Fault{Kind: "limit_data", To: chaos.ToServer, Attrs: map[string]int{"bytes": 60}})},
		{"the vendor cannot be reached", func(f *fleet, _ int) {
			f.vendor.Cut()
			f.pause(between)
			f.vendor.Mend()
		}},
	}
}

// suffer lets the fleet go through all of that under load and checks what is left.
// The short form has each fault once, the long one goes on for a minute.
func suffer(t *testing.T, harms []harm) {
	f := newFleet(t)
	runs := make(chan int, 1)
	go func() { runs <- f.load(40) }()
	limit := time.Now().Add(time.Minute)
	for n := 0; n < len(harms) || chaos.Long() && time.Now().Before(limit); n++ {
		h := harms[n%len(harms)]
		h.do(f, n)
		f.pause(between / 2)
		if t.Failed() {
			t.Logf("it failed when %s", h.name)
			break
		}
	}
	close(f.over)
	f.check(<-runs)
}

// TestInvariants05And10And11ReplicasLoseNothing has three servers on one
// PostgreSQL go through everything that can happen to them, to their database
// and to their vendor, under load. No run is lost, nothing is sent before it is
// stored, and nothing more often than its node allows. INVARIANTS 4, 5, 7, 9, 10
// and 11. The short form takes the worst of each.
func TestInvariants05And10And11ReplicasLoseNothing(t *testing.T) {
	if !chaos.Long() {
		database, vendor := databaseFaults(), vendorFaults()
		suffer(t, []harm{kills()[0], database[0], database[1], vendor[0], vendor[1], database[2]})
		return
	}
	t.Run("servers are killed", func(t *testing.T) { suffer(t, kills()) })
	t.Run("the database fails", func(t *testing.T) { suffer(t, databaseFaults()) })
	t.Run("the vendor fails", func(t *testing.T) { suffer(t, vendorFaults()) })
}

// check waits until every run has ended and compares what clients were told, what
// is stored, and what the vendor was asked to send.
func (f *fleet) check(count int) {
	t := f.t
	t.Helper()
	// A run may end by its second message while nobody knows yet what became of the
	// first.
	testhost.Until(t, "every run ends and every message has an outcome", func() bool {
		v, err := f.store.Vitals(t.Context(), time.Minute)
		return err == nil && v.Waiting == 0 && v.Unsent == 0 && v.Kept == 0
	})
	if len(f.started) != count {
		t.Errorf("%d of %d triggers were acknowledged", len(f.started), count)
	}
	runs := map[string]bool{}
	for name, id := range f.started {
		if runs[id] {
			t.Errorf("two keys, one of them %s, started the run %s", name, id)
		}
		runs[id] = true
		f.checkRun(id)
	}
	f.checkLedger(runs)
	all, err := f.store.ListRuns(t.Context(), store.DefaultWorkspaceID, store.RunFilter{Limit: 10_000})
	if err != nil || len(all) != count {
		t.Errorf("%d runs are stored and %d were asked for (%v)", len(all), count, err)
	}
}

// checkRun checks that a run is there, whole, and stepped by one server at a time.
func (f *fleet) checkRun(id string) {
	f.t.Helper()
	r, err := f.store.Run(f.t.Context(), store.DefaultWorkspaceID, id)
	if err != nil || r.EndedAt.IsZero() {
		f.t.Errorf("the acknowledged run %s is %+v, %v", id, r, err)
		return
	}
	history, err := f.store.History(f.t.Context(), store.DefaultWorkspaceID, id)
	if err != nil || int64(len(history)) != r.Version {
		f.t.Errorf("run %s is at version %d after %d steps (%v)", id, r.Version, len(history), err)
	}
	for i, h := range history {
		if h.Seq != int64(i+1) {
			f.t.Errorf("run %s has step %d in place %d", id, h.Seq, i+1)
		}
	}
	messages, err := f.store.MessagesOf(f.t.Context(), store.DefaultWorkspaceID, id)
	if err != nil || len(messages) == 0 {
		f.t.Errorf("run %s has no messages: %v", id, err)
	}
	for _, m := range messages {
		if m.Status == "queued" {
			f.t.Errorf("message %s has no outcome", m.ID)
		}
		if m.Status == "delivered" && f.ledger[m.ID] == 0 {
			f.t.Errorf("message %s is delivered and was never sent", m.ID)
		}
	}
}

// checkLedger checks what the vendor was asked to send.
func (f *fleet) checkLedger(runs map[string]bool) {
	f.t.Helper()
	for _, ref := range f.unstored {
		f.t.Errorf("message %s was sent before it was stored", ref)
	}
	twice := 0
	for ref, n := range f.ledger {
		if !f.isStored(f.t.Context(), ref) || !runs[runOf(ref)] {
			f.t.Errorf("message %s was sent for a run that nobody asked for", ref)
			continue
		}
		r, err := f.store.Run(f.t.Context(), store.DefaultWorkspaceID, runOf(ref))
		if err != nil {
			f.t.Error(err)
		}
		if r.FlowID == f.once && n > 1 {
			f.t.Errorf("message %s is to be sent at most once and was sent %d times", ref, n)
		}
		twice += n - 1
	}
	f.t.Logf("%d runs, %d messages sent, %d of them again", len(runs), len(f.ledger), twice)
}
