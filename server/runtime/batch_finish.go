package runtime

import (
	"sluice/server/store"
)

// undo gives back what a failed transaction had taken outside the database.
func (b *batch) undo() {
	for lane, n := range b.reserved {
		b.l.lanes.unreserve(lane, n)
	}
	b.reserved = nil
	for _, w := range b.order {
		b.l.recent.forget(w.live.ID)
	}
}

// finish does what follows from the commit: waiters are answered, messages go
// to their lanes, and everybody who watches is told.
func (b *batch) finish() {
	b.reschedule()
	for _, it := range b.items {
		if it.outcome != nil {
			b.l.lanes.written(it.outcome.row.MessageID)
		}
		if s := it.start; s != nil && s.replay == nil {
			s.started = b.works[s.runID].started()
		}
		switch {
		case it.cancel != nil && (b.works[it.cancel.runID] == nil || b.works[it.cancel.runID].live.WorkspaceID != it.cancel.workspace):
			it.answer(store.ErrNotFound)
		case it.cancel != nil && b.works[it.cancel.runID].broken != nil:
			it.answer(b.works[it.cancel.runID].broken)
		default:
			it.answer(nil)
		}
	}
	for _, w := range b.order {
		if w.broken == nil {
			b.l.recent.put(w.remember())
		}
	}
	b.l.lanes.enqueue(b.outbox)
	b.publish()
	b.count()
	b.suspend()
}

// reschedule tells the loop what it learned of times to come.
func (b *batch) reschedule() {
	s := &b.l.schedule
	if b.claimTimers {
		s.more, s.turn, s.lastTimers, s.timer = b.more, b.turn, b.now, b.nextTimer
		if b.l.shared() {
			// Other processes start waits that this one does not hear of.
			bringForward(&s.timer, b.now.Add(b.l.tuning.PollInterval))
		}
	}
	for _, w := range b.order {
		if due, ok := w.state.Due(); ok && w.broken == nil {
			bringForward(&s.timer, due)
		}
	}
	if len(b.postpone) > 0 {
		bringForward(&s.timer, b.now.Add(poisonDelay))
	}
	for _, o := range b.released {
		bringForward(&s.send, o.NextAt)
	}
	for _, o := range b.outbox {
		switch {
		case o.NextAt.After(b.now):
			bringForward(&s.send, o.NextAt)
		case o.LeaseBy == "":
			b.l.lanes.overflow(o.Lane())
		}
	}
	for _, o := range b.handed {
		bringForward(&s.send, o.NextAt)
	}
	if len(b.withdrawn) > 0 {
		bringForward(&s.send, b.now)
	}
}

func (b *batch) publish() {
	seen := map[string]bool{}
	for _, m := range b.changed {
		if w := b.works[m.row.RunID]; w != nil && len(w.history) == 0 && !seen[w.live.ID] {
			seen[w.live.ID] = true
			b.l.hub.publish(w.live.WorkspaceID, w.update(b.now))
		}
	}
	for _, w := range b.order {
		if len(w.history) > 0 {
			b.l.hub.publish(w.live.WorkspaceID, w.update(b.now))
		}
	}
}

func (b *batch) count() {
	m := b.l.metrics
	for _, w := range b.order {
		for _, h := range w.history {
			m.steps.WithLabelValues(h.Event).Inc()
		}
		m.ignored.Add(float64(w.ignored))
		if w.start != nil {
			m.started.Inc()
		}
		if w.ended {
			m.ended.WithLabelValues(string(w.state.Status)).Inc()
		}
	}
}
