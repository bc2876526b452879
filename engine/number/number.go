// Package number reads numbers as people and programs write them, and compares
// them by value: whole numbers of any length exactly, fractions as decimals. What
// looks like a number to a programmer only (hexadecimal, 1_000, Infinity, NaN) is
// none.
package number

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"sluice/engine/script"
)

// MaxText is the longest text that is taken for a number, in bytes: more than any
// float64 has digits.
const MaxText = 400

// decimal is how numbers are written: a sign, digits with a point among them, and
// a power of ten. Commas mean thousands to some and fractions to others, so a text
// with one is no number.
var decimal = regexp.MustCompile(`^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$`)

// signs are the minus sign of typography and the decimal point of Arabic.
var signs = strings.NewReplacer("−", "-", "٫", ".")

// Parse is the number that a text stands for: an int where it is a whole number
// that one can hold, else the nearest float64. Blanks around it, marks that nobody
// sees and the script of its digits do not matter. ok is false when it is none, or
// one that no float64 comes near, such as 1e400.
func Parse(text string) (v any, ok bool) {
	text, ok = plain(text)
	if !ok {
		return nil, false
	}
	if i, err := strconv.Atoi(text); err == nil {
		return i, true
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, false
	}
	if i, ok := whole(x); ok && math.Abs(x) < 1<<53 {
		return i, true
	}
	return x, true
}

// plain is a text that is a number, in ASCII.
func plain(text string) (string, bool) {
	// 5² is not 52.
	if len(text) > MaxText || strings.ContainsFunc(text, script.IsOrnament) {
		return "", false
	}
	text = strings.TrimSpace(signs.Replace(script.Digits(script.Visible(text))))
	if !decimal.MatchString(text) {
		return "", false
	}
	return text, true
}

// SameDigits reports whether two texts are the same digits, of whatever script: a
// code that was typed in Arabic is the code. 007 is not 7, as codes are no numbers.
func SameDigits(a, b string) bool {
	x, ok := digitsOf(a)
	if !ok {
		return false
	}
	y, ok := digitsOf(b)
	return ok && x == y
}

// digitsOf is a number that is written in digits alone, in ASCII.
func digitsOf(text string) (digits string, ok bool) {
	digits, ok = plain(text)
	return digits, ok && strings.Trim(digits, "0123456789") == ""
}

// Literal is the value of a number in JSON. ok is false when neither an int nor a
// float64 holds it: all digits that were given come back when it is written again,
// but for the seventeenth of programs that write 0.1 as 0.10000000000000001.
func Literal(text string) (v any, ok bool) {
	if len(text) > MaxText {
		return nil, false
	}
	if i, err := strconv.Atoi(text); err == nil {
		return i, true
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, false
	}
	if i, ok := whole(x); ok && math.Abs(x) < 1<<53 {
		return i, true
	}
	given, ok := new(big.Rat).SetString(text)
	if !ok || given.Cmp(ratOf(x)) != 0 && given.Cmp(ratIn(x, exactDigits)) != 0 {
		return nil, false
	}
	if i, ok := whole(x); ok {
		return i, true
	}
	return x, true
}

// Compare orders two numbers, each an int, a float64 or a text that Parse reads.
// ok is false when one of them is no number.
func Compare(a, b any) (order int, ok bool) {
	if x, y, both := ints(a, b); both {
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	}
	x, okX := rat(a)
	y, okY := rat(b)
	if !okX || !okY {
		return 0, false
	}
	return x.Cmp(y), true
}

func ints(a, b any) (x, y int, both bool) {
	x, okX := integer(a)
	if !okX {
		return 0, 0, false
	}
	y, okY := integer(b)
	return x, y, okY
}

func integer(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case string:
		if len(v) > MaxText {
			return 0, false
		}
		i, err := strconv.Atoi(v)
		return i, err == nil
	}
	return 0, false
}

// rat is a number as it is written: a float64 stands for its shortest digits, as
// 0.1 does.
func rat(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case int:
		return new(big.Rat).SetInt64(int64(v)), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
		return ratOf(v), true
	case string:
		if _, ok := Parse(v); !ok {
			return nil, false
		}
		text, _ := plain(v)
		return new(big.Rat).SetString(text)
	}
	return nil, false
}

// exactDigits is how many digits tell any two float64 apart.
const exactDigits = 17

// ratOf is a float64 as its shortest digits.
func ratOf(x float64) *big.Rat { return ratIn(x, 0) }

// ratIn is a float64 as so many digits; 0 stands for the fewest.
func ratIn(x float64, digits int) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'e', digits-1, 64))
	return r
}

// whole gives the int that equals x. -2^63 is an int, 2^63 is not; both are exact
// as floats.
func whole(x float64) (int, bool) {
	if x != math.Trunc(x) || x < math.MinInt || x >= -math.MinInt {
		return 0, false
	}
	return int(x), true
}
