package liquid

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// filter applies a filter of Liquid to a value.
func (t *translator) filter(v Value, name string, args []Value) (Value, error) {
	f, ok := filters[name]
	if !ok {
		return v, fail("liquid_filter", "The Liquid filter %q has no counterpart.", name)
	}
	if len(args) < f.least || len(args) > f.most {
		return v, fail("liquid_syntax", "The Liquid filter %q has the wrong number of values.", name)
	}
	for _, a := range args {
		if a.literal != "" && name != "default" {
			return v, fail("liquid_syntax", "The Liquid filter %q cannot take %s.", name, a.literal)
		}
	}
	out, ok := f.apply(t, v, args)
	if !ok {
		return v, fail("liquid_filter", "The Liquid filter %q has no counterpart for these values.", name)
	}
	return out, nil
}

// filterOf is one filter: how many values it takes, and what it makes of one. ok is
// false when it cannot with these.
type filterOf struct {
	least, most int
	apply       func(t *translator, v Value, args []Value) (out Value, ok bool)
}

// onText is a filter of texts that is a function of ours or a few: %[1]s is the
// text, the rest the values.
func onText(kind Kind, count int, format string) filterOf {
	return filterOf{count, count, func(_ *translator, v Value, args []Value) (Value, bool) {
		sources := []any{v.text().Expression}
		for _, a := range args {
			sources = append(sources, a.text().Expression)
		}
		return made(kind, format, sources...), true
	}}
}

// plain is a filter without values.
func plain(apply func(v Value) Value) filterOf {
	return filterOf{0, 0, func(_ *translator, v Value, _ []Value) (Value, bool) { return apply(v), true }}
}

// single is a filter with one value.
func single(apply func(v, a Value) Value) filterOf {
	return filterOf{1, 1, func(_ *translator, v Value, args []Value) (Value, bool) { return apply(v, args[0]), true }}
}

