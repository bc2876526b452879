package runtime

import (
	"time"

	"sluice/engine"
	"sluice/server/store"
	"sluice/server/telemetry"
)

// stepAll applies what happened, in the order in which it came in. Timers come
// last: what happened by the time that a deadline passed was in time.
func (b *batch) stepAll(*store.Batch) error {
	if err := b.applyKept(); err != nil {
		return err
	}
	for _, it := range b.items {
		b.events += max(it.weight, 1)
		b.origin = it.origin
		switch {
		case it.start != nil:
			if err := b.begin(it.start); err != nil {
				return err
			}
		case it.cancel != nil:
			if w := b.workOf(it.cancel.workspace, it.cancel.runID); w != nil && !w.state.Status.Final() {
				b.step(w, engine.Event{Kind: engine.EventCancel, Cancel: &it.cancel.cancel})
			}
		case it.outcome != nil:
			b.applyOutcome(it.outcome)
		case it.inbound != nil:
			for _, ev := range b.located[it] {
				b.origin = b.originOf(ev)
				b.applyInbound(ev)
			}
		case it.early != nil:
			b.applyEarly(*it.early)
		}
	}
	b.origin = telemetry.Origin{}
	for _, r := range b.taken {
		b.applyEarly(r)
	}
	for _, it := range b.items {
		if it.timer != nil {
			b.fire(b.works[it.timer.ID])
		}
	}
	for _, run := range b.claimed {
		b.events++
		b.fire(b.works[run.ID])
	}
	return nil
}

// begin takes in a new run. Its first step was done before; see startItem. One
// that waited so long for this batch that its first deadline comes notably
// nearer is stepped again: deadlines count from when the run is there. So is one
// from before the clock was set back.
func (b *batch) begin(s *startItem) error {
	if s.replay != nil {
		return nil
	}
	if due, waits := s.first.state.Due(); waits {
		at := s.first.state.EnteredAt
		if waited := b.now.Sub(at); waited > max(minQueued, due.Sub(at)/10) || waited < -minQueued {
			if err := b.l.stepFirst(s, b.now); err != nil {
				return err
			}
		}
	}
	w := *s.first
	b.take(&w)
	b.noteStep(&w, engine.Event{Kind: engine.EventStart}, engine.State{}, w.traces[0])
	return nil
}

// minQueued is how long any new run may wait for its transaction without being
// stepped again.
const minQueued = 20 * time.Millisecond

// step gives a run an event.
func (b *batch) step(w *work, ev engine.Event) {
	before := w.state
	b.l.step(w, ev, b.now)
	b.noteStep(w, ev, before, w.traces[len(w.traces)-1])
}

// fire gives a run its timer, if that is still due after what came before it.
func (b *batch) fire(w *work) {
	if w == nil {
		return
	}
	if w.broken != nil {
		if !b.keeps(w) {
			b.postpone = append(b.postpone, w.live)
		}
		return
	}
	due, ok := w.state.Due()
	if !ok || b.now.Before(due) {
		return
	}
	b.l.metrics.lateness.Observe(b.now.Sub(due).Seconds())
	b.step(w, engine.Event{Kind: engine.EventTimer, Visit: w.state.Visit})
}
