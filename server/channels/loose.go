package channels

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sluice/engine/address"
)

// What vendors send is read piece by piece: a part in another form than documented
// costs itself, and not what stands beside it, which a vendor would repeat for days
// or never send again.

// Items are the elements of a JSON array, each read by itself.
type Items[T any] struct {
	// List are those that could be read; Broken is how many could not.
	List   []T
	Broken int
}

// UnmarshalJSON never fails: what is no array is one broken element.
func (x *Items[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		x.Broken++
		return nil //nolint:nilerr // see above
	}
	for _, raw := range elements {
		var v T
		if err := json.Unmarshal(raw, &v); err != nil || string(raw) == "null" {
			x.Broken++
			continue
		}
		x.List = append(x.List, v)
	}
	return nil
}

// Maybe is a part of a JSON object that may be missing, or have another form than
// documented: then it is its zero value.
type Maybe[T any] struct {
	Value T
	// Given is whether there was one that could be read.
	Given bool
}

// UnmarshalJSON never fails.
func (x *Maybe[T]) UnmarshalJSON(data []byte) error {
	var v T
	if err := json.Unmarshal(data, &v); err == nil && string(data) != "null" {
		x.Value, x.Given = v, true
	}
	return nil
}

// Word is a text that may be written as one, as a number or as true or false. What
// is neither is empty.
type Word string

// UnmarshalJSON never fails.
func (w *Word) UnmarshalJSON(data []byte) error {
	var text string
	switch {
	case json.Unmarshal(data, &text) == nil:
		*w = Word(text)
	case len(data) > 0 && data[0] != '{' && data[0] != '[' && string(data) != "null":
		*w = Word(data)
	}
	return nil
}

// Seconds and Millis are Unix times as text or numbers; zero for what is no time,
// or one that no message has.
func (w Word) Seconds() time.Time { return w.unix(func(n int64) time.Time { return time.Unix(n, 0) }) }

// Millis is Seconds for milliseconds.
func (w Word) Millis() time.Time { return w.unix(time.UnixMilli) }

func (w Word) unix(read func(int64) time.Time) time.Time {
	n, err := strconv.ParseInt(string(w), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return PlausibleTime(read(n))
}

// PlausibleTime is a vendor's time in UTC, or zero for one that no message can
// have: times are kept and compared, so that nonsense is better unknown.
func PlausibleTime(at time.Time) time.Time {
	if at.Year() < 2000 || at.Year() >= 2200 {
		return time.Time{}
	}
	return at.UTC()
}

// maxObject bounds Data of a message, in bytes: a form or an order of some dozens
// of entries.
const maxObject = 16 << 10

// Object is a value as the JSON object of InboundMessage.Data; nil for what is no
// object, or a too large one.
func Object(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil || len(data) > maxObject || len(data) < len("{}") || data[0] != '{' {
		return nil
	}
	return data
}

// Fetchable reports whether a file can be asked for at that address.
func Fetchable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// Place is a point on the map.
type Place struct {
	Latitude  json.Number `json:"latitude"`
	Longitude json.Number `json:"longitude"`
	Name      string      `json:"name,omitempty"`
	Address   string      `json:"address,omitempty"`
}

// Say makes it what the message says: "51.19,5.99 Station, Stationsplein 8". The
// numbers stay as the vendor writes them. A place without numbers says nothing.
func (p Place) Say(m *InboundMessage) {
	if !isCoordinate(p.Latitude) || !isCoordinate(p.Longitude) {
		return
	}
	m.Text = p.Latitude.String() + "," + p.Longitude.String()
	if words := strings.Join(nonEmpty(p.Name, p.Address), ", "); words != "" {
		m.Text += " " + words
	}
	m.Data = Object(map[string]any{"location": p})
}

func isCoordinate(n json.Number) bool {
	x, err := n.Float64()
	return err == nil && -360 <= x && x <= 360
}

// Card is an entry of somebody's address book.
type Card struct {
	Name   string   `json:"name,omitempty"`
	Phones []string `json:"phones,omitempty"`
	Emails []string `json:"emails,omitempty"`
}

// SayCards makes them what the message says: "Ana +639171234567", one on each line.
func SayCards(m *InboundMessage, cards []Card) {
	lines := make([]string, 0, len(cards))
	for _, c := range cards {
		if line := strings.Join(nonEmpty(append([]string{c.Name}, c.Phones...)...), " "); line != "" {
			lines = append(lines, line)
		}
	}
	m.Text = strings.Join(lines, "\n")
	if len(cards) > 0 {
		m.Data = Object(map[string]any{"contacts": cards})
	}
}

// Product is a line of an order.
type Product struct {
	ID       Word `json:"product_retailer_id"`
	Quantity Word `json:"quantity"`
	Price    Word `json:"item_price"`
	Currency Word `json:"currency"`
}

// SayOrder makes an order what the message says: what the person wrote, and each
// product on a line, "2 × tea-green, 4.5 EUR".
func SayOrder(m *InboundMessage, text string, products []Product, order json.RawMessage) {
	lines := nonEmpty(text)
	for _, p := range products {
		line := string(p.Quantity) + " × " + string(p.ID)
		if p.Price != "" {
			line += ", " + strings.TrimSpace(string(p.Price)+" "+string(p.Currency))
		}
		lines = append(lines, line)
	}
	m.Text = strings.Join(lines, "\n")
	m.Data = Object(map[string]any{"order": order})
}

// Person is the address of somebody on the channel type, as a vendor writes it: a
// number gets its "+", a name or an id none.
func (t ChannelType) Person(written string) string {
	return address.Reader{}.Sender(string(t), written)
}

func nonEmpty(words ...string) []string {
	var list []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}
