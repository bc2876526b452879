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

func TestNoNewsComesOfWhatNobodyReports(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, in := start(t, simulator.Options{})
		mail := text("m1", "")
		mail.To, mail.Message = "ana@example.com", flows.Message{Type: flows.MessageEmail, MessageMail: flows.MessageMail{Subject: "Hello"}}
		send(t, s, channels.Email, mail)
		group := text("m2", "Hello, group")
		group.To = ""
		send(t, s, channels.WeCom, group)
		time.Sleep(time.Minute)
		in.want(t)
		m := s.Messages("w1", simulator.Filter{Address: "wecom-main"})
		if len(m) != 1 || m[0].Text != "Hello, group" || m[0].Status != channels.StatusSent {
			t.Errorf("got %+v", m)
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

func TestThousandsOfInstantReceiptsAllCome(t *testing.T) {
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
	for i := range n {
		send(t, s, channels.SMS, text(fmt.Sprint(i), "Hi"))
	}
	<-done
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
