package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// function is one function that takes values (those that take a condition per
// element are in loops.go).
type function struct {
	// usage shows how it is called; it is the hint when the values are wrong.
	usage string
	// least and most bound how many values it takes; most < 0 is any number.
	least, most int
	// call gets values of the kinds that usable lets through, plus times,
	// durations and time zones. It charges before it works and returns faults
	// without a place.
	call func(f *frame, args []any) (any, error)
}

// functionNamed finds a function. The tables are values made here, so nothing can
// change them.
func functionNamed(name string) (function, bool) {
	for _, find := range [...]func(string) (function, bool){
		textFunction, listFunction, numberFunction, conversionFunction, timeFunction, ruleFunction,
	} {
		if fn, ok := find(name); ok {
			return fn, true
		}
	}
	return function{}, false
}

// functionNames are all functions there are.
func functionNames() []string {
	return []string{
		"abs", "all", "any", "bitand", "bitnand", "bitnot", "bitor", "bitshl", "bitshr", "bitushr", "bitxor", "blank", "ceil",
		"concat", "count", "date", "day", "duration", "filter", "find", "findIndex", "findLast", "findLastIndex", "first",
		"flatten", "float", "floor", "fromBase64", "fromJSON", "fromPairs", "get", "groupBy", "has", "hasPrefix", "hasSuffix",
		"indexOf", "int", "join", "keys", "last", "lastIndexOf", "len", "lower", "map", "max", "mean", "median", "min",
		"moment", "none", "now", "number", "one", "oneOf", "reduce", "region", "repeat", "replace", "reverse", "round", "same", "sort", "sortBy", "split", "splitAfter", "strftime",
		"string", "sum", "take", "timezone", "toBase64", "toJSON", "toPairs", "trim", "trimPrefix", "trimSuffix", "type",
		"uniq", "upper", "urlEncode", "values",
	}
}

// builtin compiles a call of a function that expr-lang's parser knows.
func (c *compiler) builtin(n *ast.BuiltinNode) (node, error) {
	if takesLoop(n.Name) {
		return c.loopFunction(n)
	}
	return c.functionCall(n.Name, n.Arguments, n)
}

// call compiles name(…) and value.method(…).
func (c *compiler) call(n *ast.CallNode) (node, error) {
	switch callee := n.Callee.(type) {
	case *ast.MemberNode:
		return c.methodCall(callee, n.Arguments)
	case *ast.IdentifierNode:
		return c.functionCall(callee.Value, n.Arguments, n)
	}
	return nil, problem("call a function by its name", "this cannot be called")
}

func (c *compiler) functionCall(name string, arguments []ast.Node, n ast.Node) (node, error) {
	at := c.offset(n)
	fn, ok := functionNamed(name)
	if !ok {
		return nil, problemAt(at, suggestion(name), "there is no function %s()", name)
	}
	if len(arguments) < fn.least || fn.most >= 0 && len(arguments) > fn.most {
		return nil, problemAt(at, "write "+fn.usage, "%s() has %s values", name, tooFewOrMany(len(arguments) < fn.least))
	}
	parts, err := c.nodes(arguments)
	if err != nil {
		return nil, err
	}
	if name == "timezone" {
		if zone, ok := arguments[0].(*ast.StringNode); ok {
			return constantZone(zone.Value)
		}
	}
	c.zoned = c.zoned || name == "moment" || name == "day"
	cost := 2 + len(parts)
	return func(f *frame) (any, error) {
		if err := f.spend(cost); err != nil {
			return nil, place(err, at)
		}
		args, err := evaluateAll(f, parts)
		if err != nil {
			return nil, err
		}
		v, err := fn.call(f, args)
		if err != nil {
			return nil, named(err, name, at)
		}
		return v, nil
	}, nil
}

func tooFewOrMany(few bool) string {
	if few {
		return "too few"
	}
	return "too many"
}

// suggestion answers "did you mean": first what the function is called in other
// languages, then the nearest name.
func suggestion(name string) string {
	if use := elsewhere(name); use != "" {
		return "write " + use
	}
	best, bestDistance := "", 3
	for _, candidate := range functionNames() {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate), bestDistance); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best != "" {
		return "did you mean " + best + "()?"
	}
	return "functions are lower(), trim(), len(), int(), now() and so on"
}

