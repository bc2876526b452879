package expression

import (
	"cmp"
	"math"
	"math/bits"
	"strings"
	"time"
)

// sortCost bounds how many units it takes to sort n values, comparisons aside.
func sortCost(n int) int { return 1 + n*bits.Len(uint(n))/2 }

// equal compares two values by content: numbers by value whatever their type,
// lists and objects by all they hold. Values of different kinds are not equal.
func equal(m *meter, a, b any) (bool, error) {
	if err := m.spend(1); err != nil {
		return false, err
	}
	switch x := a.(type) {
	case nil:
		return b == nil, nil
	case bool:
		y, ok := b.(bool)
		return ok && x == y, nil
	case int:
		switch y := b.(type) {
		case int:
			return x == y, nil
		case float64:
			c, ok, _ := orderIntFloat(x, y)
			return ok && c == 0, nil
		}
		return false, nil
	case float64:
		switch y := b.(type) {
		case int:
			c, ok, _ := orderIntFloat(y, x)
			return ok && c == 0, nil
		case float64:
			return x == y, nil
		}
		return false, nil
	case string:
		y, ok := b.(string)
		if !ok || len(x) != len(y) {
			return false, nil
		}
		return x == y, m.copying(len(x))
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y), nil
	case time.Duration:
		y, ok := b.(time.Duration)
		return ok && x == y, nil
	case *time.Location:
		y, ok := b.(*time.Location)
		return ok && x.String() == y.String(), nil
	case []any:
		y, ok := b.([]any)
		return equalLists(m, x, y, ok)
	case map[string]any:
		y, ok := b.(map[string]any)
		return equalObjects(m, x, y, ok)
	}
	return false, nil
}

func equalLists(m *meter, a, b []any, isList bool) (bool, error) {
	if !isList || len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := equal(m, a[i], b[i]); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// equalObjects goes through the keys in order, so that what it costs up to the
// first difference is the same every time.
func equalObjects(m *meter, a, b map[string]any, isObject bool) (bool, error) {
	if !isObject || len(a) != len(b) {
		return false, nil
	}
	keys, err := sortedKeys(m, a)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		other, there := b[key]
		if !there {
			return false, nil
		}
		if same, err := equal(m, a[key], other); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// order compares two values that have an order: numbers, texts (by code point),
// times and durations. ok is false when one of them is nil, which is neither
// before nor after anything; other kinds, and two different ones, are a fault.
func order(m *meter, a, b any) (result int, ok bool, err error) {
	if err := m.spend(1); err != nil {
		return 0, false, err
	}
	if a == nil || b == nil {
		return 0, false, nil
	}
	switch x := a.(type) {
	case int:
		switch y := b.(type) {
		case int:
			return cmp.Compare(x, y), true, nil
		case float64:
			return orderIntFloat(x, y)
		}
	case float64:
		switch y := b.(type) {
		case int:
			c, ok, err := orderIntFloat(y, x)
			return -c, ok, err
		case float64:
			return orderFloats(x, y)
		}
	case string:
		if y, same := b.(string); same {
			return strings.Compare(x, y), true, m.copying(min(len(x), len(y)))
		}
	case time.Time:
		if y, same := b.(time.Time); same {
			return x.Compare(y), true, nil
		}
	case time.Duration:
		if y, same := b.(time.Duration); same {
			return cmp.Compare(x, y), true, nil
		}
	}
	return 0, false, problem(conversionHint(a, b), "%s cannot be compared with %s", kind(a), kind(b))
}

// orderIntFloat compares exactly: as floats, two neighbours beyond 2^53 are the same.
func orderIntFloat(x int, y float64) (int, bool, error) {
	if whole, fits := wholeNumber(y); fits {
		return cmp.Compare(x, whole), true, nil
	}
	if math.Abs(y) >= -math.MinInt {
		return orderFloats(0, y) // beyond every int
	}
	return orderFloats(float64(x), y)
}

// orderFloats leaves NaN without an order, as IEEE 754 has it.
func orderFloats(x, y float64) (int, bool, error) {
	if x != x || y != y {
		return 0, false, nil
	}
	return cmp.Compare(x, y), true, nil
}

// conversionHint says how to make two values comparable.
func conversionHint(a, b any) string {
	for _, pair := range [2][2]any{{a, b}, {b, a}} {
		if _, text := pair[0].(string); !text {
			continue
		}
		switch pair[1].(type) {
		case int, float64:
			return "turn the text into a number with int() or float()"
		case time.Time:
			return "turn the text into a time with date()"
		case time.Duration:
			return "turn the text into a duration with duration()"
		}
	}
	return "compare numbers with numbers, texts with texts, times with times"
}
