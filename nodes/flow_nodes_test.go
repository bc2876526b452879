package nodes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
)

func TestJumpLeavesByExceededAtTheEntryAfterItsLimit(t *testing.T) {
	t.Parallel()
	nodes := `{"id":"set","type":"set_variables","config":{"variables":[{"name":"n","value":"{{(n ?? 0) + 1}}"}]}},
	  {"id":"again","type":"jump","config":{"target":"set","max_jumps":3}}`
	for name, edges := range map[string][]string{
		"exceeded leads nowhere":    {"start.next>set", "set.next>again"},
		"exceeded leads to another": {"start.next>set", "set.next>again", "again.exceeded>end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, `[]`, nodes+`,{"id":"end","type":"end","config":{"outcome":"gave_up","status":"failed"}}`, edges...)), `{}`)
			want := []string{"start", "set", "again", "set", "again", "set", "again", "set", "again"}
			status, outcome := engine.StatusCompleted, "exceeded"
			if len(edges) == 3 {
				want, status, outcome = append(want, "end"), engine.StatusFailed, "gave_up"
			}
			if diff := cmp.Diff(want, r.path()); diff != "" {
				t.Errorf("path (-want +got):\n%s", diff)
			}
			if r.state.Status != status || r.state.Outcome != outcome || r.state.Vars["n"] != 4 {
				t.Errorf("the run is %s %q with n = %v", r.state.Status, r.state.Outcome, r.state.Vars["n"])
			}
		})
	}
}

func TestEveryJumpNodeCountsForItself(t *testing.T) {
	t.Parallel()
	nodes := `{"id":"if","type":"condition","config":{"branches":[{"port":"a","when":{"type":"expression","expression":"first == nil"}}]}},
	  {"id":"set","type":"set_variables","config":{"variables":[{"name":"first","value":"{{true}}"}]}},
	  {"id":"j1","type":"jump","config":{"target":"if","max_jumps":1}},
	  {"id":"j2","type":"jump","config":{"target":"if","max_jumps":1}}`
	r := begin(t, compile(t, flow(t, `[]`, nodes, "start.next>if", "if.a>set", "set.next>j1", "if.else>j2")), `{}`)
	if diff := cmp.Diff([]string{"start", "if", "set", "j1", "if", "j2", "if", "j2"}, r.path()); diff != "" {
		t.Errorf("path (-want +got):\n%s", diff)
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, config string
		// due is counted from the start; negative: the run does not wait.
		due time.Duration
	}{
		{"for a duration", `{"for":"15m"}`, 15 * time.Minute},
		{"until a moment", `{"until":"2026-01-02T04:04:05+01:00"}`, -1},
		{"until a later moment", `{"until":"2026-01-02T04:04:05Z"}`, time.Hour},
		{"until a date", `{"until":"2026-01-03"}`, 24*time.Hour - 3*time.Hour - 4*time.Minute - 5*time.Second},
		{"until an input", `{"until":"{{when}}"}`, 2 * time.Hour},
		{"until the past", `{"until":"2020-01-01"}`, -1},
		{"for a fraction of a millisecond waits for the whole one", `{"for":"1500us"}`, 2 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, `[{"name":"when","type":"datetime"}]`, `{"id":"wait","type":"wait","config":`+tt.config+`}`, "start.next>wait")), `{"when":"2026-01-02T06:04:05+01:00"}`)
			if tt.due < 0 {
				if r.state.Status != engine.StatusCompleted {
					t.Errorf("the run is %s", r.state.Status)
				}
				return
			}
			due, ok := r.state.Due()
			if !ok || !due.Equal(epoch.Add(tt.due)) {
				t.Fatalf("due at %v (%v), want %v", due, ok, epoch.Add(tt.due))
			}
			r.accepted()
			r.at(tt.due).timer()
			if r.state.Status != engine.StatusCompleted || r.state.Outcome != "next" {
				t.Errorf("the run is %s %q", r.state.Status, r.state.Outcome)
			}
			if diff := cmp.Diff([]string{"the node waits for a time only"}, r.ignored()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWaitFailsOnWhatIsNoMoment(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]string{"a word": "soon", "a long word": "sooooooooooooooooooooooooooooooooooooooooooooooooon"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, `[{"name":"when"}]`, `{"id":"wait","type":"wait","config":{"until":"{{when}}"}}`, "start.next>wait")), `{"when":"`+when+`"}`)
			if r.state.Status != engine.StatusFailed || r.state.Error.Code != "bad_time" {
				t.Errorf("the run is %s, error %+v", r.state.Status, r.state.Error)
			}
		})
	}
}

func TestWaitDoesNotTellASecretThatIsNoMoment(t *testing.T) {
	t.Parallel()
	r := begin(t, compile(t, flow(t, `[{"name":"code","secret":true}]`, `{"id":"wait","type":"wait","config":{"until":"{{code}}"}}`, "start.next>wait")), `{"code":"4711"}`)
	if shown := mustJSON(t, []any{r.state.Error, r.trace}); r.state.Error == nil || strings.Contains(shown, "4711") {
		t.Errorf("the history shows %s", shown)
	}
}

func TestSetVariablesKeepsTypesAndOrder(t *testing.T) {
	t.Parallel()
	node := `{"id":"set","type":"set_variables","config":{"variables":[
	  {"name":"n","value":2},{"name":"sum","value":"{{n + 1}}"},{"name":"text","value":"n is {{n}}"},{"name":"flag","value":true},{"name":"nothing","value":null},
	  {"name":"list","value":[1,"{{n}}",{"a":"{{text}}"}]},{"name":"object","value":{"b":1.5,"a":["x{{n}}"]}},{"name":"hidden","value":"h","secret":true},{"name":"copy","value":"{{upper(hidden)}}"}]}}`
	p := compile(t, flow(t, `[]`, node, "start.next>set"))
	r := begin(t, p, `{}`)
	want := map[string]any{"n": 2, "sum": 3, "text": "n is 2", "flag": true, "nothing": nil, "list": []any{1, 2, map[string]any{"a": "n is 2"}}, "object": map[string]any{"b": 1.5, "a": []any{"x2"}}, "hidden": "h", "copy": "H"}
	if diff := cmp.Diff(want, p.Variables(r.state)); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	want["hidden"], want["copy"] = engine.Mask, engine.Mask
	if diff := cmp.Diff(want, p.MaskedVariables(r.state)); diff != "" {
		t.Errorf("masked variables (-want +got):\n%s", diff)
	}
}

func TestSetVariablesFailsWithTheRunWhenAnExpressionCannotRun(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`"{{word % 2}}"`, `["{{word % 2}}"]`, `{"a":"{{word % 2}}"}`} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			node := `{"id":"set","type":"set_variables","config":{"variables":[{"name":"x","value":` + value + `}]}}`
			r := begin(t, compile(t, flow(t, `[{"name":"word"}]`, node, "start.next>set")), `{"word":"w"}`)
			if r.state.Status != engine.StatusFailed || r.state.Error == nil || r.state.Error.Code != "expression_failed" {
				t.Errorf("the run is %s, error %+v", r.state.Status, r.state.Error)
			}
		})
	}
}

func TestEndNamesTheOutcome(t *testing.T) {
	t.Parallel()
	for config, want := range map[string]string{`{}`: "completed end", `{"outcome":"confirmed"}`: "completed confirmed", `{"status":"failed"}`: "failed end"} {
		t.Run(config, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, flow(t, `[]`, `{"id":"end","type":"end","config":`+config+`}`, "start.next>end")), `{}`)
			if got := string(r.state.Status) + " " + r.state.Outcome; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
