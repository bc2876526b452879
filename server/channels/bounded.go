package channels

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// How long texts from outside may be, in bytes. Vendors keep far below: their ids
// and codes have some dozen characters. What is longer is no vendor's word, and a
// database can neither index nor anybody read it: PostgreSQL refuses an index entry
// of more than 2,704 bytes, and with it the whole transaction.
const (
	// MaxID is the length of ids and addresses, which are indexed.
	MaxID = 512
	// MaxCode is the length of an error's code and of other words of vendors.
	MaxCode = 64
	// MaxReason is the length of what an error says for people.
	MaxReason = 1 << 10
	// MaxProfileName is the length of a person's name.
	MaxProfileName = 256
	// MaxInboundText is the length of a message from a person: four times what any
	// vendor lets people write.
	MaxInboundText = 64 << 10
	// MaxInboundData is the size of what a person sent as a JSON object.
	MaxInboundData = 64 << 10
	// MaxAliases and MaxMedia are how many addresses and files a message has.
	MaxAliases, MaxMedia = 8, 32
)

// BoundedID is an id as it is stored and compared: one that is too long, or that
// not every database stores, is replaced by its beginning and a hash of all of it.
// The same id gives the same text, wherever it comes from, so what a send was
// answered with and what receipts name still agree.
func BoundedID(id string) string {
	clean := plainText(id)
	if len(clean) <= MaxID && clean == id {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return cutText(clean, MaxID/4) + "#" + hex.EncodeToString(sum[:16])
}

// Bounded is an event from a vendor with texts that every database stores. It
// changes the event.
func Bounded(ev Inbound) Inbound {
	if r := ev.Receipt; r != nil {
		r.ProviderMessageID, r.MessageID, r.To = BoundedID(r.ProviderMessageID), BoundedID(r.MessageID), BoundedID(r.To)
		r.Raw, r.Code, r.Reason = boundedText(r.Raw, MaxCode), boundedText(r.Code, MaxCode), boundedText(r.Reason, MaxReason)
	}
	if m := ev.Message; m != nil {
		m.ProviderMessageID, m.ReplyTo, m.ButtonID = BoundedID(m.ProviderMessageID), BoundedID(m.ReplyTo), BoundedID(m.ButtonID)
		m.From, m.To = BoundedID(m.From), BoundedID(m.To)
		m.Aliases = m.Aliases[:min(len(m.Aliases), MaxAliases)]
		for i := range m.Aliases {
			m.Aliases[i] = BoundedID(m.Aliases[i])
		}
		m.ProfileName, m.Text = boundedText(m.ProfileName, MaxProfileName), boundedText(m.Text, MaxInboundText)
		m.Media = m.Media[:min(len(m.Media), MaxMedia)]
		if len(m.Data) > MaxInboundData {
			m.Data = nil
		}
	}
	return ev
}

// Bounded is the answer to a send with texts that every database stores.
func (a Accepted) Bounded() Accepted {
	a.ProviderMessageID, a.Address = BoundedID(a.ProviderMessageID), BoundedID(a.Address)
	return a
}

// Bounded is the failure with texts that every database stores.
func (e *SendError) Bounded() *SendError {
	b := *e
	b.Code, b.Message, b.Hint = boundedText(e.Code, MaxCode), boundedText(e.Message, MaxReason), boundedText(e.Hint, MaxReason)
	return &b
}

func boundedText(text string, most int) string {
	text = plainText(text)
	if len(text) <= most {
		return text
	}
	return cutText(text, most-len("…")) + "…"
}

// plainText is text as PostgreSQL takes it too: UTF-8 without NUL.
func plainText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

func cutText(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
