package nodes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
)

// question is an ask under test with more config, and what its exits lead to.
func question(config string) string {
	return `{"id":"ask","type":"ask","config":{"channel_type":"whatsapp","channel":"w","to":"{{phone}}","message":{"type":"text","text":"Come, {{code}}?"}` + config + `}},` +
		sms + `,{"id":"done","type":"end","config":{"outcome":"done"}}`
}

const yesOrNo = `,"choices":[{"port":"yes","title":"Yes","keywords":["OK","確認"]},{"port":"no","title":"No"}]`

func (r *runner) reply(text string) {
	r.t.Helper()
	r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: text, ChannelType: "whatsapp", From: "+639171234567", MessageID: "in-1", At: r.now}})
}

func TestAskLeavesByTheRightPort(t *testing.T) {
	t.Parallel()
	choices := yesOrNo + `,"reply_within":"10m","delivered_within":"30s"`
	free := `,"reply_within":"10m"`
	branches := []string{"start.next>ask", "ask.yes>done", "ask.no>sms", "ask.else>sms", "ask.no_reply>sms", "ask.not_delivered>sms", "ask.failed>sms"}
	tests := []struct {
		name    string
		config  string
		edges   []string
		do      func(r *runner)
		ports   []string
		node    string
		status  engine.Status
		outcome string
	}{
		{"a choice", choices, branches, func(r *runner) { r.accepted(); r.receipt("delivered"); r.at(time.Minute).reply("Yes") }, []string{"next", "yes"}, "done", engine.StatusCompleted, "done"},
		{"capital letters and spaces do not matter", choices, branches, func(r *runner) { r.accepted(); r.reply("  yEs \n") }, []string{"next", "yes"}, "done", engine.StatusCompleted, "done"},
		{"nor does the width of characters", choices, branches, func(r *runner) { r.accepted(); r.reply("ＯＫ") }, []string{"next", "yes"}, "done", engine.StatusCompleted, "done"},
		{"a keyword in another script", choices, branches, func(r *runner) { r.accepted(); r.reply("確認") }, []string{"next", "yes"}, "done", engine.StatusCompleted, "done"},
		{"a pressed button counts before its label", choices, branches, func(r *runner) {
			r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "No", ButtonID: "yes"}})
		}, []string{"next", "yes"}, "done", engine.StatusCompleted, "done"},
		{"a button without a known id counts by its label", choices, branches, func(r *runner) {
			r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "No", ButtonID: "b7"}})
		}, []string{"next", "no"}, "sms", engine.StatusWaiting, ""},
		{"something else", choices, branches, func(r *runner) { r.accepted(); r.reply("yes please") }, []string{"next", "else"}, "sms", engine.StatusWaiting, ""},
		{"an empty answer is something else", choices, branches, func(r *runner) { r.accepted(); r.reply("") }, []string{"next", "else"}, "sms", engine.StatusWaiting, ""},
		{"braces are no expression", choices, branches, func(r *runner) { r.accepted(); r.reply("{{'yes'}}") }, []string{"next", "else"}, "sms", engine.StatusWaiting, ""},
		{"a reply before the answer to the send", choices, branches, func(r *runner) { r.reply("no") }, []string{"next", "no"}, "sms", engine.StatusWaiting, ""},
		{"no reply in time", choices, branches, func(r *runner) { r.accepted(); r.receipt("delivered"); r.at(10 * time.Minute).timer() }, []string{"next", "no_reply"}, "sms", engine.StatusWaiting, ""},
		{"not delivered in time", choices, branches, func(r *runner) { r.accepted(); r.at(30 * time.Second).timer() }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"delivery does not end the waiting", choices, branches, func(r *runner) { r.accepted(); r.receipt("delivered"); r.receipt("read") }, []string{"next"}, "ask", engine.StatusWaiting, ""},
		{"refused", choices, branches, func(r *runner) { r.refused("permanent", "63016") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"a failed receipt", choices, branches, func(r *runner) { r.accepted(); r.receipt("failed") }, []string{"next", "failed"}, "sms", engine.StatusWaiting, ""},
		{"a late failure does not undo a delivery", choices, branches, func(r *runner) { r.receipt("delivered"); r.receipt("failed"); r.refused("permanent", "1") }, []string{"next"}, "ask", engine.StatusWaiting, ""},
		{"what was tried until the deadline is not delivered", choices, branches, func(r *runner) { r.at(30*time.Second).refused("retryable", "503") }, []string{"next", "not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"failed, not connected, goes on at not delivered", choices, branches[:6], func(r *runner) { r.refused("permanent", "1") }, []string{"next", "failed via not_delivered"}, "sms", engine.StatusWaiting, ""},
		{"failed goes on at no reply when that alone is connected", choices, branches[:5], func(r *runner) { r.refused("permanent", "1") }, []string{"next", "failed via no_reply"}, "sms", engine.StatusWaiting, ""},
		{"a reply over another channel does nothing", choices, branches, func(r *runner) {
			r.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{Text: "yes", ChannelType: "sms"}})
		}, []string{"next"}, "ask", engine.StatusWaiting, ""},
		{"a reply to a visit that was left does nothing", choices, branches, func(r *runner) {
			r.step(engine.Event{Kind: engine.EventReply, Visit: 1, Reply: &engine.Reply{Text: "yes"}})
		}, []string{"next"}, "ask", engine.StatusWaiting, ""},
		{"a timer before its time does nothing", choices, branches, func(r *runner) { r.at(29 * time.Second).timer() }, []string{"next"}, "ask", engine.StatusWaiting, ""},
		{"without choices any answer goes on", free, []string{"start.next>ask", "ask.replied>done"}, func(r *runner) { r.reply("whatever") }, []string{"next", "replied"}, "done", engine.StatusCompleted, "done"},
		{"without choices, no reply without an edge is no failure", free, []string{"start.next>ask"}, func(r *runner) { r.accepted(); r.at(10 * time.Minute).timer() }, []string{"next", "no_reply"}, "ask", engine.StatusCompleted, "no_reply"},
		{"without a deadline it waits on", "", []string{"start.next>ask", "ask.replied>done"}, func(r *runner) { r.accepted(); r.at(29 * 24 * time.Hour).reply("late") }, []string{"next", "replied"}, "done", engine.StatusCompleted, "done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, phoneAndCode, question(tt.config), tt.edges...)), `{"phone":"+639171234567","code":"123"}`)
			tt.do(r)
			if diff := cmp.Diff(tt.ports, r.ports()); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
			if r.state.Node != tt.node || r.state.Status != tt.status || r.state.Outcome != tt.outcome {
				t.Errorf("the run is in %q, %s %q; want %q, %s %q", r.state.Node, r.state.Status, r.state.Outcome, tt.node, tt.status, tt.outcome)
			}
			if waits := r.state.Wait != nil && r.state.Wait.Replies; waits != (tt.node == "ask" && tt.status == engine.StatusWaiting) {
				t.Errorf("the run takes replies: %v", waits)
			}
		})
	}
}

