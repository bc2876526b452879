package store

import (
	"context"
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
	// pruneBatch bounds the rows of one transaction, so that nobody waits for
	// it.
	pruneBatch = 1000
)

// prunable are the rows that go by themselves: a table, its key, and what is
// old enough.
var prunable = []struct{ table, key, where string }{
	{"idempotency_keys", "(workspace_id, flow_id, key)", "created_at < @keys"},
	{"early_receipts", "(id)", "received_at < @early"},
	{"sessions", "(token_hash)", "expires_at < @now"},
	{"setup_tokens", "(token_hash)", "expires_at < @now"},
	{"flow_counts", "(workspace_id, flow_id, hour, flow_version, kind, node, port, detail, shard)", "hour < @counts"},
	{"channel_counts", "(workspace_id, channel_id, hour, kind, detail, shard)", "hour < @counts"},
	{"run_traces", "(run_id)", "created_at < @traces"},
	{"workers", "(id)", "heartbeat_at < @workers AND NOT EXISTS (SELECT 1 FROM outbox WHERE lease_by = workers.id)"},
}

// Prune removes what is kept for a limited time only, in all workspaces.
func (s *Store) Prune(ctx context.Context) error {
	now := s.now()
	times := map[string]any{
		"now": now.UnixMicro(), "keys": now.Add(-keepKeys).UnixMicro(), "early": now.Add(-keepEarly).UnixMicro(),
		"workers": now.Add(-keepWorkers).UnixMicro(), "batch": pruneBatch, "counts": now.Add(-keepCounts).UnixMicro(),
		"traces": now.Add(-keepTraces).UnixMicro(),
	}
	for _, p := range prunable {
		for {
			var removed int64
			err := s.tx(ctx, func(tx *gorm.DB) error {
				columns := p.key[1 : len(p.key)-1]
				result := tx.Exec("DELETE FROM "+p.table+" WHERE "+p.key+" IN (SELECT "+columns+" FROM "+p.table+" WHERE "+p.where+" LIMIT @batch)", times)
				removed = result.RowsAffected
				return result.Error
			})
			if err != nil {
				return err
			}
			if removed < pruneBatch {
				break
			}
		}
	}
	return nil
}
