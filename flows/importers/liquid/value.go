package liquid

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is what is known of a value before it is there.
type Kind int

// Any may be anything, also nothing. A Number may be whole or not; a Fraction is a
// number that Liquid writes with its decimal point even where it is whole.
const (
	Any Kind = iota
	Nil
	Text
	Integer
	Number
	Fraction
	Bool
	List
)

func (k Kind) numeric() bool { return k == Integer || k == Number || k == Fraction }

// Value is an expression of ours and what is known of what it gives.
type Value struct {
	// Expression is the source of it.
	Expression string
	Kind       Kind
	// BlankIsNothing marks a value whose empty text means that it is not there.
	BlankIsNothing bool

	// loose is whether it needs brackets beside an operator.
	loose bool
	// opposite is a condition turned round, where that is shorter than a not.
	opposite string
	// known is the value itself where it does not depend on the run.
	known *known
	// items are the elements of a list whose elements are known.
	items []Value
	// members are those of an object whose members are known.
	members map[string]Value
	// literal is one of the words empty and blank, which only comparisons know, or
	// "broken" for what has no translation.
	literal string
}

// known is nil, a bool, an int, a float64 or a string.
type known struct{ value any }

// Variable is a value that a run reads.
func Variable(expression string) Value { return Value{Expression: expression} }

// Known is a value that does not depend on the run: nil, a bool, an int or a
// string.
func Known(v any) Value {
	k := &known{v}
	switch x := v.(type) {
	case nil:
		return Value{Expression: "nil", Kind: Nil, known: k}
	case bool:
		return Value{Expression: strconv.FormatBool(x), Kind: Bool, known: k}
	case int:
		return Value{Expression: strconv.Itoa(x), Kind: Integer, known: k, loose: x < 0}
	case float64:
		return Value{Expression: strconv.FormatFloat(x, 'f', -1, 64), Kind: Fraction, known: k, loose: x < 0}
	case string:
		return Value{Expression: Quote(x), Kind: Text, known: k}
	}
	panic(fmt.Sprintf("liquid: %T is no known value", v))
}

// Quote writes a text as a literal of our expressions.
func Quote(s string) string {
	return `"` + quoting.Replace(s) + `"`
}

var quoting = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// Member reads a member of what may be an object.
func (v Value) Member(name string) Value {
	if m, ok := v.members[name]; ok {
		return m
	}
	if v.Kind != Any || v.members != nil {
		return Known(nil)
	}
	return Value{Expression: fmt.Sprintf("get(%s, %s)", v.Expression, Quote(name))}
}

func made(kind Kind, format string, args ...any) Value {
	return Value{Expression: fmt.Sprintf(format, args...), Kind: kind}
}

func loose(kind Kind, format string, args ...any) Value {
	v := made(kind, format, args...)
	v.loose = true
	return v
}

// operand is the value beside an operator.
func (v Value) operand() string {
	if v.loose {
		return "(" + v.Expression + ")"
	}
	return v.Expression
}

// isKnown reports whether the value does not depend on the run.
func (v Value) isKnown() bool { return v.known != nil }

func (v Value) isNil() bool { return v.known != nil && v.known.value == nil && v.literal == "" }

// knownText is the text of a known value.
func (v Value) knownText() (string, bool) {
	if v.known == nil {
		return "", false
	}
	switch x := v.known.value.(type) {
	case nil:
		return "", true
	case string:
		return x, true
	case bool:
		return strconv.FormatBool(x), true
	case int:
		return strconv.Itoa(x), true
	case float64:
		s := strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s, true
	}
	return "", false
}

// text is the value as text.
func (v Value) text() Value {
	if s, ok := v.knownText(); ok {
		return Known(s)
	}
	switch v.Kind {
	case Text:
		return v
	case List:
		return made(Text, `join(%s, "")`, v.Expression)
	case Fraction:
		return loose(Text, `let n = %s; n == floor(n) ? string(n) + ".0" : string(n)`, v.Expression)
	}
	return made(Text, "string(%s)", v.Expression)
}

