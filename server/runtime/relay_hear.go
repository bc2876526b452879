package runtime

import (
	"encoding/json"
	"time"

	"sluice/engine"
)

// hear passes a ring of another server on to the subscribers of this one.
func (h *hub) hear(worker, text string) {
	var message ring
	if err := json.Unmarshal([]byte(text), &message); err != nil || message.By == worker {
		// A newer server may say more than this one understands; its subscribers
		// read again on their own when it matters.
		return
	}
	updates := make([]Update, len(message.Updates))
	for i, u := range message.Updates {
		updates[i] = Update{
			Kind: u.Kind, RunID: u.Run, FlowID: u.Flow, Status: engine.Status(u.Status), Outcome: u.Outcome, Node: u.Node, Visit: u.Visit, Seq: u.Seq,
			ChannelID: u.Channel, At: time.UnixMicro(u.At).UTC(),
		}
	}
	if len(updates) == 0 {
		updates = []Update{{Kind: UpdateResync, At: time.Now().UTC()}}
	}
	h.deliver(message.Workspace, updates...)
}

// resync tells all subscribers that updates may have been lost.
func (h *hub) resync() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, subs := range h.subs {
		for s := range subs {
			s.send(Update{Kind: UpdateResync, At: time.Now().UTC()})
		}
	}
}
