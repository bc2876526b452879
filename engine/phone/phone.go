// Package phone reads telephone numbers in international format. It is the one
// place that asks the phone number library, so that a number means the same to
// an input, to Identify Phone Number and to a send.
package phone

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"sluice/engine/script"
)

// maxText is the longest text that is taken for a number, in bytes: fifteen digits
// of any script have room for marks and blanks between them.
const maxText = 160

// Number is a parsed, possible telephone number.
type Number struct {
	// E164 is the number as +<calling code><national number>.
	E164 string
	// Region is the ISO 3166-1 alpha-2 code of the country, "001" for
	// international services, and "" where the digits fit no region.
	Region string
	// CallingCode is the country calling code, such as "63".
	CallingCode string
	// Valid is true when the digits fit a numbering plan, not only a length.
	Valid bool
}

// Parse reads a number in international format, with or without its leading +, as
// people and programs write it: with blanks, brackets and dashes, in the digits of
// any script, among marks that nobody sees, after "tel:". ok is false when it
// cannot be one: letters in it, no known calling code, or a length that the
// numbering plan does not have, or has within an area only.
func Parse(text string) (n Number, ok bool) {
	if len(text) > maxText {
		return Number{}, false
	}
	text, ok = plain(text)
	if !ok || text == "" || strings.HasPrefix(text, "0") {
		return Number{}, false
	}
	if !strings.HasPrefix(text, "+") {
		text = "+" + text
	}
	n, ok = read(text)
	if n.Valid {
		return n, ok
	}
	// A zero in brackets is dialled within the country only. Where it is part of the
	// numbers, as in Italy, the number is valid with it.
	if bare := strings.Replace(text, "(0)", "", 1); bare != text {
		if other, fits := read(bare); other.Valid || !ok {
			return other, fits
		}
	}
	return n, ok
}

// read asks the library about a number that begins with "+".
func read(text string) (n Number, ok bool) {
	parsed, err := phonenumbers.Parse(text, "ZZ")
	if err != nil || phonenumbers.IsPossibleNumberWithReason(parsed) != phonenumbers.IS_POSSIBLE || parsed.GetExtension() != "" {
		return Number{}, false
	}
	region := phonenumbers.GetRegionCodeForNumber(parsed)
	if region == "ZZ" {
		region = ""
	}
	return Number{
		E164:        phonenumbers.Format(parsed, phonenumbers.E164),
		Region:      region,
		CallingCode: strconv.Itoa(int(parsed.GetCountryCode())),
		Valid:       region != "" && phonenumbers.IsValidNumber(parsed),
	}, true
}

// plain is a number in ASCII digits. ok is false for a text with anything in it
// that numbers are not written with: what is left would be another number.
func plain(text string) (string, bool) {
	if strings.ContainsFunc(text, script.IsOrnament) {
		return "", false
	}
	text = strings.TrimSpace(script.Digits(script.Visible(text)))
	if scheme := "tel:"; len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		text = text[len(scheme):]
	}
	for i, r := range text {
		switch {
		case '0' <= r && r <= '9', unicode.Is(unicode.Pd, r), unicode.IsSpace(r), strings.ContainsRune("().[]/·−~", r):
		case r == '+' && strings.Trim(text[:i], " (") == "":
		default:
			return "", false
		}
	}
	// Around the plus there may be brackets, which say nothing.
	return strings.TrimLeft(text, "( "), true
}

// KnownRegion reports whether numbers of that ISO 3166-1 alpha-2 region are
// known.
func KnownRegion(code string) bool { return phonenumbers.GetSupportedRegions()[code] }

// KnownCallingCode reports whether a country calling code, digits only, is in
// use.
func KnownCallingCode(code string) bool {
	n, err := strconv.Atoi(code)
	return err == nil && strconv.Itoa(n) == code && phonenumbers.GetSupportedCallingCodes()[n]
}

// Regions lists the known ISO 3166-1 alpha-2 regions in alphabetical order.
func Regions() []string {
	var codes []string
	for code := range phonenumbers.GetSupportedRegions() {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}
