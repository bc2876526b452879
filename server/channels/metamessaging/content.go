package metamessaging

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"sluice/flows"
	"sluice/server/channels"
)

// The bounds of the Send API, in characters but for Instagram's texts, which
// are counted in bytes of UTF-8.
const (
	maxMessengerText = 2000
	maxInstagramText = 1000
	maxButtons       = 3
	maxButtonText    = 640 // of the text above the buttons
	maxTitle         = 20
	maxQuickReplies  = 13

	// categoryAgent is a send's category for an answer that a person wrote: it
	// may go out for seven days after the contact's last message.
	categoryAgent = "human_agent"
)

// object is one JSON object of a request.
type object map[string]any

// content returns the "message" of a request.
func (p *Provider) content(a channels.Account, o channels.Outbound) (object, error) {
	m := o.Message
	if !p.kind.Takes(a.Type, m.Type) {
		return nil, badForm("Meta does not take a message of the form "+strconv.Quote(string(m.Type))+" on this channel.",
			"Send text, an image, video, audio or buttons.")
	}
	switch m.Type {
	case flows.MessageText:
		if err := checkText(a, m.Text); err != nil {
			return nil, err
		}
		return object{"text": m.Text}, nil
	case flows.MessageButtons:
		return buttons(a, m)
	}
	if m.Caption != "" {
		return nil, badForm("Messenger and Instagram show no caption with a file.", "Send the caption as a text of its own.")
	}
	kind := string(m.Type)
	if m.Type == flows.MessageDocument {
		kind = "file"
	}
	return object{"attachment": object{"type": kind, "payload": object{"url": m.URL}}}, nil
}

func checkText(a channels.Account, text string) error {
	n, limit, unit := utf8.RuneCountInString(text), maxMessengerText, "characters"
	if a.Type == channels.Instagram {
		n, limit, unit = len(text), maxInstagramText, "bytes"
	}
	if n <= limit {
		return nil
	}
	return badForm(fmt.Sprintf("The text has %d %s; up to %d fit.", n, unit, limit), "Shorten the text.")
}

// buttons is a text with up to three buttons that stay, or with up to thirteen
// quick replies, which go away once one is chosen.
func buttons(a channels.Account, m flows.Message) (object, error) {
	links := 0
	for _, b := range m.Buttons {
		if b.URL != "" {
			links++
		}
		if n := utf8.RuneCountInString(b.Title); n > maxTitle {
			return nil, badForm(fmt.Sprintf("The button %q has %d characters; up to %d fit.", b.Title, n, maxTitle), "Shorten it.")
		}
	}
	switch n := len(m.Buttons); {
	case n == 0:
		return nil, badForm("The message has no button.", "Add a button, or send text.")
	case n > maxButtons && links > 0:
		return nil, badForm(fmt.Sprintf("Up to %d buttons fit when one of them is a link, and the message has %d.", maxButtons, n), "Remove some.")
	case n > maxQuickReplies:
		return nil, badForm(fmt.Sprintf("Up to %d buttons fit, and the message has %d.", maxQuickReplies, n), "Remove some.")
	case n > maxButtons:
		if err := checkText(a, m.Text); err != nil {
			return nil, err
		}
		replies := make([]object, n)
		for i, b := range m.Buttons {
			replies[i] = object{"content_type": "text", "title": b.Title, "payload": b.ID}
		}
		return object{"text": m.Text, "quick_replies": replies}, nil
	}
	if n := utf8.RuneCountInString(m.Text); n > maxButtonText {
		return nil, badForm(fmt.Sprintf("The text above the buttons has %d characters; up to %d fit.", n, maxButtonText), "Shorten the text.")
	}
	list := make([]object, len(m.Buttons))
	for i, b := range m.Buttons {
		list[i] = object{"type": "postback", "title": b.Title, "payload": b.ID}
		if b.URL != "" {
			list[i] = object{"type": "web_url", "title": b.Title, "url": b.URL}
		}
	}
	return object{"attachment": object{"type": "template", "payload": object{
		"template_type": "button", "text": m.Text, "buttons": list,
	}}}, nil
}

func badForm(message, hint string) *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true, Message: message, Hint: hint,
	}
}
