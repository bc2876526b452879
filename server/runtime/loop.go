package runtime

import (
	"context"
	"errors"
	"time"

	"sluice/server/store"
)

const (
	// firstBackoff and lastBackoff bound the wait after the database failed.
	firstBackoff = 20 * time.Millisecond
	lastBackoff  = time.Second
	// noTime is how long the loop sleeps when nothing is due.
	noTime = time.Hour
)

// schedule is when the loop has to look for what. It belongs to the loop.
type schedule struct {
	// seen is the time of the clock at the turn before, without what the process
	// itself measures.
	seen time.Time
	// timer is the next deadline of a run that is known of; zero for none.
	timer time.Time
	// send is when a message in the database is to be sent next; zero for none.
	send time.Time
	// lastTimers and lastSends are when they were looked for last.
	lastTimers, lastSends time.Time
	// more is true when the last look did not see everything that was due.
	more bool
	// turn is the workspace whose timers had the last turn then.
	turn string
	// skewed is true while this machine's clock differs much from the database's.
	skewed      bool
	beat, prune time.Time
	// lost is true when the runs belong to another executor.
	lost bool
	// until is when the database is tried again after it failed; failures
	// counts those in a row.
	until    time.Time
	failures int
	// reconcile is set after a failure: a commit whose answer was lost may
	// have left leases that this worker does not know of.
	reconcile bool
	// doubtful are messages that a failed transaction had taken over from dead
	// workers, until it is known whether it was done.
	doubtful map[attempt]bool
}

// notice finds out whether the clock was moved back. What was to happen some
// time after an earlier look would wait for the clock to come there again, so
// everything is looked at now.
func (s *schedule) notice(now time.Time) {
	now = now.Round(0)
	if now.Before(s.seen) {
		s.lastTimers, s.lastSends, s.until, s.prune = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		s.timer, s.send, s.beat = now, now, now
	}
	s.seen = now
}

// due brings a time forward.
func bringForward(at *time.Time, t time.Time) {
	if !t.IsZero() && (at.IsZero() || t.Before(*at)) {
		*at = t
	}
}

// loop is the batch loop. It returns when everything has come to rest after
// Stop.
func (l *Local) loop() {
	now := l.clock.Now()
	// Everything is looked at once: another process may have left work.
	l.schedule = schedule{timer: now, send: now}
	for !l.stopping() {
		l.turn()
	}
	l.drain()
}

func (l *Local) stopping() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// turn does what is due, or sleeps until something is.
func (l *Local) turn() {
	now := l.clock.Now()
	s := &l.schedule
	s.notice(now)
	if now.Before(s.until) {
		l.sleep(s.until, false)
		return
	}
	if !now.Before(s.beat) {
		if !l.maintain(now) {
			return
		}
		// The beat may have set the clock.
		now = l.clock.Now()
		s.notice(now)
	}
	if s.reconcile && !l.reconcile() {
		return
	}
	items := l.inbox.take(l.tuning.BatchSize)
	timers := l.timersDue(now)
	if len(items) > 0 || timers {
		l.process(items, timers, now)
	}
	if l.sendsDue(now) {
		l.claimSends(now)
	}
	if len(items) == 0 && !timers {
		l.sleep(l.nextWake(l.clock.Now()), true)
	}
}

// timersDue reports whether it is time to look for due timers. They are looked
// for at most every TimerInterval, so that many close to each other share a
// transaction.
func (l *Local) timersDue(now time.Time) bool {
	s := &l.schedule
	if s.more {
		return true
	}
	return !s.timer.IsZero() && !now.Before(s.timer) && !now.Before(s.lastTimers.Add(l.tuning.TimerInterval))
}

func (l *Local) sendsDue(now time.Time) bool {
	s := &l.schedule
	return l.lanes.wants() && !now.Before(s.lastSends.Add(l.tuning.TimerInterval)) ||
		!s.send.IsZero() && !now.Before(s.send) && !now.Before(s.lastSends.Add(l.tuning.TimerInterval))
}

// nextWake is the time at which something is due next.
func (l *Local) nextWake(now time.Time) time.Time {
	s := &l.schedule
	next := now.Add(noTime)
	consider := func(at, notBefore time.Time) {
		if at.IsZero() {
			return
		}
		if at.Before(notBefore) {
			at = notBefore
		}
		if at.Before(next) {
			next = at
		}
	}
	if s.more {
		return now
	}
	consider(s.timer, s.lastTimers.Add(l.tuning.TimerInterval))
	consider(s.send, s.lastSends.Add(l.tuning.TimerInterval))
	if l.lanes.wants() {
		consider(now, s.lastSends.Add(l.tuning.TimerInterval))
	}
	consider(s.beat, now)
	return next
}

