package store

import (
	"database/sql"
	"time"
)

// KeptEvent is what happened to a run that could not be stepped then. Event is
// an engine.Event as JSON.
type KeptEvent struct {
	ID, WorkspaceID, RunID string
	Event                  []byte
	At                     time.Time
}

var (
	insertKept = insertInto("kept_events", "", text("id"), text("workspace_id"), text("run_id"), text("event"), number("at"))

	readKept = selecting(`SELECT id, workspace_id, run_id, event, at FROM kept_events WHERE run_id @in ? ORDER BY id`)

	deleteKept = deleteFrom("kept_events", text("id"), text("workspace_id"))
)

// KeepEvents keeps events for later.
func (b *Batch) KeepEvents(events []KeptEvent) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		rows[i] = []any{e.ID, e.WorkspaceID, e.RunID, string(e.Event), e.At.UnixMicro()}
	}
	return b.write(&insertKept, rows, nil)
}

// TakeKept removes and returns what was kept for runs, in the order in which it
// happened. The caller holds the runs.
func (b *Batch) TakeKept(runIDs []string) ([]KeptEvent, error) {
	if len(runIDs) == 0 {
		return nil, nil
	}
	var found []KeptEvent
	err := b.read(&readKept, func(rows *sql.Rows) error {
		var e KeptEvent
		var at Time
		err := rows.Scan(&e.ID, &e.WorkspaceID, &e.RunID, &e.Event, &at)
		e.At = at.Time
		found = append(found, e)
		return err
	}, runIDs)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found))
	for i, e := range found {
		rows[i] = []any{e.ID, e.WorkspaceID}
	}
	return found, b.write(&deleteKept, rows, nil)
}
