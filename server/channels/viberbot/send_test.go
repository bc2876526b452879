package viberbot_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/attachment"
	"sluice/server/channels/vendortest"
	"sluice/server/channels/viberbot/viberbottest"
)

// files serves one file of 12 bytes.
func files(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/invoice.pdf" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "%PDF-1.7 ...")
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestMessagesArriveAsDocumented(t *testing.T) {
	t.Parallel()
	at := files(t)
	for _, tt := range []struct {
		name    string
		message flows.Message
		want    string
	}{
		{"text", flows.Message{Type: flows.MessageText, Text: "Hi <b>"}, `{"type": "text", "text": "Hi <b>"}`},
		{
			"image",
			flows.Message{Type: flows.MessageImage, URL: "https://example.com/a.png", Caption: "A"},
			`{"type": "picture", "text": "A", "media": "https://example.com/a.png"}`,
		},
		{
			"image alone",
			flows.Message{Type: flows.MessageImage, URL: "https://example.com/a.png"},
			`{"type": "picture", "text": "", "media": "https://example.com/a.png"}`,
		},
		{
			"document",
			flows.Message{Type: flows.MessageDocument, URL: at + "/invoice.pdf"},
			`{"type": "file", "media": "` + at + `/invoice.pdf", "size": 12, "file_name": "invoice.pdf"}`,
		},
		{
			"document with a name",
			flows.Message{Type: flows.MessageDocument, URL: at + "/invoice.pdf", Filename: "May.pdf"},
			`{"type": "file", "media": "` + at + `/invoice.pdf", "size": 12, "file_name": "May.pdf"}`,
		},
		{
			"buttons",
			flows.Message{Type: flows.MessageButtons, Text: "Coming?", Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}, {Title: "Map", URL: "https://example.com"}}},
			`{"type": "text", "text": "Coming?", "tracking_data": "{\"buttons\":{\"Map\":\"\",\"Yes\":\"y\"}}", "keyboard": {"Type": "keyboard", "DefaultHeight": false, "Buttons": [
				{"Columns": 6, "Rows": 1, "ActionType": "reply", "ActionBody": "Yes", "Text": "Yes"},
				{"Columns": 6, "Rows": 1, "ActionType": "open-url", "ActionBody": "https://example.com", "Text": "Map"}]}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.account.Settings["avatar"] = "https://example.com/me.png"
			got, err := w.provider.Send(t.Context(), w.account, send(tt.message))
			// All the digits of the number, which a float would not keep.
			if err != nil || got.ProviderMessageID != "5741311803571721087" {
				t.Fatalf("got %+v, %v", got, err)
			}
			var want viberbottest.Message
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			want["receiver"], want["min_api_version"] = person, 1.0
			want["sender"] = map[string]any{"name": "My Shop", "avatar": "https://example.com/me.png"}
			if diff := cmp.Diff(want, w.fake.Messages()[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Labels that do not fit beside the message are left to be known by themselves.
func TestManyLongLabelsStillFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := flows.Message{Type: flows.MessageButtons, Text: "Which?"}
	for i := range 20 {
		m.Buttons = append(m.Buttons, flows.MessageButton{ID: strconv.Itoa(i), Title: strings.Repeat(string(rune('a'+i)), 250)})
	}
	if _, err := w.provider.Send(t.Context(), w.account, send(m)); err != nil || w.fake.Messages()[0]["tracking_data"] != nil {
		t.Errorf("got %v", err)
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	at := files(t)
	status := func(n int) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) {
			w.fake.Fail(vendortest.Fault{Status: 200, Body: `{"status":` + strconv.Itoa(n) + `,"status_message":"because of ` + token + `"}`})
		}
	}
	message := func(m flows.Message) func(*world, *channels.Outbound) {
		return func(_ *world, o *channels.Outbound) { o.Message = m }
	}
	buttons := func(titles ...string) flows.Message {
		m := flows.Message{Type: flows.MessageButtons, Text: "Which?"}
		for _, title := range titles {
			m.Buttons = append(m.Buttons, flows.MessageButton{ID: "a", Title: title})
		}
		return m
	}
	for _, tt := range []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"not subscribed", func(_ *world, o *channels.Outbound) { o.To = "stranger" }, channels.ClassPermanent, "6", true},
		{"not on Viber", status(5), channels.ClassPermanent, "5", true},
		{"blocked", status(7), channels.ClassAuth, "7", false},
		{"no webhook", status(10), channels.ClassAuth, "10", false},
		{"an old device", status(11), channels.ClassPermanent, "11", true},
		{"too fast", status(12), channels.ClassRetryable, "12", false},
		{"not in this country", status(21), channels.ClassPermanent, "21", true},
		{"no free messages left", status(23), channels.ClassPermanent, "23", true},
		{"a general error", status(99), channels.ClassUnknown, "99", false},
		{"no text", message(flows.Message{Type: flows.MessageText}), channels.ClassPermanent, "4", false},
		{"a template", message(flows.Message{Type: flows.MessageTemplate}), channels.ClassPermanent, channels.CodeForm, true},
		{"a document with a caption", message(flows.Message{Type: flows.MessageDocument, URL: at + "/invoice.pdf", Caption: "c"}), channels.ClassPermanent, channels.CodeForm, true},
		{"a document that is gone", message(flows.Message{Type: flows.MessageDocument, URL: at + "/gone.pdf"}), channels.ClassPermanent, attachment.CodeUnavailable, false},
		{"a long text", message(flows.Message{Type: flows.MessageText, Text: strings.Repeat("é", 7001)}), channels.ClassPermanent, "too_long", false},
		{"a text of many bytes", message(flows.Message{Type: flows.MessageText, Text: strings.Repeat("<", 7000)}), channels.ClassPermanent, "too_long", false},
		{"a long caption", message(flows.Message{Type: flows.MessageImage, Caption: strings.Repeat("é", 513)}), channels.ClassPermanent, "too_long", false},
		{"no button", message(buttons()), channels.ClassPermanent, "buttons", false},
		{"a button without a label", message(buttons("")), channels.ClassPermanent, "buttons", false},
		{"two like buttons", message(buttons("Yes", "Yes")), channels.ClassPermanent, "buttons", false},
		{"a long button", message(buttons(strings.Repeat("a", 251))), channels.ClassPermanent, "buttons", false},
		{"no sender", func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			o := text("Hi")
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.Fallback != tt.fallback {
				t.Fatalf("got %+v, want %s %s fallback %v", se, tt.class, tt.code, tt.fallback)
			}
			if strings.Contains(se.Error(), token) {
				t.Errorf("the token is in %q", se)
			}
		})
	}
}
