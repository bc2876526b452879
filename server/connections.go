package server

import (
	"container/list"
	"net"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/server/peer"
)

// connections bound how many clients are connected, in sum and from one address.
// When there are too many, the one on which the server has waited longest for a
// request gives way, so that idle ones keep nobody out; an address that has too many
// gives way to itself. Trusted proxies count for the sum only.
type connections struct {
	// Listener is set before anybody is let in.
	net.Listener
	total, each int
	proxies     peer.Proxies
	closed      *prometheus.CounterVec

	mu sync.Mutex
	// room is told when a connection ends or becomes idle.
	room *sync.Cond
	done bool
	open int
	// idle are those on which no request is being answered, the longest first.
	idle    *list.List
	clients map[string]*client
}

// client is one address.
type client struct {
	open int
	idle *list.List
}

// connection is one of them. Its places in the lists are nil while it is busy.
type connection struct {
	net.Conn
	of          *connections
	key         string
	among, mine *list.Element
	gone        bool
}

func newConnections(total, each int, proxies peer.Proxies, reg prometheus.Registerer) *connections {
	c := &connections{total: total, each: each, proxies: proxies, idle: list.New(), clients: map[string]*client{}}
	c.room = sync.NewCond(&c.mu)
	c.closed = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sluice_http_connections_closed_total",
		Help: "Connections that the server closed for want of room: idle ones, and one too many of an address.",
	}, []string{"why"})
	for _, why := range []string{"idle", "address"} {
		c.closed.WithLabelValues(why)
	}
	reg.MustRegister(c.closed, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "sluice_http_connections", Help: "Open connections of clients.",
	}, c.load))
	return c
}

// Accept implements net.Listener.
func (c *connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		key := ""
		if address := peer.Parse(conn.RemoteAddr().String()); !c.proxies.Trusts(address) {
			key = peer.Key(address)
		}
		if admitted := c.admit(conn, key); admitted != nil {
			return admitted, nil
		}
		_ = conn.Close()
	}
}

// Close implements net.Listener.
func (c *connections) Close() error {
	c.mu.Lock()
	c.done = true
	c.room.Broadcast()
	c.mu.Unlock()
	return c.Listener.Close()
}

// admit makes room for a connection, and waits for it when all are busy. It is nil
// for one that is one too many of its address.
func (c *connections) admit(conn net.Conn, key string) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if of := c.clients[key]; key != "" && of != nil && of.open >= c.each && !c.displace(of.idle) {
		c.closed.WithLabelValues("address").Inc()
		return nil
	}
	for c.open >= c.total && !c.displace(c.idle) {
		if c.done {
			return nil
		}
		c.room.Wait()
	}
	of := c.clients[key]
	if of == nil {
		of = &client{idle: list.New()}
		c.clients[key] = of
	}
	c.open++
	of.open++
	admitted := &connection{Conn: conn, of: c, key: key}
	c.rest(admitted)
	return admitted
}

// displace closes the connection that has been idle for longest among some, and
// reports whether there was one.
func (c *connections) displace(idle *list.List) bool {
	longest := idle.Front()
	if longest == nil {
		return false
	}
	victim := longest.Value.(*connection)
	c.forget(victim)
	_ = victim.Conn.Close()
	c.closed.WithLabelValues("idle").Inc()
	return true
}

func (c *connections) rest(conn *connection) {
	if conn.among == nil && !conn.gone {
		conn.among, conn.mine = c.idle.PushBack(conn), c.clients[conn.key].idle.PushBack(conn)
		c.room.Signal()
	}
}

func (c *connections) busy(conn *connection) {
	if conn.among != nil {
		c.idle.Remove(conn.among)
		c.clients[conn.key].idle.Remove(conn.mine)
		conn.among, conn.mine = nil, nil
	}
}

func (c *connections) forget(conn *connection) {
	if conn.gone {
		return
	}
	c.busy(conn)
	conn.gone = true
	c.open--
	of := c.clients[conn.key]
	if of.open--; of.open == 0 {
		delete(c.clients, conn.key)
	}
	c.room.Signal()
}

// CloseWrite lets the HTTP server end its side first, so that a client which still
// sends sees the answer.
func (c *connection) CloseWrite() error {
	if tcp, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return tcp.CloseWrite()
	}
	return nil
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.of.mu.Lock()
	c.of.forget(c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// follow is told by the HTTP server what a connection does. One whose request is not
// whole up to its headers is idle.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	of, ok := conn.(*connection)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateActive, http.StateHijacked:
		c.busy(of)
	case http.StateIdle:
		c.rest(of)
	case http.StateNew, http.StateClosed:
	}
}

func (c *connections) load() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return float64(c.open)
}
