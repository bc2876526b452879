package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/server/api"
	"sluice/server/channels/alibaba/alibabatest"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/channels/vendortest"
)

// importFrom imports a channel's templates and waits for the end.
func (c *client) importFrom(channelID string) api.TemplateImport {
	c.w.t.Helper()
	path := "/channels/" + channelID + "/templates/import"
	c.post(path, nil).want(http.StatusAccepted)
	var done api.TemplateImport
	c.w.eventually("the import ends", func() bool {
		done = into[api.TemplateImport](c.get(path).want(http.StatusOK))
		return done.State != api.TemplateImportStateRunning
	})
	return done
}

// vendorChannel makes a channel at a fake and binds it.
func (c *client) vendorChannel(kind, slug string, fake http.Handler, credentials, settings map[string]string) api.Channel {
	c.w.t.Helper()
	vendor := httptest.NewServer(fake)
	c.w.t.Cleanup(vendor.Close)
	made := into[api.Channel](c.post("/channels", map[string]any{
		"slug": slug, "name": slug, "type": "whatsapp", "kind": kind, "base_url": vendor.URL, "credentials": credentials, "settings": settings,
	}).want(http.StatusCreated))
	return into[api.Channel](c.post("/channels/"+made.Id+"/bind", nil).want(http.StatusOK))
}

