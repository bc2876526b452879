package generichttp_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/generichttp"
	"sluice/server/channels/generichttp/generictest"
	"sluice/server/channels/vendortest"
)

const (
	token      = "canary-token-91c2e7"
	hookSecret = "canary-hook-secret-5d20"
	hookURL    = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type world struct {
	provider *generichttp.Provider
	fake     *generictest.Server
	account  channels.Account
}

func newWorld(t *testing.T, settings map[string]string) world {
	t.Helper()
	fake := generictest.New(token)
	all := map[string]string{
		"sender": "MyShop", "path": "/send", "auth": "bearer", "verify_path": "/balance", "id_path": "messages.0.id", "error_path": "error.code", "ok_values": "0",
		"body":         `{"to": "{{to}}", "from": "{{ from }}", "text": "{{text}}", "ref": "{{message_id}}", "kind": "{{category}}", "hook": "{{callback_url}}"}`,
		"retry_values": "busy", "auth_values": "bad_key", "receipt_id": "id", "receipt_status": "status", "receipt_code": "code",
		"sent_words": "sent", "delivered_words": "delivered, arrived", "read_words": "read", "failed_words": "failed",
		"inbound_from": "from", "inbound_text": "text", "inbound_id": "mid",
	}
	maps.Copy(all, settings)
	return world{
		provider: generichttp.New(vendortest.Client(t)), fake: fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "own", Type: channels.Custom, Kind: generichttp.Name, HookURL: hookURL, BaseURL: vendortest.Serve(t, fake, fake.Faults),
			Credentials: map[string]string{"secret": token, "hook_secret": hookSecret}, Settings: all,
		},
	}
}

func text(s string) channels.Outbound {
	return channels.Outbound{
		MessageID: "m-1", RunID: "r-1", Visit: 1, To: "person-1", Category: "transactional", Message: flows.Message{Type: flows.MessageText, Text: s},
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{
		"a secret in a header": {},
		"a signature":          {"hook_auth": "hmac", "hook_prefix": "sha256="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture { return fixture(t, settings) })
		})
	}
}

func fixture(t *testing.T, settings map[string]string) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, settings)
	faults := map[channeltest.Behaviour]vendortest.Fault{
		channeltest.RefuseForNow:      {Status: 429, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Status: 200, Body: `{"error":{"code":"no_such_person"}}`},
		channeltest.RefuseCredentials: {Status: 200, Body: `{"error":{"code":"bad_key"}}`},
		channeltest.FailInside:        {Status: 500},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Status: 200, Body: "<html>"},
	}
	request := func(a channels.Account, body map[string]string) channeltest.Request {
		data, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return sign(a, channeltest.Request{URL: a.HookURL, Body: data, Header: http.Header{"Content-Type": {"application/json"}}})
	}
	hooks := &channeltest.Webhooks{
		Receipt: func(a channels.Account, id, _ string, status channels.Status) channeltest.Request {
			return request(a, map[string]string{"id": id, "status": string(status), "code": "E7"})
		},
		Message: func(a channels.Account, from, text string) channeltest.Request {
			return request(a, map[string]string{"from": from, "text": text, "mid": "i-1"})
		},
		Sign: sign, SignatureHeader: "X-Webhook-Secret", Secret: "hook_secret",
		// Two channels of one service with one secret cannot be told apart; the
		// runtime finds no message of that id on the other one.
		Unsigned: []string{"query altered", "content type", "same secret, theirs"},
	}
	if settings["hook_auth"] != "hmac" {
		hooks.Bearer, hooks.Unsigned = true, append(hooks.Unsigned, "body longer", "body cut")
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Hello"), Secrets: []string{token, hookSecret},
		Sent:   func() int { return len(w.fake.Taken()) },
		Answer: channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"secret": "revoked"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t, nil)
			return other.account.BaseURL, func() int { return len(other.fake.Taken()) }
		}),
		Webhooks: hooks,
	}
}

func sign(a channels.Account, r channeltest.Request) channeltest.Request {
	secret := a.Credentials["hook_secret"]
	if a.Settings["hook_auth"] == "hmac" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(r.Body)
		secret = "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	r.Header = r.Header.Clone()
	r.Header.Set("X-Webhook-Secret", secret)
	return r
}

func TestRequestsAreWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	hostile := "a\"}, \"to\": \"b\\\r\nX-Evil: 1 & ü"
	inJSON := newWorld(t, map[string]string{"headers": "X-Text: {{text}}\nX-Sender: {{from}}"})
	if _, err := inJSON.provider.Send(t.Context(), inJSON.account, text(hostile)); err != nil {
		t.Fatal(err)
	}
	var body map[string]string
	got := inJSON.fake.Taken()[0]
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil || body["text"] != hostile || body["to"] != "person-1" || body["hook"] != hookURL || body["ref"] != "m-1" {
		t.Errorf("got %s, %v", got.Body, err)
	}
	if got.Header.Get("X-Evil") != "" || got.Header.Get("X-Sender") != "MyShop" || got.Header.Get("Authorization") != "Bearer "+token {
		t.Errorf("got %v", got.Header)
	}
	form := newWorld(t, map[string]string{"content_type": "form", "body": "to={{to}}&text={{text}}", "auth": "hmac", "auth_header": "X-Signature"})
	if _, err := form.provider.Send(t.Context(), form.account, text(hostile)); err != nil {
		t.Fatal(err)
	}
	got = form.fake.Taken()[0]
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(got.Body))
	if values, err := url.ParseQuery(got.Body); err != nil || values.Get("text") != hostile || got.Header.Get("X-Signature") != hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("got %s, %v, %v", got.Body, got.Header, err)
	}
	query := newWorld(t, map[string]string{"method": "GET", "path": "/send?to={{to}}&text={{text}}", "body": "", "auth": "header"})
	if _, err := query.provider.Send(t.Context(), query.account, text(hostile)); err != nil {
		t.Fatal(err)
	}
	got = query.fake.Taken()[0]
	if u, err := url.ParseRequestURI(got.URI); err != nil || u.Query().Get("text") != hostile || got.Method != http.MethodGet || got.Header.Get("X-Api-Key") != token {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAnswersAreReadAsTheSettingsSay(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault vendortest.Fault
		class channels.Class
		code  string
	}{
		"busy":              {vendortest.Fault{Status: 400, Body: `{"error":{"code":"BUSY"}}`}, channels.ClassRetryable, "BUSY"},
		"busy, with 200":    {vendortest.Fault{Status: 200, Body: `{"error":{"code":"busy"}}`}, channels.ClassRetryable, "busy"},
		"no id":             {vendortest.Fault{Status: 200, Body: `{"error":{"code":0}}`}, channels.ClassUnknown, "no_id"},
		"refused":           {vendortest.Fault{Status: 422, Body: `{"error":{"code":12}}`}, channels.ClassPermanent, "12"},
		"a refusal in HTML": {vendortest.Fault{Status: 404, Body: `<html>`}, channels.ClassPermanent, "http_404"},
	} {
		w := newWorld(t, nil)
		w.fake.Fail(tt.fault)
		_, err := w.provider.Send(t.Context(), w.account, text("Hi"))
		if se := channels.AsSendError(err); se == nil || se.Class != tt.class || se.Code != tt.code {
			t.Errorf("%s: got %+v", name, se)
		}
	}
}

func TestTemplatesThatMakeNoRequestAreFoundWhenSaved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ field, value, want string }{
		"a placeholder for nothing": {"body", `{"to": "{{recipient}}"}`, "settings.body"},
		"without quotes":            {"body", `{"to": {{to}} x}`, "settings.body"},
		"a line that is no header":  {"headers", "X-A: 1\nnonsense", "settings.headers"},
		"the host":                  {"headers", "Host: inside", "settings.headers"},
		"in the path":               {"path", "/{{nobody}}", "settings.path"},
		"good":                      {"headers", "X-A: {{text}}", ""},
	} {
		w := newWorld(t, map[string]string{tt.field: tt.value})
		problems := w.provider.Check(w.account)
		if tt.want == "" && len(problems) != 0 || tt.want != "" && (len(problems) != 1 || problems[0].Field != tt.want) {
			t.Errorf("%s: got %+v", name, problems)
		}
		if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); (err != nil) != (tt.want != "") {
			t.Errorf("%s: sending gives %v", name, err)
		}
	}
}

func TestReceiptsComeAsFormAndAsQueryToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"hook_auth": "basic"})
	for name, r := range map[string]*http.Request{
		"form":  httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL, http.NoBody),
		"query": httptest.NewRequestWithContext(t.Context(), http.MethodGet, hookURL+"?id=v-1&status=ARRIVED", http.NoBody),
	} {
		r.SetBasicAuth("service", hookSecret)
		body := []byte(nil)
		if name == "form" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			body = bytes.Clone([]byte("id=v-1&status=ARRIVED"))
		}
		events, _, err := w.provider.Webhook(w.account, r, body)
		if err != nil || len(events) != 1 || events[0].Receipt.Status != channels.StatusDelivered || events[0].Receipt.ProviderMessageID != "v-1" {
			t.Errorf("%s: got %+v, %v", name, events, err)
		}
	}
}

func TestNumbersKeepEveryDigit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.account.Settings["id_path"] = "id"
	w.fake.Fail(vendortest.Fault{Status: 200, Body: `{"id":4912661846655238145,"error":{"code":0}}`})
	accepted, err := w.provider.Send(t.Context(), w.account, text("Hi"))
	if err != nil || accepted.ProviderMessageID != "4912661846655238145" {
		t.Errorf("got %+v, %v", accepted, err)
	}
}

func TestAValueCannotLeadTheRequestToAnotherPath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for to, good := range map[string]bool{"..": false, ".": false, "../admin": true, "a..b": true, "person?x=1#y": true, "\r\nHost: evil": true} {
		w.account.Settings["path"] = "/v1/people/{{to}}/messages"
		o := text("Hi")
		o.To = to
		_, err := w.provider.Send(t.Context(), w.account, o)
		se := channels.AsSendError(err)
		if blocked := se != nil && se.Code == "bad_path"; blocked == good {
			t.Errorf("%q: got %v", to, err)
		}
	}
}
