package alibaba

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"sluice/flows"
	"sluice/server/channels"
)

// The bounds of interactive messages on WhatsApp.
const (
	maxButtons = 3
	maxRows    = 10
)

// object is one JSON object of a request.
type object map[string]any

// content returns the fields of SendChatappMessage that hold the message.
func (p *Provider) content(a channels.Account, o channels.Outbound) (url.Values, error) {
	m := o.Message
	if !p.kind.Takes(a.Type, m.Type) {
		return nil, badForm("Alibaba Cloud does not take a message of the form "+strconv.Quote(string(m.Type))+" on this channel.",
			"Send text or a template.")
	}
	if m.Type == flows.MessageTemplate {
		return template(m, o.Template)
	}
	form, content, err := messageOf(a.Type, m)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(content)
	if err != nil {
		panic("alibaba: a message cannot be written as JSON: " + err.Error())
	}
	return url.Values{"Type": {"message"}, "MessageType": {form}, "Content": {string(data)}}, nil
}

// messageOf returns the MessageType and the Content of a message that is no
// template.
func messageOf(t channels.ChannelType, m flows.Message) (string, object, error) {
	switch m.Type {
	case flows.MessageText:
		return "text", object{"text": m.Text}, nil
	case flows.MessageButtons:
		if t == channels.Viber {
			return viberButton(m)
		}
		return buttons(m)
	case flows.MessageList:
		return list(m)
	case flows.MessageDocument:
		name := m.Filename
		if name == "" {
			name = path.Base(m.URL)
		}
		content := object{"link": m.URL, "fileName": name}
		if t == channels.Viber {
			content["fileType"] = strings.TrimPrefix(path.Ext(name), ".")
		} else if m.Caption != "" {
			content["caption"] = m.Caption
		}
		return "document", content, nil
	}
	content := object{"link": m.URL}
	if m.Caption != "" {
		if m.Type == flows.MessageAudio || t != channels.WhatsApp {
			return "", nil, badForm("This form of message has no caption here.", "Send the caption as a text of its own.")
		}
		content["caption"] = m.Caption
	}
	// CAMS's words for the media types are ours: image, video, audio.
	return string(m.Type), content, nil
}

// viberButton is a text with the one link that Viber takes.
func viberButton(m flows.Message) (string, object, error) {
	if len(m.Buttons) != 1 || m.Buttons[0].URL == "" {
		return "", nil, badForm("Viber takes one button, with a link.", "Leave one button and give it an address.")
	}
	return "text_button", object{"text": m.Text, "caption": m.Buttons[0].Title, "action": m.Buttons[0].URL}, nil
}

func buttons(m flows.Message) (string, object, error) {
	if len(m.Buttons) == 0 || len(m.Buttons) > maxButtons {
		return "", nil, badForm(fmt.Sprintf("WhatsApp takes 1 to %d buttons, and the message has %d.", maxButtons, len(m.Buttons)), "Change the number of buttons, or send a list.")
	}
	replies := make([]object, len(m.Buttons))
	for i, b := range m.Buttons {
		if b.URL != "" {
			return "", nil, badForm("A link button needs a template here.", "Make a template with the button, or write the address into the text.")
		}
		replies[i] = object{"type": "reply", "reply": object{"id": b.ID, "title": b.Title}}
	}
	return interactive(m, "button", object{"buttons": replies})
}

func list(m flows.Message) (string, object, error) {
	if len(m.Rows) == 0 || len(m.Rows) > maxRows {
		return "", nil, badForm(fmt.Sprintf("A list on WhatsApp has 1 to %d rows, and the message has %d.", maxRows, len(m.Rows)), "Change the number of rows.")
	}
	rows := make([]object, len(m.Rows))
	for i, r := range m.Rows {
		rows[i] = object{"id": r.ID, "title": r.Title}
		if r.Description != "" {
			rows[i]["description"] = r.Description
		}
	}
	return interactive(m, "list", object{"button": m.Button, "sections": []object{{"rows": rows}}})
}

func interactive(m flows.Message, form string, action object) (string, object, error) {
	return "interactive", object{"type": form, "body": object{"text": m.Text}, "action": action}, nil
}

// templateCode is what Alibaba Cloud gives a template: a long number, or
// letters and digits.
var templateCode = regexp.MustCompile(`^[0-9A-Za-z_]{6,64}$`)

// template is a message that was approved beforehand. Alibaba Cloud knows it by
// its code and language, and its parameters by name.
func template(m flows.Message, t *channels.Template) (url.Values, error) {
	if t == nil || !templateCode.MatchString(t.ProviderID) {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeTemplate, Fallback: true,
			Message: "The template " + strconv.Quote(m.Template) + " has no code at Alibaba Cloud.",
			Hint:    "Enter the template code from the Chat App console under Channels, Manage, Template design as its provider id.",
		}
	}
	if err := t.CheckParameters(m.Parameters); err != nil {
		return nil, err
	}
	language := t.Language
	if language == "" {
		language = m.Language
	}
	form := url.Values{
		// Alibaba Cloud writes en_US where BCP 47 writes en-US.
		"Type": {"template"}, "TemplateCode": {t.ProviderID}, "Language": {strings.ReplaceAll(language, "-", "_")},
	}
	if len(m.Parameters) == 0 {
		return form, nil
	}
	data, err := json.Marshal(named(t, m.Parameters))
	if err != nil {
		panic("alibaba: parameters cannot be written as JSON: " + err.Error())
	}
	form.Set("TemplateParams", string(data))
	return form, nil
}

// parameterNames are the names of the placeholders in the approved text, in the
// order in which they first appear. Without any, parameters are named "1", "2".
func parameterNames(body string) []string {
	var names []string
	seen := map[string]bool{}
	for _, match := range variable.FindAllStringSubmatch(body, -1) {
		if !seen[match[1]] {
			seen[match[1]] = true
			names = append(names, match[1])
		}
	}
	return names
}

func badForm(message, hint string) *channels.SendError {
	return &channels.SendError{
		Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true, Message: message, Hint: hint,
	}
}
