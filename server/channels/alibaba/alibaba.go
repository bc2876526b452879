// Package alibaba sends WhatsApp, Viber, Messenger and Instagram messages through Alibaba Cloud's
// Chat App Message Service (CAMS) and SMS through its Short Message Service,
// and reads the receipts and messages that both push.
//
// The facts about the APIs come from Alibaba Cloud's public documents: Chat App
// Message Service API 2020-06-06 (SendChatappMessage, QueryChatappPhoneNumbers,
// ListChatappTemplate, ChatAppStatus, ChatAppInbound), Short Message Service API
// 2018-05-01 (SendMessageToGlobe, QueryMessage, GlobeSmsReport), and "V3 request
// syntax and signature method".
package alibaba

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/egress"
)

// Name is the kind's name.
const Name = "alibaba"

const (
	title = "Alibaba Cloud"

	// Both services answer at an endpoint of their own. The Singapore ones
	// serve every customer outside the Chinese mainland.
	chatURL = "https://cams.ap-southeast-1.aliyuncs.com"
	smsURL  = "https://dysmsapi.ap-southeast-1.aliyuncs.com"

	chatVersion = "2020-06-06"
	smsVersion  = "2018-05-01"

	credKeyID        = "access_key_id"
	credKeySecret    = "access_key_secret"
	credWebhookToken = "webhook_token"
	settingSender    = "sender"
	settingSpace     = "space_id"
)

// Doer makes outbound HTTP requests; *egress.Client is the real one.
type Doer interface {
	Do(req *http.Request) (*egress.Response, error)
}

// Provider is Alibaba Cloud. It keeps no state about accounts.
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

// Kind describes Alibaba Cloud.
func (p *Provider) Kind() channels.Kind { return p.kind }

func kind() channels.Kind {
	return channels.Kind{
		Name:  Name,
		Title: title,
		Help: "WhatsApp, Viber, Messenger and Instagram through Chat App Message Service, and SMS outside the Chinese mainland. " +
			"Enter the channel's webhook address in the Alibaba Cloud console as the HTTP address for receipts and for incoming messages.",
		ChannelTypes: []channels.ChannelType{channels.WhatsApp, channels.Viber, channels.Messenger, channels.Instagram, channels.SMS},
		Credentials: []channels.Field{
			{
				Name: credKeyID, Title: "AccessKey ID", Required: true, Pattern: `[A-Za-z0-9]{10,64}`, Example: "LTAI5tFe4Xb2exampleKeyId",
				Help: "In the RAM console under Users, AccessKey. Give the user only the permissions AliyunCAMSFullAccess (all but SMS) or AliyunDysmsFullAccess (SMS).",
			},
			{
				Name: credKeySecret, Title: "AccessKey secret", Required: true, Secret: true, Pattern: `[!-~]{10,128}`,
				Help: "Alibaba Cloud shows it once, when the AccessKey is made.",
			},
			{
				Name: credWebhookToken, Title: "Webhook token", Secret: true, Pattern: `[A-Za-z0-9_-]{16,128}`,
				Help: "Optional: a long random word of your own, which callbacks may carry as ?token= instead of the one in the address that the channel shows.",
			},
		},
		Settings: []channels.Field{
			{
				Name: settingSender, Title: "Sender", Pattern: `\+?[0-9A-Za-z][0-9A-Za-z _.-]{0,63}`, Example: "6281234567890",
				Help: "The registered WhatsApp number, the Viber service number, the Page or Instagram account ID, or the SMS sender ID. SMS may go without one.",
			},
			{
				Name: settingSpace, Title: "Instance (CustSpaceId)", Pattern: `[A-Za-z0-9_-]{3,64}`, Example: "cams-83m8j9xxxxadc",
				Types: []channels.ChannelType{channels.WhatsApp, channels.Viber, channels.Messenger, channels.Instagram},
				Help:  "For all but SMS: in the Chat App console under Channels, Manage. SMS has none.",
			},
		},
		Identity: []string{credKeyID, settingSpace, settingSender},
		Sections: []channels.Section{
			{Name: "account", Title: "Account", Fields: []string{credKeyID, credKeySecret}},
			{Name: "sender", Title: "Who it is from", Fields: []string{settingSender, settingSpace}},
			{Name: "callbacks", Title: "Receipts and replies", Fields: []string{credWebhookToken}},
		},
		Receipts: map[channels.ChannelType]channels.Receipts{
			channels.WhatsApp:  {Delivered: true, Read: true},
			channels.Viber:     {Delivered: true, Read: true},
			channels.Messenger: {Delivered: true, Read: true},
			channels.Instagram: {Read: true},
			channels.SMS:       {Delivered: true},
		},
		Forms: map[channels.ChannelType][]flows.MessageType{
			channels.WhatsApp: {
				flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageVideo, flows.MessageAudio,
				flows.MessageDocument, flows.MessageButtons, flows.MessageList,
			},
			channels.Viber:     {flows.MessageText, flows.MessageTemplate, flows.MessageImage, flows.MessageDocument, flows.MessageButtons},
			channels.Messenger: {flows.MessageText, flows.MessageImage},
			channels.Instagram: {flows.MessageText, flows.MessageImage},
			channels.SMS:       {flows.MessageText},
		},
		DefaultBaseURL: chatURL,
		// "250 calls per second per account", "30 times per second".
		RatePerSecond: map[channels.ChannelType]float64{channels.WhatsApp: 250, channels.Viber: 250, channels.Messenger: 250, channels.Instagram: 250, channels.SMS: 30},
		Inbound:       true,
	}
}

