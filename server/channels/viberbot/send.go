package viberbot

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/attachment"
)

// The API's limits. Texts are counted in characters, files and whole messages in
// bytes.
const (
	maxText    = 7000
	maxCaption = 512
	maxLabel   = 250
	maxFile    = 50 << 20
	maxMessage = 30 << 10
	// columns is the width of a keyboard; each button has a row of its own.
	columns = 6
)

// tracking goes with a message and comes back with the answer to it. Viber says
// of an answer only what stood on the button, so this tells what it means.
type tracking struct {
	// Buttons are the ids by the labels.
	Buttons map[string]string `json:"buttons,omitempty"`
}

// Send hands over one message. The API has no idempotency key, so that after
// ClassUnknown the message may exist; nor has it an end of validity, so that a
// deadline is kept up to the hand-over only.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	switch err := checkComplete(a); {
	case err != nil:
		return channels.Accepted{}, err
	case !p.kind.Takes(a.Type, o.Message.Type):
		return channels.Accepted{}, channels.WrongForm(title, o.Message.Type, "Send text, an image, a document or buttons.")
	case !o.Deadline.IsZero() && !p.now().Before(o.Deadline):
		return channels.Accepted{}, channels.DeadlinePassed(title)
	}
	content, err := p.content(ctx, o.Message)
	if err != nil {
		return channels.Accepted{}, err
	}
	sender := object{"name": a.Settings[settingSender]}
	if avatar := a.Settings[settingAvatar]; avatar != "" {
		sender["avatar"] = avatar
	}
	content["receiver"], content["sender"], content["min_api_version"] = o.To, sender, 1
	if data, err := json.Marshal(content); err != nil || len(data) > maxMessage {
		return channels.Accepted{}, p.codes[codeTooLong].Error(codeTooLong)
	}
	got, err := p.call(ctx, a, "/pa/send_message", content)
	if err != nil {
		return channels.Accepted{}, err
	}
	if got.MessageToken == "" {
		return channels.Accepted{}, channels.NoAnswer(title, nil)
	}
	return channels.Accepted{ProviderMessageID: string(got.MessageToken)}, nil
}

// content is what differs from form to form.
func (p *Provider) content(ctx context.Context, m flows.Message) (object, error) {
	limit, text := maxText, m.Text
	if m.Type == flows.MessageImage {
		limit, text = maxCaption, m.Caption
	}
	if utf8.RuneCountInString(text) > limit {
		return nil, p.codes[codeTooLong].Error(codeTooLong)
	}
	switch m.Type {
	case flows.MessageImage:
		// Viber wants the text, though it may be empty.
		return object{"type": "picture", "text": text, "media": m.URL}, nil
	case flows.MessageDocument:
		return p.file(ctx, m)
	case flows.MessageButtons:
		return p.buttons(m)
	}
	return object{"type": "text", "text": text}, nil
}

// file is a document. Viber fetches it, but wants to know its size beforehand.
func (p *Provider) file(ctx context.Context, m flows.Message) (object, error) {
	if m.Caption != "" {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeForm, Fallback: true,
			Message: "Viber bots show no caption with a document.", Hint: "Send the caption as a text of its own.",
		}
	}
	f, err := attachment.Fetch(ctx, p.http, m.URL, m.Filename, maxFile)
	if err != nil {
		return nil, err
	}
	return object{"type": "file", "media": strings.TrimSpace(m.URL), "size": len(f.Content), "file_name": f.Name}, nil
}

// buttons is a text with a keyboard below the conversation.
func (p *Provider) buttons(m flows.Message) (object, error) {
	if len(m.Buttons) == 0 {
		return nil, p.codes[codeButtons].Error(codeButtons)
	}
	ids, keys := map[string]string{}, make([]object, len(m.Buttons))
	for i, b := range m.Buttons {
		_, taken := ids[b.Title]
		if b.Title == "" || taken || utf8.RuneCountInString(b.Title) > maxLabel {
			return nil, p.codes[codeButtons].Error(codeButtons)
		}
		ids[b.Title] = b.ID
		keys[i] = object{"Columns": columns, "Rows": 1, "ActionType": "reply", "ActionBody": b.Title, "Text": b.Title}
		if b.URL != "" {
			keys[i]["ActionType"], keys[i]["ActionBody"] = "open-url", b.URL
			ids[b.Title] = ""
		}
	}
	data, err := json.Marshal(tracking{Buttons: ids})
	if err != nil {
		panic("viberbot: tracking data cannot be written as JSON: " + err.Error())
	}
	content := object{
		"type": "text", "text": m.Text,
		"keyboard": object{"Type": "keyboard", "DefaultHeight": false, "Buttons": keys},
	}
	// Without it an answer is known by its label only.
	if utf8.RuneCount(data) <= maxTracking {
		content["tracking_data"] = string(data)
	}
	return content, nil
}

// maxTracking is how many characters tracking data can have.
const maxTracking = 4000
