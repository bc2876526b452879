package liquid

import (
	"fmt"
	"strconv"
	"strings"
)

// reader reads the words within a bracket.
type reader struct {
	t     *translator
	words []word
	at    int
}

// failure is why a markup has no translation.
type failure struct{ problem Problem }

func (f failure) Error() string { return f.problem.Message }

func fail(code, format string, args ...any) error {
	return failure{Problem{Code: code, Message: fmt.Sprintf(format, args...)}}
}

func (t *translator) reader(markup string) (*reader, error) {
	list, ok := words(markup)
	if !ok {
		return nil, fail("liquid_syntax", "A quote in %s is not closed.", shown(markup))
	}
	return &reader{t: t, words: list}, nil
}

// shown is a piece of source within a message.
func shown(source string) string {
	const limit = 80
	source = strings.Join(strings.Fields(source), " ")
	runes := []rune(source[:min(len(source), 4*limit)])
	if len(runes) > limit {
		return "“" + string(runes[:limit]) + "…”"
	}
	return "“" + source + "”"
}

func (r *reader) peek() word {
	if r.at < len(r.words) {
		return r.words[r.at]
	}
	return word{}
}

func (r *reader) next() word {
	w := r.peek()
	r.at++
	return w
}

// take goes on when the next word is that sign.
func (r *reader) take(sign string) bool {
	if w := r.peek(); w.kind == signWord && w.text == sign {
		r.at++
		return true
	}
	return false
}

// takeName goes on when the next word is that name.
func (r *reader) takeName(name string) bool {
	if w := r.peek(); w.kind == nameWord && w.text == name {
		r.at++
		return true
	}
	return false
}

func (r *reader) done() bool { return r.at >= len(r.words) }

// filtered is a value and the filters that it passes.
func (r *reader) filtered() (Value, error) {
	v, err := r.operand()
	if err != nil {
		return v, err
	}
	for passed := 0; r.take("|"); passed++ {
		if passed == maxFilters {
			return v, fail("liquid_too_large", "A value passes more than %d filters.", maxFilters)
		}
		w := r.next()
		if w.kind != nameWord {
			return v, fail("liquid_syntax", "After | stands no filter.")
		}
		args, err := r.arguments()
		if err != nil {
			return v, err
		}
		if v, err = r.t.filter(v, w.text, args); err != nil {
			return v, err
		}
		if err := r.t.bounded(v); err != nil {
			return v, err
		}
	}
	return v, nil
}

// arguments are what stands behind a filter's colon. Named ones are taken in
// order, too: no filter that is translated has any but allow_false.
func (r *reader) arguments() ([]Value, error) {
	if !r.take(":") {
		return nil, nil
	}
	var args []Value
	for {
		if name := r.peek(); name.kind == nameWord && r.at+1 < len(r.words) && r.words[r.at+1] == (word{signWord, ":"}) {
			return nil, fail("liquid_filter", "The argument %q of a filter has no counterpart.", name.text)
		}
		v, err := r.operand()
		if err != nil {
			return nil, err
		}
		args = append(args, v)
		if !r.take(",") {
			return args, nil
		}
	}
}

// operand is a literal, a range or a variable.
func (r *reader) operand() (Value, error) {
	w := r.next()
	switch w.kind {
	case endWord:
		return Value{}, fail("liquid_syntax", "A value is missing.")
	case stringWord:
		return Known(w.text), nil
	case numberWord:
		if i, err := strconv.Atoi(w.text); err == nil {
			return Known(i), nil
		}
		f, err := strconv.ParseFloat(w.text, 64)
		if err != nil {
			return Value{}, fail("liquid_syntax", "%s is no number that can be held.", w.text)
		}
		return Known(f), nil
	case nameWord:
		return r.named(w.text)
	case signWord:
		switch w.text {
		case "(":
			return r.rangeOf()
		case "[":
			return r.path([]string{}, false)
		}
	}
	return Value{}, fail("liquid_syntax", "%s is no value.", shown(w.text))
}

// named is one of the words of Liquid, or a variable.
func (r *reader) named(name string) (Value, error) {
	if next := r.peek(); next.kind == signWord && (next.text == "." || next.text == "[") {
		return r.path([]string{name}, true)
	}
	switch name {
	case "true", "false":
		return Known(name == "true"), nil
	case "nil", "null":
		return Known(nil), nil
	case "empty", "blank":
		v := Known("")
		v.literal = name
		return v, nil
	}
	return r.path([]string{name}, true)
}

