package vonage_test

import (
	"net/http"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/vonage"
	"sluice/server/channels/vonage/vonagetest"
	"sluice/server/egress"
)

func TestSendPostsTheDocumentedBody(t *testing.T) {
	t.Parallel()
	form := func(m flows.Message) channels.Outbound {
		o := text("")
		o.Message = m
		o.Template = &channels.Template{ProviderID: "otp_code", Language: "en_GB"}
		return o
	}
	promotional := text("Hi")
	promotional.Category = "promotional"
	const url = "https://cdn.example.com/a"
	tests := []struct {
		name     string
		typ      channels.ChannelType
		outbound channels.Outbound
		want     func(*vonagetest.Message)
	}{
		{"SMS", channels.SMS, text("Hello & ünïcode"), func(m *vonagetest.Message) { m.MessageType, m.Text = "text", "Hello & ünïcode" }},
		{"WhatsApp", channels.WhatsApp, text("Hi"), func(m *vonagetest.Message) { m.MessageType, m.Text = "text", "Hi" }},
		{"Viber", channels.Viber, text("Hi"), func(m *vonagetest.Message) {
			m.MessageType, m.Text, m.Viber.Category = "text", "Hi", "transaction"
		}},
		{"Viber promotional", channels.Viber, promotional, func(m *vonagetest.Message) {
			m.MessageType, m.Text, m.Viber.Category = "text", "Hi", "promotion"
		}},
		{
			"template", channels.WhatsApp, form(flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{"12", "x"}}),
			func(m *vonagetest.Message) {
				m.MessageType, m.Template = "template", vonagetest.Template{Name: "otp_code", Parameters: []string{"12", "x"}}
				m.WhatsApp.Policy, m.WhatsApp.Locale = "deterministic", "en_GB"
			},
		},
		{"picture", channels.WhatsApp, form(flows.Message{Type: flows.MessageImage, URL: url, Caption: "Look"}), func(m *vonagetest.Message) {
			m.MessageType, m.Image = "image", vonagetest.Media{URL: url, Caption: "Look"}
		}},
		{"video", channels.WhatsApp, form(flows.Message{Type: flows.MessageVideo, URL: url}), func(m *vonagetest.Message) {
			m.MessageType, m.Video.URL = "video", url
		}},
		{"audio", channels.WhatsApp, form(flows.Message{Type: flows.MessageAudio, URL: url}), func(m *vonagetest.Message) {
			m.MessageType, m.Audio.URL = "audio", url
		}},
		{"document", channels.WhatsApp, form(flows.Message{Type: flows.MessageDocument, URL: url}), func(m *vonagetest.Message) {
			m.MessageType, m.File.URL = "file", url
		}},
		{"named document", channels.WhatsApp, form(flows.Message{Type: flows.MessageDocument, URL: url, Caption: "Your bill", Filename: "bill.pdf"}), func(m *vonagetest.Message) {
			m.MessageType, m.File = "file", vonagetest.Media{URL: url, Caption: "Your bill", Name: "bill.pdf"}
		}},
		{"document whose caption is not its name", channels.WhatsApp, form(flows.Message{Type: flows.MessageDocument, URL: url + "/bill.pdf?x=1", Caption: "Your bill"}), func(m *vonagetest.Message) {
			m.MessageType, m.File = "file", vonagetest.Media{URL: url + "/bill.pdf?x=1", Caption: "Your bill", Name: "bill.pdf"}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ)
			got, err := w.provider.Send(t.Context(), w.account, tt.outbound)
			if err != nil {
				t.Fatal(err)
			}
			want := vonagetest.Message{
				Channel: vendorName(tt.typ), To: "639171234567", From: "14155550100", ClientRef: "m-1",
				WebhookURL: hookURL + "?message=m-1&token=" + channels.HookToken(signature, hookURL, "m-1"),
			}
			tt.want(&want)
			sent := w.fake.Messages()
			same(t, sent, []vonagetest.Message{want})
			if sent[0].UUID != got.ProviderMessageID || sent[0].SignedIn != "application" {
				t.Errorf("got %+v for %+v", got, sent[0])
			}
		})
	}
}

func TestTheTimeToLiveFollowsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ  channels.ChannelType
		left time.Duration
		want int
	}{
		{channels.SMS, 0, 0},
		{channels.SMS, time.Minute, 60},
		{channels.SMS, time.Second, 20},
		{channels.SMS, 30 * 24 * time.Hour, 604800},
		{channels.Viber, 0, 0},
		{channels.Viber, 10 * time.Second, 30},
		{channels.Viber, 30 * 24 * time.Hour, 259200},
		{channels.WhatsApp, time.Minute, 0},
	} {
		w := newWorld(t, tt.typ)
		o := text("Hi")
		if tt.left != 0 {
			o.Deadline = time.Now().Add(tt.left)
		}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		// A second may begin between the test's clock and the provider's.
		m := w.fake.Messages()[0]
		if got := m.TTL + m.Viber.TTL; got != tt.want && got != tt.want-1 {
			t.Errorf("%s, %v left: got %d, want %d", tt.typ, tt.left, got, tt.want)
		}
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fail := func(f vonagetest.Fault) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(f) }
	}
	tests := []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"bad number", func(_ *world, o *channels.Outbound) { o.To = "+1" }, channels.ClassPermanent, "1430", true},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "1150", false},
		{"foreign sender", func(w *world, _ *channels.Outbound) { w.account.Settings["sender"] = "Theirs" }, channels.ClassPermanent, "1420", false},
		{"no credit", fail(vonagetest.Fault{Status: 402}), channels.ClassAuth, "low-balance", false},
		{"not a destination of the account", fail(vonagetest.Fault{Code: "1160"}), channels.ClassPermanent, "1160", true},
		{"our own reference", fail(vonagetest.Fault{Code: "1060"}), channels.ClassPermanent, "1060", false},
		{"no such channel", fail(vonagetest.Fault{Code: "1100"}), channels.ClassPermanent, "1100", true},
		{"no such recipient", fail(vonagetest.Fault{Code: "110"}), channels.ClassPermanent, "110", true},
		{"an inner error", fail(vonagetest.Fault{Code: "1000", CodeStatus: 500}), channels.ClassUnknown, "1000", false},
		{"too fast", fail(vonagetest.Fault{Code: "1000", CodeStatus: 429}), channels.ClassRetryable, "1000", false},
		{"a token that came late", fail(vonagetest.Fault{Code: "jwt-expired", CodeStatus: 401}), channels.ClassRetryable, "jwt-expired", false},
		{"a product of somebody else", fail(vonagetest.Fault{Code: "unprovisioned", CodeStatus: 401}), channels.ClassAuth, "unprovisioned", false},
		{"throttled", fail(vonagetest.Fault{Code: "1000"}), channels.ClassRetryable, "1000", false},
		{"not on the channel", fail(vonagetest.Fault{Code: "1300"}), channels.ClassPermanent, "1300", true},
		{"outside 24 hours", fail(vonagetest.Fault{Code: "1340"}), channels.ClassPermanent, "1340", true},
		{"a code nobody knows", fail(vonagetest.Fault{Code: "1999"}), channels.ClassPermanent, "1999", false},
		{"forbidden", fail(vonagetest.Fault{Status: 403}), channels.ClassPermanent, "http_403", false},
		{"unavailable", fail(vonagetest.Fault{Status: 503}), channels.ClassRetryable, "http_503", false},
		{"bad gateway", fail(vonagetest.Fault{Status: 502}), channels.ClassUnknown, "http_502", false},
		{"elsewhere", func(w *world, _ *channels.Outbound) { w.account.BaseURL += "/elsewhere" }, channels.ClassPermanent, "not-found", false},
		{"base URL inside", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://10.0.0.1" }, channels.ClassPermanent, channels.CodeBlocked, false},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
		{"template without a name", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
		}, channels.ClassPermanent, channels.CodeTemplate, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, channels.WhatsApp)
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

func TestAnswersThatAreNoProblemAreClassifiedByTheirStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]channels.Class{
		202: channels.ClassUnknown, 302: channels.ClassUnknown, 400: channels.ClassPermanent, 401: channels.ClassAuth,
		402: channels.ClassAuth, 429: channels.ClassRetryable, 500: channels.ClassUnknown,
	} {
		p := vonage.New(answers{Status: status, Header: http.Header{}, Body: []byte("<html>")})
		a := channels.Account{
			Type: channels.SMS, Credentials: map[string]string{"api_key": apiKey, "api_secret": apiSecret}, Settings: map[string]string{"sender": "MyShop"},
		}
		_, err := p.Send(t.Context(), a, text("Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != want {
			t.Errorf("%d: got %+v, want %s", status, se, want)
		}
	}
}
