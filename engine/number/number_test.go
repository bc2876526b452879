package number_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sluice/engine/number"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want any
	}{
		{"18", 18}, {" 18 ", 18}, {"+5", 5}, {"-3", -3}, {"−3", -3}, {"007", 7}, {"18.", 18}, {".5", 0.5}, {"1e3", 1000}, {"2.50", 2.5},
		{"１８", 18}, {"١٨", 18}, {"१८", 18}, {"๑๘", 18}, {"١٨٫٥", 18.5}, {"\u200e18\u200f", 18}, {"\ufeff18", 18}, {"𝟏𝟖", 18},
		{"9007199254740993", 9007199254740993}, {"-9223372036854775808", math.MinInt}, {"9223372036854775808", 9223372036854775808.0},
		{"0.1", 0.1}, {"-0", 0}, {"1e308", 1e308},
	} {
		if got, ok := number.Parse(tt.text); !ok || got != tt.want {
			t.Errorf("%q is %v (%T), %t, not %v (%T)", tt.text, got, got, ok, tt.want, tt.want)
		}
	}
}

func TestWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "+", "-", ".", "e5", "Infinity", "-Infinity", "inf", "Inf", "NaN", "nan", "1_000", "0x10", "0b1", "0o7", "0x1p-2", "1e400", "-1e400", "1e9999",
		"1,000", "1 000", "1.2.3", "--1", "eighteen", "18 years", "½", "Ⅻ", "1e", "true", "null", "5²", "①", "⒈", "١٬٠٠٠", strings.Repeat("9", 500),
	} {
		if got, ok := number.Parse(text); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b any
		want int
	}{
		{9007199254740993, "9007199254740992", 1}, {9007199254740993, 9007199254740992.0, 1}, {"9007199254740993", 9007199254740993, 0},
		{"12345678901234567891", "12345678901234567890", 1}, {math.MaxInt, 9223372036854775808.0, -1},
		{0.1, "0.1", 0}, {0.1, "0.10", 0}, {"1.10", "1.1", 0}, {"0.30000000000000001", "0.3", 1}, {0.30000000000000004, "0.3", 1}, {2, 2.0, 0}, {"１８", 18, 0},
		{"1e2", 100, 0}, {"-0", 0, 0}, {-1, "−1", 0}, {1e308, "1e308", 0},
	} {
		if got, ok := number.Compare(tt.a, tt.b); !ok || got != tt.want {
			t.Errorf("Compare(%v, %v) is %d, %t, not %d", tt.a, tt.b, got, ok, tt.want)
		}
		if got, ok := number.Compare(tt.b, tt.a); !ok || got != -tt.want {
			t.Errorf("Compare(%v, %v) is %d, %t, not %d", tt.b, tt.a, got, ok, -tt.want)
		}
	}
	for _, v := range []any{nil, true, "", "Infinity", math.NaN(), math.Inf(1), []any{}} {
		if got, ok := number.Compare(v, 1); ok {
			t.Errorf("Compare(%v, 1) is %d", v, got)
		}
	}
}

func TestSameDigits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"018", "٠١٨", true}, {"12", " １２ ", true}, {"12", "\u200e12", true}, {"007", "7", false}, {"1.0", "1.0", false}, {"5", "5.0", false}, {"+1", "1", false}, {"x", "x", false}, {"", "", false}, {"5²", "52", false},
	} {
		if got := number.SameDigits(tt.a, tt.b); got != tt.same {
			t.Errorf("%q and %q: %t", tt.a, tt.b, got)
		}
	}
}

func TestALiteralIsKeptOrRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"12345678901234567890", "-12345678901234567891", "0.12345678901234567891", "9007199254740993.5", "1e400", "3.14159265358979323846"} {
		if got, ok := number.Literal(text); ok {
			t.Errorf("%s becomes %v", text, got)
		}
	}
	for text, want := range map[string]any{"9007199254740993": 9007199254740993, "1E3": 1000, "0.1": 0.1, "1e22": 1e22, "14.5995123": 14.5995123, "0.30000000000000004": 0.30000000000000004, "10000000000000000000": 1e19, "2.0": 2, "-0.0": 0, "0.10000000000000001": 0.1, "14.599512300000001": 14.599512300000001, "1.2300000000000000e+1": 12.3} {
		if got, ok := number.Literal(text); !ok || got != want {
			t.Errorf("%s is %v, %t, not %v", text, got, ok, want)
		}
	}
}

// Whatever a run holds is written as JSON and read back.
func TestNumbersOfRunsAreLiterals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		x := rapid.Float64().Filter(func(x float64) bool { return x != math.Trunc(x) || math.Abs(x) > 1e19 }).Draw(rt, "x")
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		data, err := json.Marshal(x)
		if err != nil {
			rt.Fatal(err)
		}
		if got, ok := number.Literal(string(data)); !ok || got != x {
			rt.Fatalf("%s is %v, %t, not %v", data, got, ok, x)
		}
	})
}
