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
	Object channels.Word `json:"object"`
	Entry  channels.Items[struct {
		ID        channels.Word         `json:"id"`
		Messaging channels.Items[event] `json:"messaging"`
	}] `json:"entry"`
}

// event is one thing that happened in a conversation; one of its parts is set.
type event struct {
	Sender    channels.Maybe[party] `json:"sender"`
	Recipient channels.Maybe[party] `json:"recipient"`
	// Timestamp is in milliseconds.
	Timestamp channels.Word            `json:"timestamp"`
	Message   channels.Maybe[message]  `json:"message"`
	Delivery  channels.Maybe[delivery] `json:"delivery"`
	Read      channels.Maybe[read]     `json:"read"`
	Postback  channels.Maybe[postback] `json:"postback"`
	Reaction  channels.Maybe[reaction] `json:"reaction"`
}

func (e event) person() string { return string(e.Sender.Value.ID) }

func (e event) account() string { return string(e.Recipient.Value.ID) }

type party struct {
	ID channels.Word `json:"id"`
}

type message struct {
	ID         channels.Word `json:"mid"`
	Text       channels.Word `json:"text"`
	Echo       bool          `json:"is_echo"`
	Deleted    bool          `json:"is_deleted"`
	Unknown    bool          `json:"is_unsupported"`
	Metadata   channels.Word `json:"metadata"`
	QuickReply channels.Maybe[struct {
		Payload channels.Word `json:"payload"`
	}] `json:"quick_reply"`
	ReplyTo channels.Maybe[struct {
		ID channels.Word `json:"mid"`
	}] `json:"reply_to"`
	Attachments channels.Items[attached] `json:"attachments"`
	// Referral is the advertisement or link that the person came from.
	Referral channels.Maybe[map[string]any] `json:"referral"`
}

type attached struct {
	Type    channels.Word `json:"type"`
	Title   channels.Word `json:"title"`
	Payload channels.Maybe[struct {
		URL         channels.Word `json:"url"`
		Title       channels.Word `json:"title"`
		Coordinates channels.Maybe[struct {
			Latitude  json.Number `json:"lat"`
			Longitude json.Number `json:"long"`
		}] `json:"coordinates"`
	}] `json:"payload"`
}

type delivery struct {
	IDs       channels.Items[channels.Word] `json:"mids"`
	Watermark channels.Word                 `json:"watermark"`
}

// read has a watermark on Messenger and a message on Instagram.
type read struct {
	Watermark channels.Word `json:"watermark"`
	ID        channels.Word `json:"mid"`
}

type postback struct {
	ID      channels.Word `json:"mid"`
	Title   channels.Word `json:"title"`
	Payload channels.Word `json:"payload"`
}

