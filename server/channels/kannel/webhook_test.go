package kannel_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"sluice/server/channels"
)

func TestReportsGoToTheAddressOfTheirMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.provider.Send(t.Context(), w.account, text("Hi")); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1772618402, 0).UTC()
	for _, tt := range []struct {
		name   string
		kind   int
		says   string
		want   channels.Receipt
		silent bool
	}{
		{"taken", 8, "ACK/", channels.Receipt{Status: channels.StatusSent, Raw: "8"}, false},
		{"delivered", 1, "id:7 sub:001 dlvrd:001 submit date:2603041000 done date:2603041000 stat:DELIVRD err:000 text:", channels.Receipt{Status: channels.StatusDelivered, Raw: "1"}, false},
		{"buffered", 4, "", channels.Receipt{}, true},
		{"intermediate", 32, "", channels.Receipt{}, true},
		{"not delivered", 2, "id:7 stat:UNDELIV err:069 text:", channels.Receipt{
			Status: channels.StatusFailed, Raw: "2", Code: "UNDELIV", Reason: "The SMS centre could not deliver the message. The SMS centre's own code is 069.",
		}, false},
		{"refused", 16, "NACK/0x0000000B/Invalid Destination Address", channels.Receipt{
			Status: channels.StatusFailed, Raw: "16", Code: "0x0000000b", Reason: "The SMS centre does not accept the number.",
		}, false},
		{"refused with a code of its own", 16, "NACK/0x00000411/Vendor says no", channels.Receipt{
			Status: channels.StatusFailed, Raw: "16", Code: "0x00000411", Reason: "Vendor says no",
		}, false},
		{"failed without a word", 2, "", channels.Receipt{
			Status: channels.StatusFailed, Raw: "2", Code: "failed", Reason: "The message was not delivered, and the SMS centre did not say why.",
		}, false},
		{"a new kind", 64, "", channels.Receipt{Status: channels.StatusUnknown, Raw: "64"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			req, err := w.fake.Request(t.Context(), 0, tt.kind, tt.says)
			if err != nil {
				t.Fatal(err)
			}
			events, reply, err := w.provider.Webhook(w.account, req, nil)
			if err != nil || reply.Status != http.StatusOK || len(reply.Body) != 0 {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if tt.silent {
				if len(events) != 0 {
					t.Errorf("got %+v", events)
				}
				return
			}
			tt.want.ProviderMessageID, tt.want.MessageID, tt.want.At = "m-1", "m-1", at
			if len(events) != 1 || *events[0].Receipt != tt.want {
				t.Errorf("got %+v, want %+v", events, tt.want)
			}
		})
	}
}

func TestMessagesAreDecodedFromTheirCharset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct{ from, raw, charset, coding, want, wantFrom string }{
		"UTF-8":                  {"639171234567", "Grüße {{x}}", "UTF-8", "0", "Grüße {{x}}", "+639171234567"},
		"UTF-8 that is not said": {"+639171234567", "Grüße", "", "", "Grüße", "+639171234567"},
		"UCS-2":                  {"639171234567", "\x04\x1f\x04\x40", "UTF-16BE", "2", "Пр", "+639171234567"},
		"UCS-2 by its coding":    {"639171234567", "\x04\x1f\x04\x40", "", "2", "Пр", "+639171234567"},
		"Latin-1":                {"639171234567", "Gr\xfc\xdfe", "ISO-8859-1", "0", "Grüße", "+639171234567"},
		"bytes that are no text": {"639171234567", "Gr\xfc\xdfe", "UTF-8", "0", "Grüße", "+639171234567"},
		"a short code":           {"12345", "x", "UTF-8", "0", "x", "12345"},
		"a name":                 {"Bank", "x", "UTF-8", "0", "x", "Bank"},
	} {
		query := url.Values{"token": {inboundToken}, "from": {tt.from}, "text": {tt.raw}, "charset": {tt.charset}, "coding": {tt.coding}, "id": {"u1"}}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, hookURL+"?"+query.Encode(), http.NoBody)
		events, _, err := w.provider.Webhook(w.account, req, nil)
		if err != nil || len(events) != 1 || events[0].Message.Text != tt.want || events[0].Message.From != tt.wantFrom || events[0].Message.To != "12345" {
			t.Errorf("%s: got %+v, %v", name, events, err)
		}
	}
}

func TestRequestsThatKannelWouldNotMakeAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := channels.HookToken(password, hookURL, "m-1")
	for name, tt := range map[string]struct {
		method, query string
		change        func(*channels.Account)
		want          error
	}{
		"genuine":                      {"GET", "message=m-1&report=1&token=" + token, nil, nil},
		"POST":                         {"POST", "message=m-1&report=1&token=" + token, nil, channels.ErrUnverified},
		"two tokens":                   {"GET", "message=m-1&report=1&token=x&token=" + token, nil, channels.ErrUnverified},
		"two messages":                 {"GET", "message=m-1&message=m-2&report=1&token=" + token, nil, channels.ErrUnverified},
		"broken query":                 {"GET", "message=m-1&report=%zz&token=" + token, nil, channels.ErrUnverified},
		"no report":                    {"GET", "message=m-1&token=" + token, nil, channels.ErrMalformed},
		"the token for messages":       {"GET", "message=m-1&report=1&token=" + inboundToken, nil, channels.ErrUnverified},
		"a report's token":             {"GET", "from=1&text=x&token=" + token, nil, channels.ErrUnverified},
		"a message without a sender":   {"GET", "text=x&token=" + inboundToken, nil, channels.ErrMalformed},
		"messages without a token set": {"GET", "from=1&text=x&token=", func(a *channels.Account) { delete(a.Credentials, "inbound_token") }, channels.ErrUnverified},
		"no public address":            {"GET", "message=m-1&report=1&token=" + token, func(a *channels.Account) { a.HookURL = "" }, channels.ErrUnverified},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newWorld(t).account
			if tt.change != nil {
				tt.change(&a)
			}
			req := httptest.NewRequestWithContext(t.Context(), tt.method, hookURL+"?"+tt.query, http.NoBody)
			events, reply, err := w.provider.Webhook(a, req, nil)
			if !errors.Is(err, tt.want) || (err == nil) != (len(events) == 1) || (err == nil) != (reply.Status == http.StatusOK) {
				t.Errorf("got %+v, %+v, %v, want %v", events, reply, err, tt.want)
			}
		})
	}
}
