package runtime

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

const (
	// adoptBatch is how many messages of a dead worker are taken over in one
	// transaction.
	adoptBatch = 500
	// sweepWindow is how far back early receipts are compared with messages:
	// far longer than any two transactions overlap.
	sweepWindow = time.Minute
)

// beat is when this worker last told the database that it is alive.
type beat struct{ last atomic.Pointer[time.Time] }

func (b *beat) at(t time.Time) { b.last.Store(&t) }

// fresh reports whether other workers still take this one for alive, with time
// left for a call. A clock that was moved back, or a machine that slept, must
// not make it look alive: the time that the process measured counts, and that of
// the clock too.
func (b *beat) fresh(l *Local) bool {
	if !l.shared() {
		return true
	}
	last := b.last.Load()
	if last == nil {
		return false
	}
	now, limit := l.machine.Now(), l.tuning.WorkerTTL*3/4
	measured := now.Sub(*last)
	return measured >= 0 && measured < limit && now.Round(0).Sub(last.Round(0)) < limit
}

// maintain beats, takes over what dead workers left, and prunes. It returns
// false when the database cannot be used.
func (l *Local) maintain(now time.Time) bool {
	s := &l.schedule
	l.recent.pass()
	began := l.machine.Now()
	var adopted []store.OutboxRow
	var matched []store.EarlyReceipt
	err := l.store.Batch(context.Background(), func(tx *store.Batch) error {
		if err := l.stay(tx); err != nil {
			return err
		}
		if err := l.readClock(tx); err != nil {
			return err
		}
		var err error
		if adopted, err = l.adopt(tx); err != nil {
			return err
		}
		if l.shared() {
			alive, err := tx.LiveWorkers(l.tuning.WorkerTTL)
			if err != nil {
				return err
			}
			l.alive.Store(alive)
			matched, err = tx.MatchEarly(now.Add(-sweepWindow), l.tuning.BatchSize)
			return err
		}
		return nil
	})
	if s.lost = errors.Is(err, store.ErrOtherExecutor); s.lost {
		l.failed(fmt.Errorf("%w: %w", ErrUnavailable, err), l.inbox.take(l.tuning.BatchSize))
		return false
	}
	if err != nil {
		s.doubt(adopted)
		l.backOff(err)
		return false
	}
	l.beat.at(began)
	now = l.clock.Now()
	s.beat = now.Add(l.tuning.Heartbeat)
	if len(adopted) == adoptBatch {
		s.beat = now
	}
	l.takeOver(adopted)
	for _, r := range matched {
		l.inbox.add(&item{early: &r, weight: 1})
	}
	if !now.Before(s.prune) {
		s.prune = now.Add(l.tuning.Housekeeping)
		l.tidy()
	}
	return true
}

// stay tells the other workers that this one is alive. It fails when the runs
// belong to another executor, which took the database over while this worker was
// not heard of.
func (l *Local) stay(tx *store.Batch) error {
	if l.executor != (store.Executor{}) {
		if err := tx.KeepsExecutor(l.executor); err != nil {
			return err
		}
	}
	return tx.Beat(l.worker, l.host)
}

// Claim has this worker execute the runs of its database, all of which belong to
// one executor. It comes before Run. was is the executor before, if that was
// another one. Errors: *store.OtherExecutorError.
func (l *Local) Claim(ctx context.Context) (was store.Executor, err error) {
	was, err = l.store.ClaimExecutor(ctx, l.executor, l.worker, l.host, l.tuning.WorkerTTL)
	if err == nil {
		l.beat.at(l.clock.Now())
	}
	return was, err
}

// tidy prunes beside the loop, which nobody should wait for: it may take minutes.
// It does nothing while the last time goes on.
func (l *Local) tidy() {
	if !l.tidying.CompareAndSwap(false, true) {
		return
	}
	l.aside.Go(func() {
		defer l.tidying.Store(false)
		if err := l.store.Prune(l.sending); err != nil && l.sending.Err() == nil {
			l.log.Warn("what is old could not be pruned; it is tried again later", "error", err)
		}
	})
}

// adopt takes over the leases of workers that are dead.
func (l *Local) adopt(tx *store.Batch) ([]store.OutboxRow, error) {
	ttl := l.tuning.WorkerTTL
	if !l.shared() {
		// This process alone has the database, so whoever else is in it is dead.
		ttl = 0
	}
	dead, err := tx.DeadHolders(l.worker, ttl)
	if err != nil {
		return nil, err
	}
	var adopted []store.OutboxRow
	for _, worker := range dead {
		if len(adopted) >= adoptBatch {
			break
		}
		rows, err := tx.AdoptOutbox(worker, l.worker, adoptBatch-len(adopted))
		if err != nil {
			return nil, err
		}
		adopted = append(adopted, rows...)
	}
	return adopted, nil
}

