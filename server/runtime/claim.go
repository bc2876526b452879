package runtime

import (
	"context"
	"time"

	"sluice/server/store"
)

// claimSends takes due messages that wait in the database in hand: retries,
// what did not fit into its lane, what a dead worker had.
func (l *Local) claimSends(now time.Time) {
	s := &l.schedule
	reserved := map[string]int{}
	var claimed []store.OutboxRow
	var full []string
	var next time.Time
	l.lanes.looked()
	err := l.store.Batch(context.Background(), func(tx *store.Batch) error {
		waiting, err := tx.OutboxLanes()
		if err != nil {
			return err
		}
		for _, w := range waiting {
			if w.At.After(now) {
				bringForward(&next, w.At)
				continue
			}
			room := l.lanes.reserveAll(w.Lane)
			reserved[w.Lane] += room
			rows, err := tx.LeaseOutbox(w.Lane, l.worker, now, room)
			if err != nil {
				return err
			}
			claimed = append(claimed, rows...)
			reserved[w.Lane] -= len(rows)
			if len(rows) == room {
				full = append(full, w.Lane)
			}
		}
		if len(claimed) == 0 {
			return nil
		}
		// More than what was due may wait there for its time.
		waiting, err = tx.OutboxLanes()
		for _, w := range waiting {
			if w.At.After(now) {
				bringForward(&next, w.At)
			}
		}
		return err
	})
	if err != nil {
		for _, row := range claimed {
			reserved[row.Lane()]++
		}
		for lane, n := range reserved {
			l.lanes.unreserve(lane, n)
		}
		l.backOff(err)
		return
	}
	s.lastSends, s.send = now, next
	if l.shared() {
		bringForward(&s.send, now.Add(l.tuning.PollInterval))
	}
	stillFull := map[string]bool{}
	for _, lane := range full {
		stillFull[lane] = true
		l.lanes.overflow(lane)
	}
	for lane, n := range reserved {
		if !stillFull[lane] {
			l.lanes.caughtUp(lane)
		}
		l.lanes.unreserve(lane, n)
	}
	l.lanes.enqueue(claimed)
}

// shared reports whether other processes may write to the database.
func (l *Local) shared() bool { return l.store.Dialect() == "postgres" }
