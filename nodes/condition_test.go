package nodes_test

import (
	"testing"

	"sluice/engine"
)

func TestConditionRules(t *testing.T) {
	t.Parallel()
	rule := func(value, operator, to string) string {
		return `{"type":"rule","value":` + value + `,"operator":"` + operator + `","to":` + to + `}`
	}
	tests := []struct {
		name, when string
		want       bool
	}{
		{"equals", rule(`"{{word}}"`, "equals", `"yes"`), true},
		{"equals is exact", rule(`"{{word}}"`, "equals", `"Yes"`), false},
		{"equals number and text", rule(`"{{n}}"`, "equals", `"5"`), true},
		{"equals by value", rule(`"{{n}}"`, "equals", `"5.0"`), true},
		{"equals keeps leading zeros of texts", rule(`"{{code}}"`, "equals", `"7"`), false},
		{"equals of an unset variable and nothing", rule(`"{{empty}}"`, "equals", `""`), true},
		{"not equals", rule(`"{{word}}"`, "not_equals", `"no"`), true},
		{"contains text", rule(`"{{word}}"`, "contains", `"es"`), true},
		{"contains item", rule(`"{{list}}"`, "contains", `"2"`), true},
		{"contains no item", rule(`"{{list}}"`, "contains", `"4"`), false},
		{"starts with", rule(`"{{word}}"`, "starts_with", `"ye"`), true},
		{"matches the whole text", rule(`"{{word}}"`, "matches", `"y.s"`), true},
		{"matches not a part", rule(`"{{word}}"`, "matches", `"y."`), false},
		{"matches a pattern from a variable", rule(`"{{word}}"`, "matches", `"{{word}}"`), true},
		{"is blank", `{"type":"rule","value":"{{empty}}","operator":"is_blank"}`, true},
		{"white space is blank", `{"type":"rule","value":"{{\"  \"}}","operator":"is_blank"}`, true},
		{"a list is not blank", `{"type":"rule","value":"{{list}}","operator":"is_not_blank"}`, true},
		{"less than", rule(`"{{n}}"`, "less_than", `"10"`), true},
		{"at most", rule(`"{{n}}"`, "at_most", `"5"`), true},
		{"greater than compares numbers, not texts", rule(`"{{n}}"`, "greater_than", `"10"`), false},
		{"at least", rule(`"{{n}}"`, "at_least", `"5.1"`), false},
		{"a word is no number", rule(`"{{word}}"`, "less_than", `"10"`), false},
		{"before", rule(`"{{day}}"`, "before", `"2026-02-01T00:00:00Z"`), true},
		{"after", rule(`"{{day}}"`, "after", `"2026-02-01"`), false},
		{"same day", rule(`"{{day}}"`, "same_day", `"2026-01-31T23:00:00Z"`), true},
		{"no date is not before", rule(`"{{word}}"`, "before", `"2026-02-01"`), false},
		{"all", `{"type":"group","rules":[` + rule(`"{{n}}"`, "equals", `"5"`) + `,` + rule(`"{{word}}"`, "equals", `"no"`) + `]}`, false},
		{"any", `{"type":"group","match":"any","rules":[` + rule(`"{{n}}"`, "equals", `"5"`) + `,` + rule(`"{{word}}"`, "equals", `"no"`) + `]}`, true},
		{"nested", `{"type":"group","rules":[{"type":"group","match":"any","rules":[` + rule(`"{{n}}"`, "equals", `"6"`) + `,` + rule(`"{{word}}"`, "equals", `"yes"`) + `]},` + rule(`"{{n}}"`, "equals", `"5"`) + `]}`, true},
		{"ends with", rule(`"{{word}}"`, "ends_with", `"es"`), true},
		{"contains not", rule(`"{{word}}"`, "not_contains", `"no"`), true},
		{"is one of words", rule(`"{{word}}"`, "one_of", `"no, yes"`), true},
		{"is one of a list", rule(`"{{n}}"`, "one_of", `"{{[4, 5]}}"`), true},
		{"is none of words", rule(`"{{word}}"`, "not_one_of", `"no, yes"`), false},
		{"an empty value is one of no words", rule(`"{{empty}}"`, "one_of", `", "`), false},
		{"is a number from", rule(`"+63 917 123 4567"`, "region_is", `"my, ph"`), true},
		{"is a number from none of a list", rule(`"+639171234567"`, "region_is_not", `"{{[\"PH\"]}}"`), false},
		{"a word is a number from nowhere", rule(`"{{word}}"`, "region_is", `"PH"`), false},
		{"none", `{"type":"group","match":"none","rules":[` + rule(`"{{n}}"`, "equals", `"6"`) + `,` + rule(`"{{word}}"`, "equals", `"no"`) + `]}`, true},
		{"none but one", `{"type":"group","match":"none","rules":[` + rule(`"{{n}}"`, "equals", `"5"`) + `,` + rule(`"{{word}}"`, "equals", `"no"`) + `]}`, false},
		{"expression", `{"type":"expression","expression":"n > 4 and word == \"yes\""}`, true},
		{"nothing is false", `{"type":"expression","expression":"empty"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, conditionFlow(t, tt.when)), `{"n":5,"word":"yes","code":"007","list":[1,2,3],"day":"2026-01-31"}`)
			want := "else"
			if tt.want {
				want = "yes"
			}
			if got := r.state.Outcome; got != want {
				t.Errorf("left by %q, want %q", got, want)
			}
		})
	}
}

func conditionFlow(t *testing.T, when string) string {
	inputs := `[{"name":"n","type":"integer"},{"name":"word"},{"name":"code"},{"name":"list","type":"json"},{"name":"day","type":"date"},{"name":"empty"}]`
	return flow(t, inputs, `{"id":"if","type":"condition","config":{"branches":[{"port":"yes","when":`+when+`}]}}`, "start.next>if")
}

func TestConditionFailsOnWhatIsNeitherTrueNorFalse(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]string{
		"a number":                      `{"type":"expression","expression":"n + 1"}`,
		"an expression that cannot run": `{"type":"expression","expression":"word % 2 == 1"}`,
		"within a group":                `{"type":"group","rules":[{"type":"rule","value":"{{word % 2}}","operator":"equals","to":"1"}]}`,
		"on the right side":             `{"type":"rule","value":"x","operator":"equals","to":"{{word % 2}}"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, compile(t, conditionFlow(t, when)), `{"n":5,"word":"yes"}`)
			if r.state.Status != engine.StatusFailed || r.state.Outcome != "error" || r.state.Error == nil || r.state.Error.Node != "if" || r.state.Error.Message == "" {
				t.Errorf("the run is %s %q, error %+v", r.state.Status, r.state.Outcome, r.state.Error)
			}
		})
	}
}
