package runtimetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

// INVARIANTS 32: a reply answers the message that it quotes, else the newest
// question of that address; reactions, notices and older messages answer nothing.
// INVARIANTS 33: however a person's address is written, it is one address.
func whoseTests() []test {
	return []test{
		{"whatever two replies quote, each answers what it quotes, else the newest question", whoseOrders},
		{"what quotes a question that does not wait any more answers nothing", whoseLate},
		{"what quotes a message that asked nothing answers nothing", whoseStatement},
		{"what quotes the first asking answers while the question is repeated", whoseRepeated},
		{"what quotes a message that nobody knows answers the newest question", whoseUnknown},
		{"a channel does not speak for another one's messages", whoseOtherChannel},
		{"reactions, notices and empty messages answer nothing", whoseNotices},
		{"a message that is older than the question answers an older question or nothing", whoseOlder},
		{"a message from the address that the vendor names answers", whoseVendorsAddress},
		{"whoever is known by a number and an id is one person", whoseIDs},
		{"a person without a number is asked by id, and answers", whoseIDAlone},
		{"a number has one form in every country", whoseCountries},
		{"runs that an earlier release left waiting are found", whoseEarlier},
		{"in a group anybody answers, unless somebody is asked", whoseGroup},
		{"what quotes a question answers it after a restart, and once", whoseRestart},
		{"a run is given the data of an answer", whoseData},
		{"addresses of any length and kind are taken", whoseHostile},
	}
}

// asking asks over a channel, and waits.
func asking(channelType, to string) []byte {
	return fmt.Appendf(nil, `{"schema": "sluice/v1", "name": "Ask", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string"}, {"name": "secret", "type": "string", "secret": true}]}},
		{"id": "ask", "type": "ask", "config": {"channel_type": %q, "channel": "%s-main", "to": %q, "output": "answer",
			"message": {"type": "text", "text": "Coming?"}, "choices": [{"port": "yes", "title": "Yes"}], "retries": 2, "reply_within": "10m"}},
		{"id": "done", "type": "end", "config": {"outcome": "coming"}}
	], "edges": [{"from": "start", "port": "next", "to": "ask"}, {"from": "ask", "port": "yes", "to": "done"}]}`, channelType, channelType, to)
}

// quoting is a message that quotes that of a visit.
func quoting(id, from, text, run string, visit int) channels.Inbound {
	in := inbound(id, from, text)
	in.Message.ReplyTo = ProviderID(messageID(run, visit))
	return in
}

// matched is why the message went where it is shown, or "" if the run does not
// show it.
func (w *World) matched(run, id string) string {
	w.t.Helper()
	for _, m := range w.Query(run).Messages {
		if m.Direction == store.DirectionIn && (m.ID == runtime.InboundID(w.Channels[m.Channel], id)) {
			return m.Matched
		}
	}
	return ""
}

// shows waits until a run shows a message for that reason: what was delivered
// durably may take effect a moment later.
func (w *World) shows(run, id, want string) {
	w.t.Helper()
	got := w.matched(run, id)
	for limit := time.Now().Add(waitLimit); got != want && !w.local() && time.Now().Before(limit); got = w.matched(run, id) {
		time.Sleep(time.Millisecond)
	}
	if got != want {
		w.t.Errorf("message %s is shown with run %s as %q, want %q", id, run, got, want)
	}
}

