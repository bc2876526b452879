package email

import (
	"encoding/base64"
	"strings"
)

const (
	// maxPlainWord is the longest word of a header that is written as it is: lines
	// are folded between words, and should have no more than 78 characters (RFC 5322,
	// 2.1.1).
	maxPlainWord = 60
	// wordBytes go into one encoded word, which has at most 75 characters (RFC 2047,
	// 2): 45 bytes are 60 in base64, beside 12 of its frame.
	wordBytes = 45
)

// subjectOf is a subject as the library can fold it, on one line. It encodes by
// itself what is not ASCII.
func subjectOf(s string) string {
	s = oneLine(s)
	encode := strings.Contains(s, "=?")
	for word := range strings.SplitSeq(s, " ") {
		encode = encode || len(word) > maxPlainWord && isASCII(word)
	}
	if !encode {
		return s
	}
	var words []string
	for chunk := range chunks(s, wordBytes) {
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(chunk))+"?=")
	}
	return strings.Join(words, " ")
}

// chunks goes through a text in parts of at most size bytes, whole characters each.
func chunks(s string, size int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		begin := 0
		for i, r := range s {
			if i+len(string(r))-begin > size {
				if !yield(s[begin:i]) {
					return
				}
				begin = i
			}
		}
		yield(s[begin:])
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' })
}
