package api_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/channels/twilio/twiliotest"
)

const askFlow = `{"schema": "sluice/v1", "name": "Asks", "nodes": [
	{"id": "start", "type": "start", "config": {"inputs": [{"name": "phone", "type": "phone", "required": true}]}},
	{"id": "ask", "type": "ask", "config": {"channel_type": "whatsapp", "channel": "wa", "to": "{{phone}}", "message": {"type": "text", "text": "Send a picture"}, "reply_within": "1h"}},
	{"id": "keep", "type": "set_variables", "config": {"variables": [{"name": "kind", "value": "{{steps.ask.reply_type}}"}, {"name": "file", "value": "{{steps.ask.media_id}}"}]}}],
	"edges": [{"from": "start", "port": "next", "to": "ask"}, {"from": "ask", "port": "replied", "to": "keep"}]}`

// png is a picture of one dot.
var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82 the canary of a picture")

// metaWorld is a server with a WhatsApp channel at a fake Meta.
func metaWorld(t *testing.T, change ...func(*server.Options)) (*client, *metatest.Server, string) {
	t.Helper()
	c := newWorld(t, append(change, withLocalVendors)...).owner()
	fake, channelID := c.metaChannel()
	return c, fake, channelID
}

// metaChannel is a WhatsApp channel at a fake Meta.
func (c *client) metaChannel() (*metatest.Server, string) {
	t := c.w.t
	t.Helper()
	fake := metatest.New(metatest.Options{PhoneNumberID: "106540352242922", AccessToken: "tok", AppSecret: "sec", Script: func(metatest.Message) []metatest.Step { return nil }})
	t.Cleanup(fake.Close)
	ch := c.vendorChannel("meta_whatsapp", "wa", fake, map[string]string{"access_token": "tok", "app_secret": "sec", "verify_token": "v"}, map[string]string{"phone_number_id": "106540352242922"})
	if err := fake.Subscribe(t.Context(), ch.HookUrl, "v"); err != nil {
		t.Fatal(err)
	}
	return fake, ch.Id
}

// file is the id of a picture that a person sent.
func (c *client) file() string {
	c.w.t.Helper()
	fake, _ := c.metaChannel()
	fake.PutMedia("9001", &metatest.File{ContentType: "image/png", Content: png})
	runID := c.asks(func() bool { return len(fake.Messages()) == 1 })
	fake.Receive(c.w.t.Context(), map[string]any{"from": "639171234567", "id": "wamid.1", "timestamp": unixNow(), "type": "image", "image": map[string]any{"id": "9001", "mime_type": "image/png"}})
	_, m := c.answered(runID)
	return m.Media[0].Id
}

// asks starts the flow and waits until the question is out.
func (c *client) asks(sent func() bool) (runID string) {
	c.w.t.Helper()
	id := c.published(askFlow)
	run := into[api.RunSummary](c.post("/flows/"+id+"/runs", map[string]any{"inputs": map[string]any{"phone": "+639171234567"}}).want(http.StatusCreated))
	c.w.eventually("the question is sent", sent)
	return run.Id
}

// answered waits for the person's message in a run until its files are settled.
func (c *client) answered(runID string) (api.Run, api.Message) {
	c.w.t.Helper()
	var run api.Run
	var message api.Message
	c.w.eventually("the file is settled", func() bool {
		run = into[api.Run](c.get("/runs/" + runID).want(http.StatusOK))
		for _, m := range run.Messages {
			if m.Direction == api.MessageDirectionInbound && len(m.Media) > 0 && m.Media[0].Status != api.MessageMediaStatusWaiting {
				message = m
				return run.Status != api.RunStatusWaiting
			}
		}
		return false
	})
	return run, message
}

