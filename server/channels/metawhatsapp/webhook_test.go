package metawhatsapp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/channeltest"
	"sluice/server/channels/graph"
	"sluice/server/channels/metawhatsapp/metatest"
	"sluice/server/testhost"
)

// webhook gives a genuinely signed body to the provider.
func (w world) webhook(t *testing.T, body []byte) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	r := request(t, http.MethodPost, w.account.HookURL, body)
	r.Header.Set(graph.SignatureHeader, graph.Sign(appSecret, body))
	return w.provider.Webhook(w.account, r, body)
}

func TestSubscriptionEchoesTheChallengeToTheRightToken(t *testing.T) {
	t.Parallel()
	good := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {"1158201444<b>"}, "hub.verify_token": {verifyToken}}
	with := func(key, value string) url.Values {
		q := url.Values{}
		maps.Copy(q, good)
		q.Set(key, value)
		return q
	}
	tests := []struct {
		name   string
		query  url.Values
		change func(*channels.Account)
		ok     bool
	}{
		{"the right token", good, nil, true},
		{"a wrong token", with("hub.verify_token", verifyToken+"x"), nil, false},
		{"no token", with("hub.verify_token", ""), nil, false},
		{"another mode", with("hub.mode", "unsubscribe"), nil, false},
		{"nothing", nil, nil, false},
		{"no token set", with("hub.verify_token", ""), func(a *channels.Account) { a.Credentials["verify_token"] = "" }, false},
		{"no public address", good, func(a *channels.Account) { a.HookURL = "" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, metatest.Options{})
			if tt.change != nil {
				tt.change(&w.account)
			}
			events, reply, err := w.provider.Webhook(w.account, request(t, http.MethodGet, hookURL+"?"+tt.query.Encode(), nil), nil)
			if len(events) != 0 || !strings.HasPrefix(reply.ContentType, "text/plain") {
				t.Errorf("got %+v, %+v", events, reply)
			}
			if tt.ok && (err != nil || reply.Status != http.StatusOK || string(reply.Body) != "1158201444<b>") {
				t.Errorf("got %+v, %v", reply, err)
			}
			if !tt.ok && (!errors.Is(err, channels.ErrUnverified) || reply.Status != http.StatusForbidden ||
				strings.Contains(string(reply.Body), "1158201444") || strings.Contains(err.Error(), verifyToken)) {
				t.Errorf("got %s, %v", reply.Body, err)
			}
		})
	}
}

func TestWebhookNeedsThePublicAddressAndPOST(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	body := metatest.Notification(phoneNumberID, "+1", nil)
	put := request(t, http.MethodPut, hookURL, body)
	put.Header.Set(graph.SignatureHeader, graph.Sign(appSecret, body))
	if _, _, err := w.provider.Webhook(w.account, put, body); !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("PUT: got %v", err)
	}
	w.account.HookURL = ""
	r := request(t, http.MethodPost, hookURL, body)
	r.Header.Set(graph.SignatureHeader, graph.Sign(appSecret, body))
	if _, reply, err := w.provider.Webhook(w.account, r, body); !errors.Is(err, channels.ErrUnverified) || reply.Status != http.StatusForbidden {
		t.Errorf("without a public address: got %+v, %v", reply, err)
	}
}

func TestReceiptsInDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	at := time.Unix(1750030073, 0).UTC()
	tests := []struct {
		name, status string
		want         channels.Receipt
	}{
		{"sent", `{"id":"wamid.1","status":"sent","timestamp":"1750030073","biz_opaque_callback_data":"m-1"}`, channels.Receipt{MessageID: "m-1", Status: channels.StatusSent, Raw: "sent", At: at}},
		{"read of somebody with a user id", `{"id":"wamid.1","status":"read","timestamp":"x","recipient_user_id":"US.1"}`, channels.Receipt{Status: channels.StatusRead, Raw: "read"}},
		{"played", `{"id":"wamid.1","status":"played"}`, channels.Receipt{Status: channels.StatusRead, Raw: "played"}},
		{"a new word", `{"id":"wamid.1","status":"teleported"}`, channels.Receipt{Status: channels.StatusUnknown, Raw: "teleported"}},
		{
			"a known failure", `{"id":"wamid.1","status":"failed","errors":[{"code":131047,"title":"Re-engagement message"}]}`,
			channels.Receipt{Status: channels.StatusFailed, Raw: "failed", Code: "131047", Reason: "More than 24 hours have passed since the person's last message."},
		},
		{
			"an unknown failure", `{"id":"wamid.1","status":"failed","errors":[{"code":139999,"message":"m","error_data":{"details":"Odd ` + accessToken + `"}}]}`,
			channels.Receipt{Status: channels.StatusFailed, Raw: "failed", Code: "139999", Reason: "Odd ***"},
		},
		{"a failure without a reason", `{"id":"wamid.1","status":"failed"}`, channels.Receipt{Status: channels.StatusFailed, Raw: "failed", Code: "failed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			events, reply, err := w.webhook(t, metatest.Notification(phoneNumberID, "+1", map[string]any{"statuses": []any{json.RawMessage(tt.status)}}))
			if err != nil || reply.Status != http.StatusOK || len(events) != 1 {
				t.Fatalf("got %+v, %+v, %v", events, reply, err)
			}
			tt.want.ProviderMessageID = "wamid.1"
			if *events[0].Receipt != tt.want {
				t.Errorf("got  %+v\nwant %+v", *events[0].Receipt, tt.want)
			}
		})
	}
}

func TestInboundMessagesInDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	w.account.BaseURL = ""
	media := func(id, kind string) []channels.Media {
		return []channels.Media{{URL: "https://graph.facebook.com/v26.0/" + id, ContentType: kind}}
	}
	data := func(object string) json.RawMessage { return json.RawMessage(object) }
	tests := []struct {
		name, message string
		want          *channels.InboundMessage
	}{
		{"text", `"type":"text","text":{"body":"Ja {{x}}"},"context":{"from":"14155550100","id":"wamid.0"}`, &channels.InboundMessage{Text: "Ja {{x}}", ReplyTo: "wamid.0"}},
		{"a template's button", `"type":"button","button":{"payload":"yes-1","text":"Yes"}`, &channels.InboundMessage{Text: "Yes", ButtonID: "yes-1"}},
		{"a reply button", `"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"yes","title":"Yes"}}`, &channels.InboundMessage{Text: "Yes", ButtonID: "yes"}},
		{"a row", `"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"mo","title":"Monday","description":"9"}}`, &channels.InboundMessage{Text: "Monday", ButtonID: "mo"}},
		{"an image", `"type":"image","image":{"id":"11","mime_type":"image/jpeg","sha256":"x","caption":"Look"}`, &channels.InboundMessage{Text: "Look", Media: media("11", "image/jpeg")}},
		{"a video", `"type":"video","video":{"id":"12","mime_type":"video/mp4"}`, &channels.InboundMessage{Media: media("12", "video/mp4")}},
		{"a voice message", `"type":"audio","audio":{"id":"13","mime_type":"audio/ogg; codecs=opus","voice":true}`, &channels.InboundMessage{Media: media("13", "audio/ogg; codecs=opus")}},
		{"a document", `"type":"document","document":{"id":"14","mime_type":"application/pdf","filename":"a.pdf"}`, &channels.InboundMessage{Media: []channels.Media{{URL: "https://graph.facebook.com/v26.0/14", ContentType: "application/pdf", Filename: "a.pdf"}}}},
		{"a sticker", `"type":"sticker","sticker":{"id":"../15","mime_type":"image/webp"}`, &channels.InboundMessage{Media: media("..%2F15", "image/webp")}},
		{"a file without an id", `"type":"image","image":{"mime_type":"image/jpeg"}`, &channels.InboundMessage{}},
		{
			"a place", `"type":"location","location":{"latitude":37.44216251868683,"longitude":-122.16153582049394,"name":"Philz","address":"101 Forest Ave"}`,
			&channels.InboundMessage{
				Text: "37.44216251868683,-122.16153582049394 Philz, 101 Forest Ave",
				Data: data(`{"location":{"latitude":37.44216251868683,"longitude":-122.16153582049394,"name":"Philz","address":"101 Forest Ave"}}`),
			},
		},
		{"a bare place", `"type":"location","location":{"latitude":51.19,"longitude":5.99}`, &channels.InboundMessage{Text: "51.19,5.99", Data: data(`{"location":{"latitude":51.19,"longitude":5.99}}`)}},
		{
			"contacts", `"type":"contacts","contacts":[{"name":{"formatted_name":"Ana"},"phones":[{"phone":"+63917"}]},{"name":{"formatted_name":"Bo"}}]`,
			&channels.InboundMessage{Text: "Ana +63917\nBo", Data: data(`{"contacts":[{"name":"Ana","phones":["+63917"]},{"name":"Bo"}]}`)},
		},
		{"a reaction", `"type":"reaction","reaction":{"message_id":"wamid.0","emoji":"\ud83d\udc4d"}`, &channels.InboundMessage{Kind: channels.InboundReaction, Text: "👍", ReplyTo: "wamid.0"}},
		{"a reaction taken back", `"type":"reaction","reaction":{"message_id":"wamid.0"}`, nil},
		{
			"an order", `"type":"order","order":{"catalog_id":"7","text":"Quick please","product_items":[{"product_retailer_id":"tea","quantity":2,"item_price":4.5,"currency":"EUR"},7,{"product_retailer_id":"cup","quantity":"1"}]}`,
			&channels.InboundMessage{
				Text: "Quick please\n2 × tea, 4.5 EUR\n1 × cup",
				Data: data(`{"order":{"catalog_id":"7","text":"Quick please","product_items":[{"product_retailer_id":"tea","quantity":2,"item_price":4.5,"currency":"EUR"},7,{"product_retailer_id":"cup","quantity":"1"}]}}`),
			},
		},
		{
			"a form", `"type":"interactive","context":{"id":"wamid.0"},"interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"flow_token\":\"t\",\"age\":32}"}}`,
			&channels.InboundMessage{Text: "Sent", ReplyTo: "wamid.0", Data: data(`{"flow_token":"t","age":32}`)},
		},
		{"a form whose answers cannot be read", `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"body":"Sent","response_json":"{oops"}}`, &channels.InboundMessage{Text: "Sent"}},
		{"a voice message of its own type", `"type":"voice","voice":{"id":"16","mime_type":"audio/ogg"}`, &channels.InboundMessage{Media: media("16", "audio/ogg")}},
		{"a message from an advertisement", `"type":"text","text":{"body":"Hi"},"referral":{"source_id":"ad1","headline":"Tea"}`, &channels.InboundMessage{Text: "Hi", Data: data(`{"referral":{"headline":"Tea","source_id":"ad1"}}`)}},
		{"a message taken back", `"type":"revoke","revoke":{"original_message_id":"wamid.0"}`, &channels.InboundMessage{Kind: channels.InboundDeleted}},
		{"a message written anew", `"type":"edit","edit":{"original_message_id":"wamid.0","message":{"type":"text","text":{"body":"Two"}}}`, &channels.InboundMessage{Kind: channels.InboundSystem, Text: "Two"}},
		{"a type that is new", `"type":"hologram","hologram":{}`, &channels.InboundMessage{Kind: channels.InboundUnsupported}},
		{"a kind of choice that is new", `"type":"interactive","interactive":{"type":"call_permission_reply"}`, &channels.InboundMessage{Kind: channels.InboundUnsupported}},
		{"parts of other forms", `"type":"text","text":{"body":7},"context":[],"referral":"x","image":false,"contacts":{}`, &channels.InboundMessage{Text: "7"}},
		{"a type without content for us", `"type":"unsupported","errors":[{"code":131051}]`, &channels.InboundMessage{Kind: channels.InboundUnsupported}},
		{"a notice of Meta's", `"type":"system","system":{"body":"Ana changed her number"}`, nil},
		{"a message in a group", `"type":"text","group_id":"g1","text":{"body":"Hi all"}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := metatest.Notification(phoneNumberID, "+1 415-555-0100", map[string]any{
				"contacts": []any{json.RawMessage(`{"profile":{"name":"Somebody"},"wa_id":"1"}`), json.RawMessage(`{"profile":{"name":"Ana"},"wa_id":"639171234567"}`)},
				"messages": []any{json.RawMessage(`{"from":"639171234567","id":"wamid.1","timestamp":"1749416383",` + tt.message + `}`)},
			})
			events, _, err := w.webhook(t, body)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == nil {
				if len(events) != 0 {
					t.Errorf("got %+v, want nothing", events)
				}
				return
			}
			tt.want.ProviderMessageID, tt.want.From, tt.want.To, tt.want.ProfileName = "wamid.1", person, "+14155550100", "Ana"
			tt.want.At = time.Unix(1749416383, 0).UTC()
			if len(events) != 1 || !reflect.DeepEqual(events[0].Message, tt.want) {
				t.Errorf("got  %+v\nwant %+v", events[0].Message, tt.want)
			}
		})
	}
}

func TestAPersonWhoHidesTheNumberIsKnownByUserID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	known := `{"profile":{"name":"Ana"},"user_id":"US.13491208655302741918"}`
	for name, from := range map[string]string{"told beside the message": "", "told in it": `"from_user_id":"US.13491208655302741918",`} {
		body := metatest.Notification(phoneNumberID, "", map[string]any{
			"contacts": []any{json.RawMessage(known)},
			"messages": []any{json.RawMessage(`{` + from + `"id":"wamid.1","type":"text","text":{"body":"Hi"}}`)},
		})
		events, _, err := w.webhook(t, body)
		if err != nil || len(events) != 1 {
			t.Fatalf("%s: got %+v, %v", name, events, err)
		}
		if m := events[0].Message; m.From != "US.13491208655302741918" || m.ProfileName != "Ana" || m.To != phoneNumberID {
			t.Errorf("%s: got %+v", name, m)
		}
	}
}

func TestSendersAreReadAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	for from, want := range map[string]string{
		`"from":"639171234567"`: "+639171234567", `"from":639171234567`: "+639171234567", `"from":"5215512345678"`: "+525512345678",
		`"from":"US.1234","from_user_id":"US.1234"`: "US.1234", `"from":"bla"`: "bla",
	} {
		body := metatest.Notification(phoneNumberID, "", map[string]any{"messages": []any{json.RawMessage(`{` + from + `,"id":"wamid.1","timestamp":99999999999999,"type":"text","text":{"body":"Hi"}}`)}})
		events, _, err := w.webhook(t, body)
		if err != nil || len(events) != 1 || events[0].Message.From != want || !events[0].Message.At.IsZero() || len(events[0].Message.Aliases) != 0 {
			t.Errorf("%s: got %+v, %v", from, events, err)
		}
	}
	body := metatest.Notification(phoneNumberID, "", map[string]any{
		"contacts": []any{json.RawMessage(`{"wa_id":"639171234567","user_id":"PH.77"}`)},
		"messages": []any{json.RawMessage(`{"from":"639171234567","id":"wamid.1","type":"text","text":{"body":"Hi"}}`)},
	})
	events, _, err := w.webhook(t, body)
	if err != nil || len(events) != 1 || !reflect.DeepEqual(events[0].Message.Aliases, []string{"PH.77"}) {
		t.Errorf("got %+v, %v", events, err)
	}
}

func TestOneCallBringsSeveralEntriesOfThisNumberOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	change := func(number, rest string) string {
		return `{"field":"messages","value":{"metadata":{"display_phone_number":"14155550100","phone_number_id":"` + number + `"},` + rest + `}}`
	}
	say := func(id string) string {
		return `{"from":"639171234567","id":"` + id + `","type":"text","text":{"body":"x"}}`
	}
	body := `{"object":"whatsapp_business_account","entry":[
		{"id":"1","changes":[` +
		change(phoneNumberID, `"statuses":[{"id":"s1","status":"sent"},{"id":"s2","status":{}},{"id":"s3","status":"read"}]`) + `,` +
		change(otherNumberID, `"statuses":[{"id":"s4","status":"sent"}]`) + `,` +
		change("", `"statuses":[{"id":"s5","status":"sent"}]`) + `,` +
		`{"field":"message_template_status_update","value":{"event":"APPROVED"}},{"field":"messages","value":"odd"}]},
		{"id":"2","changes":[` + change(phoneNumberID, `"messages":[`+say("m1")+`,{"id":"m2","type":"text"},`+say("m3")+`]`) + `]},
		{"id":"3","changes":[]}]}`
	events, reply, err := w.webhook(t, []byte(body))
	if err != nil || reply.Status != http.StatusOK {
		t.Fatalf("got %+v, %v", reply, err)
	}
	var got []string
	for _, e := range events {
		if e.Receipt != nil {
			got = append(got, e.Receipt.ProviderMessageID)
		} else {
			got = append(got, e.Message.ProviderMessageID)
		}
	}
	if strings.Join(got, " ") != "s1 s3 m1 m3" {
		t.Errorf("got %v", got)
	}
}

func TestGenuineRequestsThatCannotBeUnderstood(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	for name, body := range map[string]string{
		"no JSON":              `hello`,
		"another object":       `{"object":"page","entry":[]}`,
		"a change of no form":  `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":[]}]}]}`,
		"a status without id":  string(metatest.Notification(phoneNumberID, "+1", map[string]any{"statuses": []any{map[string]any{"status": "sent"}}})),
		"a message without id": string(metatest.Notification(phoneNumberID, "+1", map[string]any{"messages": []any{map[string]any{"type": "text"}}})),
		"a message of nobody":  string(metatest.Notification(phoneNumberID, "+1", map[string]any{"messages": []any{map[string]any{"id": "m", "type": "text"}}})),
	} {
		events, reply, err := w.webhook(t, []byte(body))
		if !errors.Is(err, channels.ErrMalformed) || reply.Status != http.StatusOK || len(events) != 0 {
			t.Errorf("%s: got %+v, %+v, %v", name, events, reply, err)
		}
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

// A message goes all the way: the callback URL is subscribed, the message
// sent, and its statuses come back signed, twice and shuffled or all in one
// call, and the record ends where it should.
func TestReceiptsOfTheFakeComeBack(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]metatest.Hooks{"shuffled": {Copies: 2, Reorder: true}, "in one call": {Copies: 2, Batch: true}, "as they come": {Copies: 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, metatest.Options{Script: func(metatest.Message) []metatest.Step {
				return []metatest.Step{{Status: "sent"}, {Status: "delivered"}, {Status: "read", After: time.Millisecond}}
			}})
			got := w.hook(t)
			if err := w.fake.Subscribe(t.Context(), w.account.HookURL, "wrong"); !errors.Is(err, metatest.ErrNotValidated) {
				t.Errorf("a wrong verify token: got %v", err)
			}
			if err := w.fake.Subscribe(t.Context(), w.account.HookURL, verifyToken); err != nil {
				t.Fatal(err)
			}
			w.fake.SetHooks(how)
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
		})
	}
}