// Every way in which two replies quote the first, the second or no question of two
// runs that wait for one person.
func whoseOrders(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	for n := range 9 {
		quotes := [2]int{n / 3, n % 3}
		who := fmt.Sprintf("+6391712345%02d", n)
		runs := []string{w.Begin(flow, Inputs{"to": who}), w.Begin(flow, Inputs{"to": who})}
		waits := []bool{true, true}
		for i, quote := range quotes {
			id := fmt.Sprint("in-", n, "-", i)
			in := inbound(id, who, "yes")
			if quote > 0 {
				in.Message.ReplyTo = ProviderID(messageID(runs[quote-1], 2))
			}
			w.Deliver("viber-main", in)
			at, reason := quote-1, "quoted"
			switch {
			case quote == 0:
				at, reason = 1, "address"
				if !waits[1] {
					at = 0
				}
				if !waits[0] && !waits[1] {
					at = -1
				}
			case !waits[at]:
				reason = "late"
			}
			if at >= 0 {
				w.shows(runs[at], id, reason)
				waits[at] = false
			}
		}
		for i, run := range runs {
			if waits[i] {
				w.waitsIn(run, "ask")
			} else {
				w.ends(run, "coming")
			}
		}
		if t.Failed() {
			t.Fatalf("quoting %v", quotes)
		}
	}
}

func whoseLate(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	older, newer := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone})
	w.Deliver("viber-main", quoting("in-1", phone, "no", newer, 2))
	w.ends(newer, "no")
	w.Deliver("viber-main", quoting("in-2", phone, "yes", newer, 2), quoting("in-3", phone, "yes", newer, 2))
	w.waitsIn(older, "ask")
	w.shows(newer, "in-2", "late")
	w.shows(newer, "in-3", "late")
	// Its deadline passes, and the run goes on elsewhere.
	w.Pass(10 * time.Minute)
	w.waitsIn(older, "pause")
	third := w.Begin(flow, Inputs{"to": phone})
	w.Deliver("viber-main", quoting("in-4", phone, "yes", older, 2))
	w.shows(older, "in-4", "late")
	w.waitsIn(older, "pause")
	w.waitsIn(third, "ask")
	// Two at once that quote one question: the first one answers.
	w.Deliver("viber-main", quoting("in-5", phone, "no", third, 2), quoting("in-6", phone, "yes", third, 2))
	w.ends(third, "no")
	w.shows(third, "in-5", "quoted")
	w.shows(third, "in-6", "late")
}

func whoseStatement(t *testing.T, open Open) {
	w := world(t, open)
	sender := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	asks := w.Begin(w.Publish(askFlow("")), Inputs{"to": phone})
	w.Deliver("viber-main", quoting("in-1", phone, "yes", sender, 2))
	w.shows(sender, "in-1", "late")
	w.waitsIn(sender, "viber")
	w.waitsIn(asks, "ask")
}

func whoseRepeated(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(`, "retries": 2`))
	run := w.Begin(flow, Inputs{"to": phone})
	newer := w.Begin(flow, Inputs{"to": phone})
	w.Deliver("viber-main", quoting("in-1", phone, "hm", run, 2))
	w.Deliver("viber-main", quoting("in-2", phone, "hm", run, 2))
	w.Deliver("viber-main", quoting("in-3", phone, "yes", run, 3))
	w.ends(run, "coming")
	w.waitsIn(newer, "ask")
	want := []string{"sent", "received", "sent", "received", "sent", "received"}
	if got := statuses(w.Query(run)); !slices.Equal(got, want) {
		t.Errorf("its messages are %v", got)
	}
}

func whoseUnknown(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	older, newer := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone})
	in := inbound("in-1", phone, "yes")
	in.Message.ReplyTo = "a message of before"
	w.Deliver("viber-main", in)
	w.ends(newer, "coming")
	w.waitsIn(older, "ask")
	w.shows(newer, "in-1", "address")
	// A message from a person is none of ours.
	in = inbound("in-2", phone, "yes")
	in.Message.ReplyTo = "in-1"
	w.Deliver("viber-main", in)
	w.ends(older, "coming")
	// Nobody waits, and nobody is there to show it.
	w.Deliver("viber-main", inbound("in-3", "+639170000000", "hello"))
}

