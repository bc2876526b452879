package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/simulator"
	"sluice/server/channels/simulator/simulatortest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inbox takes events as the server would, and can be told to fail.
type inbox struct {
	mu     sync.Mutex
	start  time.Time
	err    error
	lines  []string
	events []channels.Inbound
}

func (in *inbox) deliver(_ context.Context, a channels.Account, events []channels.Inbound) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.err != nil {
		return in.err
	}
	for _, e := range events {
		at := time.Since(in.start).String()
		if r := e.Receipt; r != nil {
			in.lines = append(in.lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", at, a.Slug, r.MessageID, r.Status, r.Code)))
		} else {
			in.lines = append(in.lines, fmt.Sprintf("%s %s from %s: %s", at, a.Slug, e.Message.From, e.Message.Text))
		}
		in.events = append(in.events, e)
	}
	return nil
}

func (in *inbox) fail(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.err = err
}

func (in *inbox) got() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	return strings.Join(in.lines, "\n")
}

func (in *inbox) want(t *testing.T, lines ...string) {
	t.Helper()
	synctest.Wait()
	if got, want := in.got(), strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func start(t *testing.T, o simulator.Options) (*simulator.Simulator, *inbox) {
	t.Helper()
	in := &inbox{start: time.Now()}
	if o.Deliver == nil {
		o.Deliver = in.deliver
	}
	s := simulator.New(o)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, in
}

func account(typ channels.ChannelType) channels.Account {
	return channels.Account{ID: "c-" + string(typ), WorkspaceID: "w1", Slug: string(typ) + "-main", Type: typ, Kind: simulator.Name}
}

func text(id, s string) channels.Outbound {
	return channels.Outbound{
		MessageID: id, RunID: "r1", Visit: 1, To: "+639171234567", Message: flows.Message{Type: flows.MessageText, Text: s},
	}
}

func send(t *testing.T, s *simulator.Simulator, typ channels.ChannelType, o channels.Outbound) {
	t.Helper()
	if _, err := s.Send(t.Context(), account(typ), o); err != nil {
		t.Fatal(err)
	}
}

func rules(t *testing.T, s *simulator.Simulator, list ...simulator.Rule) {
	t.Helper()
	if err := s.SetRules(t.Context(), "w1", list); err != nil {
		t.Fatal(err)
	}
}

func one(t *testing.T, s *simulator.Simulator) simulator.Message {
	t.Helper()
	list := s.Messages("w1", simulator.Filter{})
	if len(list) != 1 {
		t.Fatalf("got %d messages, want 1: %+v", len(list), list)
	}
	return list[0]
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.SMS, channels.Viber, channels.WhatsApp} {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture {
				t.Helper()
				s, _ := start(t, simulator.Options{})
				return channeltest.Fixture{
					Provider: s, Account: account(typ), Outbound: text("m1", "Hi"),
					Sent: func() int {
						return len(slices.DeleteFunc(s.Messages("w1", simulator.Filter{}), func(m simulator.Message) bool { return m.Refused }))
					},
					Answer: func(b channeltest.Behaviour) bool {
						if b == channeltest.Accept {
							rules(t, s)
							return true
						}
						class, ok := map[channeltest.Behaviour]channels.Class{
							channeltest.RefuseForNow: channels.ClassRetryable, channeltest.RefuseForever: channels.ClassPermanent,
							channeltest.RefuseCredentials: channels.ClassAuth, channeltest.FailInside: channels.ClassUnknown,
						}[b]
						fail := &simulator.Fail{When: simulator.FailAtSend, Class: class}
						if b == channeltest.RefuseForNow {
							fail.RetryAfter = flows.Duration(channeltest.RetryAfter)
						}
						if ok {
							rules(t, s, simulator.Rule{To: "*", Fail: fail})
						}
						return ok
					},
				}
			})
		})
	}
}

