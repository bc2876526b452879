package expression

import (
	"slices"
	"unicode/utf8"
)

func listFunction(name string) (function, bool) {
	switch name {
	case "len":
		return function{"len(x)", 1, 1, length}, true
	case "first":
		return function{"first(list)", 1, 1, at(0)}, true
	case "last":
		return function{"last(list)", 1, 1, at(-1)}, true
	case "get":
		return function{"get(x, key)", 2, 2, get}, true
	case "take":
		return function{"take(list, count)", 2, 2, take}, true
	case "keys":
		return function{"keys(object)", 1, 1, entries(func(key string, _ any) any { return key })}, true
	case "values":
		return function{"values(object)", 1, 1, entries(func(_ string, v any) any { return v })}, true
	case "toPairs":
		return function{"toPairs(object)", 1, 1, entries(func(key string, v any) any { return []any{key, v} })}, true
	case "fromPairs":
		return function{"fromPairs([[key, value]])", 1, 1, fromPairs}, true
	case "reverse":
		return function{"reverse(list)", 1, 1, reverse}, true
	case "concat":
		return function{"concat(list, list)", 1, -1, concat}, true
	case "flatten":
		return function{"flatten(list)", 1, 1, flatten}, true
	case "uniq":
		return function{"uniq(list)", 1, 1, uniq}, true
	case "sort":
		return function{`sort(list) or sort(list, "desc")`, 1, 2, sortList}, true
	}
	return function{}, false
}

func length(f *frame, args []any) (any, error) {
	switch x := args[0].(type) {
	case nil:
		return 0, nil
	case string:
		return utf8.RuneCountInString(x), f.scanning(len(x))
	case []any:
		return len(x), nil
	case map[string]any:
		return len(x), nil
	}
	return nil, problem("convert with string()", "needs a text, a list or an object, but got %s", kind(args[0]))
}

func at(i int) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		switch args[0].(type) {
		case nil, string, []any:
			return element(f.meter, args[0], i)
		}
		return nil, problem("", "needs a list, but got %s", kind(args[0]))
	}
}

// get is x[key] that gives nil also where x has no elements at all.
func get(f *frame, args []any) (any, error) {
	switch x := args[0].(type) {
	case map[string]any:
		name, err := keyText(f.meter, args[1])
		if err != nil {
			return nil, nil //nolint:nilerr // no object has such a key
		}
		return usable(f.meter, x[name])
	case []any, string:
		if _, name := args[1].(string); name {
			return nil, nil // only objects have members
		}
		return element(f.meter, x, args[1])
	}
	return nil, nil
}

func take(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	n, err := wholeArg(args, 1)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, problem("count from 0", "cannot take a negative number of elements")
	}
	n = min(n, len(list))
	return list[:n:n], f.spend(1)
}

func entries(pick func(key string, v any) any) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		object, err := objectArg(args, 0)
		if err != nil {
			return nil, err
		}
		keys, err := sortedKeys(f.meter, object)
		if err != nil {
			return nil, err
		}
		if err := f.spend(2 * len(keys)); err != nil {
			return nil, err
		}
		out := make([]any, len(keys))
		for i, key := range keys {
			out[i] = pick(key, object[key])
		}
		return out, nil
	}
}

func fromPairs(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	if err := f.spend(4 * len(list)); err != nil {
		return nil, err
	}
	out := make(map[string]any, len(list))
	for _, v := range list {
		pair, ok := v.([]any)
		if !ok || len(pair) != 2 {
			return nil, problem("write fromPairs([[\"a\", 1], [\"b\", 2]])", "needs a list of pairs")
		}
		key, err := keyText(f.meter, pair[0])
		if err != nil {
			return nil, err
		}
		out[key] = pair[1]
	}
	return out, nil
}

func reverse(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	if err := charge(f, list); err != nil {
		return nil, err
	}
	out := slices.Clone(list)
	slices.Reverse(out)
	return nonNil(out), nil
}

// nonNil keeps an empty list a list.
func nonNil(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

func concat(f *frame, args []any) (any, error) {
	out := []any{}
	for i := range args {
		list, err := listArg(args, i)
		if err != nil {
			return nil, err
		}
		if err := tooMany(len(out) + len(list)); err != nil {
			return nil, err
		}
		if err := charge(f, list); err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func flatten(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	out, err := appendFlat(f, []any{}, list)
	return out, err
}

func appendFlat(f *frame, out, list []any) ([]any, error) {
	if err := charge(f, list); err != nil {
		return nil, err
	}
	for _, v := range list {
		if inner, ok := v.([]any); ok {
			var err error
			if out, err = appendFlat(f, out, inner); err != nil {
				return nil, err
			}
			continue
		}
		out = append(out, v)
		if err := tooMany(len(out)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// uniq keeps the first of equal elements. Numbers, texts and the like are found
// in a map; lists and objects are compared with each one kept before.
func uniq(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	out, nested := []any{}, []any{}
	seen := map[any]bool{}
	for _, v := range list {
		if err := f.spend(4); err != nil {
			return nil, err
		}
		known := false
		if key, plain := identity(v); plain {
			if s, ok := v.(string); ok {
				if err := f.scanning(len(s)); err != nil {
					return nil, err
				}
			}
			known, seen[key] = seen[key], true
		} else {
			if known, err = holds(f, nested, v); err != nil {
				return nil, err
			}
			if !known {
				nested = append(nested, v)
			}
		}
		if !known {
			out = append(out, v)
		}
	}
	return out, nil
}

// identity gives a map key under which equal values meet: 1 and 1.0 are equal.
func identity(v any) (any, bool) {
	switch x := v.(type) {
	case nil, bool, int, string:
		return v, true
	case float64:
		if n, whole := wholeNumber(x); whole {
			return n, true
		}
		return x, true
	}
	return nil, false
}

func holds(f *frame, list []any, v any) (bool, error) {
	for _, other := range list {
		if same, err := equal(f.meter, v, other); err != nil || same {
			return same, err
		}
	}
	return false, nil
}

func sortList(f *frame, args []any) (any, error) {
	list, err := listArg(args, 0)
	if err != nil {
		return nil, err
	}
	down, err := descending(args, 1)
	if err != nil {
		return nil, err
	}
	if err := charge(f, list); err != nil {
		return nil, err
	}
	out := nonNil(slices.Clone(list))
	return out, sortValues(f.meter, out, slices.Clone(list), down)
}

// sortValues sorts values by their keys, stably; nil keys come first. keys and
// values have the same length; values is sorted in place.
func sortValues(m *meter, values, keys []any, down bool) error {
	if err := m.spend(sortCost(len(values))); err != nil {
		return err
	}
	type entry struct{ key, value any }
	list := make([]entry, len(values))
	for i := range values {
		list[i] = entry{keys[i], values[i]}
	}
	var failed error
	slices.SortStableFunc(list, func(a, b entry) int {
		if failed != nil {
			return 0
		}
		c, ok, err := order(m, a.key, b.key)
		switch {
		case err != nil:
			failed = err
		case !ok:
			c = nilFirst(a.key, b.key)
		}
		if down {
			return -c
		}
		return c
	})
	for i := range list {
		values[i] = list[i].value
	}
	return failed
}

func nilFirst(a, b any) int {
	switch {
	case a == nil && b != nil:
		return -1
	case a != nil && b == nil:
		return 1
	}
	return 0
}
