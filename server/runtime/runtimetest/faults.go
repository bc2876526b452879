package runtimetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

func faultTests() []test {
	return []test{
		{"an error at the Nth operation never half-commits: connection", func(t *testing.T, open Open) { failEverywhere(t, open, storetest.ErrConnection, false) }},
		{"an error at the Nth operation never half-commits: answer lost", func(t *testing.T, open Open) { failEverywhere(t, open, storetest.ErrConnection, true) }},
		{"an error at the Nth operation never half-commits: statement", func(t *testing.T, open Open) { failEverywhere(t, open, storetest.ErrStatement, false) }},
		{"one bad event does not take down the others", poison},
	}
}

// maxOperations is more than a run takes.
const maxOperations = 400

// failEverywhere lets one run after the other go wrong at its first, second,
// third ... database operation, until one goes through without reaching its
// fault. INVARIANTS 10.
func failEverywhere(t *testing.T, open Open, fault error, late bool) {
	faults := &storetest.Faults{}
	s := open.Store(t, store.Options{Vault: storetest.Vault(t), Connector: faults.Connector, Logger: slog.New(slog.DiscardHandler)})
	ids := map[string]string{}
	SetUp(t, s, ids)
	flow := Publish(t, s, sendFlow(`, "read_within": "2h"`))
	vendor := NewVendor()
	called := make(chan string, maxOperations)
	vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		called <- o.RunID
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	l := runtime.NewLocal(runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler),
		Jitter: func() float64 { return 0 }, Tuning: runtime.Tuning{Heartbeat: time.Hour, Housekeeping: 24 * time.Hour},
	})
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	defer func() {
		l.Stop()
		if err := <-ran; err != nil {
			t.Errorf("Run returned %v", err)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), waitLimit)
	defer cancel()
	if err := l.Settled(ctx); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < maxOperations; n++ {
		faults.Arm(n, fault, late)
		run := insistOnStart(ctx, t, l, flow, fmt.Sprintf("%v-%v-%d", fault, late, n))
		insistOnRead(ctx, t, l, ids["viber-main"], run, called)
		if err := l.Settled(ctx); err != nil {
			t.Fatalf("with operation %d failing: %v", n, err)
		}
		tripped := faults.Disarm()
		checkWhole(ctx, t, l, s, vendor, run, n)
		if !tripped {
			if n < 10 {
				t.Errorf("the run took only %d operations", n)
			}
			countsAgree(t, s, flow)
			return
		}
	}
	t.Errorf("the run took more than %d operations", maxOperations)
}

// insistOnStart repeats a trigger until it is acknowledged, as a client does.
func insistOnStart(ctx context.Context, t *testing.T, l *runtime.Local, flow, key string) string {
	t.Helper()
	r := request(flow, Inputs{"to": phone, "code": "1"})
	r.IdempotencyKey = key
	for range 20 {
		s, err := l.Start(ctx, r)
		if err == nil {
			return s.RunID
		}
		if ctx.Err() != nil {
			break
		}
	}
	t.Fatal("the trigger was never acknowledged")
	return ""
}

// insistOnRead waits for the vendor's call and repeats its receipt until it is
// taken, as a vendor does.
func insistOnRead(ctx context.Context, t *testing.T, l *runtime.Local, channelID, run string, called <-chan string) {
	t.Helper()
	for got := ""; got != run; {
		select {
		case got = <-called:
		case <-ctx.Done():
			t.Fatalf("the message of run %s was never sent", run)
		}
	}
	events := []channels.Inbound{{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusRead}}}
	for range 20 {
		if err := l.DeliverInbound(ctx, workspace, channelID, events); err == nil {
			return
		}
	}
	t.Fatal("the receipt was never taken")
}

// checkWhole checks that a run is there once, ended, and in one piece.
func checkWhole(ctx context.Context, t *testing.T, l *runtime.Local, s *store.Store, vendor *Vendor, run string, n int) {
	t.Helper()
	d, err := l.Query(ctx, workspace, run)
	if err != nil {
		t.Fatal(err)
	}
	if d.Run.Outcome != "reached" || len(d.Messages) != 1 || d.Messages[0].Status != "read" {
		t.Errorf("with operation %d failing the run is %s at %s, its messages %v", n, d.Run.Status, d.Run.Node, statuses(d))
	}
	history, err := s.History(ctx, workspace, run)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range history {
		if h.Seq != int64(i+1) {
			t.Errorf("with operation %d failing the history has step %d in place %d", n, h.Seq, i+1)
		}
	}
	if int64(len(history)) != d.Run.Version {
		t.Errorf("with operation %d failing the run is at version %d after %d steps", n, d.Run.Version, len(history))
	}
	if calls := vendor.Calls(messageID(run, 2)); calls != 1 {
		t.Errorf("with operation %d failing the message was sent %d times", n, calls)
	}
	err = s.Batch(ctx, func(b *store.Batch) error {
		lanes, err := b.OutboxLanes()
		left, err2 := b.AdoptOutbox(l.Worker(), l.Worker(), 10)
		if len(lanes)+len(left) > 0 {
			t.Errorf("with operation %d failing there is something left to send: %v, %v", n, lanes, left)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// poison takes in many triggers together, of which the database refuses one: a
// text with a NUL, on PostgreSQL. On SQLite all go through.
func poison(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(waitFlow("1h"))
	w.Stop()
	l, run := w.idle()
	type answer struct {
		bad bool
		err error
	}
	const others = 20
	answers := make(chan answer, others+1)
	for i := range others + 1 {
		r := request(flow, nil)
		if i == others/2 {
			r.IdempotencyKey = "a\x00b"
		}
		go func() {
			_, err := l.Start(context.Background(), r)
			answers <- answer{r.IdempotencyKey != "", err}
		}()
	}
	run()
	for range others + 1 {
		if a := <-answers; !a.bad && a.err != nil {
			t.Errorf("a good trigger was answered %v", a.err)
		} else if a.bad && a.err == nil && w.Store.Dialect() == "postgres" {
			t.Error("PostgreSQL took a text with a NUL")
		}
	}
	l.Stop()
}
