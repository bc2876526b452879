package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"gorm.io/gorm"
)

// The statements on what vendors posted.

// WebhookParcel holds the webhooks of one channel that were committed together.
type WebhookParcel struct {
	ID, WorkspaceID, ChannelID string
	ReceivedAt                 time.Time
	// Accepted and Refused count the webhooks in Content.
	Accepted, Refused int
	// Content is for the package webhooks to read. It is sealed in the database.
	Content []byte
	// Pending is how many of the webhooks hold events that runs have not been
	// given yet.
	Pending int
}

var (
	insertParcels = insertInto("webhook_parcels", "",
		text("id"), text("workspace_id"), text("channel_id"), number("received_at"), number("accepted"), number("refused"), bytes("content"))

	deleteParcels = deleteFrom("webhook_parcels", text("id"), text("workspace_id"))

	insertWebhookInbox = insertInto("webhook_inbox", "", text("parcel_id"), text("workspace_id"), text("worker"), number("webhooks"))

	deleteWebhookInbox = deleteFrom("webhook_inbox", text("parcel_id"), text("workspace_id"))

	adoptWebhooks = updateOf("webhook_inbox", 1, "", nil, text("parcel_id"), text("worker"))

	// Nobody adds to what a dead worker had in hand, so there is no lock: two
	// workers that adopt the same parcel give it to its runs twice, which changes
	// nothing.
	orphanWebhooks = selecting(`SELECT i.parcel_id FROM webhook_inbox i WHERE i.worker <> ?
		AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = i.worker AND w.heartbeat_at >= ?) ORDER BY i.parcel_id LIMIT ?`)

	pendingWebhooks = selecting(`SELECT p.id, p.workspace_id, p.channel_id, p.received_at, p.accepted, p.refused, p.content, i.webhooks
		FROM webhook_inbox i JOIN webhook_parcels p ON p.id = i.parcel_id AND p.workspace_id = i.workspace_id
		WHERE i.worker = ? AND i.parcel_id > ? ORDER BY i.parcel_id LIMIT ?`)

	countPending = selecting(`SELECT COALESCE(SUM(webhooks), 0) FROM webhook_inbox WHERE worker = ?`)

	readParcels = selecting(`SELECT id, workspace_id, channel_id, received_at, accepted, refused, content, 0 FROM webhook_parcels
		WHERE channel_id = ? AND workspace_id = ? AND id < ? AND (accepted >= ? OR refused >= ?) ORDER BY id DESC LIMIT ?`)

	readParcel = selecting(`SELECT id, workspace_id, channel_id, received_at, accepted, refused, content, 0 FROM webhook_parcels
		WHERE id = ? AND channel_id = ? AND workspace_id = ?`)
)

// InsertWebhooks adds parcels. Those with something pending are in the hands of
// the worker until FinishWebhooks.
func (b *Batch) InsertWebhooks(worker string, parcels []WebhookParcel) error {
	rows, pending := make([][]any, len(parcels)), [][]any{}
	for i, p := range parcels {
		sealed, err := b.s.seal(p.Content, parcelPlace(p.ID))
		if err != nil {
			return err
		}
		rows[i] = []any{p.ID, p.WorkspaceID, p.ChannelID, p.ReceivedAt.UnixMicro(), int64(p.Accepted), int64(p.Refused), sealed}
		if p.Pending > 0 {
			pending = append(pending, []any{p.ID, p.WorkspaceID, worker, int64(p.Pending)})
		}
	}
	if err := b.write(&insertParcels, rows, nil); err != nil {
		return err
	}
	return b.write(&insertWebhookInbox, pending, nil)
}

// ParcelRef names a parcel.
type ParcelRef struct{ ID, WorkspaceID string }

// FinishWebhooks notes that the runs have what was pending in parcels. Without
// keep the parcels themselves go too.
func (b *Batch) FinishWebhooks(parcels []ParcelRef, keep bool) error {
	rows := make([][]any, len(parcels))
	for i, p := range parcels {
		rows[i] = []any{p.ID, p.WorkspaceID}
	}
	if !keep {
		if err := b.write(&deleteParcels, rows, nil); err != nil {
			return err
		}
	}
	return b.write(&deleteWebhookInbox, rows, nil)
}

// AdoptWebhooks puts up to limit parcels of workers that are dead into the hands
// of this one, and returns how many those are.
func (b *Batch) AdoptWebhooks(worker string, ttl time.Duration, limit int) (int, error) {
	now, err := b.databaseTime()
	if err != nil {
		return 0, err
	}
	alive := now - ttl.Microseconds()
	if b.s.dialect == sqliteDialect {
		// This process alone has the database, so whoever else is in it is dead.
		alive = now + time.Hour.Microseconds()
	}
	var rows [][]any
	err = b.read(&orphanWebhooks, func(found *sql.Rows) error {
		var id string
		err := found.Scan(&id)
		rows = append(rows, []any{id, worker})
		return err
	}, worker, alive, limit)
	if err != nil {
		return 0, err
	}
	return len(rows), b.write(&adoptWebhooks, rows, nil)
}

