package templates

import "strings"

// maxSlug is the longest slug, as in openapi.yaml.
const maxSlug = 64

// Slug makes of a vendor's name what flows call the template: small letters,
// digits and single underscores. Names without any become "template".
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	if b.Len() == 0 {
		return "template"
	}
	return withEnding(b.String(), "")
}

// withEnding is a slug with an ending, cut so that the whole is no longer than
// slugs may be.
func withEnding(slug, ending string) string {
	if room := maxSlug - len(ending); len(slug) > room {
		slug = strings.TrimRight(slug[:max(room, 1)], "_-")
	}
	return slug + ending
}
