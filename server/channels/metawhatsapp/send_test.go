package metawhatsapp_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/metawhatsapp"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/egress"
)

func TestSendPostsTheDocumentedJSON(t *testing.T) {
	t.Parallel()
	otp := &channels.Template{Slug: "otp", ProviderID: "otp_code", Language: "en-US"}
	tests := []struct {
		name     string
		message  flows.Message
		template *channels.Template
		form     string
		want     string
	}{
		{"text", flows.Message{Type: flows.MessageText, Text: `Hello & "ünïcode"`}, nil, "text", `{"body":"Hello & \"ünïcode\""}`},
		{
			"template",
			flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"Ana", `1"2`}},
			otp, "template",
			`{"name":"otp_code","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"1\"2"}]}]}`,
		},
		{
			"template without parameters",
			flows.Message{Type: flows.MessageTemplate, Template: "hi", Language: "de"},
			&channels.Template{ProviderID: "HX0123456789abcdef0123456789abcdef", Name: "hello_world"},
			"template", `{"name":"hello_world","language":{"code":"de"}}`,
		},
		{
			"authentication template",
			flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"123456"}},
			&channels.Template{ProviderID: "otp_code", Language: "pt_BR", Category: "AUTHENTICATION"}, "template",
			`{"name":"otp_code","language":{"code":"pt_BR"},"components":[{"type":"body","parameters":[{"type":"text","text":"123456"}]},` +
				`{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"123456"}]}]}`,
		},
		{
			"image",
			flows.Message{Type: flows.MessageImage, URL: "https://cdn.example.com/a.png", Caption: "Look", Filename: "a.png"},
			nil, "image",
			`{"link":"https://cdn.example.com/a.png","caption":"Look"}`,
		},
		{"video", flows.Message{Type: flows.MessageVideo, URL: "https://cdn.example.com/a.mp4"}, nil, "video", `{"link":"https://cdn.example.com/a.mp4"}`},
		{"audio", flows.Message{Type: flows.MessageAudio, URL: "https://cdn.example.com/a.ogg"}, nil, "audio", `{"link":"https://cdn.example.com/a.ogg"}`},
		{
			"document",
			flows.Message{Type: flows.MessageDocument, URL: "https://cdn.example.com/a.pdf", Caption: "Bill", Filename: "Bill.pdf"},
			nil, "document",
			`{"link":"https://cdn.example.com/a.pdf","caption":"Bill","filename":"Bill.pdf"}`,
		},
		{
			"quick replies",
			flows.Message{Type: flows.MessageButtons, Text: "Sure?", Buttons: []flows.MessageButton{{ID: "yes", Title: "Yes"}, {ID: "no", Title: "No"}}},
			nil, "interactive",
			`{"type":"button","body":{"text":"Sure?"},"action":{"buttons":[{"type":"reply","reply":{"id":"yes","title":"Yes"}},{"type":"reply","reply":{"id":"no","title":"No"}}]}}`,
		},
		{
			"a link",
			flows.Message{Type: flows.MessageButtons, Text: "Your order", Buttons: []flows.MessageButton{{Title: "Track it", URL: "https://example.com/t"}}},
			nil, "interactive",
			`{"type":"cta_url","body":{"text":"Your order"},"action":{"name":"cta_url","parameters":{"display_text":"Track it","url":"https://example.com/t"}}}`,
		},
		{
			"list",
			flows.Message{Type: flows.MessageList, Text: "Which day?", Button: "Days", Rows: []flows.MessageRow{{ID: "mo", Title: "Monday", Description: "9 to 5"}, {ID: "tu", Title: "Tuesday"}}},
			nil, "interactive",
			`{"type":"list","body":{"text":"Which day?"},"action":{"button":"Days","sections":[{"rows":[{"id":"mo","title":"Monday","description":"9 to 5"},{"id":"tu","title":"Tuesday"}]}]}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, metatest.Options{})
			o := outbound(tt.message)
			o.Template = tt.template
			got, err := w.provider.Send(t.Context(), w.account, o)
			if err != nil {
				t.Fatal(err)
			}
			sent := w.fake.Messages()
			if len(sent) != 1 || sent[0].ID != got.ProviderMessageID || sent[0].To != person || sent[0].Type != tt.form || sent[0].Opaque != "m-1" {
				t.Fatalf("got %+v", sent)
			}
			if !sameJSON(t, sent[0].Content, tt.want) {
				t.Errorf("got  %s\nwant %s", sent[0].Content, tt.want)
			}
		})
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

func TestAPersonWithoutANumberIsAddressedByUserID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"US.13491208655302741918", "US.ENT.11815799212886844830"} {
		w := newWorld(t, metatest.Options{})
		o := text("Hi")
		o.To = id
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		if m := w.fake.Messages()[0]; m.Recipient != id || m.To != "" {
			t.Errorf("got %+v", m)
		}
	}
}

func TestFormsThatWhatsAppHasNotAreRefusedWithAHint(t *testing.T) {
	t.Parallel()
	button := flows.MessageButton{ID: "a", Title: "A"}
	link := flows.MessageButton{Title: "Shop", URL: "https://example.com"}
	row := flows.MessageRow{ID: "a", Title: "A"}
	long := strings.Repeat("ü", 73)
	for name, m := range map[string]flows.Message{
		"a link beside replies":    {Type: flows.MessageButtons, Text: "x", Buttons: []flows.MessageButton{button, link}},
		"two links":                {Type: flows.MessageButtons, Text: "x", Buttons: []flows.MessageButton{link, link}},
		"four replies":             {Type: flows.MessageButtons, Text: "x", Buttons: []flows.MessageButton{button, button, button, button}},
		"no buttons":               {Type: flows.MessageButtons, Text: "x"},
		"a long button":            {Type: flows.MessageButtons, Text: "x", Buttons: []flows.MessageButton{{ID: "a", Title: long}}},
		"no rows":                  {Type: flows.MessageList, Text: "x", Button: "Open"},
		"eleven rows":              {Type: flows.MessageList, Text: "x", Button: "Open", Rows: []flows.MessageRow{row, row, row, row, row, row, row, row, row, row, row}},
		"a long button of a list":  {Type: flows.MessageList, Text: "x", Button: long, Rows: []flows.MessageRow{row}},
		"a long row":               {Type: flows.MessageList, Text: "x", Button: "Open", Rows: []flows.MessageRow{{ID: "a", Title: long}}},
		"a long description":       {Type: flows.MessageList, Text: "x", Button: "Open", Rows: []flows.MessageRow{{ID: "a", Title: "A", Description: long}}},
		"audio with a caption":     {Type: flows.MessageAudio, URL: "https://example.com/a.ogg", Caption: "Listen"},
		"a form of another vendor": {Type: "sticker_pack"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, metatest.Options{})
			_, err := w.provider.Send(t.Context(), w.account, outbound(m))
			se := channels.AsSendError(err)
			if se == nil || se.Class != channels.ClassPermanent || se.Code != channels.CodeForm || se.Hint == "" || !se.Fallback || len(w.fake.Messages()) != 0 {
				t.Errorf("got %+v", se)
			}
		})
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fault := func(code int) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(metatest.Fault{Code: code}) }
	}
	tests := []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"not on WhatsApp", func(w *world, o *channels.Outbound) { w.fake.Leave(o.To) }, channels.ClassPermanent, "131026", true},
		{"not a number", func(_ *world, o *channels.Outbound) { o.To = "nobody" }, channels.ClassPermanent, "131009", false},
		{"no recipient", func(_ *world, o *channels.Outbound) { o.To = "" }, channels.ClassPermanent, "100", false},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "131008", false},
		{"text too long", func(_ *world, o *channels.Outbound) { o.Message.Text = strings.Repeat("x", 4097) }, channels.ClassPermanent, "131009", false},
		{"media that is no address", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageImage, URL: "a.png"}
		}, channels.ClassPermanent, "131053", true},
		{"template without a name", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
			o.Template = &channels.Template{Name: "Our code", ProviderID: "HX0123456789abcdef0123456789abcdef"}
		}, channels.ClassPermanent, channels.CodeTemplate, true},
		{"template of no registry", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
		}, channels.ClassPermanent, channels.CodeTemplate, true},
		{"template in another language", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
			o.Template = &channels.Template{ProviderID: "otp_code", Language: "de"}
		}, channels.ClassPermanent, "132001", true},
		{"empty parameter", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{""}}
			o.Template = &channels.Template{ProviderID: "otp_code", Language: "en_US"}
		}, channels.ClassPermanent, "131008", false},
		{"outside 24 hours", fault(131047), channels.ClassPermanent, "131047", true},
		{"pair rate", fault(131056), channels.ClassRetryable, "131056", false},
		{"spam limit", fault(131048), channels.ClassPermanent, "131048", true},
		{"payment", fault(131042), channels.ClassAuth, "131042", false},
		{"policy", fault(368), channels.ClassAuth, "368", false},
		{"a single permission", fault(230), channels.ClassAuth, "230", false},
		{"a code nobody knows", fault(139999), channels.ClassPermanent, "139999", false},
		{"unavailable", func(w *world, _ *channels.Outbound) { w.fake.Fail(metatest.Fault{Status: 503}) }, channels.ClassRetryable, "2", false},
		{"forbidden", func(w *world, _ *channels.Outbound) { w.fake.Fail(metatest.Fault{Status: 403}) }, channels.ClassAuth, "10", false},
		{"reset", func(w *world, _ *channels.Outbound) { w.fake.Fail(metatest.Fault{Reset: true}) }, channels.ClassUnknown, channels.CodeNoAnswer, false},
		{"another version", func(w *world, _ *channels.Outbound) { w.account.Settings["api_version"] = "v1.0" }, channels.ClassPermanent, "2635", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, metatest.Options{Templates: []string{"otp_code/en_US"}})
			o := text("Hi")
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.Fallback != tt.fallback {
				t.Fatalf("got %+v, want %s %s fallback %v", se, tt.class, tt.code, tt.fallback)
			}
			if tt.code == "131056" && se.RetryAfter != 6*time.Second {
				t.Errorf("the pair rate asks to wait %v", se.RetryAfter)
			}
		})
	}
}

func TestASlowAnswerIsStillAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	w.fake.Fail(metatest.Fault{Delay: 50 * time.Millisecond})
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Error(err)
	}
}

// answering is a Doer with one canned answer.
type answering struct{ resp egress.Response }

func (a answering) Do(*http.Request) (*egress.Response, error) { return &a.resp, nil }

func TestAnswersInDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	usage := http.Header{"X-Business-Use-Case-Usage": {`{"1":[{"type":"whatsapp","estimated_time_to_regain_access":2},{"estimated_time_to_regain_access":1}]}`}}
	tests := []struct {
		name       string
		resp       egress.Response
		class      channels.Class
		code       string
		retryAfter time.Duration
	}{
		{"no id", egress.Response{Status: 200, Body: []byte(`{"messages":[]}`)}, channels.ClassUnknown, channels.CodeNoAnswer, 0},
		{"a redirect", egress.Response{Status: 304}, channels.ClassUnknown, "http_304", 0},
		{"forbidden as HTML", egress.Response{Status: 403, Body: []byte("<html>")}, channels.ClassPermanent, "http_403", 0},
		{"too many as HTML", egress.Response{Status: 429, Body: []byte("<html>")}, channels.ClassRetryable, "http_429", 0},
		{"code zero", egress.Response{Status: 401, Body: []byte(`{"error":{"code":0}}`)}, channels.ClassAuth, "0", 0},
		{"no code", egress.Response{Status: 400, Body: []byte(`{"error":{"message":"odd ` + accessToken + `"}}`)}, channels.ClassPermanent, "http_400", 0},
		{"code 100", egress.Response{Status: 400, Body: []byte(`{"error":{"code":100,"message":"odd ` + appSecret + `"}}`)}, channels.ClassPermanent, "100", 0},
		{"a bad gateway", egress.Response{Status: 502}, channels.ClassUnknown, "http_502", 0},
		{"an estimate in minutes", egress.Response{Status: 400, Header: usage, Body: []byte(`{"error":{"code":80007}}`)}, channels.ClassRetryable, "80007", 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := metawhatsapp.New(answering{tt.resp}).Send(t.Context(), w.account, text("Hi"))
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.RetryAfter != tt.retryAfter {
				t.Fatalf("got %+v, want %s %s", se, tt.class, tt.code)
			}
			if strings.Contains(err.Error(), accessToken) || strings.Contains(err.Error(), appSecret) {
				t.Errorf("the error tells a credential: %v", err)
			}
		})
	}
}
