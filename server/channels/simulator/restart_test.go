package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/channels/simulator/simulatortest"
)

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	in := &inbox{start: time.Now()}
	s := simulator.New(simulator.Options{Deliver: in.deliver})
	wantNotRunning := func() {
		t.Helper()
		_, err := s.Send(t.Context(), account(channels.SMS), text("m1", "Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassRetryable || !errors.Is(err, simulator.ErrNotRunning) {
			t.Errorf("send: got %v", err)
		}
		if err := s.MarkRead(t.Context(), "w1", "x"); !errors.Is(err, simulator.ErrNotRunning) {
			t.Errorf("mark: got %v", err)
		}
		if _, err := s.Reply(t.Context(), account(channels.SMS), "+1", "x", simulator.ReplyOptions{}); !errors.Is(err, simulator.ErrNotRunning) {
			t.Errorf("reply: got %v", err)
		}
	}
	wantNotRunning()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err == nil {
		t.Error("it starts twice")
	}
	s.Stop()
	s.Stop()
	wantNotRunning()
	if err := s.Start(t.Context()); err == nil {
		t.Error("it starts after Stop")
	}
	never := simulator.New(simulator.Options{Deliver: in.deliver})
	never.Stop()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.MarkRead(ctx, "w1", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("mark: got %v", err)
	}
	if _, err := s.Reply(ctx, account(channels.SMS), "+1", "x", simulator.ReplyOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("reply: got %v", err)
	}
	if err := s.Verify(ctx, account(channels.SMS)); !errors.Is(err, context.Canceled) {
		t.Errorf("verify: got %v", err)
	}
}

// The journal under a restart: what was sent is still on the phone, and what
// was pending still comes.
func TestNothingIsLostOverARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal := simulatortest.NewJournal()
		s, in := start(t, simulator.Options{Journal: journal})
		rules(t, s, simulator.Rule{To: "*", Reply: &simulator.Reply{After: flows.Duration(time.Minute), Text: "YES"}})
		send(t, s, channels.SMS, text("m1", "Hi"))
		time.Sleep(1500 * time.Millisecond)
		in.want(t, "1s sms-main m1 delivered")
		s.Stop()
		time.Sleep(time.Second)

		again, in2 := start(t, simulator.Options{Journal: journal})
		in2.want(t, "0s sms-main m1 read")
		if m := one(t, again); m.Status != channels.StatusRead || m.Text != "Hi" || m.Attempts != 1 {
			t.Errorf("got %+v", m)
		}
		if got := again.Rules("w1"); len(got) != 1 || got[0].Reply == nil {
			t.Errorf("rules %+v", got)
		}
		// A send that is repeated after the crash is still the same message.
		send(t, again, channels.SMS, text("m1", "Hi"))
		time.Sleep(2 * time.Minute)
		in2.want(t, "0s sms-main m1 read", "57.5s sms-main from +639171234567: YES")
		again.Clear("w1", simulator.Filter{})
		time.Sleep(time.Second)
		again.Stop()
		if left, _, err := journal.Load(t.Context()); err != nil || len(left) != 0 {
			t.Errorf("left in the journal: %+v, %v", left, err)
		}
	})
}

// A process that is killed loses what was not yet written: only things that
// are repeated.
func TestAKilledProcessLosesNoAcceptedMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal := simulatortest.NewJournal()
		s, _ := start(t, simulator.Options{Journal: journal})
		send(t, s, channels.SMS, text("m1", "Hi"))
		// From here on nothing of the first process reaches the journal.
		messages, _, err := journal.Load(t.Context())
		if err != nil || len(messages) != 1 || len(messages[0].Pending) != 2 {
			t.Fatalf("the accepted message is not in the journal: %+v, %v", messages, err)
		}
		copied := simulatortest.NewJournal()
		if err := copied.Save(t.Context(), messages); err != nil {
			t.Fatal(err)
		}
		s.Stop()
		time.Sleep(time.Minute)
		_, in := start(t, simulator.Options{Journal: copied})
		in.want(t, "0s sms-main m1 delivered", "0s sms-main m1 read")
	})
}

func TestABrokenJournalRefusesMessagesForNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal := simulatortest.NewJournal()
		s, in := start(t, simulator.Options{Journal: journal})
		send(t, s, channels.SMS, text("m0", "Hi"))
		time.Sleep(500 * time.Millisecond)
		full := errors.New("the disk is full")
		journal.Fail(full)
		_, err := s.Send(t.Context(), account(channels.SMS), text("m1", "Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassRetryable || !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
		if m := one(t, s); m.MessageID != "m0" {
			t.Errorf("the refused message is on the phone: %+v", m)
		}
		if err := s.SetRules(t.Context(), "w1", nil); !errors.Is(err, full) {
			t.Errorf("rules: got %v", err)
		}
		time.Sleep(time.Minute)
		in.want(t, "1s sms-main m0 delivered", "2s sms-main m0 read")
		journal.Fail(nil)
		send(t, s, channels.SMS, text("m1", "Hi"))
		time.Sleep(time.Minute)
		s.Stop()
		left, _, err := journal.Load(t.Context())
		if err != nil || len(left) != 2 || left[0].Status != channels.StatusRead || len(left[0].Pending) != 0 {
			t.Errorf("what the journal missed was not written later: %+v, %v", left, err)
		}
		journal.Fail(full)
		if err := simulator.New(simulator.Options{Journal: journal, Deliver: in.deliver}).Start(t.Context()); !errors.Is(err, full) {
			t.Errorf("start: got %v", err)
		}
	})
}

// stuck is a journal whose first save does not return until it is let go.
type stuck struct {
	*simulatortest.Journal
	entered chan struct{}
	free    chan struct{}
}

func (j *stuck) Save(ctx context.Context, messages []simulator.Message) error {
	select {
	case j.entered <- struct{}{}:
	default:
	}
	<-j.free
	return j.Journal.Save(ctx, messages)
}

func TestSendsShareOneSave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal := &stuck{simulatortest.NewJournal(), make(chan struct{}, 1), make(chan struct{})}
		s, _ := start(t, simulator.Options{Journal: journal})
		// What phones report by themselves is saved too, and not counted here.
		rules(t, s, simulator.Rule{To: "*", Manual: true})
		var wg sync.WaitGroup
		var accepted atomic.Int32
		for i := range 100 {
			wg.Go(func() {
				if _, err := s.Send(t.Context(), account(channels.SMS), text(fmt.Sprint(i), "Hi")); err == nil {
					accepted.Add(1)
				}
			})
		}
		<-journal.entered
		synctest.Wait()
		if n := accepted.Load(); n != 0 {
			t.Errorf("%d sends were accepted before they were saved", n)
		}
		// Giving up while the journal works leaves the outcome open.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.Send(ctx, account(channels.SMS), text("late", "Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassUnknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		close(journal.free)
		wg.Wait()
		if n := accepted.Load(); n != 100 {
			t.Errorf("%d sends were accepted, want 100", n)
		}
		if n := journal.Saves(); n > 3 {
			t.Errorf("%d saves for 101 sends at once", n)
		}
	})
}

func TestTheOldestMessagesLeaveTheJournalToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal := simulatortest.NewJournal()
		s, in := start(t, simulator.Options{Journal: journal, MaxMessages: 3})
		for i := range 10 {
			send(t, s, channels.SMS, text(fmt.Sprint(i), "Hi"))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		left, _, err := journal.Load(t.Context())
		if err != nil || len(left) != 3 || left[0].MessageID != "7" || len(in.events) != 20 {
			t.Errorf("%d in the journal, %d receipts, %v", len(left), len(in.events), err)
		}
	})
}
