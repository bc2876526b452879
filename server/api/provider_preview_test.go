package api_test

import (
	"net/http"
	"strings"
	"testing"

	"sluice/server/api"
)

func TestProviderPreviewShowsTheRequestAndReadsACallback(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	body := map[string]any{
		"type": "custom", "base_url": "https://api.example.com",
		"settings": map[string]string{"auth": "bearer", "path": "/send", "body": `{"to":"{{to}}","text":"{{text}}"}`, "receipt_id": "id", "receipt_status": "s", "read_words": "seen"},
		"callback": `{"id":"x1","s":"seen"}`,
	}
	got := into[api.ProviderPreview](c.post("/providers/http/preview", body).want(http.StatusOK))
	if r := got.Request; r == nil || r.Url != "https://api.example.com/send" || !strings.Contains(r.Body, `"to":"customer-1"`) || len(r.Headers) != 2 || r.Headers[0].Value != "Bearer ••••••" {
		t.Errorf("the request is %+v", r)
	}
	if cb := got.Callback; cb == nil || cb.Kind != "receipt" || cb.Status != "read" || cb.MessageId != "x1" || cb.Raw != "seen" {
		t.Errorf("the callback is %+v", cb)
	}
	body["callback"], body["base_url"] = `{"other":1}`, ""
	got = into[api.ProviderPreview](c.post("/providers/http/preview", body).want(http.StatusOK))
	if got.Request != nil || got.Problem == nil || got.Problem.Field != "base_url" || got.Callback == nil || got.Callback.Kind != "nothing" || !strings.HasPrefix(got.Callback.Problem, "It has neither") {
		t.Errorf("without an address it is %+v, %+v, %+v", got.Request, got.Problem, got.Callback)
	}
	c.post("/providers/twilio/preview", body).want(http.StatusNotFound)
	for _, p := range into[api.ProviderList](c.get("/providers")).Providers {
		if p.Previewable != (p.Name == "http") {
			t.Errorf("%s is previewable: %v", p.Name, p.Previewable)
		}
	}
}
