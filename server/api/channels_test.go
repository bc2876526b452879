package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/channels/twilio"
	"sluice/server/channels/twilio/twiliotest"
)

const (
	accountSID = "AC0123456789abcdef0123456789abcdef"
	authToken  = "canary-auth-token-5a1e"
)

// withLocalVendors lets channels call fakes on this machine.
func withLocalVendors(o *server.Options) { o.EgressAllow = []string{"127.0.0.0/8"} }

// twilioChannel makes a channel at a fake Twilio, and binds it.
func (c *client) twilioChannel(t *testing.T, slug string, fake *twiliotest.Server) api.Channel {
	t.Helper()
	vendor := httptest.NewServer(fake)
	t.Cleanup(func() { fake.Close(); vendor.Close() })
	// One account and sender is one channel.
	sender := "+14155550100"
	if slug == "twilio-other" {
		sender = "+14155550199"
	}
	made := into[api.Channel](c.post("/channels", map[string]any{
		"slug": slug, "name": "Twilio " + slug, "type": "sms", "kind": "twilio", "base_url": vendor.URL,
		"credentials": map[string]string{"account_sid": accountSID, "auth_token": authToken}, "settings": map[string]string{"sender": sender},
	}).want(http.StatusCreated))
	return into[api.Channel](c.post("/channels/"+made.Id+"/bind", nil).want(http.StatusOK))
}

func TestChannelLivesUnboundBoundAndGone(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	made := into[api.Channel](c.post("/channels", map[string]any{"name": "Büro — SMS", "type": "sms", "kind": "simulator", "remarks": "for tests"}).want(http.StatusCreated))
	if made.Slug != "buro-sms" || made.Status != api.ChannelStatusUnbound || !strings.Contains(made.HookUrl, "/hooks/") || len(made.HookUrl) < 40 {
		t.Errorf("the new channel is %+v", made)
	}
	if again := into[api.Channel](c.post("/channels", map[string]any{"name": "Büro — SMS", "type": "sms", "kind": "simulator"}).want(http.StatusCreated)); again.Slug != "buro-sms-2" || again.HookUrl == made.HookUrl {
		t.Errorf("the second channel of that name is %+v", again)
	}
	c.post("/channels", map[string]any{"slug": "buro-sms", "name": "x", "type": "sms", "kind": "simulator"}).problem(http.StatusConflict, "taken")
	path := "/channels/" + made.Id
	c.post(path+"/test", map[string]string{"to": "+639171234567"}).problem(http.StatusConflict, "channel_not_bound")
	if bound := into[api.Channel](c.post(path+"/bind", nil).want(http.StatusOK)); bound.Status != api.ChannelStatusBound {
		t.Errorf("binding left it %s", bound.Status)
	}
	c.delete(path).problem(http.StatusConflict, "channel_bound")
	if renamed := into[api.Channel](c.patch(path, map[string]string{"name": "Office", "remarks": ""}).want(http.StatusOK)); renamed.Status != api.ChannelStatusBound || renamed.Name != "Office" || renamed.Remarks != "" || renamed.Slug != "buro-sms" {
		t.Errorf("the renamed channel is %+v", renamed)
	}
	sent := into[api.ChannelTestResult](c.post(path+"/test", map[string]string{"to": "63 917 123 4567"}).want(http.StatusOK))
	if list := into[api.PhoneMessageList](c.get("/simulator/messages?recipient=%2B639171234567")); len(list.Items) != 1 || list.Items[0].Id != sent.ProviderMessageId || list.Items[0].Visit != 0 {
		t.Errorf("the phone shows %+v", list.Items)
	}
	c.post(path+"/test", map[string]string{"to": "nobody"}).problem(http.StatusUnprocessableEntity, "invalid")
	if changed := into[api.Channel](c.patch(path, map[string]any{"settings": map[string]string{"sender": "Office"}}).want(http.StatusOK)); changed.Status != api.ChannelStatusUnbound || changed.Settings["sender"] != "Office" {
		t.Errorf("after a change of settings the channel is %+v", changed)
	}
	if cleared := into[api.Channel](c.patch(path, map[string]any{"settings": map[string]string{"sender": ""}}).want(http.StatusOK)); len(cleared.Settings) != 0 {
		t.Errorf("a removed setting is still there: %v", cleared.Settings)
	}
	c.delete(path).want(http.StatusNoContent)
	c.get(path).problem(http.StatusNotFound, "not_found")
}

