package wecom_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/vendortest"
	"sluice/server/channels/wecom"
	"sluice/server/channels/wecom/wecomtest"
)

const (
	robotKey = "canary-693a91f6-7xxx"
	token    = "QDG6eK"
	aesKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	hookURL  = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type world struct {
	provider *wecom.Provider
	fake     *wecomtest.Server
	account  channels.Account
}

func newWorld(t *testing.T) world {
	t.Helper()
	fake := wecomtest.New(robotKey)
	return world{
		provider: wecom.New(vendortest.Client(t)), fake: fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "ops", Type: channels.WeCom, Kind: wecom.Name,
			Credentials: map[string]string{"key": robotKey, "callback_token": token, "encoding_aes_key": aesKey},
			Settings:    map[string]string{"receive_id": "wx-c1"},
			BaseURL:     vendortest.Serve(t, fake, fake.Faults), HookURL: hookURL,
		},
	}
}

func send(m flows.Message) channels.Outbound {
	return channels.Outbound{MessageID: "m-1", RunID: "r-1", Visit: 1, Message: m}
}

func text(s string) channels.Outbound {
	return send(flows.Message{Type: flows.MessageText, Text: s})
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, fixture)
}

func fixture(t *testing.T) channeltest.Fixture {
	t.Helper()
	w := newWorld(t)
	faults := map[channeltest.Behaviour]vendortest.Fault{
		channeltest.RefuseForNow:      {Status: 200, Body: `{"errcode":45009,"errmsg":"api freq out of limit"}`, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Status: 200, Body: `{"errcode":44004,"errmsg":"empty content"}`},
		channeltest.RefuseCredentials: {Status: 200, Body: `{"errcode":93000,"errmsg":"invalid webhook url"}`},
		channeltest.FailInside:        {Status: 500},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Status: 200, Body: "<html>"},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Hello"), Secrets: []string{robotKey, aesKey},
		Sent:   func() int { return len(w.fake.Messages()) },
		Answer: channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"key": "removed-robot"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t)
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: &channeltest.Webhooks{
			Message: func(a channels.Account, from, text string) channeltest.Request {
				return callback(t, a, message(t, from, text), time.Now())
			},
			Sign: func(a channels.Account, r channeltest.Request) channeltest.Request { return signed(t, a, r) },
			Alter: func(r channeltest.Request) channeltest.Request {
				r.Body = encrypted(t, message(t, "person-1", "vendor-2"), "wx-c1")
				return r
			},
			SignatureParam: "msg_signature", Secret: "callback_token", BodyOnly: true,
			Stale: func(a channels.Account) channeltest.Request {
				return callback(t, a, message(t, "person-1", "vendor-1"), time.Now().Add(-6*time.Minute))
			},
		},
	}
}