// attempt is one claim of a message.
type attempt struct {
	messageID string
	number    int
}

// doubt remembers messages that a transaction which failed had taken over: when
// only its answer was lost, they are this worker's, and nobody knows whether
// the dead one sent them.
func (s *schedule) doubt(adopted []store.OutboxRow) {
	if s.doubtful == nil {
		s.doubtful = map[attempt]bool{}
	}
	for _, row := range adopted {
		s.doubtful[attempt{row.MessageID, row.Attempts}] = true
	}
}

// reconcile settles leases of this worker that it does not know of: the commit
// that made them was done, but its answer was lost. Those messages were never
// handed to anybody and are given back, unless they were taken over from a dead
// worker. It returns false when the database cannot be used.
func (l *Local) reconcile() bool {
	var rows []store.OutboxRow
	err := l.store.Batch(context.Background(), func(tx *store.Batch) error {
		var err error
		rows, err = tx.AdoptOutbox(l.worker, l.worker, maxHeld)
		return err
	})
	if err != nil {
		l.backOff(err)
		return false
	}
	doubtful := l.schedule.doubtful
	l.schedule.reconcile, l.schedule.doubtful = false, nil
	var adopted []store.OutboxRow
	for _, row := range rows {
		switch {
		case l.lanes.holds(row.MessageID):
		case doubtful[attempt{row.MessageID, row.Attempts}]:
			adopted = append(adopted, row)
		default:
			l.lanes.hold(row.MessageID)
			l.inbox.add(&item{outcome: &outcome{row: row, untried: true}, weight: 1})
		}
	}
	l.takeOver(adopted)
	return true
}

// maxHeld bounds what reconcile reads: more than a worker ever holds.
const maxHeld = 100_000

// takeOver decides about messages of which nobody knows whether they were
// sent, as their nodes say.
func (l *Local) takeOver(rows []store.OutboxRow) {
	for _, row := range rows {
		l.lanes.hold(row.MessageID)
		o := &outcome{row: row, untried: true}
		if row.OnUnknown == string(engine.OnUnknownFail) && row.Task == store.TaskSend {
			o.untried = false
			o.failure = &channels.SendError{
				Class: channels.ClassUnknown, Code: codeWorkerDied, Message: "The server stopped while it sent the message, so nobody knows whether it was sent.",
			}
		}
		l.log.Info("a message of a dead worker is taken over", "run_id", row.RunID, "visit", row.Visit, "on_unknown", row.OnUnknown)
		l.inbox.add(&item{outcome: o, weight: 1})
	}
}

// drain brings everything to rest: calls of providers end, their outcomes are
// written, and what was not begun is given back. While the database fails it is
// tried again, ever more slowly, for twice StopGrace in all; what cannot be
// written by then is recovered as after a crash.
func (l *Local) drain() {
	untried, wait := l.lanes.drain()
	for _, row := range untried {
		l.inbox.add(&item{outcome: &outcome{row: row, untried: true}, weight: 1})
	}
	done := make(chan struct{})
	go func() {
		wait()
		close(done)
	}()
	began := l.clock.Now()
	grace, free := l.clock.Until(began.Add(l.tuning.StopGrace))
	defer free()
	limit, free := l.clock.Until(began.Add(2 * l.tuning.StopGrace))
	defer free()
	for ended := false; ; {
		if items := l.inbox.take(l.tuning.BatchSize); len(items) > 0 {
			if !l.schedule.lost {
				l.process(items, false, l.clock.Now())
			}
			if l.schedule.lost || !l.pauseDraining(limit) {
				l.log.Error("stopping without the database: what is left is recovered at the next start")
				l.endSending()
				<-done
				return
			}
			continue
		}
		if ended {
			l.leave()
			return
		}
		select {
		case <-done:
			ended = true
		case <-grace:
			l.endSending()
			grace = nil
		case <-l.inbox.wake:
		}
	}
}

// leave tells the others that this worker is no more, so that they do not keep
// its share of the channels' rates for it. Without that they notice in a while.
func (l *Local) leave() {
	if !l.shared() {
		return
	}
	if err := l.store.Batch(context.Background(), func(tx *store.Batch) error { return tx.Leave(l.worker) }); err != nil {
		l.log.Warn("the end of this worker cannot be noted", "error", err)
	}
}

// pauseDraining waits until the database is to be tried again, if it failed.
// It returns false when there is no time left for that.
func (l *Local) pauseDraining(limit <-chan time.Time) bool {
	if l.schedule.failures == 0 {
		return true
	}
	again, free := l.clock.Until(l.schedule.until)
	defer free()
	select {
	case <-again:
		return true
	case <-limit:
		return false
	}
}
