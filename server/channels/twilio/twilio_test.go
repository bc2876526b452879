package twilio_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

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
	for _, typ := range []channels.ChannelType{channels.SMS, channels.WhatsApp} {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Fixture { return fixture(t, typ) })
		})
	}
}

func fixture(t *testing.T, typ channels.ChannelType) channeltest.Fixture {
	t.Helper()
	w := newWorld(t, typ, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
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
		Provider: w.provider, Account: w.account, Outbound: text("Your code is 123456"),
		Secrets: []string{authToken, keySecret},
		Sent:    func() int { return len(w.fake.Messages()) },
		Answer: func(b channeltest.Behaviour) bool {
			f, ok := faults[b]
			if ok {
				w.fake.Fail(f)
			}
			return ok || b == channeltest.Accept
		},
		Break: func(a channels.Account) channels.Account {
			a.Credentials = map[string]string{"account_sid": accountSID, "auth_token": "revoked"}
			return a
		},
		Network: &channeltest.Network{
			Unreachable: func(a channels.Account) channels.Account {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				a.BaseURL = "http://" + l.Addr().String()
				_ = l.Close()
				return a
			},
			Moved: func(a channels.Account) (channels.Account, func() int) {
				other := newWorld(t, typ, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
				a.BaseURL = other.account.BaseURL + "/"
				return a, func() int { return len(other.fake.Messages()) }
			},
		},
		Webhooks: webhooks(t, typ),
	}
}

func webhooks(t *testing.T, typ channels.ChannelType) *channeltest.Webhooks {
	prefix, other := "", channels.WhatsApp
	if typ == channels.WhatsApp {
		prefix, other = "whatsapp:", channels.SMS
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

func TestSendPostsTheDocumentedForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		typ      channels.ChannelType
		sender   string
		outbound channels.Outbound
		want     twiliotest.Message
	}{
		{
			"SMS text", channels.SMS, "+14155550100", text("Hello & ünïcode"),
			twiliotest.Message{To: "+639171234567", From: "+14155550100", Body: "Hello & ünïcode"},
		},
		{
			"WhatsApp text", channels.WhatsApp, "+14155550100", text("Hi"),
			twiliotest.Message{To: "whatsapp:+639171234567", From: "whatsapp:+14155550100", Body: "Hi"},
		},
		{
			"WhatsApp sender with its prefix", channels.WhatsApp, "whatsapp:+14155550100", text("Hi"),
			twiliotest.Message{To: "whatsapp:+639171234567", From: "whatsapp:+14155550100", Body: "Hi"},
		},
		{
			"Messaging Service", channels.SMS, serviceSID, text("Hi"),
			twiliotest.Message{To: "+639171234567", ServiceSID: serviceSID, Body: "Hi"},
		},
		{
			"template", channels.WhatsApp, "+14155550100",
			channels.Outbound{
				MessageID: "m-1", To: "+639171234567", Template: &channels.Template{ProviderID: contentSID},
				Message: flows.Message{Type: flows.MessageTemplate, Template: "otp", Parameters: []string{`12"34`, "x"}},
			},
			twiliotest.Message{
				To: "whatsapp:+639171234567", From: "whatsapp:+14155550100",
				ContentSID: contentSID, ContentVariables: `{"1":"12\"34","2":"x"}`,
			},
		},
		{
			"picture", channels.WhatsApp, "+14155550100",
			channels.Outbound{MessageID: "m-1", To: "+639171234567", Message: flows.Message{
				Type: flows.MessageImage, URL: "https://cdn.example.com/a.png", Caption: "Look",
			}},
			twiliotest.Message{
				To: "whatsapp:+639171234567", From: "whatsapp:+14155550100", MediaURL: "https://cdn.example.com/a.png", Body: "Look",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ, twiliotest.Options{})
			w.account.Settings["sender"] = tt.sender
			got, err := w.provider.Send(t.Context(), w.account, tt.outbound)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			want.SID, want.User, want.Status = got.ProviderMessageID, accountSID, "queued"
			want.StatusCallback = hookURL + "?message=m-1"
			wantParts := 1
			if want.ServiceSID != "" {
				want.Status, wantParts = "accepted", 0
			}
			if sent := w.fake.Messages(); len(sent) != 1 || sent[0] != want {
				t.Errorf("got %+v\nwant %+v", sent, want)
			}
			if got.Parts != wantParts {
				t.Errorf("got %d parts, want %d", got.Parts, wantParts)
			}
		})
	}
}

func TestAnAPIKeySignsSendsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{KeySID: keySID, KeySecret: keySecret})
	w.account.Credentials["api_key_sid"], w.account.Credentials["api_key_secret"] = keySID, keySecret
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	if got := w.fake.Messages()[0].User; got != keySID {
		t.Errorf("signed in as %q, want the key", got)
	}
	w.account.Credentials["api_key_secret"] = "revoked"
	if se := channels.AsSendError(w.provider.Verify(t.Context(), w.account)); se == nil || se.Class != channels.ClassAuth {
		t.Errorf("a revoked key passes verification: %v", se)
	}
	delete(w.account.Credentials, "api_key_secret")
	if se := channels.AsSendError(w.provider.Verify(t.Context(), w.account)); se == nil || se.Code != channels.CodeSettings {
		t.Errorf("a key without its secret: %v", se)
	}
}

func TestValidityFollowsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		left time.Duration
		want []string
	}{
		{0, []string{""}},
		// A second may begin between the test's clock and the provider's.
		{30 * time.Second, []string{"30", "29"}},
		{2 * time.Second, []string{"5"}},
		{30 * 24 * time.Hour, []string{"36000"}},
	} {
		w := newWorld(t, channels.SMS, twiliotest.Options{})
		o := text("Hi")
		if tt.left != 0 {
			o.Deadline = time.Now().Add(tt.left)
		}
		if _, err := w.provider.Send(t.Context(), w.account, o); err != nil {
			t.Fatal(err)
		}
		got := w.fake.Messages()[0].ValidityPeriod
		if got != tt.want[0] && got != tt.want[len(tt.want)-1] {
			t.Errorf("%v left: ValidityPeriod %q, want one of %q", tt.left, got, tt.want)
		}
	}
}

func TestWithoutAPublicAddressNoReceiptsAreAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	w.account.HookURL = ""
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	if got := w.fake.Messages()[0].StatusCallback; got != "" {
		t.Errorf("StatusCallback %q", got)
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1601)
	tests := []struct {
		name     string
		prepare  func(*world, *channels.Outbound)
		class    channels.Class
		code     string
		fallback bool
	}{
		{"bad number", func(_ *world, o *channels.Outbound) { o.To = "+1" }, channels.ClassPermanent, "21211", false},
		{"opted out", func(w *world, o *channels.Outbound) { w.fake.OptOut(o.To) }, channels.ClassPermanent, "21610", true},
		{"text too long", func(_ *world, o *channels.Outbound) { o.Message.Text = long }, channels.ClassPermanent, "21617", false},
		{"no text", func(_ *world, o *channels.Outbound) { o.Message.Text = "" }, channels.ClassPermanent, "21619", false},
		{"foreign sender", func(w *world, _ *channels.Outbound) { w.account.Settings["sender"] = "+14155550199" }, channels.ClassPermanent, "21606", false},
		{"suspended", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 30002}) }, channels.ClassAuth, "30002", false},
		{"rate of WhatsApp", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 63018}) }, channels.ClassRetryable, "63018", false},
		{"outside 24 hours", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 63016}) }, channels.ClassPermanent, "63016", true},
		{"a code nobody knows", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Code: 29999}) }, channels.ClassPermanent, "29999", false},
		{"unavailable", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Status: 503}) }, channels.ClassRetryable, "20503", false},
		{"bad gateway", func(w *world, _ *channels.Outbound) { w.fake.Fail(twiliotest.Fault{Status: 502}) }, channels.ClassUnknown, "20500", false},
		{"another account", func(w *world, _ *channels.Outbound) {
			w.account.BaseURL += "/elsewhere"
		}, channels.ClassAuth, "20404", false},
		{"template without SID", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
		}, channels.ClassPermanent, channels.CodeTemplate, true},
		{"template unknown to Twilio", func(_ *world, o *channels.Outbound) {
			o.Message = flows.Message{Type: flows.MessageTemplate, Template: "otp"}
			o.Template = &channels.Template{ProviderID: "HX0"}
		}, channels.ClassPermanent, "21655", true},
		{"base URL inside", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://10.0.0.1" }, channels.ClassPermanent, channels.CodeBlocked, false},
		{"base URL nonsense", func(w *world, _ *channels.Outbound) { w.account.BaseURL = "http://[" }, channels.ClassPermanent, channels.CodeSettings, false},
		{"no sender", func(w *world, _ *channels.Outbound) { w.account.Settings = nil }, channels.ClassAuth, channels.CodeSettings, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, channels.SMS, twiliotest.Options{Senders: []string{"+14155550100"}})
			o := text("Hi")
			tt.prepare(&w, &o)
			_, err := w.provider.Send(t.Context(), w.account, o)
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code || se.Fallback != tt.fallback {
				t.Errorf("got %+v, want %s %s fallback %v", se, tt.class, tt.code, tt.fallback)
			}
		})
	}
}

func TestASlowAnswerIsStillAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	w.fake.Fail(twiliotest.Fault{Delay: 50 * time.Millisecond})
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Error(err)
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

// answering is a Doer with one canned answer.
type answering struct{ resp egress.Response }

func (a answering) Do(*http.Request) (*egress.Response, error) { return &a.resp, nil }

func TestAnswersThatNoDocumentMentions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	tests := []struct {
		name  string
		resp  egress.Response
		class channels.Class
		code  string
	}{
		{"created, but failed", egress.Response{Status: 201, Body: []byte(`{"sid":"SM1","status":"failed","error_code":21610}`)}, channels.ClassPermanent, "21610"},
		{"created, failed with a new code", egress.Response{Status: 201, Body: []byte(`{"sid":"SM1","status":"failed","error_code":29999}`)}, channels.ClassPermanent, "29999"},
		{"created without a SID", egress.Response{Status: 201, Body: []byte(`{}`)}, channels.ClassUnknown, channels.CodeNoAnswer},
		{"a redirect", egress.Response{Status: 304}, channels.ClassUnknown, "http_304"},
		{"forbidden as HTML", egress.Response{Status: 403, Body: []byte("<html>")}, channels.ClassAuth, "http_403"},
		{"gone", egress.Response{Status: 410, Body: []byte(`{"code":0,"message":"token ` + authToken + `"}`)}, channels.ClassPermanent, "http_410"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := twilio.New(answering{tt.resp}).Send(t.Context(), w.account, text("Hi"))
			se := channels.AsSendError(err)
			if se == nil || se.Class != tt.class || se.Code != tt.code {
				t.Errorf("got %+v, want %s %s", se, tt.class, tt.code)
			}
			if strings.Contains(err.Error(), authToken) {
				t.Errorf("the error tells the token: %v", err)
			}
		})
	}
	if se := channels.AsSendError(twilio.New(answering{egress.Response{Status: 200, Body: []byte("{}")}}).Verify(t.Context(), w.account)); se == nil || se.Class != channels.ClassUnknown {
		t.Errorf("an account without a status: %v", se)
	}
}

func TestReceiptsInDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	tests := []struct {
		form url.Values
		want *channels.Receipt
	}{
		{url.Values{"MessageStatus": {"queued"}}, nil},
		{url.Values{"MessageStatus": {"accepted"}}, nil},
		{
			url.Values{"MessageStatus": {"failed"}, "ErrorCode": {"21610"}},
			&channels.Receipt{Status: channels.StatusFailed, Raw: "failed", Code: "21610", Reason: "The person opted out of messages from this sender."},
		},
		{
			url.Values{"MessageStatus": {"undelivered"}, "ErrorCode": {"29999"}, "ErrorMessage": {"Odd " + authToken}},
			&channels.Receipt{Status: channels.StatusFailed, Raw: "undelivered", Code: "29999", Reason: "Odd ***"},
		},
		{url.Values{"MessageStatus": {"canceled"}}, &channels.Receipt{Status: channels.StatusFailed, Raw: "canceled", Code: "canceled"}},
		{url.Values{"MessageStatus": {"partially_delivered"}}, &channels.Receipt{Status: channels.StatusUnknown, Raw: "partially_delivered"}},
		{url.Values{"MessageStatus": {"teleported"}}, &channels.Receipt{Status: channels.StatusUnknown, Raw: "teleported"}},
	}
	for _, tt := range tests {
		t.Run(tt.form.Get("MessageStatus"), func(t *testing.T) {
			t.Parallel()
			tt.form.Set("MessageSid", "SM1")
			events, reply, err := w.webhook(t, hookURL+"?message=m-1", authToken, tt.form)
			if err != nil || reply.Status != http.StatusOK || !strings.Contains(string(reply.Body), "<Response></Response>") {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if tt.want == nil {
				if len(events) != 0 {
					t.Errorf("got %+v, want nothing", events)
				}
				return
			}
			want := *tt.want
			want.ProviderMessageID, want.MessageID = "SM1", "m-1"
			if len(events) != 1 || *events[0].Receipt != want {
				t.Errorf("got %+v, want %+v", events, want)
			}
		})
	}
}

