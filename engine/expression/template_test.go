package expression

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTemplatesRender(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"":                                "",
		"plain { } }} text":               "plain { } }} text",
		"{{phone}}":                       "+639171234567",
		"Your code is:{{ code }} Thanks.": "Your code is:123456 Thanks.",
		"{{code}}{{amount}}":              "12345612.5",
		"a{{nothing}}b{{undefined.x}}c":   "abc",
		"{{ vip }} {{ not vip }}":         "true false",
		"{{ 2.0 }} {{ 1/3 }} {{ 1e20 }} {{ 1e21 }} {{ 1.5e-7 }}":      "2 0.3333333333333333 100000000000000000000 1e+21 1.5e-07",
		"{{ tags }} {{ {b: 1, a: \"<&>\"} }} {{ [] }}":                `["new","vip"] {"a":"<&>","b":1} []`,
		"{{ now() }} {{ duration(\"90s\") }}":                         "2026-03-04T05:06:07Z 1m30s",
		`{{ "{{" }} and {{ "}}" }} and {{ '}}' }}` + "{{ `}}``}}` }}": "{{ and }} and }}}}`}}",
		`{{ "\"}}" }}`:                     `"}}`,
		"{{ {a: {b: 1}}.a.b }}":            "1",
		"{{{a: {b: 1}}}}":                  `{"a":{"b":1}}`,
		"{{ map([1], {# + 1})[0] }}":       "2",
		"{{ code /* }} */ }}":              "123456",
		"{{ code // a note }}!":            "123456!",
		"{{ code // a note\n + 1 }}!":      "123457!",
		"{{ 6 / 2 }}":                      "3",
		"{ {code} } {{ code }}}":           "{ {code} } 123456}",
		"{{ injected }}":                   "{{ code }} ${code} 1 + 1",
		"{{ strings }}":                    `["a","b"]`,
		"été {{ name }} {{ upper(name) }}": "été Zoë ZOË",
		"{{ 1 }}\n{{ 2 }}":                 "1\n2",
	} {
		tmpl, err := ParseTemplate(source)
		if err != nil {
			t.Errorf("%q: %v", source, err)
			continue
		}
		got, err := tmpl.Text(testVariables(), testNow)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", source, got, err, want)
		}
		if tmpl.Source() != source {
			t.Errorf("Source() is %q, want %q", tmpl.Source(), source)
		}
		if literal := !strings.Contains(source, "{{"); tmpl.IsLiteral() != literal {
			t.Errorf("%q: IsLiteral() is %v", source, !literal)
		}
	}
}

func TestTemplateValuesKeepTheirTypeWhenTheyStandAlone(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]any{
		"{{code}}":                   123456,
		"{{ tags }}":                 []any{"new", "vip"},
		"{{ nothing }}":              nil,
		"{{ 4 / 2 }}":                2,
		"{{ steps.viber_ph.tries }}": 2,
		" {{code}}":                  " 123456",
		"{{code}}{{code}}":           "123456123456",
		"text":                       "text",
		"":                           "",
		"{{ injected }}":             "{{ code }} ${code} 1 + 1",
	} {
		tmpl, err := ParseTemplate(source)
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		got, err := tmpl.Value(testVariables(), testNow)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", source, err, diff)
		}
	}
}