// Whoever can sign for one channel must not speak for another.
func whoseOtherChannel(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(askFlow("")), Inputs{"to": phone})
	w.Deliver("whatsapp-main", quoting("in-1", phone, "yes", run, 2))
	other, err := w.Store.CreateWorkspace(context.Background(), "Other")
	if err == nil {
		err = w.Executor.DeliverInbound(context.Background(), other.ID, w.Channels["viber-main"], []channels.Inbound{quoting("in-2", phone, "yes", run, 2)})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Settle()
	w.waitsIn(run, "ask")
	if d := w.Query(run); len(d.Messages) != 1 {
		t.Errorf("its messages are %v", statuses(d))
	}
}

func whoseNotices(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(""))
	older, newer := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone})
	for i, kind := range []channels.InboundKind{channels.InboundReaction, channels.InboundDeleted, channels.InboundSystem, channels.InboundUnsupported, "a kind to come"} {
		quotes, plain := fmt.Sprint("in-quotes-", i), fmt.Sprint("in-plain-", i)
		a, b := quoting(quotes, phone, "yes", older, 2), inbound(plain, phone, "yes")
		a.Message.Kind, b.Message.Kind, b.Message.ButtonID = kind, kind, "yes"
		w.Deliver("viber-main", a, b)
		w.shows(older, quotes, "notice")
		w.shows(newer, plain, "notice")
	}
	for i, text := range []string{"", " \n", "\u200b\ufe0f"} {
		quotes, plain := fmt.Sprint("in-empty-", i), fmt.Sprint("in-blank-", i)
		w.Deliver("viber-main", quoting(quotes, phone, text, older, 2), inbound(plain, phone, text))
		w.shows(older, quotes, "empty")
		w.shows(newer, plain, "empty")
	}
	w.waitsIn(older, "ask")
	w.waitsIn(newer, "ask")
	button := inbound("in-button", phone, "")
	button.Message.ButtonID = "yes"
	w.Deliver("viber-main", button)
	w.ends(newer, "coming")
}

func whoseOlder(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(`, "retries": 1`))
	older := w.Begin(flow, Inputs{"to": phone})
	asked := w.Clock.Now()
	w.Pass(time.Minute)
	newer := w.Begin(flow, Inputs{"to": phone})
	at := func(in channels.Inbound, moment time.Time) channels.Inbound {
		in.Message.At = moment
		return in
	}
	w.Deliver("viber-main", at(inbound("in-before", phone, "yes"), asked.Add(-time.Minute)))
	w.shows(newer, "in-before", "older")
	w.Deliver("viber-main", at(quoting("in-quotes", phone, "yes", older, 2), asked.Add(-time.Minute)))
	w.shows(older, "in-quotes", "older")
	w.waitsIn(older, "ask")
	w.waitsIn(newer, "ask")
	// Sent between the two questions, it answers the first one.
	w.Deliver("viber-main", at(inbound("in-between", phone, "yes"), asked.Add(30*time.Second)))
	w.ends(older, "coming")
	w.shows(older, "in-between", "address")
	w.waitsIn(newer, "ask")
	// Clocks of vendors differ, and tell whole seconds.
	w.Deliver("viber-main", at(inbound("in-skewed", phone, "hm"), asked.Add(time.Minute-4*time.Second)))
	w.shows(newer, "in-skewed", "address")
	// The question was repeated meanwhile; what was sent before that answers it.
	w.Pass(time.Minute)
	w.Deliver("viber-main", at(inbound("in-first", phone, "yes"), asked.Add(time.Minute+time.Second)))
	w.ends(newer, "coming")
}

