package kannel_test

import (
	"strings"
	"testing"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/kannel/kanneltest"
	"sluice/server/channels/vendortest"
)

func TestSendNamesWhatKannelNeeds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text, coding string
		parts              int
	}{
		{"the 7-bit alphabet", "Hello @ {€} & 100%", "0", 1},
		{"UCS-2", "Привет 👋", "2", 1},
		{"long", strings.Repeat("a", 200), "0", 2},
		{"long UCS-2", strings.Repeat("ж", 135), "2", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.account.Settings["smsc"] = "carrier-1"
			got, err := w.provider.Send(t.Context(), w.account, text(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			want := kanneltest.Message{
				From: "12345", To: "+639171234567", Text: tt.text, Coding: tt.coding, SMSC: "carrier-1", Mask: "31",
				ReportURL: hookURL + "?message=m-1&token=" + channels.HookToken(password, hookURL, "m-1") + "&report=%d&answer=%A&at=%T",
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

func TestValidityIsTheMinutesThatAreLeft(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]string{0: "", 10 * time.Second: "1", 5 * time.Minute: "5", 1000 * 24 * time.Hour: "635040"} {
		w := newWorld(t)
		o := text("Hi")
		if left != 0 {
			o.Deadline = time.Now().Add(left)
		}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		if got := w.fake.Messages()[0].Validity; got != want {
			t.Errorf("%v left: got %q, want %q", left, got, want)
		}
	}
}

func TestReportsAreAskedForOnlyWhereTheyCanCome(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*channels.Account, *channels.Outbound){
		"no public address": func(a *channels.Account, _ *channels.Outbound) { a.HookURL = "" },
		"an address that Kannel would change": func(a *channels.Account, _ *channels.Outbound) {
			a.HookURL += "%d"
		},
		"an id that Kannel would change": func(_ *channels.Account, o *channels.Outbound) { o.MessageID = "m/1" },
	} {
		w := newWorld(t)
		o := text("Hi")
		change(&w.account, &o)
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		if m := w.fake.Messages()[0]; m.ReportURL != "" || m.Mask != "" {
			t.Errorf("%s: got %+v", name, m)
		}
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	fail := func(status int, body string) func(*world, *channels.Outbound) {
		return func(w *world, _ *channels.Outbound) { w.fake.Fail(vendortest.Fault{Status: status, Body: body}) }
	}
	for _, tt := range []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"black-listed", func(_ *world, o *channels.Outbound) { o.To = "nobody" }, channels.ClassPermanent, "number_denied", true},
		{"no such SMS centre", func(w *world, _ *channels.Outbound) { w.account.Settings["smsc"] = "theirs" }, channels.ClassPermanent, "not_routable", true},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "no_text", false},
		{"misformed", fail(400, "UDH field misformed, rejected"), channels.ClassPermanent, "misformed", false},
		{"no route", fail(403, "Not routable. Do not try again."), channels.ClassPermanent, "not_routable", true},
		{"not now", fail(503, "Temporal failure, try again later."), channels.ClassRetryable, "temporal_failure", false},
		{"a proxy's refusal", fail(403, "<html>Forbidden</html>"), channels.ClassPermanent, "http_403", false},
		{"a proxy's failure", fail(502, "<html>Bad gateway</html>"), channels.ClassUnknown, "http_502", false},
		{"elsewhere", func(w *world, _ *channels.Outbound) { w.account.BaseURL += "/elsewhere" }, channels.ClassPermanent, "http_404", false},
		{"base URL inside", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://10.0.0.1:13013" }, channels.ClassPermanent, channels.CodeBlocked, false},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
		{"no base URL", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "" }, channels.ClassAuth, channels.CodeSettings, false},
		{"no sender", func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
		{"picture", func(_ *world, o *channels.Outbound) { o.Message.Type = flows.MessageImage }, channels.ClassPermanent, channels.CodeForm, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			o := text("Hi")
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.Fallback != tt.fallback || len(w.fake.Messages()) != 0 {
				t.Errorf("got %+v, want %s %s fallback %v", se, tt.class, tt.code, tt.fallback)
			}
			if se != nil && strings.Contains(se.Error(), "<html>") {
				t.Errorf("a page is shown: %v", se)
			}
		})
	}
}

func TestMessagesThatKannelKeepsForLaterAreTaken(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"3: Queued for later delivery", "Sent.", "0: Accepted for delivery", ""} {
		w := newWorld(t)
		w.fake.Fail(vendortest.Fault{Status: 202, Body: body})
		if got, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil || got.ProviderMessageID != "m-1" {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
}
