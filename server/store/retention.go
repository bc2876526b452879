package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// MinKeep is the shortest time that runs are kept for: see directFor.
const MinKeep = 3 * 24 * time.Hour

const (
	// pruneRunsBatch is how many runs go in one transaction that removes them row
	// by row. With their histories and messages that is about ten times as many
	// rows: some tens of milliseconds, in which nobody else writes to SQLite.
	pruneRunsBatch = 200
	// pruneHeardBatch is the same for messages from people.
	pruneHeardBatch = 500
)

// pruneRuns removes the runs that ended before a time, with their histories and
// messages, and messages from people that came before it. On PostgreSQL whole
// weeks go; what is not in the partition of a week goes row by row.
func (s *Store) pruneRuns(ctx context.Context, before time.Time) error {
	table := "runs"
	if s.dialect == postgresDialect {
		if err := s.dropWeeks(ctx, before); err != nil {
			return err
		}
		table = "ended_runs_default"
	}
	if err := s.pruneRunRows(ctx, table, before); err != nil {
		return err
	}
	return s.inBatches(ctx, pruneHeardBatch, `DELETE FROM messages WHERE id IN (
			SELECT id FROM messages WHERE direction = 'in' AND queued_at < ?
			AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = messages.run_id AND runs.ended_at IS NULL) LIMIT ?
		) AND direction = 'in'`, before.UnixMicro(), pruneHeardBatch)
}

// pruneRunRows removes ended runs of a table row by row, the oldest first.
func (s *Store) pruneRunRows(ctx context.Context, table string, before time.Time) error {
	// A run that ended before the time began before it: its id tells.
	last := idFloor(before)
	if s.dialect == postgresDialect {
		// There ids are of no known form.
		last = "~"
	}
	for {
		var ids []string
		err := s.reading(ctx).Table(table).Where("ended_at < ? AND id < ?", before.UnixMicro(), last).Order("id").Limit(pruneRunsBatch).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return translate(err)
		}
		err = s.tx(ctx, func(tx *gorm.DB) error {
			for _, statement := range []string{
				"DELETE FROM history WHERE run_id IN ?", "DELETE FROM messages WHERE run_id IN ?", "DELETE FROM " + table + " WHERE id IN ? AND ended_at IS NOT NULL",
			} {
				if err := tx.Exec(statement, ids).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(ids) < pruneRunsBatch {
			return err
		}
	}
}
