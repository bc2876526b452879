package metawhatsapp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/channels/vendortest"
)

const business = "102290129340398"

func listed(name, language, status string) map[string]any {
	return map[string]any{
		"id": name + "-" + language, "name": name, "language": language, "status": status, "category": "UTILITY", "parameter_format": "POSITIONAL",
		"quality_score": map[string]any{"score": "GREEN"}, "components": []any{map[string]any{"type": "BODY", "text": "Hi {{1}}"}},
	}
}

func TestTemplatesAreListedPageByPage(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"", business} {
		w := newWorld(t, metatest.Options{Business: business})
		w.account.Settings["business_account_id"] = setting
		w.fake.Templates.Set(2, listed("a", "en", "APPROVED"), listed("a", "de", "PENDING"), listed("b", "en", "DELETED"), listed("c", "en", "PAUSED"))
		var names []string
		page, pages := "", 0
		for {
			got, err := w.provider.ListTemplates(t.Context(), w.account, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range got.Templates {
				names = append(names, v.ID+" "+string(v.Status)+" "+v.Quality+" "+v.Body)
			}
			pages++
			if page = got.Next; page == "" {
				break
			}
			if strings.Contains(page, accessToken) {
				t.Error("the next page's name holds the token")
			}
		}
		want := "a-en approved high Hi {{1}}, a-de pending high Hi {{1}}, c-en paused high Hi {{1}}"
		if got := strings.Join(names, ", "); got != want || pages != 2 {
			t.Errorf("with the setting %q: got %s in %d pages, want %s", setting, got, pages, want)
		}
	}
}

func TestTemplateListRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		prepare func(*world)
		class   channels.Class
		hint    string
	}{
		{"busy", func(w *world) {
			w.fake.Templates.Fail(vendortest.Fault{Status: 400, RetryAfter: time.Second, Body: `{"error": {"code": 80008, "message": "too many calls"}}`})
		}, channels.ClassRetryable, ""},
		{"throttled", func(w *world) {
			w.fake.Templates.Fail(vendortest.Fault{Status: http.StatusTooManyRequests, Body: `{"error": {"code": 4, "message": "limit"}}`})
		}, channels.ClassRetryable, ""},
		{"token", func(w *world) { w.account.Credentials["access_token"] = "x" }, channels.ClassAuth, ""},
		{"another account", func(w *world) { w.account.Settings["business_account_id"] = "999999" }, channels.ClassPermanent, "Copy it from the app's API Setup page"},
		{"nonsense", func(w *world) { w.fake.Templates.Fail(vendortest.Fault{Status: 200, Body: `{"x": 1}`}) }, channels.ClassRetryable, ""},
		{"no account known", func(w *world) { delete(w.account.Settings, "business_account_id") }, channels.ClassPermanent, "Enter the WhatsApp Business Account ID"},
	} {
		o := metatest.Options{Business: business}
		if tt.name == "no account known" {
			o.Business = ""
		}
		w := newWorld(t, o)
		w.account.Settings["business_account_id"] = business
		tt.prepare(&w)
		_, err := w.provider.ListTemplates(t.Context(), w.account, "")
		se := channels.AsSendError(err)
		if se == nil || se.Class != tt.class || !strings.Contains(se.Hint, tt.hint) {
			t.Errorf("%s: got %+v, want %s", tt.name, se, tt.class)
		}
	}
}
