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
// characters, blanks, punctuation around it, and a mention of the one it is said
// to. What is nothing but punctuation, or a mention, stays.
func Folded(text string) string {
	text = Visible(text)
	if rest := withoutMention(text); strings.TrimSpace(rest) != "" {
		text = rest
	}
	text = fold(text)
	if rest := withoutPunctuation(text); rest != "" {
		return rest
	}
	return text
}

// fold brings characters that count as the same together.
func fold(text string) string {
	if !isPlain(text) {
		text = norm.NFC.String(dotless.Replace(Digits(text)))
		text = strings.Map(unlessDecoration, text)
	}
	folded := cases.Fold().String(text)
	return strings.Join(strings.Fields(folded), " ")
}

// dotless are the letters i of Turkish, which Unicode folds apart from the others.
var dotless = strings.NewReplacer("İ", "i", "I\u0307", "i", "i\u0307", "i", "ı", "i")

// unlessDecoration drops what people's keyboards put on emoji: skin tones and keys.
func unlessDecoration(r rune) rune {
	if '\U0001f3fb' <= r && r <= '\U0001f3ff' || r == '\u20e3' {
		return -1
	}
	return r
}

// withoutMention leaves out "@Name" at the beginning or the end.
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

func isAround(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) || r == '`' || r == '´' }
