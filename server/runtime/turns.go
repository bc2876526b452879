package runtime

import (
	"sluice/server/store"
)

// Due timers are claimed in the order of their deadlines, which costs least. When
// that filled a batch, more is due than fits, and one workspace's thousands could
// keep the few of others waiting: then workspaces take turns, as in a queue.

// turnsInBatch is how many workspaces get into a full batch: with the default size
// of a batch a turn is turnWeight timers.
const turnsInBatch = 20

// seenTurns is how many workspaces one batch looks at: enough for all that have
// runs on most servers, at a few microseconds each.
const seenTurns = 200

// claim takes due timers in.
func (b *batch) claim(tx *store.Batch) error {
	limit := b.l.tuning.BatchSize
	if b.l.schedule.more {
		if err := b.claimTurns(tx, limit); err != nil {
			return err
		}
	}
	if len(b.claimed) >= limit {
		b.more = true
		return nil
	}
	overdue, err := tx.ClaimDue(b.now, limit)
	if err != nil {
		return err
	}
	b.more = len(overdue) == limit
	had := make(map[string]bool, len(b.claimed))
	for _, run := range b.claimed {
		had[run.ID] = true
	}
	for _, run := range overdue {
		if len(b.claimed) < limit && !had[run.ID] {
			b.claimed = append(b.claimed, run)
		}
	}
	return nil
}

// claimTurns takes a turn's worth of due timers of as many workspaces as fit,
// beginning after the one that had the last turn. A workspace that is alone has
// no turns.
func (b *batch) claimTurns(tx *store.Batch, limit int) error {
	each := max(limit/turnsInBatch, 1)
	fit := max(limit/each, 1)
	waiting, err := tx.DueTurns(b.turn, seenTurns)
	if err != nil {
		return err
	}
	if len(waiting) < seenTurns && b.turn != "" {
		// After the last comes the first.
		first, err := tx.DueTurns("", seenTurns-len(waiting))
		if err != nil {
			return err
		}
		for _, w := range first {
			if w.Workspace <= b.turn {
				waiting = append(waiting, w)
			}
		}
	}
	var turns []string
	last := b.turn
	for _, w := range waiting {
		if len(turns) == fit {
			break
		}
		last = w.Workspace
		if !w.At.After(b.now) {
			turns = append(turns, w.Workspace)
		}
	}
	b.turn = last
	if len(turns) < 2 && len(waiting) < seenTurns {
		return nil
	}
	b.claimed, err = tx.ClaimTurns(turns, b.now, each)
	return err
}
