package kannel_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/kannel"
	"sluice/server/channels/kannel/kanneltest"
	"sluice/server/channels/vendortest"
)

const (
	password     = "canary-password-91c2e7"
	inboundToken = "canary-inbound-token-5d20"
	hookURL      = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Kannel behind a provider with the real outbound client.
type world struct {
	provider *kannel.Provider
	fake     *kanneltest.Server
	account  channels.Account
}

func newWorld(t *testing.T) world {
	t.Helper()
	fake := kanneltest.New(kanneltest.Options{Username: "sluice", Password: password, SMSCs: []string{"carrier-1"}})
	return world{
		provider: kannel.New(vendortest.Client(t)), fake: fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "main", Type: channels.SMS, Kind: kannel.Name,
			Credentials: map[string]string{"username": "sluice", "password": password, "inbound_token": inboundToken},
			Settings:    map[string]string{"sender": "12345"},
			BaseURL:     vendortest.Serve(t, fake, fake.Faults),
			HookURL:     hookURL,
		},
	}
}

func text(s string) channels.Outbound {
	return channels.Outbound{
		MessageID: "m-1", RunID: "r-1", Visit: 1, To: "+639171234567", Category: "verification",
		Message: flows.Message{Type: flows.MessageText, Text: s},
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, fixture)
}

func fixture(t *testing.T) channeltest.Fixture {
	t.Helper()
	w := newWorld(t)
	faults := map[channeltest.Behaviour]vendortest.Fault{
		channeltest.RefuseForNow:      {Status: http.StatusServiceUnavailable, Body: "Temporal failure, try again later.", RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Status: http.StatusForbidden, Body: "Not routable. Do not try again."},
		channeltest.RefuseCredentials: {Status: http.StatusForbidden, Body: "Authorization failed for sendsms"},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Status: http.StatusOK, Body: "<html>not Kannel</html>"},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Your code is 123456"),
		Secrets: []string{password, inboundToken},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"username": "sluice", "password": "changed"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t)
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(t),
	}
}

func webhooks(t *testing.T) *channeltest.Webhooks {
	t.Helper()
	kinds := map[channels.Status]int{channels.StatusSent: 8, channels.StatusDelivered: 1, channels.StatusFailed: 2}
	sign := func(a channels.Account, r channeltest.Request) channeltest.Request {
		address, query, _ := strings.Cut(r.URL, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		values.Set("token", channels.HookToken(a.Credentials["password"], a.HookURL, values.Get("message")))
		r.URL = address + "?" + values.Encode()
		return r
	}
	return &channeltest.Webhooks{
		Receipt: func(a channels.Account, _, messageID string, status channels.Status) channeltest.Request {
			address := kanneltest.Report(a.HookURL+"?message="+messageID+"&token=x&report=%d&answer=%A&at=%T", kinds[status], "id:7 stat:UNDELIV err:001")
			return sign(a, channeltest.Request{Method: http.MethodGet, URL: address, Header: http.Header{}})
		},
		Message: func(a channels.Account, from, text string) channeltest.Request {
			return channeltest.Request{Method: http.MethodGet, Header: http.Header{}, URL: a.HookURL + "?" + url.Values{
				"token": {a.Credentials["inbound_token"]}, "from": {strings.TrimPrefix(from, "+")}, "to": {"12345"}, "text": {text},
				"charset": {"UTF-8"}, "coding": {"0"}, "id": {"uuid-1"}, "at": {"1772618402"},
			}.Encode()}
		},
		ProviderID:     func(_ channels.Account, messageID string) string { return messageID },
		Sign:           sign,
		SignatureParam: "token",
		Secret:         "password",
		// There is no body, and Kannel fills in the query behind the token.
		Unsigned: []string{"body longer", "body cut", "query altered", "content type"},
	}
}
