package generichttp_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/generichttp"
)

func TestPreviewIsTheRequestWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	p := generichttp.New(nil)
	o := channels.Outbound{MessageID: "m-1", To: "+63 917", Message: flows.Message{Type: flows.MessageText, Text: "Say \"hi\"\n& bye"}}
	for name, tt := range map[string]struct {
		settings map[string]string
		want     map[string]string
	}{
		"JSON and a bearer token": {
			map[string]string{"auth": "bearer", "path": "/v1/{{to}}", "body": `{"t":"{{text}}"}`, "headers": "X-From: {{from}}", "sender": "Shop"},
			map[string]string{"method": "POST", "url": "https://api.example.com/v1/%2B63%20917", "body": `{"t":"Say \"hi\"\n& bye"}`, "Authorization": "Bearer ••••••", "X-From": "Shop", "Content-Type": "application/json"},
		},
		"a form and a key": {
			map[string]string{"auth": "header", "auth_header": "X-Key", "method": "PUT", "content_type": "form", "body": "t={{text}}&m={{message_id}}"},
			map[string]string{"method": "PUT", "url": "https://api.example.com", "body": "t=Say%20%22hi%22%0A%26%20bye&m=m-1", "X-Key": "••••••", "Content-Type": "application/x-www-form-urlencoded"},
		},
		"a password":  {map[string]string{"auth": "basic", "method": "GET"}, map[string]string{"method": "GET", "url": "https://api.example.com", "body": "", "Authorization": "Basic ••••••"}},
		"a signature": {map[string]string{"auth": "hmac"}, map[string]string{"method": "POST", "url": "https://api.example.com", "body": "", "X-Api-Key": "••••••"}},
	} {
		got, err := p.Preview(channels.Account{Type: channels.Custom, BaseURL: "https://api.example.com/", Settings: tt.settings}, o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		flat := map[string]string{"method": got.Method, "url": got.URL, "body": got.Body}
		for header := range got.Header {
			flat[header] = got.Header.Get(header)
		}
		if diff := cmp.Diff(tt.want, flat); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestPreviewSaysWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	p := generichttp.New(nil)
	for field, a := range map[string]channels.Account{
		"base_url":         {BaseURL: "api.example.com"},
		"settings.body":    {BaseURL: "https://x.example", Settings: map[string]string{"body": `{"t": {{text}}`}},
		"settings.headers": {BaseURL: "https://x.example", Settings: map[string]string{"headers": "nonsense"}},
		"settings.path":    {BaseURL: "https://x.example", Settings: map[string]string{"path": "/{{nobody}}"}},
	} {
		_, err := p.Preview(a, channels.Outbound{})
		if problem, ok := errors.AsType[*channels.FieldError](err); !ok || problem.Field != field || problem.Message == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestCallbacksAreReadAsTheWebhookWould(t *testing.T) {
	t.Parallel()
	p := generichttp.New(nil)
	a := channels.Account{Type: channels.Custom, Settings: map[string]string{
		"receipt_id": "msg.id", "receipt_status": "state", "receipt_code": "why", "delivered_words": "dlvrd", "failed_words": "undeliv",
		"id_path": "id", "inbound_from": "from", "inbound_text": "text",
	}}
	for body, want := range map[string]channels.Inbound{
		`{"msg":{"id":7},"state":"DLVRD"}`:               {Receipt: &channels.Receipt{ProviderMessageID: "7", Status: channels.StatusDelivered, Raw: "DLVRD"}},
		`{"msg":{"id":"7"},"state":"huh"}`:               {Receipt: &channels.Receipt{ProviderMessageID: "7", Status: channels.StatusUnknown, Raw: "huh"}},
		"from=%2B63917&text=Hi+there\n":                  {Message: &channels.InboundMessage{From: "+63917", Text: "Hi there"}},
		`{"msg":{"id":7},"state":"UNDELIV","why":"E12"}`: {Receipt: &channels.Receipt{ProviderMessageID: "7", Status: channels.StatusFailed, Raw: "UNDELIV", Code: "E12", Reason: "The service reports that the message failed."}},
	} {
		got, err := p.Read(a, "", []byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	if _, err := p.Read(a, "", []byte(`{"hello":1}`)); !errors.Is(err, channels.ErrMalformed) {
		t.Errorf("what says nothing gives %v", err)
	}
}
