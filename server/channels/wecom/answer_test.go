package wecom_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/vendortest"
	"sluice/server/channels/wecom"
	"sluice/server/channels/wecom/wecomtest"
)

// heard is a message of a person's, from a callback that can be answered at that
// address.
func heard(t *testing.T, w world, chatType, responseURL string) *channels.InboundMessage {
	t.Helper()
	content, err := json.Marshal(map[string]any{
		"msgid": "id-1", "chatid": "chat-1", "chattype": chatType, "from": map[string]string{"userid": "zhang"}, "response_url": responseURL,
		"msgtype": "text", "text": map[string]string{"content": "@Robot hi"},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := callback(t, w.account, string(content), time.Now())
	req := httptest.NewRequestWithContext(t.Context(), "POST", r.URL, nil)
	events, _, err := w.provider.Webhook(w.account, req, r.Body)
	if err != nil || len(events) != 1 || events[0].Message == nil {
		t.Fatalf("got %+v, %v", events, err)
	}
	return events[0].Message
}

func form(kind flows.MessageType, text string) flows.Message {
	if kind == flows.MessageCard {
		return flows.Message{Type: kind, Text: text, URL: "https://example.com/1", MessageGroup: flows.MessageGroup{Card: "text_notice", Title: "Build"}}
	}
	return flows.Message{Type: kind, Text: text}
}

func TestAnAnswerGoesWhereTheCallbackSays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, chat string
		message    flows.Message
		want       string
	}{
		{"markdown", "group", form(flows.MessageMarkdown, "**Done**"), "markdown"},
		{"the newer markdown goes by the same name", "single", form(flows.MessageMarkdownV2, "# Done"), "markdown"},
		{"a card to one person", "single", form(flows.MessageCard, "Done"), "template_card"},
		{"a card to a group", "group", form(flows.MessageCard, "Done"), ""},
		{"text", "single", form(flows.MessageText, "Done"), ""},
		{"colours", "single", form(flows.MessageMarkdown, `<font color="info">Done</font>`), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			to := heard(t, w, tt.chat, w.fake.ResponseURL(w.account.BaseURL, "code-1")).Answer
			if to == nil || strings.Contains(to.Address, "code-1") || to.Private != (tt.chat == "single") {
				t.Fatalf("it can be answered at %+v", to)
			}
			if left := time.Until(to.Until); left > time.Hour || left < 50*time.Minute {
				t.Errorf("it is good for %s", left)
			}
			if takes := w.provider.TakesAnswer(w.account, tt.message, *to); takes != (tt.want != "") {
				t.Errorf("it says that it takes it there: %t", takes)
			}
			for range 2 {
				// The second time the address is used up.
				o := send(tt.message)
				o.Answer = to
				if got, err := w.provider.Send(t.Context(), w.account, o); err != nil || got.ProviderMessageID != "m-1" {
					t.Fatalf("got %+v, %v", got, err)
				}
			}
			pushed := 2
			if tt.want != "" {
				pushed = 1
				if got := w.fake.Answers()["code-1"]; got["msgtype"] != tt.want || got[tt.want] == nil {
					t.Errorf("it was answered with %v", got)
				}
			}
			if n := len(w.fake.Messages()); n != pushed {
				t.Errorf("%d messages went to the group, want %d", n, pushed)
			}
		})
	}
}

func TestAnAnswerIsWrittenAsDocumented(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := send(form(flows.MessageMarkdown, "hello world"))
	o.Answer = heard(t, w, "group", w.fake.ResponseURL(w.account.BaseURL, "code-1")).Answer
	if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
		t.Fatal(err)
	}
	want := wecomtest.Message{"msgtype": "markdown", "markdown": map[string]any{"content": "hello world"}}
	if diff := cmp.Diff(want, w.fake.Answers()["code-1"]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAddressesThatCannotBeWeComsAreNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for address, good := range map[string]bool{
		"https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=C": true,
		w.account.BaseURL + "/cgi-bin/aibot/response":                        true,
		"": false, "https://x": false, "http://qyapi.weixin.qq.com/r": false, "https://weixin.qq.com.evil.example/r": false,
		"https://user:pass@qyapi.weixin.qq.com/r": false, "file:///etc/passwd": false, "%zz": false,
	} {
		if got := heard(t, w, "single", address).Answer; (got != nil) != good {
			t.Errorf("%s: got %+v", address, got)
		}
	}
}

func TestAnAnswerWhoseEndIsNotKnownIsNotSaidAgainInTheGroup(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault  *vendortest.Fault
		change func(*world, *channels.Answer)
		class  channels.Class
		pushed int
	}{
		"the answer is lost": {&vendortest.Fault{LoseAnswer: true}, nil, channels.ClassUnknown, 0},
		"WeCom fails":        {&vendortest.Fault{Status: 500}, nil, channels.ClassUnknown, 0},
		"WeCom refuses":      {&vendortest.Fault{Status: 200, Body: `{"errcode":846604,"errmsg":"expired"}`}, nil, "", 1},
		"its time is over":   {nil, func(_ *world, to *channels.Answer) { to.Until = time.Now() }, "", 1},
		"the key was changed": {nil, func(w *world, _ *channels.Answer) {
			w.account.Credentials["encoding_aes_key"] = strings.Repeat("A", 43)
		}, "", 1},
		"the address is not ours": {nil, func(_ *world, to *channels.Answer) { to.Address = "https://evil.example" }, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			o := send(form(flows.MessageMarkdown, "Done"))
			o.Answer = heard(t, w, "single", w.fake.ResponseURL(w.account.BaseURL, "code-1")).Answer
			if tt.fault != nil {
				w.fake.Fail(*tt.fault)
			}
			if tt.change != nil {
				tt.change(&w, o.Answer)
			}
			_, err := w.provider.Send(t.Context(), w.account, o)
			if se := channels.AsSendError(err); (se == nil) != (tt.class == "") || se != nil && se.Class != tt.class {
				t.Errorf("got %v", err)
			}
			if n := len(w.fake.Messages()); n != tt.pushed {
				t.Errorf("%d messages went to the group, want %d", n, tt.pushed)
			}
		})
	}
}

var _ channels.Answerer = (*wecom.Provider)(nil)
