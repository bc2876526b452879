package expression

import "time"

// Work counts what many evaluations spend together, in the units of one: what a
// step of a run computes in all its nodes. Each evaluation still has the budget of
// its own; none begins any more when the work is spent. A nil Work counts nothing.
// It is for one goroutine.
type Work struct{ used, limit int }

// MaxWork is the most that one evaluation may spend.
const MaxWork = budget

// NewWork is work of which so much may be done. By BenchmarkHostile 200,000 units
// take 10 ms at most on a slow core.
func NewWork(limit int) *Work { return &Work{limit: limit} }

// Used is what was spent so far. It can be more than the limit, by one evaluation.
func (w *Work) Used() int { return w.used }

// Spent reports whether nothing more may be done.
func (w *Work) Spent() bool { return w != nil && w.used >= w.limit }

// Spend counts units that something else took than an evaluation.
func (w *Work) Spend(units int) {
	if w != nil {
		w.used += max(units, 0)
	}
}

// Scan counts going through a value of so many bytes.
func (w *Work) Scan(bytes int) { w.Spend(1 + bytes/scannedPerUnit) }

// begin is the fault of an evaluation that may not begin any more.
func (w *Work) begin() error {
	if w.Spent() {
		return public(exhausted(), 0)
	}
	return nil
}

// Eval is Expression.Eval.
func (w *Work) Eval(e *Expression, env map[string]any, now time.Time) (any, error) {
	return e.eval(w, env, now)
}

// Text is Template.Text.
func (w *Work) Text(t *Template, env map[string]any, now time.Time) (string, error) {
	return t.render(w, env, now, rendering{})
}

// Kept is Template.Kept.
func (w *Work) Kept(t *Template, env map[string]any, now time.Time) (any, error) {
	return t.value(w, env, now, rendering{cut: true})
}

// Value is Template.Value.
func (w *Work) Value(t *Template, env map[string]any, now time.Time) (any, error) {
	return t.value(w, env, now, rendering{})
}

// Escaped is Template.Escaped.
func (w *Work) Escaped(t *Template, env map[string]any, now time.Time, escape func(string) string) (string, error) {
	return t.render(w, env, now, rendering{escape: escape})
}

// Masked is Template.MaskedEscaped; escape may be nil.
func (w *Work) Masked(t *Template, env map[string]any, now time.Time, mask string, secret func(path []string) bool, escape func(string) string) (string, error) {
	return t.render(w, env, now, rendering{escape: escape, replace: masking(mask, secret)})
}

// Regexp is CompileRegexp.
func (w *Work) Regexp(pattern string) (*Regexp, error) {
	if err := w.begin(); err != nil {
		return nil, err
	}
	m := meter{limit: compileBudget}
	r, err := compileRegexp(&m, pattern)
	w.Spend(m.used)
	return r, public(err, 0)
}

// Match is Regexp.MatchWhole.
func (w *Work) Match(r *Regexp, text string) bool {
	if w.Spent() {
		return false
	}
	m := meter{limit: budget}
	matches := r.match(&m, text)
	w.Spend(m.used)
	return matches
}