// rangeOf is (1..5); the bracket has been read.
func (r *reader) rangeOf() (Value, error) {
	from, err := r.operand()
	if err != nil {
		return from, err
	}
	if !r.take("..") {
		return from, fail("liquid_syntax", "Only ranges such as (1..5) stand in brackets.")
	}
	to, err := r.operand()
	if err != nil {
		return to, err
	}
	if !r.take(")") {
		return to, fail("liquid_syntax", "A range has no closing bracket.")
	}
	a, okA := wholeOf(from)
	b, okB := wholeOf(to)
	if !okA || !okB {
		a, b := from.number(), to.number()
		return made(List, "(%s..min(%s, %s + %d))", integer(a).operand(), integer(b).operand(), integer(a).operand(), maxTurns-1), nil
	}
	v := made(List, "(%d..%d)", a, b)
	v.items = []Value{}
	for i := a; i <= b; i++ {
		if len(v.items) == maxTurns {
			return v, fail("liquid_too_large", "A range of %d is too long; at most %d are possible.", b-a+1, maxTurns)
		}
		v.items = append(v.items, Known(i))
	}
	return v, nil
}

func wholeOf(v Value) (int, bool) {
	if v.known == nil {
		return 0, false
	}
	switch x := v.number().known.value.(type) {
	case int:
		return x, true
	case float64:
		return int(x), x == float64(int(x))
	}
	return 0, false
}

func integer(v Value) Value {
	if v.Kind == Integer {
		return v
	}
	return made(Integer, "floor(%s)", v.Expression)
}

// path is a variable with the members below it. first is whether names holds the
// first name already.
func (r *reader) path(names []string, first bool) (Value, error) {
	var v *Value
	step := func(name string) {
		if v == nil {
			names = append(names, name)
			return
		}
		*v = member(*v, name)
	}
	open := !first
	for {
		switch {
		case !open && r.take("."):
			w := r.next()
			// Between the dot and the name people leave spaces.
			if w.kind != nameWord && w.kind != numberWord {
				return Value{}, fail("liquid_syntax", "After a dot stands no name.")
			}
			step(w.text)
		case open || r.take("["):
			open = false
			index, err := r.index()
			if err != nil {
				return Value{}, err
			}
			if text, ok := index.known.text(); ok {
				step(text)
				break
			}
			if len(names) == 0 {
				return Value{}, fail("liquid_syntax", "A bracket names no variable.")
			}
			if v == nil {
				base := r.t.variable(names)
				v = &base
			}
			if *v, err = element(*v, index); err != nil {
				return Value{}, err
			}
		default:
			if v == nil {
				base := r.t.variable(names)
				v = &base
			}
			return *v, r.t.brokenIn(*v)
		}
		if v != nil {
			if err := r.t.bounded(*v); err != nil {
				return Value{}, err
			}
		}
	}
}

// index is what stands in square brackets, up to the closing one.
func (r *reader) index() (Value, error) {
	if r.t.depth++; r.t.depth > maxDepth {
		return Value{}, fail("liquid_too_large", "Indexes nest too deep.")
	}
	defer func() { r.t.depth-- }()
	v, err := r.operand()
	if err != nil {
		return v, err
	}
	if !r.take("]") {
		return v, fail("liquid_syntax", "A bracket [ has no ].")
	}
	return v, nil
}

// text is the text of a known text.
func (k *known) text() (string, bool) {
	if k == nil {
		return "", false
	}
	s, ok := k.value.(string)
	return s, ok
}

// member reads a member of a value: Liquid's own ones of lists and texts, too.
func member(v Value, name string) Value {
	switch {
	case v.members != nil:
		return v.Member(name)
	case name == "size":
		return sizeOf(v)
	case name == "first" || name == "last":
		return endOf(v, name)
	}
	if i, err := strconv.Atoi(name); err == nil {
		e, _ := element(v, Known(i))
		return e
	}
	return v.Member(name)
}

// element is an item of a list, counted from 0, or a member by a name that the run
// knows.
func element(v, index Value) (Value, error) {
	if i, ok := wholeOf(index); ok && index.Kind == Integer && v.items != nil {
		if i < 0 {
			i += len(v.items)
		}
		if i < 0 || i >= len(v.items) {
			return Known(nil), nil
		}
		return v.items[i], nil
	}
	if index.Kind == Bool || index.Kind == List || index.Kind == Nil {
		return v, fail("liquid_syntax", "An index is no number and no name.")
	}
	if v.Kind != List && v.Kind != Any {
		return Known(nil), nil
	}
	return made(Any, "get(%s, %s)", v.Expression, index.Expression), nil
}
