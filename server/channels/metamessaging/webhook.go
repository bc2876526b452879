package metamessaging

import (
	"encoding/json"
	"net/http"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/graph"
)

// Webhook answers Meta's check of the callback URL, and reads receipts, echoes
// and messages. Meta signs neither the address nor a time: an old request can be
// replayed, but it can only say again what it said before; and what it says of
// other accounts of the app is left out.
func (p *Provider) Webhook(a channels.Account, r *http.Request, body []byte) ([]channels.Inbound, channels.Reply, error) {
	return graph.Webhook(a, r, body, p.events)
}

// notification is the body of a webhook request.
type notification struct {
	Object string `json:"object"`
	Entry  []struct {
		ID        string            `json:"id"`
		Messaging []json.RawMessage `json:"messaging"`
	} `json:"entry"`
}

// event is one thing that happened in a conversation; one of its parts is set.
type event struct {
	Sender    party `json:"sender"`
	Recipient party `json:"recipient"`
	// Timestamp is in milliseconds.
	Timestamp int64     `json:"timestamp"`
	Message   *message  `json:"message"`
	Delivery  *delivery `json:"delivery"`
	Read      *read     `json:"read"`
	Postback  *postback `json:"postback"`
	Reaction  *reaction `json:"reaction"`
}

type party struct {
	ID string `json:"id"`
}

type message struct {
	ID         string `json:"mid"`
	Text       string `json:"text"`
	Echo       bool   `json:"is_echo"`
	Deleted    bool   `json:"is_deleted"`
	Metadata   string `json:"metadata"`
	QuickReply struct {
		Payload string `json:"payload"`
	} `json:"quick_reply"`
	ReplyTo struct {
		ID string `json:"mid"`
	} `json:"reply_to"`
	Attachments []struct {
		Type    string `json:"type"`
		Payload struct {
			URL   string `json:"url"`
			Title string `json:"title"`
		} `json:"payload"`
	} `json:"attachments"`
}

type delivery struct {
	IDs       []string `json:"mids"`
	Watermark int64    `json:"watermark"`
}

// read has a watermark on Messenger and a message on Instagram.
type read struct {
	Watermark int64  `json:"watermark"`
	ID        string `json:"mid"`
}

type postback struct {
	ID      string `json:"mid"`
	Title   string `json:"title"`
	Payload string `json:"payload"`
}

type reaction struct {
	ID     string `json:"mid"`
	Action string `json:"action"`
	Emoji  string `json:"emoji"`
}

// events reads a verified body. One event that cannot be understood does not
// cost the others: Meta would repeat all of them. An error is returned only
// when nothing could be understood.
func (p *Provider) events(a channels.Account, body []byte) ([]channels.Inbound, error) {
	var n notification
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, graph.Malformed("it is not a notification in JSON")
	}
	want := "page"
	if a.Type == channels.Instagram {
		want = "instagram"
	}
	if n.Object != want {
		return nil, graph.Malformed("it is about " + n.Object + " and not about " + want + "; subscribe the callback URL to that object only")
	}
	var found []channels.Inbound
	var broken error
	for _, entry := range n.Entry {
		if entry.ID != a.Settings[settingAccount] {
			continue
		}
		for _, raw := range entry.Messaging {
			var e event
			if err := json.Unmarshal(raw, &e); err != nil || e.Sender.ID == "" {
				broken = graph.Malformed("an event has no sender, or another form than documented")
				continue
			}
			found = append(found, news(e)...)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, broken
}

// news reads one event. It returns nothing for news that change nothing here,
// such as a message that an agent wrote in Meta's own inbox.
func news(e event) []channels.Inbound {
	at := unixMillis(e.Timestamp)
	switch {
	case e.Message != nil && e.Message.Echo:
		if e.Message.Metadata == "" || e.Message.ID == "" {
			return nil
		}
		return []channels.Inbound{{Receipt: &channels.Receipt{
			ProviderMessageID: e.Message.ID, MessageID: e.Message.Metadata, Status: channels.StatusSent, Raw: "echo", At: at,
		}}}
	case e.Message != nil:
		return fromPerson(e, at)
	case e.Postback != nil:
		return []channels.Inbound{{Message: &channels.InboundMessage{
			ProviderMessageID: e.Postback.ID, From: e.Sender.ID, To: e.Recipient.ID, Text: e.Postback.Title, ButtonID: e.Postback.Payload, At: at,
		}}}
	case e.Reaction != nil && e.Reaction.Action == "react":
		return []channels.Inbound{{Message: &channels.InboundMessage{
			// A reaction has no id of its own; this one is the same when it is
			// repeated.
			ProviderMessageID: e.Reaction.ID + "/" + e.Reaction.Emoji, From: e.Sender.ID, To: e.Recipient.ID, Text: e.Reaction.Emoji, At: at, ReplyTo: e.Reaction.ID,
		}}}
	case e.Delivery != nil:
		return delivered(e)
	case e.Read != nil:
		return seen(e, at)
	}
	return nil
}

func fromPerson(e event, at time.Time) []channels.Inbound {
	m := e.Message
	if m.ID == "" || m.Deleted {
		return nil
	}
	in := &channels.InboundMessage{
		ProviderMessageID: m.ID, From: e.Sender.ID, To: e.Recipient.ID, Text: m.Text, ButtonID: m.QuickReply.Payload, At: at, ReplyTo: m.ReplyTo.ID,
	}
	for _, attached := range m.Attachments {
		if attached.Payload.URL != "" {
			in.Media = append(in.Media, channels.Media{URL: attached.Payload.URL, ContentType: contentType(attached.Type)})
		}
	}
	return []channels.Inbound{{Message: in}}
}

// contentType is the range of types of an attachment: Meta names only that.
func contentType(attachment string) string {
	switch attachment {
	case "image", "video", "audio":
		return attachment + "/*"
	}
	return "application/octet-stream"
}

// delivered reads a delivery: of the messages that it names, which may be none,
// and of all up to the watermark.
func delivered(e event) []channels.Inbound {
	at := unixMillis(e.Delivery.Watermark)
	found := make([]channels.Inbound, 0, len(e.Delivery.IDs)+1)
	for _, id := range e.Delivery.IDs {
		found = append(found, channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: id, Status: channels.StatusDelivered, Raw: "delivery", At: at}})
	}
	return append(found, upTo(e.Sender.ID, at, channels.StatusDelivered, "delivery")...)
}

// seen reads that the person saw the conversation. Instagram names the newest
// message; what came before it was seen too.
func seen(e event, at time.Time) []channels.Inbound {
	if e.Read.ID != "" {
		found := []channels.Inbound{{Receipt: &channels.Receipt{ProviderMessageID: e.Read.ID, Status: channels.StatusRead, Raw: "seen", At: at}}}
		return append(found, upTo(e.Sender.ID, at, channels.StatusRead, "seen")...)
	}
	return upTo(e.Sender.ID, unixMillis(e.Read.Watermark), channels.StatusRead, "read")
}

// upTo is news of every message to a person up to a time.
func upTo(person string, at time.Time, status channels.Status, raw string) []channels.Inbound {
	if at.IsZero() {
		return nil
	}
	return []channels.Inbound{{Receipt: &channels.Receipt{To: person, Through: at, Status: status, Raw: raw, At: at}}}
}

// unixMillis is zero for what is no time.
func unixMillis(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