func message(t *testing.T, from, text string) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"msgid": "id-1", "chatid": "chat-1", "chattype": "group", "from": map[string]string{"userid": from}, "msgtype": "text", "text": map[string]string{"content": text},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func encrypted(t *testing.T, content, receiveID string) []byte {
	t.Helper()
	e, err := wecom.Encrypt(aesKey, content, receiveID, [16]byte{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	return []byte(`{"encrypt":"` + e + `"}`)
}

func callback(t *testing.T, a channels.Account, content string, at time.Time) channeltest.Request {
	t.Helper()
	body := encrypted(t, content, "wx-"+a.ID)
	when := strconv.FormatInt(at.Unix(), 10)
	signature := wecom.Signature(a.Credentials["callback_token"], when, "n1", string(body[len(`{"encrypt":"`):len(body)-2]))
	return channeltest.Request{
		URL:  a.HookURL + "?" + url.Values{"msg_signature": {signature}, "timestamp": {when}, "nonce": {"n1"}}.Encode(),
		Body: body, Header: http.Header{"Content-Type": {"application/json"}},
	}
}

// signed is the callback with the signature that fits its body.
func signed(t *testing.T, a channels.Account, r channeltest.Request) channeltest.Request {
	t.Helper()
	address, query, _ := strings.Cut(r.URL, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Encrypt string `json:"encrypt"`
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		t.Fatal(err)
	}
	values.Set("msg_signature", wecom.Signature(a.Credentials["callback_token"], values.Get("timestamp"), values.Get("nonce"), body.Encrypt))
	r.URL = address + "?" + values.Encode()
	return r
}

// files serves what messages name by address.
func files(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/dot.png":
			_, _ = w.Write([]byte("\x89PNG\r\n\x1a\nrest"))
		case "/report.pdf":
			_, _ = w.Write([]byte("%PDF-1.7 report"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestFormsAreWhatTheRobotTakes(t *testing.T) {
	t.Parallel()
	base := files(t)
	group := func(g flows.MessageGroup, m flows.Message) flows.Message { m.MessageGroup = g; return m }
	for _, tt := range []struct {
		name    string
		message flows.Message
		want    string
	}{
		{"text", flows.Message{Type: flows.MessageText, Text: "Hi"}, `{"msgtype":"text","text":{"content":"Hi"}}`},
		{
			"text with mentions",
			group(flows.MessageGroup{Mentioned: []string{"wangqing", "", "@all"}, MentionedMobiles: []string{"13800001111"}}, flows.Message{Type: flows.MessageText, Text: "Hi"}),
			`{"msgtype":"text","text":{"content":"Hi","mentioned_list":["wangqing","@all"],"mentioned_mobile_list":["13800001111"]}}`,
		},
		{"markdown", flows.Message{Type: flows.MessageMarkdown, Text: "**Hi**"}, `{"msgtype":"markdown","markdown":{"content":"**Hi**"}}`},
		{"markdown v2", flows.Message{Type: flows.MessageMarkdownV2, Text: "# Hi"}, `{"msgtype":"markdown_v2","markdown_v2":{"content":"# Hi"}}`},
		{"image", flows.Message{Type: flows.MessageImage, URL: base + "/dot.png"}, `{"msgtype":"image","image":{"base64":"iVBORw0KGgpyZXN0","md5":"checked by the fake"}}`},
		{
			"news",
			group(flows.MessageGroup{Articles: []flows.MessageArticle{{Title: "T", Description: "D", URL: "https://x", Picture: "https://p"}, {Title: "U", URL: "https://y"}}}, flows.Message{Type: flows.MessageNews}),
			`{"msgtype":"news","news":{"articles":[{"title":"T","description":"D","url":"https://x","picurl":"https://p"},{"title":"U","url":"https://y"}]}}`,
		},
		{"file", flows.Message{Type: flows.MessageFile, URL: base + "/report.pdf", Filename: "Bericht März.pdf"}, `{"msgtype":"file","file":{"media_id":"media-1"}}`},
		{
			"text card",
			group(flows.MessageGroup{
				Card: "text_notice", Title: "T", Description: "D", Emphasis: "3 h", EmphasisTitle: "Late", Facts: []flows.MessageFact{{Name: "A", Value: "1"}, {Name: "B", URL: "https://b"}},
			}, flows.Message{Type: flows.MessageCard, Text: "S", URL: "https://x", Buttons: []flows.MessageButton{{Title: "L", URL: "https://l"}}}),
			`{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"T","desc":"D"},"emphasis_content":{"title":"3 h","desc":"Late"},"sub_title_text":"S","horizontal_content_list":[{"keyname":"A","value":"1"},{"keyname":"B","type":1,"url":"https://b"}],"jump_list":[{"type":1,"title":"L","url":"https://l"}],"card_action":{"type":1,"url":"https://x"}}}`,
		},
		{
			"card with a picture",
			group(flows.MessageGroup{Card: "news_notice", Title: "T", Picture: "https://p"}, flows.Message{Type: flows.MessageCard, URL: "https://x"}),
			`{"msgtype":"template_card","template_card":{"card_type":"news_notice","main_title":{"title":"T"},"card_image":{"url":"https://p"},"card_action":{"type":1,"url":"https://x"}}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if got, err := w.provider.Send(t.Context(), w.account, send(tt.message)); err != nil || got.ProviderMessageID != "m-1" {
				t.Fatalf("got %+v, %v", got, err)
			}
			var want wecomtest.Message
			if err := json.Unmarshal([]byte(tt.want), &want); err != nil {
				t.Fatal(err)
			}
			if tt.name == "image" {
				// The fake has checked the sum.
				want["image"].(map[string]any)["md5"] = w.fake.Messages()[0]["image"].(map[string]any)["md5"]
			}
			if diff := cmp.Diff(want, w.fake.Messages()[0]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if tt.name == "file" {
				if diff := cmp.Diff([]wecomtest.Upload{{Name: "Bericht März.pdf", Content: "%PDF-1.7 report"}}, w.fake.Uploads()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	base := files(t)
	for _, tt := range []struct {
		name    string
		prepare func(*world, *channels.Outbound)
		class   channels.Class
		code    string
	}{
		{"the minute's messages are used up", func(w *world, _ *channels.Outbound) {
			w.fake.Fail(vendortest.Fault{Status: 200, Body: `{"errcode":45009,"errmsg":"api freq out of limit"}`})
		}, channels.ClassRetryable, "45009"},
		{"a code that nobody knows", func(w *world, _ *channels.Outbound) {
			w.fake.Fail(vendortest.Fault{Status: 200, Body: `{"errcode":99999,"errmsg":"odd, hint: [1], from ip: 1.2.3.4"}`})
		}, channels.ClassPermanent, "99999"},
		{"a text of 2,049 bytes", func(_ *world, o *channels.Outbound) { o.Message.Text = strings.Repeat("é", 1024) + "x" }, channels.ClassPermanent, "text_too_long"},
		{"markdown of 4,097 bytes", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageMarkdown, Text: strings.Repeat("x", 4097)}
		}, channels.ClassPermanent, "text_too_long"},
		{"an image that is none", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageImage, URL: base + "/report.pdf"}
		}, channels.ClassPermanent, "not_a_picture"},
		{"a file that is not there", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageFile, URL: base + "/gone"}
		}, channels.ClassPermanent, "file_unavailable"},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings},
		{"an empty text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "44004"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, o := newWorld(t), text("Hi")
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			if se := channels.AsSendError(err); se == nil || se.Class != tt.class || se.Code != tt.code || strings.Contains(se.Error(), "1.2.3.4") {
				t.Errorf("got %+v, want %s %s", se, tt.class, tt.code)
			}
		})
	}
}
