package gsm_test

import (
	"strings"
	"testing"

	"sluice/server/channels/gsm"
)

func TestTextsAreCountedAsTheyGoOverTheAir(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		fits       bool
		parts      int
	}{
		{"empty", "", true, 1},
		{"one full message", strings.Repeat("a", 160), true, 1},
		{"one more", strings.Repeat("a", 161), true, 2},
		{"two full ones", strings.Repeat("a", 306), true, 2},
		{"three", strings.Repeat("a", 307), true, 3},
		{"a euro takes two", strings.Repeat("€", 80), true, 1},
		{"and one more", strings.Repeat("€", 81), true, 2},
		// 153 is odd: the 77th would be split, and goes to the next part.
		{"a euro is not split", strings.Repeat("€", 152), true, 2},
		{"a euro is not split, one more", strings.Repeat("€", 153), true, 3},
		{"a letter outside", "Zażółć", false, 1},
		{"UCS-2, full", strings.Repeat("ж", 70), false, 1},
		{"UCS-2, two", strings.Repeat("ж", 71), false, 2},
		{"UCS-2, three", strings.Repeat("ж", 135), false, 3},
		{"surrogates", strings.Repeat("😀", 35), false, 1},
		{"surrogates are not split", strings.Repeat("😀", 67), false, 3},
		{"accents of the alphabet", "èéùìòÇØøÅåÆæßÉÄÖÑÜäöñüà", true, 1},
		{"a backquote is not in it", "`", false, 1},
	} {
		if fits, parts := gsm.Fits(tt.text), gsm.Parts(tt.text); fits != tt.fits || parts != tt.parts {
			t.Errorf("%s: got %v, %d, want %v, %d", tt.name, fits, parts, tt.fits, tt.parts)
		}
	}
}
