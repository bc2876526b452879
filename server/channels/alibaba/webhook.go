package alibaba

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
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
	MessageID        channels.Word `json:"MessageId"`
	MessageIDSnake   channels.Word `json:"message_id"`
	TaskID           channels.Word `json:"TaskId"`
	TaskIDSnake      channels.Word `json:"task_id"`
	From             channels.Word `json:"From"`
	To               channels.Word `json:"To"`
	Timestamp        channels.Word `json:"Timestamp"`
	Status           channels.Word `json:"Status"`
	ErrorCode        channels.Word `json:"ErrorCode"`
	ErrorCodeSnake   channels.Word `json:"error_code"`
	ErrorDescription channels.Word `json:"ErrorDescription"`
	ErrorTextSnake   channels.Word `json:"error_description"`
	ReceiveDate      channels.Word `json:"ReceiveDate"`
	ReceiveDateSnake channels.Word `json:"receive_date"`

	Type    channels.Word `json:"Type"`
	Message channels.Word `json:"Message"`
	Name    channels.Word `json:"Name"`
	// ContextMessageID names the message that this one answers.
	ContextMessageID channels.Word `json:"ContextMessageId"`
	Context          channels.Maybe[struct {
		ID        channels.Word `json:"id"`
		MessageID channels.Word `json:"messageId"`
	}] `json:"Context"`
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
	// One entry that cannot be understood costs itself only: Alibaba Cloud would push
	// all of them again.
	var events []channels.Inbound
	var broken error
	if entries.Broken > 0 {
		broken = channels.Malformed("an entry is no report")
	}
	for _, e := range entries.List {
		event, err := p.event(a, e)
		switch {
		case err != nil:
			broken = err
		case event != nil:
			events = append(events, *event)
		}
	}
	if len(events) > 0 {
		broken = nil
	}
	return events, reply(http.StatusOK, "ok"), broken
}

// CallbackURL is the address to enter in the Alibaba Cloud console.
func (p *Provider) CallbackURL(a channels.Account) string {
	token := callbackToken(a)
	if token == "" {
		return a.HookURL
	}
	return a.HookURL + "?" + TokenParam + "=" + token
}

// callbackToken proves the address of the channel. It is made of the AccessKey's
// secret, which cannot be found from it.
func callbackToken(a channels.Account) string {
	return channels.HookToken(a.Credentials[credKeySecret], a.HookURL, "alibaba callbacks")
}