func TestChannelFieldsAreChecked(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	good := func() map[string]any {
		return map[string]any{"name": "x", "type": "sms", "kind": "twilio", "credentials": map[string]string{"account_sid": accountSID, "auth_token": "t"}, "settings": map[string]string{"sender": "+14155550100"}}
	}
	for name, f := range map[string]struct {
		change  func(map[string]any)
		pointer string
	}{
		"no name":              {func(m map[string]any) { m["name"] = "" }, "/name"},
		"a name of 51":         {func(m map[string]any) { m["name"] = strings.Repeat("n", 51) }, "/name"},
		"remarks of 151":       {func(m map[string]any) { m["remarks"] = strings.Repeat("r", 151) }, "/remarks"},
		"an unknown kind":      {func(m map[string]any) { m["kind"] = "twillio" }, "/kind"},
		"a type it has not":    {func(m map[string]any) { m["type"] = "viber" }, "/type"},
		"a missing credential": {func(m map[string]any) { m["credentials"] = map[string]string{"account_sid": accountSID} }, "/credentials/auth_token"},
		"a wrong credential": {func(m map[string]any) {
			m["credentials"] = map[string]string{"account_sid": "AC1", "auth_token": "t"}
		}, "/credentials/account_sid"},
		"an unknown setting":     {func(m map[string]any) { m["settings"] = map[string]string{"sender": "+14155550100", "x": "y"} }, "/settings/x"},
		"a base URL with a name": {func(m map[string]any) { m["base_url"] = "https://user:pass@example.test" }, "/base_url"},
		"a base URL of no use":   {func(m map[string]any) { m["base_url"] = "file:///etc/passwd" }, "/base_url"},
		"a slug with spaces":     {func(m map[string]any) { m["slug"] = "a b" }, "/slug"},
	} {
		t.Run(name, func(t *testing.T) {
			body := good()
			f.change(body)
			p := c.post("/channels", body).problem(http.StatusUnprocessableEntity, "invalid")
			if len(*p.Errors) != 1 || (*p.Errors)[0].Pointer != f.pointer || (*p.Errors)[0].Message == "" {
				t.Errorf("the problems are %+v; want one at %s", *p.Errors, f.pointer)
			}
		})
	}
	c.post("/channels", good()).want(http.StatusCreated)
}

func TestSettingsThatMakeNoRequestAreFoundWhenSaved(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	body := map[string]any{
		"name": "x", "type": "custom", "kind": "http", "base_url": "https://api.example.com", "credentials": map[string]string{},
		"settings": map[string]string{"body": `{"to": "{{recipient}}"}`},
	}
	p := c.post("/channels", body).problem(http.StatusUnprocessableEntity, "invalid")
	if len(*p.Errors) != 1 || (*p.Errors)[0].Pointer != "/settings/body" || !strings.Contains((*p.Errors)[0].Message, "{{recipient}}") {
		t.Errorf("got %+v", *p.Errors)
	}
	delete(body, "base_url")
	body["settings"] = map[string]string{"body": `{"to": "{{to}}"}`}
	if p := c.post("/channels", body).problem(http.StatusUnprocessableEntity, "invalid"); (*p.Errors)[0].Pointer != "/base_url" {
		t.Errorf("got %+v", *p.Errors)
	}
	body["base_url"] = "https://api.example.com"
	c.post("/channels", body).want(http.StatusCreated)
}