func TestPhonesBehaveAsAScenariosWorld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		send(t, s, channels.SMS, text("m1", "Your code is 123456"))
		in.want(t)
		if m := one(t, s); m.Status != channels.StatusSent || m.Text != "Your code is 123456" || m.Sender != "sms-main" {
			t.Errorf("got %+v", m)
		}
		time.Sleep(time.Second)
		in.want(t, "1s sms-main m1 delivered")
		time.Sleep(time.Second)
		in.want(t, "1s sms-main m1 delivered", "2s sms-main m1 read")
		m := one(t, s)
		if m.Status != channels.StatusRead || m.ReadAt.Sub(m.At) != 2*time.Second || m.DeliveredAt.Sub(m.At) != time.Second || len(m.Pending) != 0 {
			t.Errorf("got %+v", m)
		}
		if r := in.events[0].Receipt; r.ProviderMessageID != m.ID || !r.At.Equal(m.DeliveredAt) || r.Raw != "delivered" {
			t.Errorf("got %+v", r)
		}
	})
}

func TestRulesDecide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		rules(
			t, s,
			simulator.Rule{To: "*", ChannelType: channels.Viber, DeliveredAfter: simulator.Never()},
			simulator.Rule{To: "*", ChannelType: channels.WhatsApp, Fail: &simulator.Fail{
				When: simulator.FailAtReceipt, Code: "131026", After: flows.Duration(3 * time.Second),
			}},
			simulator.Rule{To: "+63*", ReadAfter: simulator.Never(), Reply: &simulator.Reply{After: flows.Duration(5 * time.Second), Text: "{{YES}}"}},
		)
		send(t, s, channels.SMS, text("m1", "Hi"))
		o := text("m2", "Hi")
		o.To = "+15550100"
		send(t, s, channels.Viber, o)
		o.MessageID = "m3"
		send(t, s, channels.WhatsApp, o)
		time.Sleep(time.Minute)
		in.want(t, "1s sms-main m1 delivered", "3s whatsapp-main m3 failed 131026", "5s sms-main from +639171234567: {{YES}}")
		if got := s.Rules("w1"); len(got) != 3 || got[0].ChannelType != channels.Viber {
			t.Errorf("rules %+v", got)
		}
		if s.Rules("w2") != nil {
			t.Error("another workspace sees the rules")
		}
		reply := in.events[2].Message
		if reply.ProviderMessageID != "sim-m1-reply" || reply.To != "sms-main" || reply.ReplyTo != "sim-m1" {
			t.Errorf("got %+v", reply)
		}
	})
}

func TestRefusalsNeverReachThePhone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		rules(t, s, simulator.Rule{To: "*", Fail: &simulator.Fail{
			When: simulator.FailAtSend, Class: channels.ClassRetryable, Code: "busy", Times: 2, RetryAfter: flows.Duration(time.Second),
		}})
		for attempt := 1; attempt <= 2; attempt++ {
			_, err := s.Send(t.Context(), account(channels.SMS), text("m1", "Hi"))
			se := channels.AsSendError(err)
			if se == nil || se.Class != channels.ClassRetryable || se.Code != "busy" || se.RetryAfter != time.Second {
				t.Fatalf("attempt %d: got %v", attempt, err)
			}
			if m := one(t, s); !m.Refused || m.Status != channels.StatusFailed || m.Attempts != attempt {
				t.Errorf("attempt %d: got %+v", attempt, m)
			}
		}
		if err := s.MarkRead(t.Context(), "w1", "sim-m1"); !errors.Is(err, simulator.ErrNotFound) {
			t.Errorf("marking a refused message: got %v", err)
		}
		send(t, s, channels.SMS, text("m1", "Hi"))
		if m := one(t, s); m.Refused || m.Status != channels.StatusSent || m.Attempts != 3 || !m.FailedAt.IsZero() {
			t.Errorf("got %+v", m)
		}
		time.Sleep(time.Minute)
		in.want(t, "1s sms-main m1 delivered", "2s sms-main m1 read")
	})
}