func importedFlow(channel, slug, language string, parameters ...string) string {
	given, err := json.Marshal(append([]string{}, parameters...))
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"schema": "sluice/v1", "name": "Sends %[2]s", "nodes": [
		{"id": "start", "type": "start", "config": {"inputs": [{"name": "phone", "type": "phone", "required": true}, {"name": "who", "type": "string"}]}},
		{"id": "wa", "type": "send_whatsapp", "config": {"channel": %[1]q, "to": "{{phone}}", "message": {"type": "template", "template": %[2]q, "language": %[3]q, "parameters": %[4]s}}}],
		"edges": [{"from": "start", "port": "next", "to": "wa"}]}`, channel, slug, language, given)
}

// sends runs a flow that sends the template.
func (c *client) sends(channel, slug, language string, parameters ...string) {
	c.w.t.Helper()
	id := c.published(importedFlow(channel, slug, language, parameters...))
	c.post("/flows/"+id+"/runs", map[string]any{"inputs": map[string]any{"phone": "+639171234567", "who": "Ana"}}).want(http.StatusCreated)
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Error(diff)
	}
}

func TestATemplateImportedFromMetaIsSentWithAllItsParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := metatest.New(metatest.Options{
		PhoneNumberID: "106540352242922", AccessToken: "tok", AppSecret: "sec", Business: "102290129340398", Script: func(metatest.Message) []metatest.Step { return nil },
	})
	t.Cleanup(fake.Close)
	body := func(text string) map[string]any { return map[string]any{"type": "BODY", "text": text} }
	shipped := map[string]any{
		"id": "1", "name": "order_shipped", "language": "en_US", "status": "APPROVED", "category": "UTILITY", "parameter_format": "NAMED", "components": []any{
			map[string]any{"type": "HEADER", "format": "IMAGE"},
			body("{{who}}, your order is on its way."),
			map[string]any{"type": "BUTTONS", "buttons": []any{map[string]any{"type": "URL", "text": "Track", "url": "https://s.example/{{1}}"}}},
		},
	}
	paused := map[string]any{"id": "2", "name": "sale", "language": "en", "status": "PAUSED", "category": "MARKETING", "components": []any{body("Sale")}}
	otp := map[string]any{"id": "3", "name": "otp", "language": "en", "status": "APPROVED", "category": "UTILITY", "components": []any{body("Code {{1}}")}}
	cards := map[string]any{"id": "4", "name": "cards", "language": "en", "status": "APPROVED", "category": "MARKETING", "components": []any{map[string]any{"type": "CAROUSEL"}}}
	fake.Templates.Set(2, shipped, paused, otp, cards)
	ch := c.vendorChannel("meta_whatsapp", "wa-meta", fake, map[string]string{"access_token": "tok", "app_secret": "sec", "verify_token": "v"}, map[string]string{"phone_number_id": "106540352242922"})
	path := "/channels/" + ch.Id + "/templates/import"
	if never := into[api.TemplateImport](c.get(path).want(http.StatusOK)); never.State != api.TemplateImportStateNever {
		t.Errorf("before, it is %+v", never)
	}

	done := c.importFrom(ch.Id)
	var lines []string
	for _, i := range done.Items {
		lines = append(lines, string(i.Outcome)+" "+i.Slug)
	}
	// The demo's own otp stays what it is.
	if got, want := strings.Join(lines, ", "), "added order_shipped, added otp_wa-meta, added sale, skipped "; got != want || done.State != api.TemplateImportStateDone || done.Counts.Added != 3 {
		t.Fatalf("got %q, want %q: %+v", got, want, done)
	}
	again := c.importFrom(ch.Id)
	if again.Counts.Unchanged != 3 || again.Counts.Added+again.Counts.Updated+again.Counts.Gone != 0 {
		t.Errorf("again: %+v", again.Counts)
	}

	c.sends("wa-meta", "order_shipped", "en_US", "{{who}}", "https://cdn.example/a.png", "track/7")
	w.eventually("Meta gets the message", func() bool { return len(fake.Messages()) == 1 })
	sameJSON(t, fake.Messages()[0].Content, `{"name": "order_shipped", "language": {"code": "en_US"}, "components": [
		{"type": "header", "parameters": [{"type": "image", "image": {"link": "https://cdn.example/a.png"}}]},
		{"type": "body", "parameters": [{"type": "text", "text": "Ana", "parameter_name": "who"}]},
		{"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "track/7"}]}]}`)

	fake.Templates.Set(0, paused, otp)
	gone := c.importFrom(ch.Id)
	if gone.Counts.Gone != 1 || gone.Counts.Unchanged != 2 {
		t.Errorf("with one gone: %+v", gone.Counts)
	}
	for name, tt := range map[string]struct{ flow, code, says string }{
		"paused":       {importedFlow("wa-meta", "sale", "en"), "template_not_approved", "People complained"},
		"gone":         {importedFlow("wa-meta", "order_shipped", "en_US", "a", "b", "c"), "template_gone", "Choose another"},
		"few values":   {importedFlow("wa-meta", "otp_wa-meta", "en"), "template_parameters", "fill in"},
		"no such word": {importedFlow("wa-meta", "otp_wa-meta", "fr", "1"), "template_language", "en"},
	} {
		made := c.imported(tt.flow)
		state := into[api.DraftState](c.get("/flows/" + made.Id + "/diagnostics").want(http.StatusOK))
		found := false
		for _, d := range state.Diagnostics {
			found = found || d.Code == tt.code && d.Severity == api.Warning && strings.Contains(d.Hint, tt.says)
		}
		if !found {
			t.Errorf("%s: the draft has %+v", name, state.Diagnostics)
		}
	}
}

func TestATemplateImportedFromTwilioIsSentByItsContentSid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken, Script: func(twiliotest.Message) []twiliotest.Step { return nil }})
	t.Cleanup(fake.Close)
	fake.Contents.Set(0, map[string]any{
		"sid": "HX00000000000000000000000000000001", "friendly_name": "shipped", "language": "en", "variables": map[string]string{"who": "Ana", "end": "x"},
		"types":             map[string]any{"twilio/call-to-action": map[string]any{"body": "Hi {{who}}", "actions": []any{map[string]string{"type": "URL", "title": "Track", "url": "https://s.example/{{end}}"}}}},
		"approval_requests": map[string]string{"name": "shipped", "category": "UTILITY", "status": "approved"},
	})
	fake.Contents.Fail(vendortest.Fault{Status: http.StatusServiceUnavailable})
	ch := c.vendorChannel("twilio", "wa-twilio", fake, map[string]string{"account_sid": accountSID, "auth_token": authToken}, map[string]string{"sender": "+14155550100"})
	if done := c.importFrom(ch.Id); done.Counts.Added != 1 || done.Items[0].Slug != "shipped" {
		t.Fatalf("the import came to %+v", done)
	}
	c.sends("wa-twilio", "shipped", "en", "{{who}}", "track/7")
	w.eventually("Twilio gets the message", func() bool { return len(fake.Messages()) == 1 })
	if m := fake.Messages()[0]; m.ContentSID != "HX00000000000000000000000000000001" || m.ContentVariables != `{"end":"track/7","who":"Ana"}` {
		t.Errorf("Twilio gets %+v", m)
	}
}

