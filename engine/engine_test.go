package engine_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

func tryCompile(doc []byte) (*engine.Program, flows.Diagnostics) {
	f, diags := flows.Decode(doc)
	if f == nil {
		return nil, diags
	}
	p, more := engine.Compile(f, nodes.Standard())
	return p, append(diags, more...)
}

func start(p *engine.Program, inputs map[string]any) (engine.State, []engine.Effect, engine.Trace) {
	return p.Step(engine.State{}, engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "r", Inputs: inputs, Trigger: map[string]any{"type": "manual"}, Contact: map[string]any{"name": "Ann"}}}, epoch)
}

func lastReason(trace engine.Trace) string { return trace[len(trace)-1].Reason }

func TestEventsThatDoNotFitAreIgnored(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, document(`{"id":"w","type":"wait","config":{"for":"1m"}}`, "start.next>w"))
	waiting, _, _ := start(p, nil)
	ended, _, _ := p.Step(waiting, engine.Event{Kind: engine.EventTimer, Visit: 2}, epoch.Add(time.Minute))
	tests := []struct {
		name  string
		state engine.State
		event engine.Event
		want  string
	}{
		{"before the start", engine.State{}, engine.Event{Kind: engine.EventTimer}, "the run has not started"},
		{"a second start", waiting, engine.Event{Kind: engine.EventStart}, "the run has started already"},
		{"after the end", ended, engine.Event{Kind: engine.EventCancel}, "the run has ended"},
		{"another visit", waiting, engine.Event{Kind: engine.EventSendResult, Visit: 1, Send: &engine.SendResult{}}, "the run has left that visit"},
		{"an early timer", waiting, engine.Event{Kind: engine.EventTimer, Visit: 2}, "no timer is due"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			next, effects, trace := p.Step(tt.state, tt.event, epoch.Add(30*time.Second))
			if len(trace) != 1 || trace[0].Kind != engine.TraceIgnored || trace[0].Reason != tt.want || len(effects) != 0 {
				t.Errorf("trace %+v, effects %v; want it ignored because %q", trace, effects, tt.want)
			}
			if a, b := stateJSON(t, tt.state), stateJSON(t, next); a != b {
				t.Errorf("the state changed:\n%s\n%s", a, b)
			}
		})
	}
}

func stateJSON(t *testing.T, s engine.State) string {
	t.Helper()
	data, err := engine.EncodeState(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCancelEndsAWaitingRun(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, document(`{"id":"w","type":"wait","config":{"for":"1m"}}`, "start.next>w"))
	s, _, _ := start(p, nil)
	s, _, trace := p.Step(s, engine.Event{Kind: engine.EventCancel, Cancel: &engine.Cancel{By: "ann", Reason: "not needed"}}, epoch)
	if s.Status != engine.StatusCancelled || s.Outcome != "cancelled" || s.Wait != nil || lastReason(trace) != "not needed" {
		t.Errorf("the run is %s %q, trace %+v", s.Status, s.Outcome, trace)
	}
}

func TestARunEndsAfterItsLifetime(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, document(`{"id":"w","type":"wait","config":{"for":"90d"}}`, "start.next>w")).WithLimits(engine.Limits{Steps: 10, Lifetime: time.Hour})
	s, _, _ := start(p, nil)
	due, ok := s.Due()
	if !ok || !due.Equal(epoch.Add(time.Hour)) {
		t.Fatalf("due at %v", due)
	}
	s, _, _ = p.Step(s, engine.Event{Kind: engine.EventTimer, Visit: s.Visit}, due)
	if s.Status != engine.StatusFailed || s.Outcome != "expired" || s.Error.Node != "w" {
		t.Errorf("the run is %s %q, error %+v", s.Status, s.Outcome, s.Error)
	}
}

func TestARunEndsAtItsStepLimit(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, document(`{"id":"s","type":"set_variables","config":{"variables":[{"name":"a","value":1}]}},{"id":"j","type":"jump","config":{"target":"s","max_jumps":100}}`, "start.next>s", "s.next>j"))
	s, _, _ := start(p.WithLimits(engine.Limits{Steps: 20, Lifetime: time.Hour}), nil)
	if s.Status != engine.StatusFailed || s.Outcome != "too_many_steps" || s.Visit != 20 {
		t.Errorf("the run is %s %q after %d visits", s.Status, s.Outcome, s.Visit)
	}
}

