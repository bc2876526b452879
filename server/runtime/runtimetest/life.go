package runtimetest

import (
	"context"
	"log/slog"
	goruntime "runtime"
	"sync"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

func lifeTests() []test {
	return []test{
		{"Stop is synchronous, and may come twice or first", stopping},
		{"a stop lets a call end and writes its outcome", stopDuringSend},
		{"a stop gives back what was not begun", stopBeforeSend},
		{"a stop waits for a database that fails for a while", stopDuringFailure},
		{"a stop does not wait forever for a database", stopWithoutDatabase},
		{"the end of Run's context is a stop", contextStops},
		{"a state goes through restarts unchanged", restarts},
	}
}

func stopping(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(waitFlow("1h"))
	var group sync.WaitGroup
	for range 3 {
		group.Go(w.Executor.Stop)
	}
	group.Wait()
	_, err := w.Executor.Start(context.Background(), request(flow, nil))
	isError(t, err, runtime.ErrStopped)
	isError(t, w.Executor.DeliverInbound(context.Background(), workspace, w.Channels["sms-main"], []channels.Inbound{{}}), runtime.ErrStopped)
	if err := w.Executor.Run(context.Background()); err != nil {
		t.Errorf("Run after Stop: %v", err)
	}
	never, _ := w.idle()
	never.Stop()
	never.Stop()
	if err := never.Run(context.Background()); err != nil {
		t.Errorf("Run after a Stop that came first: %v", err)
	}
}

func stopDuringSend(t *testing.T, open Open) {
	w := world(t, open)
	called, hold := make(chan struct{}), make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(w.Publish(sendFlow(both)), Inputs{"to": phone}))
	if err != nil {
		t.Fatal(err)
	}
	<-called
	stopped := make(chan struct{})
	go func() {
		w.Stop()
		close(stopped)
	}()
	close(hold)
	<-stopped
	if d := w.Query(s.RunID); d.Messages[0].Status != "sent" || d.Messages[0].ProviderMessageID == "" {
		t.Errorf("after the stop the message is %+v", d.Messages[0])
	}
	w.Start()
	w.Settle()
	if n := w.Vendor.Calls(messageID(s.RunID, 2)); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
}

func stopBeforeSend(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{LaneWorkers: 1, StopGrace: time.Minute})
	called, hold := make(chan struct{}), make(chan struct{})
	var first sync.Once
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		first.Do(func() { close(called) })
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	// At most once: a second call would show that the lease had been lost.
	flow := w.Publish(sendFlow(both + `, "on_unknown": "treat_as_failed"`))
	var runs []string
	for range 5 {
		s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, s.RunID)
	}
	<-called
	stopped := make(chan struct{})
	go func() {
		w.Stop()
		close(stopped)
	}()
	// The stop has begun when starts are refused.
	for {
		if _, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone})); err != nil {
			isError(t, err, runtime.ErrStopped)
			break
		}
	}
	close(hold)
	<-stopped
	w.Start()
	w.Pass(time.Second)
	for _, run := range runs {
		if d := w.Query(run); d.Messages[0].Status != "sent" || w.Vendor.Calls(d.Messages[0].ID) != 1 {
			t.Errorf("a message is %s after %d calls", d.Messages[0].Status, w.Vendor.Calls(d.Messages[0].ID))
		}
	}
}

func contextStops(t *testing.T, open Open) {
	w := world(t, open)
	l, _ := w.idle()
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- l.Run(ctx) }()
	if err := l.Settled(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ran; err != nil {
		t.Errorf("Run returned %v", err)
	}
	_, err := l.Start(context.Background(), request(w.Publish(waitFlow("1h")), nil))
	isError(t, err, runtime.ErrStopped)
}

func restarts(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone, "code": canary})
	restart := func() {
		w.Stop()
		w.Start()
		w.Settle()
	}
	restart()
	w.Receipt("viber-main", run, 2, channels.StatusDelivered)
	restart()
	w.Pass(time.Minute)
	restart()
	d := w.Query(run)
	sent := w.Vendor.Ledger()
	if d.Steps[1].Port != "not_read" || len(sent) != 2 || sent[1].Message.Text != "Code "+canary {
		t.Errorf("the run left by %q, and sent %+v", d.Steps[1].Port, sent)
	}
}

// stopBroken stops a world while a message is with its vendor and the database
// fails, so many times or for good, and lets time pass, at most by leap at once.
func stopBroken(t *testing.T, open Open, failures int, leap time.Duration) (w *World, run string) {
	faults, clock := &storetest.Faults{}, NewClock(moment)
	s := open.Store(t, store.Options{Vault: storetest.Vault(t), Now: clock.Now, Connector: faults.Connector, Logger: slog.New(slog.DiscardHandler)})
	w = NewWorld(t, s, clock, runtime.Tuning{StopGrace: 10 * time.Second})
	called, hold := make(chan struct{}), make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	started, err := w.Executor.Start(context.Background(), request(w.Publish(sendFlow(both)), Inputs{"to": phone}))
	if err != nil {
		t.Fatal(err)
	}
	<-called
	faults.Break(storetest.ErrConnection)
	stopped := make(chan struct{})
	go func() {
		w.Stop()
		close(stopped)
	}()
	close(hold)
	for {
		select {
		case <-stopped:
			faults.Disarm()
			w.Vendor.Answer(nil)
			return w, started.RunID
		default:
		}
		if failures > 0 && faults.Failures() >= failures {
			faults.Disarm()
		}
		if next, ok := clock.Next(); ok && next.Sub(clock.Now()) <= leap {
			clock.Set(next)
			clock.Ring()
		}
		goruntime.Gosched()
	}
}

func stopDuringFailure(t *testing.T, open Open) {
	w, run := stopBroken(t, open, 12, time.Second)
	if d := w.Query(run); d.Messages[0].Status != "sent" {
		t.Errorf("what the vendor took while the database failed is %s", d.Messages[0].Status)
	}
	if passed := w.Clock.Now().Sub(moment); passed < 500*time.Millisecond {
		t.Errorf("it was tried again without a pause: after %v", passed)
	}
	w.Start()
	w.Settle()
	if n := w.Vendor.Calls(messageID(run, 2)); n != 1 {
		t.Errorf("the message was sent %d times", n)
	}
}

func stopWithoutDatabase(t *testing.T, open Open) {
	w, run := stopBroken(t, open, 0, 10*time.Second)
	if passed := w.Clock.Now().Sub(moment); passed < 20*time.Second {
		t.Errorf("it gave up after %v", passed)
	}
	if d := w.Query(run); d.Messages[0].Status != "queued" {
		t.Errorf("without the database the message became %s", d.Messages[0].Status)
	}
	if w.Store.Dialect() != "sqlite" {
		// Whether a worker is dead is seen by the database's own clock.
		return
	}
	w.Start()
	w.Pass(time.Minute)
	if d := w.Query(run); d.Messages[0].Status != "sent" {
		t.Errorf("after the next start the message is %s", d.Messages[0].Status)
	}
}
