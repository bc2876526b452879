package channeltest

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sluice/server/channels"
)

// call gives a request to the provider as the server would.
func call(t *testing.T, f Fixture, a channels.Account, r Request) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	method := r.Method
	if method == "" {
		method = http.MethodPost
	}
	req := httptest.NewRequestWithContext(t.Context(), method, r.URL, http.NoBody)
	req.Header = r.Header.Clone()
	events, reply, err := f.Provider.Webhook(a, req, r.Body)
	noSecret(t, f, string(reply.Body))
	if err != nil {
		noSecret(t, f, err.Error())
	}
	return events, reply, err
}

func refused(t *testing.T, f Fixture, a channels.Account, r Request) {
	t.Helper()
	events, reply, err := call(t, f, a, r)
	if !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("got %v, want ErrUnverified", err)
	}
	if len(events) != 0 {
		t.Errorf("a refused request brought %d events", len(events))
	}
	if reply.Status < 400 || reply.Status > 499 {
		t.Errorf("the reply's status is %d, want 4xx", reply.Status)
	}
}

func testReceipts(t *testing.T, f Fixture) {
	if f.Webhooks == nil || f.Webhooks.Receipt == nil {
		return
	}
	id := "vendor-1"
	if f.Webhooks.ProviderID != nil {
		id = f.Webhooks.ProviderID(f.Account, "ours-1")
	}
	for _, status := range f.Webhooks.statuses(f.Provider.Kind().Receipts[f.Account.Type]) {
		request := f.Webhooks.Receipt(f.Account, "vendor-1", "ours-1", status)
		if request.noNews(status) {
			continue
		}
		events, reply, err := call(t, f, f.Account, request)
		events = slices.DeleteFunc(events, func(e channels.Inbound) bool { return e.Receipt != nil && !e.Receipt.Through.IsZero() })
		if err != nil || len(events) != 1 || events[0].Receipt == nil || events[0].Message != nil {
			t.Fatalf("%s: got %+v, %v", status, events, err)
		}
		got := events[0].Receipt
		if got.Status != status || got.ProviderMessageID != id || got.Raw == "" {
			t.Errorf("%s: got %+v", status, got)
		}
		if got.MessageID != "" && got.MessageID != "ours-1" {
			t.Errorf("%s: our id came back as %q", status, got.MessageID)
		}
		if status == channels.StatusFailed && got.Code == "" {
			t.Error("a failure needs a code")
		}
		if reply.Status != 0 && (reply.Status < 200 || reply.Status > 299) {
			t.Errorf("the reply's status is %d", reply.Status)
		}
	}
}

func testMessages(t *testing.T, f Fixture) {
	if f.Webhooks == nil || !f.Provider.Kind().Inbound || f.Webhooks.Message == nil {
		return
	}
	const text = "Ja, {{verificationCode}} & ünïcode = 100 % + 1"
	from := cmp.Or(f.Outbound.To, "person-1")
	request := f.Webhooks.Message(f.Account, from, text)
	events, _, err := call(t, f, f.Account, request)
	if err != nil || len(events) != 1 || events[0].Message == nil || events[0].Receipt != nil {
		t.Fatalf("got %+v, %v", events, err)
	}
	got := events[0].Message
	// INVARIANT 15: what users send stays as it is.
	if got.From != from || got.Text != text || got.ProviderMessageID == "" || got.To == "" {
		t.Errorf("got %+v", got)
	}
	if f.Webhooks.OtherType == "" {
		return
	}
	other := f.Account
	other.Type = f.Webhooks.OtherType
	if events, _, err := call(t, f, other, request); !errors.Is(err, channels.ErrMalformed) || len(events) != 0 {
		t.Errorf("a message for another type of channel: got %+v, %v", events, err)
	}
}

func testRepeated(t *testing.T, f Fixture) {
	if f.Webhooks == nil {
		return
	}
	genuine := f.Webhooks.genuine(f.Account)
	first, _, err := call(t, f, f.Account, genuine)
	if err != nil {
		t.Fatal(err)
	}
	if f.Webhooks.Receipt != nil {
		status := f.Webhooks.statuses(f.Provider.Kind().Receipts[f.Account.Type])[0]
		earlier := f.Webhooks.Receipt(f.Account, "vendor-1", "ours-1", status)
		if _, _, err := call(t, f, f.Account, earlier); err != nil && !earlier.noNews(status) {
			t.Errorf("an earlier status that comes later: %v", err)
		}
	}
	second, _, err := call(t, f, f.Account, genuine)
	if err != nil || !reflect.DeepEqual(first, second) {
		t.Errorf("the same request read twice differs: %+v, %+v, %v", first, second, err)
	}
}

