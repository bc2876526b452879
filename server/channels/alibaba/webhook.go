package alibaba

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
)

const (
	// TokenParam holds the channel's webhook token in the address.
	TokenParam = "token"

	// maxEntries bounds the entries of one request. Alibaba Cloud documents no
	// number; its queues hand out at most 16 at a time.
	maxEntries = 500

	// macLength is how many hexadecimal digits of a TaskId prove it: 128 bits.
	macLength = 32
)

// entry is one element of a push: a receipt of either service, or a message
// from a person. The SMS service writes its names like MessageId or like
// message_id, depending on the region (GlobeSmsReport).
type entry struct {
	MessageID        text   `json:"MessageId"`
	MessageIDSnake   text   `json:"message_id"`
	TaskID           text   `json:"TaskId"`
	TaskIDSnake      text   `json:"task_id"`
	From             text   `json:"From"`
	To               text   `json:"To"`
	Timestamp        text   `json:"Timestamp"`
	Status           text   `json:"Status"`
	ErrorCode        text   `json:"ErrorCode"`
	ErrorCodeSnake   text   `json:"error_code"`
	ErrorDescription string `json:"ErrorDescription"`
	ErrorTextSnake   string `json:"error_description"`
	ReceiveDate      string `json:"ReceiveDate"`
	ReceiveDateSnake string `json:"receive_date"`

	Type    string `json:"Type"`
	Message string `json:"Message"`
	Name    string `json:"Name"`
}

// text is a value that is written as a text or as a number.
type text string

// UnmarshalJSON takes both.
func (t *text) UnmarshalJSON(data []byte) error {
	var number json.Number
	if err := json.Unmarshal(data, &number); err == nil {
		*t = text(number)
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

// taskID is what a message carries to Alibaba Cloud and its receipts carry
// back: our message id, with a proof that this channel made it. The pushes are
// not signed, so this is what tells receipts for our messages from others.
func taskID(a channels.Account, messageID string) string {
	return messageID + "." + channels.HookToken(a.Credentials[credKeySecret], "alibaba "+a.ID, messageID)[:macLength]
}

// ours returns the message id of a TaskId that this channel made, else "".
func ours(a channels.Account, task string) string {
	i := strings.LastIndexByte(task, '.')
	if i <= 0 || a.Credentials[credKeySecret] == "" {
		return ""
	}
	if subtle.ConstantTimeCompare([]byte(taskID(a, task[:i])), []byte(task)) != 1 {
		return ""
	}
	return task[:i]
}

// Webhook reads receipts and messages. Alibaba Cloud signs nothing, so a token
// in the address, which only its console was told, has to prove them. A receipt
// counts only for a message of this channel, which its TaskId tells; receipts
// for others, such as those sent from the console, are passed over. An old
// receipt can be replayed, but it can only say again what it said before, which
// changes nothing.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	entries, err := verified(a, r, body)
	if err != nil {
		return nil, reply(http.StatusForbidden, "The request does not prove that Alibaba Cloud sent it."), err
	}
	var events []channels.Inbound
	for _, e := range entries {
		event, err := p.event(a, e)
		if err != nil {
			return nil, reply(http.StatusBadRequest, "The request cannot be understood."), err
		}
		if event != nil {
			events = append(events, *event)
		}
	}
	return events, reply(http.StatusOK, "ok"), nil
}

// verified returns the entries of a request with the channel's token.
func verified(a channels.Account, r *http.Request, body []byte) ([]entry, error) {
	token := a.Credentials[credWebhookToken]
	switch {
	case token == "":
		return nil, unverified("the channel has no webhook token; set one, and add it to the address in the Alibaba Cloud console as ?token=")
	case r.Method != http.MethodPost:
		return nil, unverified("Alibaba Cloud calls with POST")
	case !same(r.URL.Query().Get(TokenParam), token):
		return nil, unverified("the webhook token in the address is missing or wrong; check the address in the Alibaba Cloud console")
	}
	var entries []entry
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, unverified("the body is not a list of reports")
	}
	if len(entries) == 0 || len(entries) > maxEntries {
		return nil, unverified("it reports on no message or on too many")
	}
	return entries, nil
}

// same compares hashes, so that the time tells nothing of the length.
func same(given, want string) bool {
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}

func unverified(why string) error { return fmt.Errorf("%w: %s", channels.ErrUnverified, why) }

func (e entry) task() string { return first(string(e.TaskID), string(e.TaskIDSnake)) }

