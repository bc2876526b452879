package twilio_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"sluice/server/channels"
	"sluice/server/channels/twilio"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/testhost"
)

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

func TestFormsOfInboundMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		typ  channels.ChannelType
		form url.Values
		want channels.InboundMessage
	}{
		{
			"WhatsApp without the prefix", channels.WhatsApp, url.Values{"From": {"+15550002222"}, "To": {"+15550001111"}, "Body": {"Msg"}},
			channels.InboundMessage{From: "+15550002222", To: "+15550001111", Text: "Msg"},
		},
		{
			"a place", channels.WhatsApp,
			url.Values{"From": {"whatsapp:+15550002222"}, "To": {"whatsapp:+15550001111"}, "Latitude": {"51.19"}, "Longitude": {"5.99"}, "Label": {"Station"}, "Address": {"Stationsplein 8"}},
			channels.InboundMessage{From: "+15550002222", To: "+15550001111", Text: "51.19,5.99 Station, Stationsplein 8", Data: []byte(`{"location":{"latitude":51.19,"longitude":5.99,"name":"Station","address":"Stationsplein 8"}}`)},
		},
		{
			"a place of no form", channels.WhatsApp, url.Values{"From": {"whatsapp:+15550002222"}, "To": {"whatsapp:+15550001111"}, "Latitude": {"north"}, "Longitude": {"5.99"}, "Body": {"Here"}},
			channels.InboundMessage{From: "+15550002222", To: "+15550001111", Text: "Here"},
		},
		{
			"a row", channels.WhatsApp, url.Values{"From": {"whatsapp:+15550002222"}, "To": {"whatsapp:+15550001111"}, "ListId": {"mo"}, "ListTitle": {"Monday"}, "OriginalRepliedMessageSid": {"SM1"}},
			channels.InboundMessage{From: "+15550002222", To: "+15550001111", Text: "Monday", ButtonID: "mo", ReplyTo: "SM1"},
		},
		{
			"a button without a body", channels.WhatsApp, url.Values{"From": {"whatsapp:+15550002222"}, "To": {"whatsapp:+15550001111"}, "ButtonText": {"Yes"}, "ButtonPayload": {"y"}},
			channels.InboundMessage{From: "+15550002222", To: "+15550001111", Text: "Yes", ButtonID: "y"},
		},
		{
			"another WhatsApp id", channels.WhatsApp, url.Values{"From": {"whatsapp:+5541988887777"}, "To": {"whatsapp:+15550001111"}, "WaId": {"554188887777"}, "Body": {"Oi"}},
			channels.InboundMessage{From: "+5541988887777", To: "+15550001111", Text: "Oi", Aliases: []string{"+554188887777"}},
		},
		{
			"a file without an address", channels.SMS, url.Values{"From": {"+15550002222"}, "To": {"+15550001111"}, "NumMedia": {"2"}, "MediaUrl0": {"files/1"}, "MediaUrl1": {"https://api.twilio.com/1"}, "MediaContentType1": {"image/png"}},
			channels.InboundMessage{From: "+15550002222", To: "+15550001111", Media: []channels.Media{{URL: "https://api.twilio.com/1", ContentType: "image/png"}}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.form.Set("MessageSid", "SM9")
			events, _, err := newWorld(t, tt.typ, twiliotest.Options{}).webhook(t, hookURL, authToken, tt.form)
			tt.want.ProviderMessageID = "SM9"
			if err != nil || len(events) != 1 || !reflect.DeepEqual(*events[0].Message, tt.want) {
				t.Errorf("got %+v, %v", events[0].Message, err)
			}
		})
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

// hook serves the account's webhook as the server would, and sets its address.
func (w *world) hook(t *testing.T) <-chan channels.Inbound {
	t.Helper()
	got := make(chan channels.Inbound, 100)
	// The handler has a copy of its own: it runs beside the test.
	var serving world
	ready := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		<-ready
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		events, reply, _ := serving.provider.Webhook(serving.account, r, body)
		for _, e := range events {
			got <- e
		}
		rw.Header().Set("Content-Type", reply.ContentType)
		rw.WriteHeader(reply.Status)
		_, _ = rw.Write(reply.Body)
	}))
	t.Cleanup(server.Close)
	w.account.HookURL = server.URL + "/hooks/k1"
	serving = *w
	close(ready)
	return got
}

// A message goes all the way: sent, and its receipts come back signed, twice
// and shuffled, and the record ends where it should.
func TestReceiptsOfTheFakeComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp, twiliotest.Options{Script: func(twiliotest.Message) []twiliotest.Step {
		return []twiliotest.Step{{Status: "sent"}, {Status: "delivered"}, {Status: "read"}}
	}})
	got := w.hook(t)
	w.fake.SetCallbacks(twiliotest.Callbacks{Copies: 2, Reorder: true})
	sent, err := w.provider.Send(t.Context(), w.account, text("Hi"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testhost.Patience)
	defer cancel()
	status := channels.StatusNone
	for range 6 {
		select {
		case e := <-got:
			r := e.Receipt
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

// The fake by hand: a test decides what happens to a message, and who writes.
func TestTheFakeDoesWhatItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp, twiliotest.Options{})
	got := w.hook(t)
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
