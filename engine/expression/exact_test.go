package expression

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// Numbers are what people take them for: whole ones exact as long as an int holds
// them, fractions decimals.
func TestArithmeticIsExact(t *testing.T) {
	t.Parallel()
	env := map[string]any{"big": 9007199254740993, "most": math.MaxInt, "least": math.MinInt, "price": 19.99, "text": "9007199254740993"}
	for source, want := range map[string]any{
		`big + 1`: 9007199254740994, `big - 1`: 9007199254740992, `big * 3`: 27021597764222979, `big / 1`: 9007199254740993, `big * 3 / 3`: 9007199254740993, `big % 10`: 3, `-big`: -9007199254740993,
		`big == 9007199254740992.0`: false, `big > 9007199254740992.0`: true, `9007199254740992.0 < big`: true, `big in [9007199254740992.0]`: false, `float(big)`: 9007199254740993, `int(text)`: 9007199254740993,
		`number(text)`: 9007199254740993, `float(text)`: 9007199254740993, `round(big)`: 9007199254740993, `abs(-big)`: 9007199254740993, `max(big, 9007199254740992.0)`: 9007199254740993,
		`sum([big, 1, 1])`: 9007199254740995, `mean([big, big])`: 9007199254740993, `median([big, big])`: 9007199254740993, `median([big, 1, 9999999999999999])`: 9007199254740993, `3 ** 35`: 50031545098999707,
		`(-3) ** 35`: -50031545098999707, `most + 1 > most`: true, `least - 1 < 0`: true, `least / -1 > 0`: true, `-least > 0`: true, `abs(least) > 0`: true, `most * most > 0`: true, `10 ** 30 > most`: true, `1 ** 1000`: 1, `least % -1`: 0,
		`0.1 + 0.2`: 0.3, `0.1 + 0.2 == 0.3`: true, `1 - 0.9`: 0.1, `price * 3`: 59.97, `0.3 / 0.1`: 3, `sum([0.1, 0.2, 0.3])`: 0.6, `mean([0.1, 0.2])`: 0.15, `median([0.1, 0.2])`: 0.15, `1 / 3 * 3`: 1, `4.35 * 100`: 435,
		`reduce([0.1, 0.1, 0.1], #acc + #, 0)`: 0.3, `same(0.1 + 0.2, "0.30")`: true,
	} {
		e, err := Compile(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := e.Eval(env, testNow); err != nil || got != want {
			t.Errorf("%s is %v (%T, %v), want %v", source, got, got, err, want)
		}
	}
}

// Whatever a person answers, looking at it gives an answer.
func TestLookingAtATextNeverFails(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("İ", MaxRenderedText/2)
	for _, text := range []string{"", "NaN", "Infinity", "1e400", "0x1p-2", "\x00", "\u2028", long, strings.Repeat("😀", MaxRenderedText/4), strings.Repeat("9", MaxRenderedText), strings.Repeat("a,", MaxRenderedText/2), strings.Repeat("\n", MaxRenderedText)} {
		env := map[string]any{"x": text}
		for _, source := range []string{
			`number(x)`, `number(x) > 18`, `moment(x)`, `moment(x, "Asia/Manila")`, `day(x)`, `region(x)`, `blank(x)`, `same(x, 18)`, `has(x, "a")`, `has("a", x)`, `oneOf(x, "a, b")`, `oneOf("b", x)`, `lower(x)`, `upper(x)`, `upper(lower(x))`,
			`trim(x)`, `len(x)`, `x == "a"`, `x matches ".{1,500}"`, `"a" matches x`, `x contains "a"`, `x startsWith "a"`, `x in ["a"]`, `x[0:5]`, `x[0]`, `string(x)`, `x ?? "a"`, `{{x: 1}}`, `type(x)`,
		} {
			e, err := Compile(strings.NewReplacer("{{", "{", "}}", "}").Replace(source))
			if err != nil {
				t.Fatalf("%s: %v", source, err)
			}
			if _, err := e.Eval(env, testNow); err != nil {
				t.Errorf("%s of %.12q fails: %v", source, text, err)
			}
		}
	}
}

func TestTimesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`date("9999-12-31T23:59:59Z") + duration("1s")`:                "the time is too far away",
		`string(date("9999-12-31").AddDate(0, 0, 1))`:                  "string(): the time is too far away",
		`date("9999-12-31") - date("0001-01-01")`:                      "the duration is too long",
		`date("9999-12-31").Sub(date("0001-01-01"))`:                   ".Sub(): the duration is too long",
		`date("0000-01-01T00:00:00Z") - duration("1s")`:                "the time is too far away",
		`{at: date("9999-12-31T23:59:59Z").AddDate(1, 0, 0)}`:          "the time is too far away",
		`toJSON([date("9999-12-31T23:59:59Z").Add(duration("24h"))])`:  "toJSON(): the time is too far away",
		`"at " + string(date("9999-12-31T23:59:59Z").AddDate(0,1,0))`:  "string(): the time is too far away",
		`moment("2026-01-31 09:00", "Mars/Olympus")`:                   "moment(): the time zone is not known",
		`date("2026-03-08 02:30:00").In("Mars/Olympus").Format("MST")`: ".In(): the time zone is not known",
	} {
		e, err := Compile(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		v, err := e.Eval(nil, testNow)
		var problem *Error
		if !errors.As(err, &problem) || problem.Message != want {
			t.Errorf("%s is %v (%v), want %q", source, v, err, want)
		}
	}
	// One that only its own offset can write keeps it.
	kept, err := Normalize(time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)))
	if err != nil || kept != "9999-12-31T23:59:59-01:00" {
		t.Errorf("%v, %v", kept, err)
	}
}
