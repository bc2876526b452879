package wecom

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/channels"
)

// The example of WeCom's documents.
const (
	exampleToken = "QDG6eK"
	exampleKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	exampleEcho  = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
	exampleSum   = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"

	exampleID = "wx5823bf96d3bd56c7"
	// The documents' callback with a message, of the time when it was XML.
	exampleCallback = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
	exampleMessage  = "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n<FromUserName><![CDATA[mycreate]]></FromUserName>\n<CreateTime>1409659813</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[hello]]></Content>\n<MsgId>4561255354251345929</MsgId>\n<AgentID>218</AgentID>\n</xml>"
)

func example() (*Provider, channels.Account) {
	p := New(nil)
	p.now = func() time.Time { return time.Unix(1409659589, 0) }
	return p, channels.Account{
		Type: channels.WeCom, Credentials: map[string]string{credToken: exampleToken, credAESKey: exampleKey},
		Settings: map[string]string{settingReceiveID: "wx5823bf96d3bd56c7"},
	}
}

func TestTheDocumentedExampleIsEchoed(t *testing.T) {
	t.Parallel()
	if got := Signature(exampleToken, "1409659589", "263014780", exampleEcho); got != exampleSum {
		t.Errorf("the signature is %s", got)
	}
	if message, id, err := Decrypt(exampleKey, exampleEcho); err != nil || message != "1616140317555161061" || id != "wx5823bf96d3bd56c7" {
		t.Errorf("got %q, %q, %v", message, id, err)
	}
	for name, tt := range map[string]struct {
		change func(*Provider, *channels.Account, url.Values)
		good   bool
	}{
		"as documented":      {func(*Provider, *channels.Account, url.Values) {}, true},
		"without receive id": {func(_ *Provider, a *channels.Account, _ url.Values) { a.Settings = nil }, true},
		"another receive id": {func(_ *Provider, a *channels.Account, _ url.Values) {
			a.Settings = map[string]string{settingReceiveID: "wx0"}
		}, false},
		"another signature":                     {func(_ *Provider, _ *channels.Account, q url.Values) { q.Set("msg_signature", strings.Repeat("0", 40)) }, false},
		"another nonce":                         {func(_ *Provider, _ *channels.Account, q url.Values) { q.Set("nonce", "1") }, false},
		"years later, the number tells nothing": {func(p *Provider, _ *channels.Account, _ url.Values) { p.now = time.Now }, true},
		"a caught callback asked for as an echo": {func(_ *Provider, _ *channels.Account, q url.Values) {
			q.Set("echostr", sealedFor(t, q, `{"msgid":"1"}`))
		}, false},
		"a word": {func(_ *Provider, _ *channels.Account, q url.Values) {
			q.Set("echostr", sealedFor(t, q, "1616140317555161061"))
		}, true},
		"a word, six minutes later": {func(p *Provider, _ *channels.Account, q url.Values) {
			q.Set("echostr", sealedFor(t, q, "echo"))
			p.now = func() time.Time { return time.Unix(1409659589+360, 0) }
		}, false},
		"another key": {func(_ *Provider, a *channels.Account, _ url.Values) {
			a.Credentials = map[string]string{credToken: exampleToken, credAESKey: strings.Repeat("A", 43)}
		}, false},
		"no key": {func(_ *Provider, a *channels.Account, _ url.Values) {
			a.Credentials = map[string]string{credToken: exampleToken}
		}, false},
	} {
		p, a := example()
		query := url.Values{"msg_signature": {exampleSum}, "timestamp": {"1409659589"}, "nonce": {"263014780"}, "echostr": {exampleEcho}}
		tt.change(p, &a, query)
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/k1?"+query.Encode(), http.NoBody)
		events, reply, err := p.Webhook(a, req, nil)
		if tt.good && (err != nil || string(reply.Body) != "1616140317555161061" || len(events) != 0) {
			t.Errorf("%s: got %q, %v", name, reply.Body, err)
		}
		if !tt.good && (!errors.Is(err, channels.ErrUnverified) || reply.Status != http.StatusForbidden) {
			t.Errorf("%s: got %+v, %v", name, reply, err)
		}
	}
}

