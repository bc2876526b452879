// Package gsm tells how a text goes over the air as SMS: in the 7-bit alphabet of
// GSM 03.38 (3GPP TS 23.038) where it fits, else in UCS-2, and in how many parts
// (3GPP TS 23.040).
package gsm

import (
	"strings"
	"unicode/utf16"
)

const (
	// basic takes one septet per character, extended two.
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
		"¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"

	// A single message holds this many septets or UTF-16 units; one of several
	// holds less, for the header that joins them.
	singleSeptets, joinedSeptets = 160, 153
	singleUnits, joinedUnits     = 70, 67
)

// Fits tells whether the text can be sent in the 7-bit alphabet.
func Fits(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune(basic, r) && !strings.ContainsRune(extended, r)
	}) < 0
}

// Parts is how many messages the text takes; an empty one takes one. What takes
// two septets or units is never split between parts.
func Parts(text string) int {
	single, joined, width := singleSeptets, joinedSeptets, septets
	if !Fits(text) {
		single, joined, width = singleUnits, joinedUnits, utf16.RuneLen
	}
	total, parts, used := 0, 1, 0
	for _, r := range text {
		w := width(r)
		if total += w; used+w > joined {
			parts, used = parts+1, 0
		}
		used += w
	}
	if total <= single {
		return 1
	}
	return parts
}

func septets(r rune) int {
	if strings.ContainsRune(extended, r) {
		return 2
	}
	return 1
}