var filters = map[string]filterOf{
	// Text.
	"upcase":   onText(Text, 0, "upper(%s)"),
	"downcase": onText(Text, 0, "lower(%s)"),
	"strip":    onText(Text, 0, "trim(%s)"),
	// A sign at the other end keeps the white space there.
	"lstrip":           onText(Text, 0, `trimSuffix(trim(%s + "|"), "|")`),
	"rstrip":           onText(Text, 0, `trimPrefix(trim("|" + %s), "|")`),
	"strip_newlines":   onText(Text, 0, `replace(replace(%s, "\r\n", ""), "\n", "")`),
	"newline_to_br":    onText(Text, 0, `replace(replace(%s, "\r\n", "\n"), "\n", "<br />\n")`),
	"remove":           onText(Text, 1, `replace(%s, %s, "")`),
	"remove_first":     onText(Text, 1, `replace(%s, %s, "", 1)`),
	"replace":          onText(Text, 2, "replace(%s, %s, %s)"),
	"replace_first":    onText(Text, 2, "replace(%s, %s, %s, 1)"),
	"url_encode":       onText(Text, 0, "urlEncode(%s)"),
	"base64_encode":    onText(Text, 0, "toBase64(%s)"),
	"base64_decode":    onText(Text, 0, "fromBase64(%s)"),
	"capitalize":       onText(Text, 0, "(let s = %s; upper(s[0:1]) + lower(s[1:]))"),
	"escape":           onText(Text, 0, escaping),
	"h":                onText(Text, 0, escaping),
	"remove_last":      onText(Text, 1, `(let s = %s; let p = %s; let i = lastIndexOf(s, p); i < 0 ? s : s[0:i] + s[i + len(p):])`),
	"replace_last":     onText(Text, 2, `(let s = %s; let p = %s; let i = lastIndexOf(s, p); i < 0 ? s : s[0:i] + %s + s[i + len(p):])`),
	"append":           single(func(v, a Value) Value { return concat([]Value{v, a}) }),
	"prepend":          single(func(v, a Value) Value { return concat([]Value{a, v}) }),
	"truncate":         {0, 2, truncate},
	"truncatewords":    {0, 2, truncateWords},
	"slice":            {1, 2, slice},
	"split":            {1, 1, split},
	"date":             {1, 2, date},
	"json":             plain(func(v Value) Value { return made(Text, "toJSON(%s)", v.Expression) }),
	"to_json":          plain(func(v Value) Value { return made(Text, "toJSON(%s)", v.Expression) }),
	"jsonify":          plain(func(v Value) Value { return made(Text, "toJSON(%s)", v.Expression) }),
	"default":          single(otherwise),
	"strip_whitespace": onText(Text, 0, "trim(%s)"),

	// Numbers.
	"plus":       single(func(v, a Value) Value { return arithmetic(v, "+", a) }),
	"minus":      single(func(v, a Value) Value { return arithmetic(v, "-", a) }),
	"times":      single(func(v, a Value) Value { return arithmetic(v, "*", a) }),
	"divided_by": single(divide),
	"modulo":     single(modulo),
	"abs":        plain(func(v Value) Value { n := v.number(); return made(n.Kind, "abs(%s)", n.Expression) }),
	"ceil":       plain(func(v Value) Value { return made(Integer, "ceil(%s)", v.number().Expression) }),
	"floor":      plain(func(v Value) Value { return made(Integer, "floor(%s)", v.number().Expression) }),
	"round":      {0, 1, round},
	"at_least":   single(func(v, a Value) Value { return bound(v, "max", a) }),
	"at_most":    single(func(v, a Value) Value { return bound(v, "min", a) }),
	"to_number":  plain(func(v Value) Value { return v.number() }),

	// Lists.
	"size":         plain(sizeOf),
	"first":        plain(func(v Value) Value { return endOf(v, "first") }),
	"last":         plain(func(v Value) Value { return endOf(v, "last") }),
	"join":         {0, 1, join},
	"reverse":      plain(func(v Value) Value { return onItems(v, "reverse(%s)", reversed) }),
	"sort":         plain(func(v Value) Value { return onItems(v, "sort(%s)", nil) }),
	"sort_natural": plain(func(v Value) Value { return onItems(v, "sortBy(%s, lower(string(#)))", nil) }),
	"uniq":         plain(func(v Value) Value { return onItems(v, "uniq(%s)", nil) }),
	"compact":      plain(func(v Value) Value { return onItems(v, "filter(%s, # != nil)", nil) }),
	"sum":          plain(func(v Value) Value { return made(Number, "sum(%s, number(#) ?? 0)", v.list().Expression) }),
	"concat": single(func(v, a Value) Value {
		return made(List, "concat(%s, %s)", v.list().Expression, a.list().Expression)
	}),
	"map": single(func(v, a Value) Value {
		return made(List, "map(%s, get(#, %s))", v.list().Expression, a.text().Expression)
	}),
	"where": {1, 2, where},
}

const escaping = `replace(replace(replace(replace(replace(%s, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;"), "'", "&#39;")`

func arithmetic(v Value, operator string, by Value) Value {
	a, b := v.number(), by.number()
	return loose(both(a, b), "%s %s %s", a.operand(), operator, b.operand())
}

// both is what kind of number two give together.
func both(a, b Value) Kind {
	switch {
	case a.Kind == Integer && b.Kind == Integer:
		return Integer
	case a.Kind == Fraction || b.Kind == Fraction:
		return Fraction
	}
	return Number
}

// divide divides whole numbers without a rest, downwards, as Liquid does. By zero
// it gives nothing, where Liquid writes an error.
func divide(v, by Value) Value {
	a, b := v.number(), by.number()
	if n, ok := wholeOf(b); ok && n == 0 && b.isKnown() {
		return Known(nil)
	}
	switch {
	case a.Kind == Fraction && b.isKnown() || b.Kind == Fraction && b.isKnown():
		return loose(Fraction, "%s / %s", a.operand(), b.operand())
	case a.Kind == Integer && b.Kind == Integer && b.isKnown():
		return made(Integer, "floor(%s / %s)", a.operand(), b.operand())
	case b.Kind == Integer && b.isKnown():
		return loose(Number, `let n = %s; type(n) == "int" ? floor(n / %s) : n / %s`, a.Expression, b.operand(), b.operand())
	}
	return loose(Any, `let n = %s; let d = %s; d == 0 ? nil : type(n) == "int" and type(d) == "int" ? floor(n / d) : n / d`, a.Expression, b.Expression)
}