type reaction struct {
	ID     channels.Word `json:"mid"`
	Action channels.Word `json:"action"`
	Emoji  channels.Word `json:"emoji"`
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
	if string(n.Object) != want {
		return nil, graph.Malformed("it is not about " + want + "; subscribe the callback URL to that object only")
	}
	account := a.Settings[settingAccount]
	var found []channels.Inbound
	var broken error
	for _, entry := range n.Entry.List {
		if account == "" || string(entry.ID) != account {
			continue
		}
		if entry.Messaging.Broken > 0 {
			broken = graph.Malformed("an event has another form than documented")
		}
		for _, e := range entry.Messaging.List {
			if e.person() == "" {
				broken = graph.Malformed("an event has no sender")
				continue
			}
			// The entry can be ours and the conversation another account's.
			ours := e.account()
			if e.Message.Value.Echo {
				ours = e.person()
			}
			if ours == account {
				found = append(found, news(e)...)
			}
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
	at := e.Timestamp.Millis()
	switch {
	case e.Message.Value.Echo:
		m := e.Message.Value
		if m.Metadata == "" || m.ID == "" {
			return nil
		}
		return []channels.Inbound{{Receipt: &channels.Receipt{
			ProviderMessageID: string(m.ID), MessageID: string(m.Metadata), Status: channels.StatusSent, Raw: "echo", At: at,
		}}}
	case e.Message.Given:
		return fromPerson(e, at)
	case e.Postback.Given:
		b := e.Postback.Value
		return []channels.Inbound{{Message: &channels.InboundMessage{
			ProviderMessageID: string(b.ID), From: e.person(), To: e.account(), Text: string(b.Title), ButtonID: string(b.Payload), At: at,
		}}}
	case e.Reaction.Value.Action == "react":
		r := e.Reaction.Value
		return []channels.Inbound{{Message: &channels.InboundMessage{
			// A reaction has no id of its own; this one is the same when it is
			// repeated.
			ProviderMessageID: string(r.ID) + "/" + string(r.Emoji), Kind: channels.InboundReaction,
			From: e.person(), To: e.account(), Text: string(r.Emoji), At: at, ReplyTo: string(r.ID),
		}}}
	case e.Delivery.Given:
		return delivered(e)
	case e.Read.Given:
		return seen(e, at)
	}
	return nil
}

func fromPerson(e event, at time.Time) []channels.Inbound {
	m := e.Message.Value
	if m.ID == "" {
		return nil
	}
	in := &channels.InboundMessage{
		ProviderMessageID: string(m.ID), From: e.person(), To: e.account(), Text: string(m.Text),
		ButtonID: string(m.QuickReply.Value.Payload), At: at, ReplyTo: string(m.ReplyTo.Value.ID),
	}
	switch {
	case m.Deleted:
		// It has the id of the message that was taken back.
		in.ProviderMessageID, in.Kind = in.ProviderMessageID+"/deleted", channels.InboundDeleted
	case m.Unknown:
		in.Kind = channels.InboundUnsupported
	}
	for _, a := range m.Attachments.List {
		attach(in, a)
	}
	if in.Data == nil && m.Referral.Given {
		in.Data = channels.Object(map[string]any{"referral": m.Referral.Value})
	}
	return []channels.Inbound{{Message: in}}
}

// attach adds an attachment: a place, a file, or, for what has no address that a
// file can be had at, its title.
func attach(in *channels.InboundMessage, a attached) {
	payload := a.Payload.Value
	title := string(payload.Title)
	if title == "" {
		title = string(a.Title)
	}
	address := string(payload.URL)
	switch {
	case a.Type == "location":
		point := payload.Coordinates.Value
		channels.Place{Latitude: point.Latitude, Longitude: point.Longitude, Name: title}.Say(in)
	case isPage(a.Type) || !channels.Fetchable(address):
		if in.Text == "" {
			in.Text = title
		}
		if in.Text == "" {
			in.Text = address
		}
	default:
		in.Media = append(in.Media, channels.Media{URL: address, ContentType: contentType(a.Type)})
		if in.Text == "" {
			in.Text = title
		}
	}
}

// isPage reports whether the address of an attachment is that of a page to look at:
// what somebody shared from elsewhere.
func isPage(kind channels.Word) bool {
	return kind == "fallback" || kind == "share" || kind == "template"
}

// contentType is the range of types of an attachment: Meta names only that.
func contentType(kind channels.Word) string {
	switch kind {
	case "image", "video", "audio":
		return string(kind) + "/*"
	case "reel", "ig_reel":
		return "video/*"
	}
	return "application/octet-stream"
}

// delivered reads a delivery: of the messages that it names, which may be none,
// and of all up to the watermark.
func delivered(e event) []channels.Inbound {
	at := e.Delivery.Value.Watermark.Millis()
	ids := e.Delivery.Value.IDs.List
	found := make([]channels.Inbound, 0, len(ids)+1)
	for _, id := range ids {
		found = append(found, channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: string(id), Status: channels.StatusDelivered, Raw: "delivery", At: at}})
	}
	return append(found, upTo(e.person(), at, channels.StatusDelivered, "delivery")...)
}

// seen reads that the person saw the conversation. Instagram names the newest
// message; what came before it was seen too.
func seen(e event, at time.Time) []channels.Inbound {
	r := e.Read.Value
	if r.ID != "" {
		found := []channels.Inbound{{Receipt: &channels.Receipt{ProviderMessageID: string(r.ID), Status: channels.StatusRead, Raw: "seen", At: at}}}
		return append(found, upTo(e.person(), at, channels.StatusRead, "seen")...)
	}
	return upTo(e.person(), r.Watermark.Millis(), channels.StatusRead, "read")
}

// upTo is news of every message to a person up to a time.
func upTo(person string, at time.Time, status channels.Status, raw string) []channels.Inbound {
	if at.IsZero() {
		return nil
	}
	return []channels.Inbound{{Receipt: &channels.Receipt{To: person, Through: at, Status: status, Raw: raw, At: at}}}
}
