package expression

import "strings"

// binary is an operator over two values. It returns faults without a place.
type binary func(m *meter, a, b any) (any, error)

// binaryOperator gives the operator of a name in the grammar, except those that
// do not always look at both sides (and, or, ??).
func binaryOperator(name string) binary {
	switch name {
	case "+":
		return add
	case "-":
		return subtract
	case "*":
		return multiply
	case "/":
		return divide
	case "%":
		return remainder
	case "**", "^":
		return power
	case "==":
		return func(m *meter, a, b any) (any, error) { return equal(m, a, b) }
	case "!=":
		return func(m *meter, a, b any) (any, error) {
			same, err := equal(m, a, b)
			return !same, err
		}
	case "<":
		return ordered(func(c int) bool { return c < 0 })
	case "<=":
		return ordered(func(c int) bool { return c <= 0 })
	case ">":
		return ordered(func(c int) bool { return c > 0 })
	case ">=":
		return ordered(func(c int) bool { return c >= 0 })
	case "in":
		return within
	case "contains":
		return textTest("contains", strings.Contains)
	case "startsWith":
		return textTest("startsWith", strings.HasPrefix)
	case "endsWith":
		return textTest("endsWith", strings.HasSuffix)
	case "matches":
		return matches
	case "..":
		return numberRange
	}
	return nil
}

func ordered(holds func(int) bool) binary {
	return func(m *meter, a, b any) (any, error) {
		c, ok, err := order(m, a, b)
		return ok && err == nil && holds(c), err
	}
}

// within is `in`: an element of a list or a key of an object.
func within(m *meter, a, b any) (any, error) {
	switch container := b.(type) {
	case nil:
		return false, nil
	case []any:
		for _, element := range container {
			if same, err := equal(m, a, element); err != nil || same {
				return same, err
			}
		}
		return false, nil
	case map[string]any:
		key, ok := a.(string)
		if !ok {
			return false, nil
		}
		_, there := container[key]
		return there, m.scanning(len(key))
	case string:
		return nil, problem("write: text contains part", "in looks into lists and objects, not into texts")
	}
	return nil, problem("give a list such as [1, 2]", "in needs a list or an object on its right, but got %s", kind(b))
}

// textTest makes an operator over two texts that is false when either is nil.
func textTest(name string, test func(text, part string) bool) binary {
	return func(m *meter, a, b any) (any, error) {
		if a == nil || b == nil {
			return false, nil
		}
		text, okA := a.(string)
		part, okB := b.(string)
		if !okA || !okB {
			wrong := a
			if okA {
				wrong = b
			}
			hint := "convert with string()"
			if _, list := a.([]any); list {
				hint = "to look into a list write: value in list"
			}
			return nil, problem(hint, "%s works on texts, not on %s", name, kind(wrong))
		}
		if err := m.scanning(len(text) + len(part)); err != nil {
			return nil, err
		}
		return test(text, part), nil
	}
}

func matches(m *meter, a, b any) (any, error) {
	pattern, ok := b.(string)
	if b == nil {
		return false, nil
	}
	if !ok {
		return nil, problem("give the pattern as a text", "matches needs a pattern, but got %s", kind(b))
	}
	re, err := compileRegexp(m, pattern)
	if f, ok := err.(*fault); ok && !f.final { //nolint:errorlint // see place
		// A pattern that only the run knows may be none: nothing matches it.
		return false, nil
	}
	if err != nil {
		return nil, err
	}
	return matchOperand(m, a, re)
}

func matchOperand(m *meter, v any, re *Regexp) (any, error) {
	switch text := v.(type) {
	case nil:
		return false, nil
	case string:
		return re.match(m, text), nil
	}
	return nil, problem("convert with string()", "matches works on texts, not on %s", kind(v))
}

func numberRange(m *meter, a, b any) (any, error) {
	from, to, both := wholes(a, b)
	if !both {
		return nil, problem("use whole numbers, such as 1..5", ".. works on whole numbers, not on %s and %s", kind(a), kind(b))
	}
	if to < from {
		return []any{}, nil
	}
	// to - from may overflow; as unsigned it cannot.
	if uint64(to)-uint64(from) >= MaxElements {
		return nil, tooMany(MaxElements + 1)
	}
	size := to - from + 1
	if err := m.spend(size); err != nil {
		return nil, err
	}
	list := make([]any, size)
	for i := range list {
		list[i] = from + i
	}
	return list, nil
}

// truth reads a condition: nil is false, anything but true and false is a fault.
func truth(v any) (bool, error) {
	switch x := v.(type) {
	case bool:
		return x, nil
	case nil:
		return false, nil
	}
	return false, problem("compare it with something, such as x != \"\" or x > 0", "a condition must be true or false, but this is %s", kind(v))
}