func TestAPictureThatAPersonSendsIsFetchedKeptAndShown(t *testing.T) {
	t.Parallel()
	c, fake, _ := metaWorld(t)
	fake.PutMedia("9001", &metatest.File{ContentType: "image/png", Content: png})
	runID := c.asks(func() bool { return len(fake.Messages()) == 1 })
	got := fake.Receive(t.Context(), map[string]any{
		"from": "639171234567", "id": "wamid.1", "timestamp": unixNow(), "type": "image",
		"image": map[string]any{"id": "9001", "mime_type": "image/png", "caption": "Here {{phone}}"},
	})
	if got.Err != nil || got.HTTP != http.StatusOK {
		t.Fatalf("the webhook is answered with %+v", got)
	}
	run, m := c.answered(runID)
	file := m.Media[0]
	if file.Status != api.MessageMediaStatusStored || file.ContentType != "image/png" || file.Size != int64(len(png)) || m.Text != "Here {{phone}}" {
		t.Fatalf("the message is %+v", m)
	}
	if run.Variables["kind"] != "image" || run.Variables["file"] != file.Id {
		t.Errorf("the run has %v", run.Variables)
	}
	answer := c.get("/media/" + file.Id).want(http.StatusOK)
	if !bytes.Equal(answer.body, png) {
		t.Errorf("the file is %q", answer.body)
	}
	h := answer.header
	if h.Get("Content-Type") != "image/png" || h.Get("Content-Disposition") != "inline" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") {
		t.Errorf("it comes with %v", h)
	}
	if part := c.with("Range", "bytes=1-3").get("/media/" + file.Id).want(http.StatusPartialContent); string(part.body) != "PNG" {
		t.Errorf("a part is %q", part.body)
	}
	c.w.nobody().get("/media/"+file.Id).problem(http.StatusUnauthorized, "unauthenticated")
	c.get("/media/nothing").problem(http.StatusNotFound, "not_found")
	if files := c.w.files(); bytes.Contains(files, []byte("the canary of a picture")) || bytes.Contains(files, []byte("attachments")) {
		t.Error("the file or its address lies in the clear")
	}
	// The same picture again is kept once.
	fake.Receive(t.Context(), map[string]any{"from": "639171234567", "id": "wamid.2", "timestamp": unixNow(), "type": "image", "image": map[string]any{"id": "9001", "mime_type": "image/png"}})
}

// unixNow is the time as Meta tells it. Answers are younger than their questions.
func unixNow() string { return strconv.FormatInt(time.Now().Unix(), 10) }

func TestWhatCanRunIsNeverShownInPlace(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		form, declared, content string
		status                  api.MessageMediaStatus
		disposition             string
	}{
		"a page as a document":    {"document", "text/html", "<html><script>alert(1)</script></html>", api.MessageMediaStatusStored, "attachment"},
		"a drawing with a script": {"document", "image/svg+xml", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, api.MessageMediaStatusStored, "attachment"},
		"a page as a picture":     {"image", "image/png", "<html><script>alert(1)</script></html>", api.MessageMediaStatusFailed, ""},
		"a PDF":                   {"document", "application/pdf", "%PDF-1.7\n1 0 obj", api.MessageMediaStatusStored, "attachment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, fake, _ := metaWorld(t)
			fake.PutMedia("9001", &metatest.File{ContentType: tt.declared, Content: []byte(tt.content)})
			runID := c.asks(func() bool { return len(fake.Messages()) == 1 })
			fake.Receive(t.Context(), map[string]any{
				"from": "639171234567", "id": "wamid.1", "timestamp": unixNow(), "type": tt.form, tt.form: map[string]any{"id": "9001", "mime_type": tt.declared, "filename": "a\".html"},
			})
			_, m := c.answered(runID)
			if m.Media[0].Status != tt.status {
				t.Fatalf("it is %+v", m.Media[0])
			}
			path := "/media/" + m.Media[0].Id
			if tt.status == api.MessageMediaStatusFailed {
				if m.Media[0].Reason == "" {
					t.Error("nobody says why")
				}
				c.get(path).problem(http.StatusGone, "media_gone")
				return
			}
			h := c.get(path).want(http.StatusOK).header
			if !strings.HasPrefix(h.Get("Content-Disposition"), tt.disposition) || strings.Contains(h.Get("Content-Type"), "html") || strings.Contains(h.Get("Content-Type"), "svg") {
				t.Errorf("it comes as %q, %q", h.Get("Content-Disposition"), h.Get("Content-Type"))
			}
		})
	}
}

