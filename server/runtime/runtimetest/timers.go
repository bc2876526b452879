package runtimetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
)

func timerTests() []test {
	return []test{
		{"timers fire once and on time", timersFireOnce},
		{"timers fire once after downtime", timersAfterDowntime},
		{"a timer that comes first wins over a receipt", timerBeforeReceipt},
		{"a receipt that comes first wins over a timer", receiptBeforeTimer},
		{"a receipt at the very moment of the deadline was in time", receiptAtTheDeadline},
		{"many timers of one moment all fire", manyTimers},
	}
}

func timersFireOnce(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(waitFlow("15m")), nil)
	w.Pass(15*time.Minute - time.Millisecond)
	if d := w.Query(run); d.Run.Status != "waiting" {
		t.Fatalf("a timer fired early: %+v", d.Run)
	}
	w.Pass(time.Millisecond)
	d := w.Query(run)
	if d.Run.Outcome != "waited" || !d.Run.EndedAt.Equal(moment.Add(15*time.Minute)) {
		t.Fatalf("the run is %+v", d.Run)
	}
	w.Pass(time.Hour)
	if again := w.Query(run); again.Run.Version != d.Run.Version {
		t.Error("a timer fired twice")
	}
}

func timersAfterDowntime(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(waitFlow("30d"))
	// A run lives for 30 days, so a wait of as long is ended by whichever of
	// the two comes first; 29 days are a wait.
	flow29 := w.Publish(waitFlow("29d"))
	short, long, longest := w.Begin(w.Publish(waitFlow("1h")), nil), w.Begin(flow29, nil), w.Begin(flow, nil)
	w.Stop()
	for range 10 {
		w.Clock.Advance(3 * 24 * time.Hour)
		w.Start()
		w.Settle()
		w.Stop()
	}
	w.Start()
	w.Settle()
	for name, run := range map[string]string{"short": short, "long": long, "longest": longest} {
		d := w.Query(run)
		if d.Run.EndedAt.IsZero() {
			t.Errorf("the %s wait has not ended: %+v", name, d.Run)
		}
		timers := 0
		history, err := w.Store.History(context.Background(), workspace, run)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range history {
			if h.Event == "timer" {
				timers++
			}
		}
		if timers != 1 {
			t.Errorf("the timer of the %s wait fired %d times", name, timers)
		}
	}
	if d := w.Query(short); !d.Run.EndedAt.Equal(moment.Add(3 * 24 * time.Hour)) {
		t.Errorf("the short wait ended at %v", d.Run.EndedAt)
	}
}

func timerBeforeReceipt(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Pass(30 * time.Second)
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	d := w.Query(run)
	if want := []string{"start", "viber", "sms"}; !slices.Equal(path(d), want) {
		t.Errorf("the path is %v", path(d))
	}
	if d.Messages[0].Status != "delivered" {
		t.Errorf("the late receipt did not reach the message: %v", d.Messages[0].Status)
	}
	if len(d.Steps[1].Ignored) != 1 || d.Steps[1].Ignored[0].Event != "receipt" || d.Steps[1].Ignored[0].Status != "delivered" {
		t.Errorf("the late receipt is not recorded as ignored: %+v", d.Steps[1])
	}
}

func receiptBeforeTimer(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(`, "delivered_within": "30s"`)), Inputs{"to": phone})
	w.Pass(29 * time.Second)
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	w.Pass(time.Minute)
	d := w.Query(run)
	if want := []string{"start", "viber", "done"}; !slices.Equal(path(d), want) || d.Run.Outcome != "reached" {
		t.Errorf("the path is %v, the outcome %q", path(d), d.Run.Outcome)
	}
}

func receiptAtTheDeadline(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(`, "delivered_within": "30s"`)), Inputs{"to": phone})
	w.Clock.Set(moment.Add(30 * time.Second))
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	w.Clock.Ring()
	w.Settle()
	if d := w.Query(run); d.Run.Outcome != "reached" {
		t.Errorf("the outcome is %q by %v", d.Run.Outcome, path(d))
	}
}

// clockMoved moves the clock by an hour, back and forward, between two runs:
// what was armed before fires when the clock says so, what is armed afterwards
// in its own time, and everything once. It is for local executors.
func clockMoved(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(sendFlow(both))
	before := w.Begin(flow, Inputs{"to": phone})
	w.Pass(31 * time.Second)
	w.ends(before, "next")
	waiting := w.Begin(flow, Inputs{"to": phone})
	w.Settle()
	w.Clock.Jump(w.Clock.Now().Add(-time.Hour))
	after := w.Begin(flow, Inputs{"to": phone})
	w.Pass(31 * time.Second)
	w.ends(after, "next")
	w.waitsIn(waiting, "viber")
	w.Clock.Jump(w.Clock.Now().Add(time.Hour))
	w.Clock.Ring()
	w.Settle()
	w.ends(waiting, "next")
	last := w.Begin(flow, Inputs{"to": phone})
	w.Pass(31 * time.Second)
	for _, run := range []string{before, waiting, after, last} {
		w.ends(run, "next")
		if d := w.Query(run); !slices.Equal(path(d), []string{"start", "viber", "sms"}) {
			t.Errorf("run %s went %v", run, path(d))
		}
		for visit := 2; visit < 4; visit++ {
			if n := w.Vendor.Calls(messageID(run, visit)); n != 1 {
				t.Errorf("message %d of run %s was sent %d times", visit, run, n)
			}
		}
	}
}

func manyTimers(t *testing.T, open Open) {
	w := world(t, open)
	w.Executor.Stop()
	w.tuning.BatchSize = 20
	w.Start()
	flow := w.Publish(waitFlow("1m"))
	runs := make([]string, 150)
	for i := range runs {
		s, err := w.Executor.Start(context.Background(), request(flow, nil))
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = s.RunID
	}
	w.Pass(time.Minute)
	for _, run := range runs {
		if r, err := w.Store.Run(context.Background(), workspace, run); err != nil || r.Outcome != "waited" {
			t.Fatalf("run %s: %q, %v", run, r.Outcome, err)
		}
	}
}
