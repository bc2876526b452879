package runtimetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

func receiptTests() []test {
	return []test{
		{"receipts in any order, early and twice, give one result", receiptPermutations},
		{"a receipt before the answer to the send waits for it", earlyReceiptsAreKept},
		{"a receipt for a person and a time covers what was sent to them by then", receiptsUpTo},
		{"receipts of another channel or workspace change nothing", foreignReceipts},
		{"a reply is stored once and reaches the run that waits", replies},
		{"receipts that fit nothing are no error", unmatchedReceipts},
	}
}

// receiptPermutations delivers all that a vendor can say of one message in
// random order, with repetitions, by either name, and before or after the
// answer to the send. INVARIANTS 8.
func receiptPermutations(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(sendFlow(`, "read_within": "60s"`))
	rapid.Check(t, func(r *rapid.T) {
		news := rapid.SliceOfN(rapid.SampledFrom([]channels.Status{channels.StatusSent, channels.StatusDelivered, channels.StatusRead}), 0, 6).Draw(r, "news")
		early := rapid.IntRange(0, len(news)).Draw(r, "early")
		named := rapid.Bool().Draw(r, "named")
		hold := make(chan struct{})
		w.Vendor.Answer(func(_ context.Context, a channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
			if a.Slug == "viber-main" {
				<-hold
			}
			return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
		})
		s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
		if err != nil {
			r.Fatal(err)
		}
		for i, status := range news {
			if i == early {
				close(hold)
				w.Settle()
			}
			receipt := &channels.Receipt{ProviderMessageID: ProviderID(messageID(s.RunID, 2)), Status: status}
			if named {
				receipt.MessageID = messageID(s.RunID, 2)
			}
			if err := w.Executor.DeliverInbound(context.Background(), workspace, w.Channels["viber-main"], []channels.Inbound{{Receipt: receipt}}); err != nil {
				r.Fatal(err)
			}
		}
		if early == len(news) {
			close(hold)
		}
		w.Settle()
		d := w.Query(s.RunID)
		want := channels.StatusSent
		for _, status := range news {
			if status.Advances(want) {
				want = status
			}
		}
		if got := d.Messages[0].Status; got != string(want) {
			r.Fatalf("the message is %s, want %s", got, want)
		}
		ended := d.Run.Status == "completed"
		if ended != (want == channels.StatusRead) {
			r.Fatalf("the run is %s with a message that is %s", d.Run.Status, want)
		}
		if n := w.Vendor.Calls(messageID(s.RunID, 2)); n != 1 {
			r.Fatalf("the message was sent %d times", n)
		}
	})
	countsAgree(t, w.Store, flow)
}

// SweepFindsAll checks, on a database that several executors share, that
// receipts which missed their message are found, however many they are.
func SweepFindsAll(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{BatchSize: 1})
	flow := w.Publish(sendFlow(both))
	var runs []string
	var missed []store.EarlyReceipt
	for range 3 {
		run := w.Begin(flow, Inputs{"to": phone})
		runs = append(runs, run)
		missed = append(missed, store.EarlyReceipt{
			ID: store.NewID(), WorkspaceID: workspace, ChannelID: w.Channels["viber-main"], ProviderMessageID: ProviderID(messageID(run, 2)),
			Status: string(channels.StatusDelivered), At: w.Clock.Now(),
		})
	}
	err := w.Store.Batch(context.Background(), func(b *store.Batch) error { return b.InsertEarly(missed, w.Clock.Now()) })
	if err != nil {
		t.Fatal(err)
	}
	w.Pass(25 * time.Second)
	for _, run := range runs {
		if d := w.Query(run); d.Messages[0].Status != "delivered" {
			t.Errorf("a receipt that missed its message left it %s", d.Messages[0].Status)
		}
	}
}

