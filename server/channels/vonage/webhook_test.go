package vonage_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/vonage"
	"sluice/server/channels/vonage/vonagetest"
)

// hook is a webhook request and what may be wrong with it.
type hook struct {
	method, query string
	body          []byte
	claims        map[string]any
	age           time.Duration
}

func (h hook) call(t *testing.T, p *vonage.Provider, a channels.Account) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	if h.method == "" {
		h.method = http.MethodPost
	}
	req := httptest.NewRequestWithContext(t.Context(), h.method, hookURL+h.query, http.NoBody)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set(vonage.SignatureHeader, vonagetest.Signature(signature, h.body, time.Now().Add(-h.age), h.claims))
	return p.Webhook(a, req, h.body)
}

func genuineQuery() string {
	return "?message=m-1&token=" + channels.HookToken(signature, hookURL, "m-1")
}

func TestOnlyFreshTokensForThisChannelAndMessageOpenTheWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	w.account.Credentials["api_key"] = apiKey
	query, body := genuineQuery(), vonagetest.Status("v-1", "m-1", "sms", "delivered", "")
	claim := func(name string, value any) map[string]any { return map[string]any{name: value} }
	for name, tt := range map[string]struct {
		hook hook
		want error
	}{
		"genuine":                  {hook{query: query, body: body}, nil},
		"with our key":             {hook{query: query, body: body, claims: claim("api_key", apiKey)}, nil},
		"nine minutes old":         {hook{query: query, body: body, age: 9 * time.Minute}, nil},
		"eleven minutes old":       {hook{query: query, body: body, age: 11 * time.Minute}, channels.ErrUnverified},
		"from the future":          {hook{query: query, body: body, age: -5 * time.Minute}, channels.ErrUnverified},
		"without a time":           {hook{query: query, body: body, claims: claim("iat", nil)}, channels.ErrUnverified},
		"expired":                  {hook{query: query, body: body, claims: claim("exp", time.Now().Add(-time.Hour).Unix())}, channels.ErrUnverified},
		"without a hash":           {hook{query: query, body: body, claims: claim("payload_hash", nil)}, channels.ErrUnverified},
		"another body's hash":      {hook{query: query, body: body, claims: claim("payload_hash", "00")}, channels.ErrUnverified},
		"another account":          {hook{query: query, body: body, claims: claim("api_key", "efgh5678")}, channels.ErrUnverified},
		"another application":      {hook{query: query, body: body, claims: claim("application_id", "x")}, channels.ErrUnverified},
		"GET":                      {hook{method: http.MethodGet, query: query, body: body}, channels.ErrUnverified},
		"another message of ours":  {hook{query: query, body: vonagetest.Status("v-1", "m-2", "sms", "delivered", "")}, channels.ErrUnverified},
		"neither a status nor one": {hook{body: []byte(`{"message_uuid":"x"}`)}, channels.ErrMalformed},
		"no id":                    {hook{query: query, body: []byte(`{"status":"delivered"}`)}, channels.ErrMalformed},
		"to another sender":        {hook{body: vonagetest.Inbound("sms", "639171234567", "14155550199", "Hi", nil)}, channels.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, reply, err := tt.hook.call(t, w.provider, w.account)
			if !errors.Is(err, tt.want) || (err == nil) != (len(events) == 1) || errors.Is(err, channels.ErrUnverified) != (reply.Status == http.StatusForbidden) {
				t.Errorf("got %+v, %+v, %v, want %v", events, reply, err, tt.want)
			}
		})
	}
	a := w.account
	a.HookURL = ""
	if _, _, err := (hook{query: query, body: body}).call(t, w.provider, a); !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("without a public address: got %v", err)
	}
}

func TestStatusesAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Viber)
	at := time.Date(2026, 3, 4, 10, 0, 2, 0, time.UTC)
	nested := []byte(`{"message_uuid":"v-1","status":"rejected","timestamp":"2026-03-04T10:00:02Z",
		"error":{"error":{"type":"https://developer.vonage.com/api-errors/messages#rejected","title":1210,"detail":"x"}}}`)
	bare := []byte(`{"message_uuid":"v-1","status":"rejected","timestamp":"soon"}`)
	for name, tt := range map[string]struct {
		body []byte
		want channels.Receipt
	}{
		"submitted":     {vonagetest.Status("v-1", "m-1", "viber_service", "submitted", ""), channels.Receipt{Status: channels.StatusSent, Raw: "submitted", At: at}},
		"read":          {vonagetest.Status("v-1", "m-1", "viber_service", "read", ""), channels.Receipt{Status: channels.StatusRead, Raw: "read", At: at}},
		"a new word":    {vonagetest.Status("v-1", "m-1", "viber_service", "teleported", ""), channels.Receipt{Status: channels.StatusUnknown, Raw: "teleported", At: at}},
		"undeliverable": {vonagetest.Status("v-1", "m-1", "viber_service", "undeliverable", "1300"), channels.Receipt{Status: channels.StatusFailed, Raw: "undeliverable", Code: "1300", Reason: "The number is not on this channel.", At: at}},
		"unknown code":  {vonagetest.Status("v-1", "m-1", "viber_service", "rejected", "1999"), channels.Receipt{Status: channels.StatusFailed, Raw: "rejected", Code: "1999", Reason: "Failed with code 1999", At: at}},
		"nested error":  {nested, channels.Receipt{Status: channels.StatusFailed, Raw: "rejected", Code: "1210", Reason: "The carrier blocked the message as spam.", At: at}},
		"no error":      {bare, channels.Receipt{Status: channels.StatusFailed, Raw: "rejected", Code: "rejected"}},
	} {
		events, _, err := hook{query: genuineQuery(), body: tt.body}.call(t, w.provider, w.account)
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: got %+v, %v", name, events, err)
		}
		tt.want.ProviderMessageID, tt.want.MessageID = "v-1", "m-1"
		if *events[0].Receipt != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, *events[0].Receipt, tt.want)
		}
	}
}

func TestMessagesOfAllFormsAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	const url = "https://api.example.com/media/1"
	for name, tt := range map[string]struct {
		more map[string]any
		want func(*channels.InboundMessage)
	}{
		"text":   {nil, func(m *channels.InboundMessage) { m.Text = "Hi" }},
		"answer": {map[string]any{"context": map[string]string{"message_uuid": "v-1"}}, func(m *channels.InboundMessage) { m.Text, m.ReplyTo = "Hi", "v-1" }},
		"list row": {
			map[string]any{"text": "", "reply": map[string]string{"id": "row-1", "title": "Row"}},
			func(m *channels.InboundMessage) { m.ButtonID, m.Text = "row-1", "Row" },
		},
		"button": {
			map[string]any{"text": "", "button": map[string]string{"payload": "yes", "text": "Yes"}},
			func(m *channels.InboundMessage) { m.ButtonID, m.Text = "yes", "Yes" },
		},
		"picture": {
			map[string]any{"text": "", "image": map[string]string{"url": url, "caption": "Look"}},
			func(m *channels.InboundMessage) {
				m.Text, m.Media = "Look", []channels.Media{{URL: url, ContentType: "image/*"}}
			},
		},
		"document": {
			map[string]any{"file": map[string]string{"url": url, "name": "terms.pdf"}},
			func(m *channels.InboundMessage) {
				m.Text, m.Media = "Hi", []channels.Media{{URL: url, Filename: "terms.pdf"}}
			},
		},
		"file at no address": {
			map[string]any{"text": "", "file": map[string]string{"url": "terms.pdf"}},
			func(*channels.InboundMessage) {},
		},
		"sticker": {
			map[string]any{"text": "", "message_type": "sticker", "sticker": map[string]string{"url": url}},
			func(m *channels.InboundMessage) { m.Media = []channels.Media{{URL: url, ContentType: "image/*"}} },
		},
		"place": {
			map[string]any{"text": "", "message_type": "location", "location": map[string]any{"lat": 40.34772, "long": -74.18847, "name": "Harbour", "address": "1 Harbour Road"}},
			func(m *channels.InboundMessage) {
				m.Text = "40.34772,-74.18847 Harbour, 1 Harbour Road"
				m.Data = []byte(`{"location":{"latitude":40.34772,"longitude":-74.18847,"name":"Harbour","address":"1 Harbour Road"}}`)
			},
		},
		"contacts": {
			map[string]any{"text": "", "message_type": "contacts", "contacts": []any{map[string]any{"name": map[string]string{"formatted_name": "Bob"}, "phones": []any{map[string]string{"phone": "555"}}, "emails": []any{map[string]string{"email": "bob@example.com"}}}}},
			func(m *channels.InboundMessage) {
				m.Text, m.Data = "Bob 555", []byte(`{"contacts":[{"name":"Bob","phones":["555"],"emails":["bob@example.com"]}]}`)
			},
		},
		"order": {
			map[string]any{"text": "", "message_type": "order", "order": map[string]any{"catalog_id": "7", "product_items": []any{map[string]any{"product_retailer_id": "tea", "quantity": "2", "item_price": "4.5", "currency": "EUR"}}}},
			func(m *channels.InboundMessage) {
				m.Text = "2 × tea, 4.5 EUR"
				m.Data = []byte(`{"order":{"catalog_id":"7","product_items":[{"currency":"EUR","item_price":"4.5","product_retailer_id":"tea","quantity":"2"}]}}`)
			},
		},
		"reaction": {
			map[string]any{"text": "", "message_type": "reaction", "reaction": map[string]string{"action": "react", "emoji": "👍"}, "context": map[string]string{"message_uuid": "v-1"}},
			func(m *channels.InboundMessage) {
				m.Kind, m.Text, m.ReplyTo = channels.InboundReaction, "👍", "v-1"
			},
		},
		"unsupported": {
			map[string]any{"text": "", "message_type": "unsupported"},
			func(m *channels.InboundMessage) { m.Kind = channels.InboundUnsupported },
		},
		"from an advertisement": {
			map[string]any{"whatsapp": map[string]any{"referral": map[string]string{"source_id": "ad1"}}},
			func(m *channels.InboundMessage) {
				m.Text, m.Data = "Hi", []byte(`{"referral":{"source_id":"ad1"}}`)
			},
		},
		"parts of other forms": {
			map[string]any{"profile": map[string]string{"name": "Ana"}, "location": "x", "contacts": 7, "context": []any{}, "reply": false, "image": "x"},
			func(m *channels.InboundMessage) { m.Text = "Hi" },
		},
	} {
		events, _, err := hook{body: vonagetest.Inbound("whatsapp", "639171234567", "14155550100", "Hi", tt.more)}.call(t, w.provider, w.account)
		if err != nil || len(events) != 1 || events[0].Message == nil {
			t.Fatalf("%s: got %+v, %v", name, events, err)
		}
		want := channels.InboundMessage{
			ProviderMessageID: "in-1", From: "+639171234567", To: "+14155550100", ProfileName: "Ana", At: time.Date(2026, 3, 4, 10, 0, 2, 0, time.UTC),
		}
		tt.want(&want)
		same(t, *events[0].Message, want)
	}
}

