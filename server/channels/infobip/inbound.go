package infobip

import (
	"strings"

	"sluice/server/channels"
)

// inbound is what an entry says of a message from a person
// (https://www.infobip.com/docs/api/channels/sms, "Receive inbound SMS messages",
// and the same of MMS, whose content is a list of parts).
type inbound struct {
	From       channels.Word `json:"from"`
	Sender     channels.Word `json:"sender"`
	To         channels.Word `json:"to"`
	Text       channels.Word `json:"text"`
	ReceivedAt channels.Word `json:"receivedAt"`
	// Message and Content are the parts of an MMS.
	Message channels.Items[part] `json:"message"`
	Content channels.Items[part] `json:"content"`
	Contact channels.Maybe[struct {
		Name channels.Word `json:"name"`
	}] `json:"contact"`
}

// part is one part of an MMS: a text, or a file that Infobip keeps.
type part struct {
	ContentType channels.Word `json:"contentType"`
	Value       channels.Word `json:"value"`
	Text        channels.Word `json:"text"`
	URL         channels.Word `json:"url"`
}

// person is who wrote; each kind of message says it in its own way.
func (in inbound) person() string {
	if in.From != "" {
		return string(in.From)
	}
	return string(in.Sender)
}

func (in inbound) message(a channels.Account, id string) (*channels.InboundMessage, error) {
	if id == "" {
		return nil, channels.Malformed("a message has no id")
	}
	m := &channels.InboundMessage{
		ProviderMessageID: id, From: a.Type.Person(in.person()), To: string(in.To), Text: string(in.Text),
		ProfileName: string(in.Contact.Value.Name), At: timeOf(string(in.ReceivedAt)),
	}
	if m.To == "" {
		m.To = a.Settings[settingSender]
	}
	var texts []string
	for _, p := range append(in.Message.List, in.Content.List...) {
		switch {
		case channels.Fetchable(string(p.URL)):
			m.Media = append(m.Media, channels.Media{URL: string(p.URL), ContentType: string(p.ContentType)})
		case p.Text != "":
			texts = append(texts, string(p.Text))
		case p.ContentType == "" || strings.HasPrefix(string(p.ContentType), "text/plain"):
			texts = append(texts, string(p.Value))
		}
	}
	if m.Text == "" {
		m.Text = strings.Join(texts, "\n")
	}
	return m, nil
}
