package twilio_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/twilio"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/egress"
)

func TestSendPostsTheDocumentedForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		typ      channels.ChannelType
		sender   string
		outbound channels.Outbound
		want     twiliotest.Message
	}{
		{
			"SMS text", channels.SMS, "+14155550100", text("Hello & ünïcode"),
			twiliotest.Message{To: "+639171234567", From: "+14155550100", Body: "Hello & ünïcode"},
		},
		{
			"WhatsApp text", channels.WhatsApp, "+14155550100", text("Hi"),
			twiliotest.Message{To: "whatsapp:+639171234567", From: "whatsapp:+14155550100", Body: "Hi"},
		},
		{
			"WhatsApp sender with its prefix", channels.WhatsApp, "whatsapp:+14155550100", text("Hi"),
			twiliotest.Message{To: "whatsapp:+639171234567", From: "whatsapp:+14155550100", Body: "Hi"},
		},
		{
			"Messaging Service", channels.SMS, serviceSID, text("Hi"),
			twiliotest.Message{To: "+639171234567", ServiceSID: serviceSID, Body: "Hi"},
		},
		{
			"template", channels.WhatsApp, "+14155550100",
			channels.Outbound{
				MessageID: "m-1", To: "+639171234567", Template: &channels.Template{ProviderID: contentSID},
				Message: flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{`12"34`, "x"}},
			},
			twiliotest.Message{
				To: "whatsapp:+639171234567", From: "whatsapp:+14155550100",
				ContentSID: contentSID, ContentVariables: `{"1":"12\"34","2":"x"}`,
			},
		},
		{
			"picture", channels.WhatsApp, "+14155550100",
			channels.Outbound{MessageID: "m-1", To: "+639171234567", Message: flows.Message{
				Type: flows.MessageImage, URL: "https://cdn.example.com/a.png", Caption: "Look",
			}},
			twiliotest.Message{
				To: "whatsapp:+639171234567", From: "whatsapp:+14155550100", MediaURL: "https://cdn.example.com/a.png", Body: "Look",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ, twiliotest.Options{})
			w.account.Settings["sender"] = tt.sender
			got, err := w.provider.Send(t.Context(), w.account, tt.outbound)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			want.SID, want.User, want.Status = got.ProviderMessageID, accountSID, "queued"
			want.StatusCallback = hookURL + "?message=m-1"
			wantParts := 1
			if want.ServiceSID != "" {
				want.Status, wantParts = "accepted", 0
			}
			if sent := w.fake.Messages(); len(sent) != 1 || sent[0] != want {
				t.Errorf("got %+v\nwant %+v", sent, want)
			}
			if got.Parts != wantParts {
				t.Errorf("got %d parts, want %d", got.Parts, wantParts)
			}
		})
	}
}

func TestAnAPIKeySignsSendsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
	w.account.Credentials["api_key_sid"], w.account.Credentials["api_key_secret"] = keySID, keySecret
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	if got := w.fake.Messages()[0].User; got != keySID {
		t.Errorf("signed in as %q, want the key", got)
	}
	w.account.Credentials["api_key_secret"] = "revoked"
	if se := channels.AsSendError(w.provider.Verify(t.Context(), w.account)); se == nil || se.Class != channels.ClassAuth {
		t.Errorf("a revoked key passes verification: %v", se)
	}
	delete(w.account.Credentials, "api_key_secret")
	if se := channels.AsSendError(w.provider.Verify(t.Context(), w.account)); se == nil || se.Code != channels.CodeSettings {
		t.Errorf("a key without its secret: %v", se)
	}
}

func TestValidityFollowsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		left time.Duration
		want []string
	}{
		{0, []string{""}},
		// A second may begin between the test's clock and the provider's.
		{30 * time.Second, []string{"30", "29"}},
		{2 * time.Second, []string{"5"}},
		{30 * 24 * time.Hour, []string{"36000"}},
	} {
		w := newWorld(t, channels.SMS, twiliotest.Options{})
		o := text("Hi")
		if tt.left != 0 {
			o.Deadline = time.Now().Add(tt.left)
		}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		got := w.fake.Messages()[0].ValidityPeriod
		if got != tt.want[0] && got != tt.want[len(tt.want)-1] {
			t.Errorf("%v left: ValidityPeriod %q, want one of %q", tt.left, got, tt.want)
		}
	}
}