func testForged(t *testing.T, f Fixture) {
	if f.Webhooks == nil {
		refused(t, f, f.Account, Request{URL: "https://sluice.example.com/hooks/k1", Header: http.Header{}, Body: []byte("{}")})
		return
	}
	w := f.Webhooks
	genuine := func() Request { return w.genuine(f.Account) }
	signature := w.signature(genuine())
	if _, _, err := call(t, f, f.Account, genuine()); err != nil || len(signature) < 8 {
		t.Fatalf("the genuine request is refused: %v (signature %q)", err, signature)
	}
	cases := w.forgeries(f.Account)
	if w.BodyOnly {
		for _, name := range []string{"query altered", "content type"} {
			sameAsGenuine(t, f, name, cases[name], genuine())
			delete(cases, name)
		}
		if events, _, err := call(t, f, f.Account, cases["same secret, theirs"]); err != nil && !errors.Is(err, channels.ErrUnverified) || len(events) != 0 {
			t.Errorf("a request for another channel with the same secret: got %+v, %v", events, err)
		}
		delete(cases, "same secret, theirs")
	}
	if w.AddressOnly {
		for _, name := range []string{"query altered", "content type"} {
			sameAsGenuine(t, f, name, cases[name], genuine())
			delete(cases, name)
		}
		theirs := cases["same secret, theirs"]
		theirs.URL = genuine().URL
		if events, _, err := call(t, f, f.Account, theirs); err != nil || len(events) != 0 {
			t.Errorf("a request for another channel with the same token: got %+v, %v", events, err)
		}
		for _, name := range []string{"same secret, theirs", "body altered"} {
			delete(cases, name)
		}
	}
	if w.Bearer {
		delete(cases, "body altered")
	}
	for _, name := range w.Unsigned {
		r, ok := cases[name]
		if !ok {
			t.Fatalf("there is no forgery %q", name)
		}
		harmless(t, f, name, r, genuine())
		delete(cases, name)
	}
	for name, r := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r.URL = arriving(f.Account, r.URL)
			refused(t, f, f.Account, r)
		})
	}
}

// harmless checks that a request which cannot be told from a genuine one brings
// nothing that the genuine one does not bring.
func harmless(t *testing.T, f Fixture, name string, r, genuine Request) {
	t.Helper()
	want, _, err := call(t, f, f.Account, genuine)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := call(t, f, f.Account, r)
	refused := errors.Is(err, channels.ErrUnverified) || errors.Is(err, channels.ErrMalformed)
	if refused && len(got) > 0 || !refused && (err != nil || !reflect.DeepEqual(got, want)) {
		t.Errorf("%s: got %+v, %v; want a refusal or the genuine request's events", name, got, err)
	}
}

// sameAsGenuine checks that what the signature does not cover is not looked at.
func sameAsGenuine(t *testing.T, f Fixture, name string, r, genuine Request) {
	t.Helper()
	want, _, err := call(t, f, f.Account, genuine)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := call(t, f, f.Account, r); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, %v; want the genuine request's events", name, got, err)
	}
}

func testClosed(t *testing.T, f Fixture) {
	if f.Webhooks == nil {
		return
	}
	a := f.Account
	a.Credentials = maps.Clone(a.Credentials)
	delete(a.Credentials, f.Webhooks.Secret)
	genuine := f.Webhooks.genuine(f.Account)
	refused(t, f, a, genuine)
	// Nor does a signature made with an empty key open it.
	refused(t, f, a, f.Webhooks.Sign(a, genuine))
	refused(t, f, a, f.Webhooks.withoutSignature(genuine))
}

func testNotEchoed(t *testing.T, f Fixture) {
	if f.Webhooks == nil {
		return
	}
	other := f.Webhooks.altered(f.Webhooks.genuine(f.Account))
	right := f.Webhooks.Sign(f.Account, other)
	expected := f.Webhooks.signature(right)
	if _, _, err := call(t, f, f.Account, right); err != nil {
		t.Fatalf("Sign does not make a right signature: %v", err)
	}
	if f.Webhooks.AddressOnly || f.Webhooks.Bearer {
		other = f.Webhooks.withSignature(other, expected[1:])
	}
	_, reply, err := call(t, f, f.Account, other)
	if err == nil || strings.Contains(err.Error(), expected) || strings.Contains(string(reply.Body), expected) {
		t.Errorf("the reply %q or the error %v tells the expected signature", reply.Body, err)
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, s)
}
