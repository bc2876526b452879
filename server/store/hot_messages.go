package store

import (
	"cmp"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"
)

// The statements of the execution path on messages and early receipts.

// MessageRow is a message to insert or update. Updates leave alone what a
// message never changes.
type MessageRow struct {
	ID, WorkspaceID, RunID           string
	Visit                            int
	Node, Direction                  string
	ChannelID, Channel, ChannelType  string
	FromAddress, ToAddress, Category string
	Content                          []byte
	Status                           string
	ProviderMessageID, Code, Reason  string
	Parts                            int
	QueuedAt, SentAt, DeliveredAt    time.Time
	ReadAt, FailedAt, SendAt         time.Time
	// Match is of messages from people.
	Match
}

// Match is why a message from a person went to its run, and the visit that the
// run was in then.
type Match struct {
	Matched string `json:"matched"`
	AtVisit int    `json:"at_visit"`
}

var (
	insertMessages = insertInto("messages", "", messageColumns...)

	insertInbound = insertInto("messages", " ON CONFLICT (id) DO NOTHING RETURNING id", append(slices.Clip(messageColumns), text("matched"), number("at_visit"))...)

	noteInbound = insertInto("inbound_times",
		" ON CONFLICT (workspace_id, channel_id, address) DO UPDATE SET at = EXCLUDED.at, message = EXCLUDED.message WHERE inbound_times.at < EXCLUDED.at",
		text("workspace_id"), text("channel_id"), text("address"), number("at"), text("message"))

	messageColumns = []column{
		text("id"), text("workspace_id"), text("run_id"), number("visit"), text("node"), text("direction"), text("channel_id"), text("channel"),
		text("channel_type"), text("from_address"), text("to_address"), text("category"), text("content"), text("status"),
		nullText("provider_message_id"), number("queued_at"), nullNum("delivered_at"), nullNum("send_at"),
	}

	updateMessages = updateOf("messages", 2, "", nil,
		text("id"), text("workspace_id"), text("channel_id"), text("status"), nullText("provider_message_id"), text("code"),
		text("reason"), number("parts"), nullNum("sent_at"), nullNum("delivered_at"), nullNum("read_at"), nullNum("failed_at")).inPartitions("messages")

	updateMatches = updateOf("messages", 2, "", nil, text("id"), text("workspace_id"), text("run_id"), text("matched"), number("at_visit")).inPartitions("messages")

	readMessages = selectingByID("messages", `r.id, r.workspace_id, r.run_id, r.visit, r.node, r.channel_id, r.channel, r.channel_type, r.status,
		COALESCE(r.provider_message_id, '') AS name, r.code, r.reason, r.parts, r.sent_at, r.delivered_at, r.read_at, r.failed_at`, false)

	findMessages = selecting(`SELECT provider_message_id, id, run_id FROM messages
		WHERE channel_id = ? AND provider_message_id @in ? AND workspace_id = ? AND direction = 'out' AND id >= ?`)

	findUpTo = selecting(`SELECT id, run_id FROM messages
		WHERE channel_id = ? AND to_address = ? AND queued_at <= ? AND workspace_id = ? AND sent_at IS NOT NULL AND read_at IS NULL
		AND channel_type IN ('messenger', 'instagram') AND direction = 'out' ORDER BY queued_at DESC LIMIT ?`)

	insertEarly = insertInto("early_receipts", " ON CONFLICT (channel_id, provider_message_id, status) DO NOTHING",
		text("id"), text("workspace_id"), text("channel_id"), text("provider_message_id"), text("status"), text("code"), text("reason"),
		number("at"), number("received_at"))

	readEarly = selecting(`SELECT id, workspace_id, channel_id, provider_message_id, status, code, reason, at FROM early_receipts
		WHERE channel_id = ? AND provider_message_id @in ? AND workspace_id = ? ORDER BY id`)

	matchEarly = selecting(`SELECT e.id, e.workspace_id, e.channel_id, e.provider_message_id, e.status, e.code, e.reason, e.at, m.id, m.run_id
		FROM early_receipts e JOIN messages m ON m.channel_id = e.channel_id AND m.provider_message_id = e.provider_message_id
		AND m.workspace_id = e.workspace_id
		WHERE e.received_at >= ? ORDER BY e.id LIMIT ?`)

	deleteEarly = deleteFrom("early_receipts", text("id"), text("workspace_id"))
)

