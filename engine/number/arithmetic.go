package number

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Sums, products and quotients of decimals are decimals where that is exact: people
// who add 0.1 and 0.2 mean 0.3, which the nearest float64s do not add up to.

// maxDecimal bounds the digits of results: any decimal of 15 digits is the shortest
// form of one float64 (IEEE 754, DBL_DIG).
const maxDecimal = 1e15

// Add is x + y.
func Add(x, y float64) float64 {
	plain := x + y
	if plain == math.Trunc(plain) && x == math.Trunc(x) {
		return plain
	}
	a, okA := decompose(x)
	b, okB := decompose(y)
	if !okA || !okB {
		return plain
	}
	if a.power < b.power {
		a, b = b, a
	}
	for ; a.power > b.power; a.power-- {
		if a.digits > math.MaxInt64/20 || a.digits < math.MinInt64/20 {
			return plain
		}
		a.digits *= 10
	}
	// Both are far below what an int64 holds.
	return scaled{a.digits + b.digits, a.power}.or(plain)
}

// Multiply is x * y.
func Multiply(x, y float64) float64 {
	plain := x * y
	if plain == math.Trunc(plain) && x == math.Trunc(x) && y == math.Trunc(y) {
		return plain
	}
	a, okA := decompose(x)
	b, okB := decompose(y)
	if !okA || !okB {
		return plain
	}
	high, low := bits.Mul64(magnitude(a.digits), magnitude(b.digits))
	if high != 0 || low > math.MaxInt64 {
		return plain
	}
	product := int64(low)
	if (a.digits < 0) != (b.digits < 0) {
		product = -product
	}
	return scaled{product, a.power + b.power}.or(plain)
}

// Divide is x / y, for a y that is not 0.
func Divide(x, y float64) float64 {
	plain := x / y
	a, okA := decompose(x)
	b, okB := decompose(y)
	if !okA || !okB || b.digits == 0 {
		return plain
	}
	for a.digits%b.digits != 0 {
		if a.digits > math.MaxInt64/20 || a.digits < math.MinInt64/20 {
			return plain
		}
		a.digits *= 10
		a.power--
	}
	return scaled{a.digits / b.digits, a.power - b.power}.or(plain)
}

// scaled is digits times a power of ten.
type scaled struct {
	digits int64
	power  int
}

// decompose is a finite number as its shortest digits.
func decompose(x float64) (scaled, bool) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return scaled{}, false
	}
	var room [32]byte
	text := string(strconv.AppendFloat(room[:0], x, 'e', -1, 64))
	mantissa, exponent, _ := strings.Cut(text, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, err := strconv.ParseInt(whole+fraction, 10, 64)
	power, errPower := strconv.Atoi(exponent)
	return scaled{digits, power - len(fraction)}, err == nil && errPower == nil
}

// or is the number, or plain when it has more digits than a float64 keeps.
func (s scaled) or(plain float64) float64 {
	for s.digits != 0 && s.digits%10 == 0 {
		s.digits /= 10
		s.power++
	}
	if s.digits > maxDecimal || s.digits < -maxDecimal {
		return plain
	}
	x, err := strconv.ParseFloat(strconv.FormatInt(s.digits, 10)+"e"+strconv.Itoa(s.power), 64)
	if err != nil {
		return plain
	}
	return x
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}