func TestAFileThatTheVendorHasNoMoreIsToldAsSuch(t *testing.T) {
	t.Parallel()
	c, fake, _ := metaWorld(t)
	fake.PutMedia("9001", nil)
	runID := c.asks(func() bool { return len(fake.Messages()) == 1 })
	fake.Receive(t.Context(), map[string]any{"from": "639171234567", "id": "wamid.1", "timestamp": unixNow(), "type": "audio", "audio": map[string]any{"id": "9001", "mime_type": "audio/ogg"}})
	run, m := c.answered(runID)
	if m.Media[0].Status != api.MessageMediaStatusFailed || m.Media[0].Reason != "Meta does not have the file any more." || run.Variables["kind"] != "audio" {
		t.Errorf("it is %+v, the run has %v", m.Media[0], run.Variables)
	}
}

// INVARIANTS 18: the credentials go to the vendor's own host and not to where it
// sends us on.
func TestInvariant18CredentialsOfFilesStayWithTheVendor(t *testing.T) {
	t.Parallel()
	var seen, elsewhere atomic.Value
	elsewhere.Store(http.Header{})
	cdn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.Header.Clone())
		_, _ = w.Write(png)
	}))
	t.Cleanup(cdn.Close)
	fake := twiliotest.New(twiliotest.Options{AccountSID: accountSID, AuthToken: authToken, Script: func(twiliotest.Message) []twiliotest.Step { return nil }})
	t.Cleanup(fake.Close)
	var user atomic.Value
	c := newWorld(t, withLocalVendors).owner()
	ch := c.vendorChannel("twilio", "wa", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/Media/") {
			name, _, _ := r.BasicAuth()
			user.Store(name)
			http.Redirect(w, r, cdn.URL+"/file", http.StatusTemporaryRedirect)
			return
		}
		fake.ServeHTTP(w, r)
	}), map[string]string{"account_sid": accountSID, "auth_token": authToken}, map[string]string{"sender": "+14155550100"})
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere.Store(r.Header.Clone())
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(foreign.Close)

	runID := c.asks(func() bool { return len(fake.Messages()) == 1 })
	base := into[api.Channel](c.get("/channels/" + ch.Id).want(http.StatusOK)).BaseUrl
	got := fake.Receive(t.Context(), ch.HookUrl, url.Values{
		"MessageSid": {"MM1"}, "From": {"whatsapp:+639171234567"}, "To": {"whatsapp:+14155550100"}, "NumMedia": {"2"}, "Body": {"Two"},
		"MediaUrl0": {base + "/2010-04-01/Accounts/" + accountSID + "/Messages/MM1/Media/ME1"}, "MediaContentType0": {"image/png"},
		"MediaUrl1": {foreign.URL + "/x"}, "MediaContentType1": {"image/png"},
	})
	if got.HTTP != http.StatusOK {
		t.Fatalf("the webhook is answered with %+v", got)
	}
	_, m := c.answered(runID)
	c.w.eventually("both are settled", func() bool {
		_, m = c.answered(runID)
		return len(m.Media) == 2 && m.Media[1].Status != api.MessageMediaStatusWaiting
	})
	if m.Media[0].Status != api.MessageMediaStatusStored || m.Media[1].Status != api.MessageMediaStatusFailed || m.Media[1].Reason == "" {
		t.Errorf("they are %+v", m.Media)
	}
	for where, header := range map[string]any{"where Twilio redirects to": seen.Load(), "another host": elsewhere.Load()} {
		if h, _ := header.(http.Header); h.Get("Authorization") != "" {
			t.Errorf("the credentials went to %s", where)
		}
	}
	if user.Load() != accountSID {
		t.Errorf("Twilio was asked as %v", user.Load())
	}
}

func TestFilesOfAnotherWorkspaceAreNotThere(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	w.key(otherOwnerKey).get("/media/in-anything-0").problem(http.StatusNotFound, "not_found")
}
