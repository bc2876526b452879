package runtimetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/chaos"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// story is one kind of transaction: how a run comes to it, what makes it
// happen, and what has to be true after it, whatever went wrong meanwhile.
type story struct {
	name string
	flow []byte
	// before brings a run to the moment that the fault is armed at. The zero
	// value starts one and lets it come to rest.
	before func(w *World, flow string, n int) (run string)
	act    func(w *World, flow, run string)
	// path is where the run went, outcome how it ended, messages what became of
	// its messages, and calls how often the vendor was asked for each of them.
	path, messages []string
	outcome        string
	calls          []int
}

func stories() []story {
	sent := []string{"sent", "sent"}
	bothWays := []string{"start", "viber", "sms"}
	return []story{
		{name: "several starts at once", flow: sendFlow(""), before: severalStarts, act: (*World).settleRun, path: []string{"start", "viber", "done"}, outcome: "reached", messages: sent[:1], calls: []int{1}},
		{name: "a timer", flow: sendFlow(both), act: (*World).settleRun, path: bothWays, outcome: "next", messages: sent, calls: []int{1, 1}},
		{name: "a repeated send", flow: sendFlow(""), before: failedFirst, act: (*World).settleRun, path: []string{"start", "viber", "done"}, outcome: "reached", messages: sent[:1], calls: []int{2}},
		{name: "a send that fails", flow: sendFlow(""), before: refusedSend, act: (*World).settleRun, path: bothWays, outcome: "next", messages: []string{"failed", "sent"}, calls: []int{1, 1}},
		{name: "a reply", flow: askFlow(""), act: replied, path: []string{"start", "ask", "done"}, outcome: "coming", messages: []string{"sent", "received"}, calls: []int{1}},
		{name: "a reply that quotes an older question", flow: askFlow(""), before: askedTwice, act: repliedToOlder, path: []string{"start", "ask", "done"}, outcome: "coming", messages: []string{"sent", "received"}, calls: []int{1}},
		{name: "an early receipt", flow: sendFlow(`, "read_within": "2h"`), act: readEarly, before: heldSend, path: []string{"start", "viber", "done"}, outcome: "reached", messages: []string{"read"}, calls: []int{1}},
		{name: "a cancel", flow: waitFlow("300h"), act: calledOff, path: []string{"start", "wait"}, outcome: "cancelled", messages: nil},
		{name: "an event that is kept", flow: sendFlow(both), before: withOldServer, act: keptThenTaken, path: []string{"start", "viber", "done"}, outcome: "reached", messages: []string{"read"}, calls: []int{1}},
		{name: "an event that was kept", flow: sendFlow(both), before: keptBefore, act: takenLater, path: []string{"start", "viber", "done"}, outcome: "reached", messages: []string{"read"}, calls: []int{1}},
		{name: "a message that is taken over", flow: sendFlow(""), before: abandoned, act: takenOver, path: []string{"start", "viber", "done"}, outcome: "reached", messages: sent[:1], calls: []int{2}},
		{name: "a message that is given up", flow: sendFlow(`, "on_unknown": "treat_as_failed"`), before: abandoned, act: takenOver, path: bothWays, outcome: "next", messages: []string{"failed", "sent"}, calls: []int{1, 1}},
	}
}

// fault is how an operation of the database goes wrong.
type fault struct {
	name string
	err  error
	// late is a fault after the operation was done: only its answer is lost.
	late bool
}

// Faults lets each story go wrong at each of its operations, in every way. The
// short form takes the ways in turn, and not all operations. INVARIANTS 10. It
// is for local executors.
func Faults(t *testing.T, open func(t *testing.T, o store.Options) *store.Store) {
	t.Helper()
	for _, s := range append(storyTests(), test{"a clock that is moved back and forward loses and doubles nothing", clockMoved}) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t, Open{Store: open, Make: Local})
		})
	}
}

func storyTests() []test {
	faults := []fault{{"connection", storetest.ErrConnection, false}, {"answer lost", storetest.ErrConnection, true}, {"statement", storetest.ErrStatement, false}}
	var tests []test
	for _, s := range stories() {
		if !chaos.Long() {
			tests = append(tests, test{"an error at the Nth operation of " + s.name, func(t *testing.T, open Open) { s.failEverywhere(t, open, faults, shortStride) }})
			continue
		}
		for _, f := range faults {
			tests = append(tests, test{"an error at the Nth operation of " + s.name + ": " + f.name, func(t *testing.T, open Open) { s.failEverywhere(t, open, []fault{f}, 1) }})
		}
	}
	return tests
}

// shortStride is the distance of the operations that the short form lets go
// wrong: no multiple of how many ways there are, so that each has its turn.
const shortStride = 4

