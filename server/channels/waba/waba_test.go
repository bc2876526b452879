package waba_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/server/channels"
	"sluice/server/channels/waba"
)

// listed is a template as the API's documentation shows it.
func listed(t *testing.T, text string) waba.Template {
	t.Helper()
	var in waba.Template
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		t.Fatal(err)
	}
	return in
}

func TestTemplatesAreReadWithAllTheirParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   string
		want channels.VendorTemplate
	}{
		{
			name: "positional, with a picture and a link",
			in: `{"id": "1", "name": "order_shipped", "language": "en_US", "status": "APPROVED", "category": "UTILITY", "quality_score": {"score": "GREEN"}, "components": [
				{"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://x"]}},
				{"type": "BODY", "text": "{{2}}, order {{1}} is on its way.", "example": {"body_text": [["A1", "Ana"]]}},
				{"type": "FOOTER", "text": "My Shop"},
				{"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}, {"type": "URL", "text": "Track", "url": "https://s.example/{{1}}", "example": ["https://s.example/A1"]},
					{"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+14155550100"}]}]}`,
			want: channels.VendorTemplate{ID: "1", Status: channels.TemplateApproved, Quality: "high", Template: channels.Template{
				Name: "order_shipped", Language: "en_US", Category: "utility", ProviderID: "order_shipped", Body: "{{2}}, order {{1}} is on its way.",
				TemplateContent: channels.TemplateContent{
					Header: &channels.TemplateHeader{Format: "image", URL: "{{3}}"}, Footer: "My Shop",
					Buttons: []channels.TemplateButton{
						{Type: "reply", Text: "Thanks"}, {Type: "url", Text: "Track", URL: "https://s.example/{{4}}"}, {Type: "phone", Text: "Call", Phone: "+14155550100"},
					},
					Parameters: []channels.TemplateParameter{
						{Name: "1", Kind: "text", Example: "A1"},
						{Name: "2", Kind: "text", Example: "Ana"},
						{Name: "header", Kind: "media"},
						{Name: "1", Kind: "link", Example: "https://s.example/A1"},
					},
				},
			}},
		},
		{
			name: "named, rejected",
			in: `{"id": "2", "name": "hi", "language": "de", "status": "REJECTED", "rejected_reason": "INVALID_FORMAT", "category": "MARKETING", "parameter_format": "NAMED", "components": [
				{"type": "HEADER", "format": "TEXT", "text": "Hi {{who}}", "example": {"header_text_named_params": [{"param_name": "who", "example": "Bo"}]}},
				{"type": "BODY", "text": "{{last}} and {{first}}", "example": {"body_text_named_params": [{"param_name": "first", "example": "F"}, {"param_name": "last", "example": "L"}]}}]}`,
			want: channels.VendorTemplate{ID: "2", Status: channels.TemplateRejected, Reason: "Its format is not valid.", Template: channels.Template{
				Name: "hi", Language: "de", Category: "marketing", ProviderID: "hi", Body: "{{1}} and {{2}}",
				TemplateContent: channels.TemplateContent{
					Header:     &channels.TemplateHeader{Format: "text", Text: "Hi {{3}}"},
					Parameters: []channels.TemplateParameter{{Name: "last", Kind: "text", Example: "L"}, {Name: "first", Kind: "text", Example: "F"}, {Name: "who", Kind: "text", Example: "Bo"}},
				},
			}},
		},
		{
			name: "authentication: one code in text and button",
			in: `{"id": "3", "name": "otp", "language": "en", "status": "PAUSED", "category": "AUTHENTICATION", "components": [
				{"type": "BODY", "add_security_recommendation": true}, {"type": "FOOTER", "code_expiration_minutes": 10},
				{"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?code=otp{{1}}"}]}]}`,
			want: channels.VendorTemplate{ID: "3", Status: channels.TemplatePaused, Reason: "People complained about it, so Meta paused it.", Template: channels.Template{
				Name: "otp", Language: "en", Category: "authentication", ProviderID: "otp",
				Body: "{{1}} is your verification code. For your security, do not share this code.",
				TemplateContent: channels.TemplateContent{
					Footer: "This code expires in 10 minutes.", Buttons: []channels.TemplateButton{{Type: "copy_code", Text: "Copy code", Code: "{{1}}"}},
					Parameters: []channels.TemplateParameter{{Name: "1", Kind: "code"}},
				},
			}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, why, there := waba.Read(listed(t, tt.in))
			if why != "" || !there {
				t.Fatalf("it is skipped: %q %v", why, there)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStatusesKeepTheVendorsWord(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]channels.TemplateStatus{
		"APPROVED": "approved", "PENDING": "pending", "IN_APPEAL": "pending", "REJECTED": "rejected", "PAUSED": "paused", "DISABLED": "disabled",
		"LIMIT_EXCEEDED": "disabled", "ARCHIVED": "disabled", "SOMETHING_NEW": "pending",
	} {
		v, _, there := waba.Read(waba.Template{ID: "1", Name: "x", Language: "en", Status: status})
		if !there || v.Status != want {
			t.Errorf("%s: got %s, want %s", status, v.Status, want)
		}
		if known := status == "APPROVED" || status == "PENDING" || status == "REJECTED"; (v.Reason == "") != known {
			t.Errorf("%s: the reason is %q", status, v.Reason)
		}
	}
	for _, status := range []string{"DELETED", "PENDING_DELETION"} {
		if _, _, there := waba.Read(waba.Template{ID: "1", Name: "x", Language: "en", Status: status}); there {
			t.Errorf("%s: it is still there", status)
		}
	}
}

func TestTemplatesThatCannotBeSentSayWhy(t *testing.T) {
	t.Parallel()
	for _, part := range []string{
		`{"type": "CAROUSEL"}`, `{"type": "LIMITED_TIME_OFFER"}`, `{"type": "HEADER", "format": "LOCATION"}`,
		`{"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Open"}]}`, `{"type": "BUTTONS", "buttons": [{"type": "MPM", "text": "See"}]}`,
	} {
		_, why, there := waba.Read(listed(t, `{"id": "1", "name": "x", "language": "en", "status": "APPROVED", "components": [`+part+`]}`))
		if why == "" || !there {
			t.Errorf("%s: it is taken", part)
		}
	}
}

func TestComponentsOfAMessageFollowTheTemplate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, template, want string
		given                []string
	}{
		{
			name:     "picture, body and link",
			template: `{"id":"1","name":"x","language":"en","status":"APPROVED","category":"UTILITY","components":[{"type":"HEADER","format":"DOCUMENT"},{"type":"BODY","text":"{{1}} {{2}}"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"A"},{"type":"URL","text":"B","url":"https://e/{{1}}"}]}]}`,
			given:    []string{"a", "b", "https://f/bill.pdf", "end"},
			want: `[{"type":"header","parameters":[{"type":"document","document":{"link":"https://f/bill.pdf"}}]},{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},` +
				`{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"end"}]}]`,
		},
		{
			name:     "named",
			template: `{"id":"1","name":"x","language":"en","status":"APPROVED","category":"UTILITY","parameter_format":"NAMED","components":[{"type":"BODY","text":"{{first}} {{last}} {{first}}"}]}`,
			given:    []string{"F", "L"},
			want:     `[{"type":"body","parameters":[{"type":"text","text":"F","parameter_name":"first"},{"type":"text","text":"L","parameter_name":"last"}]}]`,
		},
		{
			name:     "one-time password",
			template: `{"id":"1","name":"x","language":"en","status":"APPROVED","category":"AUTHENTICATION","components":[{"type":"BODY","text":"*{{1}}* is your verification code."},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy","url":"https://w/{{1}}"}]}]}`,
			given:    []string{"123456"},
			want:     `[{"type":"body","parameters":[{"type":"text","text":"123456"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"123456"}]}]`,
		},
		{
			name:     "coupon",
			template: `{"id":"1","name":"x","language":"en","status":"APPROVED","category":"MARKETING","components":[{"type":"BODY","text":"Sale"},{"type":"BUTTONS","buttons":[{"type":"COPY_CODE","example":"SAVE"}]}]}`,
			given:    []string{"SAVE20"},
			want:     `[{"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"SAVE20"}]}]`,
		},
		{name: "nothing to fill", template: `{"id":"1","name":"x","language":"en","status":"APPROVED","components":[{"type":"BODY","text":"Hi"}]}`, want: `null`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, _, _ := waba.Read(listed(t, tt.template))
			raw, err := json.Marshal(waba.Components(&v.Template, tt.given))
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			_ = json.Unmarshal(raw, &got)
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n%s", diff, raw)
			}
		})
	}
}
