package metamessaging_test

import (
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/graph"
	"sluice/server/channels/metamessaging"
	"sluice/server/channels/metamessaging/messagingtest"
	"sluice/server/egress"
)

const (
	accountID = "106540352242922"
	person    = "7246543210987"
	token     = "canary-page-token-91c2e7"
	appSecret = "canary-app-secret-55d1"
	verify    = "canary-verify-word"
	hookURL   = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Meta behind a provider with the real outbound client.
type world struct {
	provider *metamessaging.Provider
	fake     *messagingtest.Server
	account  channels.Account
}

func newWorld(t *testing.T, typ channels.ChannelType) world {
	t.Helper()
	return worldOf(t, typ, messagingtest.Options{})
}

func worldOf(t *testing.T, typ channels.ChannelType, o messagingtest.Options) world {
	t.Helper()
	o.AccountID, o.Token, o.People = accountID, token, []string{person}
	fake := messagingtest.New(o)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return world{
		provider: metamessaging.New(client),
		fake:     fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "main", Type: typ, Kind: metamessaging.Name,
			Credentials: map[string]string{"access_token": token, "app_secret": appSecret, "verify_token": verify},
			Settings:    map[string]string{"account_id": accountID},
			BaseURL:     server.URL,
			HookURL:     hookURL,
		},
	}
}

func text(s string) channels.Outbound {
	return channels.Outbound{
		MessageID: "m-1", RunID: "r-1", Visit: 1, To: person, Message: flows.Message{Type: flows.MessageText, Text: s},
	}
}

func objectOf(t channels.ChannelType) string {
	if t == channels.Instagram {
		return "instagram"
	}
	return "page"
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.Messenger, channels.Instagram} {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture { return fixture(t, typ) })
		})
	}
}

func fixture(t *testing.T, typ channels.ChannelType) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, typ)
	faults := map[channeltest.Behaviour]messagingtest.Fault{
		channeltest.RefuseForNow:      {Code: 613, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Code: 551},
		channeltest.RefuseCredentials: {Code: 190},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Garbage: true},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Your order is on its way"),
		Secrets: []string{token, appSecret, verify},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"access_token": "revoked-token", "app_secret": appSecret}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t, typ)
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(typ),
	}
}

func webhooks(typ channels.ChannelType) *channeltest.Webhooks {
	sign := func(a channels.Account, r channeltest.Request) channeltest.Request {
		r.Header = r.Header.Clone()
		r.Header.Set(graph.SignatureHeader, graph.Sign(a.Credentials["app_secret"], r.Body))
		return r
	}
	request := func(a channels.Account, body []byte) channeltest.Request {
		return sign(a, channeltest.Request{URL: a.HookURL, Body: body, Header: http.Header{"Content-Type": {"application/json"}}})
	}
	// Another channel is one of another account.
	page := func(a channels.Account) string {
		if a.ID != "c1" {
			return "999999999"
		}
		return accountID
	}
	// What was read is told by a time, or together with one; see TestEventsAreRead.
	statuses := []channels.Status{channels.StatusSent}
	if typ == channels.Messenger {
		statuses = append(statuses, channels.StatusDelivered)
	}
	return &channeltest.Webhooks{
		Statuses: statuses,
		Receipt: func(a channels.Account, id, messageID string, status channels.Status) channeltest.Request {
			event := messagingtest.Echo(page(a), id, messageID)
			if status == channels.StatusDelivered && typ == channels.Messenger {
				event = messagingtest.Delivered(id)
			}
			return request(a, messagingtest.Notification(objectOf(typ), page(a), person, event))
		},
		Message: func(a channels.Account, from, text string) channeltest.Request {
			return request(a, messagingtest.Notification(objectOf(typ), page(a), from, messagingtest.Text("m_in", text)))
		},
		Sign:            sign,
		SignatureHeader: graph.SignatureHeader,
		Secret:          "app_secret",
		BodyOnly:        true,
	}
}

func TestMetaChecksTheCallbackURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Messenger)
	for word, good := range map[string]bool{verify: true, "another": false, "": false} {
		target := hookURL + "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + word
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
		_, reply, err := w.provider.Webhook(w.account, req, nil)
		if (err == nil) != good || good != (string(reply.Body) == "1158201444") {
			t.Errorf("%q: got %d %q, %v", word, reply.Status, reply.Body, err)
		}
	}
}

func TestVerifyTellsAForeignAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Messenger)
	w.account.Settings["account_id"] = "999999999"
	se := channels.AsSendError(w.provider.Verify(t.Context(), w.account))
	if se == nil || se.Class != channels.ClassAuth || !strings.Contains(se.Message, "no such Page") {
		t.Errorf("got %+v", se)
	}
}

func TestVerifyTellsATokenOfAnotherAccount(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.Messenger, channels.Instagram} {
		w := worldOf(t, typ, messagingtest.Options{TokenOf: "220540352242922"})
		se := channels.AsSendError(w.provider.Verify(t.Context(), w.account))
		if se == nil || se.Class != channels.ClassAuth || se.Code != graph.CodeOtherAccount ||
			!strings.Contains(se.Message, "220540352242922") || !strings.Contains(se.Message, accountID) {
			t.Errorf("%s: got %+v", typ, se)
		}
	}
}

// byPath is a Meta that gives one answer to each path.
type byPath map[string]string

func (b byPath) Do(r *http.Request) (*egress.Response, error) {
	body, ok := b[path.Base(r.URL.Path)]
	if !ok {
		return &egress.Response{Status: http.StatusBadRequest, Body: []byte(`{"error":{"message":"(#100) nonexisting field","code":100}}`)}, nil
	}
	return &egress.Response{Status: http.StatusOK, Body: []byte(body)}, nil
}

func TestVerifyComparesTheIDsThatMetaTells(t *testing.T) {
	t.Parallel()
	const ours, other = `"` + accountID + `"`, `"220540352242922"`
	for _, tt := range []struct {
		name     string
		typ      channels.ChannelType
		known    string
		me       string
		accepted bool
	}{
		{"a Page and its token", channels.Messenger, `{"id":` + ours + `}`, `{"id":` + ours + `}`, true},
		{"an id that leads to another Page", channels.Messenger, `{"id":` + other + `}`, `{"id":` + ours + `}`, false},
		{"a user's token", channels.Messenger, `{"id":` + ours + `}`, `{"id":` + other + `,"name":"Ana"}`, false},
		{"a Page whose token says nothing", channels.Messenger, `{"id":` + ours + `}`, "", true},
		{"an id within data", channels.Instagram, `{"id":"17"}`, `{"data":[{"user_id":` + ours + `}]}`, true},
		{"another id within data", channels.Instagram, `{"id":"17"}`, `{"data":[{"user_id":` + other + `}]}`, false},
		{"the app's own id of the account", channels.Instagram, `{"id":` + ours + `}`, `{"id":` + ours + `,"user_id":` + other + `}`, false},
		{"a number", channels.Instagram, `{"id":"17"}`, `{"user_id":` + accountID + `}`, true},
		{"an account that says nothing", channels.Instagram, `{"id":"17"}`, "", true},
		{"an answer of another form", channels.Instagram, `{"id":"17"}`, `[]`, true},
		{"nothing known", channels.Instagram, `{}`, `{"user_id":` + ours + `}`, false},
	} {
		answers := byPath{accountID: tt.known}
		if tt.me != "" {
			answers["me"] = tt.me
		}
		a := channels.Account{
			Type: tt.typ, Kind: metamessaging.Name, Credentials: map[string]string{"access_token": token, "app_secret": appSecret},
			Settings: map[string]string{"account_id": accountID},
		}
		if err := metamessaging.New(answers).Verify(t.Context(), a); (err == nil) != tt.accepted {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}