func TestExpressionsSeeTheRunAndNothingElse(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, document(`{"id":"s","type":"set_variables","config":{"variables":[{"name":"a","value":"{{run.id}} {{run.started_at}} {{trigger.type}} {{contact.name}} {{now()}} {{contact.gone}}"}]}}`, "start.next>s"))
	s, _, _ := start(p, nil)
	if want := "r 2026-01-02T03:04:05Z manual Ann 2026-01-02T03:04:05Z "; s.Vars["a"] != want {
		t.Errorf("got %q, want %q", s.Vars["a"], want)
	}
}

func TestSecretsStayOutOfStateAndHistory(t *testing.T) {
	t.Parallel()
	const canary = "canary-4711"
	doc := `{"schema":"sluice/v1","name":"t","nodes":[
	  {"id":"start","type":"start","config":{"inputs":[{"name":"code","secret":true},{"name":"phone","type":"phone","secret":true}]}},
	  {"id":"set","type":"set_variables","config":{"variables":[{"name":"copy","value":["{{upper(code)}}"]},{"name":"again","value":"x{{copy[0]}}"}]}},
	  {"id":"country","type":"identify_phone","config":{"phone":"{{phone}}","branches":[]}},
	  {"id":"sms","type":"send_sms","config":{"channel":"c","to":"{{phone}}","message":{"type":"text","text":"{{code}} {{again}} {{steps.country.e164}} {{steps.country}} {{steps.country.region}}"}}}],
	  "edges":[{"from":"start","port":"next","to":"set"},{"from":"set","port":"next","to":"country"},{"from":"country","port":"else","to":"sms"}]}`
	p := mustCompile(t, doc)
	s, effects, trace := start(p, map[string]any{"code": canary, "phone": "+639171234567"})
	sent := effects[0].Send
	for _, want := range []string{canary, "xCANARY-4711", "+639171234567", "PH"} {
		if !strings.Contains(sent.Message.Text, want) {
			t.Errorf("the message lacks %q: %s", want, sent.Message.Text)
		}
	}
	if want := "•••••• •••••• •••••• •••••• PH"; sent.Masked.Text != want {
		t.Errorf("masked %q, want %q", sent.Masked.Text, want)
	}
	if sent.MaskedTo != engine.Mask {
		t.Errorf("the address shows as %q", sent.MaskedTo)
	}
	secrets := s.Secrets
	s.Secrets = nil
	shown, err := json.Marshal([]any{s, trace, p.MaskedVariables(engine.State{Vars: s.Vars, Secrets: secrets})})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{canary, strings.ToUpper(canary), "9171234567"} {
		if strings.Contains(string(shown), secret) {
			t.Errorf("%q shows in %s", secret, shown)
		}
	}
	data, err := json.Marshal(secrets)
	if err != nil {
		t.Fatal(err)
	}
	back, err := engine.DecodeSecrets(data)
	if diff := cmp.Diff(secrets, back); err != nil || diff != "" {
		t.Errorf("secrets changed by reloading (%v):\n%s", err, diff)
	}
}

// faulty is a node type with mistakes in it.
func faulty() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{Type: "faulty", Config: []flows.Field{{Name: "do", Kind: flows.KindText}}, Ports: []flows.PortSpec{{Name: "next"}}},
		Compile: func(c *engine.Compiler) engine.Behaviour {
			var config struct {
				Do string `json:"do"`
			}
			c.Config(&config)
			return faultyBehaviour{do: config.Do}
		},
	}
}

type faultyBehaviour struct {
	engine.Instant
	do string
}

func (f faultyBehaviour) Enter(v *engine.Visit) engine.Move {
	switch f.do {
	case "panic":
		panic("oh no")
	case "jump":
		return engine.Jump("gone")
	case "ignore":
		return engine.Ignore("x")
	case "recall":
		if err := v.Recall(&f.do); err != nil {
			return engine.Fail("nothing", err.Error(), "")
		}
	case "remember":
		v.Remember(func() {})
	}
	return engine.Wait(time.Time{})
}

func (f faultyBehaviour) Exits(func(string) bool) engine.Exits { return engine.Exits{} }

