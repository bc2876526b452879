package flows

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Unit is what a vendor counts the length of a text in.
type Unit string

const (
	// UnitCharacters are Unicode code points.
	UnitCharacters Unit = "characters"
	// UnitUTF16 are UTF-16 code units: an emoji is two.
	UnitUTF16 Unit = "utf16"
	// UnitBytes are bytes of UTF-8.
	UnitBytes Unit = "bytes"
	// UnitItems are the entries of a list.
	UnitItems Unit = "items"
)

// Count is the length of a text in the unit.
func (u Unit) Count(text string) int {
	switch u {
	case UnitBytes:
		return len(text)
	case UnitUTF16:
		n := 0
		for _, r := range text {
			n += utf16.RuneLen(r)
		}
		return n
	case UnitCharacters, UnitItems:
	}
	return utf8.RuneCountInString(text)
}

// MessageLimit is how long one field of a message can be, or how many entries a
// list of it can have.
type MessageLimit struct {
	// Form is the form of the message, Field the place in it: "text",
	// "buttons.*.title" for that of each button, "buttons" for their number.
	Form  MessageType `json:"form"`
	Field string      `json:"field"`
	Max   int         `json:"max"`
	Unit  Unit        `json:"unit"`
	// UpTo is how many buttons a message has at most for which the limit counts;
	// zero: it counts for all.
	UpTo int `json:"up_to,omitempty"`
}

// Limit is what bounds a field of a message of that form with so many buttons.
// ok is false where nothing does.
func (t ChannelType) Limit(form MessageType, field string, buttons int) (limit MessageLimit, ok bool) {
	for _, l := range t.Limits {
		if l.Form == form && l.Field == field && (l.UpTo == 0 || buttons <= l.UpTo) {
			return l, true
		}
	}
	return MessageLimit{}, false
}

// TextLength is what bounds a plain text.
func (t ChannelType) TextLength() MessageLimit {
	limit, _ := t.Limit(MessageText, "text", 0)
	if limit.Max == 0 {
		limit, _ = t.Limit(MessageEmail, "text", 0)
	}
	return limit
}

// limited is a list of limits of one form.
func limited(form MessageType, unit Unit, limits ...MessageLimit) []MessageLimit {
	for i := range limits {
		limits[i].Form = form
		if limits[i].Unit == "" {
			limits[i].Unit = unit
		}
	}
	return limits
}

// captions bound what stands below a file.
func captions(length int, forms ...MessageType) []MessageLimit {
	var limits []MessageLimit
	for _, form := range forms {
		limits = append(limits, MessageLimit{Form: form, Field: "caption", Max: length, Unit: UnitCharacters})
	}
	return limits
}

func joined(lists ...[]MessageLimit) []MessageLimit {
	var all []MessageLimit
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// smsLimits: a message has at most 1,600 characters, ten segments of GSM-7, and
// what is not of that alphabet counts for what it takes (Twilio, error 21617).
func smsLimits() []MessageLimit {
	return limited(MessageText, UnitUTF16, MessageLimit{Field: "text", Max: 1600})
}

// viberLimits are those of business messages: 1,000 characters of text, 30 on the
// button (Vonage, Messages API reference, viber_service; Infobip, Viber business
// messages).
func viberLimits() []MessageLimit {
	return joined(
		limited(MessageText, UnitCharacters, MessageLimit{Field: "text", Max: 1000}),
		captions(1000, MessageImage, MessageVideo, MessageDocument),
		limited(MessageButtons, UnitCharacters, MessageLimit{Field: "text", Max: 1000}, MessageLimit{Field: "buttons.*.title", Max: 30}),
	)
}

// whatsAppLimits are those of Meta's Cloud API: pages "Text messages", "Image
// messages" and its siblings, "Interactive reply buttons messages" and
// "Interactive list messages".
func whatsAppLimits() []MessageLimit {
	return joined(
		limited(MessageText, UnitCharacters, MessageLimit{Field: "text", Max: 4096}),
		captions(1024, MessageImage, MessageVideo, MessageDocument),
		limited(MessageButtons, UnitCharacters,
			MessageLimit{Field: "text", Max: 1024}, MessageLimit{Field: "buttons", Max: 3, Unit: UnitItems},
			MessageLimit{Field: "buttons.*.title", Max: 20}, MessageLimit{Field: "buttons.*.id", Max: 256}),
		limited(MessageList, UnitCharacters,
			MessageLimit{Field: "text", Max: 4096}, MessageLimit{Field: "button", Max: 20}, MessageLimit{Field: "rows", Max: 10, Unit: UnitItems},
			MessageLimit{Field: "rows.*.title", Max: 24}, MessageLimit{Field: "rows.*.description", Max: 72}, MessageLimit{Field: "rows.*.id", Max: 200}),
	)
}

// metaLimits are those of Messenger and Instagram: up to three buttons are a
// button template with 640 characters of text, more are quick replies, up to 13,
// with a text of the usual length (Messenger Platform, "Button template" and
// "Quick replies").
func metaLimits(length int, unit Unit) []MessageLimit {
	return joined(
		limited(MessageText, unit, MessageLimit{Field: "text", Max: length}),
		limited(MessageButtons, unit,
			MessageLimit{Field: "text", Max: 640, Unit: UnitCharacters, UpTo: 3}, MessageLimit{Field: "text", Max: length},
			MessageLimit{Field: "buttons", Max: 13, Unit: UnitItems}, MessageLimit{Field: "buttons.*.title", Max: 20, Unit: UnitCharacters}),
	)
}

// viberBotLimits are those of creators.viber.com: "Send message" for texts and
// pictures, "Keyboards" for the label of a button.
func viberBotLimits() []MessageLimit {
	return joined(
		limited(MessageText, UnitCharacters, MessageLimit{Field: "text", Max: 7000}),
		captions(512, MessageImage),
		limited(MessageButtons, UnitCharacters, MessageLimit{Field: "text", Max: 7000}, MessageLimit{Field: "buttons.*.title", Max: 250}),
	)
}

// weComLimits are those of a group's robot
// (https://developer.work.weixin.qq.com/document/path/91770), in bytes of UTF-8.
// Titles of articles that are too long are cut there, not refused.
func weComLimits() []MessageLimit {
	return joined(
		limited(MessageText, UnitBytes, MessageLimit{Field: "text", Max: 2048}),
		limited(MessageMarkdown, UnitBytes, MessageLimit{Field: "text", Max: 4096}),
		limited(MessageMarkdownV2, UnitBytes, MessageLimit{Field: "text", Max: 4096}),
	)
}

// Exceeded says that a text is too long for a channel type.
func (l MessageLimit) Exceeded(label, channelType string, length int) string {
	switch l.Unit {
	case UnitBytes:
		return fmt.Sprintf("%s has %d bytes; %s takes %d.", label, length, channelType, l.Max)
	case UnitUTF16:
		return fmt.Sprintf("%s has %d characters, an emoji counted as two; %s takes %d.", label, length, channelType, l.Max)
	case UnitItems:
		return fmt.Sprintf("%s has %d entries; %s takes %d.", label, length, channelType, l.Max)
	case UnitCharacters:
	}
	return fmt.Sprintf("%s has %d characters; %s takes %d.", label, length, channelType, l.Max)
}

// FieldPattern is the Field of a limit for a place in a message: the numbers in
// the path stand as "*".
func FieldPattern(path ...string) string {
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = p
		if p != "" && strings.Trim(p, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, ".")
}