// event reads one entry. It returns nil for one that is not about a message of
// this channel or brings no news.
func (p *Provider) event(a channels.Account, e entry) (*channels.Inbound, error) {
	id := first(string(e.MessageID), string(e.MessageIDSnake))
	if id == "" {
		return nil, fmt.Errorf("%w: an entry has no MessageId", channels.ErrMalformed)
	}
	if e.Status == "" {
		return p.message(a, id, e)
	}
	receipt := &channels.Receipt{
		ProviderMessageID: id, MessageID: ours(a, e.task()), Status: statusOf(a.Type, string(e.Status)),
		Raw: string(e.Status), At: e.at(),
	}
	switch {
	case receipt.MessageID == "" && e.task() != "":
		// The message was not sent by this channel. Without a TaskId the message's
		// own id tells whether it was.
		return nil, nil //nolint:nilnil // nil is the documented answer for no news.
	case receipt.Status == channels.StatusNone:
		return nil, nil //nolint:nilnil // nil is the documented answer for no news.
	case receipt.Status == channels.StatusFailed:
		receipt.Code, receipt.Reason = first(string(e.ErrorCode), string(e.ErrorCodeSnake)), first(e.ErrorDescription, e.ErrorTextSnake)
		if receipt.Code == "" {
			receipt.Code = receipt.Raw
		}
		if k, ok := p.lookUp(receipt.Code); ok {
			receipt.Reason = k.Message
		}
		receipt.Reason = p.kind.Redact(a, receipt.Reason)
	}
	return &channels.Inbound{Receipt: receipt}, nil
}

// statusOf maps the words of CAMS and the numbers of the SMS service.
// StatusNone marks those that are no news of a message.
func statusOf(t channels.ChannelType, status string) channels.Status {
	if t == channels.SMS {
		switch status {
		case "1", "3":
			return channels.StatusDelivered
		case "2", "6":
			return channels.StatusFailed
		}
		return channels.StatusUnknown
	}
	switch strings.ToLower(status) {
	case "sent":
		return channels.StatusSent
	case "delivered":
		return channels.StatusDelivered
	case "read":
		return channels.StatusRead
	case "failed":
		return channels.StatusFailed
	// The person removed the message, blocked the sender, or let it in again.
	case "deleted", "unsubscribe", "subscribe":
		return channels.StatusNone
	}
	return channels.StatusUnknown
}

// at is when it happened. The zero time stands for one that cannot be read: it
// is only shown.
func (e entry) at() time.Time {
	if ms, err := strconv.ParseInt(string(e.Timestamp), 10, 64); err == nil && ms > 0 {
		return time.UnixMilli(ms).UTC()
	}
	written := first(e.ReceiveDate, e.ReceiveDateSnake)
	if t, err := time.Parse(time.RFC1123Z, written); err == nil {
		return t.UTC()
	}
	// Without a zone it is China's time.
	if t, err := time.ParseInLocation(time.DateTime, written, time.FixedZone("UTC+8", 8*60*60)); err == nil {
		return t.UTC()
	}
	return time.Time{}
}

// message reads a message from a person. What it holds, Message, is a text for
// the type TEXT and a JSON object written as a text for the others.
func (p *Provider) message(a channels.Account, id string, e entry) (*channels.Inbound, error) {
	from := digits(string(e.From))
	if from == "" || a.Type == channels.SMS {
		return nil, fmt.Errorf("%w: an entry is neither a receipt nor a message", channels.ErrMalformed)
	}
	if a.Type.ByPhone() {
		from = "+" + from
	}
	m := &channels.InboundMessage{ProviderMessageID: id, From: from, To: string(e.To), ProfileName: e.Name, At: e.at()}
	if strings.EqualFold(e.Type, "TEXT") {
		m.Text = e.Message
		return &channels.Inbound{Message: m}, nil
	}
	var content struct {
		Text     string `json:"text"`
		Caption  string `json:"caption"`
		Title    string `json:"title"`
		Payload  string `json:"payload"`
		URL      string `json:"url"`
		MimeType string `json:"mimeType"`

		ButtonReply choice `json:"button_reply"`
		ListReply   choice `json:"list_reply"`
	}
	if err := json.Unmarshal([]byte(e.Message), &content); err != nil {
		// A type that writes its content plainly: what the person wrote counts.
		m.Text = e.Message
		return &channels.Inbound{Message: m}, nil //nolint:nilerr // See above.
	}
	m.Text = first(content.Text, content.Caption, content.Title, content.ButtonReply.Title, content.ListReply.Title)
	m.ButtonID = first(content.ButtonReply.ID, content.ListReply.ID, content.Payload)
	if content.URL != "" {
		m.Media = []channels.Media{{URL: content.URL, ContentType: content.MimeType}}
	}
	return &channels.Inbound{Message: m}, nil
}

// choice is the button or row that a person chose.
type choice struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// reply answers as the documents ask: "return HTTP status code 200 and a code of
// 0" ends the repetition of a push.
func reply(status int, message string) channels.Reply {
	code := 0
	if status != http.StatusOK {
		code = status
	}
	data, err := json.Marshal(map[string]any{"code": code, "msg": message})
	if err != nil {
		panic("alibaba: a reply cannot be written as JSON: " + err.Error())
	}
	return channels.Reply{Status: status, ContentType: "application/json", Body: data}
}
