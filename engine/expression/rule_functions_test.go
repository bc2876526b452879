package expression

import (
	"strings"
	"testing"
)

func TestFunctionsOfRulesTakeAnyValue(t *testing.T) {
	t.Parallel()
	env := map[string]any{
		"n": 5, "f": 2.5, "s": "hello", "digits": " 12.5 ", "empty": "", "list": []any{1, "two", nil}, "object": map[string]any{"a": 1}, "yes": true,
		"phone": "+639171234567", "at": "2026-01-31T23:30:00-02:00", "date": "2026-01-31",
	}
	for source, want := range map[string]any{
		`same(n, "5.0")`: true, `same("5", "5.0")`: false, `same(nothing, "")`: true, `same(yes, "true")`: true, `same(n, s)`: false, `same(list, list)`: true,
		`has(s, "ell")`: true, `has(list, "1")`: true, `has(list, "2")`: false, `has(nothing, "x")`: false, `has(n, 5)`: true, `has(list, nothing)`: true,
		`blank(nothing)`: true, `blank("  ")`: true, `blank([])`: true, `blank({})`: true, `blank(0)`: false, `blank(false)`: false, `blank(list)`: false, `blank(object)`: false,
		`oneOf(s, "bye, hello")`: true, `oneOf("b", "a,,")`: false, `oneOf("", ", ")`: false, `oneOf(n, ["5"])`: true, `oneOf(n, nothing)`: false,
		`number(digits)`: 12.5, `number(s)`: nil, `number(nothing)`: nil, `number(n) < 6`: true, `number(s) < 6`: false, `number([1])`: nil,
		`day(at)`: "2026-02-01", `day(date)`: "2026-01-31", `day(s)`: nil, `day(nothing)`: nil, `moment(at) < moment(date)`: false, `moment(s) < moment(date)`: false,
		`moment(" 2026-01-31 ") == moment(date)`: true, `moment(now()) == now()`: true, `moment(repeat("x", 300))`: nil,
		`region(phone)`: "PH", `region(s)`: nil, `region(nothing)`: nil, `region(n)`: nil,
	} {
		e, err := Compile(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.Eval(env, testNow); err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", source, got, err, want)
		}
	}
}

func TestEveryFunctionIsExplainedOnce(t *testing.T) {
	t.Parallel()
	explained := map[string]bool{}
	for _, doc := range Functions() {
		if explained[doc.Name] {
			t.Errorf("%s() is explained twice", doc.Name)
		}
		explained[doc.Name] = true
		if !strings.HasPrefix(doc.Usage, doc.Name+"(") || !strings.HasSuffix(doc.Help, ".") || doc.Group == "" {
			t.Errorf("%s() is explained as %+v", doc.Name, doc)
		}
		first, _, _ := strings.Cut(doc.Usage, " or ")
		if _, err := Compile(strings.TrimSuffix(first, ",")); err != nil && !strings.Contains(doc.Usage, ", date(") {
			t.Errorf("%s() is shown as %q, which is no expression: %v", doc.Name, doc.Usage, err)
		}
	}
	for _, name := range functionNames() {
		if !explained[name] {
			t.Errorf("%s() is not explained to people", name)
		}
	}
	if len(explained) != len(functionNames()) {
		t.Errorf("%d functions are explained, there are %d", len(explained), len(functionNames()))
	}
}
