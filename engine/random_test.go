package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/engine"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// randomFlow draws a valid flow: edges lead to later nodes only, jumps
// anywhere.
func randomFlow(t *rapid.T) string {
	n := rapid.IntRange(1, 8).Draw(t, "nodes")
	id := func(i int) string { return fmt.Sprintf("n%d", i) }
	var list, edges []string
	connect := func(i int, port string) {
		if i+1 < n && rapid.IntRange(0, 3).Draw(t, "connected") > 0 {
			edges = append(edges, fmt.Sprintf("%s.%s>%s", id(i), port, id(rapid.IntRange(i+1, n-1).Draw(t, "to"))))
		}
	}
	for i := range n {
		switch rapid.SampledFrom([]string{"send", "send", "jump", "wait", "ask", "condition", "set", "end"}).Draw(t, "type") {
		case "send":
			deadlines := rapid.SampledFrom([]string{"", `,"delivered_within":"30s"`, `,"read_within":"60s"`, `,"delivered_within":"30s","read_within":"60s"`, `,"delivered_within":"60s","read_within":"30s"`}).Draw(t, "deadlines")
			list = append(list, sendNode(id(i), deadlines))
			for _, port := range []string{"next", "not_delivered", "not_read", "failed"} {
				connect(i, port)
			}
		case "jump":
			target := id(rapid.IntRange(0, n-1).Draw(t, "target"))
			list = append(list, fmt.Sprintf(`{"id":%q,"type":"jump","config":{"target":%q,"max_jumps":%d}}`, id(i), target, rapid.IntRange(1, 4).Draw(t, "max")))
			connect(i, "exceeded")
		case "wait":
			list = append(list, fmt.Sprintf(`{"id":%q,"type":"wait","config":{"for":"1m"}}`, id(i)))
			connect(i, "next")
		case "ask":
			config := rapid.SampledFrom([]string{
				`,"reply_within":"1m"`, `,"choices":[{"port":"yes"}],"reply_within":"1m","retries":2,"retry_text":"Again {{n ?? 0}}"`,
				`,"choices":[{"port":"yes"}],"delivered_within":"30s","retries":1`,
			}).Draw(t, "ask")
			list = append(list, askNode(id(i), config))
			ports := []string{"replied"}
			if strings.Contains(config, "choices") {
				ports = []string{"yes", "else"}
			}
			for _, port := range append(ports, "no_reply", "not_delivered", "failed") {
				connect(i, port)
			}
		case "condition":
			list = append(list, fmt.Sprintf(`{"id":%q,"type":"condition","config":{"branches":[{"port":"yes","when":{"type":"expression","expression":"(n ?? 0) %% 2 == 1"}}]}}`, id(i)))
			connect(i, "yes")
			connect(i, "else")
		case "set":
			list = append(list, fmt.Sprintf(`{"id":%q,"type":"set_variables","config":{"variables":[{"name":"n","value":"{{(n ?? 0) + 1}}"}]}}`, id(i)))
			connect(i, "next")
		default:
			list = append(list, fmt.Sprintf(`{"id":%q,"type":"end"}`, id(i)))
		}
	}
	doc := document(strings.Join(list, ","), append(edges, "start.next>n0")...)
	return strings.Replace(doc, `"type":"start"`, `"type":"start","config":{"inputs":[{"name":"n","type":"integer"}]}`, 1)
}

// randomEvent draws something that can happen to a run, sensible or not.
func randomEvent(t *rapid.T, s engine.State) engine.Event {
	visit := s.Visit - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "back")
	switch rapid.SampledFrom([]string{"timer", "timer", "result", "refused", "receipt", "receipt", "reply"}).Draw(t, "event") {
	case "result":
		return engine.Event{Kind: engine.EventSendResult, Visit: visit, Send: &engine.SendResult{ProviderMessageID: "x"}}
	case "refused":
		class := rapid.SampledFrom([]engine.ErrorClass{engine.ClassPermanent, engine.ClassRetryable, engine.ClassAuth, engine.ClassUnknown}).Draw(t, "class")
		return engine.Event{Kind: engine.EventSendResult, Visit: visit, Send: &engine.SendResult{Class: class, Code: "c"}}
	case "receipt":
		status := rapid.SampledFrom([]engine.ReceiptStatus{"sent", "delivered", "read", "failed", "odd"}).Draw(t, "status")
		return engine.Event{Kind: engine.EventReceipt, Visit: visit, Receipt: &engine.Receipt{Status: status}}
	case "reply":
		text := rapid.SampledFrom([]string{"hi", "YES", "{{n}}", ""}).Draw(t, "text")
		return engine.Event{Kind: engine.EventReply, Visit: rapid.SampledFrom([]int{0, 0, visit}).Draw(t, "of"), Reply: &engine.Reply{Text: text}}
	}
	return engine.Event{Kind: engine.EventTimer, Visit: visit}
}

// Invariants 1 to 3: a step is deterministic, a state survives reload, and every
// run ends or waits within the computed bound.
func TestRandomFlowsStayWithinTheirBound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := compileRapid(t, randomFlow(t))
		bound := p.Bound()
		now := epoch
		ev := engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "r"}}
		var s engine.State
		messages := 0
		for range 400 {
			next, effects, trace := p.Step(s, ev, now)
			again, effects2, trace2 := p.Step(s, ev, now)
			if a, b := encode(t, next, effects, trace), encode(t, again, effects2, trace2); a != b {
				t.Fatalf("the same step gave two results:\n%s\n%s", a, b)
			}
			messages += len(effects)
			s = reload(t, next)
			if s.Status.Final() {
				break
			}
			if s.Status != engine.StatusWaiting || s.Wait == nil || s.Wait.Due.IsZero() {
				t.Fatalf("the run neither ended nor waits: %+v", s)
			}
			ev = randomEvent(t, s)
			if due, _ := s.Due(); ev.Kind == engine.EventTimer && now.Before(due) {
				now = due
			}
		}
		if !s.Status.Final() {
			return // the drawn events kept it waiting; it still is
		}
		if s.Visit > bound.Steps || messages > bound.Messages {
			t.Fatalf("%d steps and %d messages; the bound says %d and %d", s.Visit, messages, bound.Steps, bound.Messages)
		}
	})
}

func compileRapid(t *rapid.T, doc string) *engine.Program {
	p, diags := tryCompile([]byte(doc))
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, doc)
	}
	return p
}

func encode(t *rapid.T, values ...any) string {
	data, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func reload(t *rapid.T, s engine.State) engine.State {
	data, err := engine.EncodeState(s)
	if err != nil {
		t.Fatal(err)
	}
	back, err := engine.DecodeState(data)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := engine.EncodeState(back); string(again) != string(data) {
		t.Fatalf("the state changed by reloading:\n%s\n%s", data, again)
	}
	return back
}
