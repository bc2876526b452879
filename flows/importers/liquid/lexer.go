package liquid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of a source: text, or what stands within {{ }} or {% %}.
type token struct {
	kind   tokenKind
	text   string
	source string
}

type tokenKind int

const (
	textToken tokenKind = iota
	outputToken
	tagToken
	// brokenToken is a tag without its end.
	brokenToken
)

// tokenize takes a source apart. A hyphen beside a bracket removes the white space
// on its side.
func tokenize(source string) []token {
	var tokens []token
	trimNext := false
	literal := func(s string, trimEnd bool) {
		if trimNext {
			s = strings.TrimLeftFunc(s, unicode.IsSpace)
		}
		if trimEnd {
			s = strings.TrimRightFunc(s, unicode.IsSpace)
		}
		trimNext = false
		if s != "" {
			tokens = append(tokens, token{kind: textToken, text: s, source: s})
		}
	}
	for source != "" {
		open, kind, end := nextMarkup(source)
		if open < 0 {
			literal(source, false)
			break
		}
		if end < 0 {
			literal(source[:open], false)
			rest := source[open:]
			if kind == outputToken {
				// Two braces that nothing closes are text.
				literal(rest, false)
			} else {
				tokens = append(tokens, token{kind: brokenToken, text: rest, source: rest})
			}
			break
		}
		whole := source[open:end]
		inner := whole[2 : len(whole)-2]
		trimBefore := strings.HasPrefix(inner, "-")
		inner = strings.TrimPrefix(inner, "-")
		literal(source[:open], trimBefore)
		if strings.HasSuffix(inner, "-") {
			inner, trimNext = inner[:len(inner)-1], true
		}
		source = source[end:]
		inner = strings.TrimSpace(inner)
		if kind == tagToken && inner == "raw" {
			body, rest, after, found := rawBody(source)
			if !found {
				return append(tokens, token{kind: brokenToken, text: whole, source: whole + source})
			}
			literal(body, false)
			source, trimNext = rest, after
			continue
		}
		tokens = append(tokens, token{kind: kind, text: inner, source: whole})
	}
	return tokens
}

// nextMarkup finds the first {{ or {% and where what it begins ends, or -1. As in
// Liquid itself, the first closing sign ends it, also within quotes.
func nextMarkup(s string) (open int, kind tokenKind, end int) {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '{')
		if i < 0 || at+i+1 >= len(s) {
			return -1, textToken, -1
		}
		open = at + i
		switch s[open+1] {
		case '{':
			return open, outputToken, closing(s, open+2, "}}")
		case '%':
			return open, tagToken, closing(s, open+2, "%}")
		}
		at = open + 1
	}
}

// closing is where the closing sign ends, or -1.
func closing(s string, from int, sign string) int {
	i := strings.Index(s[from:], sign)
	if i < 0 {
		return -1
	}
	return from + i + len(sign)
}

// rawBody is what stands before endraw, and what comes after it.
func rawBody(s string) (body, rest string, trimAfter, found bool) {
	for at := 0; ; {
		i := strings.Index(s[at:], "{%")
		if i < 0 {
			return "", "", false, false
		}
		open := at + i
		end := closing(s, open+2, "%}")
		if end < 0 {
			return "", "", false, false
		}
		inner := s[open+2 : end-2]
		if strings.TrimSpace(strings.Trim(inner, "-")) == "endraw" {
			body = s[:open]
			if strings.HasPrefix(inner, "-") {
				body = strings.TrimRightFunc(body, unicode.IsSpace)
			}
			return body, s[end:], strings.HasSuffix(inner, "-"), true
		}
		at = open + 2
	}
}

// word is a token within {{ }} and {% %}.
type word struct {
	kind wordKind
	text string
}

type wordKind int

const (
	endWord wordKind = iota
	nameWord
	numberWord
	stringWord
	signWord
)

// words takes what stands within a bracket apart. ok is false at a quote without
// its end.
func words(s string) (list []word, ok bool) {
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case unicode.IsSpace(r):
			s = s[size:]
		case closingQuote(r) != 0:
			end := strings.IndexRune(s[size:], closingQuote(r))
			if end < 0 {
				return nil, false
			}
			list = append(list, word{stringWord, s[size : size+end]})
			s = s[size+end+utf8.RuneLen(closingQuote(r)):]
		case isDigit(r) || r == '-' && len(s) > 1 && isDigit(rune(s[1])):
			length := numberLength(s)
			kind := numberWord
			// Names may begin with a digit.
			if rest := nameLength(s[length:]); rest > 0 && s[0] != '-' && !strings.Contains(s[:length], ".") {
				kind, length = nameWord, length+rest
			}
			list = append(list, word{kind, s[:length]})
			s = s[length:]
		case nameLength(s) > 0:
			length := nameLength(s)
			list = append(list, word{nameWord, s[:length]})
			s = s[length:]
		default:
			length := size
			for _, sign := range []string{"==", "!=", "<>", "<=", ">=", "&&", "||", ".."} {
				if strings.HasPrefix(s, sign) {
					length = len(sign)
				}
			}
			list = append(list, word{signWord, s[:length]})
			s = s[length:]
		}
	}
	return list, true
}

// closingQuote is the quote that ends a text which begins with that one, or 0.
// People paste texts out of documents, so the quotes of typography count too.
func closingQuote(r rune) rune {
	switch r {
	case '"', '\'':
		return r
	case '“', '”':
		return '”'
	case '‘', '’':
		return '’'
	}
	return 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// numberLength is how long the number is that a text begins with. "1..5" is two
// numbers.
func numberLength(s string) int {
	i, point := 1, false
	for ; i < len(s); i++ {
		if s[i] == '.' && !point && i+1 < len(s) && isDigit(rune(s[i+1])) {
			point = true
		} else if !isDigit(rune(s[i])) {
			break
		}
	}
	return i
}

// nameLength is how long the name is that a text begins with, 0 for none.
func nameLength(s string) int {
	for i, r := range s {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '_' || r == '-' && i > 0
		if !inside {
			if r == '?' && i > 0 {
				return i + 1
			}
			return i
		}
	}
	return len(s)
}
