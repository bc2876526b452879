package address

import (
	"strings"
	"unicode"

	"sluice/engine/script"
)

const (
	// shortCode is how many digits a short code has at most. International
	// numbers have at least seven.
	shortCode = 6
	// longestNumber is how many digits a number has at most (ITU-T E.164, 6.2.1).
	longestNumber = 15
)

// number is a text as E.164 when it is a possible number. Otherwise it stays,
// without the "+" that some vendors and programs put before whatever they have.
func (r Reader) number(text string) string {
	// Letters on the keys of telephones are not taken for digits: what has them is
	// a name or an id.
	if !strings.ContainsFunc(text, unicode.IsLetter) {
		written := script.Digits(text)
		digits := onlyDigits(written)
		if len(digits) > shortCode {
			if len(digits) == len("521")+10 && strings.HasPrefix(digits, "521") {
				written = "+52" + digits[len("521"):]
			}
			if n, ok := r.Phones.Parse(written); ok {
				return n.E164
			}
			if len(digits) <= longestNumber {
				return text
			}
		}
	}
	if rest := strings.TrimPrefix(text, "+"); userID.MatchString(rest) || isDigits(rest) {
		return rest
	}
	return text
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// onlyDigits is a number as its digits, or "" for what has more than digits and
// what people write between them.
func onlyDigits(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
		case unicode.IsSpace(r), strings.ContainsRune("()-./", r), unicode.Is(unicode.Pd, r):
		case r == '+' && b.Len() == 0:
		default:
			return ""
		}
	}
	return b.String()
}

// Three countries changed how their mobile numbers are written, and WhatsApp still
// calls people by what was right when they joined ("wa_id"), so that it differs
// from the number that was sent to (Meta, WhatsApp Cloud API, "Phone number
// formats"):
//   - Mexico: 1 after 52, until 2019.
//   - Argentina: 9 after 54, for mobile numbers called from abroad.
//   - Brazil: 9 before the eight digits of a mobile number, since 2012 to 2016. The
//     eight begin with 6 to 9, unlike those of landlines (Anatel, Resolução 553/2010).

// numberKey is a number in E.164 form without the digits that only one of its
// forms has. Mexico's 1 is gone already. A name has no "+".
func numberKey(e164 string) string {
	switch {
	case strings.HasPrefix(e164, "+") && isName(e164[1:]):
		return e164[1:]
	case len(e164) == len("+549")+10 && strings.HasPrefix(e164, "+549"):
		return "+54" + e164[len("+549"):]
	case len(e164) == len("+55")+11 && strings.HasPrefix(e164, "+55") && e164[5] == '9' && e164[6] >= '6':
		return e164[:5] + e164[6:]
	}
	return e164
}

// numberForms are the other forms that a number may be stored in.
func numberForms(key string) []string {
	digits, plus := strings.CutPrefix(key, "+")
	switch {
	case !plus && (isName(key) || isDigits(key)):
		// Earlier releases put a "+" before whatever came from some vendors.
		return []string{"+" + key}
	case !plus:
		return nil
	case len(digits) == 12 && strings.HasPrefix(digits, "52"):
		return []string{"+521" + digits[2:]}
	case len(digits) == 12 && strings.HasPrefix(digits, "54"):
		return []string{"+549" + digits[2:]}
	case len(digits) == 12 && strings.HasPrefix(digits, "55") && digits[4] >= '6':
		return []string{"+" + digits[:4] + "9" + digits[4:]}
	}
	return nil
}
