package runtime_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

const ledgerFlow = `{"schema": "sluice/v1", "name": "Send", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": []}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "+639171234567", "delivered_within": "30s", "message": {"type": "text", "text": "x"}}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "+639171234567", "message": {"type": "text", "text": "x"}}}
], "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "not_delivered", "to": "sms"}]}`

// ledgerRun is a run whose message the vendor has taken.
func ledgerRun(t *testing.T) (g *runtime.Ledger, s *store.Store, p runtime.Position, at time.Time) {
	t.Helper()
	at = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	clock := runtimetest.NewClock(at)
	s = open(t, file(t), store.Options{Vault: storetest.Vault(t), Now: clock.Now})
	ids := map[string]string{}
	runtimetest.SetUp(t, s, ids)
	g = runtime.NewLedger(runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(runtimetest.NewVendor()), Clock: clock, Logger: slog.New(slog.DiscardHandler),
	})
	plan, err := g.Prepare(t.Context(), runtime.StartRequest{
		Workspace: store.DefaultWorkspaceID, FlowID: runtimetest.Publish(t, s, []byte(ledgerFlow)), Inputs: map[string]json.RawMessage{}, StartedBy: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	p = advanced(t, g, plan.Position).Position
	return g, s, advanced(t, g, p, runtime.Entry{At: at, Visit: 2, Sent: &runtime.Sent{ChannelID: ids["viber-main"], ProviderMessageID: "v"}}).Position, at
}

func advanced(t *testing.T, g *runtime.Ledger, p runtime.Position, entries ...runtime.Entry) runtime.Advanced {
	t.Helper()
	a, err := g.Advance(t.Context(), p, entries)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func ledgerReceipt(at time.Time) runtime.Entry {
	return runtime.Entry{At: at, Visit: 2, Receipt: &engine.Receipt{Status: engine.ReceiptDelivered, At: at}}
}

func ledgerTimer(at time.Time) runtime.Entry {
	return runtime.Entry{At: at, Event: &engine.Event{Kind: engine.EventTimer}}
}

// picture is everything that is shown of a run and counted by it.
func picture(t *testing.T, s *store.Store, g *runtime.Ledger, p runtime.Position) (runtime.Detail, map[string]int64) {
	t.Helper()
	d, err := g.Query(t.Context(), p.Run.Workspace, p.Run.ID)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := s.FlowCounts(t.Context(), p.Run.Workspace, store.CountFilter{FlowID: p.Run.FlowID, From: p.Opening.At.Add(-time.Hour), To: p.Opening.At.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]int64{}
	for _, c := range counts {
		sums[string(c.Kind)+" "+c.Node+" "+c.Port] += c.N
	}
	return d, sums
}

func TestAnAdvanceThatIsRepeatedChangesNothing(t *testing.T) {
	t.Parallel()
	g, s, p, at := ledgerRun(t)
	first := advanced(t, g, p, ledgerTimer(at.Add(30*time.Second)))
	d, counts := picture(t, s, g, p)
	again := advanced(t, g, p, ledgerTimer(at.Add(30*time.Second)))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("it returned something else (-first +again):\n%s", diff)
	}
	d2, counts2 := picture(t, s, g, p)
	if diff := cmp.Diff(d, d2); diff != "" {
		t.Errorf("the run changed:\n%s", diff)
	}
	if diff := cmp.Diff(counts, counts2); diff != "" {
		t.Errorf("it was counted twice:\n%s", diff)
	}
}

// A worker wrote a timeout and died before it could commit that; meanwhile a
// receipt came, and whoever goes on takes that in.
func TestStepsThatWereNotCommittedAreTakenBack(t *testing.T) {
	t.Parallel()
	g, s, p, at := ledgerRun(t)
	if a := advanced(t, g, p, ledgerTimer(at.Add(30*time.Second))); len(a.Tasks) != 1 {
		t.Fatalf("the timeout led to %+v", a)
	}
	a := advanced(t, g, p, ledgerReceipt(at.Add(29*time.Second)))
	if a.Position.Status != engine.StatusCompleted || len(a.Tasks) != 0 {
		t.Errorf("the receipt led to %+v", a)
	}
	d, counts := picture(t, s, g, p)
	if d.Run.Outcome != "next" || len(d.Steps) != 2 || len(d.Messages) != 1 || d.Messages[0].Status != "delivered" {
		t.Errorf("the run is shown as %+v", d)
	}
	for what, want := range map[string]int64{"started  ": 1, "left viber next": 1, "left viber not_delivered": 0, "entered sms ": 0, "queued sms sms-main": 0, "delivered viber viber-main": 1} {
		if counts[what] != want {
			t.Errorf("%q was counted %d times, want %d", what, counts[what], want)
		}
	}
}

// The answer to an Advance was lost that had learned of a receipt.
func TestAReceiptWhoseAnswerWasLostIsTold(t *testing.T) {
	t.Parallel()
	g, _, p, at := ledgerRun(t)
	advanced(t, g, p, ledgerReceipt(at.Add(time.Second)))
	// The same position with something else: the timer, which was not in time.
	a := advanced(t, g, p, runtime.Entry{At: at.Add(2 * time.Second), Visit: 2, Receipt: &engine.Receipt{Status: engine.ReceiptSent}})
	if len(a.Entries) != 1 || a.Entries[0].Receipt == nil || a.Entries[0].Receipt.Status != engine.ReceiptDelivered {
		t.Fatalf("what is to be taken in next is %+v", a.Entries)
	}
	if end := advanced(t, g, a.Position, a.Entries...); end.Position.Status != engine.StatusCompleted {
		t.Errorf("the run is %s", end.Position.Status)
	}
}

func TestAnAdvanceOfSomebodyWhoIsLateChangesNothing(t *testing.T) {
	t.Parallel()
	g, s, p, at := ledgerRun(t)
	advanced(t, g, p, ledgerReceipt(at.Add(time.Second)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Advance(ctx, p, []runtime.Entry{ledgerTimer(at.Add(time.Minute))}); err == nil {
		t.Error("it was taken")
	}
	if d, _ := picture(t, s, g, p); d.Run.Outcome != "next" {
		t.Errorf("the run ended %q", d.Run.Outcome)
	}
}

// Of two answers that come at once, the second can reach a run that has ended.
func TestAnAnswerThatComesTooLateIsShownAsThat(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	clock := runtimetest.NewClock(at)
	s := open(t, file(t), store.Options{Vault: storetest.Vault(t), Now: clock.Now})
	ids := map[string]string{}
	runtimetest.SetUp(t, s, ids)
	g := runtime.NewLedger(runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(runtimetest.NewVendor()), Clock: clock, Logger: slog.New(slog.DiscardHandler),
	})
	plan, err := g.Prepare(t.Context(), runtime.StartRequest{
		Workspace: store.DefaultWorkspaceID, Inputs: map[string]json.RawMessage{}, StartedBy: "test",
		FlowID: runtimetest.Publish(t, s, []byte(`{"schema": "sluice/v1", "name": "Ask", "nodes": [
			{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": []}},
			{"id": "ask", "type": "ask", "config": {"channel_type": "viber", "channel": "viber-main", "to": "+639171234567", "message": {"type": "text", "text": "?"}, "reply_within": "10m"}}
		], "edges": [{"from": "start", "port": "next", "to": "ask"}]}`)),
	})
	if err != nil {
		t.Fatal(err)
	}
	p := advanced(t, g, plan.Position).Position
	p = advanced(t, g, p, runtime.Entry{At: at, Visit: 2, Sent: &runtime.Sent{ChannelID: ids["viber-main"], ProviderMessageID: "v"}}).Position
	answer := func(id string) channels.Inbound {
		return channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: id, From: "+639171234567", Text: "yes", ReplyTo: "v", At: at}}
	}
	deliveries, err := g.Locate(t.Context(), store.DefaultWorkspaceID, ids["viber-main"], []channels.Inbound{answer("in-1"), answer("in-2")})
	if err != nil || len(deliveries) != 2 {
		t.Fatalf("got %+v, %v", deliveries, err)
	}
	advanced(t, g, p, deliveries[0].Entry)
	if err := g.Late(t.Context(), deliveries[1]); err != nil {
		t.Fatal(err)
	}
	d, err := g.Query(t.Context(), store.DefaultWorkspaceID, p.Run.ID)
	if err != nil {
		t.Fatal(err)
	}
	matched := map[string]string{}
	for _, m := range d.Messages {
		matched[m.ID] = m.Matched
	}
	first, second := runtime.InboundID(ids["viber-main"], "in-1"), runtime.InboundID(ids["viber-main"], "in-2")
	if matched[first] != "quoted" || matched[second] != "late" {
		t.Errorf("the messages are matched as %v", matched)
	}
}