func TestTemplateErrorsPointIntoTheTemplate(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]Error{
		"ab {{ code":                             {3, "{{ has no closing }}", `close it, check the quotes inside, or write {{ "{{" }} for the sign itself`},
		"ab {{ it's }}":                          {3, "{{ has no closing }}", `close it, check the quotes inside, or write {{ "{{" }} for the sign itself`},
		"{{ 1 /* }}":                             {0, "{{ has no closing }}", `close it, check the quotes inside, or write {{ "{{" }} for the sign itself`},
		"{{ 1 // x":                              {0, "{{ has no closing }}", `close it, check the quotes inside, or write {{ "{{" }} for the sign itself`},
		"{{ {a: 1 }}":                            {0, "{{ has no closing }}", `close it, check the quotes inside, or write {{ "{{" }} for the sign itself`},
		"ab {{ }}":                               {5, "the expression is empty", "write a variable or a value"},
		"é {{ é AND b }}":                        {9, "unexpected AND", "write and, or &&"},
		"ab {{ uper(x) }}":                       {6, "there is no function uper()", "did you mean upper()?"},
		"ab {{ 1 + vip }}":                       {8, "true or false cannot be added to a number", "convert with int(), float() or string()"},
		"{{1}} {{ name.x }}":                     {9, `a text has no member "x"`, "lists and texts have no members; see first(), last(), [0]"},
		"ab {{ 1e308*10 }}":                      {5, "the result is not a finite number", "check for divisions and powers that grow too large"},
		"{{1}}{{ repeat(\"x\", 16384) }}":        {7, "the text becomes longer than 16 KiB", "shorten its parts"},
		"\xff":                                   {0, "the text is not valid UTF-8", "save the text as UTF-8"},
		strings.Repeat("x", MaxRenderedText+1):   {0, "the text becomes longer than 16 KiB", "shorten its parts"},
		strings.Repeat("x", MaxTemplateSource+1): {MaxTemplateSource, "the text is longer than 32 KiB", "no channel takes messages of that length"},
	} {
		tmpl, err := ParseTemplate(source)
		if err == nil {
			_, err = tmpl.Text(testVariables(), testNow)
		}
		var got *Error
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%.40q: got %#v, want %#v", source, err, want)
			continue
		}
		if tmpl != nil {
			if _, err := tmpl.Value(testVariables(), testNow); err == nil {
				t.Errorf("%.40q: Value gives no error", source)
			}
		}
	}
}

func TestTemplateReferencesPointIntoTheTemplate(t *testing.T) {
	t.Parallel()
	tmpl, err := ParseTemplate(`é {{ a.b }} {{ "x" + c }} {{ let d = 1; d }}`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Reference{{[]string{"a", "b"}, 6}, {[]string{"c"}, 22}}
	if diff := cmp.Diff(want, tmpl.References()); diff != "" {
		t.Error(diff)
	}
}

func TestMaskedTemplatesNeverEvaluateSecrets(t *testing.T) {
	t.Parallel()
	secret := func(path []string) bool { return slices.Equal(path, []string{"code"}) || path[0] == "contact" }
	for source, want := range map[string]string{
		"Your code: {{ code }}.":               "Your code: •••.",
		"{{ name }} {{ string(code)[0:3] }}":   "Zoë •••",
		"{{ map([1], code) }}":                 "•••",
		"{{ let x = contact.age; x }} {{ 1 }}": "••• 1",
		"{{ code.x }}":                         "•••",
		"{{ contact[name] - 1 }}":              "•••",
		"{{ phone }}":                          "+639171234567",
		"plain":                                "plain",
	} {
		tmpl, err := ParseTemplate(source)
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		hides := secret
		if source == "{{ code.x }}" {
			hides = func(path []string) bool { return path[0] == "code" }
		}
		got, err := tmpl.Masked(testVariables(), testNow, "•••", hides)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", source, got, err, want)
		}
	}
}

func TestTheExpressionsOfATemplateShareOneBudget(t *testing.T) {
	t.Parallel()
	const dear = `{{ sum(map(1..9000, # * 2)) }}`
	once, err := ParseTemplate(dear)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := once.Text(nil, testNow); err != nil {
		t.Fatal(err)
	}
	often, err := ParseTemplate(strings.Repeat(dear, 20))
	if err != nil {
		t.Fatal(err)
	}
	var problem *Error
	if _, err := often.Text(nil, testNow); !errors.As(err, &problem) || problem.Message != "the expression does too much work" {
		t.Errorf("got %v", err)
	}
	_, err = ParseTemplate(strings.Repeat(`{{ x matches "\\pL{99}" }}`, 200))
	if !errors.As(err, &problem) || problem.Message != "the expression does too much work" {
		t.Errorf("compiling patterns: got %v", err)
	}
}

func TestBrokenTextIsRepaired(t *testing.T) {
	t.Parallel()
	tmpl, err := ParseTemplate("a{{ x }}b")
	if err != nil {
		t.Fatal(err)
	}
	got, err := tmpl.Text(map[string]any{"x": "\xff\xfe"}, testNow)
	if want := "a\ufffd\ufffdb"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
