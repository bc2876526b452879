package store

import (
	"database/sql"
	"fmt"
	"time"
)

// The statements of the execution path on the outbox, idempotency keys and
// workers.

// OutboxRow is a message that waits to be handed to a provider.
type OutboxRow struct {
	MessageID, WorkspaceID, RunID string
	Visit                         int
	Node, Channel                 string
	// Payload is an engine.Send as JSON; the database holds it sealed. Sealed
	// may be set by SealPayload, else InsertOutbox seals.
	Payload, Sealed []byte
	// Origin is what Payload was made from, for the process that made it. It is
	// not stored.
	Origin                      any
	OnUnknown                   string
	Attempts                    int
	CreatedAt, NextAt, GiveUpAt time.Time
	// FailureClass, FailureCode and FailureReason are how the last attempt
	// failed; they are written by ReleaseOutbox.
	FailureClass, FailureCode, FailureReason string
	// Paced is true when NextAt is a moment that the channel's rate keeps for
	// the message.
	Paced bool
	// Task is what is to be done at NextAt, and ProviderMessageID what the
	// vendor calls a message that it holds for us.
	Task              OutboxTask
	ProviderMessageID string
	// LeaseBy is the worker that has the row in hand; empty when nobody has.
	LeaseBy string
}

// Lane is the row's queue: a slow channel holds up its own lane only.
func (o OutboxRow) Lane() string { return lane(o.WorkspaceID, o.Channel) }

// Lane names the queue of a channel.
func Lane(workspace, channel string) string { return lane(workspace, channel) }

var (
	insertOutbox = insertInto("outbox", "",
		text("message_id"), text("workspace_id"), text("run_id"), number("visit"), text("node"), text("channel"), text("lane"), bytes("payload"),
		text("on_unknown"), number("attempts"), number("created_at"), number("next_attempt_at"), number("give_up_at"), nullText("lease_by"))

	deleteOutbox = deleteFrom("outbox", text("message_id"), text("workspace_id"), text("lease_by"), number("attempts"))

	releaseOutbox = updateOf("outbox", 4, "", map[string]string{"lease_by": "NULL"},
		text("message_id"), text("workspace_id"), text("lease_by"), number("attempts"), number("next_attempt_at"),
		text("failure_class"), text("failure_code"), text("failure_reason"), number("paced"))

	// ORDER BY … LIMIT 1 and not MIN, which PostgreSQL may plan as a read of the
	// whole index when it plans while the table is empty.
	outboxLanes = selecting(`WITH RECURSIVE lanes(lane) AS (
			SELECT (SELECT o.lane FROM outbox o WHERE o.lease_by IS NULL ORDER BY o.lane LIMIT 1)
			UNION ALL
			SELECT (SELECT o.lane FROM outbox o WHERE o.lease_by IS NULL AND o.lane > lanes.lane ORDER BY o.lane LIMIT 1) FROM lanes WHERE lanes.lane IS NOT NULL
		)
		SELECT lanes.lane, (SELECT o.next_attempt_at FROM outbox o WHERE o.lease_by IS NULL AND o.lane = lanes.lane ORDER BY o.next_attempt_at LIMIT 1)
		FROM lanes WHERE lanes.lane IS NOT NULL`)

	readOutbox = selecting(`SELECT message_id, workspace_id, run_id, visit, node, channel, payload, on_unknown, attempts, created_at, next_attempt_at, give_up_at,
		failure_class, failure_code, failure_reason, paced, task, provider_message_id
		FROM outbox WHERE lease_by IS NULL AND lane = ? AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ? @skip`)

	leaseOutbox = updateOf("outbox", 2, "outbox.lease_by IS NULL", nil,
		text("message_id"), text("workspace_id"), text("lease_by"), number("attempts"))

	orphanOutbox = selecting(`SELECT message_id, workspace_id, run_id, visit, node, channel, payload, on_unknown, attempts, created_at, next_attempt_at, give_up_at,
		failure_class, failure_code, failure_reason, paced, task, provider_message_id
		FROM outbox WHERE lease_by = ? ORDER BY message_id LIMIT ? @skip`)

	adoptOutbox = updateOf("outbox", 3, "", map[string]string{"lease_by": "v.me", "me": ""},
		text("message_id"), text("workspace_id"), text("lease_by"), text("me"), number("attempts"))

	insertKeys = insertInto("idempotency_keys", " ON CONFLICT (workspace_id, flow_id, key) DO NOTHING",
		text("workspace_id"), text("flow_id"), text("key"), text("run_id"), text("request_hash"), number("created_at"))

	readKeys = selecting(`SELECT workspace_id, flow_id, key, run_id, request_hash FROM idempotency_keys
		WHERE workspace_id = ? AND flow_id = ? AND key = ?`)

	beatWorkers = insertInto("workers", " ON CONFLICT (id) DO UPDATE SET heartbeat_at = EXCLUDED.heartbeat_at",
		text("id"), text("host"), number("started_at"), number("heartbeat_at"))

	leaveWorkers = deleteFrom("workers", text("id"))

	leaseHolders = selecting(`WITH RECURSIVE holders(id) AS (
			SELECT MIN(lease_by) FROM outbox WHERE lease_by IS NOT NULL
			UNION ALL
			SELECT (SELECT MIN(o.lease_by) FROM outbox o WHERE o.lease_by > holders.id) FROM holders WHERE holders.id IS NOT NULL
		)
		SELECT holders.id, COALESCE((SELECT w.heartbeat_at FROM workers w WHERE w.id = holders.id), 0) FROM holders WHERE holders.id IS NOT NULL`)

	liveWorkers = selecting(`SELECT COUNT(*) FROM workers WHERE heartbeat_at > ?`)

	readExecutor = selecting(`SELECT name, place FROM executor`)

	databaseTime = query{
		sqlite:   `SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000000) AS INTEGER)`,
		postgres: `SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint`,
	}
)

