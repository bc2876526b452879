package engine_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const manyInputs = `{"schema":"sluice/v1","name":"t","nodes":[{"id":"start","type":"start","config":{"inputs":[
  {"name":"s","required":true},{"name":"p","type":"phone"},{"name":"e","type":"email"},{"name":"i","type":"integer","default":7},{"name":"n","type":"number"},
  {"name":"b","type":"boolean"},{"name":"d","type":"date"},{"name":"t","type":"datetime"},{"name":"j","type":"json"},{"name":"secret","type":"phone","secret":true}]}}],"edges":[]}`

func TestInputsAreChecked(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, manyInputs)
	tests := []struct {
		name, inputs string
		want         map[string]any
		problems     []string
	}{
		{
			"all right", `{"s":"x","p":"63 917 123 4567","e":"a@b.co","i":3,"n":1.5,"b":false,"d":"2026-01-31","t":"2026-01-31T10:00:00+02:00","j":{"a":[1]}}`,
			map[string]any{"s": "x", "p": "+639171234567", "e": "a@b.co", "i": 3, "n": 1.5, "b": false, "d": "2026-01-31", "t": "2026-01-31T08:00:00Z", "j": map[string]any{"a": []any{1}}},
			nil,
		},
		{"defaults", `{"s":"x"}`, map[string]any{"s": "x", "i": 7}, nil},
		{"null is absent", `{"s":"x","p":null,"i":null}`, map[string]any{"s": "x", "i": 7}, nil},
		{"empty optional texts are kept", `{"s":"x","p":"","e":""}`, map[string]any{"s": "x", "p": "", "e": "", "i": 7}, nil},
		{"missing", `{}`, nil, []string{"missing_input s"}},
		{"required but empty", `{"s":""}`, nil, []string{"missing_input s"}},
		{"extra", `{"s":"x","phone":"1"}`, nil, []string{"unknown_input phone"}},
		{
			"wrong types", `{"s":1,"p":5,"i":1.5,"n":"1","b":"true","d":"31.1.2026","t":"2026-01-31","e":"nobody"}`, nil,
			[]string{"wrong_type s", "wrong_type p", "bad_email e", "wrong_type i", "wrong_type n", "wrong_type b", "bad_date d", "bad_date t"},
		},
		{"bad phone", `{"s":"x","p":"0917"}`, nil, []string{"bad_phone p"}},
		{"too long", `{"s":"` + strings.Repeat("x", 20000) + `"}`, nil, []string{"too_large s"}},
		{"not text", `{"s":"a\u0000b"}`, nil, []string{"wrong_type s"}},
		{"too deep", `{"s":"x","j":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, nil, []string{"wrong_type j"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var raw map[string]json.RawMessage
			if err := json.Unmarshal([]byte(tt.inputs), &raw); err != nil {
				t.Fatal(err)
			}
			values, problems := p.CheckInputs(raw)
			var got []string
			for _, problem := range problems {
				got = append(got, problem.Code+" "+problem.Name)
				if problem.Message == "" {
					t.Error("a problem without a message")
				}
			}
			if diff := cmp.Diff(tt.problems, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if tt.want != nil {
				if diff := cmp.Diff(tt.want, values); diff != "" {
					t.Errorf("values (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestProblemsDoNotRepeatSecrets(t *testing.T) {
	t.Parallel()
	_, problems := mustCompile(t, manyInputs).CheckInputs(map[string]json.RawMessage{"s": json.RawMessage(`"x"`), "secret": json.RawMessage(`"canary"`)})
	if len(problems) != 1 || strings.Contains(problems[0].Message+problems[0].Hint, "canary") {
		t.Errorf("problems %v", problems)
	}
}

func TestInputsWrittenAsText(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, manyInputs)
	values, problems := p.ParseInputs(map[string]string{"s": "12", "i": "3", "n": "1.5", "b": "true", "j": `{"a":1}`, "p": "+639171234567"})
	want := map[string]any{"s": "12", "i": 3, "n": 1.5, "b": true, "j": map[string]any{"a": 1}, "p": "+639171234567"}
	if diff := cmp.Diff(want, values); diff != "" || problems != nil {
		t.Errorf("values (-want +got):\n%s\nproblems %v", diff, problems)
	}
	if _, problems := p.ParseInputs(map[string]string{"s": "x", "i": "three"}); len(problems) != 1 || problems[0].Code != "wrong_type" {
		t.Errorf("problems %v", problems)
	}
	if len(p.Inputs()) != 10 {
		t.Errorf("%d inputs", len(p.Inputs()))
	}
}
