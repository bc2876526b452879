package store

import "time"

// OutboxTask is what is to be done with a message in the outbox.
type OutboxTask string

const (
	// TaskSend: it is to be handed to its provider.
	TaskSend OutboxTask = ""
	// TaskHanded: the vendor holds it until its time. When it is due here, the
	// vendor has said nothing, and it counts as sent.
	TaskHanded OutboxTask = "handed"
	// TaskWithdraw: the vendor holds it and is to be asked to drop it.
	TaskWithdraw OutboxTask = "withdraw"
)

var (
	handOutbox = updateOf("outbox", 4, "", map[string]string{"lease_by": "NULL"},
		text("message_id"), text("workspace_id"), text("lease_by"), number("attempts"), number("next_attempt_at"),
		text("task"), text("provider_message_id"))

	withdrawOutbox = deleteWhere("outbox", "outbox.lease_by IS NULL AND outbox.task = ''", text("message_id"), text("workspace_id"))

	withdrawHanded = updateOf("outbox", 2, "outbox.lease_by IS NULL AND outbox.task = 'handed'", map[string]string{},
		text("message_id"), text("workspace_id"), text("task"), number("next_attempt_at"))
)

// HandOutbox notes that vendors hold messages: what is to be done next, and
// when. held tells which of them were still this worker's.
func (b *Batch) HandOutbox(sends []OutboxRow) (held []bool, err error) {
	rows := make([][]any, len(sends))
	for i, o := range sends {
		rows[i] = []any{o.MessageID, o.WorkspaceID, o.LeaseBy, int64(o.Attempts), o.NextAt.UnixMicro(), string(o.Task), o.ProviderMessageID}
	}
	held = make([]bool, len(sends))
	return held, b.write(&handOutbox, rows, func(i int) { held[i] = true })
}

// WithdrawOutbox takes messages back that nobody has in hand: it removes those
// that no vendor knows of, which it returns, and has the vendors asked about
// those that they hold.
func (b *Batch) WithdrawOutbox(messages []OutboxRow, now time.Time) (removed []string, err error) {
	ids, asked := make([][]any, len(messages)), make([][]any, len(messages))
	for i, o := range messages {
		ids[i] = []any{o.MessageID, o.WorkspaceID}
		asked[i] = []any{o.MessageID, o.WorkspaceID, string(TaskWithdraw), now.UnixMicro()}
	}
	if err := b.write(&withdrawOutbox, ids, func(i int) { removed = append(removed, messages[i].MessageID) }); err != nil {
		return nil, err
	}
	return removed, b.write(&withdrawHanded, asked, nil)
}
