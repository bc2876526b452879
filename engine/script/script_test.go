package script_test

import (
	"strings"
	"testing"
	"unicode"

	"sluice/engine/script"
)

func TestVisibleDropsWhatNobodySees(t *testing.T) {
	t.Parallel()
	for _, r := range []rune{
		0xAD, 0x34F, 0x61C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E,
		0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0xFE0E, 0xFE0F, 0xE0100,
	} {
		if got := script.Visible(string(r) + "a" + string(r) + "b" + string(r)); got != "ab" {
			t.Errorf("U+%04X stays: %q", r, got)
		}
	}
	for _, text := range []string{"", "plain", "Grüße, 你好", "a\tb\nc", "e\u0301"} {
		if got := script.Visible(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Each script's ten digits, in order.
func TestDigitsOfEveryScript(t *testing.T) {
	t.Parallel()
	n := 0
	check := func(lo, hi rune) {
		for r := lo; r <= hi; r += 10 {
			var b strings.Builder
			for i := range rune(10) {
				b.WriteRune(r + i)
			}
			if got := script.Digits(b.String()); got != "0123456789" {
				t.Errorf("the digits from U+%04X are %q", r, got)
			}
			n++
		}
	}
	for _, x := range unicode.Nd.R16 {
		check(rune(x.Lo), rune(x.Hi))
	}
	for _, x := range unicode.Nd.R32 {
		check(rune(x.Lo), rune(x.Hi))
	}
	if n < 60 {
		t.Errorf("only %d scripts were tried", n)
	}
	for in, want := range map[string]string{"（＋６３）": "(+63)", "x٣": "x3", "Ⅳ": "IV", "plain 7": "plain 7", "½": "1⁄2"} {
		if got := script.Digits(in); got != want {
			t.Errorf("Digits(%q) is %q, not %q", in, got, want)
		}
	}
}
