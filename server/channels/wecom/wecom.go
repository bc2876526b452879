// Package wecom says things in WeCom groups through their robots, and reads what
// members say to a robot.
//
// The facts come from WeCom's developer documents: "Group robot configuration"
// (the push), "Receiving messages", "Passive replies" and "Encryption and
// decryption" (callbacks), and the global error codes.
//
// A flow's messages go to the group by the push. The next one of a run that got a
// member's message goes to the address that came with that message (response_url),
// when it has a form that is taken there; see answer.go.
package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "wecom"

const (
	title          = "WeCom"
	defaultBaseURL = "https://qyapi.weixin.qq.com"

	credKey    = "key"
	credToken  = "callback_token"
	credAESKey = "encoding_aes_key"

	settingReceiveID = "receive_id"
	settingGreeting  = "greeting"

	// messagesPerMinute is WeCom's limit for each robot.
	messagesPerMinute = 20
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
	DoUpTo(req *http.Request, maxBytes int64) (*egress.Response, error)
}

// Provider is WeCom. It keeps no state about accounts.
type Provider struct {
	http  Doer
	now   func() time.Time
	kind  channels.Kind
	codes map[string]channels.KnownCode
}

// New makes the provider.
func New(client Doer) *Provider {
	return &Provider{http: client, now: time.Now, kind: kind(), codes: knownCodes()}
}

// Kind describes WeCom.
func (p *Provider) Kind() channels.Kind { return p.kind }

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.codes }

func kind() channels.Kind {
	return channels.Kind{
		Name: Name, Title: title,
		Help: "Messages to a WeCom group through its robot. The channel is the group: everybody in it sees them. " +
			"Only when a run got a member's message, its next markdown goes to the chat that the message came from, and so does a card to a person alone: " +
			"WeCom takes one answer to each message, within an hour. Text, and all that follows, goes to the group.",
		ChannelTypes: []channels.ChannelType{channels.WeCom},
		Credentials: []channels.Field{
			{
				Name: credKey, Title: "Robot key", Required: true, Secret: true, Pattern: `[0-9A-Za-z-]{8,64}`,
				Help: "In WeCom: the group's robots, this robot, its webhook address. The key is what follows “key=” in it.",
			},
			{
				Name: credToken, Title: "Callback token", Secret: true, Pattern: `[0-9A-Za-z]{3,32}`,
				Help: "For messages to the robot: the Token in its settings for receiving messages. Without it none come in.",
			},
			{
				Name: credAESKey, Title: "EncodingAESKey", Secret: true, Pattern: `[0-9A-Za-z]{43}`,
				Help: "Goes with the callback token; 43 letters and digits beside it.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingReceiveID, Title: "Receive id", Pattern: `[0-9A-Za-z_-]{1,64}`, Example: "wx5823bf96d3bd56c7",
				Help: "The company's id (CorpID), if callbacks of this robot carry it. Then only those that do are taken.",
			},
			{
				// A character has up to four bytes, and a text up to maxText.
				Name: settingGreeting, Title: "Greeting", Multiline: true, Pattern: `[\s\S]{1,512}`, Example: "Hello. What can I do for you?",
				Help: "What the robot says to a person who opens its chat, once a day. Up to 512 characters. Without it the robot says nothing.",
			},
		},
		Identity: []string{credKey},
		Sections: []channels.Section{
			{Name: "account", Title: "Robot", Fields: []string{credKey}},
			{Name: "replies", Title: "Messages to the robot", Folded: true, Fields: []string{credToken, credAESKey, settingReceiveID, settingGreeting}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{channels.WeCom: {}},
		Forms: map[channels.ChannelType][]flows.MessageType{channels.WeCom: {
			flows.MessageText, flows.MessageMarkdown, flows.MessageMarkdownV2, flows.MessageImage, flows.MessageNews, flows.MessageFile, flows.MessageCard,
		}},
		DefaultBaseURL: defaultBaseURL,
		RatePerSecond:  map[channels.ChannelType]float64{channels.WeCom: messagesPerMinute / 60.0},
		Inbound:        true,
		HookHelp:       "In WeCom: the robot's settings, receiving messages, URL. Save the callback token and the EncodingAESKey here first: WeCom tries the address at once.",
	}
}

// Verify uploads a file of one line, which nobody sees and WeCom deletes after
// three days: the only call that needs the key and says nothing in the group.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if a.Credentials[credKey] == "" {
		return channels.MissingSetting("robot key")
	}
	_, err := p.upload(ctx, a, "sluice.txt", []byte("Sluice checks the robot's key.\n"))
	return err
}

// answer is what every method answers.
type answer struct {
	Code    *int   `json:"errcode"`
	Message string `json:"errmsg"`
	MediaID string `json:"media_id"`
}

// upload stores a file for three days and returns its media id.
func (p *Provider) upload(ctx context.Context, a channels.Account, name string, content []byte) (string, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("media", name)+"; filelength="+strconv.Itoa(len(content)))
	header.Set("Content-Type", "application/octet-stream")
	part, err := form.CreatePart(header)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil || form.Close() != nil {
		panic("wecom: a form cannot be written to memory")
	}
	got, err := p.call(ctx, a, "/cgi-bin/webhook/upload_media", url.Values{"type": {"file"}}, form.FormDataContentType(), &body)
	if err != nil {
		return "", err
	}
	if got.MediaID == "" {
		return "", channels.NoAnswer(title, nil)
	}
	return got.MediaID, nil
}

// call posts to the robot. The key is in the address, which the outbound client
// keeps out of its errors.
func (p *Provider) call(ctx context.Context, a channels.Account, path string, query url.Values, contentType string, body io.Reader) (answer, error) {
	query.Set("key", a.Credentials[credKey])
	return p.post(ctx, a, a.Base(defaultBaseURL)+path+"?"+query.Encode(), contentType, body)
}

// post makes a call and reads the errcode of its answer.
func (p *Provider) post(ctx context.Context, a channels.Account, address, contentType string, body io.Reader) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return answer{}, channels.BadBaseURL(defaultBaseURL)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := p.http.Do(req)
	if err != nil {
		return answer{}, channels.NetworkError(title, err)
	}
	if resp.Status < 200 || resp.Status > 299 {
		return answer{}, channels.AnswerError(title, "", "", resp.Status, resp.Header)
	}
	var got answer
	if err := json.Unmarshal(resp.Body, &got); err != nil || got.Code == nil {
		return answer{}, channels.NoAnswer(title, err)
	}
	if *got.Code != 0 {
		return answer{}, p.refused(a, *got.Code, got.Message, resp.Header)
	}
	return got, nil
}
