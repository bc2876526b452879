package expression

import (
	"strings"
	"time"

	moments "sluice/engine/moment"
	numeric "sluice/engine/number"
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
		return function{`moment(x) or moment(x, "Asia/Manila")`, 1, 2, moment}, true
	case "day":
		return function{`day(x) or day(x, "Asia/Manila")`, 1, 2, day}, true
	case "region":
		return function{"region(phone)", 1, 1, region}, true
	}
	return function{}, false
}

// same compares numbers by value, also with a number that is written as text,
// and everything else as text. Two texts are the same letter by letter, whatever
// script their digits are of.
func same(f *frame, a, b any) (bool, error) {
	_, textA := a.(string)
	_, textB := b.(string)
	if !textA || !textB {
		if err := f.readingNumbers(a, b); err != nil {
			return false, err
		}
		if order, ok := numeric.Compare(a, b); ok {
			return order == 0, nil
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
	if x == y || !textA || !textB {
		return x == y, nil
	}
	return numeric.SameDigits(x, y), f.readingNumbers(x, y)
}

// readingNumbers charges for values that may be numbers in text.
func (m *meter) readingNumbers(values ...any) error {
	for _, v := range values {
		size := 0
		if s, ok := v.(string); ok {
			size = min(len(s), numeric.MaxText)
		}
		if err := m.encoding(numberCost * size); err != nil {
			return err
		}
	}
	return nil
}

// numberCost is how many times dearer a character of a number is than one of
// JSON: it is read in any script, and then with all its digits.
const numberCost = 4

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
	switch x := args[0].(type) {
	case int, float64:
		return x, nil
	case string:
		if err := f.readingNumbers(x); err != nil {
			return nil, err
		}
		if n, ok := numeric.Parse(x); ok {
			return n, nil
		}
	}
	return nil, nil
}

func moment(f *frame, args []any) (any, error) {
	t, _, ok, err := looseMoment(f, args)
	if err != nil || !ok {
		return nil, err
	}
	return t, nil
}

// looseMoment is a time, or the one that a text stands for in the zone of the
// second argument, else of the frame.
func looseMoment(f *frame, args []any) (t time.Time, zone *time.Location, ok bool, err error) {
	if err := f.encoding(maxLayout); err != nil {
		return t, nil, false, err
	}
	zone = f.zone
	if len(args) > 1 {
		given, err := zoneArg(f, args[1])
		if err != nil {
			return t, nil, false, err
		}
		zone = given
	}
	switch x := args[0].(type) {
	case time.Time:
		return x, zone, true, nil
	case string:
		t, err := moments.Parse(x, zone)
		return t, zone, err == nil, nil
	}
	return t, zone, false, nil
}

// zoneArg is a time zone, also by its name.
func zoneArg(f *frame, v any) (*time.Location, error) {
	if zone, ok := v.(*time.Location); ok {
		return zone, nil
	}
	zone, err := timezone(f, []any{v})
	if err != nil {
		return nil, err
	}
	return zone.(*time.Location), nil
}

func day(f *frame, args []any) (any, error) {
	t, zone, ok, err := looseMoment(f, args)
	if err != nil || !ok {
		return nil, err
	}
	return t.In(zone).Format(time.DateOnly), nil
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
