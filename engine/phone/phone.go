// Package phone reads telephone numbers in international format. It is the one
// place that asks the phone number library, so that a number means the same to
// an input, to Identify Phone Number and to a send.
package phone

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// maxText is the longest text that is taken for a number.
const maxText = 64

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

// Parse reads a number in international format, with or without its leading +.
// ok is false when it cannot be one: not digits, no known calling code, or a
// length that the numbering plan does not have, or has within an area only.
func Parse(text string) (n Number, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxText || strings.HasPrefix(text, "0") {
		return Number{}, false
	}
	if !strings.HasPrefix(text, "+") {
		text = "+" + text
	}
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