func TestChannelsAreLimited(t *testing.T) {
	t.Parallel()
	c := newWorld(t, func(o *server.Options) { o.ChannelLimit = 4 }).owner()
	body := map[string]any{"name": "x", "type": "sms", "kind": "simulator"}
	c.post("/channels", body).want(http.StatusCreated)
	c.post("/channels", body).problem(http.StatusConflict, "too_many_channels")
	first := into[api.ChannelList](c.get("/channels?limit=3").want(http.StatusOK))
	if len(first.Items) != 3 || first.NextCursor == nil {
		t.Fatalf("the first page is %+v", first)
	}
	if rest := into[api.ChannelList](c.get("/channels?limit=3&cursor=" + *first.NextCursor)); len(rest.Items) != 1 || rest.NextCursor != nil {
		t.Errorf("the second page is %+v", rest)
	}
}

func TestBindingProvesTheCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken})
	ch := c.twilioChannel(t, "twilio-sms", fake)
	if ch.Status != api.ChannelStatusBound || strings.Join(ch.CredentialsSet, " ") != "account_sid auth_token" {
		t.Errorf("the bound channel is %+v", ch)
	}
	wrong := into[api.Channel](c.patch("/channels/"+ch.Id, map[string]any{"credentials": map[string]string{"auth_token": "wrong-" + authToken}}).want(http.StatusOK))
	if wrong.Status != api.ChannelStatusUnbound || strings.Join(wrong.CredentialsSet, " ") != "account_sid auth_token" {
		t.Errorf("after a change of credentials the channel is %+v", wrong)
	}
	refused := c.post("/channels/"+ch.Id+"/bind", nil).problem(http.StatusUnprocessableEntity, "bind_failed")
	if refused.Detail == nil || refused.Hint == nil || strings.Contains(*refused.Detail+*refused.Hint, authToken) {
		t.Errorf("the refusal is %+v", refused)
	}
	if after := into[api.Channel](c.get("/channels/" + ch.Id)); after.Status != api.ChannelStatusUnbound || after.StatusReason == "" {
		t.Errorf("after a failed bind the channel is %+v", after)
	}
	// INVARIANT 14: the address that a user types reaches nothing inside.
	inside := newWorld(t).owner()
	made := into[api.Channel](inside.post("/channels", map[string]any{
		"name": "x", "type": "sms", "kind": "twilio", "base_url": "https://127.0.0.1:1",
		"credentials": map[string]string{"account_sid": accountSID, "auth_token": "t"}, "settings": map[string]string{"sender": "+14155550100"},
	}).want(http.StatusCreated))
	blocked := inside.post("/channels/"+made.Id+"/bind", nil).problem(http.StatusUnprocessableEntity, "bind_failed")
	if blocked.Detail == nil || !strings.Contains(*blocked.Detail, "egress_blocked") {
		t.Errorf("a base URL inside is answered with %+v", blocked)
	}
}