func TestAskAsksAgain(t *testing.T) {
	t.Parallel()
	p := compile(t, flow(t, phoneAndCode, question(yesOrNo+`,"reply_within":"10m","retries":2,"retry_text":"YES or NO, {{phone}}?","output":"answer"`),
		"start.next>ask", "ask.yes>done", "ask.else>sms", "ask.no_reply>sms"))
	if b := p.Bound(); b.Messages != 4 || b.Steps != 5 || b.Duration.String() != "30m" {
		t.Errorf("the bound is %+v", b)
	}
	r := begin(t, p, `{"phone":"+639171234567"}`)
	first := r.state.Visit
	r.accepted()
	r.at(9 * time.Minute).reply("hm")
	r.receipt("delivered")
	// The repetition has its own time.
	r.at(18 * time.Minute).reply("{{phone}}")
	if r.state.Node != "ask" || r.state.Visit != first+2 || r.state.Wait == nil || !r.state.Wait.Due.Equal(epoch.Add(28*time.Minute)) {
		t.Fatalf("the run is in visit %d of %q, waits %+v", r.state.Visit, r.state.Node, r.state.Wait)
	}
	r.step(engine.Event{Kind: engine.EventReceipt, Visit: first, Receipt: &engine.Receipt{Status: engine.ReceiptFailed}})
	r.at(19 * time.Minute).reply("no idea")
	if diff := cmp.Diff([]string{"next", "again", "again", "else"}, r.ports()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"start", "ask", "ask", "ask", "sms"}, r.path()); diff != "" {
		t.Error(diff)
	}
	var texts []string
	for _, e := range r.effects {
		texts = append(texts, e.Send.Message.Text)
	}
	if diff := cmp.Diff([]string{"Come, ?", "YES or NO, +639171234567?", "YES or NO, +639171234567?", "SMS"}, texts); diff != "" {
		t.Error(diff)
	}
	if r.state.Vars["answer"] != "no idea" {
		t.Errorf("the answer is %v", r.state.Vars["answer"])
	}
	if diff := cmp.Diff([]string{"the run has left that visit"}, r.ignored()); diff != "" {
		t.Error(diff)
	}
}

func TestAskKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	after := `{"id":"set","type":"set_variables","config":{"variables":[{"name":"said","value":"{{steps.ask.reply}}|{{answer}}|{{steps.ask.choice}}|{{steps.ask.message_id}}|{{steps.ask.reply_at}}"}]}}`
	r := begin(t, compile(t, flow(t, phoneAndCode, question(yesOrNo+`,"output":"answer"`)+","+after, "start.next>ask", "ask.yes>set", "ask.else>set")), `{"phone":"+639171234567","code":"7"}`)
	if s := r.effects[0].Send; s.Channel != "w" || s.ChannelType != "whatsapp" || s.To != "+639171234567" || s.Masked.Text != "Come, "+engine.Mask+"?" {
		t.Errorf("asked by %+v", s)
	}
	r.at(time.Minute).reply("{{code}} OK")
	if got, want := r.state.Vars["said"], "{{code}} OK|{{code}} OK||in-1|2026-01-02T03:05:05Z"; got != want {
		t.Errorf("it keeps %q, want %q", got, want)
	}
}

func TestAskShortensAnEndlessReply(t *testing.T) {
	t.Parallel()
	r := begin(t, compile(t, flow(t, phoneAndCode, question(`,"output":"answer"`), "start.next>ask", "ask.replied>sms")), `{"phone":"+639171234567"}`)
	r.reply(strings.Repeat("€", 10_000))
	answer, _ := r.state.Vars["answer"].(string)
	if len(answer) != 16<<10-1 || strings.Trim(answer, "€") != "" {
		t.Errorf("%d bytes of the answer are kept", len(answer))
	}
}

