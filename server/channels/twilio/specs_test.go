package twilio_test

import (
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/channels/vendortest/specs"
)

// The documents are twilio_api_v2010 and twilio_content_v1 of Twilio's own collection.
func TestRequestsFitTwiliosDocument(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.SMS, channels.WhatsApp} {
		w := newWorld(t, typ, twiliotest.Options{})
		w.account.BaseURL = specs.Through(t, specs.Twilio(), w.account.BaseURL)
		if err := w.provider.Verify(t.Context(), w.account); err != nil {
			t.Error(err)
		}
		if _, err := w.provider.ListTemplates(t.Context(), w.account, ""); err != nil {
			t.Error(err)
		}
		for _, m := range []flows.Message{
			{Type: flows.MessageText, Text: "Hi"},
			{Type: flows.MessageImage, URL: "https://example.com/a.png", Caption: "A"},
			{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"1"}},
		} {
			o := text("")
			o.Message, o.Deadline = m, time.Now().Add(time.Minute)
			o.Template = &channels.Template{Slug: "otp", ProviderID: contentSID}
			if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
				t.Errorf("%s %s: %v", typ, m.Type, err)
			}
		}
	}
}
