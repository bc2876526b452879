package nodes

import (
	"encoding/json"
	"slices"
	"strconv"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

func textForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageText), Title: "Text", Fields: []flows.Field{
		{Name: "text", Kind: flows.KindTemplate, Title: "Text", Required: true, Multiline: true, Example: "Your one-time password is: {{verificationCode}}"},
	}}
}

func templateForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageTemplate), Title: "Template", Help: "A message that the vendor has approved.", Fields: []flows.Field{
		{Name: "template", Kind: flows.KindTemplateSlug, Title: "Template", Required: true, Example: "otp"},
		{Name: "language", Kind: flows.KindText, Title: "Language", MaxLength: 35, Example: "en", Help: "The language code that the template was approved for."},
		{Name: "parameters", Kind: flows.KindList, Title: "Parameters", Max: 50, Help: "The values of the placeholders {{1}}, {{2}} … in order.", Items: &flows.Field{
			Kind: flows.KindTemplate, Title: "Parameter", Example: "{{verificationCode}}",
		}},
	}}
}

func mediaFields() []flows.Field {
	return []flows.Field{
		{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Address", Required: true, Example: "https://example.com/picture.jpg", Help: "The vendor fetches the file from this public address."},
		{Name: "caption", Kind: flows.KindTemplate, Title: "Caption", Multiline: true},
		{Name: "filename", Kind: flows.KindTemplate, Title: "File name", Example: "invoice.pdf"},
	}
}

func imageForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageImage), Title: "Image", Fields: mediaFields()}
}

func videoForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageVideo), Title: "Video", Fields: mediaFields()}
}

func audioForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageAudio), Title: "Audio", Fields: mediaFields()}
}

func documentForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageDocument), Title: "Document", Fields: mediaFields()}
}

func buttonsForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageButtons), Title: "Buttons", Fields: []flows.Field{
		{Name: "text", Kind: flows.KindTemplate, Title: "Text", Required: true, Multiline: true},
		{Name: "buttons", Kind: flows.KindList, Title: "Buttons", Required: true, Min: 1, Max: 10, Items: &flows.Field{Kind: flows.KindObject, Title: "Button", Fields: []flows.Field{
			{Name: "id", Kind: flows.KindText, Title: "Id", MaxLength: 256, Help: "What a reply carries when the button is pressed. Empty: made of the label."},
			{Name: "title", Kind: flows.KindTemplate, Title: "Label", Example: "Confirm"},
			{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Link", Help: "Opens this address instead of sending a reply."},
		}}},
	}}
}

func listForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageList), Title: "List", Fields: []flows.Field{
		{Name: "text", Kind: flows.KindTemplate, Title: "Text", Required: true, Multiline: true},
		{Name: "button", Kind: flows.KindTemplate, Title: "Button", Required: true, Example: "Choose a time", Help: "The label that opens the list."},
		{Name: "rows", Kind: flows.KindList, Title: "Rows", Required: true, Min: 1, Max: 10, Unique: "id", Items: &flows.Field{Kind: flows.KindObject, Title: "Row", Fields: []flows.Field{
			{Name: "id", Kind: flows.KindText, Title: "Id", MaxLength: 256, Help: "What a reply carries when the row is chosen. Empty: made of the title."},
			{Name: "title", Kind: flows.KindTemplate, Title: "Title", Required: true},
			{Name: "description", Kind: flows.KindTemplate, Title: "Description"},
		}}},
	}}
}

// messageTemplate is a message whose texts are rendered for each run.
type messageTemplate struct {
	// form holds everything that is not a template.
	form  flows.Message
	texts []messageText
	rules messageRules
}

// messageText is one template of a message and where its text goes.
type messageText struct {
	template *expression.Template
	put      func(m *flows.Message, text string)
	// html marks a template of HTML, in which what expressions give is escaped.
	html bool
	textRule
}

// texts renders the templates of one run.
type texts struct {
	text, html func(*expression.Template) (string, error)
}

func shown(v *engine.Visit) texts  { return texts{v.Text, v.HTML} }
func masked(v *engine.Visit) texts { return texts{v.Masked, v.MaskedHTML} }

// adder adds the template at a path below the message.
type adder func(put func(*flows.Message, string), path ...string)

func compileMessage(c *engine.Compiler, channelType string, config json.RawMessage) messageTemplate {
	var t messageTemplate
	// The config has passed the form's checks.
	if err := json.Unmarshal(config, &t.form); err != nil {
		c.Report("wrong_type", "The message cannot be read.", "", "message")
		return t
	}
	t.rules = newMessageRules(c.Spec(), channelType, t.form)
	add := func(put func(*flows.Message, string), path ...string) {
		tmpl, rule := c.Template(append([]string{"message"}, path...)...), t.rules.of(path)
		if tmpl.Source() == "" && !rule.needed {
			return
		}
		t.texts = append(t.texts, messageText{template: tmpl, put: put, textRule: rule})
		rule.check(c, tmpl, append([]string{"message"}, path...)...)
	}
	add(func(m *flows.Message, s string) { m.Text = s }, "text")
	add(func(m *flows.Message, s string) { m.URL = s }, "url")
	add(func(m *flows.Message, s string) { m.Caption = s }, "caption")
	add(func(m *flows.Message, s string) { m.Filename = s }, "filename")
	add(func(m *flows.Message, s string) { m.Button = s }, "button")
	for i := range t.form.Parameters {
		add(func(m *flows.Message, s string) { m.Parameters[i] = s }, "parameters", strconv.Itoa(i))
	}
	t.compileChoices(c, add)
	t.compileMail(c, add)
	t.compileGroup(add)
	t.rules.checkCounts(c)
	return t
}

// render makes the message of one run. The fault is why it cannot be sent; nil
// when it can.
func (t messageTemplate) render(with texts) (flows.Message, *fault, error) {
	m := t.form
	m.Parameters = slices.Clone(m.Parameters)
	m.Buttons = slices.Clone(m.Buttons)
	m.Rows = slices.Clone(m.Rows)
	m.Attachments = slices.Clone(m.Attachments)
	m.Mentioned = slices.Clone(m.Mentioned)
	m.MentionedMobiles = slices.Clone(m.MentionedMobiles)
	m.Articles = slices.Clone(m.Articles)
	m.Facts = slices.Clone(m.Facts)
	var first *fault
	for _, part := range t.texts {
		render := with.text
		if part.html {
			render = with.html
		}
		s, err := render(part.template)
		if err != nil {
			return flows.Message{}, nil, err
		}
		s = part.tidy(s)
		part.put(&m, s)
		if first == nil {
			first = part.fault(s)
		}
	}
	if first == nil {
		first = t.rules.whole(m)
	}
	return m, first, nil
}
