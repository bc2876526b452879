package alibaba_test

import (
	"net/url"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/alibaba"
	"sluice/server/channels/alibaba/alibabatest"
)

func TestMessagesArriveAsDocumented(t *testing.T) {
	t.Parallel()
	template := &channels.Template{Slug: "otp", Name: "otp", Language: "en-US", ProviderID: "820561547132813184", Body: "$(code) is your code, $(name). Again: $(code)"}
	for _, tt := range []struct {
		name     string
		typ      channels.ChannelType
		category string
		message  flows.Message
		template *channels.Template
		want     url.Values
	}{
		{
			name: "WhatsApp text", typ: channels.WhatsApp, message: flows.Message{Type: flows.MessageText, Text: "Hello & ünïcode"},
			want: url.Values{"Type": {"message"}, "MessageType": {"text"}, "Content": {`{"text":"Hello \u0026 ünïcode"}`}},
		},
		{
			name: "Viber promotional text", typ: channels.Viber, category: "promotional", message: flows.Message{Type: flows.MessageText, Text: "Sale"},
			want: url.Values{"Type": {"message"}, "MessageType": {"text"}, "Content": {`{"text":"Sale"}`}, "Label": {"promotion"}},
		},
		{
			name: "Viber with a link", typ: channels.Viber,
			message: flows.Message{Type: flows.MessageButtons, Text: "See", Buttons: []flows.MessageButton{{Title: "Open", URL: "https://example.com"}}},
			want: url.Values{
				"Type": {"message"}, "MessageType": {"text_button"}, "Content": {`{"action":"https://example.com","caption":"Open","text":"See"}`}, "Label": {"transaction"},
			},
		},
		{
			name: "Viber document", typ: channels.Viber, message: flows.Message{Type: flows.MessageDocument, URL: "https://example.com/a/bill.pdf"},
			want: url.Values{
				"Type": {"message"}, "MessageType": {"document"}, "Label": {"transaction"},
				"Content": {`{"fileName":"bill.pdf","fileType":"pdf","link":"https://example.com/a/bill.pdf"}`},
			},
		},
		{
			name: "WhatsApp image", typ: channels.WhatsApp, message: flows.Message{Type: flows.MessageImage, URL: "https://example.com/a.png", Caption: "A"},
			want: url.Values{"Type": {"message"}, "MessageType": {"image"}, "Content": {`{"caption":"A","link":"https://example.com/a.png"}`}},
		},
		{
			name: "WhatsApp buttons", typ: channels.WhatsApp,
			message: flows.Message{Type: flows.MessageButtons, Text: "Coming?", Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}}},
			want: url.Values{
				"Type": {"message"}, "MessageType": {"interactive"},
				"Content": {`{"action":{"buttons":[{"reply":{"id":"y","title":"Yes"},"type":"reply"}]},"body":{"text":"Coming?"},"type":"button"}`},
			},
		},
		{
			name: "WhatsApp list", typ: channels.WhatsApp,
			message: flows.Message{Type: flows.MessageList, Text: "When?", Button: "Choose", Rows: []flows.MessageRow{{ID: "1", Title: "One", Description: "First"}}},
			want: url.Values{
				"Type": {"message"}, "MessageType": {"interactive"},
				"Content": {`{"action":{"button":"Choose","sections":[{"rows":[{"description":"First","id":"1","title":"One"}]}]},"body":{"text":"When?"},"type":"list"}`},
			},
		},
		{
			name: "template", typ: channels.WhatsApp, template: template,
			message: flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"123456", "Maria"}},
			want: url.Values{
				"Type": {"template"}, "TemplateCode": {"820561547132813184"}, "Language": {"en_US"},
				"TemplateParams": {`{"code":"123456","name":"Maria"}`},
			},
		},
		{
			name: "template of unknown text", typ: channels.WhatsApp,
			template: &channels.Template{ProviderID: "820561547132813184"},
			message:  flows.Message{Type: flows.MessageTemplate, Template: "otp", Language: "id", Parameters: []string{"123456"}},
			want:     url.Values{"Type": {"template"}, "TemplateCode": {"820561547132813184"}, "Language": {"id"}, "TemplateParams": {`{"1":"123456"}`}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ)
			o := text("")
			o.Message, o.Template, o.Category = tt.message, tt.template, tt.category
			if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
				t.Fatal(err)
			}
			tt.want.Set("ChannelType", string(tt.typ))
			tt.want.Set("From", "6281234567890")
			tt.want.Set("To", "639171234567")
			tt.want.Set("CustSpaceId", space)
			tt.want.Set("TaskId", alibaba.TaskID(w.account, "m-1"))
			got := w.fake.Messages()[0]
			if got.Action != "SendChatappMessage" || got.Fields.Encode() != tt.want.Encode() {
				t.Errorf("got  %v\nwant %v", got.Fields, tt.want)
			}
		})
	}
}

