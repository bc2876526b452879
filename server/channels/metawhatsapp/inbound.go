package metawhatsapp

import (
	"encoding/json"
	"strings"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// contact is what Meta tells about a person beside a message.
type contact struct {
	Profile struct {
		Name string `json:"name"`
	} `json:"profile"`
	WaID   string `json:"wa_id"`
	UserID string `json:"user_id"`
}

// choice is a button or row that a person chose.
type choice struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// file is a media object that Meta keeps.
type file struct {
	ID       string `json:"id"`
	MIMEType string `json:"mime_type"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

// incoming is one entry of "messages"; Type says which of the parts it has.
type incoming struct {
	From       string `json:"from"`
	FromUserID string `json:"from_user_id"`
	ID         string `json:"id"`
	Timestamp  string `json:"timestamp"`
	Type       string `json:"type"`
	GroupID    string `json:"group_id"`
	Context    struct {
		ID string `json:"id"`
	} `json:"context"`
	Text struct {
		Body string `json:"body"`
	} `json:"text"`
	// Button is a quick reply of a template.
	Button struct {
		Payload string `json:"payload"`
		Text    string `json:"text"`
	} `json:"button"`
	Interactive struct {
		ButtonReply choice `json:"button_reply"`
		ListReply   choice `json:"list_reply"`
	} `json:"interactive"`
	Location struct {
		// The numbers stay as Meta writes them.
		Latitude  json.Number `json:"latitude"`
		Longitude json.Number `json:"longitude"`
		Name      string      `json:"name"`
		Address   string      `json:"address"`
	} `json:"location"`
	Contacts []sharedContact `json:"contacts"`
	Reaction struct {
		MessageID string `json:"message_id"`
		Emoji     string `json:"emoji"`
	} `json:"reaction"`
	Order struct {
		Text string `json:"text"`
	} `json:"order"`
	Image    file `json:"image"`
	Video    file `json:"video"`
	Audio    file `json:"audio"`
	Document file `json:"document"`
	Sticker  file `json:"sticker"`
}

// sharedContact is a card from a person's address book.
type sharedContact struct {
	Name struct {
		Formatted string `json:"formatted_name"`
	} `json:"name"`
	Phones []struct {
		Phone string `json:"phone"`
	} `json:"phones"`
}

// message reads one message. It returns nil for what is no person's message to
// the business: Meta's own notices, messages in groups, and reactions that were
// taken back.
func (p *Provider) message(a channels.Account, v messagesValue, raw json.RawMessage) (*channels.InboundMessage, error) {
	var in incoming
	if err := json.Unmarshal(raw, &in); err != nil || in.ID == "" || in.Type == "" {
		return nil, graph.Malformed("a message has no id or no type, or another form than documented")
	}
	if in.Type == "system" || in.Type == "request_welcome" || in.GroupID != "" || in.Type == "reaction" && in.Reaction.Emoji == "" {
		return nil, nil //nolint:nilnil // nil is the documented answer for news that are no message.
	}
	who := sender(in, v.Contacts)
	m := &channels.InboundMessage{
		ProviderMessageID: in.ID,
		From:              address(in.From),
		To:                address(digits(v.Metadata.DisplayPhoneNumber)),
		ProfileName:       who.Profile.Name,
		At:                unixTime(in.Timestamp),
		ReplyTo:           in.Context.ID,
	}
	// A person with a user name may hide the number. The user id is then the
	// address, and Send takes it as one.
	for _, id := range []string{in.FromUserID, who.UserID} {
		if m.From == "" {
			m.From = id
		}
	}
	if m.From == "" {
		return nil, graph.Malformed("a message has no sender")
	}
	if m.To == "" {
		m.To = v.Metadata.PhoneNumberID
	}
	p.fill(a, m, in)
	return m, nil
}

// sender finds what Meta tells about the one who wrote.
func sender(in incoming, contacts []contact) contact {
	for _, c := range contacts {
		if in.From != "" && c.WaID == in.From || in.FromUserID != "" && c.UserID == in.FromUserID {
			return c
		}
	}
	// Without a "from", the message is from the only contact there is.
	if in.From == "" && in.FromUserID == "" && len(contacts) == 1 {
		return contacts[0]
	}
	return contact{}
}

// fill sets the content. Of types without one that we can show, such as
// "unsupported", the message alone is the news: the person wrote.
func (p *Provider) fill(a channels.Account, m *channels.InboundMessage, in incoming) {
	switch in.Type {
	case "text":
		m.Text = in.Text.Body
	case "button":
		m.Text, m.ButtonID = in.Button.Text, in.Button.Payload
	case "interactive":
		chosen := in.Interactive.ButtonReply
		if chosen.ID == "" {
			chosen = in.Interactive.ListReply
		}
		m.Text, m.ButtonID = chosen.Title, chosen.ID
	case "location":
		m.Text = place(in)
	case "contacts":
		m.Text = cards(in.Contacts)
	case "reaction":
		m.Text, m.ReplyTo = in.Reaction.Emoji, in.Reaction.MessageID
	case "order":
		m.Text = in.Order.Text
	case "image":
		p.attach(a, m, in.Image)
	case "video":
		p.attach(a, m, in.Video)
	case "audio":
		p.attach(a, m, in.Audio)
	case "document":
		p.attach(a, m, in.Document)
	case "sticker":
		p.attach(a, m, in.Sticker)
	}
}

// attach adds a file. Its URL is the Graph API's of the media object: a GET
// with the access token answers with the file's own address. Meta's webhook may
// tell that address too, but it ends after five minutes.
func (p *Provider) attach(a channels.Account, m *channels.InboundMessage, f file) {
	m.Text = f.Caption
	if f.ID != "" {
		m.Media = append(m.Media, channels.Media{URL: p.api.URL(a, f.ID), ContentType: f.MIMEType, Filename: f.Filename})
	}
}

// place writes a location as "51.19,5.99 Station, Stationsplein 8".
func place(in incoming) string {
	l := in.Location
	parts := make([]string, 0, 2)
	for _, s := range []string{l.Name, l.Address} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.TrimSpace(l.Latitude.String() + "," + l.Longitude.String() + " " + strings.Join(parts, ", "))
}

// cards writes contacts as "Ana +639171234567", one on each line.
func cards(contacts []sharedContact) string {
	lines := make([]string, 0, len(contacts))
	for _, c := range contacts {
		words := []string{c.Name.Formatted}
		for _, p := range c.Phones {
			words = append(words, p.Phone)
		}
		lines = append(lines, strings.TrimSpace(strings.Join(words, " ")))
	}
	return strings.Join(lines, "\n")
}

// address is a WhatsApp id, which is a number without its "+", as Sluice
// writes numbers.
func address(waID string) string {
	if waID == "" || strings.HasPrefix(waID, "+") {
		return waID
	}
	return "+" + waID
}

// digits drops the spaces and signs of a number written for people.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}
