package infobip_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/infobip"
	"sluice/server/channels/infobip/infobiptest"
	"sluice/server/egress"
)

const (
	apiKey  = "canary-api-key-91c2e7"
	hookURL = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Infobip behind a provider with the real outbound client.
type world struct {
	provider *infobip.Provider
	fake     *infobiptest.Server
	account  channels.Account
}

func newWorld(t *testing.T, typ channels.ChannelType, o infobiptest.Options) world {
	t.Helper()
	o.APIKey = apiKey
	fake := infobiptest.New(o)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return world{
		provider: infobip.New(client),
		fake:     fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "main", Type: typ, Kind: infobip.Name,
			Credentials: map[string]string{"api_key": apiKey},
			Settings:    map[string]string{"sender": "MyShop"},
			BaseURL:     server.URL,
			HookURL:     hookURL,
		},
	}
}

func text(s string) channels.Outbound {
	return channels.Outbound{
		MessageID: "m-1", RunID: "r-1", Visit: 1, To: "+639171234567", Category: "transactional",
		Message: flows.Message{Type: flows.MessageText, Text: s},
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.Viber, channels.SMS} {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture { return fixture(t, typ) })
		})
	}
}

func fixture(t *testing.T, typ channels.ChannelType) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, typ, infobiptest.Options{})
	faults := map[channeltest.Behaviour]infobiptest.Fault{
		channeltest.RefuseForNow:      {Status: http.StatusTooManyRequests, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Rejected: "REJECTED_DESTINATION"},
		channeltest.RefuseCredentials: {Status: http.StatusUnauthorized},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Garbage: true},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: text("Your code is 123456"),
		Secrets: []string{apiKey},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"api_key": "revoked-key"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t, typ, infobiptest.Options{})
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(t),
	}
}

func webhooks(t *testing.T) *channeltest.Webhooks {
	news := map[channels.Status]infobiptest.Report{
		channels.StatusSent:      {Group: "DELIVERED", Name: "DELIVERED_TO_OPERATOR"},
		channels.StatusDelivered: {Group: "DELIVERED", Name: "DELIVERED_TO_HANDSET"},
		channels.StatusRead:      {Seen: true},
		channels.StatusFailed:    {Group: "UNDELIVERABLE", Name: "UNDELIVERABLE_NOT_DELIVERED", Error: "SRVC_NOT_VIBER_USER"},
	}
	sign := func(a channels.Account, r channeltest.Request) channeltest.Request {
		address, query, _ := strings.Cut(r.URL, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			Results []struct {
				MessageID string `json:"messageId"`
			} `json:"results"`
		}
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Fatal(err)
		}
		values.Set("message", body.Results[0].MessageID)
		values.Set("token", channels.HookToken(a.Credentials["api_key"], a.HookURL, body.Results[0].MessageID))
		r.URL = address + "?" + values.Encode()
		return r
	}
	return &channeltest.Webhooks{
		Receipt: func(a channels.Account, _, messageID string, status channels.Status) channeltest.Request {
			return sign(a, channeltest.Request{
				URL: a.HookURL, Body: news[status].Body(messageID),
				Header: http.Header{"Content-Type": {"application/json"}},
			})
		},
		// Infobip is given our id for its own.
		ProviderID:     func(_ channels.Account, messageID string) string { return messageID },
		Sign:           sign,
		SignatureParam: infobip.TokenParam,
		Secret:         "api_key",
	}
}

func TestSendersThatInfobipKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, infobiptest.Options{})
	for sender, good := range map[string]bool{
		"MyShop": true, "447491163443": true, "+447491163443": true, "12345": true, "My Shop & Co.": true, "": false, "é": false, " ": false,
	} {
		w.account.Settings["sender"] = sender
		if problems := w.provider.Kind().Check(w.account); (len(problems) == 0) != good {
			t.Errorf("%q: got %v", sender, problems)
		}
	}
}
