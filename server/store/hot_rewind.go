package store

import "database/sql"

// The statements that take steps of a run back. Only an executor that keeps the
// truth about runs outside the database needs them: it may have written a step
// here that it could not commit there.

var (
	readHistory = selecting(`SELECT seq, event, visit, trace FROM history WHERE run_id = ? AND seq > ? AND workspace_id = ? ORDER BY seq`)

	deleteHistory = deleteFrom("history", text("run_id"), number("seq"), text("workspace_id")).inPartitions("history")

	deleteMessages = deleteFrom("messages", text("id"), text("workspace_id")).inPartitions("messages")

	setVersion = updateOf("runs", 2, "", nil, text("id"), text("workspace_id"), number("version"))

	deleteRuns = deleteFrom("runs", text("id"), text("workspace_id"))
)

// HistoryAfter reads what the steps of a run after seq did, in order. The
// caller holds the run.
func (b *Batch) HistoryAfter(workspace, runID string, seq int64) ([]HistoryRow, error) {
	var found []HistoryRow
	err := b.read(&readHistory, func(rows *sql.Rows) error {
		h := HistoryRow{RunID: runID, WorkspaceID: workspace}
		err := rows.Scan(&h.Seq, &h.Event, &h.Visit, &h.Trace)
		found = append(found, h)
		return err
	}, runID, seq, workspace)
	return found, err
}

// DeleteHistory removes steps.
func (b *Batch) DeleteHistory(entries []HistoryRow) error {
	rows := make([][]any, len(entries))
	for i, h := range entries {
		rows[i] = []any{h.RunID, h.Seq, h.WorkspaceID}
	}
	return b.write(&deleteHistory, rows, nil)
}

// DeleteMessages removes messages.
func (b *Batch) DeleteMessages(messages []MessageRow) error {
	rows := make([][]any, len(messages))
	for i, m := range messages {
		rows[i] = []any{m.ID, m.WorkspaceID}
	}
	return b.write(&deleteMessages, rows, nil)
}

// SetVersion sets how many steps a run has taken.
func (b *Batch) SetVersion(workspace, runID string, version int64) error {
	row := [][]any{{runID, workspace, version}}
	if err := b.write(&setVersion, row, nil); err != nil || !b.archives() {
		return err
	}
	return b.write(&setEndedVersion, row, nil)
}

// DeleteRun removes a run.
func (b *Batch) DeleteRun(workspace, runID string) error {
	row := [][]any{{runID, workspace}}
	if err := b.write(&deleteRuns, row, nil); err != nil || !b.archives() {
		return err
	}
	return b.write(&deleteEnded, row, nil)
}
