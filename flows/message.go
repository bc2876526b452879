package flows

import "cmp"

// MessageType names one of the forms a message can take.
type MessageType string

// The message forms that more than one channel type can send.
const (
	MessageText     MessageType = "text"
	MessageTemplate MessageType = "template"
	MessageImage    MessageType = "image"
	MessageVideo    MessageType = "video"
	MessageAudio    MessageType = "audio"
	MessageDocument MessageType = "document"
	MessageButtons  MessageType = "buttons"
	MessageList     MessageType = "list"
)

// The message forms of one channel type only.
const (
	// MessageEmail is a mail with a subject.
	MessageEmail MessageType = "email"
	// MessageMarkdown to MessageCard are forms of WeCom's group robot.
	MessageMarkdown   MessageType = "markdown"
	MessageMarkdownV2 MessageType = "markdown_v2"
	MessageNews       MessageType = "news"
	MessageFile       MessageType = "file"
	MessageCard       MessageType = "template_card"
)

// Message is what a send node sends. In a flow its strings are templates; in an
// effect, a transcript or a provider's request the same shape holds the
// rendered text. Which fields are meaningful follows from Type.
type Message struct {
	Type MessageType `json:"type"`

	// Text of a text, markdown, buttons, list or email message, and the second
	// line of a card.
	Text string `json:"text,omitempty"`

	// Template is the slug of a provider-approved template, Language its BCP 47
	// code, Parameters the values of its placeholders in order.
	Template   string   `json:"template,omitempty"`
	Language   string   `json:"language,omitempty"`
	Parameters []string `json:"parameters,omitempty"`

	// URL, Caption and Filename describe a media message.
	URL      string `json:"url,omitempty"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`

	// Buttons of a buttons message.
	Buttons []MessageButton `json:"buttons,omitempty"`

	// Button opens a list message, whose choices are Rows.
	Button string       `json:"button,omitempty"`
	Rows   []MessageRow `json:"rows,omitempty"`

	MessageMail
	MessageGroup
}

// MessageMail is what only a mail has. Its text is Message.Text.
type MessageMail struct {
	Subject string `json:"subject,omitempty"`
	// HTML is the body as HTML; what expressions gave in it is escaped.
	HTML string `json:"html,omitempty"`
	// FromName and ReplyTo replace those of the channel.
	FromName    string              `json:"from_name,omitempty"`
	ReplyTo     string              `json:"reply_to,omitempty"`
	Attachments []MessageAttachment `json:"attachments,omitempty"`
}

// MessageAttachment is a file that is fetched when the mail is sent. An empty
// Filename is taken from the URL.
type MessageAttachment struct {
	URL      string `json:"url"`
	Filename string `json:"filename,omitempty"`
}

// MessageGroup is what only messages to a group have.
type MessageGroup struct {
	// Mentioned are the user ids of members who are notified, MentionedMobiles
	// their phone numbers; "@all" stands for everybody.
	Mentioned        []string `json:"mentioned,omitempty"`
	MentionedMobiles []string `json:"mentioned_mobiles,omitempty"`
	// Articles of a news message.
	Articles []MessageArticle `json:"articles,omitempty"`
	// Card is the kind of a card, "text_notice" or "news_notice"; the rest is
	// what is on it. URL opens when it is pressed, Buttons are links below it.
	Card          string        `json:"card,omitempty"`
	Title         string        `json:"title,omitempty"`
	Description   string        `json:"description,omitempty"`
	Emphasis      string        `json:"emphasis,omitempty"`
	EmphasisTitle string        `json:"emphasis_title,omitempty"`
	Picture       string        `json:"picture,omitempty"`
	Facts         []MessageFact `json:"facts,omitempty"`
}

// MessageArticle is one article of a news message.
type MessageArticle struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url"`
	Picture     string `json:"picture,omitempty"`
}

// MessageFact is one line of a card: a name and its value, which may be a link.
type MessageFact struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	URL   string `json:"url,omitempty"`
}

// MessageButton is a quick reply (ID and Title) or a link (Title and URL).
type MessageButton struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// MessageRow is one choice of a list message.
type MessageRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// Preview is the part of a message a person reads first: its text, its
// caption, its subject or title, or nothing for a template, whose text only the
// provider knows.
func (m Message) Preview() string {
	headline := m.Title
	if len(m.Articles) > 0 {
		headline = m.Articles[0].Title
	}
	return cmp.Or(m.Text, m.Caption, m.Subject, headline)
}