func TestSMSArrivesAsDocumented(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	w.account.Settings = map[string]string{"sender": "MyShop"}
	got, err := w.provider.Send(t.Context(), w.account, text("Your code is 123456 + more"))
	if err != nil || got.ProviderMessageID != "202603041000" || got.Parts != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	want := url.Values{
		"To": {"639171234567"}, "From": {"MyShop"}, "Message": {"Your code is 123456 + more"}, "TaskId": {alibaba.TaskID(w.account, "m-1")},
	}
	if m := w.fake.Messages()[0]; m.Action != "SendMessageToGlobe" || m.Fields.Encode() != want.Encode() {
		t.Errorf("got %v, want %v", m.Fields, want)
	}
}

func TestTheCategoryOfAnSMSReachesTheVendor(t *testing.T) {
	t.Parallel()
	for category, want := range map[string]string{"verification": "OTP", "notification": "NOTIFY", "marketing": "MKT", "": "", "of another type": ""} {
		w := newWorld(t, channels.SMS)
		o := text("Hi")
		o.Category = category
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		if got := w.fake.Messages()[0].Fields.Get("Type"); got != want {
			t.Errorf("%q: sent as %q, want %q", category, got, want)
		}
	}
}

func TestValidityFollowsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ   channels.ChannelType
		left  time.Duration
		field string
		want  []string
	}{
		{channels.Viber, 10 * time.Second, "Ttl", []string{"30"}},
		{channels.Viber, 30 * 24 * time.Hour, "Ttl", []string{"1209600"}},
		// A second may begin between the test's clock and the provider's.
		{channels.SMS, time.Minute, "ValidityPeriod", []string{"60", "59"}},
		{channels.SMS, 24 * time.Hour, "ValidityPeriod", []string{"14400"}},
		{channels.SMS, 0, "ValidityPeriod", []string{""}},
		{channels.WhatsApp, time.Hour, "Ttl", []string{""}},
	} {
		w := newWorld(t, tt.typ)
		o := text("Hi")
		if tt.left > 0 {
			o.Deadline = time.Now().Add(tt.left)
		}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		got := w.fake.Messages()[0].Fields.Get(tt.field)
		if got != tt.want[0] && got != tt.want[len(tt.want)-1] {
			t.Errorf("%s, %v left: got %q, want %q", tt.typ, tt.left, got, tt.want)
		}
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fail := func(f alibabatest.Fault) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(f) }
	}
	message := func(m flows.Message) func(*world, *channels.Outbound) {
		return func(_ *world, o *channels.Outbound) { o.Message = m }
	}
	for _, tt := range []struct {
		name     string
		typ      channels.ChannelType
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"bad number", channels.WhatsApp, func(_ *world, o *channels.Outbound) { o.To = "+1" }, channels.ClassPermanent, "isv.MOBILE_NUMBER_ILLEGAL", true},
		{"bad number for SMS", channels.SMS, func(_ *world, o *channels.Outbound) { o.To = "+1" }, channels.ClassPermanent, "MOBILE_NUMBER_ILLEGAL", true},
		{"no text", channels.SMS, func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "Parameter.Invalid", false},
		{"in arrears", channels.Viber, fail(alibabatest.Fault{Code: "isv.OUT_OF_SERVICE"}), channels.ClassAuth, "isv.OUT_OF_SERVICE", false},
		{"not on Viber", channels.Viber, fail(alibabatest.Fault{Code: "SRVC_NOT_VIBER_USER"}), channels.ClassPermanent, "SRVC_NOT_VIBER_USER", true},
		{"outside 24 hours", channels.WhatsApp, fail(alibabatest.Fault{Code: "131047"}), channels.ClassPermanent, "131047", true},
		{"throttled by the minute", channels.SMS, fail(alibabatest.Fault{Gateway: "Throttling.User.Minute"}), channels.ClassRetryable, "Throttling.User.Minute", false},
		{"no permission", channels.WhatsApp, func(w *world, _ *channels.Outbound) { w.account.Settings["space_id"] = "another" }, channels.ClassAuth, "Forbidden.RAM", false},
		{"unknown key", channels.SMS, func(w *world, _ *channels.Outbound) { w.account.Credentials["access_key_id"] = "another0000" }, channels.ClassAuth, "InvalidAccessKeyId.NotFound", false},
		{"unknown code", channels.SMS, fail(alibabatest.Fault{Code: "isv.NEW"}), channels.ClassPermanent, "isv.NEW", false},
		{"forbidden", channels.SMS, fail(alibabatest.Fault{Status: 403}), channels.ClassPermanent, "http_403", false},
		{"busy", channels.SMS, fail(alibabatest.Fault{Status: 429}), channels.ClassRetryable, "http_429", false},
		{"unavailable", channels.SMS, fail(alibabatest.Fault{Status: 503}), channels.ClassRetryable, "http_503", false},
		{"bad gateway", channels.SMS, fail(alibabatest.Fault{Status: 502}), channels.ClassUnknown, "http_502", false},
		{"elsewhere", channels.SMS, func(w *world, _ *channels.Outbound) { w.account.BaseURL += "/elsewhere" }, channels.ClassPermanent, "InvalidAction.NotFound", false},
		{"base URL nonsense", channels.SMS, func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
		{"no sender", channels.Viber, func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
		{"no instance", channels.Viber, func(w *world, _ *channels.Outbound) { delete(w.account.Settings, "space_id") }, channels.ClassAuth, channels.CodeSettings, false},
		{"picture by SMS", channels.SMS, message(flows.Message{Type: flows.MessageImage}), channels.ClassPermanent, channels.CodeForm, true},
		{"list on Viber", channels.Viber, message(flows.Message{Type: flows.MessageList}), channels.ClassPermanent, channels.CodeForm, true},
		{"reply buttons on Viber", channels.Viber, message(flows.Message{Type: flows.MessageButtons, Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}}}), channels.ClassPermanent, channels.CodeForm, true},
		{"caption with audio", channels.WhatsApp, message(flows.Message{Type: flows.MessageAudio, URL: "https://e.com/a", Caption: "c"}), channels.ClassPermanent, channels.CodeForm, true},
		{"four buttons", channels.WhatsApp, message(flows.Message{Type: flows.MessageButtons, Buttons: make([]flows.MessageButton, 4)}), channels.ClassPermanent, channels.CodeForm, true},
		{"a list of nothing", channels.WhatsApp, message(flows.Message{Type: flows.MessageList}), channels.ClassPermanent, channels.CodeForm, true},
		{"a template without a code", channels.WhatsApp, message(flows.Message{Type: flows.MessageTemplate, Template: "otp"}), channels.ClassPermanent, channels.CodeTemplate, true},
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

func TestVerifyFindsANumberThatTheInstanceDoesNotHave(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	w.account.Settings["sender"] = "6280000000000"
	se := channels.AsSendError(w.provider.Verify(t.Context(), w.account))
	if se == nil || se.Class != channels.ClassPermanent || se.Hint == "" {
		t.Errorf("got %+v", se)
	}
}