// TestInvariant13ForgedWebhooksAreRefused: only what the vendor signed for this
// channel's own address counts.
func TestInvariant13ForgedWebhooksAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken, Script: func(twiliotest.Message) []twiliotest.Step { return nil }})
	ch := c.twilioChannel(t, "twilio-sms", fake)
	other := c.twilioChannel(t, "twilio-other", twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken}))
	flow := c.published(strings.ReplaceAll(smallFlow("Vendor", "Hello"), "sms-main", "twilio-sms"))
	run := into[api.RunSummary](c.post("/flows/"+flow+"/runs", map[string]any{"inputs": map[string]any{"phone": "+639171234567"}}).want(http.StatusCreated))
	var sid string
	w.eventually("the vendor has the message and the run knows its name", func() bool {
		detail := into[api.Run](c.get("/runs/" + run.Id))
		if len(detail.Messages) == 1 {
			sid = detail.Messages[0].ProviderMessageId
		}
		return sid != ""
	})
	form := url.Values{"AccountSid": {accountSID}, "MessageSid": {sid}, "MessageStatus": {"delivered"}, "To": {"+639171234567"}, "From": {"+14155550100"}}
	good := twilio.Sign(authToken, ch.HookUrl, form)
	hook := func(channel api.Channel) string { return "//" + strings.TrimPrefix(channel.HookUrl, w.url+"/") }
	post := func(channel api.Channel, body, signature string) answer {
		caller := w.nobody().with("Content-Type", "application/x-www-form-urlencoded")
		if signature != "" {
			caller = caller.with(twilio.SignatureHeader, signature)
		}
		return caller.post(hook(channel), body)
	}
	altered := url.Values{"AccountSid": {accountSID}, "MessageSid": {sid}, "MessageStatus": {"failed"}, "To": {"+639171234567"}, "From": {"+14155550100"}}
	for name, f := range map[string]struct {
		channel         api.Channel
		body, signature string
	}{
		"no signature":              {ch, form.Encode(), ""},
		"a wrong signature":         {ch, form.Encode(), twilio.Sign("another token", ch.HookUrl, form)},
		"a truncated signature":     {ch, form.Encode(), good[:len(good)-2]},
		"another channel's":         {other, form.Encode(), good},
		"an altered body":           {ch, altered.Encode(), good},
		"a body with more in it":    {ch, form.Encode() + "&ErrorCode=1", good},
		"an empty body":             {ch, "", good},
		"signed for another server": {ch, form.Encode(), twilio.Sign(authToken, strings.Replace(ch.HookUrl, "http://", "http://evil.", 1), form)},
	} {
		t.Run(name, func(t *testing.T) {
			got := post(f.channel, f.body, f.signature)
			if got.status != http.StatusForbidden {
				t.Errorf("it is answered with %d %s", got.status, got.body)
			}
			if strings.Contains(fmt.Sprint(got.header, string(got.body)), good) {
				t.Error("the answer holds the expected signature")
			}
		})
	}
	w.nobody().post("//hooks/no-such-key", form.Encode()).problem(http.StatusNotFound, "not_found")
	w.nobody().post(hook(into[api.ChannelList](c.get("/channels?type=viber")).Items[0]), form.Encode()).want(http.StatusNotFound)
	w.nobody().post(hook(ch), strings.Repeat("x", 1<<20+1)).problem(http.StatusRequestEntityTooLarge, "too_large")
	if detail := into[api.Run](c.get("/runs/" + run.Id)); detail.Status != api.RunStatusWaiting || detail.Messages[0].Status != "sent" {
		t.Fatalf("a forged receipt changed the run: %+v", detail)
	}
	for range 2 {
		if got := post(ch, form.Encode(), good); got.status != http.StatusOK || !strings.Contains(string(got.body), "<Response>") {
			t.Fatalf("the genuine receipt is answered with %d %s", got.status, got.body)
		}
	}
	// The answer came after the commit: the run is there already.
	if detail := into[api.Run](c.get("/runs/" + run.Id)); detail.Status != api.RunStatusCompleted || detail.Messages[0].Status != "delivered" {
		t.Errorf("after the genuine receipt the run is %+v", detail)
	}
	if strings.Contains(w.log.String(), strings.TrimPrefix(ch.HookUrl, w.url+"/hooks/")) {
		t.Error("a hook's key is in the log")
	}
}

