package script_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sluice/engine/script"
)

func TestAnswersThatAreTheSame(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, b string }{
		{"\u200eYes", "yes"}, {"Y\u200be\u2060s\ufeff", "YES"}, {"\u2066yes\u2069", "yes"}, {"yes\ufe0f", "yes"}, {"\u00adyes", "yes"}, {"y\u034fe\u061cs", "yes"}, {"\u180eyes\U000e0061", "yes"}, {"yes\u3164", "yes"}, {"\x00yes\x07", "yes"},
		{"İPTAL", "iptal"}, {"IPTAL", "ıptal"}, {"İptal", "ıptal"}, {"I\u0307PTAL", "iptal"}, {"STRASSE", "straße"}, {"ẞ", "ss"}, {"ΟΔΟΣ", "οδος"}, {"οδός", "ΟΔΌΣ"}, {"ДА", "да"}, {"ΟΧΙ", "Όχι"}, {"ΝΑΊ", "ναι"}, {"ΪΣ\u0301", "ϊς"}, {"ΐ", "Ϊ\u0301"},
		{"１", "1"}, {"١", "1"}, {"१", "1"}, {"๑", "1"}, {"1️⃣", "1"}, {"①", "1"}, {"ｙｅｓ", "Yes"}, {"ﾊｲ", "ハイ"},
		{"Yes!", "yes"}, {" YES. ", "yes"}, {"«yes»", "yes"}, {"¿Sí?", "sí"}, {"「はい」", "はい"}, {"好。", "好"}, {"*1*", "1"}, {"1)", "1"}, {"(1)", "1"}, {"−1", "-1"}, {"“ok”", "OK"}, {"yes,", "yes"}, {"`yes`", "yes"},
		{"caf\u00e9", "cafe\u0301"}, {"no  thanks", "No thanks"}, {"no\u00a0thanks", "no thanks"},
		{"@Robot yes", "yes"}, {"@Order Robot\u2005yes", "yes"}, {"yes @Robot", "yes"}, {"yes @Order Robot\u2005", "yes"}, {"＠机器人 好", "好"}, {"@Robot", "@robot"},
		{"👍🏽", "👍"}, {"👍\ufe0f", "👍"}, {"❤️", "❤"},
	} {
		if a, b := script.Loose(tt.a), script.Loose(tt.b); a != b || a == "" {
			t.Errorf("%q is %q, %q is %q", tt.a, a, tt.b, b)
		}
	}
}

func TestAnswersThatDiffer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, b string }{
		{"yes", "no"}, {"?", "!"}, {"+", "-"}, {"-1", "1"}, {"−1", "1"}, {"A+", "A"}, {"👍", "👎"}, {"si", "sí"}, {"a b", "ab"}, {"ana@example.com", "ana"}, {"1 2", "12"}, {"!", ""},
	} {
		if a, b := script.Loose(tt.a), script.Loose(tt.b); a == b {
			t.Errorf("%q and %q are both %q", tt.a, tt.b, a)
		}
	}
}

// What is written differently on purpose is told apart before it is taken loosely.
func TestFoldedKeepsPunctuation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"A-": "a-", " C# ": "c#", "@Robot Yes": "@robot yes", "Yes!": "yes!", "١)": "1)", "": "", "\u200b": ""} {
		if got := script.Folded(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestFoldingIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		once := script.Loose(text)
		if marked := script.Loose("\u200f" + strings.Join(strings.Split(text, ""), "\u200b") + "\ufeff"); marked != once {
			rt.Fatalf("%q is %q, with marks %q", text, once, marked)
		}
		if again := script.Folded(script.Folded(text)); again != script.Folded(text) {
			rt.Fatalf("%q is %q, then %q", text, script.Folded(text), again)
		}
		if d := script.Loose(norm.NFD.String(text)); d != script.Loose(norm.NFC.String(text)) {
			rt.Fatalf("%q: decomposed it is %q", text, d)
		}
	})
}
