package alibaba_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/alibaba"
	"sluice/server/channels/alibaba/alibabatest"
	"sluice/server/channels/channeltest"
	"sluice/server/egress"
)

const (
	keyID   = "LTAI5tExampleKeyId01"
	secret  = "canary-access-key-secret"
	token   = "canary-webhook-token-0123"
	space   = "cams-83m8j9adc"
	sender  = "+62 812-3456-7890"
	hookURL = "https://sluice.example.com/hooks/k1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a fake Alibaba Cloud behind a provider with the real outbound client.
type world struct {
	provider *alibaba.Provider
	fake     *alibabatest.Server
	account  channels.Account
}

func newWorld(t *testing.T, typ channels.ChannelType) world {
	t.Helper()
	fake := alibabatest.New(alibabatest.Options{KeyID: keyID, Secret: secret, Space: space, Numbers: []string{"+6281234567890"}})
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Cleanup(fake.Close)
	client, err := egress.New(egress.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return world{
		provider: alibaba.New(client),
		fake:     fake,
		account: channels.Account{
			ID: "c1", WorkspaceID: "w1", Slug: "main", Type: typ, Kind: alibaba.Name,
			Credentials: map[string]string{"access_key_id": keyID, "access_key_secret": secret, "webhook_token": token},
			Settings:    map[string]string{"sender": sender, "space_id": space},
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
	for _, typ := range []channels.ChannelType{channels.WhatsApp, channels.Viber, channels.Messenger, channels.Instagram, channels.SMS} {
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
	if !typ.ByPhone() {
		w.account.Settings["sender"], outbound.To = "106540352242922", "7246543210987"
	}
	faults := map[channeltest.Behaviour]alibabatest.Fault{
		channeltest.RefuseForNow:      {Gateway: "Throttling.User", RetryAfter: channeltest.RetryAfter},
		channeltest.RefuseForever:     {Code: "isv.MOBILE_NUMBER_ILLEGAL"},
		channeltest.RefuseCredentials: {Gateway: "SignatureDoesNotMatch"},
		channeltest.FailInside:        {Status: http.StatusInternalServerError},
		channeltest.LoseAnswer:        {LoseAnswer: true},
		channeltest.Hang:              {Hang: true},
		channeltest.Garble:            {Garbage: true},
	}
	return channeltest.Fixture{
		Provider: w.provider, Account: w.account, Outbound: outbound,
		Secrets: []string{secret, token},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer:  channeltest.Answers(w.fake.Fail, faults),
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"access_key_id": keyID, "access_key_secret": "revoked-secret"}
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
	push := func(a channels.Account, body []byte) channeltest.Request {
		return channeltest.Request{
			URL: a.HookURL + "?token=" + a.Credentials["webhook_token"], Body: body,
			Header: http.Header{"Content-Type": {"application/json;charset=UTF-8"}},
		}
	}
	w := &channeltest.Webhooks{
		Receipt: func(a channels.Account, id, messageID string, status channels.Status) channeltest.Request {
			return push(a, receiptBody(a, id, messageID, status))
		},
		Message: func(a channels.Account, from, text string) channeltest.Request {
			return push(a, alibabatest.Inbound("in-1", strings.TrimPrefix(from, "+"), "TEXT", text))
		},
		Sign: func(a channels.Account, r channeltest.Request) channeltest.Request {
			address, _, _ := strings.Cut(r.URL, "?")
			r.URL = address + "?token=" + a.Credentials["webhook_token"]
			return r
		},
		SignatureParam: alibaba.TokenParam,
		Secret:         "webhook_token",
		AddressOnly:    true,
	}
	if typ == channels.SMS {
		w.Message = nil
	}
	return w
}

func receiptBody(a channels.Account, id, messageID string, status channels.Status) []byte {
	r := alibabatest.Receipt{MessageID: id, TaskID: alibaba.TaskID(a, messageID)}
	if a.Type == channels.SMS {
		if status == channels.StatusSent {
			return nil
		}
		r.Status = map[channels.Status]string{channels.StatusDelivered: "1", channels.StatusFailed: "2"}[status]
		if status == channels.StatusFailed {
			r.Code = "SP_UNKNOW_ERROR"
		}
		return alibabatest.SMS(r)
	}
	r.Status = map[channels.Status]string{
		channels.StatusSent: "Sent", channels.StatusDelivered: "Delivered", channels.StatusRead: "Read", channels.StatusFailed: "Failed",
	}[status]
	if status == channels.StatusFailed {
		r.Code, r.Description = "131026", "Receiver is incapable of receiving this message"
	}
	return alibabatest.Chat(r)
}
