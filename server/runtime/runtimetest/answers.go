package runtimetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
)

func answerTests() []test {
	return []test{
		{"the next message of a run goes where a person's message can be answered, once", answerOnce},
		{"an address whose time is over is not used", answerTooLate},
		{"an address that nobody was reached at is used by the next attempt", answerNotConnected},
		{"an address is used once, also when nobody knows how that ended", answerUnknown},
		{"an address of another run's message is left alone", answerOfAnother},
	}
}

// answeredFlow asks over Viber, and answers twice there.
const answeredFlow = `{"schema": "sluice/v1", "name": "Answer", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string", "required": true}]}},
	{"id": "ask", "type": "ask", "config": {"channel_type": "viber", "channel": "viber-main", "to": "{{to}}",
		"message": {"type": "text", "text": "Coming?"}, "reply_within": "10m"}},
	{"id": "first", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "message": {"type": "text", "text": "Good"}}},
	{"id": "second", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "message": {"type": "text", "text": "See you"}}},
	{"id": "done", "type": "end", "config": {"outcome": "coming"}}
], "edges": [
	{"from": "start", "port": "next", "to": "ask"}, {"from": "ask", "port": "replied", "to": "first"},
	{"from": "first", "port": "next", "to": "second"}, {"from": "second", "port": "next", "to": "done"}
]}`

// answerable is a message from a person that can be answered for a while.
func (w *World) answerable(from string, good time.Duration) channels.Inbound {
	in := inbound("in-1", from, "Yes")
	in.Message.Answer = &channels.Answer{Address: "sealed by the vendor in-1", Until: w.Clock.Now().Add(good)}
	return in
}

// answered are the addresses that the calls after the questions went to.
func (w *World) answered() []string {
	var list []string
	for _, o := range w.Vendor.Ledger() {
		switch {
		case o.Message.Text == "Coming?":
		case o.Answer == nil:
			list = append(list, "")
		default:
			list = append(list, o.Answer.Address)
		}
	}
	return list
}

func (w *World) answers(want ...string) {
	w.t.Helper()
	if got := w.answered(); !slices.Equal(got, want) {
		w.t.Errorf("the messages went to %q, want %q", got, want)
	}
}

func answerOnce(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.TakeAnswers()
	run := w.Begin(w.Publish([]byte(answeredFlow)), Inputs{"to": phone})
	in := w.answerable(phone, time.Hour)
	w.Deliver("viber-main", in, in)
	w.ends(run, "coming")
	w.Deliver("viber-main", in)
	w.answers("sealed by the vendor in-1", "")
}

func answerTooLate(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.TakeAnswers()
	run := w.Begin(w.Publish([]byte(answeredFlow)), Inputs{"to": phone})
	w.Deliver("viber-main", w.answerable(phone, 0))
	w.ends(run, "coming")
	w.answers("", "")
}

// failFirst has the first answer fail in a way.
func (w *World) failFirst(class channels.Class, code string) {
	w.Vendor.TakeAnswers()
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
		if o.Message.Text == "Good" && attempt == 1 {
			return channels.Accepted{}, &channels.SendError{Class: class, Code: code, Message: "the line went dead"}
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
}

func answerNotConnected(t *testing.T, open Open) {
	w := world(t, open)
	w.failFirst(channels.ClassRetryable, channels.CodeNotConnected)
	run := w.Begin(w.Publish([]byte(answeredFlow)), Inputs{"to": phone})
	w.Deliver("viber-main", w.answerable(phone, time.Hour))
	w.Pass(5 * time.Second)
	w.ends(run, "coming")
	w.answers("sealed by the vendor in-1", "sealed by the vendor in-1", "")
}

func answerUnknown(t *testing.T, open Open) {
	w := world(t, open)
	w.failFirst(channels.ClassUnknown, channels.CodeNoAnswer)
	run := w.Begin(w.Publish([]byte(answeredFlow)), Inputs{"to": phone})
	w.Deliver("viber-main", w.answerable(phone, time.Hour))
	w.Pass(5 * time.Second)
	w.ends(run, "coming")
	w.answers("sealed by the vendor in-1", "", "")
}

func answerOfAnother(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.TakeAnswers()
	const other = "+639179999999"
	flow := w.Publish([]byte(answeredFlow))
	mine := w.Begin(flow, Inputs{"to": phone})
	w.Deliver("viber-main", w.answerable(other, time.Hour), inbound("in-2", phone, "Yes"))
	w.ends(mine, "coming")
	w.answers("", "")
	theirs := w.Begin(flow, Inputs{"to": other})
	w.Deliver("viber-main", inbound("in-3", other, "Yes"))
	w.ends(theirs, "coming")
	// The question is for the person who had written before, so it used that up.
	w.answers("", "", "", "")
	for _, o := range w.Vendor.Ledger() {
		if asked := o.Message.Text == "Coming?" && o.To == other; asked != (o.Answer != nil) {
			t.Errorf("%q to %s went to %+v", o.Message.Text, o.To, o.Answer)
		}
	}
}
