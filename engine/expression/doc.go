// Package expression reads and runs the expressions of a flow: expr-lang
// (https://expr-lang.org/docs/language-definition) inside `{{ }}` and in the
// fields that hold one expression.
//
// It is pure: the same source, environment and time give the same bytes. The
// grammar is expr-lang's own parser; the evaluation is this package's, because
// expr-lang's virtual machine counts memory but not work: a reduce over a few
// thousand elements that joins text runs for tens of seconds within its default
// budget (compare CVE-2025-29786 and CVE-2025-68156). Here every node, loop
// turn, copied byte and compared element is charged to a budget *before* the
// work is done, nothing is evaluated while compiling, and no reflection reaches
// a Go value's methods.
//
// # Values
//
// nil, true and false, whole numbers (int), other numbers (float64), text, lists
// and objects with text keys; and, only while an expression runs, times,
// durations and time zones. What an expression gives back is normalized (see
// Normalize), so it equals itself after a round trip through JSON. What a value
// contains is data: braces in a text are never evaluated.
//
// # Where it is kinder or stricter than expr-lang
//
//   - A member of nil is nil, as if every `.` were `?.`; so is a key that an
//     object does not have and an index beyond a list's ends.
//   - nil counts as false in conditions, as an empty text in text functions, and
//     as an empty list in list functions. A `<` or `>` with nil is false.
//   - `+` with a text on either side joins as text: "#" + 5 is "#5".
//   - Whole numbers that grow too large become floats; dividing by zero is an error.
//   - Texts are counted, indexed and sliced by characters, never by bytes.
//   - `matches` tests the whole text, as the condition node's operator does, with
//     RE2 patterns of at most MaxPattern bytes; write `.*` to search inside.
//   - keys(), values() and toPairs() follow the keys' order; groupBy() has text keys.
//   - sort() and sortBy() are stable.
//   - toJSON() and text in templates write compact JSON with sorted keys.
//   - Byte literals and `$env` do not exist.
//
// # Functions
//
// Over lists with a condition or a value per element: all, any, none, one,
// filter, map, find, findIndex, findLast, findLastIndex, count, sum, groupBy,
// sortBy, reduce.
//
// Lists: first, last, take, reverse, concat, flatten, uniq, sort, join, min,
// max, mean, median, len.
//
// Objects: get, keys, values, toPairs, fromPairs.
//
// Text: trim, trimPrefix, trimSuffix, upper, lower, split, splitAfter, replace,
// repeat, indexOf, lastIndexOf, hasPrefix, hasSuffix, urlEncode.
//
// Numbers: abs, ceil, floor, round, bitand, bitor, bitxor, bitnand, bitnot,
// bitshl, bitshr, bitushr.
//
// Conversion: type, int, float, string, toJSON, fromJSON, toBase64, fromBase64.
//
// Time: now, date, strftime, duration ("90s", "7d"), timezone. now() is the time that the
// caller passes in.
//
// The operators of a condition's rules: same, has, blank, oneOf, number, moment,
// day, region. They take any value and do not fail on it.
//
// Times have the methods Year, Month, Day, Hour, Minute, Second, Weekday (0 is
// Sunday), YearDay, Unix, UnixMilli, Format, Add, Sub, AddDate, Truncate, Before,
// After, Equal, In, UTC and String; durations have Hours, Minutes, Seconds,
// Milliseconds and String.
//
// # Errors
//
// Every error is an *Error made for the person who draws the flow. It never
// quotes a value, because a value may be a secret that the error would carry
// into logs and run histories.
package expression
