package api

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the length of slugs, as in openapi.yaml.
const maxSlug = 64

// slugOf makes a slug of a name: letters without accents and digits, joined
// with dashes. It is empty for a name without any of these.
func slugOf(name string) string {
	var b strings.Builder
	dash := false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			dash = false
		case unicode.Is(unicode.Mn, r):
			// An accent that stood on the letter before it.
		default:
			dash = true
		}
	}
	return cut(b.String(), maxSlug)
}

// numbered is the slug with a number that makes it another one.
func numbered(slug string, n int) string {
	suffix := "-" + strconv.Itoa(n)
	return cut(slug, maxSlug-len(suffix)) + suffix
}

func cut(slug string, length int) string {
	if len(slug) > length {
		slug = slug[:length]
	}
	return strings.Trim(slug, "-")
}
