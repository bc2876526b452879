package simulator

// EventKind is what changed on the phones.
type EventKind string

const (
	// EventMessage: Event.Message is new or has changed.
	EventMessage EventKind = "message"
	// EventCleared: messages were removed; read the list again.
	EventCleared EventKind = "cleared"
	// EventRules: the rules were changed.
	EventRules EventKind = "rules"
	// EventMissed: events were dropped because they were not read in time;
	// read the list again.
	EventMissed EventKind = "missed"
)

// Event is one change on the phones of a workspace.
type Event struct {
	Kind    EventKind `json:"kind"`
	Message *Message  `json:"message,omitempty"`
}

// subscriberBuffer is how many events a slow reader may lie behind.
const subscriberBuffer = 256

type subscriber struct {
	events chan Event
	missed bool
}

// Subscribe reports every change on the phones of a workspace until cancel is
// called or the simulator stops; then the channel is closed. A reader that
// falls behind misses events and is told so.
func (s *Simulator) Subscribe(workspaceID string) (events <-chan Event, cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := &subscriber{events: make(chan Event, subscriberBuffer)}
	if s.state == stateStopped {
		close(sub.events)
		return sub.events, func() {}
	}
	ws := s.workspace(workspaceID)
	ws.subscribers[sub] = struct{}{}
	return sub.events, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.unsubscribe(ws, sub)
	}
}

// unsubscribe closes the channel once; the lock is held.
func (s *Simulator) unsubscribe(ws *workspace, sub *subscriber) {
	if _, ok := ws.subscribers[sub]; ok {
		delete(ws.subscribers, sub)
		close(sub.events)
	}
}

func (s *Simulator) closeSubscribers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ws := range s.workspaces {
		for sub := range ws.subscribers {
			s.unsubscribe(ws, sub)
		}
	}
}

// publish tells the workspace's subscribers; m is nil for events without a
// message. It never blocks. The lock is held.
func (s *Simulator) publish(ws *workspace, kind EventKind, m *message) {
	if len(ws.subscribers) == 0 {
		return
	}
	e := Event{Kind: kind}
	if m != nil {
		snapshot := m.snapshot()
		e.Message = &snapshot
	}
	for sub := range ws.subscribers {
		if sub.missed {
			select {
			case sub.events <- Event{Kind: EventMissed}:
				sub.missed = false
			default:
				continue
			}
		}
		select {
		case sub.events <- e:
		default:
			sub.missed = true
		}
	}
}
