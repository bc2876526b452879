package twilio_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/twilio"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/egress"
)

const (
	accountSID = "AC0123456789abcdef0123456789abcdef"
	authToken  = "canary-auth-token-7f3a91"
	keySID     = "SK0123456789abcdef0123456789abcdef"
	keySecret  = "canary-key-secret-55d0ce"
	serviceSID = "MG0123456789abcdef0123456789abcdef"
	contentSID = "HX0123456789abcdef0123456789abcdef"
	hookURL    = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Twilio behind a provider with the real outbound client.
type world struct {
	provider *twilio.Provider
	fake     *twiliotest.Server
	account  channels.Account
}

func newWorld(t *testing.T, typ channels.ChannelType, o twiliotest.Options) world {
	t.Helper()
	o.AccountSID, o.AuthToken = accountSID, authToken
	if o.Script == nil {
		o.Script = func(twiliotest.Message) []twiliotest.Step { return nil }
	}
	fake := twiliotest.New(o)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return world{
		provider: twilio.New(client),
		fake:     fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "main", Type: typ, Kind: twilio.Name,
			Credentials: map[string]string{"account_sid": accountSID, "auth_token": authToken},
			Settings:    map[string]string{"sender": "+14155550100"},
			BaseURL:     server.URL,
			HookURL:     hookURL,
		},
	}
}

func text(s string) channels.Outbound {
	return channels.Outbound{
		MessageID: "m-1", RunID: "r-1", Visit: 1, To: "+639171234567",
		Message: flows.Message{Type: flows.MessageText, Text: s},
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, typ := range []channels.ChannelType{channels.SMS, channels.WhatsApp, channels.Messenger} {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture { return fixture(t, typ) })
		})
	}
}

func fixture(t *testing.T, typ channels.ChannelType) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, typ, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
	outbound := text("Your code is 123456")
	if typ == channels.Messenger {
		w.account.Settings["sender"], outbound.To = "messenger:106540352242922", "7246543210987"
	}
	w.account.Credentials["api_key_sid"], w.account.Credentials["api_key_secret"] = keySID, keySecret
	faults := map[channeltest.Behaviour]twiliotest.Fault{
		channeltest.RefuseForNow:      {Status: http.StatusTooManyRequests, RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Code: 21211},
		channeltest.RefuseCredentials: {Status: http.StatusUnauthorized},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Garbage: true},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: outbound,
		Secrets: []string{authToken, keySecret},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"account_sid": accountSID, "auth_token": "revoked"}
			return a
		},
		Network: channeltest.HTTP(t, func() (string, func() int) {
			other := newWorld(t, typ, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
			return other.account.BaseURL, func() int { return len(other.fake.Messages()) }
		}),
		Webhooks: webhooks(t, typ),
	}
}

func webhooks(t *testing.T, typ channels.ChannelType) *channeltest.Webhooks {
	prefix, other := "", channels.Messenger
	switch typ {
	case channels.WhatsApp:
		prefix, other = "whatsapp:", channels.SMS
	case channels.Messenger:
		prefix, other = "messenger:", channels.SMS
	}
	words := map[channels.Status]string{
		channels.StatusSent: "sent", channels.StatusDelivered: "delivered",
		channels.StatusRead: "read", channels.StatusFailed: "undelivered",
	}
	sign := func(a channels.Account, r channeltest.Request) channeltest.Request {
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = r.Header.Clone()
		r.Header.Set(twilio.SignatureHeader, twilio.Sign(a.Credentials["auth_token"], r.URL, form))
		return r
	}
	post := func(a channels.Account, target string, form url.Values) channeltest.Request {
		return sign(a, channeltest.Request{
			URL: target, Body: []byte(form.Encode()),
			Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=UTF-8"}},
		})
	}
	return &channeltest.Webhooks{
		Receipt: func(a channels.Account, sid, messageID string, status channels.Status) channeltest.Request {
			form := url.Values{
				"MessageSid": {sid}, "MessageStatus": {words[status]}, "AccountSid": {accountSID},
				"From": {prefix + "+14155550100"}, "To": {prefix + "+639171234567"},
			}
			if status == channels.StatusFailed {
				form.Set("ErrorCode", "30005")
			}
			return post(a, a.HookURL+"?message="+messageID, form)
		},
		Message: func(a channels.Account, from, body string) channeltest.Request {
			return post(a, a.HookURL, url.Values{
				"MessageSid": {"SM1"}, "SmsStatus": {"received"}, "AccountSid": {accountSID}, "NumMedia": {"0"},
				"From": {prefix + from}, "To": {prefix + "+14155550100"}, "Body": {body},
			})
		},
		Sign:            sign,
		SignatureHeader: twilio.SignatureHeader,
		Secret:          "auth_token",
		OtherType:       other,
	}
}

func TestVerifyRefusesASuspendedAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{Status: "suspended"})
	se := channels.AsSendError(w.provider.Verify(t.Context(), w.account))
	if se == nil || se.Class != channels.ClassAuth || !strings.Contains(se.Message, "suspended") {
		t.Errorf("got %v", se)
	}
}

func TestSendersThatTwilioKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	for sender, good := range map[string]bool{
		"+14155550100": true, "whatsapp:+14155550100": true, "messenger:106540352242922": true, "messenger:me": false, serviceSID: true, "12345": true, "My Shop": true,
		"": false, "14155550100": false, "+0155550100": false, "A sender ID that is too long": false, "MG123é": false,
	} {
		w.account.Settings["sender"] = sender
		if problems := w.provider.Kind().Check(w.account); (len(problems) == 0) != good {
			t.Errorf("%q: got %v", sender, problems)
		}
	}
}
