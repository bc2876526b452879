package nodes

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"sluice/engine/moment"
	"sluice/engine/number"
	"sluice/engine/phone"
	"sluice/flows"
)

// operator compares two values of a run. Values that cannot be compared that
// way, such as a word with a number, do not hold. The expression function that
// means the same is named at each; TestRulesAndExpressionsMeanTheSame holds the
// two together.
type operator struct {
	name, title string
	// types are those of the left side that editors offer it for; empty is any.
	types []string
	// takes says what it compares with (flows.Choice); "nothing" looks at the
	// value alone.
	takes   string
	compare func(value, to any) bool
	// compareIn is compare for what takes a moment: local times are meant in the zone.
	compareIn func(value, to any, zone *time.Location) bool
}

func (o operator) unary() bool { return o.takes == "nothing" }

// operators are in the order of the editor's list.
func operators() []operator {
	texts := []string{"string", "phone", "email", "any"}
	numeric := []string{"integer", "number", "any"}
	moments := []string{"date", "datetime", "any"}
	return []operator{
		{name: "equals", title: "equals", takes: "value", compare: equal}, // same
		{name: "not_equals", title: "does not equal", takes: "value", compare: not(equal)},
		{name: "contains", title: "contains", types: slices.Concat(texts, []string{"json"}), takes: "text", compare: contains}, // has
		{name: "not_contains", title: "does not contain", types: slices.Concat(texts, []string{"json"}), takes: "text", compare: not(contains)},
		{name: "starts_with", title: "starts with", types: texts, takes: "text", compare: func(a, b any) bool { return strings.HasPrefix(asText(a), asText(b)) }},
		{name: "ends_with", title: "ends with", types: texts, takes: "text", compare: func(a, b any) bool { return strings.HasSuffix(asText(a), asText(b)) }},
		{name: "matches", title: "matches the pattern", types: texts, takes: "pattern"},                                                 // compared by ruleTest, which compiles the pattern once
		{name: "one_of", title: "is one of", types: slices.Concat(texts, []string{"integer", "number"}), takes: "list", compare: oneOf}, // oneOf
		{name: "not_one_of", title: "is none of", types: slices.Concat(texts, []string{"integer", "number"}), takes: "list", compare: not(oneOf)},
		{name: "region_is", title: "is a number from", types: []string{"phone"}, takes: "regions", compare: regionIs}, // region
		{name: "region_is_not", title: "is not a number from", types: []string{"phone"}, takes: "regions", compare: not(regionIs)},
		{name: "is_blank", title: "is blank", takes: "nothing", compare: func(a, _ any) bool { return blank(a) }}, // blank
		{name: "is_not_blank", title: "is not blank", takes: "nothing", compare: func(a, _ any) bool { return !blank(a) }},
		{name: "less_than", title: "is less than", types: numeric, takes: "number", compare: numbers(func(order int) bool { return order < 0 })}, // number
		{name: "at_most", title: "is at most", types: numeric, takes: "number", compare: numbers(func(order int) bool { return order <= 0 })},
		{name: "greater_than", title: "is greater than", types: numeric, takes: "number", compare: numbers(func(order int) bool { return order > 0 })},
		{name: "at_least", title: "is at least", types: numeric, takes: "number", compare: numbers(func(order int) bool { return order >= 0 })},
		{name: "before", title: "is before (date)", types: moments, takes: "moment", compareIn: dates(func(a, b time.Time) bool { return a.Before(b) })}, // moment
		{name: "after", title: "is after (date)", types: moments, takes: "moment", compareIn: dates(func(a, b time.Time) bool { return a.After(b) })},
		{name: "same_day", title: "is on the day of (date)", types: moments, takes: "moment", compareIn: sameDay}, // day
	}
}

func operatorNamed(name string) operator {
	for _, op := range operators() {
		if op.name == name {
			return op
		}
	}
	return operator{}
}

func operatorChoices() []flows.Choice {
	all := operators()
	choices := make([]flows.Choice, len(all))
	for i, op := range all {
		choices[i] = flows.Choice{Value: op.name, Title: op.title, For: op.types, Takes: op.takes}
	}
	return choices
}

// equal compares numbers by value and everything else as text.
func equal(a, b any) bool {
	x, textA := a.(string)
	y, textB := b.(string)
	if textA && textB {
		// Two texts of digits, such as codes with leading zeros, are texts.
		return x == y || number.SameDigits(x, y)
	}
	if order, ok := number.Compare(a, b); ok {
		return order == 0
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

func not(compare func(a, b any) bool) func(a, b any) bool {
	return func(a, b any) bool { return !compare(a, b) }
}

// oneOf looks for a value in a list, or among the words of a text that are
// parted by commas.
func oneOf(a, b any) bool {
	if list, ok := b.([]any); ok {
		return contains(list, a)
	}
	return slices.ContainsFunc(words(b), func(word string) bool { return equal(a, word) })
}

// regionIs compares the country of a phone number with ISO 3166 codes.
func regionIs(a, b any) bool {
	number, ok := phone.Parse(asText(a))
	if !ok || number.Region == "" {
		return false
	}
	if list, ok := b.([]any); ok {
		return slices.ContainsFunc(list, func(code any) bool { return strings.EqualFold(asText(code), number.Region) })
	}
	return slices.ContainsFunc(words(b), func(code string) bool { return strings.EqualFold(code, number.Region) })
}

// words are the parts of a text between commas, without the empty ones.
func words(v any) []string {
	var list []string
	for word := range strings.SplitSeq(asText(v), ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
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

func numbers(holds func(order int) bool) func(a, b any) bool {
	return func(a, b any) bool {
		order, ok := number.Compare(a, b)
		return ok && holds(order)
	}
}

func dates(holds func(a, b time.Time) bool) func(a, b any, zone *time.Location) bool {
	return func(a, b any, zone *time.Location) bool {
		x, errX := moment.Parse(asText(a), zone)
		y, errY := moment.Parse(asText(b), zone)
		return errX == nil && errY == nil && holds(x, y)
	}
}

// sameDay tells whether two moments are on one day of the zone.
func sameDay(a, b any, zone *time.Location) bool {
	return dates(func(x, y time.Time) bool {
		return x.In(zone).Format(time.DateOnly) == y.In(zone).Format(time.DateOnly)
	})(a, b, zone)
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
