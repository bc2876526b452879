package infobip_test

import (
	"net/http"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/infobip"
	"sluice/server/channels/infobip/infobiptest"
	"sluice/server/egress"
)

func TestSendPostsTheDocumentedBody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, category string
		typ            channels.ChannelType
		label          string
		parts          int
	}{
		{"Viber transactional", "transactional", channels.Viber, "TRANSACTIONAL", 0},
		{"Viber promotional", "promotional", channels.Viber, "PROMOTIONAL", 0},
		{"Viber marketing", "marketing", channels.Viber, "PROMOTIONAL", 0},
		{"Viber without a category", "", channels.Viber, "TRANSACTIONAL", 0},
		{"SMS", "marketing", channels.SMS, "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ, infobiptest.Options{Senders: []string{"MyShop"}})
			o := text("Hello & ünïcode")
			o.Category = tt.category
			got, err := w.provider.Send(t.Context(), w.account, o)
			if err != nil {
				t.Fatal(err)
			}
			report := hookURL + "?message=m-1&token=" + channels.HookToken(apiKey, hookURL, "m-1")
			want := infobiptest.Message{
				ID: "m-1", Channel: string(tt.typ), Sender: "MyShop", To: "639171234567", Text: "Hello & ünïcode",
				Label: tt.label, DeliveryURL: report, CallbackData: "m-1",
			}
			if tt.typ == channels.Viber {
				want.SeenURL = report
			}
			if sent := w.fake.Messages(); len(sent) != 1 || sent[0] != want {
				t.Errorf("got %+v\nwant %+v", sent, want)
			}
			if got.ProviderMessageID != "m-1" || got.Parts != tt.parts {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestValidityFollowsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ  channels.ChannelType
		left time.Duration
		want time.Duration
	}{
		{channels.SMS, 0, 0},
		{channels.SMS, time.Minute, time.Minute},
		{channels.SMS, time.Second, 5 * time.Second},
		{channels.SMS, 30 * 24 * time.Hour, 48 * time.Hour},
		{channels.Viber, 10 * time.Second, 30 * time.Second},
		{channels.Viber, 30 * 24 * time.Hour, 14 * 24 * time.Hour},
	} {
		w := newWorld(t, tt.typ, infobiptest.Options{})
		o := text("Hi")
		if tt.left != 0 {
			o.Deadline = time.Now().Add(tt.left)
		}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		// A second may begin between the test's clock and the provider's.
		got := w.fake.Messages()[0].Validity
		if got != tt.want && got != tt.want-time.Second {
			t.Errorf("%s, %v left: got %v, want %v", tt.typ, tt.left, got, tt.want)
		}
	}
}

func TestWithoutAPublicAddressNoReportsAreAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Viber, infobiptest.Options{})
	w.account.HookURL = ""
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	if m := w.fake.Messages()[0]; m.DeliveryURL != "" || m.SeenURL != "" {
		t.Errorf("got %+v", m)
	}
}

