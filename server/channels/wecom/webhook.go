package wecom

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/server/channels"
)

// maxAge is how far a callback's time may be from ours, either way. WeCom tries
// again three times within seconds.
const maxAge = 5 * time.Minute

// Webhook answers WeCom's check of the address (GET), and reads what members say
// to the robot (POST). The check's text goes back in the clear, as it was
// decrypted; whatever else is answered is encrypted.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		query = url.Values{}
	}
	switch r.Method {
	case http.MethodGet:
		echo, _, err := p.open(a, query, query.Get("echostr"))
		if err == nil {
			err = p.mayEcho(query, echo)
		}
		if err != nil {
			return nil, refusal(), err
		}
		return nil, channels.Reply{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Body: []byte(echo)}, nil
	case http.MethodPost:
	default:
		return nil, refusal(), channels.Unverified("WeCom calls with GET and POST")
	}
	var envelope struct {
		Encrypt string `json:"encrypt"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, refusal(), channels.Unverified("the body holds no encrypted content")
	}
	content, receiveID, err := p.open(a, query, envelope.Encrypt)
	if err == nil {
		err = p.recent(query)
	}
	if err != nil {
		return nil, refusal(), err
	}
	c, message, err := read(content)
	if err != nil {
		// It is WeCom's, and would only be repeated.
		return nil, channels.Reply{Status: http.StatusOK}, err
	}
	if message == nil {
		reply, err := p.greet(a, c, receiveID)
		return nil, reply, err
	}
	message.Answer = p.answer(a, c, query)
	return []channels.Inbound{{Message: message}}, channels.Reply{Status: http.StatusOK}, nil
}

// mayEcho keeps the content of callbacks from whoever caught one and asks for it
// as if WeCom checked the address. What WeCom has echoed is a number, which tells
// nothing: that may be asked for at any time, as with the documented example.
func (p *Provider) mayEcho(query url.Values, echo string) error {
	if echo != "" && strings.Trim(echo, "0123456789") == "" {
		return nil
	}
	if strings.HasPrefix(strings.TrimSpace(echo), "{") || strings.HasPrefix(strings.TrimSpace(echo), "<") {
		return channels.Unverified("what is to be echoed is a callback's content")
	}
	return p.recent(query)
}

// recent refuses a request that was signed too long ago.
func (p *Provider) recent(query url.Values) error {
	seconds, err := strconv.ParseInt(query.Get("timestamp"), 10, 64)
	if age := p.now().Sub(time.Unix(seconds, 0)); err != nil || age > maxAge || age < -maxAge {
		return channels.Unverified("the request is too old; check this server's clock")
	}
	return nil
}

func refusal() channels.Reply {
	return channels.TextReply(http.StatusForbidden, "The request does not prove that WeCom sent it.")
}

// open checks the signature and decrypts: the content and the receive id behind
// it.
func (p *Provider) open(a channels.Account, query url.Values, encrypted string) (content, receiveID string, err error) {
	token, key := a.Credentials[credToken], a.Credentials[credAESKey]
	switch {
	case token == "" || key == "":
		return "", "", channels.Unverified("the channel has no callback token or no EncodingAESKey")
	case encrypted == "":
		return "", "", channels.Unverified("there is no encrypted content")
	case !channels.SameSecret(query.Get("msg_signature"), Signature(token, query.Get("timestamp"), query.Get("nonce"), encrypted)):
		return "", "", channels.Unverified("the signature is missing or wrong; check the callback token")
	}
	content, receiveID, err = Decrypt(key, encrypted)
	if err != nil {
		return "", "", channels.Unverified("the content cannot be decrypted; check the EncodingAESKey")
	}
	if want := a.Settings[settingReceiveID]; want != "" && receiveID != want {
		return "", "", channels.Unverified("the content is for another receive id than the channel's")
	}
	return content, receiveID, nil
}

// callback is both shapes of a message.
type callback struct {
	ID     channels.Word         `json:"msgid"`
	ChatID channels.Word         `json:"chatid"`
	From   channels.Maybe[user]  `json:"from"`
	Type   channels.Word         `json:"msgtype"`
	Text   channels.Maybe[text]  `json:"text"`
	Voice  channels.Maybe[text]  `json:"voice"`
	Image  channels.Maybe[file]  `json:"image"`
	File   channels.Maybe[file]  `json:"file"`
	Video  channels.Maybe[file]  `json:"video"`
	Mixed  channels.Maybe[mixed] `json:"mixed"`
	Event  channels.Maybe[event] `json:"event"`
	// ResponseURL takes one answer; ChatType is "single" or "group".
	ResponseURL channels.Word `json:"response_url"`
	ChatType    channels.Word `json:"chattype"`

	Content  channels.Word `json:"msgContent"`
	UserName channels.Word `json:"userName"`
}

type event struct {
	Type channels.Word `json:"eventtype"`
}

type user struct {
	ID channels.Word `json:"userid"`
}

type text struct {
	Content channels.Word `json:"content"`
}

type file struct {
	URL  channels.Word `json:"url"`
	Name channels.Word `json:"filename"`
}

type mixed struct {
	Items channels.Items[struct {
		Type  channels.Word        `json:"msgtype"`
		Text  channels.Maybe[text] `json:"text"`
		Image channels.Maybe[file] `json:"image"`
	}] `json:"msg_item"`
}

// read reads a callback and the message in it, which is nil for events, such as
// somebody opening the chat. The older shape writes the same names in another
// case ("msgId", "chatId", "msgType"), which encoding/json takes for the same.
func read(content string) (callback, *channels.InboundMessage, error) {
	var c callback
	if err := json.Unmarshal([]byte(content), &c); err != nil {
		return c, nil, channels.Malformed("the decrypted content is not JSON")
	}
	if c.Type == "event" {
		return c, nil, nil
	}
	m := &channels.InboundMessage{ProviderMessageID: string(c.ID), From: string(c.From.Value.ID), To: string(c.ChatID)}
	if m.From == "" {
		m.From, m.ProfileName = string(c.UserName), string(c.UserName)
	}
	if m.From == "" || m.ProviderMessageID == "" {
		return c, nil, channels.Malformed("the message names no sender or no id")
	}
	if m.To == "" {
		// A chat with one person has no id of its own.
		m.To = m.From
	}
	m.Text = strings.TrimSpace(string(c.Text.Value.Content + c.Voice.Value.Content + c.Content))
	add := func(f file, contentType string) {
		if channels.Fetchable(string(f.URL)) {
			m.Media = append(m.Media, channels.Media{URL: string(f.URL), ContentType: contentType, Filename: string(f.Name)})
		}
	}
	add(c.Image.Value, "image/*")
	add(c.File.Value, "")
	add(c.Video.Value, "video/*")
	for _, item := range c.Mixed.Value.Items.List {
		m.Text = strings.TrimSpace(m.Text + " " + string(item.Text.Value.Content))
		add(item.Image.Value, "image/*")
	}
	return c, m, nil
}
