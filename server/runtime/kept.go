package runtime

import (
	"encoding/json"
	"fmt"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// tell gives a run an event. For a run that this server cannot step it is kept:
// a newer one, or one with the right key, will find it.
func (b *batch) tell(w *work, ev engine.Event) {
	if w == nil {
		return
	}
	if w.broken == nil {
		b.step(w, ev)
		return
	}
	data, err := json.Marshal(ev)
	if err != nil {
		b.l.log.Error("an event cannot be written", "run_id", w.live.ID, "visit", ev.Visit, "event", ev.Kind, "error", err)
		return
	}
	if !b.keeps(w) {
		// The next look for due timers finds the run.
		b.postpone = append(b.postpone, w.live)
	}
	b.kept = append(b.kept, store.KeptEvent{ID: store.NewID(), WorkspaceID: w.live.WorkspaceID, RunID: w.live.ID, Event: data, At: b.now})
}

// keeps reports whether something was kept for the run in this batch.
func (b *batch) keeps(w *work) bool {
	for _, e := range b.kept {
		if e.RunID == w.live.ID {
			return true
		}
	}
	return false
}

// takeKept finds what was kept for the runs of the batch that this server can
// step.
func (b *batch) takeKept(tx *store.Batch) error {
	var ids []string
	for _, w := range b.order {
		if w.broken == nil && w.read {
			ids = append(ids, w.live.ID)
		}
	}
	found, err := tx.TakeKept(ids)
	b.found = found
	return err
}

// applyKept gives runs what was kept for them, before anything newer.
func (b *batch) applyKept() error {
	for _, e := range b.found {
		var ev engine.Event
		if err := json.Unmarshal(e.Event, &ev); err != nil {
			return fmt.Errorf("read what was kept for run %s: %w", e.RunID, err)
		}
		if w := b.workOf(e.WorkspaceID, e.RunID); w != nil {
			b.events++
			if ev.Receipt != nil {
				b.reach(w, channels.Status(ev.Receipt.Status))
			}
			b.step(w, ev)
		}
	}
	return nil
}