func receiptsUpTo(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish([]byte(`{"schema": "sluice/v1", "name": "Answer", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string", "required": true}]}},
		{"id": "answer", "type": "send_messenger", "config": {"channel": "messenger-main", "to": "{{to}}",
			"message": {"type": "text", "text": "Hi"}, "delivered_within": "30s", "read_within": "60s"}}
	], "edges": [{"from": "start", "port": "next", "to": "answer"}]}`))
	first, other := w.Begin(flow, Inputs{"to": "person-1"}), w.Begin(flow, Inputs{"to": "person-2"})
	w.Settle()
	through := w.Clock.Now()
	w.Pass(time.Second)
	second := w.Begin(flow, Inputs{"to": "person-1"})
	w.Settle()
	upTo := func(status channels.Status) channels.Inbound {
		return channels.Inbound{Receipt: &channels.Receipt{To: "person-1", Through: through, Status: status, At: through}}
	}
	w.Deliver("messenger-main", upTo(channels.StatusRead))
	w.Deliver("messenger-main", upTo(channels.StatusDelivered), upTo(channels.StatusRead))
	w.Deliver("viber-main", upTo(channels.StatusRead))
	for run, want := range map[string]string{first: "read completed", second: "sent waiting", other: "sent waiting"} {
		d := w.Query(run)
		if got := d.Messages[0].Status + " " + d.Run.Status; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	countsAgree(t, w.Store, flow)
}

func earlyReceiptsAreKept(t *testing.T, open Open) {
	w := world(t, open)
	hold := make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(w.Publish(sendFlow(both)), Inputs{"to": phone}))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		err := w.Executor.DeliverInbound(context.Background(), workspace, w.Channels["viber-main"], []channels.Inbound{
			{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(s.RunID, 2)), Status: channels.StatusRead}},
			{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(s.RunID, 2)), Status: channels.StatusDelivered}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if d := w.Query(s.RunID); d.Messages[0].Status != "queued" || d.Run.Status != "waiting" {
		t.Fatalf("before the answer the message is %s, the run %s", d.Messages[0].Status, d.Run.Status)
	}
	close(hold)
	w.Settle()
	if d := w.Query(s.RunID); d.Messages[0].Status != "read" || d.Run.Outcome != "reached" || d.Messages[0].ProviderMessageID == "" {
		t.Errorf("after the answer the message is %+v, the run %+v", d.Messages[0], d.Run)
	}
}

func foreignReceipts(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	other, err := w.Store.CreateWorkspace(context.Background(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []channels.Receipt{
		{MessageID: messageID(run, 2), Status: channels.StatusRead},
		{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusRead},
	} {
		events := []channels.Inbound{{Receipt: &name}}
		// Whoever can sign for the SMS channel must not speak for Viber.
		w.Deliver("sms-main", events...)
		if err := w.Executor.DeliverInbound(context.Background(), other.ID, w.Channels["viber-main"], events); err != nil {
			t.Fatal(err)
		}
	}
	w.Settle()
	if d := w.Query(run); d.Messages[0].Status != "sent" || d.Run.Status != "waiting" {
		t.Errorf("foreign receipts made the message %s and the run %s", d.Messages[0].Status, d.Run.Status)
	}
}

func replies(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(sendFlow(both))
	older := w.Begin(flow, Inputs{"to": phone})
	w.Pass(time.Second)
	run := w.Begin(flow, Inputs{"to": phone})
	reply := channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: "in-7", From: phone, To: "Sluice", Text: "{{code}} YES"}}
	w.Deliver("viber-main", reply, reply)
	w.Deliver("viber-main", reply)
	d := w.Query(run)
	if want := []string{"sent", "received"}; !slices.Equal(statuses(d), want) {
		t.Fatalf("the messages of the newest run are %v", statuses(d))
	}
	in := d.Messages[1]
	// INVARIANTS 15: what people send is never evaluated.
	if in.Form.Text != "{{code}} YES" || in.FromAddress != phone || in.Direction != "in" || in.ChannelType != "viber" {
		t.Errorf("the reply is %+v", in)
	}
	history, err := w.Store.History(context.Background(), workspace, run)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, h := range history {
		if h.Event == "reply" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the run got the reply %d times", n)
	}
	if d := w.Query(older); len(d.Messages) != 1 {
		t.Errorf("an older run got the reply too: %v", statuses(d))
	}
	// A message from somebody nobody waits for is no error.
	w.Deliver("viber-main", channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: "in-8", From: "+10000000000", Text: "hello"}})
}

func unmatchedReceipts(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	for i, r := range []channels.Receipt{
		{Status: channels.StatusRead},
		{Status: channels.StatusUnknown, Raw: "dancing", MessageID: messageID(run, 2)},
		{Status: channels.StatusRead, ProviderMessageID: "never heard of"},
		{Status: channels.StatusRead, MessageID: "no id of ours"},
		{Status: channels.StatusRead, MessageID: messageID(run, 99)},
		{Status: channels.StatusRead, MessageID: messageID("00000000-0000-7000-8000-00000000dead", 2)},
	} {
		w.Deliver("viber-main", channels.Inbound{Receipt: &r})
		if d := w.Query(run); d.Messages[0].Status != "sent" {
			t.Errorf("receipt %d changed the message to %s", i, d.Messages[0].Status)
		}
	}
	w.Deliver("viber-main")
}

// updatesOf collects what is told of a run until it ends.
func updatesOf(t *testing.T, updates <-chan runtime.Update, runID string) []runtime.Update {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitLimit)
	defer cancel()
	var list []runtime.Update
	for {
		select {
		case u, ok := <-updates:
			if !ok {
				t.Fatal("the subscription ended")
			}
			if u.RunID == runID {
				list = append(list, u)
			}
			if u.RunID == runID && u.Status.Final() {
				return list
			}
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("the end of run %s was not told: %v", runID, list))
		}
	}
}