// SealPayload seals the payload of a row, which may be done long before
// InsertOutbox.
func (s *Store) SealPayload(o *OutboxRow) error {
	var err error
	o.Sealed, err = s.seal(o.Payload, outboxPlace(o.MessageID))
	return err
}

// InsertOutbox adds messages to send, sealing their payloads.
func (b *Batch) InsertOutbox(sends []OutboxRow) error {
	rows := make([][]any, len(sends))
	for i, o := range sends {
		if o.Sealed == nil {
			if err := b.s.SealPayload(&o); err != nil {
				return err
			}
		}
		rows[i] = []any{
			o.MessageID, o.WorkspaceID, o.RunID, int64(o.Visit), o.Node, o.Channel, o.Lane(), o.Sealed, o.OnUnknown, int64(o.Attempts),
			o.CreatedAt.UnixMicro(), o.NextAt.UnixMicro(), o.GiveUpAt.UnixMicro(), orNull(o.LeaseBy),
		}
	}
	return b.write(&insertOutbox, rows, nil)
}

// FinishOutbox removes rows whose outcome is known. held tells which of them
// were still this worker's: a lease that was lost must change nothing.
func (b *Batch) FinishOutbox(sends []OutboxRow) (held []bool, err error) {
	rows := make([][]any, len(sends))
	for i, o := range sends {
		rows[i] = []any{o.MessageID, o.WorkspaceID, o.LeaseBy, int64(o.Attempts)}
	}
	held = make([]bool, len(sends))
	return held, b.write(&deleteOutbox, rows, func(i int) { held[i] = true })
}

// ReleaseOutbox gives rows back, to be tried again at their NextAt. Those whose
// lease was lost are left alone.
func (b *Batch) ReleaseOutbox(sends []OutboxRow) error {
	rows := make([][]any, len(sends))
	for i, o := range sends {
		rows[i] = []any{
			o.MessageID, o.WorkspaceID, o.LeaseBy, int64(o.Attempts), o.NextAt.UnixMicro(),
			o.FailureClass, o.FailureCode, o.FailureReason, flag(o.Paced),
		}
	}
	return b.write(&releaseOutbox, rows, nil)
}

// LaneDue is a lane with messages that nobody has in hand, and when the first
// of them is to be sent.
type LaneDue struct {
	Lane string
	At   time.Time
}

