package alibaba_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/alibaba"
	"sluice/server/channels/alibaba/alibabatest"
	"sluice/server/channels/channeltest"
)

func push(t *testing.T, w world, body []byte) ([]channels.Inbound, channels.Reply, error) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, hookURL+"?token="+token, http.NoBody)
	return w.provider.Webhook(w.account, req, body)
}

func TestReceiptsAreRead(t *testing.T) {
	t.Parallel()
	chatTime := time.UnixMilli(1691132091000).UTC()
	smsTime := time.Date(2021, 11, 25, 2, 27, 33, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		typ     channels.ChannelType
		receipt alibabatest.Receipt
		want    channels.Receipt
	}{
		{"sent", channels.Viber, alibabatest.Receipt{Status: "Sent"}, channels.Receipt{Status: channels.StatusSent, Raw: "Sent", At: chatTime}},
		{"read", channels.WhatsApp, alibabatest.Receipt{Status: "Read"}, channels.Receipt{Status: channels.StatusRead, Raw: "Read", At: chatTime}},
		{
			"not on WhatsApp", channels.WhatsApp,
			alibabatest.Receipt{Status: "Failed", Code: "131026", Description: "131026:Receiver is incapable"},
			channels.Receipt{
				Status: channels.StatusFailed, Raw: "Failed", Code: "131026", At: chatTime,
				Reason: "The number is not on WhatsApp, or its WhatsApp cannot show the message.",
			},
		},
		{
			"a new failure", channels.Viber,
			alibabatest.Receipt{Status: "Failed", Code: "X9", Description: "No luck"},
			channels.Receipt{Status: channels.StatusFailed, Raw: "Failed", Code: "X9", Reason: "No luck", At: chatTime},
		},
		{"a failure without a code", channels.Viber, alibabatest.Receipt{Status: "Failed"}, channels.Receipt{Status: channels.StatusFailed, Raw: "Failed", Code: "Failed", At: chatTime}},
		{"a new word", channels.Viber, alibabatest.Receipt{Status: "Teleported"}, channels.Receipt{Status: channels.StatusUnknown, Raw: "Teleported", At: chatTime}},
		{"removed by the person", channels.WhatsApp, alibabatest.Receipt{Status: "Deleted"}, channels.Receipt{}},
		{"SMS delivered", channels.SMS, alibabatest.Receipt{Status: "1"}, channels.Receipt{Status: channels.StatusDelivered, Raw: "1", At: smsTime}},
		{"SMS expired", channels.SMS, alibabatest.Receipt{Status: "6", Code: "EXPIRED"}, channels.Receipt{Status: channels.StatusFailed, Raw: "6", Code: "EXPIRED", At: smsTime}},
		{"SMS, a new number", channels.SMS, alibabatest.Receipt{Status: "9"}, channels.Receipt{Status: channels.StatusUnknown, Raw: "9", At: smsTime}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tt.typ)
			tt.receipt.MessageID, tt.receipt.TaskID = "20260304", alibaba.TaskID(w.account, "m-1")
			body := alibabatest.Chat(tt.receipt)
			if tt.typ == channels.SMS {
				body = alibabatest.SMS(tt.receipt)
			}
			events, reply, err := push(t, w, body)
			if err != nil || reply.Status != http.StatusOK || string(reply.Body) != `{"code":0,"msg":"ok"}` {
				t.Fatalf("got %+v, %v", reply, err)
			}
			if tt.want.Status == channels.StatusNone {
				if len(events) != 0 {
					t.Errorf("got %+v", events)
				}
				return
			}
			tt.want.ProviderMessageID, tt.want.MessageID = "20260304", "m-1"
			if len(events) != 1 || *events[0].Receipt != tt.want {
				t.Errorf("got %+v, want %+v", *events[0].Receipt, tt.want)
			}
		})
	}
}

func TestTheOtherSpellingOfSMSReportsIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.SMS)
	events, _, err := push(t, w, []byte(`[{"to":"639171234567","status":2,"message_id":"12441353","task_id":"`+alibaba.TaskID(w.account, "m-1")+
		`","send_date":"2017-06-01 10:00:00","receive_date":"2017-06-01 10:00:05","error_code":"SP_UNKNOW_ERROR","error_description":"unknown"}]`))
	if err != nil || len(events) != 1 {
		t.Fatalf("got %+v, %v", events, err)
	}
	want := channels.Receipt{
		ProviderMessageID: "12441353", MessageID: "m-1", Status: channels.StatusFailed, Raw: "2", Code: "SP_UNKNOW_ERROR", Reason: "unknown",
		At: time.Date(2017, 6, 1, 2, 0, 5, 0, time.UTC),
	}
	if *events[0].Receipt != want {
		t.Errorf("got %+v, want %+v", *events[0].Receipt, want)
	}
}

func TestReceiptsForMessagesOfOthersArePassedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	other := w.account
	other.ID = "c2"
	ours := alibaba.TaskID(w.account, "m-1")
	events, _, err := push(t, w, alibabatest.Chat(
		alibabatest.Receipt{MessageID: "1", TaskID: "1", Status: "Read"},
		alibabatest.Receipt{MessageID: "2", TaskID: alibaba.TaskID(other, "m-1"), Status: "Read"},
		alibabatest.Receipt{MessageID: "3", TaskID: "m-2" + ours[len("m-1"):], Status: "Read"},
		alibabatest.Receipt{MessageID: "4", TaskID: ours, Status: "Delivered"},
	))
	if err != nil || len(events) != 1 || events[0].Receipt.ProviderMessageID != "4" {
		t.Errorf("got %+v, %v", events, err)
	}
}

func TestAReceiptWithoutATaskIdCountsByItsMessageId(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	events, _, err := push(t, w, []byte(`[{"MessageId":20260304,"From":6281234567890,"To":"639171234567","Timestamp":"1691132091000","Status":"Failed","ErrorCode":131026}]`))
	if err != nil || len(events) != 1 {
		t.Fatalf("got %+v, %v", events, err)
	}
	r := events[0].Receipt
	if r.ProviderMessageID != "20260304" || r.MessageID != "" || r.Code != "131026" || !r.At.Equal(time.UnixMilli(1691132091000)) {
		t.Errorf("got %+v", r)
	}
}

func TestMessagesFromPeopleAreRead(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1662104191973).UTC()
	for _, tt := range []struct {
		name, typ, message string
		want               channels.InboundMessage
	}{
		{"text", "TEXT", `{"not": "evaluated"}`, channels.InboundMessage{Text: `{"not": "evaluated"}`}},
		{"button", "INTERACTIVE", `{"type":"button_reply","button_reply":{"id":"y","title":"Yes"}}`, channels.InboundMessage{Text: "Yes", ButtonID: "y"}},
		{"row", "INTERACTIVE", `{"list_reply":{"id":"1","title":"One"}}`, channels.InboundMessage{Text: "One", ButtonID: "1"}},
		{"template button", "BUTTON", `{"payload":"stop","text":"Stop"}`, channels.InboundMessage{Text: "Stop", ButtonID: "stop"}},
		{
			"audio", "AUDIO", `{"filename":"File.ogg","id":"3214","mimeType":"audio/ogg","url":"https://example.com/3214.ogg"}`,
			channels.InboundMessage{Media: []channels.Media{{URL: "https://example.com/3214.ogg", ContentType: "audio/ogg", Filename: "File.ogg"}}},
		},
		{"content that is not JSON", "ODD", "changed number", channels.InboundMessage{Text: "changed number"}},
		{"a notice", "SYSTEM", "changed number", channels.InboundMessage{Kind: channels.InboundSystem, Text: "changed number"}},
		{"a reaction", "REACTION", `{"emoji":"👍","message_id":"20260304"}`, channels.InboundMessage{Kind: channels.InboundReaction, Text: "👍", ReplyTo: "20260304"}},
		{"a place", "LOCATION", `{"latitude":"51.19","longitude":5.99,"name":"Station"}`, channels.InboundMessage{Text: "51.19,5.99 Station", Data: json.RawMessage(`{"location":{"latitude":51.19,"longitude":5.99,"name":"Station"}}`)}},
		{"a form", "INTERACTIVE", `{"type":"nfm_reply","nfm_reply":{"body":"Sent","response_json":"{\"age\":32}"}}`, channels.InboundMessage{Text: "Sent", Data: json.RawMessage(`{"age":32}`)}},
		{"an order", "ORDER", `{"text":"Quick","product_items":[{"product_retailer_id":"tea","quantity":2}]}`, channels.InboundMessage{Text: "Quick\n2 × tea", Data: json.RawMessage(`{"order":{"text":"Quick","product_items":[{"product_retailer_id":"tea","quantity":2}]}}`)}},
		{"a file at no address", "DOCUMENT", `{"url":"a.pdf","caption":"See"}`, channels.InboundMessage{Text: "See"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			events, _, err := push(t, newWorld(t, channels.WhatsApp), alibabatest.Inbound("in-1", "+639171234567", tt.typ, tt.message))
			if err != nil || len(events) != 1 {
				t.Fatalf("got %+v, %v", events, err)
			}
			tt.want.ProviderMessageID, tt.want.From, tt.want.To, tt.want.ProfileName, tt.want.At = "in-1", "+639171234567", "6281234567890", "Maria", at
			if !reflect.DeepEqual(*events[0].Message, tt.want) {
				t.Errorf("got %+v, want %+v", *events[0].Message, tt.want)
			}
		})
	}
}

