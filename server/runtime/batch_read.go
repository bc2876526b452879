package runtime

import (
	"slices"
	"strings"

	"sluice/server/store"
)

// claimKeys notes which runs idempotency keys start.
func (b *batch) claimKeys(tx *store.Batch) error {
	var keyed []*startItem
	for _, it := range b.items {
		if it.start != nil && it.start.request.IdempotencyKey != "" {
			keyed = append(keyed, it.start)
		}
	}
	slices.SortStableFunc(keyed, func(x, y *startItem) int {
		return strings.Compare(x.keyName(), y.keyName())
	})
	for _, s := range keyed {
		used, err := tx.ClaimKey(store.IdempotencyKey{
			WorkspaceID: s.request.Workspace, FlowID: s.request.FlowID, Key: s.request.IdempotencyKey, RunID: s.runID, RequestHash: s.fingerprint,
		}, b.now)
		if err != nil {
			return err
		}
		s.replay = used
	}
	return nil
}

func (s *startItem) keyName() string {
	return s.request.Workspace + "/" + s.request.FlowID + "/" + s.request.IdempotencyKey
}

// lock reads the runs that something happened to, and those whose timers are
// due, so that nobody else changes them until the commit.
func (b *batch) lock(tx *store.Batch) error {
	var ids []string
	for _, it := range b.items {
		switch {
		case it.cancel != nil:
			ids = append(ids, it.cancel.runID)
		case it.outcome != nil:
			ids = append(ids, it.outcome.row.RunID)
		case it.timer != nil:
			ids = append(ids, it.timer.ID)
		case it.early != nil:
			ids = append(ids, it.early.Message.RunID)
		}
		for _, ev := range b.located[it] {
			if ev.received != nil {
				ids = append(ids, ev.received.runs()...)
			} else {
				ids = append(ids, ev.runID)
			}
		}
	}
	runs, err := b.lockRuns(tx, ids)
	if err != nil {
		return err
	}
	if b.claimTimers {
		if err := b.claim(tx); err != nil {
			return err
		}
		runs = append(runs, b.claimed...)
	}
	for _, run := range runs {
		if _, twice := b.works[run.ID]; twice {
			continue
		}
		w, err := b.l.load(run)
		if err != nil {
			return err
		}
		b.take(w)
	}
	return nil
}

// lockRuns locks and reads runs. On SQLite, where nobody else writes, those
// that this process remembers need neither.
func (b *batch) lockRuns(tx *store.Batch, ids []string) ([]store.LiveRun, error) {
	if b.l.shared() {
		return tx.LockRuns(ids)
	}
	var unknown []string
	for _, id := range ids {
		if _, twice := b.works[id]; twice {
			continue
		}
		if m, ok := b.l.recent.get(id); ok {
			b.take(m.work())
		} else {
			unknown = append(unknown, id)
		}
	}
	return tx.LockRuns(unknown)
}

func (b *batch) take(w *work) {
	b.works[w.live.ID] = w
	b.order = append(b.order, w)
}

// readMessages reads the messages that outcomes and receipts are about.
func (b *batch) readMessages(tx *store.Batch) error {
	var ids []string
	for _, it := range b.items {
		if it.outcome != nil {
			ids = append(ids, it.outcome.row.MessageID)
		}
		if it.early != nil {
			ids = append(ids, it.early.Message.ID)
		}
		for _, ev := range b.located[it] {
			if ev.messageID != "" {
				ids = append(ids, ev.messageID)
			}
		}
	}
	rows, err := tx.Messages(ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b.messages[row.ID] = &messageWork{row: row, before: row}
	}
	return nil
}
