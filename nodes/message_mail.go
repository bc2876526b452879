package nodes

import (
	"strconv"
	"strings"

	"sluice/engine"
	"sluice/flows"
)

func mailForm() flows.Variant {
	return flows.Variant{Type: string(flows.MessageEmail), Title: "Email", Help: "With a text, an HTML body, or both: programs show what they can.", Fields: []flows.Field{
		{Name: "subject", Kind: flows.KindTemplate, Title: "Subject", Required: true, Example: "Your order {{orderNumber}}"},
		{Name: "text", Kind: flows.KindTemplate, Title: "Text", Multiline: true, Example: "Hello {{firstName}}, …"},
		{Name: "html", Kind: flows.KindTemplate, Title: "HTML", Multiline: true, Example: "<p>Hello {{firstName}}, …</p>", Help: "What variables hold is put in as text, never as HTML."},
		{Name: "attachments", Kind: flows.KindList, Title: "Attachments", Max: 10, Help: "Fetched when the mail is sent, 10 MB together at most.", Items: &flows.Field{
			Kind: flows.KindObject, Title: "Attachment", Fields: []flows.Field{
				{Name: "url", Kind: flows.KindTemplate, WebAddress: true, Title: "Address", Required: true, Example: "https://example.com/invoice.pdf"},
				{Name: "filename", Kind: flows.KindTemplate, Title: "File name", Example: "invoice.pdf", Help: "Empty: the last part of the address."},
			},
		}},
		{Name: "from_name", Kind: flows.KindTemplate, Title: "From name", Example: "My Shop", Help: "Instead of the channel's."},
		{Name: "reply_to", Kind: flows.KindTemplate, Title: "Reply to", Example: "support@example.com", Help: "Where answers go. Empty: where the channel says."},
	}}
}

// compileMail adds the templates of a mail.
func (t *messageTemplate) compileMail(c *engine.Compiler, add adder) {
	add(func(m *flows.Message, s string) { m.Subject = s }, "subject")
	add(func(m *flows.Message, s string) { m.FromName = s }, "from_name")
	add(func(m *flows.Message, s string) { m.ReplyTo = s }, "reply_to")
	for i := range t.form.Attachments {
		add(func(m *flows.Message, s string) { m.Attachments[i].URL = s }, "attachments", strconv.Itoa(i), "url")
		add(func(m *flows.Message, s string) { m.Attachments[i].Filename = s }, "attachments", strconv.Itoa(i), "filename")
	}
	before := len(t.texts)
	add(func(m *flows.Message, s string) { m.HTML = s }, "html")
	for i := range t.texts[before:] {
		t.texts[before+i].html = true
	}
	if t.form.Type == flows.MessageEmail && strings.TrimSpace(t.form.Text) == "" && strings.TrimSpace(t.form.HTML) == "" {
		c.Report("missing_field", "The mail has neither a text nor an HTML body.", "Fill in Text, HTML, or both.", "message", "text")
	}
}
