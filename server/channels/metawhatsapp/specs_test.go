package metawhatsapp_test

import (
	"testing"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/channels/vendortest/specs"
)

// The document is the business messaging API of Meta's own collection.
func TestRequestsFitMetasDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	w.account.BaseURL = specs.Through(t, specs.Meta(), w.account.BaseURL)
	if err := w.provider.Verify(t.Context(), w.account); err != nil {
		t.Error(err)
	}
	for _, m := range []flows.Message{
		{Type: flows.MessageText, Text: "Hi"},
		{Type: flows.MessageTemplate, Template: "otp", Language: "en", Parameters: []string{"1"}},
		{Type: flows.MessageImage, URL: "https://example.com/a.png", Caption: "A"},
		{Type: flows.MessageVideo, URL: "https://example.com/a.mp4"},
		{Type: flows.MessageAudio, URL: "https://example.com/a.mp3"},
		{Type: flows.MessageDocument, URL: "https://example.com/a.pdf", Filename: "a.pdf"},
		{Type: flows.MessageButtons, Text: "Coming?", Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}}},
		{Type: flows.MessageList, Text: "When?", Button: "Choose", Rows: []flows.MessageRow{{ID: "a", Title: "At nine"}}},
	} {
		o := outbound(m)
		o.Template = &channels.Template{Slug: "otp", ProviderID: "otp", Language: "en"}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Errorf("%s: %v", m.Type, err)
		}
	}
}
