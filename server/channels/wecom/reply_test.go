package wecom_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/wecom"
	"sluice/server/channels/wecom/wecomtest"
)

const (
	opened   = `{"msgid":"e1","create_time":1772618402,"aibotid":"bot-1","chattype":"single","from":{"userid":"u1"},"msgtype":"event","event":{"eventtype":"enter_chat"}}`
	pressed  = `{"msgid":"e2","from":{"userid":"u1"},"msgtype":"event","event":{"eventtype":"template_card_event"}}`
	greeting = "你好。\n<What> can \"we\" do & how?"
)

// call gives a callback to the provider.
func call(t *testing.T, w world, r channeltest.Request) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, r.URL, bytes.NewReader(r.Body))
	return w.provider.Webhook(w.account, req, r.Body)
}

func robot(receiveID string) wecomtest.Robot {
	return wecomtest.Robot{Token: token, EncodingAESKey: aesKey, ReceiveID: receiveID}
}

func TestAPersonWhoOpensTheChatIsGreetedEncrypted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.Settings["greeting"] = greeting
	events, reply, err := call(t, w, callback(t, w.account, opened, time.Now()))
	if err != nil || len(events) != 0 || reply.Status != http.StatusOK || reply.ContentType != "application/json" {
		t.Fatalf("got %v, %+v, %v", events, reply, err)
	}
	if bytes.Contains(reply.Body, []byte("What")) {
		t.Error("the greeting is in the clear")
	}
	got, err := robot("wx-c1").Read(reply.Body)
	want := wecomtest.Message{"msgtype": "text", "text": map[string]any{"content": greeting}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	_, again, err := call(t, w, callback(t, w.account, opened, time.Now()))
	if err != nil || bytes.Equal(again.Body, reply.Body) {
		t.Errorf("the same answer encrypts to the same bytes, or not at all: %v", err)
	}
	for name, other := range map[string]wecomtest.Robot{
		"another token":      {Token: "other", EncodingAESKey: aesKey, ReceiveID: "wx-c1"},
		"another receive id": {Token: token, EncodingAESKey: aesKey},
		"another key":        {Token: token, EncodingAESKey: "A" + aesKey[1:], ReceiveID: "wx-c1"},
	} {
		if got, err := other.Read(reply.Body); err == nil {
			t.Errorf("%s: the answer was read: %v", name, got)
		}
	}
}

func TestTheAnswerCarriesTheCallbacksReceiveID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.Settings = map[string]string{"greeting": greeting}
	for _, id := range []string{"", "wx5823bf96d3bd56c7"} {
		r := callback(t, w.account, opened, time.Now())
		r.Body = encrypted(t, opened, id)
		_, reply, err := call(t, w, signed(t, w.account, r))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := robot(id).Read(reply.Body); err != nil {
			t.Errorf("receive id %q: %v", id, err)
		}
	}
}

func TestWhatHasNoAnswerIsAnsweredWithNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, greeting, content string
		messages                int
	}{
		{"no greeting", "", opened, 0},
		{"another event", greeting, pressed, 0},
		{"a message", greeting, message(t, "u1", "hi"), 1},
	} {
		w := newWorld(t)
		w.account.Settings["greeting"] = tt.greeting
		events, reply, err := call(t, w, callback(t, w.account, tt.content, time.Now()))
		if err != nil || reply.Status != http.StatusOK || len(reply.Body) != 0 || len(events) != tt.messages {
			t.Errorf("%s: got %v, %+v, %v", tt.name, events, reply, err)
		}
	}
}

func TestNobodyUnprovenIsGreeted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.Settings["greeting"] = greeting
	r := callback(t, w.account, opened, time.Now())
	r.Body = encrypted(t, opened+" ", "wx-c1")
	if _, reply, err := call(t, w, r); err == nil || reply.Status != http.StatusForbidden || bytes.Contains(reply.Body, []byte("encrypt")) {
		t.Errorf("got %+v, %v", reply, err)
	}
}

func TestAGreetingHasWhatATextMayHave(t *testing.T) {
	t.Parallel()
	kind := wecom.New(nil).Kind()
	for text, good := range map[string]bool{greeting: true, string(bytes.Repeat([]byte("🙂"), 512)): true, string(bytes.Repeat([]byte("🙂"), 513)): false} {
		a := newWorld(t).account
		a.Settings["greeting"] = text
		if got := kind.Check(a); (len(got) == 0) != good {
			t.Errorf("%d bytes: got %v", len(text), got)
		}
	}
}