func (w world) webhook(t *testing.T, target, token string, form url.Values) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	req, err := twiliotest.SignedRequest(t.Context(), target, token, form)
	if err != nil {
		t.Fatal(err)
	}
	return w.provider.Webhook(w.account, req, []byte(form.Encode()))
}

func TestInboundMessagesInDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
	events, _, err := w.webhook(t, hookURL, authToken, url.Values{
		"MessageSid": {"SM9"}, "From": {"whatsapp:+639171234567"}, "To": {"whatsapp:+14155550100"}, "Body": {"Yes"},
		"ProfileName": {"Ana"}, "WaId": {"639171234567"}, "ButtonPayload": {"yes"}, "OriginalRepliedMessageSid": {"SM1"},
		"NumMedia": {"99"}, "MediaUrl0": {"https://api.twilio.com/m/0"}, "MediaContentType0": {"image/jpeg"},
		"MediaUrl1": {"https://api.twilio.com/m/1"}, "MediaContentType1": {"audio/ogg"},
	})
	if err != nil || len(events) != 1 {
		t.Fatalf("got %+v, %v", events, err)
	}
	m := events[0].Message
	if m.From != "+639171234567" || m.To != "+14155550100" || m.ProfileName != "Ana" || m.ButtonID != "yes" || m.ReplyTo != "SM1" {
		t.Errorf("got %+v", m)
	}
	if len(m.Media) != 2 || m.Media[1] != (channels.Media{URL: "https://api.twilio.com/m/1", ContentType: "audio/ogg"}) {
		t.Errorf("media %+v", m.Media)
	}
	for name, form := range map[string]url.Values{
		"no SID":    {"From": {"whatsapp:+1"}},
		"no sender": {"MessageSid": {"SM9"}},
	} {
		if _, reply, err := w.webhook(t, hookURL, authToken, form); !errors.Is(err, channels.ErrMalformed) || reply.Status != http.StatusBadRequest {
			t.Errorf("%s: got %+v, %v", name, reply, err)
		}
	}
}

func TestWebhookNeedsThePublicAddressAndPOST(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"sent"}}
	if _, reply, err := (world{provider: w.provider, account: func() channels.Account {
		a := w.account
		a.HookURL = ""
		return a
	}()}).webhook(t, hookURL, authToken, form); !errors.Is(err, channels.ErrUnverified) || reply.Status != http.StatusForbidden {
		t.Errorf("without a public address: got %+v, %v", reply, err)
	}
	get := httptest.NewRequestWithContext(t.Context(), http.MethodGet, hookURL, http.NoBody)
	get.Header.Set(twilio.SignatureHeader, twilio.Sign(authToken, hookURL, nil))
	if _, _, err := w.provider.Webhook(w.account, get, nil); !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("GET: got %v", err)
	}
	bad := httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL, http.NoBody)
	bad.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	bad.Header.Set(twilio.SignatureHeader, twilio.Sign(authToken, hookURL, nil))
	if _, _, err := w.provider.Webhook(w.account, bad, []byte("a=%zz")); !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("a broken form: got %v", err)
	}
}

func TestJSONWebhookIsVerifiedByItsRawBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	body := []byte(`{"a": 1}`)
	sum := sha256.Sum256(body)
	target := hookURL + "?bodySHA256=" + hex.EncodeToString(sum[:])
	post := func(body []byte) error {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, http.NoBody)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(twilio.SignatureHeader, twilio.Sign(authToken, target, nil))
		_, _, err := w.provider.Webhook(w.account, r, body)
		return err
	}
	// Genuine, but no message event has this form.
	if err := post(body); !errors.Is(err, channels.ErrMalformed) {
		t.Errorf("got %v, want ErrMalformed", err)
	}
	// The same JSON in other bytes.
	if err := post([]byte(`{"a":1}`)); !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("other bytes: got %v, want ErrUnverified", err)
	}
}