func whoseVendorsAddress(t *testing.T, open Open) {
	w := world(t, open)
	const called = "+15550001111"
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID), Address: called[1:]}, nil
	})
	plain, hidden := w.Publish(asking("whatsapp", "{{to}}")), w.Publish(asking("whatsapp", "{{secret}}"))
	secret := w.Begin(hidden, Inputs{"secret": phone})
	if linked := w.linked(phone); linked != nil {
		t.Errorf("a secret address is written down: %v", linked)
	}
	w.Deliver("viber-main", inbound("in-2", called, "yes"))
	w.waitsIn(secret, "ask")
	w.Deliver("whatsapp-main", inbound("in-3", called, "yes"))
	w.ends(secret, "coming")
	run := w.Begin(plain, Inputs{"to": phone})
	w.Deliver("whatsapp-main", inbound("in-1", called, "yes"))
	w.ends(run, "coming")
	for _, to := range []string{phone, called} {
		if linked := w.linked(to); !slices.Contains(linked, phone) || !slices.Contains(linked, called) {
			t.Errorf("%s is linked to %v", to, linked)
		}
	}
	// The reply window knows it too.
	settings := map[string]string{"window": channels.WindowOn}
	if _, err := w.Store.UpdateChannel(context.Background(), workspace, w.Channels["whatsapp-main"], store.ChannelChange{Settings: settings}); err != nil {
		t.Fatal(err)
	}
	w.Pass(2 * time.Second)
	w.waitsIn(w.Begin(plain, Inputs{"to": phone}), "ask")
	w.waitsIn(w.Begin(hidden, Inputs{"secret": phone}), "ask")
}

// linked are the addresses of the same person on WhatsApp.
func (w *World) linked(address string) []string {
	w.t.Helper()
	linked, err := w.Store.LinkedTo(context.Background(), workspace, w.Channels["whatsapp-main"], []string{address})
	if err != nil {
		w.t.Fatal(err)
	}
	return linked
}

func whoseIDs(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(asking("whatsapp", "{{to}}"))
	hello := inbound("in-1", "639171234567", "hello")
	hello.Message.Aliases = []string{"US.1234"}
	w.Deliver("whatsapp-main", hello)
	byID, byNumber := w.Begin(flow, Inputs{"to": "US.1234"}), w.Begin(flow, Inputs{"to": phone})
	w.Deliver("whatsapp-main", inbound("in-2", "US.1234", "yes"))
	w.ends(byNumber, "coming")
	w.waitsIn(byID, "ask")
	w.Deliver("whatsapp-main", inbound("in-3", "639171234567", "yes"))
	w.ends(byID, "coming")
	// The number is another person's by now, whose messages are no answers of the
	// first one.
	first := w.Begin(flow, Inputs{"to": "US.1234"})
	other := inbound("in-other", "639171234567", "yes")
	other.Message.Aliases = []string{"US.9"}
	w.Deliver("whatsapp-main", other)
	w.Deliver("whatsapp-main", inbound("in-other-2", "639171234567", "yes"))
	w.waitsIn(first, "ask")
	stranger := w.Begin(flow, Inputs{"to": phone})
	w.Deliver("whatsapp-main", inbound("in-4", "US.12345", "yes"))
	w.waitsIn(stranger, "ask")
}

func whoseIDAlone(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(asking("whatsapp", "{{to}}")), Inputs{"to": "US.1234"})
	if sent := w.Vendor.Ledger(); len(sent) != 1 || sent[0].To != "US.1234" {
		t.Fatalf("the vendor was asked for %+v", sent)
	}
	// Some put a "+" before whatever they have.
	w.Deliver("whatsapp-main", inbound("in-1", "+US.1234", "yes"))
	w.ends(run, "coming")
	if m := w.Query(run).Messages; len(m) != 2 || m[1].FromAddress != "US.1234" {
		t.Errorf("its messages are %+v", m)
	}
}

