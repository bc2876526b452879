package runtime

import (
	"errors"

	"sluice/server/store"
)

// write writes what the steps changed.
func (b *batch) write(tx *store.Batch) error {
	var inserted, updated, touched []store.RunRow
	var history []store.HistoryRow
	for _, w := range b.order {
		if len(w.history) == 0 {
			continue
		}
		if err := b.l.encode(w, b.now); err != nil {
			return err
		}
		switch {
		case w.start != nil:
			inserted = append(inserted, w.row)
		case w.unchanged:
			touched = append(touched, w.row)
		default:
			updated = append(updated, w.row)
		}
		history = append(history, w.history...)
	}
	b.gather()
	if err := b.writeRuns(tx, inserted, updated, touched); err != nil {
		return err
	}
	if err := tx.InsertHistory(history); err != nil {
		return err
	}
	if err := tx.KeepEvents(b.kept); err != nil {
		return err
	}
	if err := tx.InsertRunTraces(b.traceparents(), b.now); err != nil {
		return err
	}
	if err := b.writeMessages(tx); err != nil {
		return err
	}
	if err := b.writeReceived(tx); err != nil {
		return err
	}
	if len(b.postpone) > 0 {
		if err := tx.Postpone(b.postpone, b.now.Add(poisonDelay)); err != nil {
			return err
		}
	}
	if b.claimTimers {
		var err error
		if b.nextTimer, err = tx.NextDue(); err != nil {
			return err
		}
	}
	// Last, because other processes may count in the same rows.
	b.countSteps()
	b.countMessages()
	b.countChannels()
	if err := tx.AddCounts(b.counts, b.l.worker); err != nil {
		return err
	}
	return tx.AddChannelCounts(b.channelCounts, b.l.worker)
}

// gather takes from the runs the messages that their steps asked for.
func (b *batch) gather() {
	for _, w := range b.order {
		b.queued, b.outbox, b.withdrawn = append(b.queued, w.queued...), append(b.outbox, w.outbox...), append(b.withdrawn, w.withdrawn...)
		w.queued, w.outbox, w.withdrawn = nil, nil, nil
	}
}

// errChanged means that somebody wrote a run that this transaction had locked.
var errChanged = errors.New("a run was changed by somebody else while it was locked")

func (b *batch) writeRuns(tx *store.Batch, inserted, updated, touched []store.RunRow) error {
	if err := tx.InsertRuns(inserted); err != nil {
		return err
	}
	for _, write := range []struct {
		rows []store.RunRow
		do   func([]store.RunRow) ([]string, error)
	}{{updated, tx.UpdateRuns}, {touched, tx.TouchRuns}} {
		changed, err := write.do(write.rows)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			return errChanged
		}
	}
	return nil
}

func (b *batch) writeMessages(tx *store.Batch) error {
	if err := tx.InsertMessages(b.queued); err != nil {
		return err
	}
	for i := range b.outbox {
		if o := &b.outbox[i]; !o.NextAt.After(b.now) && b.l.lanes.reserve(o.Lane()) {
			b.reserved[o.Lane()]++
			o.LeaseBy, o.Attempts = b.l.worker, 1
		}
	}
	if err := tx.InsertOutbox(b.outbox); err != nil {
		return err
	}
	if err := tx.ReleaseOutbox(b.released); err != nil {
		return err
	}
	if err := b.takeBack(tx); err != nil {
		return err
	}
	rows := make([]store.MessageRow, len(b.changed))
	for i, m := range b.changed {
		rows[i] = m.row
	}
	if err := tx.UpdateMessages(rows); err != nil {
		return err
	}
	if err := tx.InsertEarly(b.early, b.now); err != nil {
		return err
	}
	return tx.DeleteEarly(b.matched())
}

// matched are the kept receipts that the sweep found messages for. They are
// applied now, and must not keep the next sweep from seeing others.
func (b *batch) matched() []store.EarlyReceipt {
	var receipts []store.EarlyReceipt
	for _, it := range b.items {
		if it.early != nil {
			receipts = append(receipts, *it.early)
		}
	}
	return receipts
}