// verified returns the entries of a request with the channel's token.
func verified(a channels.Account, r *http.Request, body []byte) (channels.Items[entry], error) {
	var entries channels.Items[entry]
	given := r.URL.Query().Get(TokenParam)
	switch {
	case a.Credentials[credWebhookToken] == "" && (a.Credentials[credKeySecret] == "" || a.HookURL == ""):
		return entries, unverified("the channel has no AccessKey secret or the server no public address to check the token with")
	case r.Method != http.MethodPost:
		return entries, unverified("Alibaba Cloud calls with POST")
	case given == "" || !same(given, a.Credentials[credWebhookToken]) && !same(given, callbackToken(a)):
		return entries, unverified("the webhook token in the address is missing or wrong; check the address in the Alibaba Cloud console")
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return entries, unverified("the body is not a list of reports")
	}
	if len(list) == 0 || len(list) > maxEntries {
		return entries, unverified("it reports on no message or on too many")
	}
	if err := entries.UnmarshalJSON(body); err != nil {
		return entries, unverified("the body is not a list of reports")
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
		receipt.Code, receipt.Reason = first(string(e.ErrorCode), string(e.ErrorCodeSnake)), first(string(e.ErrorDescription), string(e.ErrorTextSnake))
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
	if at := e.Timestamp.Millis(); !at.IsZero() {
		return at
	}
	written := first(string(e.ReceiveDate), string(e.ReceiveDateSnake))
	if t, err := time.Parse(time.RFC1123Z, written); err == nil {
		return channels.PlausibleTime(t)
	}
	// Without a zone it is China's time.
	if t, err := time.ParseInLocation(time.DateTime, written, time.FixedZone("UTC+8", 8*60*60)); err == nil {
		return channels.PlausibleTime(t)
	}
	return time.Time{}
}

// message reads a message from a person. What it holds, Message, is a text for
// the type TEXT and a JSON object written as a text for the others.
func (p *Provider) message(a channels.Account, id string, e entry) (*channels.Inbound, error) {
	from := string(e.From)
	if from == "" || a.Type == channels.SMS {
		return nil, fmt.Errorf("%w: an entry is neither a receipt nor a message", channels.ErrMalformed)
	}
	if a.Type.ByPhone() {
		from = a.Type.Person(from)
	}
	m := &channels.InboundMessage{
		ProviderMessageID: id, From: from, To: string(e.To), ProfileName: string(e.Name), At: e.at(),
		ReplyTo: first(string(e.ContextMessageID), string(e.Context.Value.MessageID), string(e.Context.Value.ID)),
	}
	switch strings.ToUpper(string(e.Type)) {
	case "REACTION":
		m.Kind = channels.InboundReaction
	case "SYSTEM":
		m.Kind = channels.InboundSystem
	case "UNSUPPORTED", "UNKNOWN":
		m.Kind = channels.InboundUnsupported
	case "TEXT":
		m.Text = string(e.Message)
		return &channels.Inbound{Message: m}, nil
	}
	fill(m, string(e.Message))
	return &channels.Inbound{Message: m}, nil
}

// content is what a message of another type than TEXT holds. Of each type some
// parts are there.
type content struct {
	Text     channels.Word `json:"text"`
	Body     channels.Word `json:"body"`
	Caption  channels.Word `json:"caption"`
	Title    channels.Word `json:"title"`
	Payload  channels.Word `json:"payload"`
	URL      channels.Word `json:"url"`
	MimeType channels.Word `json:"mimeType"`
	Filename channels.Word `json:"filename"`

	ButtonReply channels.Maybe[choice] `json:"button_reply"`
	ListReply   channels.Maybe[choice] `json:"list_reply"`
	// FlowReply are a form's answers, a JSON object as text.
	FlowReply channels.Maybe[struct {
		Body    channels.Word `json:"body"`
		Answers channels.Word `json:"response_json"`
	}] `json:"nfm_reply"`

	Latitude  json.Number   `json:"latitude"`
	Longitude json.Number   `json:"longitude"`
	Name      channels.Word `json:"name"`
	Address   channels.Word `json:"address"`

	Emoji     channels.Word                    `json:"emoji"`
	MessageID channels.Word                    `json:"message_id"`
	Products  channels.Items[channels.Product] `json:"product_items"`
}

// choice is the button or row that a person chose.
type choice struct {
	ID    channels.Word `json:"id"`
	Title channels.Word `json:"title"`
}

// fill sets the content.
func fill(m *channels.InboundMessage, message string) {
	var c content
	if err := json.Unmarshal([]byte(message), &c); err != nil {
		// A type that writes its content plainly: what the person wrote counts.
		m.Text = message
		return
	}
	button, row := c.ButtonReply.Value, c.ListReply.Value
	m.Text = first(string(c.Text), string(c.Body), string(c.Caption), string(c.Title), string(button.Title), string(row.Title), string(c.Emoji))
	m.ButtonID = first(string(button.ID), string(row.ID), string(c.Payload))
	switch {
	case m.Kind == channels.InboundReaction:
		m.ReplyTo = first(string(c.MessageID), m.ReplyTo)
	case c.FlowReply.Given:
		m.Text, m.Data = string(c.FlowReply.Value.Body), channels.Object(json.RawMessage(c.FlowReply.Value.Answers))
	case c.Latitude != "":
		channels.Place{Latitude: c.Latitude, Longitude: c.Longitude, Name: string(c.Name), Address: string(c.Address)}.Say(m)
	case len(c.Products.List) > 0:
		channels.SayOrder(m, m.Text, c.Products.List, json.RawMessage(message))
	}
	if channels.Fetchable(string(c.URL)) {
		m.Media = []channels.Media{{URL: string(c.URL), ContentType: string(c.MimeType), Filename: string(c.Filename)}}
	}
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
