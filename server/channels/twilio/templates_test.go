package twilio_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/channels/vendortest"
)

// contents are as the Content API's documentation shows them.
func contents(t *testing.T, list string) []any {
	t.Helper()
	var all []any
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

const twoContents = `[
	{"sid": "HX00000000000000000000000000000001", "friendly_name": "shipped", "language": "en", "variables": {"1": "Ana", "2": "A1", "3": "track/1"},
	 "types": {"twilio/call-to-action": {"body": "{{1}}, {{2}} is on its way.", "actions": [{"type": "URL", "title": "Track", "url": "https://s.example/{{3}}"}, {"type": "PHONE_NUMBER", "title": "Call", "phone": "+14155550100"}]}},
	 "approval_requests": {"name": "order_shipped", "category": "UTILITY", "content_type": "twilio/call-to-action", "status": "approved", "rejection_reason": ""}},
	{"sid": "HX00000000000000000000000000000002", "friendly_name": "bill", "language": "de", "variables": {"file": "a.pdf", "name": "Bo"},
	 "types": {"twilio/media": {"body": "Hi {{name}}", "media": ["https://cdn.example/{{file}}.pdf"]}},
	 "approval_requests": {"name": "bill", "category": "UTILITY", "status": "rejected", "rejection_reason": "The sample is missing."}},
	{"sid": "HX00000000000000000000000000000003", "friendly_name": "pay", "language": "de", "variables": {}, "types": {"twilio/pay": {"body": "x"}}, "approval_requests": {"status": "unsubmitted"}}]`

func TestContentsAreListedPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
	w.fake.Contents.Set(2, contents(t, twoContents)...)
	first, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err != nil || first.Next == "" {
		t.Fatalf("got %+v, %v", first, err)
	}
	want := []channels.VendorTemplate{
		{ID: "HX00000000000000000000000000000001", Status: channels.TemplateApproved, Template: channels.Template{
			Name: "order_shipped", Language: "en", Category: "utility", ProviderID: "HX00000000000000000000000000000001", Body: "{{1}}, {{2}} is on its way.",
			TemplateContent: channels.TemplateContent{
				Buttons: []channels.TemplateButton{{Type: "url", Text: "Track", URL: "https://s.example/{{3}}"}, {Type: "phone", Text: "Call", Phone: "+14155550100"}},
				Parameters: []channels.TemplateParameter{
					{Name: "1", Kind: "text", Example: "Ana"}, {Name: "2", Kind: "text", Example: "A1"}, {Name: "3", Kind: "link", Example: "track/1"},
				},
			},
		}},
		{ID: "HX00000000000000000000000000000002", Status: channels.TemplateRejected, Reason: "The sample is missing.", Template: channels.Template{
			Name: "bill", Language: "de", Category: "utility", ProviderID: "HX00000000000000000000000000000002", Body: "Hi {{1}}",
			TemplateContent: channels.TemplateContent{
				Header:     &channels.TemplateHeader{Format: "document", URL: "https://cdn.example/{{2}}.pdf"},
				Parameters: []channels.TemplateParameter{{Name: "name", Kind: "text", Example: "Bo"}, {Name: "file", Kind: "media", Example: "a.pdf"}},
			},
		}},
	}
	if diff := cmp.Diff(want, first.Templates); diff != "" {
		t.Error(diff)
	}
	second, err := w.provider.ListTemplates(t.Context(), w.account, first.Next)
	if err != nil || second.Next != "" || len(second.Templates) != 0 || len(second.Skipped) != 1 || second.Skipped[0].Name != "pay" {
		t.Errorf("the last page is %+v, %v", second, err)
	}
}

func TestSMSTakesContentsWithoutApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	w.fake.Contents.Set(0, contents(t, `[
		{"sid": "HX00000000000000000000000000000001", "friendly_name": "plain", "language": "en", "variables": {}, "types": {"twilio/text": {"body": "Hi"}}, "approval_requests": {}},
		{"sid": "HX00000000000000000000000000000002", "friendly_name": "choose", "language": "en", "variables": {}, "types": {"twilio/quick-reply": {"body": "Hi", "actions": []}}, "approval_requests": {"status": "approved"}}]`)...)
	got, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err != nil || len(got.Templates) != 1 || got.Templates[0].Status != channels.TemplateApproved || len(got.Skipped) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestOneTimePasswordsOfTwilioAreWorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
	w.fake.Contents.Set(0, contents(t, `[{"sid": "HX00000000000000000000000000000001", "friendly_name": "otp", "language": "en", "variables": {"1": "123456"},
		"types": {"whatsapp/authentication": {"body": null, "add_security_recommendation": true, "code_expiration_minutes": 5, "actions": [{"type": "COPY_CODE", "copy_code_text": "Copy"}]}},
		"approval_requests": {"name": "otp", "category": "AUTHENTICATION", "status": "approved"}}]`)...)
	got, err := w.provider.ListTemplates(t.Context(), w.account, "")
	if err != nil || len(got.Templates) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	want := channels.TemplateContent{
		Footer: "This code expires in 5 minutes.", Buttons: []channels.TemplateButton{{Type: "copy_code", Text: "Copy", Code: "{{1}}"}},
		Parameters: []channels.TemplateParameter{{Name: "1", Kind: "code", Example: "123456"}},
	}
	if diff := cmp.Diff(want, got.Templates[0].TemplateContent); diff != "" || got.Templates[0].Body != "{{1}} is your verification code. For your security, do not share this code." {
		t.Errorf("%s\n%q", diff, got.Templates[0].Body)
	}
}

func TestNamedContentVariablesGoByTheirNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
	o := text("")
	o.Message = flows.Message{Type: flows.MessageTemplate, Template: "bill", Parameters: []string{"Bo", `a"b`}}
	o.Template = &channels.Template{Slug: "bill", ProviderID: contentSID, TemplateContent: channels.TemplateContent{
		Parameters: []channels.TemplateParameter{{Name: "name"}, {Name: "file"}},
	}}
	if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
		t.Fatal(err)
	}
	if got := w.fake.Messages()[0].ContentVariables; got != `{"file":"a\"b","name":"Bo"}` {
		t.Errorf("got %s", got)
	}
	o.Message.Parameters = o.Message.Parameters[:1]
	if _, err := w.provider.Send(t.Context(), w.account, o); channels.AsSendError(err) == nil || channels.AsSendError(err).Code != channels.CodeTemplate {
		t.Errorf("a missing parameter: %v", err)
	}
}

func TestContentListRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault vendortest.Fault
		class channels.Class
	}{
		{"busy", vendortest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 3 * time.Second, Body: `{"code": 20429, "message": "Too Many Requests"}`}, channels.ClassRetryable},
		{"forbidden", vendortest.Fault{Status: http.StatusUnauthorized, Body: `{"code": 20003, "message": "Authenticate"}`}, channels.ClassAuth},
		{"broken", vendortest.Fault{Status: http.StatusOK, Body: "<html>"}, channels.ClassUnknown},
		{"another list", vendortest.Fault{Status: http.StatusOK, Body: `{"messages": []}`}, channels.ClassUnknown},
	} {
		w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
		w.fake.Contents.Fail(tt.fault)
		_, err := w.provider.ListTemplates(t.Context(), w.account, "")
		se := channels.AsSendError(err)
		if se == nil || se.Class != tt.class || se.RetryAfter != tt.fault.RetryAfter {
			t.Errorf("%s: got %+v, want %s", tt.name, se, tt.class)
		}
	}
}
