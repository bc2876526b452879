package infobip_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/infobip/infobiptest"
)

func TestReportsGoToTheAddressOfTheirMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Viber, infobiptest.Options{})
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 4, 10, 0, 2, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		report infobiptest.Report
		want   channels.Receipt
	}{
		{"waiting at Infobip", infobiptest.Report{Group: "PENDING", Name: "PENDING_ACCEPTED"}, channels.Receipt{}},
		{"on its way", infobiptest.Report{Group: "PENDING", Name: "PENDING_ENROUTE"}, channels.Receipt{Status: channels.StatusSent, Raw: "PENDING_ENROUTE", At: at}},
		{"at the operator", infobiptest.Report{Group: "DELIVERED", Name: "DELIVERED_TO_OPERATOR"}, channels.Receipt{Status: channels.StatusSent, Raw: "DELIVERED_TO_OPERATOR", At: at}},
		{"delivered", infobiptest.Report{Group: "DELIVERED", Name: "DELIVERED_TO_HANDSET"}, channels.Receipt{Status: channels.StatusDelivered, Raw: "DELIVERED_TO_HANDSET", At: at}},
		{"delivered, nameless", infobiptest.Report{Group: "DELIVERED"}, channels.Receipt{Status: channels.StatusDelivered, Raw: "DELIVERED", At: at}},
		{"seen", infobiptest.Report{Seen: true}, channels.Receipt{Status: channels.StatusRead, Raw: "SEEN", At: at.Add(time.Second)}},
		{
			"expired",
			infobiptest.Report{Group: "EXPIRED", Name: "EXPIRED_EXPIRED"},
			channels.Receipt{Status: channels.StatusFailed, Raw: "EXPIRED_EXPIRED", Code: "EXPIRED_EXPIRED", Reason: "The message was not delivered before its deadline.", At: at},
		},
		{
			"not on Viber",
			infobiptest.Report{Group: "UNDELIVERABLE", Name: "UNDELIVERABLE_NOT_DELIVERED", Error: "SRVC_NOT_VIBER_USER"},
			channels.Receipt{Status: channels.StatusFailed, Raw: "UNDELIVERABLE_NOT_DELIVERED", Code: "SRVC_NOT_VIBER_USER", Reason: "The number is not on Viber.", At: at},
		},
		{
			"rejected, an unknown error",
			infobiptest.Report{Group: "REJECTED", Name: "REJECTED_X", Error: "EC_NEW"},
			channels.Receipt{Status: channels.StatusFailed, Raw: "REJECTED_X", Code: "EC_NEW", Reason: "Failed: EC_NEW", At: at},
		},
		{
			"rejected, nameless",
			infobiptest.Report{Group: "REJECTED"},
			channels.Receipt{Status: channels.StatusFailed, Raw: "REJECTED", Code: "REJECTED", At: at},
		},
		{"a new word", infobiptest.Report{Group: "TELEPORTED", Name: "TELEPORTED"}, channels.Receipt{Status: channels.StatusUnknown, Raw: "TELEPORTED", At: at}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			req, body, err := w.fake.Request(t.Context(), "m-1", tt.report)
			if err != nil {
				t.Fatal(err)
			}
			events, reply, err := w.provider.Webhook(w.account, req, body)
			if err != nil || reply.Status != http.StatusOK {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if tt.want.Status == channels.StatusNone {
				if len(events) != 0 {
					t.Errorf("got %+v", events)
				}
				return
			}
			tt.want.ProviderMessageID, tt.want.MessageID = "m-1", "m-1"
			if len(events) != 1 || *events[0].Receipt != tt.want {
				t.Errorf("got %+v, want %+v", events, tt.want)
			}
		})
	}
}

