package api_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/channels/twilio/twiliotest"
)

// twilioAt is a channel at the fake vendor, with what is different of it.
func twilioAt(baseURL string, more map[string]any) map[string]any {
	body := map[string]any{
		"name": "Twilio", "type": "sms", "kind": "twilio", "base_url": baseURL,
		"credentials": map[string]string{"account_sid": accountSID, "auth_token": authToken}, "settings": map[string]string{"sender": "+14155550100"},
	}
	maps.Copy(body, more)
	return body
}

func fakeTwilio(t *testing.T) string {
	t.Helper()
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken, Senders: []string{"+14155550100", "+14155550101"}})
	vendor := httptest.NewServer(fake)
	t.Cleanup(func() { fake.Close(); vendor.Close() })
	return vendor.URL
}

func TestOneAccountAndSenderIsOneChannel(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	c, other, at := w.owner(), w.key(otherOwnerKey), fakeTwilio(t)
	add := func(c *client, more map[string]any) string {
		return into[api.Channel](c.post("/channels", twilioAt(at, more)).want(http.StatusCreated)).Id
	}
	first := add(c, map[string]any{"name": "The first"})
	c.post("/channels/"+first+"/bind", nil).want(http.StatusOK)
	// Again is no second one.
	c.post("/channels/"+first+"/bind", nil).want(http.StatusOK)
	second := add(c, nil)
	refused := c.post("/channels/"+second+"/bind", nil).problem(http.StatusConflict, "channel_duplicate")
	if refused.Detail == nil || !strings.Contains(*refused.Detail, "The first") {
		t.Errorf("the other channel is not named: %+v", refused)
	}
	if now := into[api.Channel](c.get("/channels/" + second)); now.Status != api.ChannelStatusUnbound {
		t.Errorf("the second channel is %s", now.Status)
	}
	theirs := add(other, nil)
	refused = other.post("/channels/"+theirs+"/bind", nil).problem(http.StatusConflict, "channel_duplicate")
	if refused.Detail == nil || strings.Contains(*refused.Detail, "The first") {
		t.Errorf("another workspace's channel is named: %+v", refused)
	}
	// Another sender of the account is another channel, and what is unbound is free.
	c.post("/channels/"+add(c, map[string]any{"settings": map[string]string{"sender": "+14155550101"}})+"/bind", nil).want(http.StatusOK)
	c.post("/channels/"+first+"/unbind", nil).want(http.StatusOK)
	c.post("/channels/"+second+"/bind", nil).want(http.StatusOK)
	c.post("/channels/"+first+"/bind", nil).problem(http.StatusConflict, "channel_duplicate")
	// A change of the sender sets it free too.
	c.patch("/channels/"+second, map[string]any{"settings": map[string]string{"sender": "+14155550109"}}).want(http.StatusOK)
	other.post("/channels/"+theirs+"/bind", nil).want(http.StatusOK)
}

func TestAChannelTakesItsCredentialsWhenBound(t *testing.T) {
	t.Parallel()
	c, at := newWorld(t, withLocalVendors).owner(), fakeTwilio(t)
	made := into[api.Channel](c.post("/channels", map[string]any{"name": "Later", "type": "sms", "remarks": "for the shop"}).want(http.StatusCreated))
	if made.Status != api.ChannelStatusUnbound || made.Kind != "" || made.Slug != "later" || made.Remarks != "for the shop" {
		t.Errorf("the new channel is %+v", made)
	}
	path := "/channels/" + made.Id
	c.post("/channels", map[string]any{"name": "x", "type": "pigeon"}).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/channels", map[string]any{"name": "x", "type": "viber", "kind": "twilio"}).problem(http.StatusUnprocessableEntity, "invalid")
	c.post("/channels", map[string]any{"name": "x", "type": "sms", "settings": map[string]string{"sender": "x"}}).problem(http.StatusUnprocessableEntity, "invalid")
	into[api.Channel](c.patch(path, map[string]string{"name": "Later on"}).want(http.StatusOK))
	pointers := func(p api.Problem) (list []string) {
		for _, e := range *p.Errors {
			list = append(list, e.Pointer)
		}
		slices.Sort(list)
		return list
	}
	if got := pointers(c.post(path+"/bind", nil).problem(http.StatusUnprocessableEntity, "invalid")); !slices.Equal(got, []string{"/kind"}) {
		t.Errorf("binding without a provider finds %v", got)
	}
	if got := pointers(c.post(path+"/bind", map[string]any{"kind": "twilio"}).problem(http.StatusUnprocessableEntity, "invalid")); len(got) == 0 || got[0] != "/credentials/account_sid" {
		t.Errorf("binding without credentials finds %v", got)
	}
	body := twilioAt(at, nil)
	delete(body, "name")
	delete(body, "type")
	bound := into[api.Channel](c.post(path+"/bind", body).want(http.StatusOK))
	if bound.Status != api.ChannelStatusBound || bound.Kind != "twilio" || bound.Name != "Later on" || len(bound.CredentialsSet) != 2 {
		t.Errorf("the bound channel is %+v", bound)
	}
	c.patch(path, map[string]string{"kind": "vonage"}).problem(http.StatusUnprocessableEntity, "invalid")
}