// The application has one status address, which Vonage calls where a message names
// none: the signature proves it, and the id finds the message of this channel.
func TestASignedStatusAtTheChannelsOwnAddressCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	body := vonagetest.Status("vendor-1", "ours-1", "sms", "delivered", "")
	for name, tt := range map[string]struct {
		secret string
		want   error
	}{
		"genuine": {signature, nil},
		"forged":  {"another-signature-secret-0123456789", channels.ErrUnverified},
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL, http.NoBody)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(vonage.SignatureHeader, vonagetest.Signature(tt.secret, body, time.Now(), nil))
		events, _, err := w.provider.Webhook(w.account, req, body)
		if !errors.Is(err, tt.want) || (len(events) == 1) != (tt.want == nil) {
			t.Errorf("%s: got %+v, %v", name, events, err)
		}
		if len(events) == 1 && (events[0].Receipt.ProviderMessageID != "vendor-1" || events[0].Receipt.MessageID != "") {
			t.Errorf("%s: got %+v", name, events[0].Receipt)
		}
	}
}

func TestPicturesForANumberOfSMSAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	body := vonagetest.Inbound("mms", "639171234567", "14155550100", "", map[string]any{"message_type": "image", "image": map[string]string{"url": "https://api.example.com/1", "caption": "Look"}})
	events, _, err := hook{body: body}.call(t, w.provider, w.account)
	if err != nil || len(events) != 1 || len(events[0].Message.Media) != 1 || events[0].Message.Text != "Look" {
		t.Errorf("got %+v, %v", events, err)
	}
}

func TestAReactionThatWasTakenBackIsNoNews(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	events, reply, err := hook{body: vonagetest.Inbound("whatsapp", "639171234567", "14155550100", "", map[string]any{"reaction": map[string]string{"action": "unreact"}})}.call(t, w.provider, w.account)
	if err != nil || len(events) != 0 || reply.Status != http.StatusOK {
		t.Errorf("got %+v, %+v, %v", events, reply, err)
	}
}
