package nodes

import (
	"strings"
	"unicode"
)

// maxSpaces is how many spaces in a row WhatsApp takes in a parameter of a
// template. More of them, line breaks and tabs it refuses (Meta, WhatsApp Cloud
// API, error 132018: "cannot have new-line/tab characters or more than 4
// consecutive spaces").
const maxSpaces = 4

// flatten makes a text fit for a parameter: line breaks and tabs become spaces,
// and of many spaces in a row four stay.
func flatten(text string) string {
	if !uneven([]string{text}) {
		return text
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	spaces := 0
	for _, r := range text {
		if breaks(r) {
			r = ' '
		}
		if r != ' ' {
			spaces = 0
		} else if spaces++; spaces > maxSpaces {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// uneven reports whether one of the texts would be flattened.
func uneven(texts []string) bool {
	for _, text := range texts {
		if strings.IndexFunc(text, breaks) >= 0 || strings.Contains(text, strings.Repeat(" ", maxSpaces+1)) {
			return true
		}
	}
	return false
}

// breaks reports whether a character begins a new line or column.
func breaks(r rune) bool {
	return unicode.IsControl(r) && unicode.IsSpace(r) || r == '\u2028' || r == '\u2029'
}
