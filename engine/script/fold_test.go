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
		{"\u200eYes", "yes"}, {"Y\u200be\u2060s\ufeff", "YES"}, {"\u2066yes\u2069", "yes"}, {"yes\ufe0f", "yes"}, {"\u00adyes", "yes"},
		{"İPTAL", "iptal"}, {"IPTAL", "ıptal"}, {"İptal", "ıptal"}, {"I\u0307PTAL", "iptal"}, {"STRASSE", "straße"}, {"ẞ", "ss"}, {"ΟΔΟΣ", "οδος"}, {"οδός", "ΟΔΌΣ"}, {"ДА", "да"},
		{"１", "1"}, {"١", "1"}, {"१", "1"}, {"๑", "1"}, {"1️⃣", "1"}, {"①", "1"}, {"ｙｅｓ", "Yes"}, {"ﾊｲ", "ハイ"},
		{"Yes!", "yes"}, {" YES. ", "yes"}, {"«yes»", "yes"}, {"¿Sí?", "sí"}, {"「はい」", "はい"}, {"好。", "好"}, {"*1*", "1"}, {"1)", "1"}, {"(1)", "1"}, {"“ok”", "OK"}, {"yes,", "yes"}, {"`yes`", "yes"},
		{"caf\u00e9", "cafe\u0301"}, {"no  thanks", "No thanks"}, {"no\u00a0thanks", "no thanks"},
		{"@Robot yes", "yes"}, {"@Order Robot\u2005yes", "yes"}, {"yes @Robot", "yes"}, {"yes @Order Robot\u2005", "yes"}, {"＠机器人 好", "好"}, {"@Robot", "@robot"},
		{"👍🏽", "👍"}, {"👍\ufe0f", "👍"}, {"❤️", "❤"},
	} {
		if a, b := script.Folded(tt.a), script.Folded(tt.b); a != b || a == "" {
			t.Errorf("%q is %q, %q is %q", tt.a, a, tt.b, b)
		}
	}
}

func TestAnswersThatDiffer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ a, b string }{
		{"yes", "no"}, {"?", "!"}, {"+", "-"}, {"-1", "1"}, {"👍", "👎"}, {"si", "sí"}, {"a b", "ab"}, {"ana@example.com", "ana"}, {"1 2", "12"}, {"!", ""},
	} {
		if a, b := script.Folded(tt.a), script.Folded(tt.b); a == b {
			t.Errorf("%q and %q are both %q", tt.a, tt.b, a)
		}
	}
}

func TestFoldingIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		once := script.Folded(text)
		if marked := script.Folded("\u200f" + strings.Join(strings.Split(text, ""), "\u200b") + "\ufeff"); marked != once {
			rt.Fatalf("%q is %q, with marks %q", text, once, marked)
		}
		if d := script.Folded(norm.NFD.String(text)); d != script.Folded(norm.NFC.String(text)) {
			rt.Fatalf("%q: decomposed it is %q", text, d)
		}
	})
}
