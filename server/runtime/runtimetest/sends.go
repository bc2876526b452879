package runtimetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

func sendTests() []test {
	return []test{
		{"a send that fails for the moment is tried again until it works", retriesUntilItWorks},
		{"a send that fails until its deadline takes the failure's way", retriesUntilTheDeadline},
		{"a vendor's wish to wait is respected", respectsRetryAfter},
		{"nobody sends what the run no longer waits for", supersededSends},
		{"what waited for its vendor for too long is not sent late", waitedTooLong},
		{"an unknown outcome is sent again or not, as declared", unknownOutcomes},
		{"refused credentials suspend the channel", authSuspends},
		{"a receipt that tells of refused credentials suspends the channel", authInReceiptSuspends},
		{"what cannot be sent is refused before the vendor is asked", refusedBeforehand},
		{"a slow vendor holds up its own channel only", slowVendor},
		{"what does not fit into memory waits in the database", overflow},
		{"a provider that panics is an unknown outcome", providerPanics},
		{"a dead worker's messages are taken over as declared", deadWorker},
	}
}

func retriesUntilItWorks(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
		if attempt < 3 {
			return channels.Accepted{}, &channels.SendError{Class: channels.ClassRetryable, Code: "429", Message: "slow down"}
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	id := messageID(run, 2)
	for _, tt := range []struct {
		pass  time.Duration
		calls int
	}{{0, 1}, {999 * time.Millisecond, 1}, {50 * time.Millisecond, 2}, {1900 * time.Millisecond, 2}, {150 * time.Millisecond, 3}, {time.Minute, 3}} {
		w.Pass(tt.pass)
		if n := w.Vendor.Calls(id); n != tt.calls {
			t.Fatalf("after %s there were %d calls, want %d", w.Clock.Now().Sub(moment), n, tt.calls)
		}
	}
	if d := w.Query(run); d.Messages[0].Status != "sent" || d.Messages[0].Code != "" {
		t.Errorf("the message is %+v", d.Messages[0])
	}
}

func retriesUntilTheDeadline(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Answer(refusing("viber-main", channels.ClassRetryable, "503"))
	// Without a deadline the run waits for as long as sending is tried.
	patient := w.Begin(w.Publish(sendFlow("")), Inputs{"to": phone})
	hasty := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Pass(30 * time.Second)
	d := w.Query(hasty)
	if want := []string{"start", "viber", "sms"}; !slices.Equal(path(d), want) || d.Steps[1].Port != "not_delivered" {
		t.Errorf("at the deadline the run took %v by %q", path(d), d.Steps[1].Port)
	}
	if d.Messages[0].Status != "failed" {
		t.Errorf("the message that was not sent is %s", d.Messages[0].Status)
	}
	w.Pass(10 * time.Minute)
	d = w.Query(patient)
	if d.Steps[1].Port != "failed" || d.Messages[0].Code != "503" || !slices.Equal(path(d), []string{"start", "viber", "sms"}) {
		t.Errorf("without a deadline the run took %v by %q, the message %+v", path(d), d.Steps[1].Port, d.Messages[0])
	}
	calls := w.Vendor.Calls(messageID(hasty, 2))
	w.Pass(time.Hour)
	if n := w.Vendor.Calls(messageID(hasty, 2)); n != calls {
		t.Errorf("it was sent %d more times after the run had gone on", n-calls)
	}
}

// refusing fails the calls of one channel.
func refusing(slug string, class channels.Class, code string) func(context.Context, channels.Account, channels.Outbound, int) (channels.Accepted, error) {
	return func(_ context.Context, a channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		if a.Slug == slug {
			return channels.Accepted{}, &channels.SendError{Class: class, Code: code, Message: "the vendor said " + code}
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	}
}

func respectsRetryAfter(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
		if attempt == 1 {
			return channels.Accepted{}, &channels.SendError{Class: channels.ClassRetryable, Code: "429", RetryAfter: 10 * time.Second}
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Pass(9 * time.Second)
	if n := w.Vendor.Calls(messageID(run, 2)); n != 1 {
		t.Errorf("%d calls before the vendor's time", n)
	}
	w.Pass(2 * time.Second)
	if n := w.Vendor.Calls(messageID(run, 2)); n != 2 {
		t.Errorf("%d calls after the vendor's time", n)
	}
}

func supersededSends(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Answer(refusing("viber-main", channels.ClassRetryable, "503"))
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	if err := w.Executor.Cancel(context.Background(), workspace, run, cancelled); err != nil {
		t.Fatal(err)
	}
	w.Pass(time.Minute)
	d := w.Query(run)
	if d.Run.Status != "cancelled" || d.Messages[0].Status != "failed" || d.Messages[0].Code != "superseded" {
		t.Errorf("the run is %s, the message %+v", d.Run.Status, d.Messages[0])
	}
	if n := w.Vendor.Calls(messageID(run, 2)); n != 1 {
		t.Errorf("%d calls for a run that was cancelled after the first one", n)
	}
}

func waitedTooLong(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{LaneWorkers: 1, LaneDepth: 2})
	called, hold := make(chan struct{}, 8), make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, a channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		if a.Slug == "viber-main" {
			called <- struct{}{}
			<-hold
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	flow := w.Publish(sendFlow(both))
	begin := func() string {
		s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
		if err != nil {
			t.Fatal(err)
		}
		return s.RunID
	}
	begin()
	<-called
	// The first of them waits in memory, the others in the database.
	late := []string{begin(), begin(), begin()}
	for _, run := range late {
		if err := w.Executor.Cancel(context.Background(), workspace, run, cancelled); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Advance(2 * time.Second)
	close(hold)
	w.Pass(time.Second)
	for _, run := range late {
		if n := w.Vendor.Calls(messageID(run, 2)); n != 0 {
			t.Errorf("a message was sent %d times after its run had been cancelled", n)
		}
		if d := w.Query(run); d.Messages[0].Code != "superseded" {
			t.Errorf("the message is %+v", d.Messages[0])
		}
	}
}

func unknownOutcomes(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Answer(func(_ context.Context, a channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
		if a.Slug == "viber-main" && attempt == 1 {
			return channels.Accepted{}, &channels.SendError{Class: channels.ClassUnknown, Code: "no_answer", Message: "the line went dead"}
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	resent := w.Begin(w.Publish(sendFlow(both+`, "on_unknown": "resend"`)), Inputs{"to": phone})
	failed := w.Begin(w.Publish(sendFlow(both+`, "on_unknown": "treat_as_failed"`)), Inputs{"to": phone})
	byCategory := w.Begin(w.Publish(sendFlow(both+`, "category": "promotional"`)), Inputs{"to": phone})
	w.Pass(2 * time.Second)
	for name, tt := range map[string]struct {
		run   string
		calls int
		path  []string
	}{
		"resend":          {resent, 2, []string{"start", "viber"}},
		"treat_as_failed": {failed, 1, []string{"start", "viber", "sms"}},
		"promotional":     {byCategory, 1, []string{"start", "viber", "sms"}},
	} {
		if n := w.Vendor.Calls(messageID(tt.run, 2)); n != tt.calls {
			t.Errorf("%s: %d calls, want %d", name, n, tt.calls)
		}
		if d := w.Query(tt.run); !slices.Equal(path(d)[:len(tt.path)], tt.path) {
			t.Errorf("%s: the path is %v", name, path(d))
		}
	}
	// A receipt shows that the first attempt arrived after all: it is not
	// repeated.
	w.Vendor.Refuse(channels.ClassUnknown, "no_answer")
	arrived := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Receipt("viber-main", arrived, 2, channels.StatusDelivered)
	calls := w.Vendor.Calls(messageID(arrived, 2))
	w.Pass(20 * time.Second)
	if n := w.Vendor.Calls(messageID(arrived, 2)); n != calls {
		t.Errorf("a message that had arrived was sent %d more times", n-calls)
	}
	if d := w.Query(arrived); d.Messages[0].Status != "delivered" || d.Run.Status != "waiting" {
		t.Errorf("the message that arrived is %s, its run %s", d.Messages[0].Status, d.Run.Status)
	}
}

func authSuspends(t *testing.T, open Open) {
	w := world(t, open)
	updates, cancel := w.Executor.Subscribe(workspace)
	defer cancel()
	w.Vendor.Answer(refusing("viber-main", channels.ClassAuth, "20003"))
	flow := w.Publish(sendFlow(both))
	first := w.Begin(flow, Inputs{"to": phone})
	if d := w.Query(first); d.Steps[1].Port != "failed" || d.Messages[0].Code != "20003" {
		t.Errorf("the run left by %q, the message is %+v", d.Steps[1].Port, d.Messages[0])
	}
	c, err := w.Store.Channel(context.Background(), workspace, w.Channels["viber-main"])
	if err != nil || c.Status != store.ChannelSuspended || c.StatusReason == "" {
		t.Errorf("the channel is %+v, %v", c, err)
	}
	told := false
	for len(updates) > 0 {
		u := <-updates
		told = told || u.Kind == runtime.UpdateChannel && u.ChannelID == c.ID
	}
	if !told {
		t.Error("nobody was told of the suspension")
	}
	second := w.Begin(flow, Inputs{"to": phone})
	if n := w.Vendor.Calls(messageID(second, 2)); n != 0 {
		t.Errorf("a suspended channel was used %d times", n)
	}
	if d := w.Query(second); d.Messages[0].Code != "channel_suspended" {
		t.Errorf("the message is %+v", d.Messages[0])
	}
}

func authInReceiptSuspends(t *testing.T, open Open) {
	w := world(t, open)
	status := func() store.ChannelStatus {
		c, err := w.Store.Channel(context.Background(), workspace, w.Channels["viber-main"])
		if err != nil {
			t.Fatal(err)
		}
		return c.Status
	}
	failed := func(run, code string) channels.Inbound {
		return channels.Inbound{Receipt: &channels.Receipt{MessageID: messageID(run, 2), Status: channels.StatusFailed, Code: code, Reason: "The account is locked."}}
	}
	flow := w.Publish(sendFlow(both))
	first, second := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone})
	w.Pass(time.Second)
	w.Deliver("viber-main", failed(first, "gone"), failed(first, "never heard of"))
	if got := status(); got != store.ChannelBound {
		t.Errorf("after a failure that is the message's own it is %s", got)
	}
	w.Deliver("viber-main", failed(second, "locked"))
	w.waitFor(func() bool { return status() == store.ChannelSuspended })
	// Somebody settles it and binds again; the vendor repeats its old news.
	bound := store.ChannelBound
	if _, err := w.Store.UpdateChannel(context.Background(), workspace, w.Channels["viber-main"], store.ChannelChange{Status: &bound}); err != nil {
		t.Fatal(err)
	}
	w.Deliver("viber-main", failed(second, "locked"))
	if got := status(); got != store.ChannelBound {
		t.Errorf("after old news it is %s", got)
	}
}

// waitFor waits for what was delivered durably to take effect.
func (w *World) waitFor(done func() bool) {
	w.t.Helper()
	for limit := time.Now().Add(waitLimit); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			w.t.Fatal("it did not happen in time")
		}
	}
}

func refusedBeforehand(t *testing.T, open Open) {
	w := world(t, open)
	unbound := store.ChannelUnbound
	template := func(slug, language string) string {
		return `, "message": {"type": "template", "template": "` + slug + `", "language": "` + language + `", "parameters": ["1"]}`
	}
	whatsapp := func(channel, message string) []byte {
		return []byte(`{"schema": "sluice/v1", "name": "W", "nodes": [
			{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string"}]}},
			{"id": "wa", "type": "send_whatsapp", "config": {"channel": "` + channel + `", "to": "{{to}}"` + message + `}}
		], "edges": [{"from": "start", "port": "next", "to": "wa"}]}`)
	}
	for name, tt := range map[string]struct {
		flow []byte
		to   string
		code string
	}{
		"no possible number":   {sendFlow(both), "+63123", "invalid_recipient"},
		"not a number":         {sendFlow(both), "ann", "invalid_recipient"},
		"no such channel":      {whatsapp("nowhere", template("otp", "en")), phone, "channel_not_bound"},
		"another channel type": {whatsapp("sms-main", template("otp", "en")), phone, "channel_type_mismatch"},
		"no such template":     {whatsapp("whatsapp-main", template("hello", "en")), phone, "template_not_found"},
		"not in that language": {whatsapp("whatsapp-main", template("otp", "ms")), phone, "template_not_found"},
		"not approved":         {whatsapp("whatsapp-main", template("draft", "en")), phone, "template_not_approved"},
	} {
		if name == "not approved" {
			_, err := w.Store.CreateTemplate(context.Background(), workspace, store.Template{ChannelType: "whatsapp", Slug: "draft", Language: "en", Status: store.TemplatePending})
			if err != nil {
				t.Fatal(err)
			}
		}
		run := w.Begin(w.Publish(tt.flow), Inputs{"to": tt.to, "code": "1"}.only(tt.flow))
		d := w.Query(run)
		if m := d.Messages[0]; m.Status != "failed" || m.Code != tt.code || m.Reason == "" {
			t.Errorf("%s: the message is %+v", name, m)
		}
		if n := w.Vendor.Calls(messageID(run, 2)); n != 0 {
			t.Errorf("%s: the vendor was asked", name)
		}
	}
	if _, err := w.Store.UpdateChannel(context.Background(), workspace, w.Channels["viber-main"], store.ChannelChange{Status: &unbound}); err != nil {
		t.Fatal(err)
	}
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	if d := w.Query(run); d.Messages[0].Code != "channel_not_bound" {
		t.Errorf("unbound: the message is %+v", d.Messages[0])
	}
}

func slowVendor(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{LaneWorkers: 2, LaneDepth: 4})
	hold := make(chan struct{})
	w.Vendor.Answer(func(_ context.Context, a channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		if a.Slug == "viber-main" {
			<-hold
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	updates, cancel := w.Executor.Subscribe(workspace)
	defer cancel()
	viber, sms := w.Publish(sendFlow(both)), w.Publish([]byte(`{"schema": "sluice/v1", "name": "SMS", "nodes": [
		{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": []}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "`+phone+`", "message": {"type": "text", "text": "x"}}}
	], "edges": [{"from": "start", "port": "next", "to": "sms"}]}`))
	for range 20 {
		if _, err := w.Executor.Start(context.Background(), request(viber, Inputs{"to": phone})); err != nil {
			t.Fatal(err)
		}
	}
	s, err := w.Executor.Start(context.Background(), request(sms, nil))
	if err != nil {
		t.Fatal(err)
	}
	updatesOf(t, updates, s.RunID)
	close(hold)
	w.Pass(5 * time.Second)
	if n := len(w.Vendor.Ledger()); n != 21 {
		t.Errorf("%d messages were sent, want 21", n)
	}
}

func overflow(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{LaneWorkers: 1, LaneDepth: 3})
	flow := w.Publish(sendFlow(both))
	runs := make([]string, 40)
	for i := range runs {
		s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": phone}))
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = s.RunID
	}
	w.Pass(10 * time.Second)
	for _, run := range runs {
		if n := w.Vendor.Calls(messageID(run, 2)); n != 1 {
			t.Errorf("message of run %s was sent %d times", run, n)
		}
	}
}

func providerPanics(t *testing.T, open Open) {
	w := world(t, open)
	w.Vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, attempt int) (channels.Accepted, error) {
		if attempt == 1 {
			panic("a mistake in the provider")
		}
		return channels.Accepted{ProviderMessageID: ProviderID(o.MessageID)}, nil
	})
	run := w.Begin(w.Publish(sendFlow(both)), Inputs{"to": phone})
	w.Pass(2 * time.Second)
	if d := w.Query(run); d.Messages[0].Status != "sent" {
		t.Errorf("the message is %+v", d.Messages[0])
	}
}

func deadWorker(t *testing.T, open Open) {
	w := world(t, open)
	first := plant(t, w, w.Publish(sendFlow(both)))
	if d := w.Query(first); d.Messages[0].Status != "queued" {
		t.Errorf("the outcome of a lost lease counted: %+v", d.Messages[0])
	}
	w.Start()
	w.Pass(time.Second)
	if n := w.Vendor.Calls(messageID(first, 2)); n != 2 {
		t.Errorf("a message to be sent again was sent %d times", n)
	}
	second := plant(t, w, w.Publish(sendFlow(both+`, "on_unknown": "treat_as_failed"`)))
	w.Start()
	w.Pass(time.Second)
	if n := w.Vendor.Calls(messageID(second, 2)); n != 1 {
		t.Errorf("a message to be sent at most once was sent %d times", n)
	}
	if d := w.Query(second); d.Steps[1].Port != "failed" || d.Messages[0].Code != "server_died" {
		t.Errorf("its run left by %q, the message is %+v", d.Steps[1].Port, d.Messages[0])
	}
	// After a long downtime nobody sends an old code.
	third := plant(t, w, w.Publish(sendFlow(both)))
	w.Clock.Advance(time.Hour)
	w.Start()
	w.Pass(time.Second)
	if n := w.Vendor.Calls(messageID(third, 2)); n != 1 {
		t.Errorf("an old message was sent %d times", n)
	}
	if d := w.Query(third); !slices.Equal(path(d), []string{"start", "viber", "sms"}) {
		t.Errorf("after an hour of downtime the run took %v", path(d))
	}
}