// OutboxLanes lists the lanes with messages that nobody has in hand.
func (b *Batch) OutboxLanes() ([]LaneDue, error) {
	var lanes []LaneDue
	err := b.read(&outboxLanes, func(rows *sql.Rows) error {
		var l LaneDue
		var at Time
		err := rows.Scan(&l.Lane, &at)
		l.At = at.Time
		lanes = append(lanes, l)
		return err
	})
	return lanes, err
}

// LeaseOutbox takes up to limit due messages of a lane in hand. A claim counts
// as an attempt.
func (b *Batch) LeaseOutbox(lane, worker string, now time.Time, limit int) ([]OutboxRow, error) {
	var found []OutboxRow
	if err := b.read(&readOutbox, func(rows *sql.Rows) error { return scanOutbox(rows, &found) }, lane, now.UnixMicro(), limit); err != nil {
		return nil, err
	}
	rows := make([][]any, len(found))
	for i := range found {
		found[i].LeaseBy = worker
		found[i].Attempts++
		rows[i] = []any{found[i].MessageID, found[i].WorkspaceID, worker, int64(found[i].Attempts)}
	}
	if err := b.write(&leaseOutbox, rows, nil); err != nil {
		return nil, err
	}
	return b.openOutbox(found)
}

// AdoptOutbox takes over what a dead worker had in hand: for each message
// nobody knows whether it was sent.
func (b *Batch) AdoptOutbox(dead, worker string, limit int) ([]OutboxRow, error) {
	var found []OutboxRow
	if err := b.read(&orphanOutbox, func(rows *sql.Rows) error { return scanOutbox(rows, &found) }, dead, limit); err != nil {
		return nil, err
	}
	rows := make([][]any, len(found))
	for i := range found {
		found[i].LeaseBy = worker
		rows[i] = []any{found[i].MessageID, found[i].WorkspaceID, dead, worker, int64(found[i].Attempts)}
	}
	if err := b.write(&adoptOutbox, rows, nil); err != nil {
		return nil, err
	}
	return b.openOutbox(found)
}

func scanOutbox(rows *sql.Rows, found *[]OutboxRow) error {
	var o OutboxRow
	var created, next, giveUp Time
	var paced int64
	err := rows.Scan(&o.MessageID, &o.WorkspaceID, &o.RunID, &o.Visit, &o.Node, &o.Channel, &o.Payload, &o.OnUnknown, &o.Attempts,
		&created, &next, &giveUp, &o.FailureClass, &o.FailureCode, &o.FailureReason, &paced, &o.Task, &o.ProviderMessageID)
	o.Paced = paced != 0
	o.CreatedAt, o.NextAt, o.GiveUpAt = created.Time, next.Time, giveUp.Time
	*found = append(*found, o)
	return err
}

// openOutbox opens the payloads. One that cannot be opened is returned without
// payload: it must not keep the others from being sent.
func (b *Batch) openOutbox(found []OutboxRow) ([]OutboxRow, error) {
	for i := range found {
		plain, err := b.s.open(found[i].Payload, outboxPlace(found[i].MessageID))
		if err != nil {
			b.s.log.Error("a waiting message cannot be read", "message_id", found[i].MessageID, "run_id", found[i].RunID, "error", err)
		}
		found[i].Payload = plain
	}
	return found, nil
}

func outboxPlace(messageID string) []byte { return []byte("outbox/" + messageID) }

// IdempotencyKey remembers which run a trigger started.
type IdempotencyKey struct {
	WorkspaceID, FlowID, Key string
	RunID, RequestHash       string
}

