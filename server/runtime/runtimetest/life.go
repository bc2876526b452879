package runtimetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
)

func lifeTests() []test {
	return []test{
		{"Stop is synchronous, and may come twice or first", stopping},
		{"a stop lets a call end and writes its outcome", stopDuringSend},
		{"a stop gives back what was not begun", stopBeforeSend},
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