// modulo has the sign of the divisor, as Liquid's.
func modulo(v, by Value) Value {
	a, b := v.number(), by.number()
	if n, ok := wholeOf(b); ok && b.isKnown() {
		if n == 0 {
			return Known(nil)
		}
		return loose(both(a, b), "let n = %s; n - %s * floor(n / %s)", a.Expression, b.operand(), b.operand())
	}
	return loose(Any, "let n = %s; let d = %s; d == 0 ? nil : n - d * floor(n / d)", a.Expression, b.Expression)
}

func round(_ *translator, v Value, args []Value) (Value, bool) {
	n := v.number()
	if len(args) == 0 {
		return made(Integer, "round(%s)", n.Expression), true
	}
	digits, ok := wholeOf(args[0])
	if !ok || digits < 0 || digits > 9 {
		return v, false
	}
	if digits == 0 {
		return made(Integer, "round(%s)", n.Expression), true
	}
	factor := "1" + strings.Repeat("0", digits)
	return loose(Number, "round(%s * %s) / %s", n.operand(), factor, factor), true
}

func bound(v Value, function string, by Value) Value {
	a, b := v.number(), by.number()
	return made(both(a, b), "%s(%s, %s)", function, a.Expression, b.Expression)
}

// otherwise is the default filter: nothing, false and what is empty give place.
func otherwise(v, a Value) Value {
	if s, ok := v.knownText(); ok {
		if s == "" || v.known.value == false {
			return a
		}
		return v
	}
	if a.isNil() || a.literal != "" {
		a = Known("")
	}
	kind := Any
	if a.Kind == v.Kind {
		kind = v.Kind
	}
	return loose(kind, `%s in [nil, false, "", []] ? %s : %s`, v.operand(), a.operand(), v.operand())
}

// sizeOf is how many characters or items there are.
func sizeOf(v Value) Value {
	switch s, known := v.known.text(); {
	case known:
		return Known(utf8.RuneCountInString(s))
	case v.items != nil:
		return Known(len(v.items))
	case v.isNil() || v.Kind.numeric() || v.Kind == Bool:
		return Known(0)
	case v.Kind == Text || v.Kind == List:
		return made(Integer, "len(%s)", v.Expression)
	}
	return loose(Integer, `type(%s) == "array" ? len(%s) : len(string(%s))`, v.Expression, v.Expression, v.Expression)
}

// endOf is the first or the last item of a list, and nothing of anything else.
func endOf(v Value, function string) Value {
	switch {
	case len(v.items) > 0 && function == "first":
		return v.items[0]
	case len(v.items) > 0:
		return v.items[len(v.items)-1]
	case v.Kind == List:
		return made(Any, "%s(%s)", function, v.Expression)
	case v.Kind == Any:
		return made(Any, "%s(%s)", function, v.list().Expression)
	}
	return Known(nil)
}

// onItems makes a list of a list; known makes the known items.
func onItems(v Value, format string, known func([]Value) []Value) Value {
	out := made(List, format, v.list().Expression)
	if known != nil && v.items != nil {
		out.items = known(v.items)
	}
	return out
}

func reversed(items []Value) []Value {
	out := make([]Value, len(items))
	for i, item := range items {
		out[len(items)-1-i] = item
	}
	return out
}

func join(_ *translator, v Value, args []Value) (Value, bool) {
	separator := Known(" ")
	if len(args) == 1 {
		separator = args[0].text()
	}
	if v.Kind == Any {
		return loose(Text, `type(%s) == "array" ? join(%s, %s) : string(%s)`, v.Expression, v.Expression, separator.Expression, v.Expression), true
	}
	if v.Kind != List {
		return v.text(), true
	}
	return made(Text, "join(%s, %s)", v.Expression, separator.Expression), true
}

// split drops empty pieces at the end, as Ruby does; a space stands for any white
// space, of which that at both ends does not count.
func split(_ *translator, v Value, args []Value) (Value, bool) {
	text, separator := v.text(), args[0].text()
	if s, ok := separator.known.text(); ok {
		if known, ok := text.known.text(); ok {
			return splitKnown(known, s)
		}
		if s == " " {
			return made(List, `filter(split(replace(replace(%s, "\n", " "), "\t", " "), " "), # != "")`, text.Expression), true
		}
		if s == "" {
			return made(List, `split(%s, "")`, text.Expression), true
		}
	}
	return made(List, `(let l = split(%s, %s); take(l, (findLastIndex(l, # != "") ?? -1) + 1))`, text.Expression, separator.Expression), true
}