func (s story) failEverywhere(t *testing.T, open Open, ways []fault, stride int) {
	faults := &storetest.Faults{}
	clock := NewClock(moment)
	quiet := slog.New(slog.DiscardHandler)
	w := NewWorld(t, open.Store(t, store.Options{Vault: storetest.Vault(t), Now: clock.Now, Connector: faults.Connector, Logger: quiet}), clock,
		// Nothing is looked for that the story does not make due.
		runtime.Tuning{Heartbeat: 1000 * time.Hour, WorkerTTL: 4000 * time.Hour, PollInterval: 1000 * time.Hour, Housekeeping: 1000 * time.Hour})
	flow := w.Publish(s.flow)
	for i := 0; i*stride < maxOperations; i++ {
		n, way := 1+i*stride, ways[i%len(ways)]
		w.arm = func() { faults.Arm(n, way.err, way.late) }
		var run string
		if s.before != nil {
			run = s.before(w, flow, n)
		} else {
			run = w.Begin(flow, Inputs{"to": phone}.only(s.flow))
			w.arm()
		}
		s.act(w, flow, run)
		tripped := faults.Disarm()
		w.Weather(time.Minute)
		s.check(t, w, run, fmt.Sprintf("with operation %d failing (%s)", n, way.name))
		if t.Failed() {
			return
		}
		if !tripped {
			if n < 4 {
				t.Errorf("the story has only %d operations", n-1)
			}
			countsAgree(t, w.Store, flow)
			return
		}
	}
	t.Errorf("the story has more than %d operations", maxOperations)
}

func (s story) check(t *testing.T, w *World, run, when string) {
	t.Helper()
	d := w.Query(run)
	if !slices.Equal(path(d), s.path) || d.Run.Outcome != s.outcome || !d.Run.EndedAt.After(time.Time{}) {
		t.Errorf("%s the run is %s %q and went %v", when, d.Run.Status, d.Run.Outcome, path(d))
	}
	if !slices.Equal(statuses(d), s.messages) {
		t.Errorf("%s the messages are %v", when, statuses(d))
	}
	i := 0
	for _, m := range d.Messages {
		if m.Direction == store.DirectionOut {
			if calls := w.Vendor.Calls(m.ID); calls != s.calls[i] {
				t.Errorf("%s message %s was sent %d times", when, m.ID, calls)
			}
			i++
		}
	}
	ctx := context.Background()
	history, err := w.Store.History(ctx, workspace, run)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range history {
		if h.Seq != int64(i+1) {
			t.Errorf("%s the history has step %d in place %d", when, h.Seq, i+1)
		}
	}
	if int64(len(history)) != d.Run.Version {
		t.Errorf("%s the run is at version %d after %d steps", when, d.Run.Version, len(history))
	}
	me := w.worker()
	err = w.Store.Batch(ctx, func(b *store.Batch) error {
		lanes, err := b.OutboxLanes()
		left, err2 := b.AdoptOutbox(me, me, 10)
		if len(lanes)+len(left) > 0 {
			t.Errorf("%s there is something left to send: %v, %v", when, lanes, left)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// settleRun lets pass what the run waits for.
func (w *World) settleRun(string, string) { w.Weather(10 * time.Minute) }

// severalStarts starts runs in one transaction, each until it is acknowledged.
func severalStarts(w *World, flow string, n int) string {
	w.arm()
	runs := make([]string, 3)
	var starts sync.WaitGroup
	for i := range runs {
		starts.Go(func() {
			r := request(flow, Inputs{"to": phone, "code": "1"})
			r.IdempotencyKey = fmt.Sprint(n, " ", i)
			w.insist(func() error {
				s, err := w.Executor.Start(context.Background(), r)
				runs[i] = s.RunID
				return err
			})
		})
	}
	starts.Wait()
	return runs[0]
}

// failedFirst starts a run whose message the vendor does not take at first.
func failedFirst(w *World, flow string, _ int) string {
	w.failOnce()
	run := w.Begin(flow, Inputs{"to": phone})
	w.arm()
	return run
}

// refusedSend starts a run whose message the vendor refuses for good.
func refusedSend(w *World, flow string, _ int) string {
	run := heldAnswer(w, flow, &channels.SendError{Class: channels.ClassPermanent, Code: "nobody", Message: "no such number"})
	return run
}

// heldAnswer starts a run and holds the vendor's answer to its first message
// until the fault is armed.
func heldAnswer(w *World, flow string, answer error) string {
	hold := make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, a channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		if a.Slug == "viber-main" && answer != nil {
			<-hold
			return channels.Accepted{}, answer
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
	if err != nil {
		w.t.Fatal(err)
	}
	w.arm()
	close(hold)
	return s.RunID
}

// heldSend starts a run whose message is at the vendor.
func heldSend(w *World, flow string, _ int) string {
	called := make(chan struct{})
	w.held = make(chan struct{})
	hold := w.held
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
	if err != nil {
		w.t.Fatal(err)
	}
	<-called
	w.arm()
	return s.RunID
}

// readEarly delivers a receipt before the vendor's answer.
func readEarly(w *World, _, run string) {
	w.insistOn(channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusRead}})
	close(w.held)
	w.Weather(time.Minute)
}

func replied(w *World, _, run string) {
	w.insistOn(inbound("in-"+run, phone, "yes"))
	w.Weather(time.Minute)
}

// askedTwice starts two runs for one person, and returns the older one.
func askedTwice(w *World, flow string, _ int) string {
	older := w.Begin(flow, Inputs{"to": phone})
	w.Begin(flow, Inputs{"to": phone})
	w.arm()
	return older
}

// repliedToOlder answers the older run, and then the newer one.
func repliedToOlder(w *World, flow, run string) {
	w.insistOn(quoting("in-"+run, phone, "yes", run, 2))
	w.Weather(time.Minute)
	var waiting []store.Run
	w.insist(func() (err error) {
		waiting, err = w.Store.ListRuns(context.Background(), workspace, store.RunFilter{FlowID: flow, Status: "waiting", Limit: 9})
		return err
	})
	if len(waiting) != 1 {
		w.t.Fatalf("%d runs wait", len(waiting))
	}
	w.insistOn(inbound("in-"+waiting[0].ID, phone, "no"))
	w.Weather(time.Minute)
}

func calledOff(w *World, _, run string) {
	w.insist(func() error { return w.Executor.Cancel(context.Background(), workspace, run, cancelled) })
}

// withOldServer starts a run and replaces the server by one that cannot step it.
func withOldServer(w *World, flow string, _ int) string {
	run := w.Begin(flow, Inputs{"to": phone})
	w.Stop()
	w.StartOld()
	w.Settle()
	w.arm()
	return run
}

// keptThenTaken has the old server keep a receipt, and a new one take it.
func keptThenTaken(w *World, _, run string) {
	w.insistOn(channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusRead}})
	w.Stop()
	w.Start()
	w.Weather(10 * time.Minute)
}

// keptBefore has an old server keep a receipt.
func keptBefore(w *World, flow string, n int) string {
	arm := w.arm
	w.arm = func() {}
	run := withOldServer(w, flow, n)
	w.insistOn(channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: ProviderID(messageID(run, 2)), Status: channels.StatusRead}})
	w.Stop()
	arm()
	return run
}

