// Package script makes text that means the same the same text, whatever it was
// written with: marks that nobody sees, and digits of any script.
package script

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Visible is a text without the marks that nobody sees: zero-width characters,
// marks of direction, byte order marks and variation selectors. Phones, chat
// programs and spreadsheets put them around what people copy. The joiners within
// emoji go too, so it is for comparing and for addresses, not for showing.
func Visible(text string) string {
	if isPlain(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		// Fillers and the joiner of graphemes are not in the class of format
		// characters, and as invisible.
		if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return -1
		}
		return r
	}, text)
}

// Digits is a text with the digits of every script as 0 to 9, and letters and
// signs of full width as those of usual width (Unicode's NFKC).
func Digits(text string) string {
	if isPlain(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if d, ok := digit(r); ok {
			return '0' + d
		}
		return r
	}, norm.NFKC.String(text))
}

// IsOrnament reports whether a character looks like a number without being a digit:
// ², ½, ① and Ⅳ. Digits makes digits of some; where that would change a number, a
// text with one is none.
func IsOrnament(r rune) bool { return unicode.In(r, unicode.No, unicode.Nl) }

// digit is the value of a decimal digit. The digits of a script are ten
// neighbours, 0 first (Unicode Standard, 4.6), and each range of the table holds
// whole tens.
func digit(r rune) (rune, bool) {
	if r <= unicode.MaxLatin1 {
		return r - '0', '0' <= r && r <= '9'
	}
	for _, x := range unicode.Nd.R16 {
		if uint32(r) <= uint32(x.Hi) {
			return (r - rune(x.Lo)) % 10, uint32(r) >= uint32(x.Lo)
		}
	}
	for _, x := range unicode.Nd.R32 {
		if uint32(r) <= x.Hi {
			return (r - rune(x.Lo)) % 10, uint32(r) >= x.Lo
		}
	}
	return 0, false
}

// isPlain spares the work for most texts. Of ASCII nothing is changed.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
