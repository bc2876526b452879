package flows

import (
	"slices"
	"time"
)

// ChannelType is what a way to reach people can do, whichever vendor carries
// it. Flows are checked against it; a vendor can do less.
type ChannelType struct {
	// Name is the name in flows, such as "whatsapp"; Title is for people.
	Name  string `json:"name"`
	Title string `json:"title"`
	// Address is how people are addressed.
	Address AddressKind `json:"address"`
	// Forms are the message forms that exist there, the usual one first.
	Forms []MessageType `json:"forms"`
	// Delivered and Read are whether there is such news of a message at all.
	Delivered bool `json:"delivered"`
	Read      bool `json:"read"`
	// Limits are how long what a message says can be, in the vendor's unit.
	Limits []MessageLimit `json:"limits"`
	// UniqueButtons is whether a message whose buttons have equal labels is refused.
	UniqueButtons bool `json:"unique_buttons,omitempty"`
	// Window is how long after a person's last message anything but templates
	// may be sent; zero means always.
	Window Duration `json:"window,omitzero"`
	// AgentWindow is the same for messages of the category human_agent; zero
	// means that there is no such category.
	AgentWindow Duration `json:"agent_window,omitzero"`
	// Replies is whether people can answer.
	Replies bool `json:"replies"`
	// Attachments are what people can send there besides text, and channels hand
	// on. A place arrives as text: "51.19,5.99 Station".
	Attachments []Attachment `json:"attachments"`
}

// Attachment is a kind of thing that people send besides text.
type Attachment string

// The kinds of attachments; all but AttachLocation are files, and named as the
// message forms that show them.
const (
	AttachImage    Attachment = "image"
	AttachVideo    Attachment = "video"
	AttachAudio    Attachment = "audio"
	AttachDocument Attachment = "document"
	AttachLocation Attachment = "location"
)

// Attaches reports whether people can send that there.
func (t ChannelType) Attaches(a Attachment) bool { return slices.Contains(t.Attachments, a) }

// AddressKind is how the people of a channel type are addressed.
type AddressKind string

const (
	// AddressPhone is a phone number in international format.
	AddressPhone AddressKind = "phone"
	// AddressEmail is an email address.
	AddressEmail AddressKind = "email"
	// AddressNone is the address where the channel itself stands for who gets
	// the message.
	AddressNone AddressKind = "none"
	// AddressID is the vendor's own id of a person or group.
	AddressID AddressKind = "id"
)

// replyWindow is how long Meta lets a business answer a person freely
// (https://developers.facebook.com/docs/whatsapp/pricing, "customer service
// window").
const replyWindow = Duration(24 * time.Hour)

// agentWindow is how long an answer that a person wrote may take
// (https://developers.facebook.com/docs/messenger-platform/policy/policy-overview,
// "human agent tag").
const agentWindow = Duration(7 * 24 * time.Hour)

// CategoryAgent is the category of a message that a person wrote.
const CategoryAgent = "human_agent"

// ChannelTypes are all channel types that flows can use. The limits are what the
// platforms document; a vendor can take less.
func ChannelTypes() []ChannelType {
	return []ChannelType{
		{
			Name: "sms", Title: "SMS", Address: AddressPhone, Delivered: true, Limits: smsLimits(), Replies: true,
			Attachments: []Attachment{AttachImage, AttachVideo, AttachAudio},
			Forms:       []MessageType{MessageText},
		},
		{
			Name: "viber", Title: "Viber", Address: AddressPhone, Delivered: true, Read: true, Limits: viberLimits(), Replies: true,
			Attachments: []Attachment{AttachImage, AttachVideo, AttachDocument},
			Forms:       []MessageType{MessageText, MessageTemplate, MessageImage, MessageVideo, MessageDocument, MessageButtons},
		},
		{
			Name: "whatsapp", Title: "WhatsApp", Address: AddressPhone, Delivered: true, Read: true, Limits: whatsAppLimits(), UniqueButtons: true, Window: replyWindow, Replies: true,
			Attachments: []Attachment{AttachImage, AttachVideo, AttachAudio, AttachDocument, AttachLocation},
			Forms: []MessageType{
				MessageTemplate, MessageText, MessageImage, MessageVideo, MessageAudio, MessageDocument, MessageButtons, MessageList,
			},
		},
		{
			Name: "messenger", Title: "Messenger", Address: AddressID, Delivered: true, Read: true, Limits: metaLimits(2000, UnitCharacters), Replies: true,
			Attachments: []Attachment{AttachImage, AttachVideo, AttachAudio, AttachDocument},
			Window:      replyWindow, AgentWindow: agentWindow,
			Forms: []MessageType{MessageText, MessageImage, MessageVideo, MessageAudio, MessageDocument, MessageButtons},
		},
		// Instagram tells that a message was seen, and nothing before.
		{
			Name: "instagram", Title: "Instagram", Address: AddressID, Read: true, Limits: metaLimits(1000, UnitBytes), Replies: true,
			Attachments: []Attachment{AttachImage, AttachVideo, AttachAudio},
			Window:      replyWindow, AgentWindow: agentWindow,
			Forms: []MessageType{MessageText, MessageImage, MessageVideo, MessageAudio, MessageButtons},
		},
		// Bots talk with people who wrote to them; business messages go to phone
		// numbers and are "viber". Lengths by creators.viber.com, "Message data model".
		{
			Name: "viber_bot", Title: "Viber bot", Address: AddressID, Delivered: true, Read: true, Limits: viberBotLimits(), UniqueButtons: true, Replies: true,
			Attachments: []Attachment{AttachImage, AttachVideo, AttachDocument, AttachLocation},
			Forms:       []MessageType{MessageText, MessageImage, MessageDocument, MessageButtons},
		},
		// A mail server's word that it took a mail is all the news there is:
		// whether it reached a person's mailbox nobody reports.
		{Name: "email", Title: "Email", Address: AddressEmail, Limits: limited(MessageEmail, UnitCharacters, MessageLimit{Field: "text", Max: 1 << 20}), Forms: []MessageType{MessageEmail}},
		// A robot says something in its group; what becomes of it is not told. Who is
		// asked answers by writing to the robot.
		{
			Name: "wecom", Title: "WeCom", Address: AddressNone, Limits: weComLimits(), Replies: true,
			Forms: []MessageType{
				MessageText, MessageMarkdown, MessageMarkdownV2, MessageImage, MessageNews, MessageFile, MessageCard,
			},
		},
		{
			Name: "custom", Title: "Custom", Address: AddressID, Delivered: true, Read: true, Limits: limited(MessageText, UnitCharacters, MessageLimit{Field: "text", Max: 16 << 10}), Replies: true,
			Forms: []MessageType{MessageText},
		},
	}
}

// ChannelTypeNamed finds a channel type by its name.
func ChannelTypeNamed(name string) (t ChannelType, ok bool) {
	all := ChannelTypes()
	i := slices.IndexFunc(all, func(t ChannelType) bool { return t.Name == name })
	if i < 0 {
		return ChannelType{}, false
	}
	return all[i], true
}

// Takes reports whether messages of that form exist there.
func (t ChannelType) Takes(form MessageType) bool { return slices.Contains(t.Forms, form) }
