package number_test

import (
	"math"
	"math/big"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sluice/engine/number"
)

func TestDecimalsAddUp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"0.1 + 0.2", number.Add(0.1, 0.2), 0.3}, {"0.3 - 0.1", number.Add(0.3, -0.1), 0.2}, {"1e15 + 0.3", number.Add(1e15, 0.3), 1e15 + 0.3}, {"0.5 + 0.5", number.Add(0.5, 0.5), 1},
		{"1e300 + 0.1", number.Add(1e300, 0.1), 1e300}, {"1.1 * 3", number.Multiply(1.1, 3), 3.3}, {"1.1 * 1.1", number.Multiply(1.1, 1.1), 1.21}, {"-4.35 * 100", number.Multiply(-4.35, 100), -435},
		{"19.99 * 3", number.Multiply(19.99, 3), 59.97}, {"0.3 / 0.1", number.Divide(0.3, 0.1), 3}, {"1 / 3", number.Divide(1, 3), 1.0 / 3}, {"1 / 8", number.Divide(1, 8), 0.125}, {"2 / 3 * 3", number.Multiply(number.Divide(2, 3), 3), 2},
		{"1e308 * 10", number.Multiply(1e308, 10), math.Inf(1)}, {"5e-324 / 9", number.Divide(5e-324, 9), 0}, {"0 * -1", number.Multiply(0, -1), 0}, {"0 / 3", number.Divide(0, 3), 0},
		{"inf", number.Add(math.Inf(1), 1), math.Inf(1)},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is %v, not %v", tt.name, tt.got, tt.want)
		}
	}
}

// Decimals of up to seven digits give the decimal that pen and paper give.
func TestDecimalsAreWorkedOutAsOnPaper(t *testing.T) {
	t.Parallel()
	decimal := func(rt *rapid.T, name string) (float64, *big.Rat) {
		text := strconv.Itoa(rapid.IntRange(-9_999_999, 9_999_999).Draw(rt, name)) + "e-" + strconv.Itoa(rapid.IntRange(0, 4).Draw(rt, name+" places"))
		x, err := strconv.ParseFloat(text, 64)
		exact, ok := new(big.Rat).SetString(text)
		if err != nil || !ok {
			rt.Fatal(text)
		}
		return x, exact
	}
	rapid.Check(t, func(rt *rapid.T) {
		x, exactX := decimal(rt, "x")
		y, exactY := decimal(rt, "y")
		for name, tt := range map[string]struct {
			got  float64
			want *big.Rat
		}{"+": {number.Add(x, y), new(big.Rat).Add(exactX, exactY)}, "*": {number.Multiply(x, y), new(big.Rat).Mul(exactX, exactY)}} {
			if got, ok := new(big.Rat).SetString(strconv.FormatFloat(tt.got, 'e', -1, 64)); !ok || got.Cmp(tt.want) != 0 {
				rt.Fatalf("%v %s %v is %v, not %s", x, name, y, tt.got, tt.want.FloatString(10))
			}
		}
		if y != 0 {
			if back := number.Multiply(number.Divide(number.Multiply(x, y), y), 1); back != x {
				rt.Fatalf("%v * %v / %v is %v", x, y, y, back)
			}
		}
	})
}

func FuzzArithmetic(f *testing.F) {
	f.Add(0.1, 0.2)
	f.Add(math.MaxFloat64, math.SmallestNonzeroFloat64)
	f.Fuzz(func(t *testing.T, x, y float64) {
		for _, tt := range []struct{ got, plain float64 }{{number.Add(x, y), x + y}, {number.Multiply(x, y), x * y}} {
			near := math.Abs(tt.got-tt.plain) <= 1e-13*max(math.Abs(x), math.Abs(y), math.Abs(tt.plain))
			if tt.got != tt.plain && !near && !(math.IsNaN(tt.got) && math.IsNaN(tt.plain)) {
				t.Errorf("%v and %v give %v, not about %v", x, y, tt.got, tt.plain)
			}
		}
	})
}