func TestWhatCannotBeUnderstood(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		want error
	}{
		"no list":       {`{"MessageId":"1"}`, channels.ErrUnverified},
		"an empty list": {`[]`, channels.ErrUnverified},
		"no id":         {`[{"Status":"Read"}]`, channels.ErrMalformed},
		"no sender":     {`[{"MessageId":"1","Type":"TEXT","Message":"Hi"}]`, channels.ErrMalformed},
		"status object": {`[{"MessageId":"1","Status":{}}]`, channels.ErrMalformed},
	} {
		events, reply, err := push(t, newWorld(t, channels.WhatsApp), []byte(tt.body))
		if !errors.Is(err, tt.want) || len(events) != 0 || errors.Is(err, channels.ErrUnverified) != (reply.Status == http.StatusForbidden) {
			t.Errorf("%s: got %+v, %+v, %v", name, events, reply, err)
		}
	}
}

// INVARIANT 34
func TestABrokenEntryCostsItselfOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	ours := alibaba.TaskID(w.account, "m-1")
	body := []byte(`[{"MessageId":"1","TaskId":"` + ours + `","Status":"Delivered","Timestamp":1691132091000},
		{"MessageId":"2","From":"639171234567","To":"6281234567890","Type":"TEXT","Message":"Hi","Timestamp":1691132091000},
		{"MessageId":"3","From":"639171234567","To":"6281234567890","Type":"INTERACTIVE","Message":"{\"button_reply\":{\"id\":\"y\",\"title\":\"Yes\"}}"}]`)
	list := []byte(`{"list":` + string(body) + `}`)
	channeltest.EachEntryByItself(t, list, func(t *testing.T, body []byte) ([]channels.Inbound, channels.Reply) {
		t.Helper()
		var wrapped struct {
			List json.RawMessage `json:"list"`
		}
		if err := json.Unmarshal(body, &wrapped); err != nil {
			t.Fatal(err)
		}
		events, reply, _ := push(t, w, wrapped.List)
		return events, reply
	})
}

func TestTheAddressThatTheChannelShowsWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, channels.WhatsApp)
	delete(w.account.Credentials, "webhook_token")
	address := w.provider.CallbackURL(w.account)
	if strings.Contains(address, secret) {
		t.Fatal("the address holds the secret")
	}
	send := func(a channels.Account, url string) (int, error) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, url, http.NoBody)
		events, _, err := w.provider.Webhook(a, req, []byte(`[{"MessageId":"2","From":"639171234567","Type":"TEXT","Message":"Hi"}]`))
		return len(events), err
	}
	if n, err := send(w.account, address); n != 1 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	other := w.account
	other.HookURL += "x"
	if n, err := send(other, address); n != 0 || !errors.Is(err, channels.ErrUnverified) {
		t.Errorf("another channel takes it: %d, %v", n, err)
	}
}