// After an answer that was lost, the message is sent again under its id, and
// Infobip finds that it has it already.
func TestARepeatedSendDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, infobiptest.Options{})
	w.fake.Fail(infobiptest.Fault{LoseAnswer: true})
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); channels.AsSendError(err).Class != channels.ClassUnknown {
		t.Fatalf("got %v", err)
	}
	got, err := w.provider.Send(t.Context(), w.account, text("Hi"))
	if err != nil || got.ProviderMessageID != "m-1" || len(w.fake.Messages()) != 1 {
		t.Errorf("got %+v, %v and %d messages", got, err, len(w.fake.Messages()))
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fail := func(f infobiptest.Fault) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(f) }
	}
	tests := []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"bad number", func(_ *world, o *channels.Outbound) { o.To = "+1" }, channels.ClassPermanent, "REJECTED_DESTINATION", true},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "E400", false},
		{"foreign sender", func(w *world, _ *channels.Outbound) { w.account.Settings["sender"] = "Theirs" }, channels.ClassPermanent, "REJECTED_SENDER", false},
		{"no credit", fail(infobiptest.Fault{Rejected: "REJECTED_NOT_ENOUGH_CREDITS"}), channels.ClassAuth, "REJECTED_NOT_ENOUGH_CREDITS", false},
		{"not on Viber", fail(infobiptest.Fault{Rejected: "SRVC_NOT_VIBER_USER"}), channels.ClassPermanent, "SRVC_NOT_VIBER_USER", true},
		{"blocked", fail(infobiptest.Fault{Rejected: "SRVC_USER_BLOCKED"}), channels.ClassPermanent, "SRVC_USER_BLOCKED", true},
		{"no device", fail(infobiptest.Fault{Rejected: "SRVC_NO_SUITABLE_DEVICE"}), channels.ClassPermanent, "SRVC_NO_SUITABLE_DEVICE", true},
		{"not agreed", fail(infobiptest.Fault{Rejected: "SRVC_WAIT_FOR_USER_RESPONSE"}), channels.ClassPermanent, "SRVC_WAIT_FOR_USER_RESPONSE", true},
		{"Viber slow", fail(infobiptest.Fault{Rejected: "SRVC_TIMEOUT"}), channels.ClassRetryable, "SRVC_TIMEOUT", false},
		{"Viber broken", fail(infobiptest.Fault{Rejected: "SRVC_INTERNAL_FAILURE"}), channels.ClassRetryable, "SRVC_INTERNAL_FAILURE", false},
		{"an error of Infobip's", fail(infobiptest.Fault{Rejected: "REJECTED_SYSTEM_ERROR"}), channels.ClassRetryable, "REJECTED_SYSTEM_ERROR", false},
		{"on a block list", fail(infobiptest.Fault{Rejected: "REJECTED_DESTINATION_BLOCKLISTED"}), channels.ClassPermanent, "REJECTED_DESTINATION_BLOCKLISTED", true},
		{"unknown status", fail(infobiptest.Fault{Rejected: "REJECTED_FOR_FUN"}), channels.ClassPermanent, "REJECTED_FOR_FUN", false},
		{"forbidden", fail(infobiptest.Fault{Status: 403}), channels.ClassAuth, "E403", false},
		{"unavailable", fail(infobiptest.Fault{Status: 503}), channels.ClassRetryable, "E503", false},
		{"bad gateway", fail(infobiptest.Fault{Status: 502}), channels.ClassUnknown, "E502", false},
		{"elsewhere", func(w *world, _ *channels.Outbound) { w.account.BaseURL += "/elsewhere" }, channels.ClassPermanent, "E404", false},
		{"base URL inside", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://10.0.0.1" }, channels.ClassPermanent, channels.CodeBlocked, false},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
		{"no sender", func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
		{"picture", func(_ *world, o *channels.Outbound) { o.Message.Type = flows.MessageImage }, channels.ClassPermanent, channels.CodeForm, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, channels.Viber, infobiptest.Options{Senders: []string{"MyShop"}})
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

// answers is a vendor that gives one answer to everything.
type answers egress.Response

func (a answers) Do(*http.Request) (*egress.Response, error) {
	r := egress.Response(a)
	return &r, nil
}

func TestAnswersWithoutACodeAreClassifiedByTheirStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]channels.Class{
		302: channels.ClassUnknown, 400: channels.ClassPermanent, 401: channels.ClassAuth, 429: channels.ClassRetryable,
		500: channels.ClassUnknown, 503: channels.ClassRetryable, 200: channels.ClassUnknown,
	} {
		p := infobip.New(answers{Status: status, Header: http.Header{}, Body: []byte("<html>")})
		a := channels.Account{Type: channels.SMS, Credentials: map[string]string{"api_key": apiKey}, Settings: map[string]string{"sender": "MyShop"}}
		_, err := p.Send(t.Context(), a, text("Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != want {
			t.Errorf("%d: got %+v, want %s", status, se, want)
		}
		if se := channels.AsSendError(p.Verify(t.Context(), a)); se == nil || se.Class != want {
			t.Errorf("verify, %d: got %+v, want %s", status, se, want)
		}
	}
}