// number is the value as a number: 0 when it is none.
func (v Value) number() Value {
	if v.Kind.numeric() {
		return v
	}
	if s, ok := v.knownText(); ok {
		if i, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
			return Known(i)
		}
		if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil && f-f == 0 {
			return Known(f)
		}
		return Known(0)
	}
	return loose(Number, "number(%s) ?? 0", v.Expression)
}

// list is the value as a list: an empty one when it is none.
func (v Value) list() Value {
	switch {
	case v.Kind == List:
		return v
	case v.Kind != Any:
		return Value{Expression: "[]", Kind: List, items: []Value{}}
	}
	return loose(List, `type(%s) == "array" ? %s : []`, v.Expression, v.Expression)
}

// truth is whether Liquid takes the value for true: all but nothing and false.
func (v Value) truth() Value {
	switch {
	case v.literal != "":
		return Known(true)
	case v.known != nil:
		return Known(v.known.value != nil && v.known.value != false)
	case v.Kind == Bool:
		return v
	case v.Kind != Any && !v.BlankIsNothing:
		return Known(true)
	}
	none := "[nil, false]"
	if v.BlankIsNothing {
		none = `[nil, false, ""]`
	}
	holds := loose(Bool, "%s not in %s", v.operand(), none)
	holds.opposite = fmt.Sprintf("%s in %s", v.operand(), none)
	return holds
}

// not turns a condition round.
func (v Value) not() Value {
	if v.known != nil {
		return Known(v.known.value != true)
	}
	if v.opposite != "" {
		return loose(Bool, "%s", v.opposite)
	}
	return loose(Bool, "not (%s)", v.Expression)
}

// combine joins two conditions by and, or.
func combine(a Value, operator string, b Value) Value {
	decides := operator == "or"
	for _, pair := range [][2]Value{{a, b}, {b, a}} {
		if k := pair[0].known; k != nil {
			if k.value == decides {
				return Known(decides)
			}
			return pair[1]
		}
	}
	return loose(Bool, "%s %s %s", a.operand(), operator, b.operand())
}

// choose is one value or the other.
func choose(condition, yes, no Value) Value {
	if condition.known != nil {
		if condition.known.value == true {
			return yes
		}
		return no
	}
	if yes.Expression == no.Expression {
		return yes
	}
	kind := Any
	if yes.Kind == no.Kind {
		kind = yes.Kind
	}
	v := loose(kind, "%s ? %s : %s", condition.operand(), yes.operand(), no.operand())
	v.BlankIsNothing = yes.BlankIsNothing || no.BlankIsNothing
	return v
}

// concat joins values as text.
func concat(values []Value) Value {
	var parts []Value
	for _, v := range values {
		v = unwrapped(v)
		if n := len(parts); n > 0 && v.isKnown() && parts[n-1].isKnown() {
			a, _ := parts[n-1].knownText()
			b, _ := v.knownText()
			parts[n-1] = Known(a + b)
			continue
		}
		parts = append(parts, v)
	}
	parts = slices.DeleteFunc(parts, func(v Value) bool { s, ok := v.knownText(); return ok && s == "" })
	switch len(parts) {
	case 0:
		return Known("")
	case 1:
		return parts[0].text()
	}
	// A plus between two numbers would add them.
	if parts[0].Kind != Text && parts[1].Kind != Text {
		parts[0] = parts[0].text()
	}
	sources := make([]string, len(parts))
	for i, p := range parts {
		sources[i] = p.operand()
	}
	return loose(Text, "%s", strings.Join(sources, " + "))
}

// unwrapped makes known values text and leaves to + what it writes by itself.
func unwrapped(v Value) Value {
	if v.isKnown() || v.Kind == List || v.Kind == Fraction {
		return v.text()
	}
	return v
}
