package metamessaging_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/metamessaging/messagingtest"
)

func TestMessagesArriveAsDocumented(t *testing.T) {
	t.Parallel()
	choose := func(n int) []flows.MessageButton {
		list := make([]flows.MessageButton, n)
		for i := range list {
			list[i] = flows.MessageButton{ID: string(rune('a' + i)), Title: strings.ToUpper(string(rune('a' + i)))}
		}
		return list
	}
	for _, tt := range []struct {
		name, category string
		typ            channels.ChannelType
		message        flows.Message
		want           string
	}{
		{
			"text", "response", channels.Messenger,
			flows.Message{Type: flows.MessageText, Text: "Hi <b>"},
			`{"messaging_type": "RESPONSE", "message": {"text": "Hi <b>", "metadata": "m-1"}}`,
		},
		{
			"text of an agent", "human_agent", channels.Instagram,
			flows.Message{Type: flows.MessageText, Text: "Hi"},
			`{"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT", "message": {"text": "Hi", "metadata": "m-1"}}`,
		},
		{
			"image", "", channels.Instagram,
			flows.Message{Type: flows.MessageImage, URL: "https://example.com/a.png"},
			`{"messaging_type": "RESPONSE", "message": {"attachment": {"type": "image", "payload": {"url": "https://example.com/a.png"}}, "metadata": "m-1"}}`,
		},
		{
			"document", "", channels.Messenger,
			flows.Message{Type: flows.MessageDocument, URL: "https://example.com/a.pdf"},
			`{"messaging_type": "RESPONSE", "message": {"attachment": {"type": "file", "payload": {"url": "https://example.com/a.pdf"}}, "metadata": "m-1"}}`,
		},
		{
			"buttons", "", channels.Messenger,
			flows.Message{Type: flows.MessageButtons, Text: "Coming?", Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}, {Title: "Map", URL: "https://example.com"}}},
			`{"messaging_type": "RESPONSE", "message": {"metadata": "m-1", "attachment": {"type": "template", "payload": {"template_type": "button", "text": "Coming?", "buttons": [
				{"type": "postback", "title": "Yes", "payload": "y"}, {"type": "web_url", "title": "Map", "url": "https://example.com"}]}}}}`,
		},
		{
			"many buttons", "", channels.Messenger,
			flows.Message{Type: flows.MessageButtons, Text: "Which?", Buttons: choose(4)},
			`{"messaging_type": "RESPONSE", "message": {"metadata": "m-1", "text": "Which?", "quick_replies": [
				{"content_type": "text", "title": "A", "payload": "a"}, {"content_type": "text", "title": "B", "payload": "b"},
				{"content_type": "text", "title": "C", "payload": "c"}, {"content_type": "text", "title": "D", "payload": "d"}]}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ)
			o := text("")
			o.Message, o.Category = tt.message, tt.category
			got, err := w.provider.Send(t.Context(), w.account, o)
			if err != nil || got.ProviderMessageID != "m_1000" {
				t.Fatalf("got %+v, %v", got, err)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			want["recipient"] = map[string]any{"id": person}
			if diff := cmp.Diff(want, w.fake.Messages()[0].Body); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fail := func(code, subcode int) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(messagingtest.Fault{Code: code, Subcode: subcode}) }
	}
	message := func(m flows.Message) func(*world, *channels.Outbound) {
		return func(_ *world, o *channels.Outbound) { o.Message = m }
	}
	buttons := func(n int, b flows.MessageButton) flows.Message {
		m := flows.Message{Type: flows.MessageButtons, Text: "Which?"}
		for range n {
			m.Buttons = append(m.Buttons, b)
		}
		return m
	}
	for _, tt := range []struct {
		name     string
		typ      channels.ChannelType
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"outside the window", channels.Messenger, fail(10, 2018278), channels.ClassPermanent, "10.2018278", true},
		{"outside Instagram's window", channels.Instagram, fail(10, 2534022), channels.ClassPermanent, "10.2534022", true},
		{"no permission", channels.Messenger, fail(10, 0), channels.ClassPermanent, "10", true},
		{"not receiving", channels.Messenger, fail(10, 2018108), channels.ClassPermanent, "10.2018108", true},
		{"not open", channels.Messenger, fail(10, 2018065), channels.ClassPermanent, "10.2018065", true},
		{"unavailable without a subcode", channels.Messenger, fail(200, 0), channels.ClassPermanent, "200", true},
		{"one of the permissions", channels.Messenger, fail(230, 0), channels.ClassPermanent, "230", true},
		{"an unknown person", channels.Messenger, func(_ *world, o *channels.Outbound) { o.To = "1" }, channels.ClassPermanent, "100.2018001", true},
		{"unavailable", channels.Messenger, fail(200, 1545041), channels.ClassPermanent, "200.1545041", true},
		{"blocked", channels.Messenger, fail(551, 0), channels.ClassPermanent, "551", true},
		{"too fast", channels.Messenger, fail(613, 0), channels.ClassRetryable, "613", false},
		{"for the moment", channels.Messenger, fail(1200, 0), channels.ClassRetryable, "1200", false},
		{"restricted", channels.Messenger, fail(368, 0), channels.ClassAuth, "368", false},
		{"a new code", channels.Messenger, fail(77777, 0), channels.ClassPermanent, "77777", false},
		{"something wrong", channels.Messenger, fail(1, 0), channels.ClassUnknown, "1", false},
		{"no text", channels.Messenger, message(flows.Message{Type: flows.MessageText}), channels.ClassPermanent, "100", false},
		{"a template", channels.Messenger, message(flows.Message{Type: flows.MessageTemplate}), channels.ClassPermanent, channels.CodeForm, true},
		{"a document on Instagram", channels.Instagram, message(flows.Message{Type: flows.MessageDocument}), channels.ClassPermanent, channels.CodeForm, true},
		{"a caption", channels.Messenger, message(flows.Message{Type: flows.MessageImage, Caption: "c"}), channels.ClassPermanent, channels.CodeForm, true},
		{"a long text", channels.Messenger, message(flows.Message{Type: flows.MessageText, Text: strings.Repeat("é", 2001)}), channels.ClassPermanent, channels.CodeForm, true},
		{"a long text on Instagram", channels.Instagram, message(flows.Message{Type: flows.MessageText, Text: strings.Repeat("é", 501)}), channels.ClassPermanent, channels.CodeForm, true},
		{"no button", channels.Messenger, message(buttons(0, flows.MessageButton{})), channels.ClassPermanent, channels.CodeForm, true},
		{"four links", channels.Messenger, message(buttons(4, flows.MessageButton{Title: "a", URL: "https://e.com"})), channels.ClassPermanent, channels.CodeForm, true},
		{"fourteen buttons", channels.Messenger, message(buttons(14, flows.MessageButton{Title: "a", ID: "a"})), channels.ClassPermanent, channels.CodeForm, true},
		{"a long button", channels.Messenger, message(buttons(1, flows.MessageButton{Title: strings.Repeat("a", 21), ID: "a"})), channels.ClassPermanent, channels.CodeForm, true},
		{"no account", channels.Messenger, func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
		{"base URL nonsense", channels.Messenger, func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ)
			o := text("Hi")
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.Fallback != tt.fallback {
				t.Errorf("got %+v, want %s %s fallback %v", se, tt.class, tt.code, tt.fallback)
			}
		})
	}
}
