package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Direction is which way what is passed on goes.
type Direction string

const (
	// ToServer is what the client sends, ToClient what it is answered.
	ToServer Direction = "upstream"
	ToClient Direction = "downstream"
)

// Fault is what a link does to its connections; the fields are those of the
// toxics of toxiproxy.
type Fault struct {
	// Kind is "latency", "reset_peer", "timeout", "limit_data", "slicer" or
	// "bandwidth".
	Kind  string
	To    Direction
	Attrs map[string]int
}

// Link is a network connection to one address that can be cut, slowed down and
// reset.
type Link struct {
	tb    testing.TB
	proxy *toxiproxy.Proxy
}

// NewLink makes a link to an address, such as "127.0.0.1:5432". It ends with the
// test.
func NewLink(tb testing.TB, to string) *Link {
	tb.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l := &Link{tb: tb, proxy: toxiproxy.NewProxy(server, "link", "127.0.0.1:0", to)}
	l.Mend()
	tb.Cleanup(l.Cut)
	return l
}

// Address is where the link takes connections.
func (l *Link) Address() string { return l.proxy.Listen }

// Cut ends all connections and refuses new ones.
func (l *Link) Cut() { l.proxy.Stop() }

// Mend takes connections again, at the same address.
func (l *Link) Mend() {
	l.tb.Helper()
	if err := l.proxy.Start(); err != nil {
		l.tb.Errorf("start a link: %v", err)
	}
}

// Spoil has the link do something to all connections, until Clear.
func (l *Link) Spoil(f Fault) {
	l.tb.Helper()
	data, err := json.Marshal(map[string]any{"name": f.Kind, "type": f.Kind, "stream": f.To, "toxicity": 1, "attributes": f.Attrs})
	if err != nil {
		l.tb.Errorf("describe a fault: %v", err)
		return
	}
	if _, err := l.proxy.Toxics.AddToxicJson(bytes.NewReader(data)); err != nil {
		l.tb.Errorf("add a fault to a link: %v", err)
	}
}

// Clear makes the link good again.
func (l *Link) Clear() { l.proxy.Toxics.ResetToxics(context.Background()) }