func TestALostAnswerLeavesTheMessageOnThePhoneOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		rules(t, s, simulator.Rule{To: "*", Fail: &simulator.Fail{When: simulator.FailAtSend, Class: channels.ClassUnknown, Times: 1}})
		_, err := s.Send(t.Context(), account(channels.SMS), text("m1", "Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassUnknown {
			t.Fatalf("got %v", err)
		}
		accepted, err := s.Send(t.Context(), account(channels.SMS), text("m1", "Hi"))
		if err != nil || accepted.ProviderMessageID != "sim-m1" {
			t.Fatalf("the repeated send: %+v, %v", accepted, err)
		}
		if m := one(t, s); m.Attempts != 2 || m.Refused {
			t.Errorf("got %+v", m)
		}
		time.Sleep(time.Minute)
		in.want(t, "1s sms-main m1 delivered", "2s sms-main m1 read")
	})
}

func TestAPersonDecides(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		rules(t, s, simulator.Rule{To: "+639171234567", Manual: true})
		for _, id := range []string{"m1", "m2", "m3"} {
			send(t, s, channels.Viber, text(id, "Hi"))
		}
		time.Sleep(time.Hour)
		in.want(t)
		ctx := t.Context()
		if err := errors.Join(
			s.MarkDelivered(ctx, "w1", "sim-m1"), s.MarkRead(ctx, "w1", "sim-m1"),
			s.MarkRead(ctx, "w1", "sim-m2"), s.MarkFailed(ctx, "w1", "sim-m3", "131026"),
		); err != nil {
			t.Fatal(err)
		}
		reply, err := s.Reply(ctx, account(channels.Viber), "+639171234567", "STOP", simulator.ReplyOptions{ButtonID: "b", ReplyTo: "sim-m2"})
		if err != nil || reply.Direction != simulator.Inbound {
			t.Fatalf("got %+v, %v", reply, err)
		}
		in.want(
			t, "1h0m0s viber-main m1 delivered", "1h0m0s viber-main m1 read", "1h0m0s viber-main m2 read",
			"1h0m0s viber-main m3 failed 131026", "1h0m0s viber-main from +639171234567: STOP",
		)
		if got := in.events[4].Message; got.ButtonID != "b" || got.ReplyTo != "sim-m2" || got.ProviderMessageID != reply.ID {
			t.Errorf("got %+v", got)
		}
		if err := s.MarkDelivered(ctx, "w1", "sim-m2"); !errors.Is(err, simulator.ErrNotAdvancing) {
			t.Errorf("backwards: got %v", err)
		}
		for _, where := range [][2]string{{"w1", "sim-m9"}, {"w2", "sim-m1"}, {"w1", reply.ID}} {
			if err := s.MarkRead(ctx, where[0], where[1]); !errors.Is(err, simulator.ErrNotFound) {
				t.Errorf("%v: got %v", where, err)
			}
		}
	})
}

func TestAMarkOvertakesWhatWouldComeByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		for _, id := range []string{"m1", "m2", "m3"} {
			send(t, s, channels.SMS, text(id, "Hi"))
		}
		if err := errors.Join(
			s.MarkFailed(t.Context(), "w1", "sim-m1", ""), s.MarkRead(t.Context(), "w1", "sim-m2"),
			s.MarkDelivered(t.Context(), "w1", "sim-m3"),
		); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		in.want(t, "0s sms-main m1 failed simulated", "0s sms-main m2 read", "0s sms-main m3 delivered", "2s sms-main m3 read")
	})
}

func TestEventsAreRepeatedUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		in.fail(errors.New("the database is away"))
		send(t, s, channels.SMS, text("m1", "Hi"))
		time.Sleep(time.Minute)
		in.want(t)
		if m := one(t, s); m.Status != channels.StatusRead || len(m.Pending) != 2 {
			t.Errorf("the phone must show the truth while the server is away: %+v", m)
		}
		in.fail(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := in.got(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "delivered") || !strings.Contains(got, "read") {
			t.Errorf("got %q", got)
		}
		in.fail(fmt.Errorf("deleted: %w", simulator.ErrGone))
		send(t, s, channels.SMS, text("m2", "Hi"))
		time.Sleep(time.Minute)
		in.fail(nil)
		time.Sleep(time.Hour)
		synctest.Wait()
		if strings.Contains(in.got(), "main m2") {
			t.Error("events for a deleted channel were repeated")
		}
	})
}

