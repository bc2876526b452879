package vonage_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/vonage"
	"sluice/server/channels/vonage/vonagetest"
	"sluice/server/egress"
)

const (
	applicationID = "01234567-89ab-cdef-0123-456789abcdef"
	apiKey        = "abcd1234"
	apiSecret     = "canary-api-secret-3b1f"
	signature     = "canary-signature-secret-77e0c1d2"
	hookURL       = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// keyPair is made once: making one takes a while.
//
//nolint:gochecknoglobals // It never changes.
var keyPair = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func privateKey() string {
	der, err := x509.MarshalPKCS8PrivateKey(keyPair())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// world is a fake Vonage behind a provider with the real outbound client.
type world struct {
	provider *vonage.Provider
	fake     *vonagetest.Server
	account  channels.Account
}

func newWorld(t *testing.T, typ channels.ChannelType) world {
	t.Helper()
	fake := vonagetest.New(vonagetest.Options{
		ApplicationID: applicationID, PublicKey: &keyPair().PublicKey, APIKey: apiKey, APISecret: apiSecret, Senders: []string{"14155550100"}, Business: business,
	})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return world{
		provider: vonage.New(client),
		fake:     fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "main", Type: typ, Kind: vonage.Name,
			Credentials: map[string]string{"application_id": applicationID, "private_key": privateKey(), "signature_secret": signature},
			Settings:    map[string]string{"sender": "+14155550100"},
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
	for _, typ := range []channels.ChannelType{channels.SMS, channels.WhatsApp, channels.Viber, channels.Messenger} {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture { return fixture(t, typ) })
		})
	}
}

func fixture(t *testing.T, typ channels.ChannelType) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, typ)
	outbound := text("Your code is 123456")
	if typ == channels.Messenger {
		outbound.To = "7246543210987"
	}
	faults := map[channeltest.Behaviour]vonagetest.Fault{
		channeltest.RefuseForNow:      {Status: http.StatusTooManyRequests, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Code: "1430"},
		channeltest.RefuseCredentials: {Status: http.StatusUnauthorized},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Garbage: true},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: outbound,
		Secrets: []string{privateKey(), signature, strings.Split(privateKey(), "\n")[3]},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"api_key": apiKey, "api_secret": "revoked"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t, typ)
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(typ),
	}
}

func vendorName(typ channels.ChannelType) string {
	if typ == channels.Viber {
		return "viber_service"
	}
	return string(typ)
}

func webhooks(typ channels.ChannelType) *channeltest.Webhooks {
	words := map[channels.Status]string{
		channels.StatusSent: "submitted", channels.StatusDelivered: "delivered", channels.StatusRead: "read", channels.StatusFailed: "undeliverable",
	}
	other := channels.WhatsApp
	if typ == channels.WhatsApp {
		other = channels.Viber
	}
	sign := func(at time.Time) func(channels.Account, channeltest.Request) channeltest.Request {
		return func(a channels.Account, r channeltest.Request) channeltest.Request {
			r.Header = r.Header.Clone()
			r.Header.Set(vonage.SignatureHeader, vonagetest.Signature(a.Credentials["signature_secret"], r.Body, at, nil))
			return r
		}
	}
	// One time for all, so that a token made twice is the same.
	now := sign(time.Now())
	status := func(a channels.Account, uuid, messageID string, status channels.Status) channeltest.Request {
		code := ""
		if status == channels.StatusFailed {
			code = "1300"
		}
		return channeltest.Request{
			URL:  a.HookURL + "?message=" + messageID + "&token=" + channels.HookToken(a.Credentials["signature_secret"], a.HookURL, messageID),
			Body: vonagetest.Status(uuid, messageID, vendorName(typ), words[status], code), Header: http.Header{"Content-Type": {"application/json"}},
		}
	}
	return &channeltest.Webhooks{
		Receipt: func(a channels.Account, uuid, messageID string, s channels.Status) channeltest.Request {
			return now(a, status(a, uuid, messageID, s))
		},
		Message: func(a channels.Account, from, body string) channeltest.Request {
			return now(a, channeltest.Request{
				URL: a.HookURL, Body: vonagetest.Inbound(vendorName(typ), strings.TrimPrefix(from, "+"), "14155550100", body, nil),
				Header: http.Header{"Content-Type": {"application/json"}},
			})
		},
		Stale: func(a channels.Account) channeltest.Request {
			return sign(time.Now().Add(-time.Hour))(a, status(a, "vendor-1", "ours-1", channels.StatusDelivered))
		},
		Sign: now, SignatureHeader: vonage.SignatureHeader, Secret: "signature_secret", OtherType: other,
	}
}

func TestKeyAndSecretSignInToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	w.account.Credentials = map[string]string{"api_key": apiKey, "api_secret": apiSecret}
	if err := w.provider.Verify(t.Context(), w.account); err != nil {
		t.Fatal(err)
	}
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	if m := w.fake.Messages()[0]; m.SignedIn != "key" || m.WebhookURL != "" {
		t.Errorf("got %+v, want no receipts without a signature secret", m)
	}
}

func TestAPrivateKeyMayBeOnOneLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	w.account.Credentials["private_key"] = strings.ReplaceAll(privateKey(), "\n", `\n`)
	if err := w.provider.Verify(t.Context(), w.account); err != nil {
		t.Error(err)
	}
	w.account.Credentials["private_key"] = "canary-not-a-key"
	se := channels.AsSendError(w.provider.Verify(t.Context(), w.account))
	if se == nil || se.Class != channels.ClassAuth || se.Code != channels.CodeSettings || strings.Contains(se.Error(), "canary") {
		t.Errorf("got %v", se)
	}
}

func TestAnIncompleteChannelIsToldWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	for missing, credentials := range map[string]map[string]string{
		"private key":               {"application_id": applicationID},
		"application ID or API key": {},
		"API secret":                {"api_key": apiKey},
		"sender":                    {"api_key": apiKey, "api_secret": apiSecret},
	} {
		a := w.account
		a.Credentials, a.Settings = credentials, nil
		se := channels.AsSendError(w.provider.Verify(t.Context(), a))
		if se == nil || se.Class != channels.ClassAuth || !strings.Contains(se.Message, missing) {
			t.Errorf("%s: got %v", missing, se)
		}
	}
}

// same compares the JSON of two values.
func same(t *testing.T, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}
