package api_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sluice/server/api"
	"sluice/server/channels/metawhatsapp/metatest"
)

// Meta asks the callback URL for a challenge before it calls there.
func TestAVendorsCheckOfTheCallbackURLReachesTheProvider(t *testing.T) {
	t.Parallel()
	const number, verifyToken = "106540352242922", "canary-verify-token-2f"
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := metatest.New(metatest.Options{PhoneNumberID: number, AccessToken: "canary-access-token-2f", AppSecret: "canary-app-secret-2f"})
	vendor := httptest.NewServer(fake)
	t.Cleanup(func() { fake.Close(); vendor.Close() })
	made := into[api.Channel](c.post("/channels", map[string]any{
		"name": "WhatsApp", "type": "whatsapp", "kind": "meta_whatsapp", "base_url": vendor.URL,
		"credentials": map[string]string{"access_token": "canary-access-token-2f", "app_secret": "canary-app-secret-2f", "verify_token": verifyToken},
		"settings":    map[string]string{"phone_number_id": number},
	}).want(http.StatusCreated))

	// Also before the channel is bound: the vendor's side may be set up first.
	query := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"1158201444"}, "hub.verify_token": {verifyToken}}
	hook := "//" + strings.TrimPrefix(made.HookUrl, w.url+"/")
	got := w.nobody().get(hook + "?" + query.Encode()).want(http.StatusOK)
	if string(got.body) != "1158201444" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
		t.Errorf("the challenge is answered with %q as %q", got.body, got.header.Get("Content-Type"))
	}
	query.Set("hub.verify_token", "guessed")
	if got := w.nobody().get(hook + "?" + query.Encode()).want(http.StatusForbidden); strings.Contains(string(got.body), "1158201444") {
		t.Errorf("a wrong token is answered with %q", got.body)
	}
	w.nobody().get(hook).want(http.StatusForbidden)

	c.post("/channels/"+made.Id+"/bind", nil).want(http.StatusOK)
	if err := fake.Subscribe(t.Context(), made.HookUrl, verifyToken); err != nil {
		t.Fatal(err)
	}
	if err := fake.Subscribe(t.Context(), made.HookUrl, "guessed"); !errors.Is(err, metatest.ErrNotValidated) {
		t.Errorf("got %v", err)
	}
	if res := fake.Receive(t.Context(), map[string]any{"from": "639171234567", "type": "text", "text": map[string]any{"body": "Ja"}}); res.HTTP != http.StatusOK || res.Err != nil {
		t.Errorf("a signed message is answered with %+v", res)
	}
	fake.SetHooks(metatest.Hooks{Secret: "forged"})
	if res := fake.Receive(t.Context(), map[string]any{"from": "639171234567", "type": "text"}); res.HTTP != http.StatusForbidden {
		t.Errorf("a forged message is answered with %+v", res)
	}
	// INVARIANT 17: the token comes in the query, which must not be logged.
	if strings.Contains(w.log.String(), verifyToken) {
		t.Error("the verify token is in the log")
	}
}
