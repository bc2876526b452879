// Package address is the one place that says how an address of a person is
// written, and which of them are the same: what is stored, shown and sent to
// (Normal), and what is compared (Key, Forms). Sending, matching of replies,
// reply windows, rates per person and consent all ask here, so that they agree.
package address

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"

	"sluice/engine/phone"
	"sluice/engine/script"
	"sluice/flows"
)

// Reader reads addresses. The zero value is ready; with Phones, numbers that
// were met lately are not worked out again.
type Reader struct{ Phones *phone.Memory }

// Normal is Reader.Normal without a memory.
func Normal(channelType, text string) string { return Reader{}.Normal(channelType, text) }

// Key is Reader.Key without a memory.
func Key(channelType, text string) string { return Reader{}.Key(channelType, text) }

// Forms is Reader.Forms without a memory.
func Forms(channelType, text string) []string { return Reader{}.Forms(channelType, text) }

// Normal is the address in the form that is stored, shown and sent to: without
// blanks around it and marks that nobody sees. Where people are addressed by
// number it is E.164 when it is a number, whatever script it was written in, and
// without a "+" when it is a vendor's id of a person or a short code; a sender's
// name stays. The domain of an email address is in small letters.
func (r Reader) Normal(channelType, text string) string {
	text = strings.TrimSpace(script.Visible(text))
	switch kindOf(channelType) {
	case flows.AddressPhone:
		return r.number(text)
	case flows.AddressEmail:
		if at := strings.LastIndexByte(text, '@'); at >= 0 {
			return text[:at] + strings.ToLower(text[at:])
		}
	case flows.AddressNone, flows.AddressID:
	}
	return text
}

// Sender is Normal of an address that a vendor gave. Some put a "+" before
// whatever they have, so a name has none.
func (r Reader) Sender(channelType, text string) string {
	normal := r.Normal(channelType, text)
	if rest, plus := strings.CutPrefix(normal, "+"); plus && r.Key(channelType, normal) == rest {
		return rest
	}
	return normal
}

// Key is the same for all forms of one person's address on a channel type. It is
// for comparing only.
func (r Reader) Key(channelType, text string) string {
	normal := r.Normal(channelType, text)
	switch kindOf(channelType) {
	case flows.AddressPhone:
		return numberKey(normal)
	case flows.AddressEmail, flows.AddressNone:
		// The part before the "@" could differ by capitals (RFC 5321, 2.4), and
		// nobody's does; WeCom compares its user ids without them.
		return cases.Fold().String(normal)
	case flows.AddressID:
	}
	return normal
}

// Forms are all that a person's address may be stored as, the key first: some are
// written by vendors, some were by earlier releases. There are five at most.
func (r Reader) Forms(channelType, text string) []string {
	normal := r.Normal(channelType, text)
	forms := []string{r.Key(channelType, normal)}
	add := func(form string) {
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	add(normal)
	if kindOf(channelType) == flows.AddressPhone {
		for _, form := range numberForms(forms[0]) {
			add(form)
		}
	}
	return forms
}

// Same reports whether two texts are the address of one person.
func (r Reader) Same(channelType, a, b string) bool {
	return r.Key(channelType, a) == r.Key(channelType, b)
}

// Reaches reports whether messages can be addressed to the text: a possible
// number where people are addressed by number, or on WhatsApp the vendor's id of
// a person.
func (r Reader) Reaches(channelType, text string) bool {
	normal := r.Normal(channelType, text)
	switch kindOf(channelType) {
	case flows.AddressPhone:
		_, ok := r.Phones.Parse(normal)
		return ok || channelType == "whatsapp" && userID.MatchString(normal)
	case flows.AddressNone:
		return true
	case flows.AddressEmail, flows.AddressID:
	}
	return normal != ""
}

// userID is Meta's business-scoped id of a person who hides the number: a country,
// a dot and up to 128 letters and digits, "ENT." before those of a parent account.
var userID = regexp.MustCompile(`^[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}$`)

// kinds are how the people of each channel type are addressed.
var kinds = func() map[string]flows.AddressKind {
	all := map[string]flows.AddressKind{}
	for _, t := range flows.ChannelTypes() {
		all[t.Name] = t.Address
	}
	return all
}()

// kindOf takes an unknown channel type for one of phone numbers, as flows were
// always read.
func kindOf(channelType string) flows.AddressKind {
	if kind, ok := kinds[channelType]; ok {
		return kind
	}
	return flows.AddressPhone
}

// isName tells whether a text is one word that is no number: an id, or the name
// of a sender.
func isName(text string) bool {
	return strings.ContainsFunc(text, unicode.IsLetter) && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
}
