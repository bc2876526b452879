package runtimetest

import (
	"context"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
)

func scheduledTests() []test {
	return []test{
		{"a message with a time waits for it, and deadlines count from it", waitsForItsTime},
		{"a message with a time outlives restarts", scheduledOutlivesRestart},
		{"cancelling a run before its message's time takes the message back", takenBack},
		{"a vendor that can holds a message, and its receipts move the run on", vendorHolds},
		{"a message that its vendor holds in silence counts as sent after its time", vendorSilent},
		{"the vendor is asked to drop a message that it holds, until it answers", vendorDrops},
		{"a vendor that drops a message too late is believed", vendorTooLate},
		{"a run that is cancelled while its message is handed over takes it back after", cancelledMeanwhile},
	}
}

// inAnHour sends at ten, an hour after worlds begin.
const inAnHour = `, "send_at": "2026-01-05T10:00:00Z"`

// cancel cancels a run and settles.
func (w *World) cancel(run string) {
	w.t.Helper()
	if err := w.Executor.Cancel(context.Background(), workspace, run, cancelled); err != nil {
		w.t.Fatal(err)
	}
	w.Settle()
}

// message is the only message of a run, which has to have that status.
func (w *World) message(run, status string) runtime.Message {
	w.t.Helper()
	m := w.Query(run).Messages[0]
	if m.Status != status {
		w.t.Errorf("the message is %s (%s %s), want %s", m.Status, m.Code, m.Reason, status)
	}
	return m
}

func waitsForItsTime(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both+inAnHour)), Inputs{"to": phone})
	w.Pass(59 * time.Minute)
	if m := w.message(run, "scheduled"); !m.SendAt.Equal(moment.Add(time.Hour)) || len(w.Vendor.Ledger()) != 0 {
		t.Errorf("before its time the message is for %v, and %d were sent", m.SendAt, len(w.Vendor.Ledger()))
	}
	w.Pass(time.Minute)
	w.message(run, "sent")
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	w.Pass(59 * time.Second)
	if d := w.Query(run); d.Run.Node != "viber" {
		t.Errorf("before its deadline the run is at %s", d.Run.Node)
	}
	w.Pass(time.Second)
	if d := w.Query(run); d.Steps[1].Port != "not_read" {
		t.Errorf("a minute after its time the run left by %q", d.Steps[1].Port)
	}
}

func scheduledOutlivesRestart(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone})
	w.Stop()
	w.Clock.Set(moment.Add(30 * time.Minute))
	w.Start()
	w.Pass(29 * time.Minute)
	w.message(run, "scheduled")
	w.Pass(time.Minute)
	w.message(run, "sent")
	if n := w.Vendor.Calls(messageID(run, 2)); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
}

func takenBack(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone})
	w.Pass(time.Minute)
	w.cancel(run)
	if m := w.message(run, "cancelled"); m.Code != "withdrawn" || m.Reason == "" {
		t.Errorf("the message says %q %q", m.Code, m.Reason)
	}
	w.Pass(2 * time.Hour)
	if n := len(w.Vendor.Ledger()); n != 0 {
		t.Errorf("%d messages were sent all the same", n)
	}
}

func vendorHolds(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Hold(nil)
	run := w.Begin(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone})
	sent := w.Vendor.Ledger()
	if len(sent) != 1 || !sent[0].SendAt.Equal(moment.Add(time.Hour)) {
		t.Fatalf("the vendor got %+v", sent)
	}
	if m := w.message(run, "scheduled"); m.ProviderMessageID != ProviderID(messageID(run, 2)) {
		t.Errorf("the vendor's name of the message is %q", m.ProviderMessageID)
	}
	w.Pass(time.Hour + time.Minute)
	w.message(run, "scheduled")
	w.Deliver("viber-main", channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusSent}})
	if d := w.Query(run); d.Steps[1].Port != "next" {
		t.Errorf("after the receipt the run is %s", d.Run.Status)
	}
	w.Pass(time.Hour)
	w.message(run, "sent")
	if n := len(w.Vendor.Ledger()); n != 1 {
		t.Errorf("the vendor was asked %d times", n)
	}
}

func vendorSilent(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Hold(nil)
	run := w.Begin(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone})
	w.Pass(time.Hour + 9*time.Minute)
	w.message(run, "scheduled")
	w.Pass(time.Minute + time.Second)
	w.message(run, "sent")
	if d := w.Query(run); d.Steps[1].Port != "next" || len(w.Vendor.Ledger()) != 1 {
		t.Errorf("the run is %s, and the vendor was asked %d times", d.Run.Status, len(w.Vendor.Ledger()))
	}
}

func vendorDrops(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Hold(func(attempt int) error {
		if attempt < 3 {
			return &channels.SendError{Class: channels.ClassRetryable, Code: "503", Message: "not now"}
		}
		return nil
	})
	run := w.Begin(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone})
	w.cancel(run)
	w.message(run, "scheduled")
	w.Pass(time.Minute)
	w.message(run, "cancelled")
	if got := w.Vendor.Withdrawn(); len(got) != 3 || got[0] != ProviderID(messageID(run, 2)) {
		t.Errorf("the vendor was asked to drop %q", got)
	}
	w.Pass(2 * time.Hour)
	w.message(run, "cancelled")
}

func vendorTooLate(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Hold(func(int) error {
		return &channels.SendError{Class: channels.ClassPermanent, Code: "30409", Message: "It is on its way."}
	})
	run := w.Begin(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone})
	w.cancel(run)
	w.Pass(time.Second)
	if m := w.message(run, "sent"); m.Code != "withdrawn_too_late" || m.Reason == "" {
		t.Errorf("the message says %q %q", m.Code, m.Reason)
	}
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	w.message(run, "delivered")
}

func cancelledMeanwhile(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Hold(nil)
	called, hold := make(chan struct{}), make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(w.Publish(sendFlow(inAnHour)), Inputs{"to": phone}))
	if err != nil {
		t.Fatal(err)
	}
	<-called
	if err := w.Executor.Cancel(context.Background(), workspace, s.RunID, cancelled); err != nil {
		t.Fatal(err)
	}
	close(hold)
	w.Settle()
	w.Pass(time.Second)
	w.message(s.RunID, "cancelled")
	if got := w.Vendor.Withdrawn(); len(got) != 1 {
		t.Errorf("the vendor was asked to drop %q", got)
	}
}
