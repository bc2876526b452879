package metamessaging_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/graph"
	"sluice/server/channels/metamessaging/messagingtest"
)

func post(t *testing.T, w world, body []byte) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL, http.NoBody)
	req.Header.Set(graph.SignatureHeader, graph.Sign(appSecret, body))
	return w.provider.Webhook(w.account, req, body)
}

var (
	at        = time.UnixMilli(1458668856463).UTC()
	watermark = time.UnixMilli(1458668856253).UTC()
)

func TestEventsAreRead(t *testing.T) {
	t.Parallel()
	receipt := func(r channels.Receipt) channels.Inbound { return channels.Inbound{Receipt: &r} }
	message := func(m channels.InboundMessage) channels.Inbound {
		m.From, m.To, m.At = person, accountID, at
		return channels.Inbound{Message: &m}
	}
	for _, tt := range []struct {
		name  string
		typ   channels.ChannelType
		event map[string]any
		want  []channels.Inbound
	}{
		{
			"two delivered", channels.Messenger, messagingtest.Delivered("m_1", "m_2"),
			[]channels.Inbound{
				receipt(channels.Receipt{ProviderMessageID: "m_1", Status: channels.StatusDelivered, Raw: "delivery", At: watermark}),
				receipt(channels.Receipt{ProviderMessageID: "m_2", Status: channels.StatusDelivered, Raw: "delivery", At: watermark}),
				// The watermark covers what was sent before them.
				receipt(channels.Receipt{To: person, Through: watermark, Status: channels.StatusDelivered, Raw: "delivery", At: watermark}),
			},
		},
		{
			"all delivered", channels.Messenger, messagingtest.Delivered(),
			[]channels.Inbound{receipt(channels.Receipt{To: person, Through: watermark, Status: channels.StatusDelivered, Raw: "delivery", At: watermark})},
		},
		{
			"all read", channels.Messenger, messagingtest.Read(),
			[]channels.Inbound{receipt(channels.Receipt{To: person, Through: watermark, Status: channels.StatusRead, Raw: "read", At: watermark})},
		},
		{
			"seen", channels.Instagram, messagingtest.Seen("m_1"),
			[]channels.Inbound{
				receipt(channels.Receipt{ProviderMessageID: "m_1", Status: channels.StatusRead, Raw: "seen", At: at}),
				receipt(channels.Receipt{To: person, Through: at, Status: channels.StatusRead, Raw: "seen", At: at}),
			},
		},
		{
			"an echo of ours", channels.Messenger, messagingtest.Echo(accountID, "m_1", "m-1"),
			[]channels.Inbound{receipt(channels.Receipt{ProviderMessageID: "m_1", MessageID: "m-1", Status: channels.StatusSent, Raw: "echo", At: at})},
		},
		{"an echo of an agent's", channels.Messenger, messagingtest.Echo(accountID, "m_1", ""), nil},
		{"a delivery of nothing", channels.Messenger, map[string]any{"delivery": map[string]any{}}, nil},
		{
			"a text", channels.Messenger, messagingtest.Text("m_in", "{{code}}"),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "{{code}}"})},
		},
		{
			"a quick reply in answer", channels.Messenger,
			map[string]any{"message": map[string]any{"mid": "m_in", "text": "Yes", "quick_reply": map[string]any{"payload": "y"}, "reply_to": map[string]any{"mid": "m_1"}}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "Yes", ButtonID: "y", ReplyTo: "m_1"})},
		},
		{
			"a button", channels.Messenger,
			map[string]any{"postback": map[string]any{"mid": "m_in", "title": "Yes", "payload": "y"}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "Yes", ButtonID: "y"})},
		},
		{
			"files", channels.Instagram,
			map[string]any{"message": map[string]any{"mid": "m_in", "attachments": []any{
				map[string]any{"type": "image", "payload": map[string]any{"url": "https://example.com/1"}},
				map[string]any{"type": "file", "payload": map[string]any{"url": "https://example.com/2"}},
				map[string]any{"type": "fallback", "payload": map[string]any{"title": "no address"}},
			}}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "no address", Media: []channels.Media{
				{URL: "https://example.com/1", ContentType: "image/*"}, {URL: "https://example.com/2", ContentType: "application/octet-stream"},
			}})},
		},
		{
			"a place", channels.Messenger,
			attachments(map[string]any{"type": "location", "title": "Ana's place", "payload": map[string]any{"coordinates": map[string]any{"lat": 1.2, "long": -1.3}}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "1.2,-1.3 Ana's place", Data: []byte(`{"location":{"latitude":1.2,"longitude":-1.3,"name":"Ana's place"}}`)})},
		},
		{"a place of no form", channels.Messenger, attachments(map[string]any{"type": "location", "payload": map[string]any{"coordinates": map[string]any{"lat": "north"}}}), []channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in"})}},
		{
			"a like", channels.Messenger,
			attachments(map[string]any{"type": "image", "payload": map[string]any{"url": "https://example.com/like.png", "sticker_id": 369239263222822}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Media: []channels.Media{{URL: "https://example.com/like.png", ContentType: "image/*"}}})},
		},
		{
			"a reel", channels.Instagram,
			attachments(map[string]any{"type": "ig_reel", "payload": map[string]any{"reel_video_id": "7", "title": "Tea", "url": "https://example.com/reel"}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "Tea", Media: []channels.Media{{URL: "https://example.com/reel", ContentType: "video/*"}}})},
		},
		{
			"a story that mentions us", channels.Instagram, attachments(map[string]any{"type": "story_mention", "payload": map[string]any{"url": "https://example.com/story"}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Media: []channels.Media{{URL: "https://example.com/story", ContentType: "application/octet-stream"}}})},
		},
		{
			"a link", channels.Messenger, attachments(map[string]any{"type": "fallback", "payload": map[string]any{"url": "https://example.com/terms", "title": "Terms"}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "Terms"})},
		},
		{
			"a link to nowhere", channels.Messenger, attachments(map[string]any{"type": "fallback", "payload": map[string]any{"url": "files/terms.doc"}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "files/terms.doc"})},
		},
		{
			"a file at an address of another kind", channels.Messenger, attachments(map[string]any{"type": "file", "payload": map[string]any{"url": "file:///etc/passwd"}}),
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "file:///etc/passwd"})},
		},
		{
			"an answer to a story", channels.Instagram, map[string]any{"message": map[string]any{"mid": "m_in", "text": "Nice", "reply_to": map[string]any{"story": map[string]any{"id": "1", "url": "https://example.com/s"}}}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Text: "Nice"})},
		},
		{
			"a message that was taken back", channels.Instagram, map[string]any{"message": map[string]any{"mid": "m_in", "is_deleted": true}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in/deleted", Kind: channels.InboundDeleted})},
		},
		{
			"a message that is not handed on", channels.Instagram, map[string]any{"message": map[string]any{"mid": "m_in", "is_unsupported": true}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_in", Kind: channels.InboundUnsupported})},
		},
		{"a message to another account", channels.Messenger, map[string]any{"recipient": map[string]any{"id": "99999"}, "message": map[string]any{"mid": "m_in", "text": "Hi"}}, nil},
		{"an echo of another account", channels.Messenger, map[string]any{"sender": map[string]any{"id": "99999"}, "message": map[string]any{"mid": "m_1", "is_echo": true, "metadata": "m-1"}}, nil},
		{
			"a reaction", channels.Messenger,
			map[string]any{"reaction": map[string]any{"mid": "m_1", "action": "react", "emoji": "❤"}},
			[]channels.Inbound{message(channels.InboundMessage{ProviderMessageID: "m_1/❤", Kind: channels.InboundReaction, Text: "❤", ReplyTo: "m_1"})},
		},
		{"a reaction that was taken back", channels.Messenger, map[string]any{"reaction": map[string]any{"mid": "m_1", "action": "unreact"}}, nil},
		{"an opt-in", channels.Messenger, map[string]any{"optin": map[string]any{"ref": "x"}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, reply, err := post(t, newWorld(t, tt.typ), messagingtest.Notification(objectOf(tt.typ), accountID, person, tt.event))
			if err != nil || reply.Status != http.StatusOK {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// attachments is a message with one attachment and no text.
func attachments(list ...any) map[string]any {
	return map[string]any{"message": map[string]any{"mid": "m_in", "attachments": list}}
}

// INVARIANT 34
func TestABrokenEntryCostsItselfOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.Messenger)
	body := messagingtest.Notification("page", accountID, person,
		messagingtest.Delivered("m_1", "m_2"), messagingtest.Text("m_a", "Hi"), messagingtest.Echo(accountID, "m_3", "m-3"),
		attachments(map[string]any{"type": "location", "payload": map[string]any{"coordinates": map[string]any{"lat": 1.2, "long": -1.3}}}, map[string]any{"type": "image", "payload": map[string]any{"url": "https://example.com/1"}}))
	channeltest.EachEntryByItself(t, body, func(t *testing.T, body []byte) ([]channels.Inbound, channels.Reply) {
		t.Helper()
		got, reply, _ := post(t, w, body)
		return got, reply
	})
}

func TestOneBrokenEventDoesNotCostTheOthers(t *testing.T) {
	t.Parallel()
	got, _, err := post(t, newWorld(t, channels.Messenger), messagingtest.Notification("page", accountID, person,
		map[string]any{"sender": "broken"}, messagingtest.Text("m_in", "Hi")))
	if err != nil || len(got) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWhatCannotBeUnderstoodIsMalformed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string][]byte{
		"not JSON":          []byte("hello"),
		"another object":    messagingtest.Notification("instagram", accountID, person, messagingtest.Text("m_in", "Hi")),
		"only broken parts": messagingtest.Notification("page", accountID, "", messagingtest.Text("m_in", "Hi")),
	} {
		if got, _, err := post(t, newWorld(t, channels.Messenger), body); !errors.Is(err, channels.ErrMalformed) || len(got) != 0 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}
