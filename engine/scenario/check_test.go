package scenario_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
)

// outcome is a run to compare with.
func outcome() scenario.Result {
	return scenario.Result{
		Status: engine.StatusCompleted, Outcome: "next", Path: []string{"start", "country", "sms"}, Elapsed: flows.Duration(time.Minute),
		Variables: map[string]any{"country": "PH", "n": 1, "ratio": 0.5, "list": []any{1, "a", nil, true}, "object": map[string]any{"b": 2, "a": 1}, "pin": "1234", "big": 9007199254740993},
		Masked:    map[string]any{"country": "PH", "n": 1, "ratio": 0.5, "pin": engine.Mask},
		Messages: []scenario.Message{
			{Node: "viber", ChannelType: "viber", To: "+63", MaskedTo: "+63", Text: "pin 1234", Masked: "pin " + engine.Mask},
			{Node: "sms", ChannelType: "sms", To: "+63", MaskedTo: "+63", Text: "hi", Masked: "hi"},
		},
	}
}

func TestCheckComparesWhatIsExpectedAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expect string
		want   []scenario.Mismatch
	}{
		"nothing expected": {`{}`, nil},
		"all as expected": {`{"path": ["start", "country", "sms"], "status": "completed", "outcome": "next", "elapsed": "60s",
			"variables": {"country": "PH"}, "messages": [{"node": "viber"}, {"node": "sms", "to": "+63", "text": "hi", "channel_type": "sms"}]}`, nil},
		"durations by value":             {`{"elapsed": "1m0s"}`, nil},
		"another duration":               {`{"elapsed": "59s"}`, []scenario.Mismatch{{"elapsed", "59s", "1m"}}},
		"path":                           {`{"path": ["start", "sms"]}`, []scenario.Mismatch{{"path", "start → sms", "start → country → sms"}}},
		"an empty path":                  {`{"path": []}`, []scenario.Mismatch{{"path", "", "start → country → sms"}}},
		"status and outcome":             {`{"status": "failed", "outcome": "error"}`, []scenario.Mismatch{{"status", "failed", "completed"}, {"outcome", "error", "next"}}},
		"numbers by value":               {`{"variables": {"n": 1.0, "ratio": 5e-1, "list": [1.0, "a", null, true], "object": {"a": 1, "b": 2.0}}}`, nil},
		"large numbers exactly":          {`{"variables": {"big": 9007199254740992}}`, []scenario.Mismatch{{"variables.big", "9007199254740992", "9007199254740993"}}},
		"a number is no text":            {`{"variables": {"n": "1"}}`, []scenario.Mismatch{{"variables.n", `"1"`, "1"}}},
		"a number that JSON cannot hold": {`{"variables": {"n": 1e999}}`, []scenario.Mismatch{{"variables.n", "1e999", "1"}}},
		"other lists and objects": {`{"variables": {"list": [1], "object": {"a": 1, "c": 2}}}`, []scenario.Mismatch{
			{"variables.list", "[1]", `[1,"a",null,true]`}, {"variables.object", `{"a":1,"c":2}`, `{"a":1,"b":2}`},
		}},
		"a list is no object":                {`{"variables": {"list": {}, "object": []}}`, []scenario.Mismatch{{"variables.list", "{}", `[1,"a",null,true]`}, {"variables.object", "[]", `{"a":1,"b":2}`}}},
		"an object with fewer":               {`{"variables": {"object": {"a": 1}}}`, []scenario.Mismatch{{"variables.object", `{"a":1}`, `{"a":1,"b":2}`}}},
		"a variable not set":                 {`{"variables": {"x": null}}`, []scenario.Mismatch{{"variables.x", "null", "not set"}}},
		"a secret as expected":               {`{"variables": {"pin": "1234"}}`, nil},
		"a secret that differs stays secret": {`{"variables": {"pin": "9"}}`, []scenario.Mismatch{{"variables.pin", engine.Mask, "another value (it is secret)"}}},
		"too few messages":                   {`{"messages": [{"node": "viber"}]}`, []scenario.Mismatch{{"messages", "1 message: viber", "2 messages: viber, sms"}}},
		"no messages":                        {`{"messages": []}`, []scenario.Mismatch{{"messages", "no messages", "2 messages: viber, sms"}}},
		"too many messages":                  {`{"messages": [{}, {"node": "a"}, {"node": "b"}]}`, []scenario.Mismatch{{"messages", "3 messages: any node, a, b", "2 messages: viber, sms"}}},
		"messages in order": {`{"messages": [{"node": "sms"}, {"node": "viber", "to": "+1"}]}`, []scenario.Mismatch{
			{"messages[0].node", `"sms"`, `"viber"`}, {"messages[1].node", `"viber"`, `"sms"`}, {"messages[1].to", `"+1"`, `"+63"`},
		}},
		"the true text counts, the masked one is shown": {`{"messages": [{"text": "pin 1234"}, {"text": "<b>", "channel_type": "viber"}]}`, []scenario.Mismatch{
			{"messages[1].channel_type", `"viber"`, `"sms"`}, {"messages[1].text", `"<b>"`, `"hi"`},
		}},
		"a text with a secret that differs": {`{"messages": [{"text": "pin 1"}, {}]}`, []scenario.Mismatch{{"messages[0].text", `"pin 1"`, `"pin ` + engine.Mask + `"`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, diags := flows.DecodeScenarios([]byte(`[{"name": "x", "expect": ` + c.expect + `}]`))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(c.want, scenario.Check(outcome(), list[0].Expect)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARunWithoutAnOutcomeSaysSo(t *testing.T) {
	t.Parallel()
	got := scenario.Check(scenario.Result{Status: engine.StatusWaiting}, flows.Expect{Outcome: "next"})
	want := []scenario.Mismatch{{Key: "outcome", Expected: "next", Actual: "none"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := got[0].String(); text != "outcome\n  expected  next\n  actual    none" {
		t.Errorf("got %q", text)
	}
}

func TestExpectedVariablesThatAreNotJSONDoNotMatch(t *testing.T) {
	t.Parallel()
	got := scenario.Check(outcome(), flows.Expect{Variables: map[string]json.RawMessage{"n": json.RawMessage("x"), "country": json.RawMessage("{")}})
	want := []scenario.Mismatch{{"variables.country", "{", `"PH"`}, {"variables.n", "x", "1"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