// elsewhere names the counterpart of functions and methods that people know from
// JavaScript and spreadsheets.
func elsewhere(name string) string {
	switch strings.ToLower(name) {
	case "touppercase", "toupper", "ucase", "uppercase":
		return "upper(text)"
	case "tolowercase", "tolower", "lcase", "lowercase":
		return "lower(text)"
	case "length", "size", "strlen":
		return "len(x)"
	case "includes":
		return "text contains part, or value in list"
	case "startswith":
		return "text startsWith part"
	case "endswith":
		return "text endsWith part"
	case "contains":
		return "text contains part"
	case "substring", "substr", "slice", "left", "right", "mid":
		return "text[0:3]"
	case "tostring", "str", "text":
		return "string(x)"
	case "parseint", "tonumber":
		return "int(text), float(text) or number(x)"
	case "parsefloat":
		return "float(text)"
	case "replaceall":
		return "replace(text, from, to)"
	case "concatenate":
		return "a + b"
	case "today", "date.now", "getdate":
		return "now()"
	case "todatetime", "parsedate":
		return "date(text)"
	case "toisostring":
		return "string(time)"
	case "if", "iff", "iif":
		return "condition ? a : b"
	case "coalesce", "default", "ifempty", "isnull":
		return "a ?? b"
	case "isempty", "isblank":
		return "x == nil or x == \"\""
	case "push", "append":
		return "concat(list, [x])"
	case "unique":
		return "uniq(list)"
	case "foreach":
		return "map(list, …)"
	case "some", "every":
		return "any(list, …) or all(list, …)"
	case "json", "stringify":
		return "toJSON(x)"
	case "average", "avg":
		return "mean(list)"
	}
	return ""
}

// distance is how many letters must change to make a into b (Levenshtein), or
// limit when that is not fewer than limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}

// The readers below take one value of a call and say what is wrong with it.

func textArg(args []any, i int) (string, error) {
	switch x := args[i].(type) {
	case string:
		return x, nil
	case nil:
		return "", nil
	}
	return "", problem("convert with string()", "needs a text, but got %s", kind(args[i]))
}

func listArg(args []any, i int) ([]any, error) { return asList(args[i]) }

func asList(v any) ([]any, error) {
	switch x := v.(type) {
	case []any:
		return x, nil
	case nil:
		return nil, nil
	case map[string]any:
		return nil, problem("use values(x), keys(x) or toPairs(x)", "needs a list, but got an object")
	case string:
		return nil, problem("use split(x, \"\") for its characters", "needs a list, but got a text")
	}
	return nil, problem("write a list as [1, 2]", "needs a list, but got %s", kind(v))
}

func objectArg(args []any, i int) (map[string]any, error) {
	switch x := args[i].(type) {
	case map[string]any:
		return x, nil
	case nil:
		return nil, nil
	}
	return nil, problem("", "needs an object, but got %s", kind(args[i]))
}

func wholeArg(args []any, i int) (int, error) {
	n, ok := toWhole(args[i])
	if !ok {
		return 0, problem("convert with int()", "needs a whole number, but got %s", kind(args[i]))
	}
	return n, nil
}

// texts reads several texts and charges for looking through all of them.
func texts(f *frame, args []any, count int) ([]string, error) {
	out := make([]string, count)
	size := 0
	for i := range out {
		s, err := textArg(args, i)
		if err != nil {
			return nil, err
		}
		out[i] = s
		size += len(s)
	}
	return out, f.scanning(size)
}

// charge pays for going through a list once.
func charge(f *frame, list []any) error { return f.spend(1 + len(list)) }

func descending(args []any, i int) (bool, error) {
	if len(args) <= i {
		return false, nil
	}
	word, _ := args[i].(string)
	if !slices.Contains([]string{"asc", "desc"}, word) {
		return false, problem(`write "asc" or "desc"`, "does not know this order")
	}
	return word == "desc", nil
}
