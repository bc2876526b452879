package api_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"sluice/server/api"
	"sluice/server/channels/metawhatsapp/metatest"
)

func TestWebhooksAreListedWithWhatTheyWere(t *testing.T) {
	t.Parallel()
	const number, secret = "106540352242922", "canary-app-secret-3a"
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := metatest.New(metatest.Options{PhoneNumberID: number, AccessToken: "canary-access-token-3a", AppSecret: secret})
	vendor := httptest.NewServer(fake)
	t.Cleanup(func() { fake.Close(); vendor.Close() })
	ch := into[api.Channel](c.post("/channels", map[string]any{
		"name": "WhatsApp", "type": "whatsapp", "kind": "meta_whatsapp", "base_url": vendor.URL,
		"credentials": map[string]string{"access_token": "canary-access-token-3a", "app_secret": secret, "verify_token": "canary-verify-3a"},
		"settings":    map[string]string{"phone_number_id": number},
	}).want(http.StatusCreated))
	c.post("/channels/"+ch.Id+"/bind", nil).want(http.StatusOK)
	if err := fake.Subscribe(t.Context(), ch.HookUrl, "canary-verify-3a"); err != nil {
		t.Fatal(err)
	}
	list := func(query string) api.WebhookList {
		return into[api.WebhookList](c.get("/channels/" + ch.Id + "/webhooks" + query).want(http.StatusOK))
	}
	// The check of the address is there, without its token.
	w.eventually("the check of the address is listed", func() bool { return len(list("").Items) == 1 })
	check := into[api.Webhook](c.get("/channels/" + ch.Id + "/webhooks/" + list("").Items[0].Id).want(http.StatusOK))
	if check.Method != http.MethodGet || !strings.Contains(check.Content.Query, "hub.verify_token=•••") {
		t.Errorf("the check is kept as %+v", check.Content)
	}

	if res := fake.Receive(t.Context(), map[string]any{"from": "639171234567", "type": "text", "text": map[string]any{"body": "Ja, bitte"}}); res.Err != nil || res.HTTP != http.StatusOK {
		t.Fatalf("a message is answered with %+v", res)
	}
	fake.SetHooks(metatest.Hooks{Secret: "forged"})
	if res := fake.Receive(t.Context(), map[string]any{"from": "639171234567", "type": "text", "text": map[string]any{"body": "forged"}}); res.HTTP != http.StatusForbidden {
		t.Fatalf("a forged message is answered with %+v", res)
	}
	w.eventually("all are listed", func() bool { return len(list("").Items) == 3 })
	refused := list("?verdict=refused").Items
	if len(refused) != 1 || refused[0].Verdict != api.WebhookVerdictRefused || !refused[0].Unverified || refused[0].Reason != "the signature does not match; check that the app secret is current" {
		t.Errorf("refused are %+v", refused)
	}
	accepted := list("?verdict=accepted&limit=1")
	message := accepted.Items[0]
	if len(accepted.Items) != 1 || accepted.NextCursor == nil || message.FindingsTotal != 1 || message.Findings[0].Kind != api.WebhookFindingKindMessage {
		t.Fatalf("accepted are %+v", accepted)
	}
	if rest := list("?verdict=accepted&limit=1&cursor=" + *accepted.NextCursor); len(rest.Items) != 1 || rest.Items[0].Id != check.Id || rest.NextCursor != nil {
		t.Errorf("the next page is %+v", rest)
	}
	one := into[api.Webhook](c.get("/channels/" + ch.Id + "/webhooks/" + message.Id).want(http.StatusOK))
	if one.Content == nil || !strings.Contains(one.Content.Body, "Ja, bitte") || one.Content.Encoding != api.WebhookContentEncodingText || one.Content.Cut || len(one.Content.Body) != one.Size {
		t.Errorf("the message was posted as %+v", one.Content)
	}
	// Another channel's address leads nowhere, and only admins see people's words.
	other := into[api.ChannelList](c.get("/channels")).Items
	i := slices.IndexFunc(other, func(x api.Channel) bool { return x.Id != ch.Id })
	c.get("/channels/"+other[i].Id+"/webhooks/"+message.Id).problem(http.StatusNotFound, "not_found")
	editor := into[api.CreatedAPIKey](c.post("/api-keys", map[string]string{"name": "editor", "role": "editor"}).want(http.StatusCreated))
	w.key(editor.Key).get("/channels/"+ch.Id+"/webhooks/"+message.Id).problem(http.StatusForbidden, "forbidden")
	w.key(editor.Key).get("/channels/" + ch.Id + "/webhooks").want(http.StatusOK)
	w.stop()
	// INVARIANT 17: no file holds what proves who sent something.
	for _, canary := range []string{secret, "canary-verify-3a"} {
		if strings.Contains(string(w.files()), canary) {
			t.Errorf("the files hold %q", canary)
		}
	}
}
