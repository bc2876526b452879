package expression

import (
	"strconv"
	"strings"
	"time"

	"sluice/engine/phone"
)

// phoneCost is what reading a telephone number costs: its country's patterns are
// tried one after the other.
const phoneCost = 1_000

// ruleFunction finds the functions that mean the same as the operators of a
// condition's rules. They take whatever a variable may hold and never fail on
// it, so every rule can be written as an expression and read back.
func ruleFunction(name string) (function, bool) {
	switch name {
	case "same":
		return function{"same(a, b)", 2, 2, func(f *frame, args []any) (any, error) { return same(f, args[0], args[1]) }}, true
	case "has":
		return function{"has(text, part) or has(list, item)", 2, 2, has}, true
	case "blank":
		return function{"blank(x)", 1, 1, blank}, true
	case "oneOf":
		return function{`oneOf(x, list) or oneOf(x, "a, b")`, 2, 2, oneOf}, true
	case "number":
		return function{"number(x)", 1, 1, number}, true
	case "moment":
		return function{"moment(x)", 1, 1, moment}, true
	case "day":
		return function{"day(x)", 1, 1, day}, true
	case "region":
		return function{"region(phone)", 1, 1, region}, true
	}
	return function{}, false
}

// same compares numbers by value, also with a number that is written as text,
// and everything else as text. Two texts are the same letter by letter.
func same(f *frame, a, b any) (bool, error) {
	_, textA := a.(string)
	_, textB := b.(string)
	if !textA || !textB {
		x, okX, err := looseNumber(f, a)
		if err != nil {
			return false, err
		}
		y, okY, err := looseNumber(f, b)
		if err != nil || okX && okY {
			return x == y, err
		}
	}
	x, err := toText(f.meter, a)
	if err != nil {
		return false, err
	}
	y, err := toText(f.meter, b)
	if err != nil {
		return false, err
	}
	if err := f.copying(min(len(x), len(y))); err != nil {
		return false, err
	}
	return x == y, nil
}

func looseNumber(f *frame, v any) (x float64, ok bool, err error) {
	if x, ok := toFloat(v); ok {
		return x, true, f.spend(1)
	}
	s, ok := v.(string)
	if !ok {
		return 0, false, nil
	}
	if err := f.encoding(len(s)); err != nil {
		return 0, false, err
	}
	x, syntax := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return x, syntax == nil, nil
}

func has(f *frame, args []any) (any, error) {
	if list, ok := args[0].([]any); ok {
		return anySame(f, list, args[1])
	}
	text, err := toText(f.meter, args[0])
	if err != nil {
		return nil, err
	}
	part, err := toText(f.meter, args[1])
	if err != nil {
		return nil, err
	}
	if err := f.scanning(len(text) + len(part)); err != nil {
		return nil, err
	}
	return strings.Contains(text, part), nil
}

func anySame(f *frame, list []any, v any) (bool, error) {
	for _, item := range list {
		if err := f.spend(loopTurn); err != nil {
			return false, err
		}
		if found, err := same(f, item, v); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

func blank(f *frame, args []any) (any, error) {
	switch x := args[0].(type) {
	case nil:
		return true, nil
	case string:
		if err := f.scanning(len(x)); err != nil {
			return nil, err
		}
		return strings.TrimSpace(x) == "", nil
	case []any:
		return len(x) == 0, nil
	case map[string]any:
		return len(x) == 0, nil
	}
	return false, nil
}

// oneOf looks into a list, or among the words of a text that are parted by
// commas.
func oneOf(f *frame, args []any) (any, error) {
	if list, ok := args[1].([]any); ok {
		return anySame(f, list, args[0])
	}
	text, err := toText(f.meter, args[1])
	if err != nil {
		return nil, err
	}
	if err := f.encoding(len(text)); err != nil {
		return nil, err
	}
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if found, err := same(f, args[0], word); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

func number(f *frame, args []any) (any, error) {
	x, ok, err := looseNumber(f, args[0])
	if err != nil || !ok {
		return nil, err
	}
	return x, nil
}

func moment(f *frame, args []any) (any, error) {
	if err := f.encoding(maxLayout); err != nil {
		return nil, err
	}
	if t, ok := looseMoment(args[0]); ok {
		return t, nil
	}
	return nil, nil
}

func looseMoment(v any) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		return x, true
	case string:
		if len(x) > maxLayout {
			return time.Time{}, false
		}
		x = strings.TrimSpace(x)
		if t, err := time.Parse(time.RFC3339, x); err == nil {
			return t, true
		}
		t, err := time.Parse(time.DateOnly, x)
		return t, err == nil
	}
	return time.Time{}, false
}

func day(f *frame, args []any) (any, error) {
	if err := f.encoding(maxLayout); err != nil {
		return nil, err
	}
	if t, ok := looseMoment(args[0]); ok {
		return t.UTC().Format(time.DateOnly), nil
	}
	return nil, nil
}

func region(f *frame, args []any) (any, error) {
	if err := f.spend(phoneCost); err != nil {
		return nil, err
	}
	text, err := toText(f.meter, args[0])
	if err != nil {
		return nil, err
	}
	if n, ok := phone.Parse(text); ok && n.Region != "" {
		return n.Region, nil
	}
	return nil, nil
}