// The fake by hand: a test decides what happens to a message, and who writes.
func TestTheFakeDoesWhatItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	got := w.hook(t)
	if err := w.fake.Subscribe(t.Context(), w.account.HookURL, verifyToken); err != nil {
		t.Fatal(err)
	}
	sent, err := w.provider.Send(t.Context(), w.account, text("Hi"))
	if err != nil {
		t.Fatal(err)
	}
	id := sent.ProviderMessageID
	if err := w.fake.Advance(t.Context(), id, metatest.Step{Status: "failed", ErrorCode: 131047}); err != nil {
		t.Fatal(err)
	}
	if r := (<-got).Receipt; r.Status != channels.StatusFailed || r.Code != "131047" || r.Reason == "" || r.MessageID != "m-1" {
		t.Errorf("got %+v", r)
	}
	if m := w.fake.Messages()[0]; m.Status != "failed" || m.ErrorCode != 131047 {
		t.Errorf("the ledger says %+v", m)
	}
	if err := w.fake.Advance(t.Context(), "wamid.0", metatest.Step{}); !errors.Is(err, metatest.ErrNoMessage) {
		t.Errorf("got %v", err)
	}
	inbound := map[string]any{"from": "639171234567", "type": "text", "text": map[string]any{"body": "Ja"}}
	if res := w.fake.Receive(t.Context(), inbound); res.HTTP != http.StatusOK || res.Err != nil {
		t.Errorf("got %+v", res)
	}
	if m := (<-got).Message; m.Text != "Ja" || m.From != person || m.ProfileName != "Ana" {
		t.Errorf("got %+v", m)
	}
	w.fake.SetHooks(metatest.Hooks{Secret: "forged"})
	if res := w.fake.Receive(t.Context(), inbound); res.HTTP != http.StatusForbidden {
		t.Errorf("forged: got %+v", res)
	}
	if err := w.fake.Advance(t.Context(), id, metatest.Step{Status: "read"}); err != nil {
		t.Fatal(err)
	}
	if results := w.fake.HookResults(); results[len(results)-1].HTTP != http.StatusForbidden || len(got) != 0 {
		t.Errorf("forged: got %+v and %d events", results, len(got))
	}
}

