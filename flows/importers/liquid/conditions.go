package liquid

import (
	"strconv"
	"strings"
)

// condition is what stands behind if, elsif and unless. and and or bind alike,
// from the right, as in Liquid.
func (r *reader) condition() (Value, error) {
	v, err := r.comparison()
	if err != nil {
		return v, err
	}
	operator := ""
	switch {
	case r.takeName("and") || r.take("&&"):
		operator = "and"
	case r.takeName("or") || r.take("||"):
		operator = "or"
	default:
		return v, nil
	}
	if r.t.depth++; r.t.depth > 2*maxDepth {
		return v, fail("liquid_too_large", "A condition has too many parts.")
	}
	right, err := r.condition()
	r.t.depth--
	if err != nil {
		return right, err
	}
	v = combine(v, operator, right)
	return v, r.t.bounded(v)
}

// comparison compares two values, or takes one for true or not.
func (r *reader) comparison() (Value, error) {
	a, err := r.filtered()
	if err != nil {
		return a, err
	}
	w := r.peek()
	operator := ""
	switch {
	case w.kind == signWord:
		operator = w.text
	case w.kind == nameWord && w.text == "contains":
		operator = w.text
	}
	switch operator {
	case "==", "!=", "<>", "<", ">", "<=", ">=", "contains", "=":
	default:
		return a.truth(), nil
	}
	r.at++
	b, err := r.filtered()
	if err != nil {
		return b, err
	}
	switch operator {
	case "==", "=":
		return equal(a, b), nil
	case "!=", "<>":
		return equal(a, b).not(), nil
	case "contains":
		return contains(a, b), nil
	}
	return ordered(a, operator, b), nil
}

// equal compares as Liquid does, but takes a number and a text of its digits for
// the same.
func equal(a, b Value) Value {
	if a.literal != "" || a.isKnown() && !b.isKnown() {
		a, b = b, a
	}
	switch {
	case b.literal == "empty":
		if a.isKnown() {
			return Known(a.known.value == "")
		}
		return loose(Bool, `%s in ["", [], {}]`, a.operand())
	case b.literal == "blank":
		if s, ok := a.knownText(); ok {
			return Known(strings.TrimSpace(s) == "" || a.known.value == false)
		}
		return loose(Bool, `blank(%s) or %s == false`, a.Expression, a.operand())
	case a.isKnown() && b.isKnown():
		x, _ := a.knownText()
		y, _ := b.knownText()
		return Known(x == y && a.isNil() == b.isNil())
	case b.isNil() && a.BlankIsNothing:
		return loose(Bool, `%s in [nil, ""]`, a.operand())
	case b.isNil():
		return loose(Bool, "%s == nil", a.operand())
	}
	if s, ok := b.known.text(); ok && !looksNumeric(s) || a.Kind == Text && b.Kind == Text {
		return loose(Bool, "%s == %s", a.operand(), b.operand())
	}
	if a.Kind.numeric() && b.Kind.numeric() {
		return loose(Bool, "%s == %s", a.operand(), b.operand())
	}
	return made(Bool, "same(%s, %s)", a.Expression, b.Expression)
}

func looksNumeric(s string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return err == nil
}

func contains(a, b Value) Value {
	x, okX := a.known.text()
	y, okY := b.knownText()
	switch {
	case okX && okY:
		return Known(strings.Contains(x, y))
	case b.isNil() || a.isNil():
		return Known(false)
	}
	return made(Bool, "has(%s, %s)", a.Expression, b.Expression)
}

// ordered compares numbers; two texts, where one is known to be no number, by
// their letters.
func ordered(a Value, operator string, b Value) Value {
	for _, v := range []Value{a, b} {
		if s, ok := v.known.text(); ok && !looksNumeric(s) {
			return loose(Bool, "%s %s %s", a.text().operand(), operator, b.text().operand())
		}
	}
	return loose(Bool, "%s %s %s", comparable(a), operator, comparable(b))
}

// comparable is a number, or nothing, which is neither more nor less than any.
func comparable(v Value) string {
	if v.Kind.numeric() {
		return v.operand()
	}
	if n := v.number(); n.isKnown() && v.isKnown() && !v.isNil() {
		return n.operand()
	}
	return "number(" + v.Expression + ")"
}