func TestTemplatesAreRecorded(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	made := into[api.Template](c.post("/templates", map[string]any{"name": "Order update", "language": "en", "channel_type": "whatsapp", "text": "Hi {{1}}, order {{ 2 }} is {{1}}", "category": "utility"}).want(http.StatusCreated))
	if made.Slug != "order-update" || made.Parameters != 2 || made.Status != api.TemplateStatusDraft {
		t.Errorf("the new template is %+v", made)
	}
	c.post("/templates", map[string]any{"slug": "order-update", "name": "x", "language": "en", "channel_type": "whatsapp", "text": "x"}).problem(http.StatusConflict, "taken")
	c.post("/templates", map[string]any{"slug": "order-update", "name": "x", "language": "de", "channel_type": "whatsapp", "text": "x"}).want(http.StatusCreated)
	for text, ok := range map[string]bool{"{{1}} {{2}} {{3}}": true, "none": true, "{{2}}": false, "{{0}}": false, "{{name}}": false, "{{999}}": false, "{{}}": false} {
		a := c.patch("/templates/"+made.Id, map[string]string{"text": text})
		if (a.status == http.StatusOK) != ok {
			t.Errorf("the text %q is answered with %d", text, a.status)
		}
	}
	changed := into[api.Template](c.patch("/templates/"+made.Id, map[string]string{"status": "approved", "provider_ref": "HX1"}).want(http.StatusOK))
	if changed.Status != api.TemplateStatusApproved || changed.ProviderRef != "HX1" || changed.Category != "utility" || changed.Slug != "order-update" {
		t.Errorf("the changed template is %+v", changed)
	}
	c.post("/templates", map[string]any{"name": "x", "language": "english", "channel_type": "whatsapp", "text": "x"}).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/templates", map[string]any{"name": "x", "language": "en", "channel_type": "pigeon", "text": "x"}).problem(http.StatusUnprocessableEntity, "invalid")
	page := into[api.TemplateList](c.get("/templates?limit=2&channel_type=whatsapp").want(http.StatusOK))
	if len(page.Items) != 2 || page.NextCursor == nil {
		t.Fatalf("the first page is %+v", page)
	}
	if rest := into[api.TemplateList](c.get("/templates?limit=2&cursor=" + *page.NextCursor)); len(rest.Items) != 1 {
		t.Errorf("the second page is %+v", rest)
	}
	if none := into[api.TemplateList](c.get("/templates?channel_type=sms")); len(none.Items) != 0 {
		t.Errorf("there are templates for SMS: %+v", none)
	}
	c.delete("/templates/" + made.Id).want(http.StatusNoContent)
	c.delete("/templates/"+made.Id).problem(http.StatusNotFound, "not_found")
}

func TestProvidersAndNodeTypesDescribeThemselves(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	providers := into[api.ProviderList](c.get("/providers").want(http.StatusOK))
	found := map[string]api.Provider{}
	for _, p := range providers.Providers {
		found[p.Name] = p
	}
	if p := found["twilio"]; len(p.Credentials) == 0 || !p.Receipts["whatsapp"].Read || p.Receipts["sms"].Read || len(p.Forms["sms"]) == 0 || p.DefaultBaseUrl == "" {
		t.Errorf("Twilio describes itself as %+v", p)
	}
	if p := found["simulator"]; len(p.ChannelTypes) < 3 {
		t.Errorf("the simulator describes itself as %+v", p)
	}
	types := into[api.NodeTypeList](c.get("/node-types").want(http.StatusOK))
	if len(types.Types) < 10 {
		t.Fatalf("there are %d node types", len(types.Types))
	}
	for _, n := range types.Types {
		if n.Title == "" || n.Help == "" || n.Icon == "" || n.Config["type"] != "object" {
			t.Errorf("the node type %s is described as %+v", n.Type, n)
		}
	}
}

func TestChangingOnlyTheRateKeepsTheChannelBound(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	made := into[api.Channel](c.post("/channels", map[string]any{"name": "Paced", "type": "sms", "kind": "simulator"}).want(http.StatusCreated))
	path := "/channels/" + made.Id
	c.post(path+"/bind", nil).want(http.StatusOK)
	paced := into[api.Channel](c.patch(path, map[string]any{"settings": map[string]string{"messages_per_second": "2.5"}}).want(http.StatusOK))
	if paced.Status != api.ChannelStatusBound || paced.Settings["messages_per_second"] != "2.5" || paced.Pause != nil {
		t.Errorf("the paced channel is %+v", paced)
	}
	c.patch(path, map[string]any{"settings": map[string]string{"messages_per_second": "0"}}).problem(http.StatusUnprocessableEntity, "invalid")
	if free := into[api.Channel](c.patch(path, map[string]any{"settings": map[string]string{"messages_per_second": ""}}).want(http.StatusOK)); free.Status != api.ChannelStatusBound || len(free.Settings) != 0 {
		t.Errorf("the channel without a rate is %+v", free)
	}
}