func TestATemplateImportedFromAlibabaCloudIsSentByItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := alibabatest.New(alibabatest.Options{KeyID: "LTAI5tExampleKeyId01", Secret: "access-key-secret", Space: "cams-1", Numbers: []string{"6281234567890"}})
	t.Cleanup(fake.Close)
	fake.Templates.Set(0, map[string]any{
		"TemplateCode": "7440001", "Name": "Shipped", "Language": "en_US", "AuditStatus": "pass", "Category": "UTILITY", "TemplateType": "WHATSAPP", "Components": []any{
			map[string]any{"Type": "HEADER", "Format": "DOCUMENT", "Url": "$(bill)"}, map[string]any{"Type": "BODY", "Text": "Hi $(who)"},
		},
	})
	ch := c.vendorChannel("alibaba", "wa-cams", fake, map[string]string{"access_key_id": "LTAI5tExampleKeyId01", "access_key_secret": "access-key-secret"},
		map[string]string{"sender": "6281234567890", "space_id": "cams-1"})
	if done := c.importFrom(ch.Id); done.Counts.Added != 1 || done.Items[0].Slug != "shipped" {
		t.Fatalf("the import came to %+v", done)
	}
	c.sends("wa-cams", "shipped", "en_US", "{{who}}", "https://cdn.example/bill.pdf")
	w.eventually("Alibaba Cloud gets the message", func() bool { return len(fake.Messages()) == 1 })
	f := fake.Messages()[0].Fields
	if f.Get("TemplateCode") != "7440001" || f.Get("Language") != "en_US" || f.Get("TemplateParams") != `{"bill":"https://cdn.example/bill.pdf","who":"Ana"}` {
		t.Errorf("Alibaba Cloud gets %v", f)
	}
}

func TestAnImportThatCannotBeSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	simulated := into[api.ChannelList](c.get("/channels?type=whatsapp").want(http.StatusOK)).Items[0]
	c.post("/channels/"+simulated.Id+"/templates/import", nil).problem(http.StatusConflict, "no_template_list")
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken})
	t.Cleanup(fake.Close)
	ch := c.vendorChannel("twilio", "wa-twilio", fake, map[string]string{"account_sid": accountSID, "auth_token": authToken}, map[string]string{"sender": "+14155550100"})
	path := "/channels/" + ch.Id + "/templates/import"
	fake.Contents.Fail(vendortest.Fault{Status: http.StatusUnauthorized, Body: `{"code": 20003, "message": "Authenticate ` + authToken + `"}`})
	failed := c.importFrom(ch.Id)
	if failed.State != api.TemplateImportStateFailed || failed.Failure == nil || failed.Failure.Code != "20003" || strings.Contains(failed.Failure.Message, authToken) {
		t.Errorf("refused, it is %+v %+v", failed, failed.Failure)
	}
	fake.Contents.Fail(vendortest.Fault{Hang: true})
	c.post(path, nil).want(http.StatusAccepted)
	c.post(path, nil).problem(http.StatusConflict, "import_running")
	if got := into[api.TemplateImport](c.delete(path).want(http.StatusOK)); got.State != api.TemplateImportStateCancelled {
		t.Errorf("cancelled, it is %+v", got)
	}
	c.post("/channels/"+ch.Id+"/unbind", nil).want(http.StatusOK)
	c.post(path, nil).problem(http.StatusConflict, "not_bound")
}

func TestOfAnImportedTemplateOnlyTheNameIsOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLocalVendors)
	c := w.owner()
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken})
	t.Cleanup(fake.Close)
	fake.Contents.Set(0, map[string]any{
		"sid": "HX00000000000000000000000000000001", "friendly_name": "hi", "language": "en", "variables": map[string]string{},
		"types": map[string]any{"twilio/text": map[string]any{"body": "Hi"}}, "approval_requests": map[string]string{"name": "hi", "status": "approved", "category": "UTILITY"},
	})
	ch := c.vendorChannel("twilio", "wa-twilio", fake, map[string]string{"account_sid": accountSID, "auth_token": authToken}, map[string]string{"sender": "+14155550100"})
	id := c.importFrom(ch.Id).Items[0].TemplateId
	c.patch("/templates/"+id, map[string]string{"text": "Other"}).problem(http.StatusConflict, "imported")
	if got := into[api.Template](c.patch("/templates/"+id, map[string]string{"name": "Greeting"}).want(http.StatusOK)); got.Name != "Greeting" || got.Source == nil || got.Source.VendorName != "hi" {
		t.Errorf("renamed, it is %+v", got)
	}
	if again := c.importFrom(ch.Id); again.Counts.Unchanged != 1 {
		t.Errorf("the import takes the name back: %+v", again.Items)
	}
}