// A message goes all the way: sent, and its receipts come back signed, twice
// and shuffled, and the record ends where it should.
func TestReceiptsOfTheFakeComeBack(t *testing.T) {
	t.Parallel()
	var w world
	got := make(chan channels.Receipt, 100)
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		events, reply, err := w.provider.Webhook(w.account, r, body)
		if err != nil {
			t.Error(err)
		}
		for _, e := range events {
			got <- *e.Receipt
		}
		rw.Header().Set("Content-Type", reply.ContentType)
		rw.WriteHeader(reply.Status)
		_, _ = rw.Write(reply.Body)
	}))
	t.Cleanup(hook.Close)
	w = newWorld(t, channels.WhatsApp, twiliotest.Options{Script: func(twiliotest.Message) []twiliotest.Step {
		return []twiliotest.Step{{Status: "sent"}, {Status: "delivered"}, {Status: "read"}}
	}})
	w.account.HookURL = hook.URL + "/hooks/k1"
	w.fake.SetCallbacks(twiliotest.Callbacks{Copies: 2, Reorder: true})
	sent, err := w.provider.Send(t.Context(), w.account, text("Hi"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	status := channels.StatusNone
	for range 6 {
		select {
		case r := <-got:
			if r.ProviderMessageID != sent.ProviderMessageID || r.MessageID != "m-1" {
				t.Errorf("a receipt of another message: %+v", r)
			}
			if r.Status.Advances(status) {
				status = r.Status
			}
		case <-ctx.Done():
			t.Fatal("the receipts did not come")
		}
	}
	if status != channels.StatusRead {
		t.Errorf("the record ends as %q, want read", status)
	}
	w.fake.Close()
	if n := len(w.fake.CallbackResults()); n != 6 {
		t.Errorf("%d callbacks, want 6", n)
	}
}

func TestSendersThatTwilioKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, twiliotest.Options{})
	for sender, good := range map[string]bool{
		"+14155550100": true, "whatsapp:+14155550100": true, serviceSID: true, "12345": true, "My Shop": true,
		"": false, "14155550100": false, "+0155550100": false, "A sender ID that is too long": false, "MG123é": false,
	} {
		w.account.Settings["sender"] = sender
		if problems := w.provider.Kind().Check(w.account); (len(problems) == 0) != good {
			t.Errorf("%q: got %v", sender, problems)
		}
	}
}

// The fake by hand: a test decides what happens to a message, and who writes.
func TestTheFakeDoesWhatItIsTold(t *testing.T) {
	t.Parallel()
	var w world
	got := make(chan channels.Inbound, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		events, reply, _ := w.provider.Webhook(w.account, r, body)
		for _, e := range events {
			got <- e
		}
		rw.WriteHeader(reply.Status)
	}))
	t.Cleanup(hook.Close)
	w = newWorld(t, channels.WhatsApp, twiliotest.Options{})
	w.account.HookURL = hook.URL + "/hooks/k1"
	w.account.Settings["sender"] = serviceSID
	sent, err := w.provider.Send(t.Context(), w.account, text("Hi"))
	if err != nil {
		t.Fatal(err)
	}
	sid := sent.ProviderMessageID
	if err := w.fake.Advance(t.Context(), sid, twiliotest.Step{Status: "failed", ErrorCode: 63016}); err != nil {
		t.Fatal(err)
	}
	if r := (<-got).Receipt; r.Status != channels.StatusFailed || r.Code != "63016" || r.Reason == "" || r.MessageID != "m-1" {
		t.Errorf("got %+v", r)
	}
	if m := w.fake.Messages()[0]; m.Status != "failed" || m.ErrorCode != 63016 {
		t.Errorf("the ledger says %+v", m)
	}
	if err := w.fake.Advance(t.Context(), "SM0", twiliotest.Step{}); !errors.Is(err, twiliotest.ErrNoMessage) {
		t.Errorf("got %v", err)
	}
	inbound := url.Values{"From": {"whatsapp:+639171234567"}, "To": {"whatsapp:+14155550100"}, "Body": {"Ja"}}
	if res := w.fake.Receive(t.Context(), w.account.HookURL, inbound); res.HTTP != http.StatusOK || res.Err != nil {
		t.Errorf("got %+v", res)
	}
	if m := (<-got).Message; m.Text != "Ja" || m.From != "+639171234567" {
		t.Errorf("got %+v", m)
	}
	w.fake.SetCallbacks(twiliotest.Callbacks{Token: "forged"})
	if res := w.fake.Receive(t.Context(), w.account.HookURL, inbound); res.HTTP != http.StatusForbidden {
		t.Errorf("forged: got %+v", res)
	}
	if err := w.fake.Advance(t.Context(), sid, twiliotest.Step{Status: "read"}); err != nil {
		t.Fatal(err)
	}
	if results := w.fake.CallbackResults(); results[len(results)-1].HTTP != http.StatusForbidden || len(got) != 0 {
		t.Errorf("forged: got %+v and %d events", results, len(got))
	}
}
