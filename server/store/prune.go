package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"gorm.io/gorm"
)

const (
	// keepKeys is how long an idempotency key recognises a repetition. 24 hours
	// are promised.
	keepKeys = 25 * time.Hour
	// keepEarly is how long a receipt waits for its message. Vendors that
	// repeat receipts do it for hours; the send itself ends within minutes.
	keepEarly = 24 * time.Hour
	// keepCounts is how long counts of flows are kept: a year and a month, so
	// that a month can be compared with that of the year before.
	keepCounts = 396 * 24 * time.Hour
	// keepWorkers is how long a worker that was not heard of is remembered.
	keepWorkers = 24 * time.Hour
	// keepTraces is how long the trace of a caller is known: twice as long as runs
	// live by default, so that late receipts find it.
	keepTraces = 60 * 24 * time.Hour
	// keepAliases is how long what a vendor calls a person is known after it was
	// last heard: a year, and the days of another month.
	keepAliases = 396 * 24 * time.Hour
	// pruneBatch bounds the rows of one transaction, so that nobody waits for
	// it.
	pruneBatch = 1000
)

// prunable are the rows that go by themselves: a table, its key, and what is
// old enough.
var prunable = []struct{ table, key, where string }{
	{"idempotency_keys", "(workspace_id, flow_id, key)", "created_at < @keys"},
	{"early_receipts", "(id)", "received_at < @early"},
	{"answers", "(id)", "expires_at < @now"},
	{"sessions", "(token_hash)", "expires_at < @now"},
	{"setup_tokens", "(token_hash)", "expires_at < @now"},
	{"flow_counts", "(workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard)", "hour < @counts"},
	{"channel_counts", "(workspace_id, channel_id, hour, kind, detail, shard)", "hour < @counts"},
	{"address_aliases", "(workspace_id, channel_id, address, kind)", "at < @aliases"},
	{"run_traces", "(run_id)", "created_at < @traces"},
	{"workers", "(id)", "heartbeat_at < @workers AND NOT EXISTS (SELECT 1 FROM outbox WHERE lease_by = workers.id)"},
}

// Prune removes what is kept for a limited time only, in all workspaces, and on
// PostgreSQL makes the partitions of the weeks to come. One process does it at a
// time; the others return at once. It takes no lock for long.
func (s *Store) Prune(ctx context.Context) error {
	if s.dialect != postgresDialect {
		return s.prune(ctx)
	}
	conn, err := s.schemata.Conn(ctx)
	if err != nil {
		return unavailable(err)
	}
	defer conn.Close() //nolint:errcheck // it goes back to its pool.
	var mine bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", pruneLock).Scan(&mine); err != nil {
		return translate(err)
	}
	if mine {
		err = errors.Join(s.makeWeeks(ctx), s.prune(ctx))
		if _, e := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", pruneLock); e != nil {
			// The lock is the connection's, which must not go back with it.
			err = errors.Join(err, e, conn.Raw(func(any) error { return driver.ErrBadConn }))
		}
	}
	return errors.Join(err, s.loadWeeks(ctx))
}

// pruneLock is the advisory lock of the process that prunes.
const pruneLock = 0x736c75696365

func (s *Store) prune(ctx context.Context) error {
	now := s.now()
	times := map[string]any{
		"now": now.UnixMicro(), "keys": now.Add(-keepKeys).UnixMicro(), "aliases": now.Add(-keepAliases).UnixMicro(), "early": now.Add(-keepEarly).UnixMicro(),
		"workers": now.Add(-keepWorkers).UnixMicro(), "batch": pruneBatch, "counts": now.Add(-keepCounts).UnixMicro(),
		"traces": now.Add(-keepTraces).UnixMicro(),
	}
	for _, p := range prunable {
		columns := p.key[1 : len(p.key)-1]
		if err := s.inBatches(ctx, pruneBatch, "DELETE FROM "+p.table+" WHERE "+p.key+" IN (SELECT "+columns+" FROM "+p.table+" WHERE "+p.where+" LIMIT @batch)", times); err != nil {
			return err
		}
	}
	if err := s.archiveLeft(ctx); err != nil || s.keepRuns == 0 {
		return err
	}
	return s.pruneRuns(ctx, now.Add(-s.keepRuns))
}

// inBatches repeats a statement, a transaction each time, until it has changed
// fewer rows than a batch.
func (s *Store) inBatches(ctx context.Context, batch int64, statement string, args ...any) error {
	for {
		var changed int64
		err := s.tx(ctx, func(tx *gorm.DB) error {
			result := tx.Exec(statement, args...)
			changed = result.RowsAffected
			return result.Error
		})
		if err != nil || changed < batch {
			return err
		}
	}
}

// archiveLeft moves runs that a server from before ended_runs has ended.
func (s *Store) archiveLeft(ctx context.Context) error {
	if s.dialect != postgresDialect {
		return nil
	}
	//nolint:unqueryvet // both tables have the same columns, in the same order.
	return s.inBatches(ctx, pruneBatch, `WITH gone AS (
			DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE ended_at IS NOT NULL LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING *
		) INSERT INTO ended_runs SELECT * FROM gone`, pruneBatch)
}
