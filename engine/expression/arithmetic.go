package expression

import (
	"math"
	"math/bits"
	"time"

	numeric "sluice/engine/number"
)

// exactInts is how far whole floats are exact (IEEE 754): up to 2^53.
const exactInts = 1 << 53

// numbers gives two numbers as floats; both is false unless both are numbers.
func numbers(a, b any) (x, y float64, both bool) {
	x, okX := toFloat(a)
	y, okY := toFloat(b)
	return x, y, okX && okY
}

func toFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

func ints(a, b any) (x, y int, both bool) {
	x, okX := a.(int)
	y, okY := b.(int)
	return x, y, okX && okY
}

// wholes is ints that also takes floats without a fraction, since / gives floats.
func wholes(a, b any) (x, y int, both bool) {
	x, okX := toWhole(a)
	y, okY := toWhole(b)
	return x, y, okX && okY
}

func toWhole(v any) (int, bool) {
	switch x := v.(type) {
	case int:
		return x, true
	case float64:
		return wholeNumber(x)
	}
	return 0, false
}

func add(m *meter, a, b any) (any, error) {
	if x, y, both := ints(a, b); both {
		if sum := x + y; (sum > x) == (y > 0) {
			return sum, nil
		}
	}
	if x, y, both := numbers(a, b); both {
		return numeric.Add(x, y), m.decimal()
	}
	_, textA := a.(string)
	_, textB := b.(string)
	if textA || textB {
		return joinTexts(m, a, b)
	}
	switch x := a.(type) {
	case time.Time:
		if y, ok := b.(time.Duration); ok {
			return x.Add(y), nil
		}
	case time.Duration:
		switch y := b.(type) {
		case time.Time:
			return y.Add(x), nil
		case time.Duration:
			return addDurations(x, y)
		}
	}
	return nil, mismatch("added to", b, a)
}

func joinTexts(m *meter, a, b any) (any, error) {
	left, err := toText(m, a)
	if err != nil {
		return nil, err
	}
	right, err := toText(m, b)
	if err != nil {
		return nil, err
	}
	size := len(left) + len(right)
	if err := tooLongToKeep(size); err != nil {
		return nil, err
	}
	return left + right, m.copying(size)
}

func subtract(m *meter, a, b any) (any, error) {
	if x, y, both := ints(a, b); both {
		if diff := x - y; (diff < x) == (y > 0) {
			return diff, nil
		}
	}
	if x, y, both := numbers(a, b); both {
		return numeric.Add(x, -y), m.decimal()
	}
	switch x := a.(type) {
	case time.Time:
		switch y := b.(type) {
		case time.Time:
			return between(x, y)
		case time.Duration:
			return x.Add(-y), nil
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok {
			return addDurations(x, -y)
		}
	}
	return nil, mismatch("subtracted from", b, a)
}

func multiply(m *meter, a, b any) (any, error) {
	if x, y, both := ints(a, b); both {
		if product, fits := multiplyInts(x, y); fits {
			return product, nil
		}
	}
	if x, y, both := numbers(a, b); both {
		return numeric.Multiply(x, y), m.decimal()
	}
	if d, ok := a.(time.Duration); ok {
		return scale(d, b)
	}
	if d, ok := b.(time.Duration); ok {
		return scale(d, a)
	}
	return nil, mismatch("multiplied with", a, b)
}

func multiplyInts(x, y int) (int, bool) {
	high, low := bits.Mul64(magnitude(x), magnitude(y))
	if high != 0 || low > math.MaxInt64 {
		return 0, false
	}
	return x * y, true
}

func magnitude(x int) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

func scale(d time.Duration, by any) (any, error) {
	f, ok := toFloat(by)
	if !ok {
		return nil, mismatch("multiplied with", d, by)
	}
	return durationOf(float64(d) * f)
}

// between is the time from y to x.
func between(x, y time.Time) (any, error) {
	d := x.Sub(y)
	if !y.Add(d).Equal(x) { // Sub stops at the longest duration
		return nil, durationTooLong()
	}
	return d, nil
}

func addDurations(x, y time.Duration) (any, error) {
	sum := x + y
	if (sum > x) != (y > 0) {
		return nil, durationTooLong()
	}
	return sum, nil
}

func durationTooLong() error {
	return problem("keep durations below 290 years", "the duration is too long")
}

func durationOf(nanoseconds float64) (any, error) {
	if n, fits := wholeNumber(math.Round(nanoseconds)); fits {
		return time.Duration(n), nil
	}
	return nil, durationTooLong()
}

func divide(m *meter, a, b any) (any, error) {
	x, y, both := numbers(a, b)
	if both {
		if y == 0 {
			return nil, divisionByZero()
		}
		if i, j, whole := ints(a, b); whole && i%j == 0 && math.Abs(x) >= exactInts {
			return quotient(i, j), nil
		}
		return numeric.Divide(x, y), m.decimal()
	}
	d, ok := a.(time.Duration)
	if !ok {
		return nil, mismatch("divided by", a, b)
	}
	if by, ratio := b.(time.Duration); ratio && by != 0 {
		return float64(d) / float64(by), nil
	}
	if by, number := toFloat(b); number && by != 0 {
		return durationOf(float64(d) / by)
	}
	if kind(b) == kind(0) || kind(b) == kind(d) {
		return nil, divisionByZero()
	}
	return nil, mismatch("divided by", a, b)
}

// quotient is x / y, which leaves no rest.
func quotient(x, y int) any {
	if x == math.MinInt && y == -1 {
		return -float64(x)
	}
	return x / y
}

func divisionByZero() error {
	return problem("test the divisor first: n == 0 ? 0 : total / n", "division by zero")
}

func remainder(_ *meter, a, b any) (any, error) {
	x, y, both := wholes(a, b)
	if !both {
		return nil, problem("use whole numbers, such as int(a) % int(b)", "%% works on whole numbers, not on %s and %s", kind(a), kind(b))
	}
	if y == 0 {
		return nil, divisionByZero()
	}
	return x % y, nil
}

func power(_ *meter, a, b any) (any, error) {
	x, y, both := numbers(a, b)
	if !both {
		return nil, mismatch("raised to", a, b)
	}
	result := math.Pow(x, y)
	if base, exponent, whole := ints(a, b); whole && exponent > 0 && math.Abs(result) >= exactInts {
		if exact, fits := powerOfInts(base, exponent); fits {
			return exact, nil
		}
	}
	return result, nil
}

// powerOfInts multiplies out; a base beyond 1 leaves what an int holds after 63
// times at the latest.
func powerOfInts(base, exponent int) (result int, fits bool) {
	result = 1
	for range min(exponent, bits.UintSize) {
		if result, fits = multiplyInts(result, base); !fits {
			return 0, false
		}
	}
	return result, exponent <= bits.UintSize
}

// mismatch says that two kinds do not go together, and what to do about the
// usual cause, a variable without a value.
func mismatch(verb string, a, b any) error {
	hint := "convert with int(), float() or string()"
	if a == nil || b == nil {
		hint = "give a default with ??, such as (count ?? 0) + 1"
	}
	return problem(hint, "%s cannot be %s %s", kind(a), verb, kind(b))
}

func negate(v any) (any, error) {
	switch x := v.(type) {
	case int:
		if x == math.MinInt {
			return -float64(x), nil
		}
		return -x, nil
	case float64:
		return -x, nil
	case time.Duration:
		if x == math.MinInt64 {
			return nil, durationTooLong()
		}
		return -x, nil
	}
	return nil, problem("convert with int() or float()", "- works on numbers, not on %s", kind(v))
}
