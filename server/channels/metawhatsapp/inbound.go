package metawhatsapp

import (
	"encoding/json"
	"strings"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// contact is what Meta tells about a person beside a message.
type contact struct {
	Profile channels.Maybe[struct {
		Name channels.Word `json:"name"`
	}] `json:"profile"`
	WaID   channels.Word `json:"wa_id"`
	UserID channels.Word `json:"user_id"`
}

// choice is a button or row that a person chose.
type choice struct {
	ID    channels.Word `json:"id"`
	Title channels.Word `json:"title"`
}

// file is a media object that Meta keeps.
type file struct {
	ID       channels.Word `json:"id"`
	MIMEType channels.Word `json:"mime_type"`
	Caption  channels.Word `json:"caption"`
	Filename channels.Word `json:"filename"`
}

// incoming is one entry of "messages"; Type says which of the parts it has.
type incoming struct {
	From       channels.Word `json:"from"`
	FromUserID channels.Word `json:"from_user_id"`
	ID         channels.Word `json:"id"`
	Timestamp  channels.Word `json:"timestamp"`
	Type       channels.Word `json:"type"`
	GroupID    channels.Word `json:"group_id"`
	// Context names the message that this one answers, or whose button it is.
	Context channels.Maybe[struct {
		ID channels.Word `json:"id"`
	}] `json:"context"`
	// Referral is the advertisement that the person came from.
	Referral channels.Maybe[map[string]any] `json:"referral"`
	Text     channels.Maybe[struct {
		Body channels.Word `json:"body"`
	}] `json:"text"`
	// Button is a quick reply of a template.
	Button channels.Maybe[struct {
		Payload channels.Word `json:"payload"`
		Text    channels.Word `json:"text"`
	}] `json:"button"`
	Interactive channels.Maybe[struct {
		ButtonReply channels.Maybe[choice] `json:"button_reply"`
		ListReply   channels.Maybe[choice] `json:"list_reply"`
		FlowReply   channels.Maybe[form]   `json:"nfm_reply"`
	}] `json:"interactive"`
	Location channels.Maybe[channels.Place] `json:"location"`
	Contacts channels.Items[sharedContact]  `json:"contacts"`
	Reaction channels.Maybe[struct {
		MessageID channels.Word `json:"message_id"`
		Emoji     channels.Word `json:"emoji"`
	}] `json:"reaction"`
	Order    channels.Maybe[json.RawMessage] `json:"order"`
	Image    channels.Maybe[file]            `json:"image"`
	Video    channels.Maybe[file]            `json:"video"`
	Audio    channels.Maybe[file]            `json:"audio"`
	Voice    channels.Maybe[file]            `json:"voice"`
	Document channels.Maybe[file]            `json:"document"`
	Sticker  channels.Maybe[file]            `json:"sticker"`
	// Edit is a message that replaces another.
	Edit channels.Maybe[struct {
		Message channels.Maybe[struct {
			Text channels.Maybe[struct {
				Body channels.Word `json:"body"`
			}] `json:"text"`
		}] `json:"message"`
	}] `json:"edit"`
}

// form is what a person filled in within a WhatsApp Flow.
type form struct {
	Body channels.Word `json:"body"`
	// Answers is a JSON object as text.
	Answers channels.Word `json:"response_json"`
}

// order is what a person put into the cart of a catalogue.
type order struct {
	Text     channels.Word                    `json:"text"`
	Products channels.Items[channels.Product] `json:"product_items"`
}

// sharedContact is a card from a person's address book.
type sharedContact struct {
	Name channels.Maybe[struct {
		Formatted channels.Word `json:"formatted_name"`
	}] `json:"name"`
	Phones channels.Items[struct {
		Phone channels.Word `json:"phone"`
	}] `json:"phones"`
	Emails channels.Items[struct {
		Email channels.Word `json:"email"`
	}] `json:"emails"`
}

// message reads one message. It returns nil for what is no person's message to
// the business: Meta's own notices, messages in groups, and reactions that were
// taken back.
func (p *Provider) message(a channels.Account, v messagesValue, in incoming) (*channels.InboundMessage, error) {
	if in.ID == "" || in.Type == "" {
		return nil, graph.Malformed("a message has no id or no type, or another form than documented")
	}
	switch {
	case in.Type == "system", in.Type == "request_welcome", in.GroupID != "", in.Type == "reaction" && in.Reaction.Value.Emoji == "":
		return nil, nil //nolint:nilnil // nil is the documented answer for news that are no message.
	}
	who := sender(in, v.Contacts.List)
	m := &channels.InboundMessage{
		ProviderMessageID: string(in.ID),
		From:              a.Type.Person(string(in.From)),
		To:                a.Type.Person(digits(string(v.Metadata.Value.DisplayPhoneNumber))),
		ProfileName:       string(who.Profile.Value.Name),
		At:                in.Timestamp.Seconds(),
		ReplyTo:           string(in.Context.Value.ID),
	}
	// A person with a user name may hide the number. The user id is then the
	// address, and Send takes it as one.
	for _, id := range []channels.Word{in.FromUserID, who.UserID} {
		switch {
		case m.From == "":
			m.From = string(id)
		case id != "" && string(id) != m.From && len(m.Aliases) == 0:
			m.Aliases = []string{string(id)}
		}
	}
	if m.From == "" {
		return nil, graph.Malformed("a message has no sender")
	}
	if m.To == "" {
		m.To = string(v.Metadata.Value.PhoneNumberID)
	}
	p.fill(a, m, in)
	if m.Data == nil && in.Referral.Given {
		m.Data = channels.Object(map[string]any{"referral": in.Referral.Value})
	}
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
		m.Text = string(in.Text.Value.Body)
	case "button":
		m.Text, m.ButtonID = string(in.Button.Value.Text), string(in.Button.Value.Payload)
	case "interactive":
		chosen(m, in)
	case "location":
		in.Location.Value.Say(m)
	case "contacts":
		channels.SayCards(m, cards(in.Contacts.List))
	case "reaction":
		m.Kind, m.Text, m.ReplyTo = channels.InboundReaction, string(in.Reaction.Value.Emoji), string(in.Reaction.Value.MessageID)
	case "order":
		var o order
		if err := json.Unmarshal(in.Order.Value, &o); err == nil {
			channels.SayOrder(m, string(o.Text), o.Products.List, in.Order.Value)
		}
	case "image":
		p.attach(a, m, in.Image.Value)
	case "video":
		p.attach(a, m, in.Video.Value)
	case "audio":
		p.attach(a, m, in.Audio.Value)
	case "voice":
		p.attach(a, m, in.Voice.Value)
	case "document":
		p.attach(a, m, in.Document.Value)
	case "sticker":
		p.attach(a, m, in.Sticker.Value)
	case "edit":
		m.Kind, m.Text = channels.InboundSystem, string(in.Edit.Value.Message.Value.Text.Value.Body)
	case "revoke":
		m.Kind = channels.InboundDeleted
	default:
		m.Kind = channels.InboundUnsupported
	}
}

