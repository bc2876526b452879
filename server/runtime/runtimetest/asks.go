package runtimetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

func askTests() []test {
	return []test{
		{"a reply is taken in once, by the run that waits for it", replyOnce},
		{"of two runs that wait the newest gets the reply, then the other", replyTwoRuns},
		{"a reply before the answer to the send counts", replyBeforeAnswer},
		{"of a reply and a deadline the first one wins", replyAgainstDeadline},
		{"a reply reaches a run that began before a restart", replyAfterRestart},
		{"a reply from a secret address reaches its run", replySecretAddress},
		{"several replies at once are taken in one after the other", replySeveral},
		{"a reply from elsewhere changes nothing", replyFromElsewhere},
		{"outside the reply window only templates are sent", replyWindow},
		{"it is known when somebody last wrote to a channel", lastInbound},
	}
}

// askFlow asks a question over Viber, with more config if any, and sends an SMS
// without a reply.
func askFlow(config string) []byte {
	return fmt.Appendf(nil, `{"schema": "sluice/v1", "name": "Ask", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
			{"name": "to", "type": "string", "required": true}, {"name": "secret_to", "type": "string", "secret": true}]}},
		{"id": "ask", "type": "ask", "config": {"channel_type": "viber", "channel": "viber-main", "to": "{{secret_to ?? to}}", "output": "answer",
			"message": {"type": "text", "text": "Coming?"}, "choices": [{"port": "yes", "title": "Yes"}, {"port": "no", "title": "No"}],
			"reply_within": "10m"%s}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "Pity"}}},
		{"id": "pause", "type": "wait", "config": {"for": "1h"}},
		{"id": "done", "type": "end", "config": {"outcome": "coming"}}
	], "edges": [
		{"from": "start", "port": "next", "to": "ask"}, {"from": "ask", "port": "yes", "to": "done"},
		{"from": "ask", "port": "no_reply", "to": "sms"}, {"from": "sms", "port": "next", "to": "pause"}
	]}`, config)
}

// inbound is a message from a person.
func inbound(id, from, text string) channels.Inbound {
	return channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: id, From: from, To: "Sluice", Text: text}}
}

// ends waits for the end of a run: what was delivered durably may take effect
// a moment later.
func (w *World) ends(run, outcome string) {
	w.t.Helper()
	d := w.Query(run)
	for limit := time.Now().Add(waitLimit); d.Run.EndedAt.IsZero() && !w.local() && time.Now().Before(limit); d = w.Query(run) {
		time.Sleep(time.Millisecond)
	}
	if d.Run.Outcome != outcome {
		w.t.Errorf("run %s is %s %q in %q, want the outcome %q", run, d.Run.Status, d.Run.Outcome, d.Run.Node, outcome)
	}
}

func (w *World) waitsIn(run, node string) {
	w.t.Helper()
	if d := w.Query(run); d.Run.Status != "waiting" || d.Run.Node != node {
		w.t.Errorf("run %s is %s %q in %q, want it to wait in %q", run, d.Run.Status, d.Run.Outcome, d.Run.Node, node)
	}
}

func replyOnce(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(askFlow(`, "retries": 1`)), Inputs{"to": phone})
	odd := inbound("in-1", phone, "{{answer}} hm")
	w.Deliver("viber-main", odd, odd)
	w.Deliver("viber-main", odd)
	w.waitsIn(run, "ask")
	w.Deliver("viber-main", channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: "in-2", From: "639171234567", Text: "Sure", ButtonID: "YES"}})
	w.ends(run, "coming")
	d := w.Query(run)
	if want := []string{"start", "ask", "ask", "done"}; !slices.Equal(path(d), want) {
		t.Errorf("it went %v, want %v", path(d), want)
	}
	if d.Variables["answer"] != "Sure" {
		t.Errorf("the answer is %v", d.Variables["answer"])
	}
	// INVARIANTS 15: what people send is never evaluated.
	if out := d.Steps[1].Outputs; out["reply"] != "{{answer}} hm" || out["choice"] != "" {
		t.Errorf("the first answer left %v", out)
	}
	if out := d.Steps[2].Outputs; out["choice"] != "yes" || out["message_id"] == "" {
		t.Errorf("the second answer left %v", out)
	}
	// Each answer stands after the question that it answers, within one moment too.
	if got := statuses(d); !slices.Equal(got, []string{"sent", "received", "sent", "received"}) {
		t.Errorf("its messages are %v", got)
	}
}

