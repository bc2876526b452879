package runtime

import (
	"bytes"
	"encoding/json"
	"fmt"

	"sluice/engine"
	"sluice/server/store"
)

// reconcile deals with a database that is not where the run's position is. It
// returns true when it has exactly these steps already.
func (a *advance) reconcile(tx *store.Batch, row store.LiveRun) (same bool, err error) {
	ref, seq := a.before.Run, a.before.Seq
	tail, err := tx.HistoryAfter(ref.Workspace, ref.ID, seq)
	if err != nil {
		return false, err
	}
	if row.Version == seq+a.w.steps && sameSteps(tail, a.w.history) {
		return true, nil
	}
	a.b.l.log.Info("steps of a run that were not committed are taken back", "run_id", ref.ID, "version", seq, "steps", len(tail))
	if err := a.rewind(tx, tail); err != nil {
		return false, err
	}
	if seq == 0 {
		// It begins anew.
		return false, tx.DeleteRun(ref.Workspace, ref.ID)
	}
	return false, tx.SetVersion(ref.Workspace, ref.ID, seq)
}

// sameSteps reports whether steps were written before.
func sameSteps(written, steps []store.HistoryRow) bool {
	if len(written) != len(steps) {
		return false
	}
	for i := range steps {
		if written[i].Seq != steps[i].Seq || written[i].Event != steps[i].Event || !sameJSON(written[i].Trace, steps[i].Trace) {
			return false
		}
	}
	return true
}

func sameJSON(x, y []byte) bool { return bytes.Equal(bytes.TrimSpace(x), bytes.TrimSpace(y)) }

// rewind takes steps back: their history, the messages that they queued (which
// nobody has sent: that follows the commit), and what was counted.
func (a *advance) rewind(tx *store.Batch, tail []store.HistoryRow) error {
	taken := newBatch(a.b.l, nil)
	var queued []string
	for _, h := range tail {
		var trace engine.Trace
		if err := json.Unmarshal(h.Trace, &trace); err != nil {
			return fmt.Errorf("read step %d of run %s: %w", h.Seq, h.RunID, err)
		}
		step := &work{live: a.w.live, state: a.w.state, traces: []engine.Trace{trace}}
		if h.Seq == 1 {
			step.start = &startItem{}
		}
		taken.order = append(taken.order, step)
		for _, item := range trace {
			if item.Kind == engine.TraceSent {
				queued = append(queued, messageID(h.RunID, item.Visit))
			}
		}
	}
	rows, err := tx.Messages(queued)
	if err != nil {
		return err
	}
	taken.countSteps()
	taken.works[a.w.live.ID] = a.w
	taken.queued = rows
	taken.countMessages()
	for key, n := range taken.counts {
		a.b.counts[key] -= n
	}
	if err := tx.DeleteMessages(rows); err != nil {
		return err
	}
	return tx.DeleteHistory(tail)
}
