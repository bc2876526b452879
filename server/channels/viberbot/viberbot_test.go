package viberbot_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/vendortest"
	"sluice/server/channels/viberbot"
	"sluice/server/channels/viberbot/viberbottest"
)

const (
	token   = "canary-bot-token-91c2e7"
	person  = "01234567890A="
	hookURL = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Viber behind a provider with the real outbound client.
type world struct {
	provider *viberbot.Provider
	fake     *viberbottest.Server
	account  channels.Account
}

func newWorld(t *testing.T) world {
	t.Helper()
	fake := viberbottest.New(viberbottest.Options{Token: token, People: []string{person}, Webhook: hookURL})
	return world{
		provider: viberbot.New(vendortest.Client(t)), fake: fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "bot", Type: channels.ViberBot, Kind: viberbot.Name,
			Credentials: map[string]string{"auth_token": token},
			Settings:    map[string]string{"sender_name": "My Shop"},
			BaseURL:     vendortest.Serve(t, fake, fake.Faults),
			HookURL:     hookURL,
		},
	}
}

func send(m flows.Message) channels.Outbound {
	return channels.Outbound{MessageID: "m-1", RunID: "r-1", Visit: 1, To: person, Message: m}
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
		channeltest.RefuseForNow:      {Status: 200, Body: `{"status":12,"status_message":"Too many requests","message_token":"1234567890"}`, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Status: 200, Body: `{"status":6,"status_message":"receiverNotSubscribed"}`},
		channeltest.RefuseCredentials: {Status: 200, Body: `{"status":2,"status_message":"invalidAuthToken"}`},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Status: 200, Body: "<html>not Viber</html>"},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Your order is on its way"), Secrets: []string{token},
		Sent:   func() int { return len(w.fake.Messages()) },
		Answer: channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"auth_token": "revoked-token"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t)
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(),
	}
}

func webhooks() *channeltest.Webhooks {
	sign := func(a channels.Account, r channeltest.Request) channeltest.Request {
		r.Header = r.Header.Clone()
		r.Header.Set(viberbot.SignatureHeader, viberbot.Sign(a.Credentials["auth_token"], r.Body))
		return r
	}
	request := func(a channels.Account, body []byte) channeltest.Request {
		return sign(a, channeltest.Request{URL: callbackURL(a), Body: body, Header: http.Header{"Content-Type": {"application/json"}}})
	}
	events := map[channels.Status]string{channels.StatusDelivered: "delivered", channels.StatusRead: "seen", channels.StatusFailed: "failed"}
	return &channeltest.Webhooks{
		Statuses: []channels.Status{channels.StatusFailed, channels.StatusDelivered, channels.StatusRead},
		Receipt: func(a channels.Account, id, _ string, status channels.Status) channeltest.Request {
			return request(a, viberbottest.Receipt(events[status], id, person))
		},
		Message: func(a channels.Account, from, text string) channeltest.Request {
			return request(a, viberbottest.FromPerson("4912661846655238145", from, map[string]any{"type": "text", "text": text}))
		},
		Sign:            sign,
		SignatureHeader: viberbot.SignatureHeader,
		Secret:          "auth_token",
		BodyOnly:        true,
	}
}

// callbackURL is what the channel gives to Viber when it is bound.
func callbackURL(a channels.Account) string {
	return a.HookURL + "?channel=" + channels.HookToken(a.Credentials["auth_token"], a.HookURL, viberbot.Name)
}

func TestBindingGivesViberTheAddressToCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.provider.Verify(t.Context(), w.account); err != nil {
		t.Fatal(err)
	}
	want := viberbottest.Message{
		"url": callbackURL(w.account), "send_name": true, "event_types": []any{"delivered", "seen", "failed", "conversation_started"},
	}
	if diff := cmp.Diff(want, w.fake.Webhook()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBindingNeedsAnAddressThatViberCanCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.HookURL = "http://localhost:8080/hooks/k1"
	if se := channels.AsSendError(w.provider.Verify(t.Context(), w.account)); se == nil || se.Class != channels.ClassPermanent || se.Code != "1" || se.Hint == "" {
		t.Errorf("got %+v", se)
	}
	// A server without a public address leaves the bot's own alone.
	w.account.HookURL = ""
	if err := w.provider.Verify(t.Context(), w.account); err != nil {
		t.Errorf("got %v", err)
	}
	none := viberbottest.New(viberbottest.Options{Token: token})
	w.account.BaseURL = vendortest.Serve(t, none, none.Faults)
	if se := channels.AsSendError(w.provider.Verify(t.Context(), w.account)); se == nil || se.Code != "no_webhook" || !strings.Contains(se.Hint, "SLUICE_PUBLIC_URL") {
		t.Errorf("got %+v", se)
	}
}
