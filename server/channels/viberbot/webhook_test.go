package viberbot_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/server/channels"
	"sluice/server/channels/viberbot"
	"sluice/server/channels/viberbot/viberbottest"
)

// Known answers of HMAC-SHA256 in hex, from others than us (Viber publishes no
// example): test case 2 of RFC 4231, and the one in GitHub's documents.
func TestKnownSignatures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ secret, body, signature string }{
		{"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{"It's a Secret to Everybody", "Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
	} {
		if got := viberbot.Sign(tt.secret, []byte(tt.body)); got != tt.signature {
			t.Errorf("%s: got %s", tt.body, got)
		}
	}
}

func post(t *testing.T, w world, body []byte) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, callbackURL(w.account), http.NoBody)
	req.Header.Set(viberbot.SignatureHeader, viberbot.Sign(token, body))
	return w.provider.Webhook(w.account, req, body)
}

func TestEventsAreRead(t *testing.T) {
	t.Parallel()
	const id = "4912661846655238145"
	receipt := func(r channels.Receipt) []channels.Inbound {
		r.ProviderMessageID, r.At = id, viberbottest.At()
		return []channels.Inbound{{Receipt: &r}}
	}
	message := func(m channels.InboundMessage) []channels.Inbound {
		m.ProviderMessageID, m.From, m.To, m.ProfileName, m.At = id, person, "My Shop", "John McClane", viberbottest.At()
		return []channels.Inbound{{Message: &m}}
	}
	said := func(m map[string]any) []byte { return viberbottest.FromPerson(id, person, m) }
	user := map[string]any{"user": map[string]any{"id": person, "name": "John McClane"}, "type": "open", "subscribed": false, "context": "from-the-shop"}
	for _, tt := range []struct {
		name string
		body []byte
		want []channels.Inbound
	}{
		{"delivered", viberbottest.Receipt("delivered", id, person), receipt(channels.Receipt{Status: channels.StatusDelivered, Raw: "delivered"})},
		{"seen", viberbottest.Receipt("seen", id, person), receipt(channels.Receipt{Status: channels.StatusRead, Raw: "seen"})},
		{
			"failed", viberbottest.Receipt("failed", id, person),
			receipt(channels.Receipt{Status: channels.StatusFailed, Raw: "failed", Code: "failed", Reason: "The person's Viber did not take the message: failure description"}),
		},
		{
			"failed without a word", viberbottest.Event("failed", id, nil),
			receipt(channels.Receipt{Status: channels.StatusFailed, Raw: "failed", Code: "failed", Reason: "The person's Viber did not take the message."}),
		},
		{"Viber's check of the address", viberbottest.Event("webhook", id, nil), nil},
		{"the conversation was opened", viberbottest.Event("conversation_started", id, user), nil},
		{"subscribed", viberbottest.Event("subscribed", id, user), nil},
		{"unsubscribed", viberbottest.Event("unsubscribed", id, map[string]any{"user_id": person}), nil},
		{"an event of tomorrow", viberbottest.Event("waved", id, nil), nil},
		{"a text", said(map[string]any{"type": "text", "text": "{{code}}"}), message(channels.InboundMessage{Text: "{{code}}"})},
		{
			"a pressed button", said(map[string]any{"type": "text", "text": "Yes", "tracking_data": `{"buttons":{"Yes":"y","No":"n"}}`}),
			message(channels.InboundMessage{Text: "Yes", ButtonID: "y"}),
		},
		{
			"another answer", said(map[string]any{"type": "text", "text": "Maybe", "tracking_data": `{"buttons":{"Yes":"y"}}`}),
			message(channels.InboundMessage{Text: "Maybe"}),
		},
		{"tracking data of others", said(map[string]any{"type": "text", "text": "Yes", "tracking_data": "tracking data"}), message(channels.InboundMessage{Text: "Yes"})},
		{
			"a picture", said(map[string]any{"type": "picture", "text": "Look", "media": "https://dl.example.com/1.jpg", "thumbnail": "https://dl.example.com/t.jpg"}),
			message(channels.InboundMessage{Text: "Look", Media: []channels.Media{{URL: "https://dl.example.com/1.jpg", ContentType: "image/*"}}}),
		},
		{
			"a video", said(map[string]any{"type": "video", "media": "https://dl.example.com/1.mp4", "duration": 14, "size": 10}),
			message(channels.InboundMessage{Media: []channels.Media{{URL: "https://dl.example.com/1.mp4", ContentType: "video/*"}}}),
		},
		{
			"a file", said(map[string]any{"type": "file", "media": "https://dl.example.com/1.pdf", "file_name": "1.pdf", "file_size": 10}),
			message(channels.InboundMessage{Media: []channels.Media{{URL: "https://dl.example.com/1.pdf", ContentType: "application/octet-stream", Filename: "1.pdf"}}}),
		},
		{"a file at no address", said(map[string]any{"type": "file", "media": "1.pdf"}), message(channels.InboundMessage{})},
		{"a kind that is new", said(map[string]any{"type": "hologram"}), message(channels.InboundMessage{Kind: channels.InboundUnsupported})},
		{"a place", said(map[string]any{"type": "location", "location": map[string]any{"lat": 50.76891, "lon": 6.11499}}), message(channels.InboundMessage{Text: "50.76891,6.11499", Data: []byte(`{"location":{"latitude":50.76891,"longitude":6.11499}}`)})},
		{"a contact", said(map[string]any{"type": "contact", "contact": map[string]any{"name": "Holly", "phone_number": "+12345"}}), message(channels.InboundMessage{Text: "Holly +12345", Data: []byte(`{"contacts":[{"name":"Holly","phones":["+12345"]}]}`)})},
		{"a link", said(map[string]any{"type": "url", "media": "https://example.com"}), message(channels.InboundMessage{Text: "https://example.com"})},
		{"a sticker", said(map[string]any{"type": "sticker", "sticker_id": 46105}), message(channels.InboundMessage{})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, reply, err := post(t, newWorld(t), tt.body)
			if err != nil || reply.Status != http.StatusOK {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatCannotBeUnderstoodIsMalformed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"not JSON":               "hello",
		"no event":               `{"timestamp": 1}`,
		"a receipt of nothing":   `{"event": "delivered"}`,
		"a message from nobody":  `{"event": "message", "message_token": 1}`,
		"a token that is a list": `{"event": "delivered", "message_token": []}`,
	} {
		if got, _, err := post(t, newWorld(t), []byte(body)); !errors.Is(err, channels.ErrMalformed) || len(got) != 0 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// Viber signs only the body: a callback of the same bot that was meant for
// another address is no news here.
func TestACallbackAtAnotherAddressIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := viberbottest.Receipt("seen", "1", person)
	for _, address := range []string{hookURL + "?channel=guessed", strings.Replace(callbackURL(w.account), "channel=", "other=", 1)} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, http.NoBody)
		req.Header.Set(viberbot.SignatureHeader, viberbot.Sign(token, body))
		if got, _, err := w.provider.Webhook(w.account, req, body); !errors.Is(err, channels.ErrUnverified) || len(got) != 0 {
			t.Errorf("%s: got %+v, %v", address, got, err)
		}
	}
}

func TestACallbackToTheAddressThatThePageShowsCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := viberbottest.Receipt("delivered", "4912661846655238145", person)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL, http.NoBody)
	req.Header.Set(viberbot.SignatureHeader, viberbot.Sign(token, body))
	if events, _, err := w.provider.Webhook(w.account, req, body); err != nil || len(events) != 1 || events[0].Receipt.ProviderMessageID != "4912661846655238145" {
		t.Errorf("got %+v, %v", events, err)
	}
	req.Header.Set(viberbot.SignatureHeader, viberbot.Sign("another-token", body))
	if events, _, err := w.provider.Webhook(w.account, req, body); !errors.Is(err, channels.ErrUnverified) || len(events) != 0 {
		t.Errorf("signed with another token: got %+v, %v", events, err)
	}
}
