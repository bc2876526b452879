package store

import (
	"context"
	"time"
)

// RunTrace is the W3C traceparent of the caller who started a run.
type RunTrace struct{ WorkspaceID, RunID, Traceparent string }

var insertRunTraces = insertInto("run_traces", "", text("workspace_id"), text("run_id"), text("traceparent"), number("created_at"))

// InsertRunTraces stores the traces that runs belong to.
func (b *Batch) InsertRunTraces(traces []RunTrace, now time.Time) error {
	if len(traces) == 0 {
		return nil
	}
	rows := make([][]any, len(traces))
	for i, t := range traces {
		rows[i] = []any{t.WorkspaceID, t.RunID, t.Traceparent, now.UnixMicro()}
	}
	return b.write(&insertRunTraces, rows, nil)
}

// RunTraces returns the traceparents of those runs that have one, by run id.
// Runs of all workspaces may be asked for: the tracer works for all of them.
func (s *Store) RunTraces(ctx context.Context, runIDs []string) (map[string]string, error) {
	var rows []RunTrace
	err := s.reading(ctx).Table("run_traces").Select("workspace_id", "run_id", "traceparent").Where("run_id IN ?", runIDs).Find(&rows).Error
	found := make(map[string]string, len(rows))
	for _, r := range rows {
		found[r.RunID] = r.Traceparent
	}
	return found, translate(err)
}