// chosen reads what a person did with the parts of an interactive message.
func chosen(m *channels.InboundMessage, in incoming) {
	parts := in.Interactive.Value
	switch {
	case parts.FlowReply.Given:
		m.Text = string(parts.FlowReply.Value.Body)
		m.Data = channels.Object(json.RawMessage(parts.FlowReply.Value.Answers))
	case parts.ListReply.Given:
		m.Text, m.ButtonID = string(parts.ListReply.Value.Title), string(parts.ListReply.Value.ID)
	case parts.ButtonReply.Given:
		m.Text, m.ButtonID = string(parts.ButtonReply.Value.Title), string(parts.ButtonReply.Value.ID)
	default:
		m.Kind = channels.InboundUnsupported
	}
}

// attach adds a file. Its URL is the Graph API's of the media object: a GET
// with the access token answers with the file's own address. Meta's webhook may
// tell that address too, but it ends after five minutes.
func (p *Provider) attach(a channels.Account, m *channels.InboundMessage, f file) {
	m.Text = string(f.Caption)
	if f.ID != "" {
		m.Media = append(m.Media, channels.Media{URL: p.api.URL(a, string(f.ID)), ContentType: string(f.MIMEType), Filename: string(f.Filename)})
	}
}

func cards(contacts []sharedContact) []channels.Card {
	list := make([]channels.Card, 0, len(contacts))
	for _, c := range contacts {
		card := channels.Card{Name: string(c.Name.Value.Formatted)}
		for _, p := range c.Phones.List {
			card.Phones = append(card.Phones, string(p.Phone))
		}
		for _, e := range c.Emails.List {
			card.Emails = append(card.Emails, string(e.Email))
		}
		list = append(list, card)
	}
	return list
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