func splitKnown(s, separator string) (Value, bool) {
	var pieces []string
	switch separator {
	case " ":
		pieces = strings.Fields(s)
	default:
		pieces = strings.Split(s, separator)
	}
	for len(pieces) > 0 && pieces[len(pieces)-1] == "" {
		pieces = pieces[:len(pieces)-1]
	}
	v := Value{Kind: List, items: []Value{}}
	sources := make([]string, len(pieces))
	for i, p := range pieces {
		item := Known(p)
		v.items = append(v.items, item)
		sources[i] = item.Expression
	}
	v.Expression = "[" + strings.Join(sources, ", ") + "]"
	return v, true
}

// where keeps the items of a list whose member is the value, or is true.
func where(_ *translator, v Value, args []Value) (Value, bool) {
	read := Variable(fmt.Sprintf("get(#, %s)", args[0].text().Expression))
	condition := read.truth()
	if len(args) == 2 {
		condition = equal(read, args[1])
	}
	return made(List, "filter(%s, %s)", v.list().Expression, condition.Expression), true
}

func truncate(_ *translator, v Value, args []Value) (Value, bool) {
	length, ending := 50, Known("...")
	if len(args) > 0 {
		n, ok := wholeOf(args[0])
		if !ok {
			return v, false
		}
		length = max(n, 0)
	}
	if len(args) > 1 {
		ending = args[1].text()
	}
	s, ok := ending.known.text()
	if !ok {
		return v, false
	}
	keep := max(length-utf8.RuneCountInString(s), 0)
	return loose(Text, "let s = %s; len(s) > %d ? s[0:%d] + %s : s", v.text().Expression, length, keep, ending.Expression), true
}

func truncateWords(_ *translator, v Value, args []Value) (Value, bool) {
	count, ending := 15, Known("...")
	if len(args) > 0 {
		n, ok := wholeOf(args[0])
		if !ok {
			return v, false
		}
		count = max(n, 1)
	}
	if len(args) > 1 {
		ending = args[1].text()
	}
	return loose(Text, `let s = %s; let w = filter(split(replace(replace(s, "\n", " "), "\t", " "), " "), # != ""); len(w) > %d ? join(take(w, %d), " ") + %s : s`,
		v.text().Expression, count, count, ending.operand()), true
}

// slice is a part of a text or a list: from where, counted from the end when
// negative, and how many.
func slice(_ *translator, v Value, args []Value) (Value, bool) {
	source, kind := v.text(), Text
	if v.Kind == List {
		source, kind = v, List
	}
	from, okFrom := wholeOf(args[0])
	count, okCount := 1, true
	if len(args) == 2 {
		count, okCount = wholeOf(args[1])
	}
	empty := `""`
	if kind == List {
		empty = "[]"
	}
	if !okFrom || !okCount {
		number := func(v Value) string { return integer(v.number()).Expression }
		length := "1"
		if len(args) == 2 {
			length = number(args[1])
		}
		return loose(kind, `let s = %s; let n = %s; let i = n < 0 ? len(s) + n : n; i < 0 ? %s : s[i:i + max(%s, 0)]`, source.Expression, number(args[0]), empty, length), true
	}
	count = min(max(count, 0), MaxSource)
	from = min(max(from, -MaxSource), MaxSource)
	if from >= 0 {
		return made(kind, "%s[%d:%d]", source.operand(), from, from+count), true
	}
	return loose(kind, "let s = %s; let i = len(s) - %d; i < 0 ? %s : s[i:i + %d]", source.Expression, -from, empty, count), true
}

// date writes a time by a strftime format.
func date(t *translator, v Value, args []Value) (Value, bool) {
	format, ok := args[0].known.text()
	if !ok {
		return v, false
	}
	zone := t.scope.Zone()
	if len(args) == 2 {
		if zone, ok = args[1].known.text(); !ok {
			return v, false
		}
	}
	if format == "" {
		return v, true
	}
	source := v.Expression
	if s, known := v.known.text(); known && (s == "now" || s == "today") {
		source = "now()"
	}
	return made(Text, "strftime(%s, %s, %s)", source, Quote(format), Quote(zone)), true
}