// ClaimKey notes that the key starts its run. When the key was used before, it
// returns what it was used for.
func (b *Batch) ClaimKey(k IdempotencyKey, now time.Time) (used *IdempotencyKey, err error) {
	row := [][]any{{k.WorkspaceID, k.FlowID, k.Key, k.RunID, k.RequestHash, now.UnixMicro()}}
	if err := b.write(&insertKeys, row, nil); err != nil {
		return nil, err
	}
	var found IdempotencyKey
	err = b.read(&readKeys, func(rows *sql.Rows) error {
		return rows.Scan(&found.WorkspaceID, &found.FlowID, &found.Key, &found.RunID, &found.RequestHash)
	}, k.WorkspaceID, k.FlowID, k.Key)
	switch {
	case err != nil:
		return nil, err
	case found.RunID == "":
		return nil, fmt.Errorf("the idempotency key of run %s vanished while it was written", k.RunID)
	case found.RunID == k.RunID:
		return nil, nil //nolint:nilnil // no other run has the key
	}
	return &found, nil
}

// Beat notes that a worker is alive, by the database's clock: those of
// replicas may differ.
func (b *Batch) Beat(worker, host string) error {
	now, err := b.databaseTime()
	if err != nil {
		return err
	}
	return b.write(&beatWorkers, [][]any{{worker, host, now, now}}, nil)
}

// Leave notes that a worker has come to its end and holds nothing any more.
func (b *Batch) Leave(worker string) error {
	return b.write(&leaveWorkers, [][]any{{worker}}, nil)
}

// DeadHolders lists the workers other than me that hold leases and whose last
// beat is older than ttl.
func (b *Batch) DeadHolders(me string, ttl time.Duration) ([]string, error) {
	now, err := b.databaseTime()
	if err != nil {
		return nil, err
	}
	var dead []string
	err = b.read(&leaseHolders, func(rows *sql.Rows) error {
		var id string
		var beat int64
		err := rows.Scan(&id, &beat)
		if id != me && beat < now-ttl.Microseconds() {
			dead = append(dead, id)
		}
		return err
	})
	return dead, err
}

// LiveWorkers counts the workers whose last beat is not older than ttl.
func (b *Batch) LiveWorkers(ttl time.Duration) (n int64, err error) {
	now, err := b.databaseTime()
	if err != nil {
		return 0, err
	}
	return n, b.read(&liveWorkers, func(rows *sql.Rows) error { return rows.Scan(&n) }, now-ttl.Microseconds())
}

// Time is what the database's clock shows, or Options.Now where that was given.
func (b *Batch) Time() (time.Time, error) {
	if b.s.ownClock {
		return b.s.now().UTC(), nil
	}
	now, err := b.databaseTime()
	return time.UnixMicro(now).UTC(), err
}

func (b *Batch) databaseTime() (now int64, err error) {
	err = b.read(&databaseTime, func(rows *sql.Rows) error { return rows.Scan(&now) })
	return now, err
}

// hotStatements are the texts that SQLite prepares.
func hotStatements() []string {
	statements := []*statement{
		&insertRuns, &updateRuns, &touchRuns, &postponeRuns, &insertHistory,
		&insertKept, &deleteKept, &deleteHistory, &deleteMessages, &setVersion, &deleteRuns, &insertMessages, &insertInbound, &noteInbound, &noteAliases, &updateMatches, &updateMessages, &insertEarly, &deleteEarly,
		&insertRunTraces, &insertOutbox, &deleteOutbox, &releaseOutbox, &handOutbox, &withdrawOutbox, &withdrawHanded, &leaseOutbox, &adoptOutbox, &insertMedia, &insertAnswers, &insertKeys, &beatWorkers, &leaveWorkers, &addCounts, &addChannelCounts,
		&insertParcels, &deleteParcels, &insertWebhookInbox, &deleteWebhookInbox, &adoptWebhooks,
	}
	queries := []*query{
		&lockRuns, &claimDue, &dueTurns, &claimTurns, &nextDue, &waitingFor, &askedBy, &linkedTo, &readKept, &readHistory, &findMessages, &findUpTo, &readEarly, &matchEarly,
		&outboxLanes, &readOutbox, &orphanOutbox, &readKeys, &leaseHolders, &liveWorkers, &readExecutor, &databaseTime,
		&orphanWebhooks, &pendingWebhooks, &countPending,
	}
	texts := []string{readMessages.sqlite}
	for _, st := range statements {
		texts = append(texts, st.sqlite)
	}
	for _, q := range queries {
		texts = append(texts, q.sqlite)
	}
	return texts
}
