package vonage_test

import (
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/vendortest/specs"
)

// The document is that of Vonage's Messages API. It says nothing of the calls that
// check credentials and list templates.
func TestRequestsFitVonagesDocument(t *testing.T) {
	t.Parallel()
	const file = "https://example.com/a"
	plain := channels.Template{Slug: "otp", ProviderID: "otp", Language: "en", Body: "Hi {{1}}", TemplateContent: channels.TemplateContent{
		Parameters: []channels.TemplateParameter{{Name: "1", Kind: channels.ParameterText}},
	}}
	rich := plain
	rich.Header = &channels.TemplateHeader{Format: channels.HeaderImage, URL: "{{2}}"}
	rich.Parameters = append(plain.Parameters[:1:1], channels.TemplateParameter{Name: "header", Kind: channels.ParameterMedia})
	type sent struct {
		message  flows.Message
		template *channels.Template
	}
	forms := []sent{
		{message: flows.Message{Type: flows.MessageText, Text: "Hi"}},
		{message: flows.Message{Type: flows.MessageImage, URL: file + ".png"}},
		{message: flows.Message{Type: flows.MessageVideo, URL: file + ".mp4"}},
		{message: flows.Message{Type: flows.MessageAudio, URL: file + ".mp3"}},
		{message: flows.Message{Type: flows.MessageDocument, URL: file + ".pdf"}},
		{flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"1"}}, &plain},
		{flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"1", file + ".png"}}, &rich},
	}
	// Messenger shows no captions and names.
	captioned := []sent{
		{message: flows.Message{Type: flows.MessageImage, URL: file + ".png", Caption: "A"}},
		{message: flows.Message{Type: flows.MessageVideo, URL: file + ".mp4", Caption: "A"}},
		{message: flows.Message{Type: flows.MessageDocument, URL: file + ".pdf", Caption: "A", Filename: "a.pdf"}},
	}
	w := newWorld(t, channels.SMS)
	base := specs.Through(t, specs.Vonage(), w.account.BaseURL)
	for _, tt := range []struct {
		typ        channels.ChannelType
		to         string
		categories []string
		forms      []sent
	}{
		{channels.SMS, "+639171234567", []string{"", "verification", "notification", "marketing"}, forms},
		{channels.WhatsApp, "+639171234567", []string{""}, append(captioned, forms...)},
		{channels.Viber, "+639171234567", []string{"transactional", "promotional"}, forms},
		{channels.Messenger, "7246543210987", []string{"", flows.CategoryAgent}, forms},
	} {
		a := w.account
		a.Type, a.BaseURL = tt.typ, base
		for _, form := range tt.forms {
			if !w.provider.Kind().Takes(tt.typ, form.message.Type) {
				continue
			}
			for _, category := range tt.categories {
				for _, deadline := range []time.Time{{}, time.Now().Add(time.Minute)} {
					o := text("")
					o.To, o.Message, o.Template, o.Category, o.Deadline = tt.to, form.message, form.template, category, deadline
					if _, err := w.provider.Send(t.Context(), a, o); err != nil {
						t.Errorf("%s %s %s: %v", tt.typ, form.message.Type, category, err)
					}
				}
			}
		}
	}
}