func replyTwoRuns(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	older := w.Begin(flow, Inputs{"to": phone})
	w.Pass(time.Second)
	newer := w.Begin(flow, Inputs{"to": phone})
	// One that only wrote to the same person is newer still, and waits for
	// nothing from it.
	sender := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Deliver("viber-main", inbound("in-1", phone, "no"))
	w.ends(newer, "no")
	w.waitsIn(older, "ask")
	w.Deliver("viber-main", inbound("in-2", phone, "yes"))
	w.ends(older, "coming")
	w.waitsIn(sender, "viber")
	if d := w.Query(sender); len(d.Messages) != 1 {
		t.Errorf("a run that waits for no reply got one: %v", statuses(d))
	}
}

func replyBeforeAnswer(t *testing.T, open Open) {
	w := world(t, open)
	hold := make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		<-hold
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	s, err := w.Executor.Start(context.Background(), request(w.Publish(askFlow("")), Inputs{"to": phone}))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Executor.DeliverInbound(context.Background(), workspace, w.Channels["viber-main"], []channels.Inbound{inbound("in-1", phone, "yes")}); err != nil {
		t.Fatal(err)
	}
	w.ends(s.RunID, "coming")
	close(hold)
	w.Settle()
	// What the vendor says afterwards changes the message, not the run.
	w.Receipt("viber-main", s.RunID, 2, channels.StatusFailed)
	if d := w.Query(s.RunID); d.Run.Outcome != "coming" || d.Messages[0].Status != "failed" {
		t.Errorf("the run ended %q, its message %v", d.Run.Outcome, statuses(d))
	}
}

// INVARIANTS 6, of replies.
func replyAgainstDeadline(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	inTime, late := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": "+639170000000"})
	w.Clock.Set(w.Clock.Now().Add(10 * time.Minute))
	w.Deliver("viber-main", inbound("in-1", phone, "yes"))
	w.ends(inTime, "coming")
	w.Pass(time.Second)
	w.waitsIn(late, "pause")
	w.Deliver("viber-main", inbound("in-2", "+639170000000", "yes"))
	w.waitsIn(late, "pause")
	// The loser is recorded as ignored.
	if steps := w.Query(late).Steps; len(steps) != 4 || len(steps[3].Ignored) != 1 || steps[3].Ignored[0].Event != "reply" {
		t.Errorf("the run that got its reply too late went %+v", steps)
	}
	history, err := w.Store.History(context.Background(), workspace, inTime)
	if err != nil {
		t.Fatal(err)
	}
	if last := history[len(history)-1]; last.Event != "reply" {
		t.Errorf("the last event of the run that got its reply in time is %s", last.Event)
	}
}

func replyAfterRestart(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(askFlow("")), Inputs{"to": phone})
	w.Stop()
	w.Start()
	w.Deliver("viber-main", channels.Inbound{Receipt: &channels.Receipt{MessageID: messageID(run, 2), Status: channels.StatusRead}})
	w.Stop()
	w.Start()
	w.Deliver("viber-main", inbound("in-1", phone, " YES "))
	w.ends(run, "coming")
}

func replySecretAddress(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	run := w.Begin(flow, Inputs{"to": "+639170000000", "secret_to": phone})
	w.Deliver("viber-main", inbound("in-1", "+639170000000", "yes"))
	w.waitsIn(run, "ask")
	w.Deliver("viber-main", inbound("in-2", phone, "yes"))
	w.ends(run, "coming")
}

func replySeveral(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{BatchSize: 50})
	run := w.Begin(w.Publish(askFlow(`, "retries": 3`)), Inputs{"to": phone})
	w.Deliver("viber-main", inbound("in-1", phone, "hm"), inbound("in-2", phone, "hmm"), inbound("in-3", phone, "yes"), inbound("in-4", phone, "no"))
	w.ends(run, "coming")
	if d := w.Query(run); len(d.Steps) != 5 || len(d.Messages) != 7 {
		t.Errorf("it went %v with %v", path(d), statuses(d))
	}
}

