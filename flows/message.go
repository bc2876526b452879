package flows

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

// Message is what a send node sends. In a flow its strings are templates; in an
// effect, a transcript or a provider's request the same shape holds the
// rendered text. Which fields are meaningful follows from Type.
type Message struct {
	Type MessageType `json:"type"`

	// Text of a text, buttons or list message.
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
// caption, or nothing for a template, whose text only the provider knows.
func (m Message) Preview() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}