// sleep returns at a time, when the executor is stopped, or, with wakes, when
// something comes in.
func (l *Local) sleep(until time.Time, wakes bool) {
	timer, free := l.clock.Until(until)
	defer free()
	wake := l.inbox.wake
	if !wakes {
		wake = nil
	}
	l.rest.begin(until)
	defer l.rest.end()
	select {
	case <-timer:
	case <-wake:
	case <-l.stop:
	}
}

// process takes a batch in, whatever goes wrong with it. now is the time of its
// turn, which was found to be right: the clock may be moved at any moment.
func (l *Local) process(items []*item, timers bool, now time.Time) {
	b := newBatch(l, items)
	b.now = whole(now)
	b.claimTimers = timers
	err := l.commit(b)
	switch {
	case err == nil:
		return
	case errors.Is(err, ErrUnavailable):
		l.failed(err, b.items)
	default:
		l.isolate(b, err)
	}
}

// commit runs one batch in one transaction and does what follows from it.
func (l *Local) commit(b *batch) error {
	began := time.Now()
	err := l.store.Batch(context.Background(), b.run)
	if err != nil {
		b.undo()
		return err
	}
	l.schedule.failures = 0
	b.finish()
	l.metrics.batchSeconds.Observe(time.Since(began).Seconds())
	l.metrics.batchEvents.Observe(float64(b.events))
	l.trace(b, began)
	return nil
}

// failed answers everybody that the database cannot be used, keeps what must
// not be lost, and has the loop wait before it tries again.
func (l *Local) failed(err error, items []*item) {
	var keep []*item
	for _, it := range items {
		switch {
		case it.done != nil:
			it.answer(err)
		case it.outcome != nil:
			keep = append(keep, it)
		}
		// Timers and early receipts are still in the database.
	}
	l.inbox.add(keep...)
	l.backOff(err)
}

// backOff has the loop wait before it uses the database again.
func (l *Local) backOff(err error) {
	s := &l.schedule
	now := l.clock.Now()
	s.failures++
	wait := min(firstBackoff<<min(s.failures-1, 10), lastBackoff)
	s.until = now.Add(wait)
	// What was claimed in the failed transaction is due again.
	s.timer, s.send, s.reconcile = now, now, true
	l.metrics.databaseFailures.Inc()
	if s.failures == 1 || s.failures%30 == 0 {
		l.log.Error("the database cannot be used; trying again", "failures", s.failures, "error", err)
	}
}

// isolate repeats a batch that failed for a reason in itself, in halves, until
// what is wrong stands alone.
func (l *Local) isolate(b *batch, cause error) {
	items := b.items
	for _, run := range b.claimed {
		items = append(items, &item{timer: &run, weight: 1})
	}
	switch len(items) {
	case 0:
		l.backOff(cause)
		return
	case 1:
		l.giveUp(items[0], cause)
		return
	}
	for _, half := range [][]*item{items[:len(items)/2], items[len(items)/2:]} {
		part := newBatch(l, half)
		part.now = b.now
		err := l.commit(part)
		switch {
		case err == nil:
		case errors.Is(err, ErrUnavailable):
			l.failed(err, half)
		default:
			l.isolate(part, err)
		}
	}
	// The split has taken in everything that was claimed, but not looked for
	// more.
	l.schedule.timer = l.clock.Now()
}

// poisonDelay is how long a run is left alone that could not be stepped.
const poisonDelay = time.Minute

// giveUp deals with the one item that a batch fails for.
func (l *Local) giveUp(it *item, cause error) {
	log := l.log.With(it.about()...).With("error", cause)
	switch {
	case it.done != nil:
		log.Error("an event could not be taken in")
		it.answer(cause)
	case it.timer != nil:
		log.Error("a run could not be stepped and is left alone for a while")
		err := l.store.Batch(context.Background(), func(tx *store.Batch) error {
			return tx.Postpone([]store.LiveRun{*it.timer}, l.clock.Now().Add(poisonDelay))
		})
		if err != nil {
			l.backOff(err)
		}
	case it.outcome != nil:
		// The lease stays with this worker, so the message is neither lost nor
		// sent again; the outcome is tried again with the next batches.
		log.Error("the outcome of a send could not be taken in")
		if it.outcome.rejected++; it.outcome.rejected <= maxRejected {
			l.inbox.add(it)
		}
		l.backOff(cause)
	default:
		log.Error("an early receipt could not be taken in")
	}
}

// maxRejected is how often the outcome of a send is tried to be taken in when
// the database refuses what it holds.
const maxRejected = 10