func TestMemoryIsBoundedAndRunsStillGetTheirReceipts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{MaxMessages: 10})
		for i := range 100 {
			send(t, s, channels.SMS, text(fmt.Sprintf("m%d", i), "Hi"))
		}
		list := s.Messages("w1", simulator.Filter{})
		if len(list) != 10 || list[0].MessageID != "m90" {
			t.Errorf("%d messages from %s on", len(list), list[0].MessageID)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(in.events); n != 200 {
			t.Errorf("%d receipts, want 200", n)
		}
	})
}

func TestAFloodIsRefusedForNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := start(t, simulator.Options{MaxPending: 4})
		for i := range 2 {
			send(t, s, channels.SMS, text(fmt.Sprint(i), "Hi"))
		}
		_, err := s.Send(t.Context(), account(channels.SMS), text("2", "Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != channels.ClassRetryable || se.RetryAfter == 0 {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Minute)
		send(t, s, channels.SMS, text("2", "Hi"))
	})
}

func TestConversationsAndFilters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := start(t, simulator.Options{})
		send(t, s, channels.SMS, text("m1", "one"))
		time.Sleep(time.Second)
		o := text("m2", "two")
		o.To, o.RunID = "+15550100", "r2"
		send(t, s, channels.SMS, o)
		time.Sleep(time.Second)
		send(t, s, channels.Viber, text("m3", "three"))
		if _, err := s.Reply(t.Context(), account(channels.SMS), "+639171234567", "four", simulator.ReplyOptions{}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range s.Conversations("w1") {
			got = append(got, fmt.Sprintf("%s %s %d %s", c.Channel, c.Address, c.Messages, c.Last.Text))
		}
		want := []string{"sms-main +639171234567 2 four", "viber-main +639171234567 1 three", "sms-main +15550100 1 two"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		for _, tt := range []struct {
			filter simulator.Filter
			want   int
		}{
			{simulator.Filter{}, 4}, {simulator.Filter{AccountID: "c-sms"}, 3}, {simulator.Filter{ChannelType: channels.Viber}, 1},
			{simulator.Filter{Address: "+15550100"}, 1}, {simulator.Filter{RunID: "r1"}, 2}, {simulator.Filter{Address: "+1"}, 0},
		} {
			if n := len(s.Messages("w1", tt.filter)); n != tt.want {
				t.Errorf("%+v: got %d, want %d", tt.filter, n, tt.want)
			}
		}
		// INVARIANTS 19: workspaces are isolated.
		if len(s.Conversations("w2")) != 0 || len(s.Messages("w2", simulator.Filter{})) != 0 || s.Clear("w2", simulator.Filter{}) != 0 {
			t.Error("another workspace sees the phones")
		}
		if n := s.Clear("w1", simulator.Filter{Address: "+639171234567"}); n != 3 {
			t.Errorf("cleared %d, want 3", n)
		}
		if list := s.Messages("w1", simulator.Filter{}); len(list) != 1 || list[0].Text != "two" {
			t.Errorf("left: %+v", list)
		}
	})
}

func TestClearingCancelsWhatIsPending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		send(t, s, channels.SMS, text("m1", "Hi"))
		s.Clear("w1", simulator.Filter{})
		time.Sleep(time.Minute)
		in.want(t)
	})
}