func takenLater(w *World, _, _ string) {
	w.Start()
	w.Weather(10 * time.Minute)
}

// abandoned starts a run whose message a dead worker has in hand.
func abandoned(w *World, flow string, _ int) string {
	run := plant(w.t, w, flow)
	w.arm()
	return run
}

func takenOver(w *World, _, _ string) {
	w.Start()
	w.Weather(10 * time.Minute)
}

// insistOn repeats a webhook of the Viber channel until it is taken, as a vendor
// does.
func (w *World) insistOn(events ...channels.Inbound) {
	w.t.Helper()
	w.insist(func() error {
		return w.Executor.DeliverInbound(context.Background(), workspace, w.Channels["viber-main"], events)
	})
}

// insist repeats a call until it works, and lets the time pass in which the
// executor leaves the database alone after a failure.
func (w *World) insist(call func() error) {
	w.t.Helper()
	var err error
	for range 20 {
		answer := make(chan error, 1)
		go func() { answer <- call() }()
		for waiting := true; waiting; {
			select {
			case err = <-answer:
				waiting = false
			case <-time.After(nudgeEvery):
				w.passBackOff()
			}
		}
		if err == nil {
			return
		}
	}
	w.t.Errorf("it is never taken: %v", err)
}

// nudgeEvery is how often it is looked whether an executor waits for the time
// to pass, and longestBackOff how long that may be.
const (
	nudgeEvery     = 3 * time.Millisecond
	longestBackOff = time.Second
)

// passBackOff moves the clock to what is waited for, if that is soon.
func (w *World) passBackOff() {
	if next, ok := w.Clock.Next(); ok && !next.After(w.Clock.Now().Add(longestBackOff)) {
		w.Clock.Set(next)
		w.Clock.Ring()
	}
}

// Weather is Pass while the database may fail: an executor that holds something
// until the database works again is not at rest, and needs time to pass.
func (w *World) Weather(d time.Duration) {
	w.t.Helper()
	end := w.Clock.Now().Add(d)
	for limit := time.Now().Add(waitLimit); ; {
		ctx, cancel := context.WithTimeout(context.Background(), nudgeEvery)
		err := w.Executor.Settled(ctx)
		cancel()
		next, ok := w.Clock.Next()
		switch {
		case err == nil && (!ok || next.After(end)):
			w.Clock.Set(end)
			w.Clock.Ring()
			return
		case err == nil:
			w.Clock.Set(next)
			w.Clock.Ring()
		case time.Now().After(limit):
			w.t.Fatalf("it does not settle: %v", err)
		default:
			w.passBackOff()
		}
	}
}