// Verify asks for what every sender may read: the instance's phone numbers for
// WhatsApp, Messenger and Instagram, its templates for Viber, and the state of a message that does not
// exist for SMS. None of them changes anything.
func (p *Provider) Verify(ctx context.Context, a channels.Account) error {
	if err := checkComplete(a); err != nil {
		return err
	}
	space := url.Values{"CustSpaceId": {a.Settings[settingSpace]}}
	switch a.Type {
	case channels.WhatsApp:
		return p.verifyNumber(ctx, a, space)
	case channels.Messenger, channels.Instagram:
		// No action lists Pages. This one reads the instance all the same.
		_, err := p.call(ctx, a, call{"QueryChatappPhoneNumbers", chatVersion, space, nil})
		return err
	case channels.Viber:
		space.Set("TemplateType", "VIBER")
		space.Set("Page", `{"Index":1,"Size":1}`)
		_, err := p.call(ctx, a, call{"ListChatappTemplate", chatVersion, space, nil})
		return err
	}
	_, err := p.call(ctx, a, call{"QueryMessage", smsVersion, url.Values{"MessageId": {"0"}}, nil})
	if se := channels.AsSendError(err); se != nil && se.Class == channels.ClassPermanent && !strings.HasPrefix(se.Code, "http_") {
		// The service looked for the message, so it took the credentials.
		if _, listed := p.codes[se.Code]; !listed {
			return nil
		}
	}
	return err
}

func (p *Provider) verifyNumber(ctx context.Context, a channels.Account, space url.Values) error {
	body, err := p.call(ctx, a, call{"QueryChatappPhoneNumbers", chatVersion, space, nil})
	if err != nil {
		return err
	}
	var answer struct {
		PhoneNumbers []struct {
			PhoneNumber string `json:"PhoneNumber"`
		} `json:"PhoneNumbers"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return channels.NoAnswer(title, err)
	}
	sender := digits(a.Settings[settingSender])
	for _, n := range answer.PhoneNumbers {
		if digits(n.PhoneNumber) == sender {
			return nil
		}
	}
	return &channels.SendError{
		Class: channels.ClassPermanent, Code: channels.CodeSettings,
		Message: "The instance has no WhatsApp number " + strconv.Quote(a.Settings[settingSender]) + ".",
		Hint:    "Check the sender and the instance in the Chat App console under Channels, Manage.",
	}
}

// call is one call of an action. Fields of a query are signed in the address,
// those of a form in the body; each action documents which it reads.
type call struct {
	action, version string
	query, form     url.Values
}

// call makes a request and returns the body of an answer whose code is OK.
func (p *Provider) call(ctx context.Context, a channels.Account, c call) ([]byte, error) {
	base := a.BaseURL
	if base == "" {
		base = chatURL
		if c.version == smsVersion {
			base = smsURL
		}
	}
	address := strings.TrimRight(base, "/") + "/"
	if len(c.query) > 0 {
		address += "?" + canonicalQuery(c.query)
	}
	body := c.form.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return nil, &channels.SendError{
			Class: channels.ClassPermanent, Code: channels.CodeSettings,
			Message: "The channel's base URL is not an address.",
			Hint:    "Leave it empty, or write it like " + chatURL + ".",
		}
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	sign(req, []byte(body), signing{
		keyID: a.Credentials[credKeyID], secret: a.Credentials[credKeySecret],
		action: c.action, version: c.version, date: p.now(), nonce: uuid.NewString(),
	})
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, channels.NetworkError(title, err)
	}
	return p.answer(a, resp)
}

// checkComplete catches a channel that was never set up to the end.
func checkComplete(a channels.Account) error {
	missing := ""
	switch {
	case a.Credentials[credKeyID] == "":
		missing = "AccessKey ID"
	case a.Credentials[credKeySecret] == "":
		missing = "AccessKey secret"
	case a.Type != channels.SMS && a.Settings[settingSender] == "":
		missing = "sender"
	case a.Type != channels.SMS && a.Settings[settingSpace] == "":
		missing = "instance (CustSpaceId)"
	default:
		return nil
	}
	return &channels.SendError{
		Class: channels.ClassAuth, Code: channels.CodeSettings,
		Message: "The channel has no " + missing + ".",
		Hint:    "Complete the channel's settings and bind it again.",
	}
}

// digits is a phone number without "+" and what people write between digits.
func digits(number string) string {
	return string(slices.DeleteFunc([]byte(number), func(b byte) bool { return b < '0' || b > '9' }))
}
