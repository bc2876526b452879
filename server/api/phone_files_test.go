package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/media"
)

// simulated makes a simulated channel by that slug.
func (c *client) simulated(slug, channelType string) {
	c.w.t.Helper()
	made := into[api.Channel](c.post("/channels", map[string]any{"slug": slug, "name": slug, "type": channelType, "kind": "simulator"}).want(http.StatusCreated))
	c.post("/channels/"+made.Id+"/bind", nil).want(http.StatusOK)
}

// attaches sends a file from the phone of the asked person.
func (c *client) attaches(parameters map[string]string, content []byte) answer {
	c.w.t.Helper()
	query := url.Values{"recipient": {"639171234567"}, "channel_type": {"whatsapp"}, "type": {"image"}}
	for name, value := range parameters {
		query.Set(name, value)
	}
	return c.with("Content-Type", "application/octet-stream").post("/simulator/files?"+query.Encode(), content)
}

func (c *client) onPhone() []api.PhoneMessage {
	c.w.t.Helper()
	return into[api.PhoneMessageList](c.get("/simulator/messages?recipient=%2B639171234567&channel_type=whatsapp").want(http.StatusOK)).Items
}

func TestAFileFromAPhoneReachesItsRunAsFromAVendor(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	c.manualPhones()
	c.simulated("wa", "whatsapp")
	runID := c.asks(func() bool { return len(c.onPhone()) == 1 })
	sent := into[api.PhoneMessage](c.attaches(map[string]string{"filename": `C:\fakepath\dot.png`, "text": "Here {{phone}}"}, png).want(http.StatusCreated))
	if sent.Direction != "inbound" || sent.Channel != "wa" || sent.Text != "Here {{phone}}" || sent.Content["type"] != "image" || sent.File == nil ||
		*sent.File != (api.PhoneFile{Type: "image", ContentType: "image/png", Filename: "dot.png", Size: int64(len(png))}) {
		t.Fatalf("the phone shows %+v, %+v", sent, sent.File)
	}
	run, m := c.answered(runID)
	file := m.Media[0]
	if file.Status != api.MessageMediaStatusStored || file.ContentType != "image/png" || file.Filename != "dot.png" || file.Size != int64(len(png)) || m.Text != "Here {{phone}}" {
		t.Errorf("the run shows %+v", m)
	}
	if run.Variables["kind"] != "image" || run.Variables["file"] != file.Id {
		t.Errorf("the run has %v", run.Variables)
	}
	for _, path := range []string{"/media/" + file.Id, "/simulator/messages/" + sent.Id + "/file"} {
		got := c.get(path).want(http.StatusOK)
		if !bytes.Equal(got.body, png) || got.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(got.header.Get("Content-Security-Policy"), "sandbox;") {
			t.Errorf("%s answers %q with %v", path, got.body, got.header)
		}
	}
	if shown := c.onPhone(); len(shown) != 2 || shown[1].Id != sent.Id || shown[1].File == nil {
		t.Errorf("the thread is %+v", shown)
	}
	if phones := into[api.PhoneList](c.get("/simulator/phones")); phones.Items[0].LastText != "Here {{phone}}" {
		t.Errorf("the list shows %q", phones.Items[0].LastText)
	}
	if bytes.Contains(c.w.files(), []byte("the canary of a picture")) {
		t.Error("the file lies in the clear")
	}
	c.get("/simulator/messages/"+c.onPhone()[0].Id+"/file").problem(http.StatusNotFound, "not_found")
	c.w.nobody().get("/simulator/messages/"+sent.Id+"/file").problem(http.StatusUnauthorized, "unauthenticated")
}

func TestAFileOnAPhoneIsOfItsWorkspaceOnly(t *testing.T) {
	t.Parallel()
	w := newWorldWithTwo(t)
	c := w.owner()
	c.simulated("wa", "whatsapp")
	sent := into[api.PhoneMessage](c.attaches(map[string]string{"channel": "wa"}, png).want(http.StatusCreated))
	c.get("/simulator/messages/" + sent.Id + "/file").want(http.StatusOK)
	w.key(otherOwnerKey).get("/simulator/messages/"+sent.Id+"/file").problem(http.StatusNotFound, "not_found")
	w.key(otherOwnerKey).attaches(map[string]string{"channel": "wa"}, png).problem(http.StatusUnprocessableEntity, "no_channel")
}

func TestAFileFromAPhoneIsCheckedAsOneFromAVendor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *server.Options) { o.MediaLimits = media.Limits{"image": 1 << 10, "document": 1 << 20} })
	c := w.owner()
	c.simulated("wa", "whatsapp")
	c.simulated("texts", "sms")
	page := []byte("<html><script>alert(1)</script></html>")
	for name, tt := range map[string]struct {
		parameters map[string]string
		content    []byte
		status     int
		code       string
	}{
		"too large":                    {nil, append(bytes.Clone(png), make([]byte, 1<<10)...), http.StatusRequestEntityTooLarge, "file_too_large"},
		"a page as a picture":          {nil, page, http.StatusUnprocessableEntity, "file_type"},
		"a picture as a video":         {map[string]string{"type": "video"}, png, http.StatusUnprocessableEntity, "file_type"},
		"empty":                        {nil, []byte{}, http.StatusUnprocessableEntity, "file_empty"},
		"a document by SMS":            {map[string]string{"channel_type": "sms", "type": "document"}, page, http.StatusUnprocessableEntity, "not_attachable"},
		"a channel type that is none":  {map[string]string{"channel_type": "pigeon"}, png, http.StatusUnprocessableEntity, "not_attachable"},
		"a channel that is not there":  {map[string]string{"channel": "nobody"}, png, http.StatusUnprocessableEntity, "no_channel"},
		"a type that is none":          {map[string]string{"type": "location"}, png, http.StatusBadRequest, "bad_parameter"},
		"a caption as long as a book":  {map[string]string{"text": strings.Repeat("x", 1025)}, png, http.StatusBadRequest, "bad_parameter"},
		"a channel of another company": {map[string]string{"channel": "texts"}, png, http.StatusUnprocessableEntity, "no_channel"},
	} {
		if got := c.attaches(tt.parameters, tt.content); got.status != tt.status {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		} else {
			got.problem(tt.status, tt.code)
		}
	}
	c.post("/simulator/files?recipient=1&channel_type=whatsapp&type=image", map[string]string{}).problem(http.StatusUnsupportedMediaType, "not_a_file")
	// Nothing of what was refused is kept.
	kept, err := filepath.Glob(filepath.Join(w.dir, "media", "*"))
	if err != nil || len(kept) > 0 {
		t.Errorf("%v is kept, %v", kept, err)
	}

	// A page as a document is kept, and only ever downloaded.
	sent := into[api.PhoneMessage](c.attaches(map[string]string{"type": "document", "filename": "page.html"}, page).want(http.StatusCreated))
	if got := c.get("/simulator/messages/" + sent.Id + "/file").want(http.StatusOK); !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || strings.Contains(got.header.Get("Content-Type"), "html") {
		t.Errorf("it comes with %v", got.header)
	}
	// What the storage has lost is told as that.
	kept, err = filepath.Glob(filepath.Join(w.dir, "media", "*", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v is kept, %v", kept, err)
	}
	if err := os.Remove(kept[0]); err != nil {
		t.Fatal(err)
	}
	c.get("/simulator/messages/"+sent.Id+"/file").problem(http.StatusGone, "media_gone")
}
