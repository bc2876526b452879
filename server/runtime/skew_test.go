package runtime_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// movedClock is the clock of a machine that differs from the database's.
type movedClock struct {
	database *runtimetest.Clock
	ahead    atomic.Int64
}

func (c *movedClock) by() time.Duration     { return time.Duration(c.ahead.Load()) }
func (c *movedClock) move(by time.Duration) { c.ahead.Add(int64(by)) }
func (c *movedClock) Now() time.Time        { return c.database.Now().Add(c.by()) }
func (c *movedClock) Until(t time.Time) (<-chan time.Time, func()) {
	return c.database.Until(t.Add(-c.by()))
}

// skewFlow sends, waits half a minute for a receipt that never comes, and sends
// again.
const skewFlow = `{"schema": "sluice/v1", "name": "Skew", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": []}},
	{"id": "first", "type": "send_viber", "config": {"channel": "viber-main", "to": "+639171234567", "message": {"type": "text", "text": "first"},
		"on_unknown": "treat_as_failed", "delivered_within": "30s"}},
	{"id": "second", "type": "send_sms", "config": {"channel": "sms-main", "to": "+639171234567", "message": {"type": "text", "text": "second"},
		"on_unknown": "treat_as_failed"}}
], "edges": [{"from": "start", "port": "next", "to": "first"}, {"from": "first", "port": "not_delivered", "to": "second"}]}`

// skewedPair are two executors on one PostgreSQL, whose clocks differ from the
// database's and from each other.
type skewedPair struct {
	t         *testing.T
	database  *runtimetest.Clock
	clocks    [2]*movedClock
	executors [2]*runtime.Local
	store     *store.Store
	vendor    *runtimetest.Vendor
	flow      string

	mu sync.Mutex
	// began and again are the database's time at the trigger of a run and at its
	// second message.
	began, again map[string]time.Time
}

func newSkewedPair(t *testing.T, ahead ...time.Duration) *skewedPair {
	t.Helper()
	p := &skewedPair{
		t: t, database: runtimetest.NewClock(time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)), vendor: runtimetest.NewVendor(),
		began: map[string]time.Time{}, again: map[string]time.Time{},
	}
	p.vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		if o.Message.Text == "second" {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.again[o.RunID] = p.database.Now()
		}
		return channels.Accepted{ProviderMessageID: runtimetest.ProviderID(o.MessageID)}, nil
	})
	address := postgres.Database(t)
	for i := range p.executors {
		s := open(t, address, store.Options{Vault: storetest.Vault(t), Now: p.database.Now})
		if i == 0 {
			p.store = s
			runtimetest.SetUp(t, s, map[string]string{})
			p.flow = runtimetest.Publish(t, s, []byte(skewFlow))
		}
		p.clocks[i] = &movedClock{database: p.database}
		p.clocks[i].move(ahead[i])
		l := runtime.NewLocal(runtime.Options{
			Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(p.vendor), Clock: p.clocks[i], Logger: slog.New(slog.DiscardHandler),
			Tuning: runtime.Tuning{BatchSize: 20, Housekeeping: 24 * time.Hour},
		})
		ran := make(chan error, 1)
		go func() { ran <- l.Run(context.Background()) }()
		t.Cleanup(func() {
			l.Stop()
			if err := <-ran; err != nil {
				t.Error(err)
			}
		})
		p.executors[i] = l
	}
	return p
}

// trigger starts a run on each executor. It may be called while clocks are moved.
func (p *skewedPair) trigger() {
	for _, l := range p.executors {
		at := p.database.Now()
		s, err := l.Start(p.t.Context(), runtime.StartRequest{Workspace: store.DefaultWorkspaceID, FlowID: p.flow, StartedBy: "test"})
		if err != nil {
			p.t.Error(err)
			return
		}
		p.mu.Lock()
		p.began[s.RunID] = at
		p.mu.Unlock()
	}
}

func (p *skewedPair) settle() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, l := range p.executors {
		if err := l.Settled(ctx); err != nil {
			p.t.Fatal(err)
		}
	}
}

// TestReplicasWhoseClocksDifferKeepTheDatabasesTime has two executors on one
// PostgreSQL whose clocks are twelve seconds apart and are moved back and forth
// under load. Each timer fires once, when the database says so: none early, and
// late by no more than it takes to notice. INVARIANTS 6, 7 and 9.
func TestReplicasWhoseClocksDifferKeepTheDatabasesTime(t *testing.T) {
	t.Parallel()
	p := newSkewedPair(t, 7*time.Second, -5*time.Second)
	p.settle()
	const wait, loaded, all = 30, 40, 85
	// By second: which clock is moved, and by how much.
	moves := map[int]struct {
		clock int
		by    time.Duration
	}{10: {0, 50 * time.Second}, 20: {0, -70 * time.Second}, 28: {1, time.Hour}, 34: {1, -2 * time.Hour}, 45: {0, -time.Minute}, 55: {1, time.Minute}}
	for second := range all {
		var load sync.WaitGroup
		if second < loaded {
			for range 2 {
				load.Go(p.trigger)
			}
		}
		if m, ok := moves[second]; ok {
			p.clocks[m.clock].move(m.by)
		}
		load.Wait()
		p.database.Advance(time.Second)
		p.settle()
	}
	if want := loaded * 2 * len(p.executors); len(p.began) != want {
		t.Fatalf("%d runs were started, want %d", len(p.began), want)
	}
	for run, began := range p.began {
		again, ok := p.again[run]
		if !ok {
			t.Errorf("the timer of run %s was lost", run)
			continue
		}
		// A tenth of a second is what clocks may differ by unnoticed; a beat is
		// what it takes to notice more.
		if took := again.Sub(began); took < wait*time.Second-100*time.Millisecond || took > (wait+8)*time.Second {
			t.Errorf("the timer of run %s fired after %s, want %ds", run, took, wait)
		}
		for visit := 2; visit < 4; visit++ {
			if n := p.vendor.Calls(fmt.Sprintf("%s-%d", run, visit)); n != 1 {
				t.Errorf("message %d of run %s was sent %d times", visit, run, n)
			}
		}
		checkShared(context.Background(), t, p.store, p.vendor, run)
	}
}