func whoseCountries(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(asking("whatsapp", "{{to}}"))
	settings := map[string]string{"window": channels.WindowOn}
	if _, err := w.Store.UpdateChannel(context.Background(), workspace, w.Channels["whatsapp-main"], store.ChannelChange{Settings: settings}); err != nil {
		t.Fatal(err)
	}
	w.Pass(2 * time.Second)
	for i, tt := range []struct{ to, from, sent string }{
		{"+525512345678", "5215512345678", "+525512345678"},
		{"+52 1 55 1234 5678", "+525512345678", "+525512345678"},
		{"+541112345678", "5491112345678", "+541112345678"},
		{"5491187654321", "+541187654321", "+5491187654321"},
		{"+54 11 15 2345-6789", "5491123456789", "+5491123456789"},
		{"+5541988887777", "554188887777", "+5541988887777"},
		{"554177776666", "+5541977776666", "+554177776666"},
		{"\u202a+63 917\u200b 111 2222\u202c", "639171112222", "+639171112222"},
		{"+٦٣٩١٧٣٣٣٤٤٤٤", "＋639173334444", "+639173334444"},
	} {
		// The window is open for whoever wrote from any form.
		w.Deliver("whatsapp-main", inbound(fmt.Sprint("in-hello-", i), tt.from, "hello"))
		run := w.Begin(flow, Inputs{"to": tt.to})
		w.waitsIn(run, "ask")
		w.Deliver("whatsapp-main", inbound(fmt.Sprint("in-yes-", i), tt.from, "yes"))
		w.ends(run, "coming")
		if sent := w.Vendor.Ledger(); len(sent) != i+1 || sent[i].To != tt.sent {
			t.Errorf("the vendor was asked for %+v, want one to %s", sent, tt.sent)
		}
	}
	w.Deliver("whatsapp-main", inbound("in-hello", "551133334444", "hello"))
	landline := w.Begin(flow, Inputs{"to": "+551133334444"})
	w.Deliver("whatsapp-main", inbound("in-mobile", "5511933334444", "yes"))
	w.waitsIn(landline, "ask")
}

// Runs that waited before addresses were compared wait under the form that was
// written then.
func whoseEarlier(t *testing.T, open Open) {
	w := world(t, open)
	w.bindGroup()
	for i, tt := range []struct{ channelType, to, key, from string }{
		{"whatsapp", "+5491112345678", "+5491112345678", "541112345678"},
		{"whatsapp", "+5541988887777", "+5541988887777", "5541988887777"},
		{"whatsapp", "+525512345678", "+5215512345678", "5215512345678"},
		{"whatsapp", "US.1234", "+US.1234", "US.1234"},
		{"wecom", "ZhangSan", "ZhangSan", "ZhangSan"},
	} {
		channel := tt.channelType + "-main"
		run := w.Begin(w.Publish(asking(tt.channelType, "{{to}}")), Inputs{"to": tt.to})
		w.Stop()
		w.rekey(run, channel+"/"+tt.key)
		w.Start()
		w.Deliver(channel, inbound(fmt.Sprint("in-", i), tt.from, "yes"))
		w.ends(run, "coming")
	}
}

