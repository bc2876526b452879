package simulator_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
)

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
			{simulator.Filter{}, 4},
			{simulator.Filter{AccountID: "c-sms"}, 3},
			{simulator.Filter{ChannelType: channels.Viber}, 1},
			{simulator.Filter{Address: "+15550100"}, 1},
			{simulator.Filter{RunID: "r1"}, 2},
			{simulator.Filter{Address: "+1"}, 0},
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