// sealedFor encrypts a text for the example's channel, and signs it.
func sealedFor(t *testing.T, query url.Values, text string) string {
	t.Helper()
	encrypted, err := Encrypt(exampleKey, text, exampleID, [randomSize]byte{})
	if err != nil {
		t.Fatal(err)
	}
	query.Set("msg_signature", Signature(exampleToken, query.Get("timestamp"), query.Get("nonce"), encrypted))
	return encrypted
}

func TestTheDocumentedExamplesAreEncryptedAndSignedAsWeComDoes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, timestamp, nonce, random, message, encrypted, signature string }{
		{"the check of the address", "1409659589", "263014780", "c41b64491c2468d0", "1616140317555161061", exampleEcho, exampleSum},
		{"a message", "1409659813", "1372623149", "0960688932c47ef1", exampleMessage, exampleCallback, "477715d11cdb4164915debcba66cb864d751f3e6"},
	} {
		encrypted, err := Encrypt(exampleKey, tt.message, exampleID, [randomSize]byte([]byte(tt.random)))
		if diff := cmp.Diff(tt.encrypted, encrypted); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
		if got := Signature(exampleToken, tt.timestamp, tt.nonce, encrypted); got != tt.signature {
			t.Errorf("%s: the signature is %s", tt.name, got)
		}
		if message, id, err := Decrypt(exampleKey, tt.encrypted); err != nil || message != tt.message || id != exampleID {
			t.Errorf("%s: got %q, %q, %v", tt.name, message, id, err)
		}
	}
}

func TestBothShapesOfMessagesAreRead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, content string
		want          *channels.InboundMessage
		bad           bool
	}{
		{"newer", `{"msgid":"i","chatid":"c","chattype":"group","from":{"userid":"u"},"response_url":"https://x","msgtype":"text","text":{"content":"@Robot hi"}}`, &channels.InboundMessage{ProviderMessageID: "i", From: "u", To: "c", Text: "@Robot hi"}, false},
		{"older", `{"msgType":"text","msgContent":"hi","chatId":"c","botKey":"k","hookUrl":"https://x","userName":"Zhang","msgId":"i","chatType":"group"}`, &channels.InboundMessage{ProviderMessageID: "i", From: "Zhang", To: "c", ProfileName: "Zhang", Text: "hi"}, false},
		{"with one person", `{"msgid":"i","from":{"userid":"u"},"msgtype":"text","text":{"content":"hi"}}`, &channels.InboundMessage{ProviderMessageID: "i", From: "u", To: "u", Text: "hi"}, false},
		{"image", `{"msgid":"i","chatid":"c","from":{"userid":"u"},"msgtype":"image","image":{"url":"https://p"}}`, &channels.InboundMessage{ProviderMessageID: "i", From: "u", To: "c", Media: []channels.Media{{URL: "https://p", ContentType: "image/*"}}}, false},
		{"mixed", `{"msgid":"i","chatid":"c","from":{"userid":"u"},"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"look"}},{"msgtype":"image","image":{"url":"https://p"}}]}}`, &channels.InboundMessage{ProviderMessageID: "i", From: "u", To: "c", Text: "look", Media: []channels.Media{{URL: "https://p", ContentType: "image/*"}}}, false},
		{"an event", `{"msgid":"i","from":{"userid":"u"},"msgtype":"event","event":{"eventtype":"enter_chat"}}`, nil, false},
		{"nobody", `{"msgid":"i","msgtype":"text","text":{"content":"hi"}}`, nil, true},
		{"no JSON", `hello`, nil, true},
	} {
		_, got, err := read(tt.content)
		if diff := cmp.Diff(tt.want, got); diff != "" || errors.Is(err, channels.ErrMalformed) != tt.bad {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	f.Add(exampleEcho)
	f.Fuzz(func(t *testing.T, encrypted string) {
		message, id, err := Decrypt(exampleKey, encrypted)
		if err != nil && (message != "" || id != "") {
			t.Errorf("an error with content: %q, %q", message, id)
		}
	})
}

func TestWhatIsEncryptedIsDecrypted(t *testing.T) {
	t.Parallel()
	// Around the block's size, where the padding is largest and smallest.
	for n := range 70 {
		want := strings.Repeat("x", n)
		e, err := Encrypt(exampleKey, want, "id", [randomSize]byte{9})
		if err != nil {
			t.Fatal(err)
		}
		if got, id, err := Decrypt(exampleKey, e); err != nil || got != want || id != "id" {
			t.Errorf("%d bytes: got %q, %q, %v", n, got, id, err)
		}
	}
}
