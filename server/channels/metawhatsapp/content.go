package metawhatsapp

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/waba"
)

// The bounds of interactive messages, in characters, from the pages on reply
// buttons, lists and call-to-action buttons.
const (
	maxButtons     = 3
	maxRows        = 10
	maxTitle       = 20 // of a button
	maxRowTitle    = 24
	maxDescription = 72 // of a row
)

// object is one JSON object of a request.
type object map[string]any

// content returns the fields that hold the message itself.
func (p *Provider) content(a channels.Account, o channels.Outbound) (object, error) {
	m := o.Message
	if !p.kind.Takes(a.Type, m.Type) {
		return nil, badForm("Meta does not take a message of the form "+strconv.Quote(string(m.Type))+" on this channel.",
			"Send text, a template, media, buttons or a list.")
	}
	switch m.Type {
	case flows.MessageText:
		return object{"type": "text", "text": object{"body": m.Text}}, nil
	case flows.MessageTemplate:
		return template(m, o.Template)
	case flows.MessageButtons:
		return buttons(m)
	case flows.MessageList:
		return list(m)
	}
	return media(m)
}

// media is a message with a file that Meta fetches from its address.
func media(m flows.Message) (object, error) {
	file := object{"link": m.URL}
	if m.Caption != "" {
		if m.Type == flows.MessageAudio {
			return nil, badForm("WhatsApp shows no caption with audio.", "Send the caption as a text of its own.")
		}
		file["caption"] = m.Caption
	}
	if m.Filename != "" && m.Type == flows.MessageDocument {
		file["filename"] = m.Filename
	}
	// Meta's words for the media types are ours: image, video, audio, document.
	return object{"type": string(m.Type), string(m.Type): file}, nil
}

// templateName is what Meta takes as the name of a template.
var templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

// nameOf is the template's name at Meta: its provider id, or its own name when
// the provider id is another vendor's or not there. Empty: neither is one.
func nameOf(t *channels.Template) string {
	if t == nil {
		return ""
	}
	for _, name := range []string{t.ProviderID, t.Name} {
		if templateName.MatchString(name) {
			return name
		}
	}
	return ""
}

// template is a message that Meta approved beforehand. Meta knows it by its
// name and language.
func template(m flows.Message, t *channels.Template) (object, error) {
	name := nameOf(t)
	if name == "" {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeTemplate, Fallback: true,
			Message: "The template " + strconv.Quote(m.Template) + " has no name at Meta.",
			Hint:    "Enter the template's name from the WhatsApp Manager, such as order_update, as its provider id.",
		}
	}
	language := t.Language
	if language == "" {
		language = m.Language
	}
	entry := object{
		"name": name,
		// Meta writes en_US where BCP 47 writes en-US.
		"language": object{"code": strings.ReplaceAll(language, "-", "_")},
	}
	if err := t.CheckParameters(m.Parameters); err != nil {
		return nil, err
	}
	switch {
	case len(t.Parameters) > 0:
		entry["components"] = waba.Components(t, m.Parameters)
	case len(m.Parameters) > 0:
		components := []object{{"type": "body", "parameters": texts(m.Parameters)}}
		if strings.EqualFold(t.Category, "authentication") {
			// The code stands in the text and behind the button that copies
			// it, which every authentication template has.
			components = append(components, object{
				"type": "button", "sub_type": "url", "index": "0", "parameters": texts(m.Parameters[:1]),
			})
		}
		entry["components"] = components
	}
	return object{"type": "template", "template": entry}, nil
}

func texts(values []string) []object {
	list := make([]object, len(values))
	for i, v := range values {
		list[i] = object{"type": "text", "text": v}
	}
	return list
}

// buttons is a text with up to three quick replies, or with one link: the API
// has no message with both.
func buttons(m flows.Message) (object, error) {
	links := 0
	for _, b := range m.Buttons {
		if b.URL != "" {
			links++
		}
		if err := within("button", b.Title, maxTitle); err != nil {
			return nil, err
		}
	}
	switch {
	case len(m.Buttons) == 0:
		return nil, badForm("The message has no button.", "Add a button, or send text.")
	case links > 0 && len(m.Buttons) > 1:
		return nil, badForm("WhatsApp takes a link button only by itself.",
			"Send the link in a message of its own, or make a template with these buttons.")
	case links == 1:
		link := m.Buttons[0]
		return interactive(m, "cta_url", object{
			"name": "cta_url", "parameters": object{"display_text": link.Title, "url": link.URL},
		}), nil
	case len(m.Buttons) > maxButtons:
		return nil, badForm(fmt.Sprintf("WhatsApp takes up to %d buttons, and the message has %d.", maxButtons, len(m.Buttons)), "Send a list.")
	}
	replies := make([]object, len(m.Buttons))
	for i, b := range m.Buttons {
		replies[i] = object{"type": "reply", "reply": object{"id": b.ID, "title": b.Title}}
	}
	return interactive(m, "button", object{"buttons": replies}), nil
}

// list is a text with a button that opens up to ten rows.
func list(m flows.Message) (object, error) {
	if len(m.Rows) == 0 || len(m.Rows) > maxRows {
		return nil, badForm(fmt.Sprintf("A list on WhatsApp has 1 to %d rows, and the message has %d.", maxRows, len(m.Rows)), "Change the number of rows.")
	}
	if err := within("list's button", m.Button, maxTitle); err != nil {
		return nil, err
	}
	rows := make([]object, len(m.Rows))
	for i, r := range m.Rows {
		if err := within("row", r.Title, maxRowTitle); err != nil {
			return nil, err
		}
		if err := within("row's description", r.Description, maxDescription); err != nil {
			return nil, err
		}
		rows[i] = object{"id": r.ID, "title": r.Title}
		if r.Description != "" {
			rows[i]["description"] = r.Description
		}
	}
	return interactive(m, "list", object{"button": m.Button, "sections": []object{{"rows": rows}}}), nil
}

func interactive(m flows.Message, form string, action object) object {
	return object{"type": "interactive", "interactive": object{
		"type": form, "body": object{"text": m.Text}, "action": action,
	}}
}

// within refuses a text that Meta would refuse for its length, as Meta does
// not say which one it is.
func within(what, text string, limit int) error {
	n := utf8.RuneCountInString(text)
	if n <= limit {
		return nil
	}
	return badForm(fmt.Sprintf("The %s %q has %d characters; WhatsApp takes up to %d.", what, text, n, limit), "Shorten it.")
}

func badForm(message, hint string) *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true, Message: message, Hint: hint,
	}
}