func TestWithoutAPublicAddressNoReceiptsAreAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	w.account.HookURL = ""
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	if got := w.fake.Messages()[0].StatusCallback; got != "" {
		t.Errorf("StatusCallback %q", got)
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1601)
	tests := []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"bad number", func(_ *world, o *channels.Outbound) { o.To = "+1" }, channels.ClassPermanent, "21211", false},
		{"opted out", func(w *world, o *channels.Outbound) { w.fake.OptOut(o.To) }, channels.ClassPermanent, "21610", true},
		{"text too long", func(_ *world, o *channels.Outbound) { o.Message.Text = long }, channels.ClassPermanent, "21617", false},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "21619", false},
		{"foreign sender", func(w *world, _ *channels.Outbound) { w.account.Settings["sender"] = "+14155550199" }, channels.ClassPermanent, "21606", false},
		{"suspended", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 30002}) }, channels.ClassAuth, "30002", false},
		{"rate of WhatsApp", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 63018}) }, channels.ClassRetryable, "63018", false},
		{"outside 24 hours", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 63016}) }, channels.ClassPermanent, "63016", true},
		{"a code nobody knows", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 29999}) }, channels.ClassPermanent, "29999", false},
		{"unavailable", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Status: 503}) }, channels.ClassRetryable, "20503", false},
		{"bad gateway", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Status: 502}) }, channels.ClassUnknown, "20500", false},
		{"not found", func(w *world, _ *channels.Outbound) {
			w.account.BaseURL += "/elsewhere"
		}, channels.ClassPermanent, "20404", false},
		{"template without SID", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
		}, channels.ClassPermanent, channels.CodeTemplate, true},
		{"template unknown to Twilio", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
			o.Template = &channels.Template{ProviderID: "HX0"}
		}, channels.ClassPermanent, "21655", true},
		{"base URL inside", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://10.0.0.1" }, channels.ClassPermanent, channels.CodeBlocked, false},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
		{"no sender", func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, channels.SMS, twiliotest.Options{Senders: []string{"+14155550100"}})
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

func TestASlowAnswerIsStillAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	w.fake.Fail(twiliotest.Fault{Delay: 50 * time.Millisecond})
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Error(err)
	}
}

// answering is a Doer with one canned answer.
type answering struct{ resp egress.Response }

func (a answering) Do(*http.Request) (*egress.Response, error) { return &a.resp, nil }

func TestAnswersThatNoDocumentMentions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	tests := []struct {
		name  string
		resp  egress.Response
		class channels.Class
		code  string
	}{
		{"created, but failed", egress.Response{Status: 201, Body: []byte(`{"sid":"SM1","status":"failed","error_code":21610}`)}, channels.ClassPermanent, "21610"},
		{"created, failed with a new code", egress.Response{Status: 201, Body: []byte(`{"sid":"SM1","status":"failed","error_code":29999}`)}, channels.ClassPermanent, "29999"},
		{"created without a SID", egress.Response{Status: 201, Body: []byte(`{}`)}, channels.ClassUnknown, channels.CodeNoAnswer},
		{"a redirect", egress.Response{Status: 304}, channels.ClassUnknown, "http_304"},
		{"forbidden as HTML", egress.Response{Status: 403, Body: []byte("<html>")}, channels.ClassPermanent, "http_403"},
		{"gone", egress.Response{Status: 410, Body: []byte(`{"code":0,"message":"token ` + authToken + `"}`)}, channels.ClassPermanent, "http_410"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := twilio.New(answering{tt.resp}).Send(t.Context(), w.account, text("Hi"))
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code {
				t.Errorf("got %+v, want %s %s", se, tt.class, tt.code)
			}
			if strings.Contains(err.Error(), authToken) {
				t.Errorf("the error tells the token: %v", err)
			}
		})
	}
	if se := channels.AsSendError(twilio.New(answering{egress.Response{Status: 200, Body: []byte("{}")}}).Verify(t.Context(), w.account)); se == nil || se.Class != channels.ClassUnknown {
		t.Errorf("an account without a status: %v", se)
	}
}