// PendingWebhooks returns parcels in the hands of the worker, oldest first,
// that come after one.
func (b *Batch) PendingWebhooks(worker, after string, limit int) ([]WebhookParcel, error) {
	return b.parcels(&pendingWebhooks, worker, after, limit)
}

// CountPendingWebhooks counts the webhooks in the hands of the worker.
func (b *Batch) CountPendingWebhooks(worker string) (n int64, err error) {
	err = b.read(&countPending, func(rows *sql.Rows) error { return rows.Scan(&n) }, worker)
	return n, err
}

func (b *Batch) parcels(q *query, args ...any) ([]WebhookParcel, error) {
	var all []WebhookParcel
	err := b.read(q, func(rows *sql.Rows) error {
		p, err := scanParcel(rows)
		all = append(all, p)
		return err
	}, args...)
	if err != nil {
		return nil, err
	}
	return all, b.s.openParcels(all)
}

func scanParcel(rows *sql.Rows) (WebhookParcel, error) {
	var p WebhookParcel
	var at Time
	err := rows.Scan(&p.ID, &p.WorkspaceID, &p.ChannelID, &at, &p.Accepted, &p.Refused, &p.Content, &p.Pending)
	p.ReceivedAt = at.Time
	return p, err
}

func (s *Store) openParcels(parcels []WebhookParcel) error {
	for i := range parcels {
		plain, err := s.open(parcels[i].Content, parcelPlace(parcels[i].ID))
		if err != nil {
			return err
		}
		parcels[i].Content = plain
	}
	return nil
}

func parcelPlace(id string) []byte { return []byte("webhooks/" + id) }

// WebhookFilter says which parcels to list: those that hold any of a kind.
type WebhookFilter struct {
	// Before is the id of the parcel that the last page ended with; empty for
	// the newest.
	Before            string
	Accepted, Refused bool
	Limit             int
}

// WebhookParcels lists the parcels of a channel, newest first.
func (s *Store) WebhookParcels(ctx context.Context, workspace, channelID string, f WebhookFilter) ([]WebhookParcel, error) {
	if f.Before == "" {
		f.Before = "~" // It comes after every id.
	}
	// A count is never below none, and never reaches never.
	const never = 1 << 40
	accepted, refused := never, never
	if f.Accepted {
		accepted = 1
	}
	if f.Refused {
		refused = 1
	}
	return s.listParcels(ctx, &readParcels, channelID, workspace, f.Before, accepted, refused, f.Limit)
}

// WebhookParcel returns one parcel of a channel, or ErrNotFound.
func (s *Store) WebhookParcel(ctx context.Context, workspace, channelID, id string) (WebhookParcel, error) {
	found, err := s.listParcels(ctx, &readParcel, id, channelID, workspace)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return WebhookParcel{}, err
	}
	return found[0], nil
}

// listParcels reads parcels without holding up who writes.
func (s *Store) listParcels(ctx context.Context, q *query, args ...any) ([]WebhookParcel, error) {
	text := q.postgres
	if s.dialect == sqliteDialect {
		text = q.sqlite
	}
	db, err := s.read.DB()
	if err != nil {
		return nil, unavailable(err)
	}
	rows, err := db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []WebhookParcel
	for rows.Next() {
		p, err := scanParcel(rows)
		if err != nil {
			return nil, translate(err)
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, translate(err)
	}
	return all, s.openParcels(all)
}

// pruneParcels bounds the parcels of one transaction of PruneWebhooks: each may
// have some hundred kilobytes.
const pruneParcels = 100

// PruneWebhooks removes some parcels that were received before a time and hold
// nothing pending, in all workspaces: the oldest that were received at after or
// later. It returns when the last of them was, which is where to go on: from the
// beginning, PostgreSQL would step over all that was removed and not vacuumed yet,
// again and again. more tells that there may be others.
func (s *Store) PruneWebhooks(ctx context.Context, after, before time.Time) (reached time.Time, more bool, err error) {
	var removed []int64
	err = s.tx(ctx, func(tx *gorm.DB) error {
		removed = nil
		return tx.Raw("DELETE FROM webhook_parcels WHERE id IN (SELECT p.id FROM webhook_parcels p WHERE p.received_at >= ? AND p.received_at < ? "+
			"AND NOT EXISTS (SELECT 1 FROM webhook_inbox i WHERE i.parcel_id = p.id) ORDER BY p.received_at LIMIT ?) RETURNING received_at",
			after.UnixMicro(), before.UnixMicro(), pruneParcels).Scan(&removed).Error
	})
	if err != nil || len(removed) == 0 {
		return after, false, err
	}
	return time.UnixMicro(slices.Max(removed)), len(removed) == pruneParcels, nil
}
