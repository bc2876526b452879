package temporal

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"sluice/engine"
)

func timerEvent() *engine.Event { return &engine.Event{Kind: engine.EventTimer} }

// wait returns when something has happened or is due.
func (r *run) wait() {
	r.arm(r.next())
	selector := workflow.NewSelector(r.ctx)
	selector.AddReceive(r.signals, func(c workflow.ReceiveChannel, _ bool) {
		var s Signal
		c.Receive(r.ctx, &s)
		r.hear(s)
	})
	for _, s := range r.sends {
		if s.result != nil {
			// What came of it is taken in by drain.
			selector.AddFuture(s.result, func(workflow.Future) {})
		}
	}
	if r.timer != nil {
		selector.AddFuture(r.timer, func(workflow.Future) { r.timer, r.timerAt = nil, time.Time{} })
	}
	selector.Select(r.ctx)
}

// next is when the run goes on by itself; zero for never.
func (r *run) next() time.Time {
	var next time.Time
	consider := func(at time.Time) {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, s := range r.sends {
		if s.result == nil {
			consider(s.Try.At)
		}
	}
	// The end of the run's lifetime is far away and needs no timer while a
	// call is under way that ends long before.
	if !r.at.Expires || !r.sending() {
		consider(r.at.Due)
	}
	return next
}

// arm sets the timer to a time. One that is set to it stays: each is an event
// in the history.
func (r *run) arm(next time.Time) {
	if r.in.Told || next.Equal(r.timerAt) {
		return
	}
	if r.timer != nil {
		r.stopTimer()
		r.timer = nil
	}
	r.timerAt = next
	if next.IsZero() {
		return
	}
	ctx, stop := workflow.WithCancel(r.ctx)
	r.timer, r.stopTimer = workflow.NewTimer(ctx, next.Sub(workflow.Now(r.ctx))), stop
}

// rest answers the query of that name.
func (r *run) rest() (Rest, error) {
	idle := !r.busy && len(r.pending) == 0 && !r.sending()
	return Rest{Idle: idle, Done: idle && r.done(), Next: r.next(), Now: r.now}, nil
}
