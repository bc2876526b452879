package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sluice/engine"
	"sluice/engine/expression"
)

const dear = `{{ len(map(1..2500, # * # + 1)) }}`

// looping is a flow that sets variables again and again between two waits.
func looping(jumps int, items ...string) string {
	return document(setNode("a", items...)+fmt.Sprintf(`,{"id":"j","type":"jump","config":{"target":"a","max_jumps":%d}}`, jumps), "start.next>a", "a.next>j")
}

func items(n int, value string) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"name":"v%d","value":%q}`, i, value))
	}
	return list
}

// INVARIANT 29: one step has a budget in sum, not only per expression. What is
// counted is what the step computes, keeps and tells, never time.
func TestAStepHasABudgetInSum(t *testing.T) {
	t.Parallel()
	const longText = `{{ repeat(\"x\", 16000) }}`
	long := strings.ReplaceAll(longText, `\"`, `"`)
	tests := []struct {
		name, document, code string
	}{
		{"a usual loop", looping(50, items(10, `{{ 1 + 1 }}`)...), ""},
		{"many dear expressions, many times", looping(80, items(100, dear)...), engine.CodeStepTooCostly},
		{"one dear expression, many times", looping(900, items(1, dear)...), engine.CodeStepTooCostly},
		{"variables that are large together", looping(1, items(40, long)...), engine.CodeStateTooLarge},
		{"a large variable, set again and again", looping(900, items(1, long)...), engine.CodeStepTooLarge},
		{"patterns that only the run knows", document(`{"id":"a","type":"condition","config":{"branches":[{"port":"p","when":{"type":"rule","value":"{{ repeat(\"a\", 9000) }}","operator":"matches","to":"{{ \"(a|b|ab){1,20}c*\" }}"}}]}},{"id":"j","type":"jump","config":{"target":"a","max_jumps":900}}`, "start.next>a", "a.else>j"), engine.CodeStepTooCostly},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := mustCompile(t, tt.document)
			state, effects, trace, cost := p.Measured(engine.State{}, engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "r"}}, epoch)
			code := ""
			if state.Error != nil {
				code = state.Error.Code
			}
			if code != tt.code || code != "" && (state.Outcome != tt.code || state.Status != engine.StatusFailed) {
				t.Errorf("the run is %s by %s: %v", state.Status, state.Outcome, state.Error)
			}
			// One expression may end beyond the budget that it begins within.
			if most := 3 * expression.MaxWork; cost > most {
				t.Errorf("the step costs %d, more than %d", cost, most)
			}
			encoded, err := engine.EncodeState(state)
			if err != nil || len(encoded) > 260<<10 {
				t.Errorf("the state has %d bytes (%v)", len(encoded), err)
			}
			told, err := engine.EncodeTrace(trace)
			if err != nil || len(told) > 1<<20+4<<10 || len(effects) > 100 {
				t.Errorf("the trace has %d bytes (%v), %d effects", len(told), err, len(effects))
			}
			again, _, _, same := p.Measured(engine.State{}, engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "r"}}, epoch)
			if second, err := engine.EncodeState(again); err != nil || string(second) != string(encoded) || same != cost {
				t.Errorf("the same step costs %d, then %d (%v)", cost, same, err)
			}
		})
	}
}

func TestTheHistoryOfARunIsBounded(t *testing.T) {
	t.Parallel()
	// Each round sets half a megabyte and waits.
	p := mustCompile(t, document(setNode("a", items(14, `{{ repeat("x", 16000) }}`)...)+`,{"id":"w","type":"wait","config":{"for":"1s"}},{"id":"j","type":"jump","config":{"target":"a","max_jumps":300}}`,
		"start.next>a", "a.next>w", "w.next>j"))
	state, _, trace := p.Step(engine.State{}, engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "r"}}, epoch)
	history, now := 0, epoch
	for range 1000 {
		encoded, err := engine.EncodeTrace(trace)
		if err != nil {
			t.Fatal(err)
		}
		history += len(encoded)
		if state.Status.Final() {
			break
		}
		written, err := engine.EncodeState(state)
		if err != nil {
			t.Fatal(err)
		}
		if state, err = engine.DecodeState(written); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
		state, _, trace = p.Step(state, engine.Event{Kind: engine.EventTimer, Visit: state.Visit}, now)
	}
	if state.Outcome != engine.CodeHistoryTooLarge || history > 8<<20+64<<10 || history < 7<<20 {
		t.Errorf("the run ends by %q with %d bytes of history", state.Outcome, history)
	}
}

func TestAStateFromBeforeCountsItsHistoryFromNow(t *testing.T) {
	t.Parallel()
	state, err := engine.DecodeState([]byte(`{"v":1,"run":{"id":"r"},"status":"waiting","node":"w","visit":2,"wait":{},"vars":{"big":"` + strings.Repeat("x", 300<<10) + `"}}`))
	if err != nil {
		t.Fatal(err)
	}
	p := mustCompile(t, document(`{"id":"w","type":"wait","config":{"for":"1s"}},`+setNode("a", `{"name":"big","value":"small"}`, `{"name":"more","value":1}`), "start.next>w", "w.next>a"))
	state.Wait.Due = epoch
	next, _, _ := p.Step(state, engine.Event{Kind: engine.EventTimer, Visit: 2}, epoch)
	if next.Status != engine.StatusCompleted || next.Traced != 0 {
		t.Errorf("the run is %s by %s: %v", next.Status, next.Outcome, next.Error)
	}
}

func TestWhatARunBeginsWithIsBounded(t *testing.T) {
	t.Parallel()
	var inputs []string
	raw, values := map[string]json.RawMessage{}, map[string]any{}
	text := strings.Repeat("x", 16_000)
	for i := range 30 {
		inputs = append(inputs, fmt.Sprintf(`{"name":"in%d","type":"string"}`, i))
		raw[fmt.Sprintf("in%d", i)], values[fmt.Sprintf("in%d", i)] = json.RawMessage(`"`+text+`"`), text
	}
	p := mustCompile(t, `{"schema":"sluice/v1","name":"t","nodes":[{"id":"start","type":"start","config":{"trigger":{"type":"manual"},"inputs":[`+strings.Join(inputs, ",")+`]}},{"id":"e","type":"end"}],"edges":[{"from":"start","port":"next","to":"e"}]}`)
	if _, problems := p.CheckInputs(raw); len(problems) == 0 || problems[0].Code != "too_large" {
		t.Errorf("the inputs are let in: %v", problems)
	}
	state, _, _ := p.Step(engine.State{}, engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "r", Inputs: values}}, epoch)
	if state.Outcome != engine.CodeStateTooLarge || len(state.Vars) != 0 {
		t.Errorf("the run is %s by %s with %d variables", state.Status, state.Outcome, len(state.Vars))
	}
	for i := range 5_000 {
		raw[fmt.Sprintf("unknwon%d", i)] = json.RawMessage(`1`)
	}
	if _, problems := p.CheckInputs(raw); len(problems) > 200 {
		t.Errorf("%d problems are told", len(problems))
	}
}
