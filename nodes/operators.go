package nodes

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"sluice/flows"
)

// operator compares two values of a run. Values that cannot be compared that
// way, such as a word with a number, do not hold.
type operator struct {
	name, title string
	// unary operators look at the value alone.
	unary   bool
	compare func(value, to any) bool
}

// operators are in the order of the editor's list.
var operators = []operator{
	{name: "equals", title: "equals", compare: equal},
	{name: "not_equals", title: "does not equal", compare: func(a, b any) bool { return !equal(a, b) }},
	{name: "contains", title: "contains", compare: contains},
	{name: "starts_with", title: "starts with", compare: func(a, b any) bool { return strings.HasPrefix(asText(a), asText(b)) }},
	{name: "matches", title: "matches the pattern"}, // compared by ruleTest, which compiles the pattern once
	{name: "is_blank", title: "is blank", unary: true, compare: func(a, _ any) bool { return blank(a) }},
	{name: "is_not_blank", title: "is not blank", unary: true, compare: func(a, _ any) bool { return !blank(a) }},
	{name: "less_than", title: "is less than", compare: numbers(func(a, b float64) bool { return a < b })},
	{name: "at_most", title: "is at most", compare: numbers(func(a, b float64) bool { return a <= b })},
	{name: "greater_than", title: "is greater than", compare: numbers(func(a, b float64) bool { return a > b })},
	{name: "at_least", title: "is at least", compare: numbers(func(a, b float64) bool { return a >= b })},
	{name: "before", title: "is before (date)", compare: dates(func(a, b time.Time) bool { return a.Before(b) })},
	{name: "after", title: "is after (date)", compare: dates(func(a, b time.Time) bool { return a.After(b) })},
	{name: "same_day", title: "is on the day of (date, UTC)", compare: dates(func(a, b time.Time) bool {
		return a.UTC().Format(time.DateOnly) == b.UTC().Format(time.DateOnly)
	})},
}

func operatorNamed(name string) operator {
	for _, op := range operators {
		if op.name == name {
			return op
		}
	}
	return operator{}
}

func operatorChoices() []flows.Choice {
	choices := make([]flows.Choice, len(operators))
	for i, op := range operators {
		choices[i] = flows.Choice{Value: op.name, Title: op.title}
	}
	return choices
}

// equal compares numbers by value and everything else as text.
func equal(a, b any) bool {
	if x, ok := asNumber(a); ok {
		if y, ok := asNumber(b); ok {
			// Two texts of digits, such as codes with leading zeros, are texts.
			_, textA := a.(string)
			_, textB := b.(string)
			if !textA || !textB {
				return x == y
			}
		}
	}
	return asText(a) == asText(b)
}

// contains looks for an item in a list, or for a text within a text.
func contains(a, b any) bool {
	if list, ok := a.([]any); ok {
		for _, item := range list {
			if equal(item, b) {
				return true
			}
		}
		return false
	}
	return strings.Contains(asText(a), asText(b))
}

func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func numbers(compare func(a, b float64) bool) func(a, b any) bool {
	return func(a, b any) bool {
		x, okX := asNumber(a)
		y, okY := asNumber(b)
		return okX && okY && compare(x, y)
	}
}

func dates(compare func(a, b time.Time) bool) func(a, b any) bool {
	return func(a, b any) bool {
		x, errX := parseMoment(asText(a))
		y, errY := parseMoment(asText(b))
		return errX == nil && errY == nil && compare(x, y)
	}
}

func asNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return f, err == nil
	}
	return 0, false
}

func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}