func replyFromElsewhere(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(askFlow("")), Inputs{"to": phone})
	w.Deliver("viber-main", inbound("in-1", "+639170000000", "yes"))
	w.Deliver("whatsapp-main", inbound("in-2", phone, "yes"))
	other, err := w.Store.CreateWorkspace(context.Background(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Executor.DeliverInbound(context.Background(), other.ID, w.Channels["viber-main"], []channels.Inbound{inbound("in-3", phone, "yes")}); err != nil {
		t.Fatal(err)
	}
	w.Settle()
	w.waitsIn(run, "ask")
}

func lastInbound(t *testing.T, open Open) {
	w := world(t, open)
	at := func(channel string) time.Time {
		t.Helper()
		last, err := w.Store.LastInbound(context.Background(), workspace, w.Channels[channel], []string{phone})
		if err != nil {
			t.Fatal(err)
		}
		return last.At
	}
	first := inbound("in-1", "639171234567", "hello")
	first.Message.At = moment.Add(-time.Hour)
	w.Deliver("whatsapp-main", first)
	if got := at("whatsapp-main"); !got.Equal(moment.Add(-time.Hour)) {
		t.Errorf("they wrote at %v", got)
	}
	older := inbound("in-0", phone, "before")
	older.Message.At = moment.Add(-2 * time.Hour)
	future := inbound("in-2", phone, "from a clock that is ahead")
	future.Message.At = moment.Add(time.Hour)
	w.Deliver("whatsapp-main", older)
	if got := at("whatsapp-main"); !got.Equal(moment.Add(-time.Hour)) {
		t.Errorf("an older message made it %v", got)
	}
	w.Deliver("whatsapp-main", older, future, first)
	if got := at("whatsapp-main"); !got.Equal(moment) {
		t.Errorf("a message from the future made it %v", got)
	}
	if got := at("viber-main"); !got.IsZero() {
		t.Errorf("they wrote to another channel at %v", got)
	}
}

// windowFlow sends something over WhatsApp, and falls back to an SMS.
func windowFlow(message string) []byte {
	return fmt.Appendf(nil, `{"schema": "sluice/v1", "name": "Window", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string", "required": true}]}},
		{"id": "wa", "type": "send_whatsapp", "config": {"channel": "whatsapp-main", "to": "{{to}}", "message": %s}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "Hi"}}},
		{"id": "done", "type": "end", "config": {"outcome": "by sms"}}
	], "edges": [
		{"from": "start", "port": "next", "to": "wa"}, {"from": "wa", "port": "failed", "to": "sms"}, {"from": "sms", "port": "next", "to": "done"}
	]}`, message)
}

func replyWindow(t *testing.T, open Open) {
	w := world(t, open)
	free, template := w.Publish(windowFlow(`{"type": "text", "text": "Hi"}`)), w.Publish(windowFlow(`{"type": "template", "template": "otp", "language": "en", "parameters": ["1"]}`))
	sent := func(flow, outcome string) {
		t.Helper()
		run := w.Begin(flow, Inputs{"to": "639171234567"})
		w.ends(run, outcome)
		m := w.Query(run).Messages[0]
		if outside := m.Code == channels.CodeWindow && m.Status == "failed"; outside != (outcome == "by sms") {
			t.Errorf("the message is %s %s: %s", m.Status, m.Code, m.Reason)
		}
	}
	// Channels that keep to no window send everything.
	sent(free, "next")
	settings := map[string]string{"window": channels.WindowOn}
	if _, err := w.Store.UpdateChannel(context.Background(), workspace, w.Channels["whatsapp-main"], store.ChannelChange{Settings: settings}); err != nil {
		t.Fatal(err)
	}
	before := len(w.Vendor.Ledger())
	sent(free, "by sms")
	if n := len(w.Vendor.Ledger()); n != before+1 {
		t.Errorf("the vendor was asked for %d messages, want the SMS only", n-before)
	}
	sent(template, "next")
	w.Deliver("viber-main", inbound("in-1", phone, "by another channel"))
	w.Deliver("whatsapp-main", inbound("in-2", "+639170000000", "somebody else"))
	sent(free, "by sms")
	w.Deliver("whatsapp-main", inbound("in-3", "639171234567", "hello"))
	sent(free, "next")
	w.Pass(24*time.Hour - time.Second)
	sent(free, "next")
	w.Pass(time.Second)
	sent(free, "by sms")
	sent(template, "next")
}
