package expression

import (
	"errors"
	"strings"
	"testing"
)

func TestPatternsMatchWholeTexts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, text string
		want          bool
	}{
		{"yes", "yes", true},
		{"yes", "yes!", false},
		{"yes|no", "no", true},
		{"yes|no", "yesno", false},
		{"(?i)yes", "YES", true},
		{"(?i)[а-я]+", "ДА", true},
		{"(?i)[a-z]+-[0-9]", "Ab-1", true},
		{"^yes$", "yes", true},
		{"a.c", "a\nc", false},
		{"(?s)a.c", "a\nc", true},
		{"yes", "yes\n", false},
		{"", "", true},
		{"", "a", false},
		{`\+63\d{10}`, "+639171234567", true},
		{`\Qa.c`, "a.c", true},
		{`\Qa.c\E+`, "a.ccc", true},
		{`\p{Greek}+`, "λόγος", true},
		{`(a{2,}|b{1,3}|c{0})x?y*z+`, "aaaxz", true},
		{"(a*)*b", strings.Repeat("a", 500), false},
	} {
		re, err := CompileRegexp(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		if got := re.MatchWhole(tc.text); got != tc.want {
			t.Errorf("%s on %.20q: got %v, want %v", tc.pattern, tc.text, got, tc.want)
		}
	}
}

func TestPatternsAreBounded(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		strings.Repeat("a", MaxPattern+1): "the pattern is longer than 256 bytes",
		"((a{100}){100}){100}":            "the pattern repeats too often",
		"(ab){900}(cd){900}":              "the pattern is too large once its repetitions are written out",
		strings.Repeat(`\pL`, 9):          "the pattern has more than 8 Unicode classes",
		`(?i)[\x42-\x{1e943}]`:            "a range of a case-insensitive pattern spans more than 2048 characters",
		`(?s-m:(?i:[\100-\377]))`:         "a range of a case-insensitive pattern spans more than 2048 characters",
		`(?i)[a-𞥂]`:                       "a range of a case-insensitive pattern spans more than 2048 characters",
		`(?i)[Ā-𞥂]`:                       "a range of a case-insensitive pattern spans more than 2048 characters",
		`(?<!a)b`:                         "the pattern is not a regular expression",
		`a)(b`:                            "the pattern's round brackets do not match",
		"\xff":                            "the pattern is not a regular expression",
	} {
		_, err := CompileRegexp(pattern)
		var got *Error
		if !errors.As(err, &got) || got.Message != want {
			t.Errorf("%.40q: got %v, want %q", pattern, err, want)
		}
	}
}

// No answer of a person may fail a run.
func TestPatternsOnLongTexts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern string
		length  int
		want    bool
	}{
		{".{1,500}", 500, true}, {".{1,500}", 501, false}, {".{1,500}", MaxText, false}, {"(?:x{10}){1,90}", 900, true}, {"x|xx|xxx", MaxText, false},
		{".*", MaxRenderedText, true}, {"x+", MaxRenderedText, true}, {`\w{5,}`, MaxRenderedText, true}, {"x{0}", MaxText, false},
		// It would take too long, so the answer is no.
		{"(x?x?){0,200}y*", MaxRenderedText, false}, {"(.?x?){0,200}y+", MaxText, false},
	} {
		re, err := CompileRegexp(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		if got := re.MatchWhole(strings.Repeat("x", tc.length)); got != tc.want {
			t.Errorf("%s on %d characters: got %v, want %v", tc.pattern, tc.length, got, tc.want)
		}
	}
}
