package metawhatsapp_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/graph"
	"sluice/server/channels/metawhatsapp"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/egress"
)

const (
	phoneNumberID = "106540352242922"
	otherNumberID = "106540352242923"
	accessToken   = "canary-access-token-81bd04"
	appSecret     = "canary-app-secret-5e90c7a2"
	verifyToken   = "canary-verify-token-c3"
	hookURL       = "https://sluice.example.com/hooks/k1"
	person        = "+639171234567"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Meta behind a provider with the real outbound client.
type world struct {
	provider *metawhatsapp.Provider
	fake     *metatest.Server
	account  channels.Account
}

func newWorld(t *testing.T, o metatest.Options) world {
	t.Helper()
	o.PhoneNumberID, o.AccessToken, o.AppSecret = phoneNumberID, accessToken, appSecret
	if o.Script == nil {
		o.Script = func(metatest.Message) []metatest.Step { return nil }
	}
	fake := metatest.New(o)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return world{
		provider: metawhatsapp.New(client), fake: fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "wa", Type: channels.WhatsApp, Kind: metawhatsapp.Name,
			Credentials: map[string]string{"access_token": accessToken, "app_secret": appSecret, "verify_token": verifyToken},
			Settings:    map[string]string{"phone_number_id": phoneNumberID},
			BaseURL:     server.URL,
			HookURL:     hookURL,
		},
	}
}

func outbound(m flows.Message) channels.Outbound {
	return channels.Outbound{MessageID: "m-1", RunID: "r-1", Visit: 1, To: person, Message: m}
}

func text(s string) channels.Outbound {
	return outbound(flows.Message{Type: flows.MessageText, Text: s})
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, fixture)
}

func fixture(t *testing.T) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, metatest.Options{})
	faults := map[channeltest.Behaviour]metatest.Fault{
		channeltest.RefuseForNow:      {Status: http.StatusTooManyRequests, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Code: 131026},
		channeltest.RefuseCredentials: {Status: http.StatusUnauthorized},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Garbage: true},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Your code is 123456"),
		Secrets: []string{accessToken, appSecret, verifyToken},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"access_token": "revoked", "app_secret": appSecret, "verify_token": verifyToken}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t, metatest.Options{})
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(),
	}
}

func webhooks() *channeltest.Webhooks {
	words := map[channels.Status]string{
		channels.StatusSent: "sent", channels.StatusDelivered: "delivered", channels.StatusRead: "read", channels.StatusFailed: "failed",
	}
	sign := func(a channels.Account, r channeltest.Request) channeltest.Request {
		r.Header = r.Header.Clone()
		r.Header.Set(graph.SignatureHeader, graph.Sign(a.Credentials["app_secret"], r.Body))
		return r
	}
	post := func(a channels.Account, value map[string]any) channeltest.Request {
		number := phoneNumberID
		// Another channel of the same app is another number.
		if a.ID == "other" {
			number = otherNumberID
		}
		return sign(a, channeltest.Request{
			URL: a.HookURL, Body: metatest.Notification(number, "+1 415-555-0100", value),
			Header: http.Header{"Content-Type": {"application/json"}},
		})
	}
	return &channeltest.Webhooks{
		Receipt: func(a channels.Account, id, messageID string, status channels.Status) channeltest.Request {
			m := metatest.Message{ID: id, To: person, Opaque: messageID, Status: words[status]}
			if status == channels.StatusFailed {
				m.ErrorCode = 131026
			}
			return post(a, map[string]any{"statuses": []any{metatest.Status(m)}})
		},
		Message: func(a channels.Account, from, body string) channeltest.Request {
			return post(a, map[string]any{"messages": []any{map[string]any{
				"from": strings.TrimPrefix(from, "+"), "id": "wamid.1", "timestamp": "1749416383", "type": "text", "text": map[string]any{"body": body},
			}}})
		},
		Sign:            sign,
		SignatureHeader: graph.SignatureHeader,
		Secret:          "app_secret",
		BodyOnly:        true,
	}
}

func TestVerifySaysWhatToCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options metatest.Options
		change  func(*channels.Account)
		class   channels.Class
		code    string
		says    string
	}{
		{"a number that Meta banned", metatest.Options{Status: "BANNED"}, nil, channels.ClassAuth, "number_banned", "banned"},
		{"a number that moved away", metatest.Options{Status: "MIGRATED"}, nil, channels.ClassAuth, "number_migrated", "no longer"},
		{"a number that is not registered", metatest.Options{Status: "DISCONNECTED"}, nil, channels.ClassAuth, "number_disconnected", "not connected"},
		{"another app's secret", metatest.Options{}, func(a *channels.Account) { a.Credentials["app_secret"] = "another" }, channels.ClassAuth, "100", "app secret"},
		{"no app secret", metatest.Options{}, func(a *channels.Account) { a.Credentials["app_secret"] = "" }, channels.ClassAuth, channels.CodeSettings, "app secret"},
		{"no number", metatest.Options{}, func(a *channels.Account) { a.Settings = nil }, channels.ClassAuth, channels.CodeSettings, "phone number ID"},
		{"a foreign number", metatest.Options{}, func(a *channels.Account) { a.Settings["phone_number_id"] = otherNumberID }, channels.ClassAuth, "100", "phone number ID"},
		{"a foreign account", metatest.Options{Business: business}, func(a *channels.Account) { a.Settings["business_account_id"] = "999999999" }, channels.ClassAuth, graph.CodeOtherAccount, "Account " + business + ", and the channel names 999999999"},
		{"a base URL of nonsense", metatest.Options{}, func(a *channels.Account) { a.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, "base URL"},
		{"a base URL inside", metatest.Options{}, func(a *channels.Account) { a.BaseURL = "http://10.0.0.1" }, channels.ClassPermanent, channels.CodeBlocked, "not allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.options)
			if tt.change != nil {
				tt.change(&w.account)
			}
			se := channels.AsSendError(w.provider.Verify(t.Context(), w.account))
			if se == nil || se.Class != tt.class || se.Code != tt.code || !strings.Contains(se.Message, tt.says) || se.Hint == "" {
				t.Errorf("got %+v, want %s %s with %q and a hint", se, tt.class, tt.code, tt.says)
			}
		})
	}
}

func TestVerifyTakesTheNumbersOwnAccountAndOneThatMetaDoesNotTell(t *testing.T) {
	t.Parallel()
	for _, known := range []string{business, ""} {
		w := newWorld(t, metatest.Options{Business: known})
		w.account.Settings["business_account_id"] = business
		if err := w.provider.Verify(t.Context(), w.account); err != nil {
			t.Errorf("%q: %v", known, err)
		}
	}
}

func TestAnswersToVerifyThatAreNotAboutANumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	// The business account's id where the number's belongs.
	wrong := metawhatsapp.New(answering{egress.Response{Status: 400, Body: []byte(
		`{"error":{"message":"(#100) Tried accessing nonexisting field (display_phone_number)","code":100}}`)}})
	se := channels.AsSendError(wrong.Verify(t.Context(), w.account))
	if se == nil || se.Class != channels.ClassPermanent || !strings.Contains(se.Message, "phone number ID") {
		t.Errorf("got %+v", se)
	}
	empty := metawhatsapp.New(answering{egress.Response{Status: 200, Body: []byte(`{}`)}})
	if se := channels.AsSendError(empty.Verify(t.Context(), w.account)); se == nil || se.Class != channels.ClassUnknown {
		t.Errorf("got %+v", se)
	}
}

func TestTheVersionCanBeSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{Version: "v31.2"})
	if err := w.provider.Verify(t.Context(), w.account); err == nil {
		t.Error("the default version is served by a fake of another")
	}
	w.account.Settings["api_version"] = "v31.2"
	if err := w.provider.Verify(t.Context(), w.account); err != nil {
		t.Error(err)
	}
	for version, good := range map[string]bool{"v26.0": true, "": true, "26.0": false, "v26": false, "../v26.0": false} {
		w.account.Settings["api_version"] = version
		if problems := w.provider.Kind().Check(w.account); (len(problems) == 0) != good {
			t.Errorf("%q: got %v", version, problems)
		}
	}
}

// request is a webhook request for the provider itself.
func request(t *testing.T, method, target string, body []byte) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}
