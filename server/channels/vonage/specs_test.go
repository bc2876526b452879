package vonage_test

import (
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/vendortest/specs"
)

// The document is that of Vonage's Messages API.
func TestRequestsFitVonagesDocument(t *testing.T) {
	t.Parallel()
	file := flows.Message{Type: flows.MessageDocument, URL: "https://example.com/a.pdf"}
	template := flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"1"}}
	for _, tt := range []struct {
		typ      channels.ChannelType
		to       string
		messages []flows.Message
	}{
		{channels.SMS, "+639171234567", nil},
		{channels.WhatsApp, "+639171234567", []flows.Message{file, template}},
		{channels.Viber, "+639171234567", nil},
		{channels.Messenger, "7246543210987", []flows.Message{file}},
	} {
		w := newWorld(t, tt.typ)
		w.account.BaseURL = specs.Through(t, specs.Vonage(), w.account.BaseURL)
		for _, m := range append(tt.messages, flows.Message{Type: flows.MessageText, Text: "Hi"}) {
			o := text("")
			o.To, o.Message, o.Deadline = tt.to, m, time.Now().Add(time.Minute)
			o.Template = &channels.Template{Slug: "otp", ProviderID: "ns:otp", Language: "en"}
			if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
				t.Errorf("%s %s: %v", tt.typ, m.Type, err)
			}
		}
	}
}
