package expression

// FunctionDoc explains a function to people who write expressions.
type FunctionDoc struct {
	Name string `json:"name"`
	// Usage shows how it is called: "replace(text, from, to)".
	Usage string `json:"usage"`
	// Help is one line on what it gives.
	Help string `json:"help"`
	// Group is "text", "number", "list", "object", "time", "check" or "conversion".
	Group string `json:"group"`
}

// Functions explains every function there is, by group.
func Functions() []FunctionDoc {
	docs := make([]FunctionDoc, 0, len(functionNames()))
	for _, group := range functionGroups() {
		for _, line := range group.lines {
			docs = append(docs, FunctionDoc{Name: line[0], Usage: usageOf(line[0]), Help: line[1], Group: group.name})
		}
	}
	return docs
}

// usageOf shows how a function is called. Those that take a condition or value
// per element have no entry of their own in the tables.
func usageOf(name string) string {
	if fn, ok := functionNamed(name); ok {
		return fn.usage
	}
	switch name {
	case "map":
		return "map(list, upper(#))"
	case "count":
		return "count(list, # > 0)"
	case "sum":
		return "sum(list) or sum(list, #.price)"
	case "groupBy", "sortBy":
		return name + "(list, #.name)"
	case "reduce":
		return "reduce(list, #acc + #, 0)"
	}
	return name + "(list, # > 0)"
}

type functionGroup struct {
	name string
	// lines are a function's name and its help.
	lines [][2]string
}

func functionGroups() []functionGroup {
	return []functionGroup{
		{"text", [][2]string{
			{"upper", "The text in capital letters."},
			{"lower", "The text in small letters."},
			{"trim", "The text without spaces, or the given characters, at both ends."},
			{"trimPrefix", "The text without that beginning."},
			{"trimSuffix", "The text without that end."},
			{"replace", "The text with one part replaced by another."},
			{"split", "The pieces of a text between separators, as a list."},
			{"splitAfter", "Like split, but each piece keeps its separator."},
			{"join", "A list as one text, with a separator between."},
			{"repeat", "The text several times over."},
			{"indexOf", "Where the part first stands, counted from 0; -1 when it does not."},
			{"lastIndexOf", "Where the part last stands, counted from 0; -1 when it does not."},
			{"hasPrefix", "Whether the text begins with that."},
			{"hasSuffix", "Whether the text ends with that."},
			{"urlEncode", "The text as it stands in the query of an address."},
		}},
		{"time", [][2]string{
			{"now", "The present moment, in UTC or in a time zone."},
			{"date", "The time that a text stands for, in UTC unless a time zone is given; fails when it is none."},
			{"moment", "The time that a value stands for, or nothing when it is none. Local times are meant in the time zone given, else in the node's or the workspace's."},
			{"day", "The day of a time, such as 2026-01-31, or nothing; in the time zone given, else in the node's or the workspace's."},
			{"strftime", "A time, written by a format such as %d %B %Y; text that is no time stays as it is."},
			{"duration", "A length of time, to add to a time or to compare."},
			{"timezone", "A time zone by its name."},
		}},
		{"check", [][2]string{
			{"blank", "Whether it is nothing, an empty text or list, or only spaces."},
			{"same", "Whether two values are the same: numbers by value, digits in any script, all else as text."},
			{"has", "Whether a text has a part, or a list an item."},
			{"oneOf", "Whether a value is in a list, or among words parted by commas."},
			{"region", "The country of a phone number, such as PH, or nothing."},
		}},
		{"number", [][2]string{
			{"round", "The nearest whole number."},
			{"floor", "The whole number below."},
			{"ceil", "The whole number above."},
			{"abs", "The number without its sign."},
			{"min", "The smallest value."},
			{"max", "The largest value."},
			{"mean", "The average of a list."},
			{"median", "The middle value of a list."},
			{"bitand", "The bits that are set in both numbers."},
			{"bitor", "The bits that are set in either number."},
			{"bitxor", "The bits that are set in one of the numbers only."},
			{"bitnand", "The bits of the first number that are not set in the second."},
			{"bitnot", "The number with every bit turned round."},
			{"bitshl", "The bits moved to the left."},
			{"bitshr", "The bits moved to the right, the sign kept."},
			{"bitushr", "The bits moved to the right, filled with zeros."},
		}},
		{"conversion", [][2]string{
			{"string", "The value as text."},
			{"number", "The value as a number, with digits of any script, or nothing when it is none."},
			{"int", "The value as a whole number; fails when it is none."},
			{"float", "The value as a number; fails when it is none."},
			{"type", "What kind of value it is, such as string, int or array."},
			{"toJSON", "The value as JSON text."},
			{"fromJSON", "The value that a JSON text stands for."},
			{"toBase64", "The text in base64."},
			{"fromBase64", "The text that a base64 text stands for."},
		}},
		{"list", [][2]string{
			{"len", "How many characters, items or members there are."},
			{"first", "The first item."},
			{"last", "The last item."},
			{"take", "The first items, so many."},
			{"filter", "The items for which it holds; # is the item."},
			{"map", "A list of what the expression gives for each item; # is the item."},
			{"find", "The first item for which it holds."},
			{"findLast", "The last item for which it holds."},
			{"findIndex", "The place of the first item for which it holds, counted from 0."},
			{"findLastIndex", "The place of the last item for which it holds, counted from 0."},
			{"any", "Whether it holds for at least one item."},
			{"all", "Whether it holds for every item."},
			{"none", "Whether it holds for no item."},
			{"one", "Whether it holds for exactly one item."},
			{"count", "For how many items it holds."},
			{"sum", "The sum of the items, or of what the expression gives for each."},
			{"sort", "The items in order."},
			{"sortBy", "The items in the order of what the expression gives for each."},
			{"reverse", "The items from last to first."},
			{"uniq", "The items without repetitions."},
			{"concat", "Several lists as one."},
			{"flatten", "The items of lists inside a list, as one list."},
			{"groupBy", "An object of lists, by what the expression gives for each item."},
			{"reduce", "One value from all items; #acc is what the items before gave."},
		}},
		{"object", [][2]string{
			{"get", "The item or member with that key, or nothing."},
			{"keys", "The names of an object's members, as a list."},
			{"values", "The values of an object's members, as a list."},
			{"toPairs", "An object as a list of [key, value]."},
			{"fromPairs", "An object from a list of [key, value]."},
		}},
	}
}