func TestAChannelThatPublishedFlowsUseIsNotStoppedUnasked(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	ch := into[api.Channel](c.post("/channels", map[string]any{"slug": "sms-x-1", "name": "x", "type": "sms", "kind": "simulator"}).want(http.StatusCreated))
	path := "/channels/" + ch.Id
	c.post(path+"/bind", nil).want(http.StatusOK)
	use := func(name string) string {
		return strings.ReplaceAll(smallFlow(name, "sms-x-1 in a text"), `"sms-main"`, `"sms-x-1"`)
	}
	c.imported(use("Only a draft"))
	c.published(strings.ReplaceAll(smallFlow("Says its name", "sms-x-1"), "verification", "marketing"))
	c.post(path+"/unbind", nil).want(http.StatusOK)
	c.post(path+"/bind", nil).want(http.StatusOK)
	id := c.published(use("Uses it"))
	refused := c.post(path+"/unbind", nil).problem(http.StatusConflict, "channel_in_use")
	if refused.Flows == nil || len(*refused.Flows) != 1 || (*refused.Flows)[0] != (api.FlowUse{Id: id, Name: "Uses it"}) || refused.Hint == nil {
		t.Errorf("the refusal is %+v", refused)
	}
	if now := into[api.Channel](c.get(path)); now.Status != api.ChannelStatusBound {
		t.Errorf("the channel is %s", now.Status)
	}
	// A bound channel is not deleted, whoever asks.
	c.delete(path+"?force=true").problem(http.StatusConflict, "channel_bound")
	c.post(path+"/unbind?force=true", nil).want(http.StatusOK)
	c.delete(path).problem(http.StatusConflict, "channel_in_use")
	c.delete(path + "?force=true").want(http.StatusNoContent)
}

// INVARIANT 37.
func TestANewAddressTakesNoCredentialsAlong(t *testing.T) {
	t.Parallel()
	c, at := newWorld(t, withLocalVendors).owner(), fakeTwilio(t)
	ch := into[api.Channel](c.post("/channels", twilioAt(at, nil)).want(http.StatusCreated))
	mail := into[api.Channel](c.post("/channels", map[string]any{
		"name": "Mail", "type": "email", "kind": "email", "credentials": map[string]string{"username": "u", "password": "p"},
		"settings": map[string]string{"host": "smtp.example.com", "from_address": "hello@example.com"},
	}).want(http.StatusCreated))
	for name, tt := range map[string]struct {
		id    string
		patch map[string]any
		lacks string
	}{
		"a base URL":                {ch.Id, map[string]any{"base_url": "https://collector.example"}, "/credentials/auth_token"},
		"the provider's own":        {ch.Id, map[string]any{"base_url": ""}, "/credentials/auth_token"},
		"another path":              {ch.Id, map[string]any{"base_url": at + "/x"}, "/credentials/auth_token"},
		"other credentials with it": {ch.Id, map[string]any{"base_url": "https://collector.example", "credentials": map[string]string{"account_sid": accountSID}}, "/credentials/auth_token"},
		"a mail server":             {mail.Id, map[string]any{"settings": map[string]string{"host": "collector.example"}}, "/credentials/password"},
		"a port":                    {mail.Id, map[string]any{"settings": map[string]string{"port": "2525"}}, "/credentials/password"},
	} {
		for _, how := range []string{"patch", "bind"} {
			path, do := "/channels/"+tt.id, c.patch
			if how == "bind" {
				path, do = path+"/bind", c.post
			}
			p := do(path, tt.patch).problem(http.StatusUnprocessableEntity, "invalid")
			if len(*p.Errors) != 1 || (*p.Errors)[0].Pointer != tt.lacks || (*p.Errors)[0].Code != "credentials_again" {
				t.Errorf("%s by %s: %+v, want one at %s", name, how, *p.Errors, tt.lacks)
			}
		}
	}
	c.patch("/channels/"+ch.Id, map[string]any{"base_url": at + "/"}).want(http.StatusOK)
	c.patch("/channels/"+ch.Id, map[string]any{"base_url": "https://proxy.example", "credentials": map[string]string{"auth_token": "again"}}).want(http.StatusOK)
	c.patch("/channels/"+mail.Id, map[string]any{"settings": map[string]string{"port": "587"}}).want(http.StatusOK)
	c.patch("/channels/"+mail.Id, map[string]any{"settings": map[string]string{"from_name": "Shop"}}).want(http.StatusOK)
}

func TestPlainHTTPNeedsTheOperator(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*server.Options)
		base   string
		good   bool
	}{
		"nothing said":           {func(*server.Options) {}, "http://vendor.example", false},
		"encrypted":              {func(*server.Options) {}, "https://vendor.example", true},
		"loopback":               {func(*server.Options) {}, "http://127.0.0.1:8080", false},
		"a host on the list":     {func(o *server.Options) { o.EgressAllow = []string{"sms.internal:8080"} }, "http://sms.internal:8080", true},
		"its other port":         {func(o *server.Options) { o.EgressAllow = []string{"sms.internal:8080"} }, "http://sms.internal:8081", false},
		"an address on the list": {func(o *server.Options) { o.EgressAllow = []string{"10.1.0.0/16"} }, "http://10.1.2.3", true},
		"localhost on the list":  {withLocalVendors, "http://localhost:1", true},
		"another address":        {withLocalVendors, "http://192.0.2.1", false},
		"the flag":               {func(o *server.Options) { o.AllowPlainHTTP = true }, "http://vendor.example", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newWorld(t, tt.change).owner()
			answer := c.post("/channels", twilioAt(tt.base, nil))
			if tt.good {
				answer.want(http.StatusCreated)
				return
			}
			if p := answer.problem(http.StatusUnprocessableEntity, "invalid"); len(*p.Errors) != 1 || (*p.Errors)[0].Code != "plain_http" {
				t.Errorf("the problems are %+v", *p.Errors)
			}
			made := into[api.Channel](c.post("/channels", twilioAt("", nil)).want(http.StatusCreated))
			c.patch("/channels/"+made.Id, map[string]any{"base_url": tt.base, "credentials": map[string]string{"auth_token": "x"}}).problem(http.StatusUnprocessableEntity, "invalid")
		})
	}
}
