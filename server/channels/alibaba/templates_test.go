package alibaba_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/vendortest"
)

// detail is a template as GetChatappTemplateDetail answers with it.
func detail(code, name, language, status string, components ...any) map[string]any {
	return map[string]any{
		"TemplateCode": code, "Name": name, "Language": language, "AuditStatus": status, "Category": "UTILITY", "TemplateType": "WHATSAPP", "QualityScore": "YELLOW",
		"Reason": "None", "Example": map[string]string{"name": "Ana"}, "Components": components,
	}
}

func TestTemplatesAreListedWithTheirDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	full := detail("7440001", "shipped", "en_US", "pass",
		map[string]any{"Type": "HEADER", "Format": "IMAGE", "Url": "$(picture)"}, map[string]any{"Type": "BODY", "Text": "$(name), $(order) comes."}, map[string]any{"Type": "FOOTER", "Text": "My Shop"},
		map[string]any{"Type": "BUTTONS", "Buttons": []any{
			map[string]any{"Type": "URL", "Text": "Track", "Url": "https://s.example/$(order)", "UrlType": "dynamic"}, map[string]any{"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+14155550100"},
		}})
	list := []any{full, detail("7440001", "shipped", "de", "auditing", map[string]any{"Type": "BODY", "Text": "Hallo"})}
	for _, code := range []string{"7440002", "7440003", "7440004", "7440005"} {
		list = append(list, detail(code, "more_"+code, "en", "fail", map[string]any{"Type": "BODY", "Text": "x"}))
	}
	list = append(list, detail("7440009", "cards", "en", "pass", map[string]any{"Type": "CAROUSEL"}))
	w.fake.Templates.Set(0, list...)
	first, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err != nil || len(first.Templates) != 5 || first.Next != "2" || first.Total != 7 || first.Pause < time.Second {
		t.Fatalf("got %+v, %v", first, err)
	}
	want := channels.VendorTemplate{ID: "7440001", Status: channels.TemplateApproved, Quality: "medium", Template: channels.Template{
		Name: "shipped", Language: "en_US", Category: "utility", ProviderID: "7440001", Body: "{{1}}, {{2}} comes.",
		TemplateContent: channels.TemplateContent{
			Header: &channels.TemplateHeader{Format: "image", URL: "{{3}}"}, Footer: "My Shop",
			Buttons:    []channels.TemplateButton{{Type: "url", Text: "Track", URL: "https://s.example/{{2}}"}, {Type: "phone", Text: "Call", Phone: "+14155550100"}},
			Parameters: []channels.TemplateParameter{{Name: "name", Kind: "text", Example: "Ana"}, {Name: "order", Kind: "text"}, {Name: "picture", Kind: "media"}},
		},
	}}
	if diff := cmp.Diff(want, first.Templates[0]); diff != "" {
		t.Error(diff)
	}
	second, err := w.provider.ListTemplates(t.Context(), w.account, first.Next)
	if err != nil || second.Next != "" || len(second.Templates) != 1 || len(second.Skipped) != 1 {
		t.Errorf("the last page is %+v, %v", second, err)
	}
	if got := first.Templates[2]; got.Status != channels.TemplateRejected || got.Reason != "" {
		t.Errorf("the rejected one is %+v", got)
	}
}

func TestImportedParametersGoByTheirNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	o := text("")
	o.Message = flows.Message{Type: flows.MessageTemplate, Template: "shipped", Parameters: []string{"Ana", "A1", "https://cdn.example/a.png"}}
	o.Template = &channels.Template{Slug: "shipped", ProviderID: "7440001", Language: "en_US", Body: "{{1}}, {{2}} comes.", TemplateContent: channels.TemplateContent{
		Parameters: []channels.TemplateParameter{{Name: "name"}, {Name: "order"}, {Name: "picture"}},
	}}
	if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
		t.Fatal(err)
	}
	if got := w.fake.Messages()[0].Fields.Get("TemplateParams"); got != `{"name":"Ana","order":"A1","picture":"https://cdn.example/a.png"}` {
		t.Errorf("got %s", got)
	}
}

func TestOneTimePasswordsOfCAMSAreWorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	otp := detail("7440001", "otp", "en", "pass", map[string]any{"Type": "BODY", "AddSecretRecommendation": true}, map[string]any{"Type": "FOOTER", "CodeExpirationMinutes": 5},
		map[string]any{"Type": "BUTTONS", "Buttons": []any{map[string]any{"Type": "COPY_CODE", "Text": "Copy"}}})
	otp["Category"], otp["Example"] = "AUTHENTICATION", map[string]string{"code": "123456"}
	w.fake.Templates.Set(0, otp)
	got, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err != nil || len(got.Templates) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	want := channels.TemplateContent{
		Footer: "This code expires in 5 minutes.", Buttons: []channels.TemplateButton{{Type: "copy_code", Text: "Copy", Code: "{{1}}"}},
		Parameters: []channels.TemplateParameter{{Name: "code", Kind: "code", Example: "123456"}},
	}
	if diff := cmp.Diff(want, got.Templates[0].TemplateContent); diff != "" || got.Templates[0].Body != "{{1}} is your verification code. For your security, do not share this code." {
		t.Errorf("%s %q", diff, got.Templates[0].Body)
	}
}

func TestTemplateListRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		prepare func(*world)
		class   channels.Class
	}{
		{"throttled", func(w *world) {
			w.fake.Templates.Fail(vendortest.Fault{Status: http.StatusBadRequest, RetryAfter: time.Second, Body: `{"Code": "Throttling.User"}`})
		}, channels.ClassRetryable},
		{"another instance", func(w *world) { w.account.Settings["space_id"] = "cams-other" }, channels.ClassAuth},
		{"nonsense", func(w *world) { w.fake.Templates.Fail(vendortest.Fault{Status: http.StatusOK, Body: "<html>"}) }, channels.ClassUnknown},
	} {
		w := newWorld(t, channels.WhatsApp)
		tt.prepare(&w)
		_, err := w.provider.ListTemplates(t.Context(), w.account, "")
		if se := channels.AsSendError(err); se == nil || se.Class != tt.class {
			t.Errorf("%s: got %+v, want %s", tt.name, se, tt.class)
		}
	}
}