// INVARIANT 34
func TestABrokenEntryCostsItselfOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metatest.Options{})
	body := metatest.Notification(phoneNumberID, "+1 415-555-0100", map[string]any{
		"contacts": []any{json.RawMessage(`{"profile":{"name":"Ana"},"wa_id":"639171234567"}`)},
		"statuses": []any{
			json.RawMessage(`{"id":"s1","status":"sent","timestamp":"1749416383"}`),
			json.RawMessage(`{"id":"s2","status":"failed","timestamp":"1749416383","errors":[{"code":131047,"title":"Re-engagement message"}]}`),
		},
		"messages": []any{
			json.RawMessage(`{"from":"639171234567","id":"m1","timestamp":"1749416383","type":"text","text":{"body":"Hi"},"context":{"id":"s1"}}`),
			json.RawMessage(`{"from":"639171234567","id":"m2","timestamp":"1749416383","type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a","title":"A"}}}`),
			json.RawMessage(`{"from":"639171234567","id":"m3","timestamp":"1749416383","type":"image","image":{"id":"1","mime_type":"image/png"}}`),
			json.RawMessage(`{"from":"639171234567","id":"m4","timestamp":"1749416383","type":"contacts","contacts":[{"name":{"formatted_name":"Bo"},"phones":[{"phone":"1"}]}]}`),
		},
	})
	channeltest.EachEntryByItself(t, body, func(t *testing.T, body []byte) ([]channels.Inbound, channels.Reply) {
		t.Helper()
		events, reply, _ := w.webhook(t, body)
		return events, reply
	})
}
