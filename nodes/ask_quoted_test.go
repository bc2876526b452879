package nodes_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
)

// INVARIANTS 32, of one run: what a reply quotes, and when it was sent, decides
// whether it answers the question that waits.
func TestAskTakesOnlyWhatAnswersIt(t *testing.T) {
	t.Parallel()
	const hm = "hm"
	send := func(quoted int, at time.Duration, text string) func(r *runner) {
		return func(r *runner) {
			r.step(engine.Event{Kind: engine.EventReply, Visit: quoted, Reply: &engine.Reply{Text: text, At: epoch.Add(at)}})
		}
	}
	tests := []struct {
		name    string
		do      []func(r *runner)
		ports   []string
		ignored []string
	}{
		{"the question is quoted", []func(*runner){send(2, time.Minute, "yes")}, []string{"next", "yes"}, nil},
		{"another message is quoted", []func(*runner){send(1, time.Minute, "yes")}, []string{"next"}, []string{engine.LeftVisit}},
		{"a message to come is quoted", []func(*runner){send(3, time.Minute, "yes")}, []string{"next"}, []string{engine.LeftVisit}},
		{"the first asking is quoted while the second waits", []func(*runner){send(0, time.Minute, hm), send(2, 2*time.Minute, "yes")}, []string{"next", "again", "yes"}, nil},
		{"the second asking is quoted", []func(*runner){send(0, time.Minute, hm), send(3, 2*time.Minute, "yes")}, []string{"next", "again", "yes"}, nil},
		{"what was before the question is quoted while the second asking waits", []func(*runner){send(0, time.Minute, hm), send(1, 2*time.Minute, "yes")}, []string{"next", "again"}, []string{engine.LeftVisit}},
		{"it is older than the question", []func(*runner){send(0, -6*time.Second, "yes")}, []string{"next"}, []string{engine.ReplyTooOld}},
		{"it is older by what clocks differ", []func(*runner){send(0, -5*time.Second, "yes")}, []string{"next", "yes"}, nil},
		{"it is older, and quotes the question", []func(*runner){send(2, -time.Minute, "yes")}, []string{"next"}, []string{engine.ReplyTooOld}},
		{"nobody knows when it was sent", []func(*runner){func(r *runner) { r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "yes"}}) }}, []string{"next", "yes"}, nil},
		// What was sent between the two askings answers the question all the same.
		{"it is older than the second asking", []func(*runner){func(r *runner) { r.at(time.Hour); send(0, time.Minute, hm)(r) }, send(0, 2*time.Minute, "yes")}, []string{"next", "again", "yes"}, nil},
		{"it is older than the first asking", []func(*runner){func(r *runner) { r.at(time.Hour); send(0, time.Minute, hm)(r) }, send(0, -time.Minute, "yes")}, []string{"next", "again"}, []string{engine.ReplyTooOld}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, phoneAndCode, question(yesOrNo+`,"retries":1`), "start.next>ask", "ask.yes>done")), `{"phone":"+639171234567","code":"1"}`)
			for _, do := range tt.do {
				do(r)
			}
			if diff := cmp.Diff(tt.ports, r.ports()); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.ignored, r.ignored()); diff != "" {
				t.Errorf("ignored (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAskKeepsDataOfAReply(t *testing.T) {
	t.Parallel()
	after := `{"id":"set","type":"set_variables","config":{"variables":[{"name":"said","value":"{{steps.ask.reply_data.name ?? \"none\"}}"}]}}`
	p := compile(t, flow(t, phoneAndCode, question("")+","+after, "start.next>ask", "ask.replied>set"))
	for _, tt := range []struct{ name, data, want string }{
		{"an object", `{"name": "{{code}}", "n": 1}`, "{{code}}"},
		{"none", ``, "none"},
		{"a list", `[1]`, "none"},
		{"broken", `{`, "none"},
		{"too much", `{"name": "` + strings.Repeat("x", 17<<10) + `"}`, "none"},
	} {
		r := begin(t, p, `{"phone":"+639171234567"}`)
		var data json.RawMessage
		if tt.data != "" && json.Valid([]byte(tt.data)) {
			data = json.RawMessage(tt.data)
		}
		r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "form", Type: "text", Data: data}})
		if got := r.state.Vars["said"]; got != tt.want {
			t.Errorf("%s: it keeps %v, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAskNeedsSomebodyToAsk(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		config string
		fits   bool
	}{
		{`"channel_type":"wecom"`, true}, {`"channel_type":"wecom","to":"ZhangSan"`, true}, {`"channel_type":"wecom","to":" "`, true},
		{`"channel_type":"whatsapp"`, false}, {`"channel_type":"whatsapp","to":""`, false}, {`"channel_type":"whatsapp","to":" "`, false}, {`"channel_type":"messenger"`, false},
		{`"channel_type":"whatsapp","to":"{{phone}}"`, true},
	} {
		_, diags := tryCompile(t, flow(t, phoneAndCode, `{"id":"ask","type":"ask","config":{"channel":"c","message":{"type":"text","text":"t"},`+tt.config+`}},`+sms, "start.next>ask"))
		n := 0
		for _, d := range diags {
			if d.Code == "missing_field" && strings.HasSuffix(d.Pointer, "/config/to") {
				n++
			}
		}
		if want := map[bool]int{true: 0, false: 1}[tt.fits]; n != want {
			t.Errorf("%s: got %d findings, want %d: %v", tt.config, n, want, diags)
		}
	}
}
