package nodes_test

import (
	"encoding/json"
	"os"
	"testing"
)

// TestRulesAndExpressionsMeanTheSame runs each pair of testdata/conditions.json
// with all kinds of values. The editor's tests prove that it writes these
// expressions for these rules and reads them back.
func TestRulesAndExpressionsMeanTheSame(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/conditions.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		When       json.RawMessage `json:"when"`
		Expression string          `json:"expression"`
		Back       json.RawMessage `json:"back"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Expression, func(t *testing.T) {
			t.Parallel()
			expression, err := json.Marshal(map[string]string{"type": "expression", "expression": c.Expression})
			if err != nil {
				t.Fatal(err)
			}
			forms := []string{string(c.When), string(expression)}
			if c.Back != nil {
				forms = append(forms, string(c.Back))
			}
			want := branchesTaken(t, forms[0])
			for _, form := range forms[1:] {
				for inputs, outcome := range branchesTaken(t, form) {
					if outcome != want[inputs] {
						t.Errorf("with %s the rule leaves by %q, %s by %q", inputs, want[inputs], form, outcome)
					}
				}
			}
		})
	}
}

// branchesTaken is the exit that a condition takes for each of many inputs.
func branchesTaken(t *testing.T, when string) map[string]string {
	t.Helper()
	declared := `[{"name":"text"},{"name":"phone","type":"phone"},{"name":"n","type":"number"},{"name":"yes","type":"boolean"},{"name":"day","type":"date"},{"name":"j","type":"json"}]`
	program := compile(t, flow(t, declared, `{"id":"if","type":"condition","config":{"branches":[{"port":"yes","when":`+when+`}]}}`, "start.next>if"))
	values := map[string][]string{
		"text": {`""`, `"PH"`, `"MY"`, `"5"`, `"5.0"`, `"hello world"`, `"true"`}, "phone": {`"+639171234567"`, `"+60123456789"`},
		"n": {"5", "4", "3", "-3.5", "-4"}, "yes": {"true", "false"}, "day": {`"2026-01-31"`, `"2026-02-02"`},
		"j": {`""`, `" "`, `"PH"`, `"5"`, `"5.0"`, "5", "4.5", "true", `["PH",5]`, "[]", "{}", `{"PH":1}`, `"2026-01-31T23:30:00Z"`, `"2026-02-02"`},
	}
	taken := map[string]string{}
	run := func(inputs string) { taken[inputs] = begin(t, program, inputs).state.Outcome }
	run("{}")
	for name, list := range values {
		for _, value := range list {
			run(`{"` + name + `":` + value + `}`)
			for _, other := range values["text"] {
				if name != "text" {
					run(`{"` + name + `":` + value + `,"text":` + other + `,"yes":true}`)
				}
			}
		}
	}
	return taken
}
