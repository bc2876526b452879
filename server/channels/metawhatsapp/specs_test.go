package metawhatsapp_test

import (
	"testing"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/channels/vendortest/specs"
)

// richTemplates are one for each part that a template can have, with parameters.
func richTemplates() map[string]channels.Template {
	parameters := func(list ...channels.TemplateParameter) []channels.TemplateParameter { return list }
	of := func(name, category string, content channels.TemplateContent) channels.Template {
		return channels.Template{
			Slug: "otp", Name: name, ProviderID: name, Language: "en_US", Category: category, Body: "{{1}}", TemplateContent: content,
		}
	}
	list := map[string]channels.Template{
		"named": of("named", "utility", channels.TemplateContent{Parameters: parameters(channels.TemplateParameter{Name: "first", Kind: "text"})}),
		"text header": of("header", "utility", channels.TemplateContent{
			Header:     &channels.TemplateHeader{Format: "text", Text: "Order {{2}}"},
			Parameters: parameters(channels.TemplateParameter{Name: "1", Kind: "text"}, channels.TemplateParameter{Name: "1", Kind: "text"}),
		}),
		"link": of("link", "utility", channels.TemplateContent{
			Buttons:    []channels.TemplateButton{{Type: channels.ButtonReply, Text: "Thanks"}, {Type: channels.ButtonURL, Text: "Track", URL: "https://shop.example/{{2}}"}},
			Parameters: parameters(channels.TemplateParameter{Name: "1", Kind: "text"}, channels.TemplateParameter{Name: "1", Kind: "link"}),
		}),
		"coupon": of("coupon", "marketing", channels.TemplateContent{
			Buttons:    []channels.TemplateButton{{Type: channels.ButtonCode, Text: "Copy", Code: "{{2}}"}},
			Parameters: parameters(channels.TemplateParameter{Name: "1", Kind: "text"}, channels.TemplateParameter{Name: "coupon_code", Kind: "code"}),
		}),
		"one-time password": of("code", "authentication", channels.TemplateContent{
			Buttons:    []channels.TemplateButton{{Type: channels.ButtonCode, Text: "Copy", Code: "{{1}}"}},
			Parameters: parameters(channels.TemplateParameter{Name: "1", Kind: "code"}),
		}),
		"one-time password, not imported": {Slug: "otp", ProviderID: "otp", Language: "en", Category: "authentication"},
		"nothing to fill":                 {Slug: "otp", ProviderID: "hello_world", Language: "en_US"},
	}
	for _, format := range []string{channels.HeaderImage, channels.HeaderVideo, channels.HeaderDocument} {
		list[format+" header"] = of(format, "utility", channels.TemplateContent{
			Header:     &channels.TemplateHeader{Format: format, URL: "{{2}}"},
			Parameters: parameters(channels.TemplateParameter{Name: "1", Kind: "text"}, channels.TemplateParameter{Name: "header", Kind: "media"}),
		})
	}
	return list
}

// The document is the business messaging API of Meta's own collection. It says
// nothing of Messenger and Instagram.
func TestRequestsFitMetasDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{Business: business})
	w.account.BaseURL = specs.Through(t, specs.Meta(), w.account.BaseURL)
	for name, call := range map[string]func() error{
		"verify": func() error { return w.provider.Verify(t.Context(), w.account) },
		"typing": func() error { return w.provider.ShowTyping(t.Context(), w.account, person, "wamid.1") },
		"templates": func() error {
			w.fake.Templates.Set(1, listed("a", "en", "APPROVED"), listed("b", "en", "APPROVED"))
			first, err := w.provider.ListTemplates(t.Context(), w.account, "")
			if err != nil {
				return err
			}
			_, err = w.provider.ListTemplates(t.Context(), w.account, first.Next)
			return err
		},
		"a file": func() error {
			w.fake.PutMedia("1003383421387256", &metatest.File{ContentType: "image/png", Content: []byte("x")})
			_, err := w.provider.MediaRequest(t.Context(), w.account, channels.Media{URL: w.account.BaseURL + "/v26.0/1003383421387256"})
			return err
		},
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, m := range []flows.Message{
		{Type: flows.MessageText, Text: "Hi"},
		{Type: flows.MessageTemplate, Template: "otp", Language: "en", Parameters: []string{"1"}},
		{Type: flows.MessageImage, URL: "https://example.com/a.png", Caption: "A"},
		{Type: flows.MessageVideo, URL: "https://example.com/a.mp4", Caption: "A"},
		{Type: flows.MessageAudio, URL: "https://example.com/a.mp3"},
		{Type: flows.MessageDocument, URL: "https://example.com/a.pdf", Filename: "a.pdf", Caption: "A"},
		{Type: flows.MessageButtons, Text: "Coming?", Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}, {ID: "n", Title: "No"}}},
		{Type: flows.MessageButtons, Text: "See it", Buttons: []flows.MessageButton{{Title: "Open", URL: "https://shop.example"}}},
		{Type: flows.MessageList, Text: "When?", Button: "Choose", Rows: []flows.MessageRow{{ID: "a", Title: "At nine"}, {ID: "b", Title: "At ten", Description: "With breakfast"}}},
	} {
		for _, to := range []string{person, "US.13491208655302741918"} {
			o := outbound(m)
			o.To, o.Template = to, &channels.Template{Slug: "otp", ProviderID: "otp", Language: "en"}
			if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
				t.Errorf("%s to %s: %v", m.Type, to, err)
			}
		}
	}
	for name, template := range richTemplates() {
		o := outbound(flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"1", "https://example.com/2"}[:max(1, len(template.Parameters))]})
		if name == "nothing to fill" {
			o.Message.Parameters = nil
		}
		o.Template = &template
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Errorf("template with %s: %v", name, err)
		}
	}
}