func TestThePhoneShowsWhatAPersonReads(t *testing.T) {
	t.Parallel()
	message := flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"42", "x"}}
	tests := []struct {
		name string
		o    channels.Outbound
		want string
	}{
		{"template", channels.Outbound{Message: message, Template: &channels.Template{Body: "Your code is {{1}}"}}, "Your code is 42"},
		{"template without a known text", channels.Outbound{Message: message}, "Template otp: 42, x"},
		{"picture", channels.Outbound{Message: flows.Message{Type: flows.MessageImage, Caption: "Look"}}, "Look"},
	}
	s, _ := start(t, simulator.Options{})
	for _, tt := range tests {
		tt.o.MessageID, tt.o.RunID = tt.name, tt.name
		a := account(channels.WhatsApp)
		a.Settings = map[string]string{"sender": "My Shop"}
		if _, err := s.Send(t.Context(), a, tt.o); err != nil {
			t.Fatal(err)
		}
		if m := s.Messages("w1", simulator.Filter{RunID: tt.name}); len(m) != 1 || m[0].Text != tt.want || m[0].Sender != "My Shop" {
			t.Errorf("%s: got %+v, want %q", tt.name, m, tt.want)
		}
	}
}

func TestSubscribersSeeEveryChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := start(t, simulator.Options{})
		events, cancel := s.Subscribe("w1")
		other, _ := s.Subscribe("w2")
		send(t, s, channels.SMS, text("m1", "Hi"))
		time.Sleep(time.Minute)
		rules(t, s)
		s.Clear("w1", simulator.Filter{})
		synctest.Wait()
		cancel()
		cancel()
		var got []string
		for e := range events {
			line := string(e.Kind)
			if e.Message != nil {
				line += " " + string(e.Message.Status)
			}
			got = append(got, line)
		}
		if want := []string{"message sent", "message delivered", "message read", "rules", "cleared"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		s.Stop()
		if _, open := <-other; open {
			t.Error("another workspace's subscriber got an event")
		}
		late, cancelLate := s.Subscribe("w1")
		cancelLate()
		if _, open := <-late; open {
			t.Error("a subscription after Stop must be closed")
		}
	})
}

func TestASlowSubscriberIsToldThatItMissedEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := start(t, simulator.Options{})
		rules(t, s, simulator.Rule{To: "*", Manual: true})
		events, cancel := s.Subscribe("w1")
		defer cancel()
		for i := range 300 {
			send(t, s, channels.SMS, text(fmt.Sprint(i), "Hi"))
		}
		for range 256 {
			<-events
		}
		send(t, s, channels.SMS, text("last", "Hi"))
		if e := <-events; e.Kind != simulator.EventMissed {
			t.Errorf("got %+v, want missed", e)
		}
		if e := <-events; e.Message == nil || e.Message.MessageID != "last" {
			t.Errorf("got %+v, want the last message", e)
		}
	})
}

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

func TestFiveThousandInstantReceiptsPerSecond(t *testing.T) {
	t.Parallel()
	const n = 5000
	done := make(chan struct{})
	var receipts atomic.Int32
	s, _ := start(t, simulator.Options{Deliver: func(_ context.Context, _ channels.Account, events []channels.Inbound) error {
		if receipts.Add(int32(len(events))) == 2*n {
			close(done)
		}
		return nil
	}})
	rules(t, s, simulator.Rule{To: "*", DeliveredAfter: simulator.After(0), ReadAfter: simulator.After(0)})
	began := time.Now()
	for i := range n {
		send(t, s, channels.SMS, text(fmt.Sprint(i), "Hi"))
	}
	<-done
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("%d sends with their receipts took %v", n, took)
	}
}

func BenchmarkSendWithInstantReceipts(b *testing.B) {
	var receipts sync.WaitGroup
	s := simulator.New(simulator.Options{Deliver: func(_ context.Context, _ channels.Account, events []channels.Inbound) error {
		receipts.Add(-len(events))
		return nil
	}})
	if err := s.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer s.Stop()
	if err := s.SetRules(b.Context(), "w1", []simulator.Rule{{To: "*", DeliveredAfter: simulator.After(0), ReadAfter: simulator.After(0)}}); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		receipts.Add(2)
		if _, err := s.Send(b.Context(), account(channels.SMS), text(fmt.Sprint(i), "Hi")); err != nil {
			b.Fatal(err)
		}
	}
	receipts.Wait()
}