func TestAWebhookPasswordIsAskedForWhenItIsSet(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		sent string
		err  error
	}{
		"right": {"canary-webhook-password", nil},
		"wrong": {"another-password", channels.ErrUnverified},
		"none":  {"", channels.ErrUnverified},
	} {
		w := newWorld(t, channels.SMS, infobiptest.Options{WebhookPassword: tt.sent})
		w.account.Credentials["webhook_password"] = "canary-webhook-password"
		if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
			t.Fatal(err)
		}
		req, body, err := w.fake.Request(t.Context(), "m-1", infobiptest.Report{Group: "DELIVERED", Name: "DELIVERED_TO_HANDSET"})
		if err != nil {
			t.Fatal(err)
		}
		events, _, err := w.provider.Webhook(w.account, req, body)
		if !errors.Is(err, tt.err) || (len(events) == 1) != (tt.err == nil) {
			t.Errorf("%s: got %+v, %v", name, events, err)
		}
	}
}

func TestRequestsThatAreNoReportAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, infobiptest.Options{})
	token := channels.HookToken(apiKey, hookURL, "m-1")
	query := "?message=m-1&token=" + token
	genuine := string(infobiptest.Report{Seen: true}.Body("m-1"))
	many := `{"results":[` + strings.Repeat(`{"messageId":"m-1","seenAt":"x"},`, 100) + `{"messageId":"m-1","seenAt":"x"}]}`
	for name, tt := range map[string]struct {
		method, query, body string
		change              func(*channels.Account)
		want                error
	}{
		"genuine":            {"POST", query, genuine, nil, nil},
		"GET":                {"GET", query, genuine, nil, channels.ErrUnverified},
		"no reports":         {"POST", query, `{"results":[]}`, nil, channels.ErrUnverified},
		"too many reports":   {"POST", query, many, nil, channels.ErrUnverified},
		"one of another":     {"POST", query, `{"results":[{"messageId":"m-1","seenAt":"x"},{"messageId":"m-2","seenAt":"x"}]}`, nil, channels.ErrUnverified},
		"without a status":   {"POST", query, `{"results":[{"messageId":"m-1"}]}`, nil, channels.ErrMalformed},
		"another of ours":    {"POST", strings.Replace(query, "m-1", "m-2", 1), genuine, nil, channels.ErrUnverified},
		"another's data":     {"POST", query, `{"results":[{"messageId":"m-1","seenAt":"x","callbackData":"m-2"}]}`, nil, channels.ErrUnverified},
		"an id of Infobip's": {"POST", query, `{"results":[{"messageId":"2250be2d-1","seenAt":"x","callbackData":"m-1"}]}`, nil, nil},
		"an id of nobody's":  {"POST", query, `{"results":[{"messageId":"2250be2d-1","seenAt":"x"}]}`, nil, channels.ErrUnverified},
		"own address, open":  {"POST", "", genuine, nil, channels.ErrUnverified},
		"no public address":  {"POST", query, genuine, func(a *channels.Account) { a.HookURL = "" }, channels.ErrUnverified},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := w.account
			if tt.change != nil {
				tt.change(&a)
			}
			req := httptest.NewRequestWithContext(t.Context(), tt.method, hookURL+tt.query, http.NoBody)
			req.Header.Set("Content-Type", "application/json")
			events, reply, err := w.provider.Webhook(a, req, []byte(tt.body))
			if !errors.Is(err, tt.want) || (err == nil) != (len(events) == 1) || errors.Is(err, channels.ErrUnverified) != (reply.Status == http.StatusForbidden) {
				t.Errorf("got %+v, %+v, %v, want %v", events, reply, err, tt.want)
			}
		})
	}
}

