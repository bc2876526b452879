package expression

import (
	"time"
)

// Expression is one compiled expression. It is immutable and safe for concurrent
// use.
type Expression struct {
	source string
	// base is where the expression begins in the template that holds it.
	base       int
	references []Reference
	// path is set when the expression is nothing but a variable and constant
	// members below it; such an expression is looked up without a program.
	path  []string
	run   node
	slots int
	// zoned is true when the expression reads times that may have no offset.
	zoned bool
}

// Zoned reports whether the zone of now matters to the expression.
func (e *Expression) Zoned() bool { return e.zoned }

// Reference is something an expression reads from its environment: a root name
// and the constant member path below it.
type Reference struct {
	// Path is the root name and the members below it, as far as they are constant:
	// steps.viber_ph["status"] gives {"steps", "viber_ph", "status"}, and steps[x]
	// gives {"steps"}. It has at least one element.
	Path []string
	// Offset is the byte in the source at which the root name stands.
	Offset int
}

// Compile reads and checks one expression of at most MaxSource bytes. Names of
// variables are not checked here (see References); names of functions are.
// Errors are *Error.
func Compile(source string) (*Expression, error) {
	e, err := compile(&meter{limit: compileBudget}, source, 0)
	return e, public(err, 0)
}

// Source is the text that was compiled.
func (e *Expression) Source() string { return e.source }

// References lists what the expression reads, in the order of the source. Names
// that the expression makes itself (let, #) are not listed. The caller must not
// change it.
func (e *Expression) References() []Reference { return e.references }

// Eval runs the expression. env holds JSON-like values; now is what now() gives, and
// its location is where moment() and day() mean times without an offset. The result is normalized (see Normalize). Errors are *Error. Neither env nor
// anything in it is changed.
func (e *Expression) Eval(env map[string]any, now time.Time) (any, error) {
	return e.eval(nil, env, now)
}

func (e *Expression) eval(w *Work, env map[string]any, now time.Time) (any, error) {
	if err := w.begin(); err != nil {
		return nil, err
	}
	m := meter{limit: budget}
	v, err := e.evaluate(env, now, &m)
	w.Spend(1 + m.used)
	if err != nil {
		return nil, err
	}
	if plain, ok := normalScalar(v); ok {
		return plain, nil
	}
	n := normalizer{}
	v, err = n.value(v, 0)
	w.Spend(4*n.elements + n.text/scannedPerUnit)
	if err != nil {
		return nil, public(err, e.base)
	}
	return v, nil
}

// evaluate runs the expression on a budget that it may share with others. The
// result is not normalized yet.
func (e *Expression) evaluate(env map[string]any, now time.Time, m *meter) (v any, err error) {
	if e.path != nil {
		if v, err = lookUp(m, env, e.path); err != nil {
			return nil, public(place(err, e.references[0].Offset-e.base), e.base)
		}
		return v, nil
	}
	defer func() {
		// Nothing here is known to panic. Should something, one run fails instead of
		// the whole process.
		if r := recover(); r != nil {
			v, err = nil, &Error{Offset: e.base, Message: "the expression could not be evaluated"}
		}
	}()
	f := frame{meter: m, env: env, now: now.UTC(), zone: now.Location()}
	if e.slots > 0 {
		f.slots = make([]any, e.slots)
	}
	v, err = e.run(&f)
	if err != nil {
		return nil, public(err, e.base)
	}
	return v, nil
}

// frame is one evaluation: what it may spend, what it reads, and its local names.
type frame struct {
	*meter
	env   map[string]any
	now   time.Time
	zone  *time.Location
	slots []any
}

// node is one compiled step. Its faults carry their place.
type node func(f *frame) (any, error)

// lookUp follows constant names from the environment down. What is not there is
// nil.
func lookUp(m *meter, env map[string]any, path []string) (any, error) {
	v, err := usable(m, env[path[0]])
	for _, name := range path[1:] {
		if err != nil {
			return nil, err
		}
		if v, err = field(m, v, name); err != nil {
			return nil, err
		}
	}
	return v, err
}

// usable lets the kinds of value through that operators know, and normalizes
// what else an environment may hold.
func usable(m *meter, v any) (any, error) {
	switch v.(type) {
	case nil, bool, int, float64, string, []any, map[string]any, time.Time, time.Duration, *time.Location:
		return v, nil
	}
	n := normalizer{}
	v, err := n.value(v, 0)
	if err != nil {
		return nil, err
	}
	return v, m.spend(4 + 4*n.elements + n.text/scannedPerUnit)
}