// rekey has a run wait under another key.
func (w *World) rekey(run, key string) {
	w.t.Helper()
	ctx := context.Background()
	shown, err := w.Store.Run(ctx, workspace, run)
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.Store.Batch(ctx, func(b *store.Batch) error {
		live, err := b.LockRuns([]string{run})
		if err != nil || len(live) != 1 {
			return errors.Join(err, fmt.Errorf("found %d runs", len(live)))
		}
		r := live[0]
		_, err = b.UpdateRuns([]store.RunRow{{
			ID: r.ID, WorkspaceID: r.WorkspaceID, Status: shown.Status, Node: shown.Node, Visit: shown.Visit, Version: r.Version, Before: r.Version,
			DueAt: shown.DueAt.Time, State: r.State, KeepSecrets: true, Recipient: r.Recipient, ReplyKey: key, UpdatedAt: shown.UpdatedAt.Time,
		}})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// bindGroup makes the channel wecom-main.
func (w *World) bindGroup() {
	w.t.Helper()
	bound := store.ChannelBound
	c, err := w.Store.CreateChannel(context.Background(), workspace, store.Channel{Slug: "wecom-main", Name: "wecom-main", Type: "wecom", Kind: VendorKind}, nil, 100)
	if err == nil {
		_, err = w.Store.UpdateChannel(context.Background(), workspace, c.ID, store.ChannelChange{Status: &bound})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.Channels["wecom-main"] = c.ID
}

func whoseGroup(t *testing.T, open Open) {
	w := world(t, open)
	w.bindGroup()
	anybody, one := w.Publish(asking("wecom", "")), w.Publish(asking("wecom", "{{to}}"))
	first, named, last := w.Begin(anybody, Inputs{}), w.Begin(one, Inputs{"to": "ZhangSan"}), w.Begin(anybody, Inputs{})
	w.Deliver("wecom-main", inbound("in-1", "lisi", "yes"))
	w.ends(last, "coming")
	w.waitsIn(named, "ask")
	// Only the one who is asked answers, also when others quote the question.
	w.Deliver("wecom-main", quoting("in-2", "lisi", "yes", named, 2))
	w.waitsIn(named, "ask")
	w.shows(named, "in-2", "late")
	w.Deliver("wecom-main", inbound("in-3", "zhangsan", "yes"))
	w.ends(named, "coming")
	w.Deliver("wecom-main", quoting("in-4", "wang", "yes", first, 2))
	w.ends(first, "coming")
}

func whoseRestart(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(askFlow(`, "retries": 1`))
	older, newer := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone})
	w.Stop()
	w.Start()
	in := quoting("in-1", phone, "hm", older, 2)
	w.Deliver("viber-main", in, in)
	w.Stop()
	w.Start()
	// The vendor repeats it, and it is the same message still.
	w.Deliver("viber-main", in)
	w.waitsIn(older, "ask")
	w.Deliver("viber-main", quoting("in-2", phone, "yes", older, 3))
	w.ends(older, "coming")
	w.waitsIn(newer, "ask")
	w.shows(older, "in-1", "quoted")
	w.shows(older, "in-2", "quoted")
}

func whoseData(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish([]byte(answeredFlow)), Inputs{"to": phone})
	in := inbound("in-1", phone, "")
	in.Message.Data = json.RawMessage(`{"name": "Ana {{1+1}}", "seats": 2}`)
	w.Deliver("viber-main", in)
	w.ends(run, "coming")
	d := w.Query(run)
	data, _ := d.Steps[1].Outputs["reply_data"].(map[string]any)
	if data["name"] != "Ana {{1+1}}" || fmt.Sprint(data["seats"]) != "2" {
		t.Errorf("the run got %v", d.Steps[1].Outputs)
	}
	var content struct{ Data map[string]any }
	for _, m := range d.Messages {
		if m.Direction == store.DirectionIn {
			if err := json.Unmarshal([]byte(m.Content), &content); err != nil || content.Data["name"] != "Ana {{1+1}}" {
				t.Errorf("the message is %s, %v", m.Content, err)
			}
		}
	}
	// What is no object is left out, and the message stays one.
	for i, broken := range []string{`{`, `[1]`, `"x"`, `null`} {
		in := inbound(fmt.Sprint("in-broken-", i), phone, "hi")
		in.Message.Data = json.RawMessage(broken)
		w.Deliver("viber-main", in)
	}
}

func whoseHostile(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(asking("whatsapp", "{{to}}")), Inputs{"to": phone})
	long := make([]byte, 900<<10)
	for i := range long {
		long[i] = 'x'
	}
	for i, from := range []string{"", "\x00", "\xff\xfe", string(long), string(long[:3000]), "+" + string(long[:600]), "\u200b"} {
		in := inbound(fmt.Sprint("in-", i), from, "yes")
		in.Message.Aliases = []string{from, string(long), "", "\x00", "a", "b", "c", "d", "e", "f"}
		w.Deliver("whatsapp-main", in)
	}
	w.waitsIn(run, "ask")
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID), Address: string(long)}, nil
	})
	second := w.Begin(w.Publish(asking("whatsapp", "{{to}}")), Inputs{"to": "+639170000000"})
	w.Deliver("whatsapp-main", inbound("in-last", "+639170000000", "yes"))
	w.ends(second, "coming")
}
