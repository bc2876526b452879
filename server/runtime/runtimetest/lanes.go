package runtimetest

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

func laneTests() []test {
	return []test{
		{"a channel's rate is kept and nothing is lost", rateIsKept},
		{"a rate survives a restart", rateAfterRestart},
		{"what waits for a rate beyond its deadline takes the failure's way", rateBeyondDeadline},
		{"a channel whose vendor fails rests, and goes on when it works again", channelRests},
	}
}

// limit sets the rate of a channel.
func limit(t *testing.T, w *World, slug string, perSecond int) {
	t.Helper()
	_, err := w.Store.UpdateChannel(context.Background(), workspace, w.Channels[slug],
		store.ChannelChange{Settings: map[string]string{channels.RateSetting: strconv.Itoa(perSecond)}})
	if err != nil {
		t.Fatal(err)
	}
}

// sentTo is how often the vendor was asked to send something to a number.
func (w *World) sentTo(to string) int {
	n := 0
	for _, o := range w.Vendor.Ledger() {
		if o.To == to {
			n++
		}
	}
	return n
}

// beginMany starts runs without waiting for their messages.
func beginMany(t *testing.T, w *World, flow, to string, n int) []string {
	t.Helper()
	runs := make([]string, n)
	for i := range runs {
		s, err := w.Executor.Start(context.Background(), request(flow, Inputs{"to": to}))
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = s.RunID
	}
	w.Settle()
	return runs
}

// smsFlow sends one SMS without a deadline.
const smsFlow = `{"schema": "sluice/v1", "name": "SMS", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [{"name": "to", "type": "string", "required": true}]}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "x"}}}
], "edges": [{"from": "start", "port": "next", "to": "sms"}]}`

const otherPhone = "+639171234568"

func rateIsKept(t *testing.T, open Open) {
	w := world(t, open)
	limit(t, w, "viber-main", 2)
	runs := beginMany(t, w, w.Publish(sendFlow("")), phone, 11)
	// Another channel does not wait for this one.
	beginMany(t, w, w.Publish([]byte(smsFlow)), otherPhone, 11)
	if n := w.sentTo(otherPhone); n != 11 {
		t.Errorf("%d of 11 messages of a channel without a limit were sent", n)
	}
	// Two at once, and then one each half second; a look at the database may
	// come up to TimerInterval late.
	for second, want := range []int{2, 4, 6, 8, 10, 11} {
		if n := w.sentTo(phone); n != want {
			t.Errorf("after %d seconds %d messages were sent, want %d", second, n, want)
		}
		w.Pass(time.Second + 50*time.Millisecond)
	}
	for _, run := range runs {
		if n := w.Vendor.Calls(messageID(run, 2)); n != 1 {
			t.Errorf("the message of run %s was sent %d times", run, n)
		}
	}
}

func rateAfterRestart(t *testing.T, open Open) {
	w := world(t, open)
	limit(t, w, "viber-main", 1)
	beginMany(t, w, w.Publish(sendFlow("")), phone, 5)
	w.Stop()
	w.Start()
	w.Pass(time.Second + 50*time.Millisecond)
	if n := w.sentTo(phone); n != 2 {
		t.Errorf("after a second and a restart %d messages were sent, want 2", n)
	}
	// What was due during a downtime does not go all at once.
	w.Stop()
	w.Clock.Advance(30 * time.Second)
	w.Start()
	w.Settle()
	if n := w.sentTo(phone); n != 3 {
		t.Errorf("at once after a downtime %d messages were sent, want one more than 2", n)
	}
	w.Pass(5 * time.Second)
	if n := w.sentTo(phone); n != 5 {
		t.Errorf("%d messages were sent in the end, want 5", n)
	}
}

func rateBeyondDeadline(t *testing.T, open Open) {
	w := world(t, open)
	limit(t, w, "viber-main", 1)
	// Each is of use for three seconds, so the last two never get their turn.
	runs := beginMany(t, w, w.Publish(sendFlow(`, "delivered_within": "3s"`)), phone, 6)
	w.Pass(4 * time.Second)
	var went int
	for _, run := range runs {
		d := w.Query(run)
		if !slices.Equal(path(d), []string{"start", "viber", "sms"}) {
			t.Errorf("a run that nothing was delivered to took %v", path(d))
		}
		if w.Vendor.Calls(messageID(run, 2)) > 0 {
			went++
		}
	}
	if went < 3 || went > 4 {
		t.Errorf("%d messages were sent in three seconds at one a second", went)
	}
}

func channelRests(t *testing.T, open Open) {
	w := tuned(t, open, runtime.Tuning{BreakerAfter: 3, LaneWorkers: 1})
	updates, cancel := w.Executor.Subscribe(workspace)
	defer cancel()
	w.Vendor.Answer(refusing("sms-main", channels.ClassRetryable, "503"))
	flow := w.Publish([]byte(smsFlow))
	runs := beginMany(t, w, flow, phone, 6)
	if n := w.sentTo(phone); n != 3 {
		t.Errorf("a vendor that fails three times in a row was asked %d times", n)
	}
	pause, ok := w.Executor.Pauses(workspace)["sms-main"]
	if !ok || pause.Code != "503" || pause.Reason == "" || !pause.Until.After(w.Clock.Now()) {
		t.Errorf("the pause is %+v, %v", pause, ok)
	}
	if others := w.Executor.Pauses("another workspace"); len(others) != 0 {
		t.Errorf("another workspace sees %+v", others)
	}
	told := false
	for len(updates) > 0 {
		u := <-updates
		told = told || u.ChannelID == w.Channels["sms-main"]
	}
	if !told {
		t.Error("nobody was told of the pause")
	}
	// Other channels go on; this one is tried by one message after each pause,
	// which doubles.
	beginMany(t, w, w.Publish(sendFlow("")), otherPhone, 1)
	if n := w.sentTo(otherPhone); n != 1 {
		t.Errorf("another channel sent %d messages", n)
	}
	for _, tt := range []struct {
		pass time.Duration
		want int
	}{{4900 * time.Millisecond, 3}, {200 * time.Millisecond, 4}, {9700 * time.Millisecond, 4}, {400 * time.Millisecond, 5}} {
		w.Pass(tt.pass)
		if n := w.sentTo(phone); n != tt.want {
			t.Errorf("after %s the vendor was asked %d times, want %d", w.Clock.Now().Sub(moment), n, tt.want)
		}
	}
	w.Vendor.Answer(nil)
	w.Pass(30 * time.Second)
	for _, run := range runs {
		if d := w.Query(run); d.Messages[0].Status != "sent" {
			t.Errorf("when the vendor worked again a message was %s: %s", d.Messages[0].Status, d.Messages[0].Reason)
		}
	}
	if pauses := w.Executor.Pauses(workspace); len(pauses) != 0 {
		t.Errorf("a channel that works rests: %+v", pauses)
	}
}