func TestASubscriptionNeedsTheWebhookPassword(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		password string
		want     error
	}{"right": {"canary-webhook-password", nil}, "wrong": {"another-password", channels.ErrUnverified}, "none": {"", channels.ErrUnverified}} {
		w := newWorld(t, channels.SMS, infobiptest.Options{})
		w.account.Credentials["webhook_password"] = "canary-webhook-password"
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL, http.NoBody)
		req.Header.Set("Content-Type", "application/json")
		if tt.password != "" {
			req.SetBasicAuth("infobip", tt.password)
		}
		body := `{"results":[{"messageId":"a","status":{"groupName":"DELIVERED"}},{"messageId":"b","status":{"groupName":"EXPIRED"}}]}`
		events, _, err := w.provider.Webhook(w.account, req, []byte(body))
		if !errors.Is(err, tt.want) || (tt.want == nil) != (len(events) == 2) {
			t.Errorf("%s: got %+v, %v", name, events, err)
			continue
		}
		for i, e := range events {
			if e.Receipt.ProviderMessageID != []string{"a", "b"}[i] || e.Receipt.MessageID != "" {
				t.Errorf("%s: got %+v", name, e.Receipt)
			}
		}
	}
}

// call posts a body to the channel's secret address.
func call(t *testing.T, w world, body []byte) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, w.provider.CallbackURL(w.account), http.NoBody)
	req.Header.Set("Content-Type", "application/json")
	return w.provider.Webhook(w.account, req, body)
}

func TestMessagesFromPeopleComeToTheSecretAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, infobiptest.Options{})
	if strings.Contains(w.provider.CallbackURL(w.account), w.account.Credentials["api_key"]) {
		t.Fatal("the address holds the API key")
	}
	for name, tt := range map[string]struct {
		body string
		want channels.InboundMessage
	}{
		"an SMS": {
			`{"results":[{"messageId":"in-1","from":"639171234567","to":"41793026727","text":"YES now","cleanText":"now","keyword":"YES","receivedAt":"2026-03-04T10:00:02.000+0000","smsCount":1}],"messageCount":1,"pendingMessageCount":0}`,
			channels.InboundMessage{To: "41793026727", Text: "YES now", At: time.Date(2026, 3, 4, 10, 0, 2, 0, time.UTC)},
		},
		"an MMS": {
			`{"results":[{"messageId":"in-1","sender":"639171234567","to":"41793026727","receivedAt":"later","message":[{"contentType":"text/plain","value":"Look"},{"contentType":"image/jpeg","url":"https://api.infobip.com/1"},{"contentType":"application/smil","value":"<smil/>"},7]}]}`,
			channels.InboundMessage{To: "41793026727", Text: "Look", Media: []channels.Media{{URL: "https://api.infobip.com/1", ContentType: "image/jpeg"}}},
		},
		"one without a text": {`{"results":[{"messageId":"in-1","from":639171234567,"text":null}]}`, channels.InboundMessage{To: w.account.Settings["sender"]}},
	} {
		events, reply, err := call(t, w, []byte(tt.body))
		tt.want.ProviderMessageID, tt.want.From = "in-1", "+639171234567"
		if err != nil || reply.Status != http.StatusOK || len(events) != 1 || !reflect.DeepEqual(*events[0].Message, tt.want) {
			t.Errorf("%s: got %+v, %v", name, events, err)
		}
	}
	// Another channel's address proves nothing here.
	other := w.account
	other.HookURL += "x"
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, w.provider.CallbackURL(w.account), http.NoBody)
	req.Header.Set("Content-Type", "application/json")
	if events, _, err := w.provider.Webhook(other, req, []byte(`{"results":[{"messageId":"1","from":"1","text":"x"}]}`)); !errors.Is(err, channels.ErrUnverified) || len(events) != 0 {
		t.Errorf("got %+v, %v", events, err)
	}
}

// INVARIANT 34
func TestABrokenEntryCostsItselfOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS, infobiptest.Options{})
	body := []byte(`{"results":[{"messageId":"1","status":{"groupName":"DELIVERED","name":"DELIVERED_TO_HANDSET"},"doneAt":"2026-03-04T10:00:02.000+0000"},
		{"messageId":"2","from":"639171234567","to":"1","text":"Hi"},{"messageId":"3","seenAt":"2026-03-04T10:00:02.000+0000"}]}`)
	channeltest.EachEntryByItself(t, body, func(t *testing.T, body []byte) ([]channels.Inbound, channels.Reply) {
		t.Helper()
		events, reply, _ := call(t, w, body)
		return events, reply
	})
}
