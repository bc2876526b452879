package expression

import (
	"errors"
	"flag"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// ceiling is the longest that one evaluation may take (DESIGN, section 4).
const ceiling = 50 * time.Millisecond

func FuzzExpression(f *testing.F) {
	for _, source := range hostile() {
		f.Add(source)
	}
	for source := range strings.SplitSeq(strings.TrimSpace(languageCorpus), "\n") {
		f.Add(source)
	}
	env := hostileVariables()
	f.Fuzz(func(t *testing.T, source string) {
		v, used, err := spendOn(source, env)
		if used > budget+compileBudget {
			t.Errorf("spent %d units", used)
		}
		again, _, againErr := spendOn(source, env)
		if !reflect.DeepEqual(v, again) || !reflect.DeepEqual(err, againErr) {
			t.Errorf("two evaluations differ: %v, %v and %v, %v", v, err, again, againErr)
		}
		if err != nil {
			checkError(t, err, source)
			return
		}
		if same, err := Normalize(v); err != nil || !reflect.DeepEqual(v, same) {
			t.Errorf("the result is not normalized: %v", err)
		}
		withinCeiling(t, func() { _, _, _ = spendOn(source, env) })
	})
}

func FuzzTemplate(f *testing.F) {
	for _, source := range hostile() {
		f.Add("a {{ " + source + " }} b")
	}
	for _, source := range []string{
		"", "{{", "}}", "{{}}", "{{ {a: {b: 1}} }}", `{{ "}}" }}`, "{{ `}}``` }}", "{{ x // }}", "{{ /* }} */ x }}", "{{x}}{{a}}", "é {{ long }}",
	} {
		f.Add(source)
	}
	env := hostileVariables()
	f.Fuzz(func(t *testing.T, source string) {
		tmpl, err := ParseTemplate(source)
		if err != nil {
			checkError(t, err, source)
			return
		}
		text, err := tmpl.Text(env, testNow)
		again, againErr := tmpl.Text(env, testNow)
		if text != again || !reflect.DeepEqual(err, againErr) {
			t.Errorf("two renderings differ: %v and %v", err, againErr)
		}
		if err != nil {
			checkError(t, err, source)
			return
		}
		if len(text) > MaxRenderedText*3 { // a broken byte becomes three
			t.Errorf("rendered %d bytes", len(text))
		}
		if tmpl.IsLiteral() && text != source {
			t.Errorf("a template without expressions changed to %q", text)
		}
		withinCeiling(t, func() { _, _ = tmpl.Text(env, testNow) })
	})
}

func checkError(t *testing.T, err error, source string) {
	t.Helper()
	var problem *Error
	if !errors.As(err, &problem) {
		t.Fatalf("got a %T, want an *Error", err)
	}
	if problem.Message == "" || problem.Offset < 0 || problem.Offset > max(len(source), MaxSource) {
		t.Errorf("a poor error: %#v", problem)
	}
	for _, internal := range []string{"interface", "runtime", "reflect", "expression.", "strconv", "<nil>", "Operator(", "Identifier("} {
		if strings.Contains(problem.Message, internal) && !strings.Contains(source, internal) {
			t.Errorf("the message speaks of the machine: %s", problem.Message)
		}
	}
}

// withinCeiling takes the best of several tries, so that a busy machine does not
// fail it. Only fuzzing measures time: as a plain test the seeds also run under the
// race detector, and there the budget is what is asserted.
func withinCeiling(t *testing.T, run func()) {
	t.Helper()
	if !fuzzing() {
		return
	}
	best := time.Duration(math.MaxInt64)
	for range 5 {
		begin := time.Now()
		run()
		if best = min(best, time.Since(begin)); best < ceiling {
			return
		}
	}
	t.Errorf("took %v, more than %v", best, ceiling)
}

// fuzzing reports whether this process was started by -fuzz, as coordinator or as
// worker.
func fuzzing() bool {
	pattern, worker := flag.Lookup("test.fuzz"), flag.Lookup("test.fuzzworker")
	return pattern != nil && pattern.Value.String() != "" || worker != nil && worker.Value.String() == "true"
}