// InsertMessages adds outbound messages.
func (b *Batch) InsertMessages(messages []MessageRow) error {
	return b.write(&insertMessages, messageRows(messages), nil)
}

// InsertInbound adds messages from people and tells which of them are new: a
// vendor may repeat one.
func (b *Batch) InsertInbound(messages []MessageRow) (added []bool, err error) {
	added = make([]bool, len(messages))
	rows := messageRows(messages)
	for i, m := range messages {
		rows[i] = append(rows[i], m.Matched, int64(m.AtVisit))
	}
	return added, b.write(&insertInbound, rows, func(i int) { added[i] = true })
}

// UpdateMatches writes which runs messages from people went to, and why.
func (b *Batch) UpdateMatches(messages []MessageRow) error {
	rows := make([][]any, len(messages))
	for i, m := range messages {
		rows[i] = []any{m.ID, m.WorkspaceID, m.RunID, m.Matched, int64(m.AtVisit)}
	}
	return b.write(&updateMatches, rows, nil)
}

// InboundTime is when a person wrote to a channel.
type InboundTime struct {
	WorkspaceID, ChannelID, Address string
	At                              time.Time
	// Message is what the vendor calls what they wrote.
	Message string
}

// NoteInbound notes when people wrote. What is known already and newer stays.
func (b *Batch) NoteInbound(times []InboundTime) error {
	// Each address once, as PostgreSQL asks, and in one order for everybody, so
	// that two replicas do not deadlock.
	latest := map[InboundTime]InboundTime{}
	for _, t := range times {
		key := InboundTime{WorkspaceID: t.WorkspaceID, ChannelID: t.ChannelID, Address: storable(t.Address)}
		if t.At.After(latest[key].At) {
			latest[key] = t
		}
	}
	keys := slices.SortedFunc(maps.Keys(latest), func(x, y InboundTime) int {
		return cmp.Or(strings.Compare(x.WorkspaceID, y.WorkspaceID), strings.Compare(x.ChannelID, y.ChannelID), strings.Compare(x.Address, y.Address))
	})
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{k.WorkspaceID, k.ChannelID, k.Address, latest[k].At.UnixMicro(), latest[k].Message}
	}
	return b.write(&noteInbound, rows, nil)
}

func messageRows(messages []MessageRow) [][]any {
	rows := make([][]any, len(messages))
	for i, m := range messages {
		rows[i] = []any{
			m.ID, m.WorkspaceID, m.RunID, int64(m.Visit), m.Node, m.Direction, m.ChannelID, m.Channel, m.ChannelType, m.FromAddress,
			m.ToAddress, m.Category, string(m.Content), m.Status, orNull(m.ProviderMessageID), m.QueuedAt.UnixMicro(), micros(m.DeliveredAt), micros(m.SendAt),
		}
	}
	return rows
}

// UpdateMessages writes the status of messages.
func (b *Batch) UpdateMessages(messages []MessageRow) error {
	rows := make([][]any, len(messages))
	for i, m := range messages {
		rows[i] = []any{
			m.ID, m.WorkspaceID, m.ChannelID, m.Status, orNull(m.ProviderMessageID), m.Code, m.Reason, int64(m.Parts),
			micros(m.SentAt), micros(m.DeliveredAt), micros(m.ReadAt), micros(m.FailedAt),
		}
	}
	return b.write(&updateMessages, rows, nil)
}

// Messages reads what UpdateMessages writes, by id. The caller holds the runs
// of the messages, so nobody else writes them.
func (b *Batch) Messages(ids []string) ([]MessageRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var all []MessageRow
	err := b.readByID(&readMessages, func(rows *sql.Rows) error {
		var m MessageRow
		var sent, delivered, read, failed Time
		err := rows.Scan(&m.ID, &m.WorkspaceID, &m.RunID, &m.Visit, &m.Node, &m.ChannelID, &m.Channel, &m.ChannelType, &m.Status, &m.ProviderMessageID, &m.Code, &m.Reason,
			&m.Parts, &sent, &delivered, &read, &failed)
		m.SentAt, m.DeliveredAt, m.ReadAt, m.FailedAt = sent.Time, delivered.Time, read.Time, failed.Time
		all = append(all, m)
		return err
	}, ids)
	return all, err
}

// MessageRef is a message and the run that it belongs to.
type MessageRef struct{ ID, RunID string }

