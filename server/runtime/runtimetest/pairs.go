package runtimetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
)

func pairTests() []test {
	return []test{
		{"a recipient's rate is kept, holds nobody else up, and nothing is lost", recipientsRate},
		{"typing is shown to who wrote lately, and then the message goes out", typingShown},
		{"typing that cannot be shown keeps no message back", typingFails},
	}
}

// answerFlow answers on Messenger or by WhatsApp, with more config if any.
func answerFlow(channelType, config string) []byte {
	return fmt.Appendf(nil, `{"schema": "sluice/v1", "name": "Answer", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string", "required": true}]}},
		{"id": "answer", "type": "send_%[1]s", "config": {"channel": "%[1]s-main", "to": "{{to}}", "message": {"type": "text", "text": "Hi"}%[2]s}}
	], "edges": [{"from": "start", "port": "next", "to": "answer"}]}`, channelType, config)
}

func recipientsRate(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(answerFlow("messenger", ""))
	beginMany(t, w, flow, "person-1", 4)
	beginMany(t, w, flow, "person-2", 1)
	if n := w.sentTo("person-2"); n != 1 {
		t.Errorf("somebody else got %d messages, want 1", n)
	}
	// Two in a burst, which the next 12 s pay for, then one each 6 s.
	at := 0
	for _, step := range []struct{ second, want int }{{0, 2}, {11, 2}, {13, 3}, {17, 3}, {19, 4}} {
		w.Pass(time.Duration(step.second-at) * time.Second)
		at = step.second
		if n := w.sentTo("person-1"); n != step.want {
			t.Errorf("after %d s %d messages were sent, want %d", step.second, n, step.want)
		}
	}
}

// wrote has a person write to a channel.
func wrote(w *World, channel, from, id string) {
	w.Deliver(channel, channels.Inbound{Message: &channels.InboundMessage{ProviderMessageID: id, From: from, Text: "Hello", At: w.Clock.Now()}})
}

func typingShown(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(answerFlow("whatsapp", `, "typing": "3s"`))
	w.Begin(flow, Inputs{"to": phone})
	if n := w.sentTo(phone); n != 1 || len(w.Vendor.Typed(nil)) != 0 {
		t.Errorf("to who never wrote %d messages went out, after %q", n, w.Vendor.Typed(nil))
	}
	wrote(w, "whatsapp-main", phone, "wamid.1")
	w.Pass(time.Second)
	wrote(w, "whatsapp-main", phone, "wamid.2")
	w.Pass(time.Minute)
	w.Begin(flow, Inputs{"to": phone})
	if n, typed := w.sentTo(phone), w.Vendor.Typed(nil); n != 1 || !slices.Equal(typed, []string{"wamid.2"}) {
		t.Errorf("while typing is shown %d messages went out, after %q", n, typed)
	}
	w.Pass(3 * time.Second)
	if n, typed := w.sentTo(phone), w.Vendor.Typed(nil); n != 2 || len(typed) != 1 {
		t.Errorf("after it %d messages went out, typing was shown after %q", n, typed)
	}
	w.Stop()
	w.Clock.Set(w.Clock.Now().Add(24 * time.Hour))
	w.Start()
	w.Begin(flow, Inputs{"to": phone})
	if n, typed := w.sentTo(phone), w.Vendor.Typed(nil); n != 3 || len(typed) != 1 {
		t.Errorf("a day later %d messages went out, typing was shown after %q", n, typed)
	}
}

func typingFails(t *testing.T, open Open) {
	w := world(t, open)
	wrote(w, "whatsapp-main", phone, "wamid.1")
	w.Vendor.Typed(errors.New("no"))
	run := w.Begin(w.Publish(answerFlow("whatsapp", `, "typing": "20s"`)), Inputs{"to": phone})
	w.message(run, "sent")
}
