package api

import "sync"

// channelEvent says that a channel changed; its JSON is the event's data.
type channelEvent struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// hubBuffer is how many events a stream may lie behind.
const hubBuffer = 64

// hub passes changes of channels on to the event streams of their workspace.
type hub struct {
	mu          sync.Mutex
	subscribers map[string]map[*hubStream]struct{}
}

// hubStream is one reader. missed holds a token when events were dropped.
type hubStream struct {
	events chan channelEvent
	missed chan struct{}
}

func newHub() *hub { return &hub{subscribers: map[string]map[*hubStream]struct{}{}} }

func (h *hub) subscribe(workspace string) (stream *hubStream, cancel func()) {
	s := &hubStream{events: make(chan channelEvent, hubBuffer), missed: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subscribers[workspace] == nil {
		h.subscribers[workspace] = map[*hubStream]struct{}{}
	}
	h.subscribers[workspace][s] = struct{}{}
	return s, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subscribers[workspace], s)
		if len(h.subscribers[workspace]) == 0 {
			delete(h.subscribers, workspace)
		}
	}
}

// publish never waits for a reader.
func (h *hub) publish(workspace string, e channelEvent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subscribers[workspace] {
		select {
		case s.events <- e:
		default:
			select {
			case s.missed <- struct{}{}:
			default:
			}
		}
	}
}