// FindMessages finds outbound messages of a channel by what the provider calls
// them.
func (b *Batch) FindMessages(workspace, channelID string, providerIDs []string) (map[string]MessageRef, error) {
	refs := map[string]MessageRef{}
	find := func(names []string, since string) error {
		if len(names) == 0 {
			return nil
		}
		return b.read(&findMessages, func(rows *sql.Rows) error {
			var name string
			var ref MessageRef
			err := rows.Scan(&name, &ref.ID, &ref.RunID)
			refs[name] = ref
			return err
		}, channelID, names, workspace, since)
	}
	// Almost all are of runs that began lately, which are in a partition or two.
	if err := find(providerIDs, idFloor(b.s.now().Add(-youngRuns))); err != nil {
		return nil, err
	}
	older := slices.DeleteFunc(slices.Clone(providerIDs), func(name string) bool {
		_, found := refs[storable(name)]
		return found
	})
	return refs, find(older, "")
}

// youngRuns is how old runs are at most whose messages are looked for first.
const youngRuns = 3 * 24 * time.Hour

// MaxUpTo bounds the messages that one receipt is taken to cover. People who get
// more without reading any have the older ones counted as unread.
const MaxUpTo = 200

// FindMessagesUpTo finds the newest messages of a channel that a provider took
// for a person, queued at or before a time, and that are not known to be read.
// It is for channel types whose vendors report in this way.
func (b *Batch) FindMessagesUpTo(workspace, channelID, to string, through time.Time) ([]MessageRef, error) {
	var refs []MessageRef
	err := b.read(&findUpTo, func(rows *sql.Rows) error {
		var ref MessageRef
		err := rows.Scan(&ref.ID, &ref.RunID)
		refs = append(refs, ref)
		return err
	}, channelID, storable(to), through.UnixMicro(), workspace, MaxUpTo)
	return refs, err
}

// EarlyReceipt is a receipt for a message that is not known yet. Message is
// set by MatchEarly.
type EarlyReceipt struct {
	ID, WorkspaceID, ChannelID, ProviderMessageID string
	Status, Code, Reason                          string
	At                                            time.Time
	Message                                       MessageRef
}

// InsertEarly keeps receipts that came too early. Repeated ones are kept once.
func (b *Batch) InsertEarly(receipts []EarlyReceipt, now time.Time) error {
	rows := make([][]any, len(receipts))
	for i, r := range receipts {
		rows[i] = []any{r.ID, r.WorkspaceID, r.ChannelID, r.ProviderMessageID, r.Status, r.Code, r.Reason, r.At.UnixMicro(), now.UnixMicro()}
	}
	return b.write(&insertEarly, rows, nil)
}

// TakeEarly removes and returns the receipts that came for these messages
// before the provider's answer did.
func (b *Batch) TakeEarly(workspace, channelID string, providerIDs []string) ([]EarlyReceipt, error) {
	if len(providerIDs) == 0 {
		return nil, nil
	}
	var found []EarlyReceipt
	err := b.read(&readEarly, func(rows *sql.Rows) error { return scanEarly(rows, &found) }, channelID, providerIDs, workspace)
	if err != nil {
		return nil, err
	}
	return found, b.DeleteEarly(found)
}

// MatchEarly returns receipts received since a time whose message is known by
// now: what two replicas that committed at the same moment did not see of each
// other.
func (b *Batch) MatchEarly(since time.Time, limit int) ([]EarlyReceipt, error) {
	var found []EarlyReceipt
	err := b.read(&matchEarly, func(rows *sql.Rows) error {
		var r EarlyReceipt
		var at Time
		err := rows.Scan(&r.ID, &r.WorkspaceID, &r.ChannelID, &r.ProviderMessageID, &r.Status, &r.Code, &r.Reason, &at, &r.Message.ID, &r.Message.RunID)
		r.At = at.Time
		found = append(found, r)
		return err
	}, since.UnixMicro(), limit)
	return found, err
}

func scanEarly(rows *sql.Rows, found *[]EarlyReceipt) error {
	var r EarlyReceipt
	var at Time
	err := rows.Scan(&r.ID, &r.WorkspaceID, &r.ChannelID, &r.ProviderMessageID, &r.Status, &r.Code, &r.Reason, &at)
	r.At = at.Time
	*found = append(*found, r)
	return err
}

// DeleteEarly removes early receipts that were applied.
func (b *Batch) DeleteEarly(receipts []EarlyReceipt) error {
	rows := make([][]any, len(receipts))
	for i, r := range receipts {
		rows[i] = []any{r.ID, r.WorkspaceID}
	}
	return b.write(&deleteEarly, rows, nil)
}
