package runtime

import "sync"

// subscriberBuffer is how many updates a subscriber may lag behind: some
// seconds of a busy workspace.
const subscriberBuffer = 1024

// hub passes updates on to subscribers. Publishing never waits for them.
type hub struct {
	// relay tells other servers; nil where there are none.
	relay *relay

	mu   sync.Mutex
	subs map[string]map[*subscriber]struct{}
}

type subscriber struct {
	c chan Update
	// lost is set while updates were dropped and no resync could be sent.
	lost bool
}

func newHub(r *relay) *hub { return &hub{relay: r, subs: map[string]map[*subscriber]struct{}{}} }

func (h *hub) subscribe(workspace string) (<-chan Update, func()) {
	s := &subscriber{c: make(chan Update, subscriberBuffer)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subs[workspace] == nil {
		h.subs[workspace] = map[*subscriber]struct{}{}
	}
	h.subs[workspace][s] = struct{}{}
	return s.c, sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs[workspace], s)
		if len(h.subs[workspace]) == 0 {
			delete(h.subs, workspace)
		}
		close(s.c)
	})
}

// publish tells the subscribers of this server and of others.
func (h *hub) publish(workspace string, updates ...Update) {
	h.deliver(workspace, updates...)
	h.relay.add(workspace, updates...)
}

// deliver tells the subscribers of this server.
func (h *hub) deliver(workspace string, updates ...Update) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs[workspace] {
		for _, u := range updates {
			s.send(u)
		}
	}
}

// send drops the update when the subscriber lags too far behind. The last
// place in its buffer is kept for telling it so.
func (s *subscriber) send(u Update) {
	switch room := cap(s.c) - len(s.c); {
	case room > 1 && !s.lost:
		s.c <- u
	case room >= 1 && !s.lost:
		s.c <- Update{Kind: UpdateResync, At: u.At}
		s.lost = true
	case room > 1:
		// It read what it had: the resync is behind it, so updates make sense
		// again. Those that were dropped in between need another resync.
		s.lost = false
		s.c <- Update{Kind: UpdateResync, At: u.At}
	}
}