func TestAMistakeInANodeTypeCostsOneRunOnly(t *testing.T) {
	t.Parallel()
	reg := engine.NewRegistry(nodes.Start(), faulty())
	for do, code := range map[string]string{"panic": "internal", "jump": "node_missing", "ignore": "internal", "recall": "nothing", "remember": "internal"} {
		t.Run(do, func(t *testing.T) {
			t.Parallel()
			f, _ := flows.Decode([]byte(document(`{"id":"f","type":"faulty","config":{"do":"`+do+`"}}`, "start.next>f")))
			p, diags := engine.Compile(f, reg)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			s, effects, _ := start(p, nil)
			if s.Status != engine.StatusFailed || s.Error == nil || s.Error.Code != code || effects != nil {
				t.Errorf("the run is %s, error %+v", s.Status, s.Error)
			}
			if back, err := engine.DecodeState([]byte(stateJSON(t, s))); err != nil || back.Run.ID != "r" {
				t.Errorf("the state of run %q cannot be read back: %v", back.Run.ID, err)
			}
		})
	}
	t.Run("instant nodes ignore events", func(t *testing.T) {
		t.Parallel()
		f, _ := flows.Decode([]byte(document(`{"id":"f","type":"faulty"}`, "start.next>f")))
		p, _ := engine.Compile(f, reg)
		s, _, _ := start(p, nil)
		_, _, trace := p.Step(s, engine.Event{Kind: engine.EventReply}, epoch)
		if trace[0].Kind != engine.TraceIgnored {
			t.Errorf("trace %+v", trace)
		}
		s.Node = "gone"
		if s, _, _ = p.Step(s, engine.Event{Kind: engine.EventReply}, epoch); s.Error == nil || s.Error.Code != "node_missing" {
			t.Errorf("a run in a node that is gone has the error %+v", s.Error)
		}
	})
}

func TestRegisteringATypeTwicePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	engine.NewRegistry(nodes.Start(), nodes.Start())
}

func TestStatesOfUnknownVersionsAreRefused(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{"v":99}`, `{}`, `nonsense`, `{"v":1,"vars":{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}`} {
		if s, err := engine.DecodeState([]byte(data)); err == nil {
			t.Errorf("%s was read as %+v", data, s)
		}
	}
	for _, data := range []string{`[]`, `{`} {
		if _, err := engine.DecodeSecrets([]byte(data)); err == nil {
			t.Errorf("%s was read as secrets", data)
		}
	}
}

func TestNumbersSurviveReload(t *testing.T) {
	t.Parallel()
	s := engine.State{V: 1, Vars: map[string]any{"i": 3, "f": 1.5, "big": 9007199254740993, "l": []any{1, 2.5, map[string]any{"n": 7}}}}
	back, err := engine.DecodeState([]byte(stateJSON(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Vars, back.Vars); diff != "" {
		t.Errorf("variables changed (-before +after):\n%s", diff)
	}
}

func TestProgramKnowsItsFlow(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, document(`{"id":"a","type":"send_whatsapp","name":"Ask","config":{"channel":"wa","to":"1","message":{"type":"template","template":"otp","language":"en"}}}`, "start.next>a"))
	want := []engine.ChannelRef{
		{Node: "a", Pointer: "/nodes/1/config/channel", Kind: "channel", Slug: "wa", ChannelType: "whatsapp"},
		{Node: "a", Pointer: "/nodes/1/config/message/template", Kind: "template", Slug: "otp", ChannelType: "whatsapp"},
	}
	if diff := cmp.Diff(want, p.References()); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
	if p.Title("a") != "Ask" || p.Title("gone") != "gone" || p.NodeType("a") != "send_whatsapp" || p.NodeType("gone") != "" || p.Flow().Name != "t" {
		t.Error("titles or types are wrong")
	}
	if diff := cmp.Diff([]string{"not_delivered", "not_read", "failed", "next"}, p.Ports("a")); diff != "" || p.Ports("gone") != nil {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
}

func TestSentencesAreWhole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "it broke": "It broke.", "why?": "Why?", "int(): needs a number": "int(): needs a number."} {
		if got := engine.Sentence(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestBackoffDoublesUpToAMinute(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 7: time.Minute, 1 << 30: time.Minute} {
		if got := engine.Backoff(attempt); got != want {
			t.Errorf("after attempt %d: %s, want %s", attempt, got, want)
		}
	}
}
