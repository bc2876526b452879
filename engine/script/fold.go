package script

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// wideSpace ends a mention in WeCom, whose names may hold blanks.
const wideSpace = '\u2005'

// Folded is a text without what does not matter in an answer that somebody types:
// marks that nobody sees, capital letters in any language, the width and script of
// characters, and blanks.
func Folded(text string) string {
	text = Visible(text)
	if !isPlain(text) {
		text = norm.NFC.String(alike.Replace(Digits(text)))
		text = withoutTonos(strings.Map(unlessDecoration, text))
	}
	text = strings.Map(unlessControl, text)
	// Some foldings, as that of ΐ, are written in parts; those of Cherokee are capital
	// letters.
	text = norm.NFC.String(strings.ToLower(cases.Fold().String(text)))
	return strings.Join(strings.Fields(text), " ")
}

// Loose is Folded without punctuation around it and without a mention of the one it
// is said to. What is nothing but punctuation, or a mention, stays.
func Loose(text string) string {
	text = Visible(text)
	if rest := withoutMention(text); strings.TrimSpace(rest) != "" {
		text = rest
	}
	text = Folded(text)
	if rest := withoutPunctuation(text); rest != "" {
		return rest
	}
	return text
}

// alike are characters that people do not tell apart: the letters i of Turkish, which
// Unicode folds apart from the others, and the minus sign of typography.
var alike = strings.NewReplacer("İ", "i", "I\u0307", "i", "i\u0307", "i", "ı", "i", "−", "-")

// unlessDecoration drops what people's keyboards put on emoji: skin tones and keys.
func unlessDecoration(r rune) rune {
	if '\U0001f3fb' <= r && r <= '\U0001f3ff' || r == '\u20e3' {
		return -1
	}
	return r
}

func unlessControl(r rune) rune {
	if unicode.IsControl(r) && !unicode.IsSpace(r) {
		return -1
	}
	return r
}

// withoutTonos leaves out the accents of Greek, which capital letters do not have:
// ΟΧΙ is όχι (Unicode's SpecialCasing and its locale el).
func withoutTonos(text string) string {
	if !strings.ContainsFunc(text, isGreek) {
		return text
	}
	greek := false
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if greek && (r == '\u0301' || r == '\u0300' || r == '\u0342') {
			return -1
		}
		greek = isGreek(r) || greek && unicode.Is(unicode.Mn, r)
		return r
	}, norm.NFD.String(text)))
}

func isGreek(r rune) bool { return unicode.Is(unicode.Greek, r) }

// withoutMention leaves out "@Name" at the beginning or the end. A name may hold
// blanks where WeCom's own one ends it, or the text.
func withoutMention(text string) string {
	text = strings.TrimSpace(text)
	if isAt(text) {
		end := strings.IndexRune(text, wideSpace)
		if end < 0 {
			end = strings.IndexFunc(text, unicode.IsSpace)
		}
		if end < 0 {
			return ""
		}
		return text[end:]
	}
	for i := len(text) - 1; i > 0; i-- {
		if isAt(text[i:]) {
			if before := text[:i]; strings.TrimRightFunc(before, unicode.IsSpace) != before {
				return before
			}
		}
	}
	return text
}

func isAt(text string) bool { return strings.HasPrefix(text, "@") || strings.HasPrefix(text, "＠") }

// withoutPunctuation leaves out punctuation at both ends; the sign of a number is none.
func withoutPunctuation(text string) string {
	text = strings.TrimRightFunc(text, isAround)
	for i, r := range text {
		rest := text[i+len(string(r)):]
		if !isAround(r) || r == '-' && rest != "" && '0' <= rest[0] && rest[0] <= '9' {
			return text[i:]
		}
	}
	return ""
}

// isAround leaves out braces, which only programs write around a text.
func isAround(r rune) bool {
	return unicode.IsPunct(r) && r != '{' && r != '}' || unicode.IsSpace(r) || r == '`' || r == '´'
}