func TestAskDiagnostics(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, config, code string }{
		{"a form that the channel type does not have", `"channel_type":"sms","message":{"type":"list","text":"t","button":"b","rows":[{"id":"yes","title":"Y"}]}`, "unknown_form"},
		{"repeating without choices", `"channel_type":"sms","message":{"type":"text","text":"t"},"retries":1`, "never_used"},
		{"a text that is never sent", `"channel_type":"sms","message":{"type":"text","text":"t"},"retry_text":"again"` + yesOrNo, "never_used"},
		{"a question that is too long", `"channel_type":"viber","message":{"type":"text","text":"` + strings.Repeat("é", 1001) + `{{phone}}"}`, "text_too_long"},
		{"a repetition that is too long", `"channel_type":"viber","message":{"type":"text","text":"t"},"retries":1,"retry_text":"` + strings.Repeat("x", 1001) + `"` + yesOrNo, "text_too_long"},
		{"one word for two choices", `"channel_type":"sms","message":{"type":"text","text":"t"},"choices":[{"port":"a","keywords":["Ja"]},{"port":"b","keywords":["ＪＡ "]}]`, "ambiguous"},
		{"a button that is no choice", `"channel_type":"whatsapp","message":{"type":"buttons","text":"t","buttons":[{"id":"maybe","title":"Maybe"},{"id":"yes","title":"Sure"},{"title":"Site","url":"https://x"}]}` + yesOrNo, "unmatched_button"},
		{"delivery after the answer", `"channel_type":"sms","message":{"type":"text","text":"t"},"reply_within":"1m","delivered_within":"2m"`, "deadline_order"},
		{"a choice named like an exit", `"channel_type":"sms","message":{"type":"text","text":"t"},"choices":[{"port":"no_reply"}]`, "duplicate_name"},
		{"an edge from an exit that only choices bring", `"channel_type":"sms","message":{"type":"text","text":"t"}`, "unknown_port"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			edges := []string{"start.next>ask"}
			if tt.code == "unknown_port" {
				edges = append(edges, "ask.else>sms")
			}
			_, diags := tryCompile(t, flow(t, phoneAndCode, `{"id":"ask","type":"ask","config":{"channel":"c","to":"1",`+tt.config+`}},`+sms, edges...))
			n := 0
			for _, d := range diags {
				if d.Code == tt.code && d.Node == "ask" {
					n++
				}
			}
			if n != 1 {
				t.Errorf("want one %s, got\n%v", tt.code, diags)
			}
		})
	}
}

func TestMessagesOutsideTheReplyWindowAreWarnedOf(t *testing.T) {
	t.Parallel()
	const text, template = `{"type":"text","text":"t"}`, `{"type":"template","template":"otp","language":"en"}`
	send := func(id, kind, message string) string {
		return `{"id":"` + id + `","type":"` + kind + `","config":{"channel":"c","to":"1","message":` + message + `}}`
	}
	ask := func(id, channelType, message string) string {
		return `{"id":"` + id + `","type":"ask","config":{"channel_type":"` + channelType + `","channel":"c","to":"1","reply_within":"1h","message":` + message + `}}`
	}
	tests := []struct {
		name  string
		nodes []string
		edges []string
		want  []string
	}{
		{"a text", []string{send("a", "send_whatsapp", text)}, []string{"start.next>a"}, []string{"a"}},
		{"a template", []string{send("a", "send_whatsapp", template)}, []string{"start.next>a"}, nil},
		{"a channel type without a window", []string{send("a", "send_viber", text)}, []string{"start.next>a"}, nil},
		{"a question is a message too", []string{ask("a", "whatsapp", text)}, []string{"start.next>a"}, []string{"a"}},
		{"after the answer to a question", []string{ask("a", "whatsapp", template), send("b", "send_whatsapp", text)}, []string{"start.next>a", "a.replied>b"}, nil},
		{"after a message by another channel", []string{send("a", "send_viber", text), send("b", "send_whatsapp", text)}, []string{"start.next>a", "a.not_delivered>b"}, nil},
		{"after a wait", []string{`{"id":"w","type":"wait","config":{"for":"1h"}}`, send("b", "send_whatsapp", text)}, []string{"start.next>w", "w.next>b"}, []string{"b"}},
		{"where no run comes", []string{send("s", "send_viber", text), send("b", "send_whatsapp", text)}, []string{"start.next>s"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, diags := tryCompile(t, flow(t, `[]`, strings.Join(tt.nodes, ","), tt.edges...))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var got []string
			for _, d := range diags {
				if d.Code == "outside_window" {
					got = append(got, d.Node)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("warned of (-want +got):\n%s", diff)
			}
		})
	}
}
