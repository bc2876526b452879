package nodes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
)

func TestScheduledSendCountsFromItsTime(t *testing.T) {
	t.Parallel()
	const later = `"send_at":"2026-01-02T04:04:05Z"`
	in := func(d time.Duration) time.Duration { return time.Hour + d }
	for _, tt := range []struct {
		name, config string
		do           func(r *runner)
		ports        []string
		status       engine.Status
		withdrawn    bool
	}{
		{"waits for its time and the result", later, func(r *runner) { r.at(time.Minute).timer() }, []string{"next"}, engine.StatusWaiting, false},
		{"goes on when it was sent", later, func(r *runner) { r.at(time.Hour).accepted() }, []string{"next", "next"}, engine.StatusCompleted, false},
		{"not delivered after its time", later + `,"delivered_within":"30s"`, func(r *runner) {
			r.at(30 * time.Second).timer()
			r.at(time.Hour).accepted()
			r.at(in(29 * time.Second)).timer()
			r.at(in(30 * time.Second)).timer()
		}, []string{"next", "not_delivered"}, engine.StatusFailed, false},
		{"not read after its time", later + `,"read_within":"60s"`, func(r *runner) {
			r.at(time.Hour).accepted()
			r.receipt("delivered")
			r.at(in(time.Minute)).timer()
		}, []string{"next", "not_read"}, engine.StatusCompleted, false},
		{"cancelled before its time it is taken back", later, func(r *runner) {
			r.at(time.Minute).step(engine.Event{Kind: engine.EventCancel, Cancel: &engine.Cancel{}})
		}, []string{"next"}, engine.StatusCancelled, true},
		{"cancelled after it was sent it is not", later + `,"read_within":"60s"`, func(r *runner) {
			r.at(time.Hour).accepted()
			r.step(engine.Event{Kind: engine.EventCancel, Cancel: &engine.Cancel{}})
		}, []string{"next"}, engine.StatusCancelled, false},
		{"the vendor ends the waiting", later, func(r *runner) { r.at(time.Minute).receipt("failed") }, []string{"next", "failed"}, engine.StatusFailed, false},
		{"in the past it goes at once", `"send_at":"2025-12-31","delivered_within":"30s"`, func(r *runner) { r.accepted(); r.at(30 * time.Second).timer() }, []string{"next", "not_delivered"}, engine.StatusFailed, false},
		{"empty it goes at once", `"send_at":"{{\"\"}}"`, func(r *runner) { r.accepted() }, []string{"next", "next"}, engine.StatusCompleted, false},
		{"beyond the run's lifetime it fails", `"send_at":"2027-01-01"`, func(*runner) {}, []string{"next", "failed"}, engine.StatusFailed, false},
		{"what is no moment ends the run", `"send_at":"{{\"tomorrow\"}}"`, func(*runner) {}, []string{"next"}, engine.StatusFailed, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			node := `{"id":"sms","type":"send_viber","config":{"channel":"v","to":"{{phone}}","message":{"type":"text","text":"Hi"},` + tt.config + `}}`
			r := begin(t, compile(t, flow(t, phoneAndCode, node, "start.next>sms")), `{"phone":"639171234567"}`)
			tt.do(r)
			if diff := cmp.Diff(tt.ports, r.ports()); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
			if r.state.Status != tt.status {
				t.Errorf("the run is %s, want %s", r.state.Status, tt.status)
			}
			withdrawn := 0
			for _, e := range r.effects {
				if e.Kind == engine.EffectWithdraw && e.Visit == 2 && e.Node == "sms" {
					withdrawn++
				}
			}
			if want := map[bool]int{true: 1}[tt.withdrawn]; withdrawn != want {
				t.Errorf("%d messages were taken back, want %d", withdrawn, want)
			}
		})
	}
}

func TestScheduledSendSaysItsTime(t *testing.T) {
	t.Parallel()
	node := `{"id":"sms","type":"send_sms","config":{"channel":"v","to":"{{phone}}","message":{"type":"text","text":"Hi"},"send_at":"{{date(\"2026-01-02T10:00:00+02:00\")}}"}}`
	p := compile(t, flow(t, phoneAndCode, node, "start.next>sms"))
	r := begin(t, p, `{"phone":"639171234567"}`)
	want := time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)
	if len(r.effects) != 1 || !r.effects[0].Send.SendAt.Equal(want) || !r.effects[0].Send.GiveUpAt.Equal(want.Add(10*time.Minute)) {
		t.Fatalf("the effects are %s", mustJSON(t, r.effects))
	}
	if !strings.Contains(mustJSON(t, r.trace), `"send_at":"2026-01-02T08:00:00Z"`) || r.state.Outputs["sms"]["status"] != "scheduled" {
		t.Errorf("the history is %s", mustJSON(t, r.trace))
	}
	if b := p.Bound(); b.Unbounded == "" {
		t.Error("the time of a run that sends at some moment is bounded")
	}
}

func TestTypingGoesWithTheMessage(t *testing.T) {
	t.Parallel()
	for _, node := range []string{
		`"type":"send_whatsapp","config":{"channel":"v","to":"{{phone}}","message":{"type":"text","text":"Hi"},"typing":"3s"}`,
		`"type":"ask","config":{"channel_type":"whatsapp","channel":"v","to":"{{phone}}","message":{"type":"text","text":"Hi"},"typing":"3s"}`,
	} {
		r := begin(t, compile(t, flow(t, phoneAndCode, `{"id":"wa",`+node+`}`, "start.next>wa")), `{"phone":"639171234567"}`)
		if got := time.Duration(r.effects[0].Send.TypingFor); got != 3*time.Second {
			t.Errorf("%s: typing is shown for %s", node, got)
		}
	}
}
