// Package metamessaging sends messages through Meta's Messenger Platform, to
// people on Messenger and on Instagram, and reads its webhooks.
//
// The facts about the API come from Meta's public documentation: the Send API,
// the webhook events and the error codes of the Messenger Platform, and the
// Instagram API with Instagram Login.
package metamessaging

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// Name is the kind's name.
const Name = "meta_messaging"

const (
	title        = "Meta Messenger and Instagram"
	messengerURL = "https://graph.facebook.com"
	instagramURL = "https://graph.instagram.com"

	settingAccount = "account_id"
)

// Provider is the Messenger Platform. It keeps no state about accounts.
type Provider struct {
	api  graph.API
	now  func() time.Time
	kind channels.Kind
}

// New makes the provider.
func New(client graph.Doer) *Provider {
	return &Provider{now: time.Now, kind: kind(), api: graph.API{
		HTTP: client, Kind: kind(), Codes: knownCodes(), Special: bySubcode,
		BaseURL: func(a channels.Account) string {
			if a.Type == channels.Instagram {
				return instagramURL
			}
			return messengerURL
		},
	}}
}

// Kind describes the Messenger Platform.
func (p *Provider) Kind() channels.Kind { return p.kind }

// KnownCodes is the table for the documentation.
func (p *Provider) KnownCodes() map[string]channels.KnownCode { return p.api.Codes.Known() }

func kind() channels.Kind {
	return channels.Kind{
		Name:  Name,
		Title: title,
		Help: "Conversations with people who wrote to a Facebook Page or an Instagram account. " +
			"They are addressed by the id that Meta gives them for that account, which their first message brings.",
		ChannelTypes: []channels.ChannelType{channels.Messenger, channels.Instagram},
		HookHelp: "In the Meta App Dashboard under Webhooks, as the callback URL of the object Page or Instagram. " +
			"Subscribe to messages, messaging_postbacks and message_echoes; on Messenger also to message_deliveries and message_reads, on Instagram to messaging_seen.",
		Credentials: []channels.Field{
			{
				Name: graph.AccessToken, Title: "Access token", Required: true, Secret: true,
				Help: "For Messenger a Page access token with pages_messaging, made by a system user so that it does not end. " +
					"For Instagram a long-lived token with instagram_business_manage_messages.",
			},
			{
				Name: graph.AppSecret, Title: "App secret", Required: true, Secret: true,
				Help: "In the Meta App Dashboard under App settings, Basic; for Instagram the Instagram app secret on the Instagram API set-up page. Meta signs its webhooks with it.",
			},
			{
				Name: graph.VerifyToken, Title: "Verify token", Required: true, Secret: true,
				Help: "A word of your choice. Enter the same one beside the callback URL in the Meta App Dashboard.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingAccount, Title: "Page or Instagram account ID", Required: true, Pattern: `\d{5,25}`, Example: "106540352242922",
				Help: "The Page's ID from its About page, or the Instagram professional account's ID from the app's Instagram API set-up page.",
			},
			graph.VersionField(),
		},
		Identity: []string{settingAccount},
		Sections: []channels.Section{
			{Name: "account", Title: "Account", Fields: []string{settingAccount, graph.AccessToken}},
			{Name: "callbacks", Title: "Receipts and replies", Fields: []string{graph.AppSecret, graph.VerifyToken}},
			{Name: channels.SectionMore, Folded: true, Fields: []string{graph.Version}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{
			channels.Messenger: {Delivered: true, Read: true},
			channels.Instagram: {Read: true},
		},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.Messenger: {
				flows.MessageText, flows.MessageImage, flows.MessageVideo, flows.MessageAudio, flows.MessageDocument, flows.MessageButtons,
			},
			channels.Instagram: {flows.MessageText, flows.MessageImage, flows.MessageVideo, flows.MessageAudio, flows.MessageButtons},
		},
		DefaultBaseURL: messengerURL,
		// "300 calls per second" with text and links, 100 for Instagram.
		RatePerSecond: map[channels.ChannelType]float64{channels.Messenger: 300, channels.Instagram: 100},
		Inbound:       true,
	}
}

// Send creates a message. The Send API has no idempotency key: after
// ClassUnknown the message may exist, and its echo will then carry our message
// id, as "metadata". Nor has it an end of validity, so that a deadline is kept
// up to the hand-over only.
func (p *Provider) Send(ctx context.Context, a channels.Account, o channels.Outbound) (channels.Accepted, error) {
	if err := checkComplete(a); err != nil {
		return channels.Accepted{}, err
	}
	if !o.Deadline.IsZero() && !p.now().Before(o.Deadline) {
		return channels.Accepted{}, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeDeadline,
			Message: "The message's deadline passed before it was handed to Meta.",
		}
	}
	message, err := p.content(a, o)
	if err != nil {
		return channels.Accepted{}, err
	}
	if o.MessageID != "" {
		message["metadata"] = o.MessageID
	}
	content := object{"recipient": object{"id": o.To}, "messaging_type": "RESPONSE", "message": message}
	if o.Category == categoryAgent {
		content["messaging_type"], content["tag"] = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	req, err := p.api.Request(ctx, a, http.MethodPost, a.Settings[settingAccount], "/messages", nil, content)
	if err != nil {
		return channels.Accepted{}, err
	}
	body, err := p.api.Call(a, req)
	if err != nil {
		return channels.Accepted{}, err
	}
	var answer struct {
		MessageID string `json:"message_id"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.MessageID == "" {
		return channels.Accepted{}, channels.NoAnswer("Meta", err)
	}
	return channels.Accepted{ProviderMessageID: answer.MessageID}, nil
}

// checkComplete catches a channel that was never set up to the end. The verify
// token is not needed for calls.
func checkComplete(a channels.Account) error {
	missing := ""
	switch {
	case a.Credentials[graph.AccessToken] == "":
		missing = "access token"
	case a.Credentials[graph.AppSecret] == "":
		missing = "app secret"
	case a.Settings[settingAccount] == "":
		missing = "Page or Instagram account ID"
	default:
		return nil
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: channels.CodeSettings,
		Message: "The channel has no " + missing + ".",
		Hint:    "Complete the channel's settings and bind it again.",
	}
}
