package runtime

import (
	"context"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// The statuses of messages beside those of channels.Status.
const (
	statusQueued = "queued"
	// statusScheduled: it waits for its time, here or at the vendor.
	statusScheduled = "scheduled"
	statusReceived  = "received"
)

// messageWork is a message in the hands of a batch.
type messageWork struct {
	// before is the message as it was read.
	before  store.MessageRow
	row     store.MessageRow
	changed bool
}

// located is an inbound event with what it belongs to.
type located struct {
	runID string
	// receipt is about messageID.
	receipt   *channels.Receipt
	workspace string
	channelID string
	messageID string
	// received is a message from a person.
	received *received
}

// DeliverInbound takes in what a webhook said; see Executor.
func (l *Local) DeliverInbound(ctx context.Context, workspace, channelID string, events []channels.Inbound) error {
	if len(events) == 0 {
		return nil
	}
	for i := range events {
		events[i] = channels.Bounded(events[i])
	}
	it := &item{
		inbound: &inboundItem{workspace: workspace, channelID: channelID, events: events}, weight: len(events), done: make(chan error, 1),
	}
	if err := l.inbox.submit(it); err != nil {
		return err
	}
	return it.wait(ctx)
}

// locate finds out which messages and runs inbound events belong to.
func (b *batch) locate(tx *store.Batch) error {
	fresh := b.freshNames()
	for _, it := range b.items {
		if it.inbound == nil {
			continue
		}
		b.noteOrigins(it.inbound.events)
		if err := b.locateReceipts(tx, it, fresh); err != nil {
			return err
		}
		if err := b.locateReplies(tx, it, fresh); err != nil {
			return err
		}
	}
	if err := tx.NoteAliases(b.aliases); err != nil {
		return err
	}
	return tx.NoteInbound(b.heard)
}

// providerName is what a provider calls a message of a channel.
type providerName struct{ channelID, id string }

// freshNames are the names that this very batch learns from accepted sends.
func (b *batch) freshNames() map[providerName]store.MessageRef {
	fresh := map[providerName]store.MessageRef{}
	for _, it := range b.items {
		if o := it.outcome; o != nil && o.failure == nil && o.accepted.ProviderMessageID != "" {
			fresh[providerName{o.channelID, o.accepted.ProviderMessageID}] = store.MessageRef{ID: o.row.MessageID, RunID: o.row.RunID}
		}
	}
	return fresh
}

func (b *batch) locateReceipts(tx *store.Batch, it *item, fresh map[providerName]store.MessageRef) error {
	in := it.inbound
	var unnamed, upTo []*channels.Receipt
	var names []string
	for _, ev := range in.events {
		r := ev.Receipt
		switch {
		case r == nil:
		case !r.Status.Known():
			b.l.metrics.receipts.WithLabelValues("unknown_status").Inc()
			b.l.log.Info("a receipt has a status that is not known", "channel_id", in.channelID, "status", r.Raw)
		case runOf(r.MessageID) != "":
			b.located[it] = append(b.located[it], located{
				runID: runOf(r.MessageID), receipt: r, workspace: in.workspace, channelID: in.channelID, messageID: r.MessageID,
			})
		case r.ProviderMessageID == "" && !r.Through.IsZero():
			upTo = append(upTo, r)
		case r.ProviderMessageID == "":
			b.l.metrics.receipts.WithLabelValues("unmatched").Inc()
		default:
			unnamed = append(unnamed, r)
			names = append(names, r.ProviderMessageID)
		}
	}
	known, err := tx.FindMessages(in.workspace, in.channelID, names)
	if err != nil {
		return err
	}
	for _, r := range unnamed {
		ref, ok := known[r.ProviderMessageID]
		if !ok {
			ref, ok = fresh[providerName{in.channelID, r.ProviderMessageID}]
		}
		if !ok {
			b.keep(in, r)
			continue
		}
		b.located[it] = append(b.located[it], located{
			runID: ref.RunID, receipt: r, workspace: in.workspace, channelID: in.channelID, messageID: ref.ID,
		})
	}
	return b.locateUpTo(tx, it, upTo)
}

// locateUpTo finds the messages of receipts that cover all that a person was
// sent up to a time. Only messages that the vendor took count: one that waits
// for another attempt has not been delivered.
func (b *batch) locateUpTo(tx *store.Batch, it *item, receipts []*channels.Receipt) error {
	in := it.inbound
	for _, r := range receipts {
		refs, err := tx.FindMessagesUpTo(in.workspace, in.channelID, r.To, r.Through)
		if err != nil {
			return err
		}
		if len(refs) == 0 {
			b.l.metrics.receipts.WithLabelValues("unmatched").Inc()
		}
		for _, ref := range refs {
			b.located[it] = append(b.located[it], located{
				runID: ref.RunID, receipt: r, workspace: in.workspace, channelID: in.channelID, messageID: ref.ID,
			})
		}
	}
	return nil
}

// keep stores a receipt for a message that is not known yet: its send has not
// returned.
func (b *batch) keep(in *inboundItem, r *channels.Receipt) {
	b.l.metrics.receipts.WithLabelValues("early").Inc()
	b.early = append(b.early, store.EarlyReceipt{
		ID: store.NewID(), WorkspaceID: in.workspace, ChannelID: in.channelID, ProviderMessageID: r.ProviderMessageID,
		Status: string(r.Status), Code: r.Code, Reason: r.Reason, At: b.when(r.At),
	})
}

// when is the time of a provider's event: what it says, unless it says nothing
// or names a time to come.
func (b *batch) when(at time.Time) time.Time {
	if at.IsZero() || at.After(b.now) {
		return b.now
	}
	return at.UTC()
}

// applyInbound gives a located event to its message and run.
func (b *batch) applyInbound(ev located) {
	if ev.received != nil {
		b.applyReply(ev.received)
		return
	}
	m := b.messages[ev.messageID]
	// Whoever can sign for one channel must not speak for another.
	if m == nil || m.row.WorkspaceID != ev.workspace || m.row.ChannelID != "" && m.row.ChannelID != ev.channelID {
		b.l.metrics.receipts.WithLabelValues("unmatched").Inc()
		return
	}
	b.applyReceipt(m, *ev.receipt)
}

// applyEarly gives a message a receipt that was kept for it.
func (b *batch) applyEarly(r store.EarlyReceipt) {
	if m := b.messages[r.Message.ID]; m != nil && m.row.WorkspaceID == r.WorkspaceID {
		b.applyReceipt(m, channels.Receipt{Status: channels.Status(r.Status), Code: r.Code, Reason: r.Reason, At: r.At})
	}
}

// applyReceipt moves the status of a message forwards and tells its run. What
// is known already, in whatever order it came, changes nothing.
func (b *batch) applyReceipt(m *messageWork, r channels.Receipt) {
	if !r.Status.Advances(channels.Status(m.row.Status)) {
		b.l.metrics.receipts.WithLabelValues("known").Inc()
		return
	}
	b.l.metrics.receipts.WithLabelValues(string(r.Status)).Inc()
	at := b.when(r.At)
	b.change(m)
	m.advance(r.Status, r.Code, r.Reason, at)
	b.countReached(m, r.Status)
	if r.Status == channels.StatusFailed {
		b.refusals = append(b.refusals, m.row)
	}
	b.noteArrival(m.row.RunID, m.row.Visit, string(r.Status), m.row.Channel)
	b.tell(b.runOf(m.row.WorkspaceID, m.row.RunID), engine.Event{Kind: engine.EventReceipt, Visit: m.row.Visit, Receipt: &engine.Receipt{
		Status: engine.ReceiptStatus(r.Status), Code: r.Code, Reason: r.Reason, At: at,
	}})
}

// change notes that the message is to be written.
func (b *batch) change(m *messageWork) {
	if !m.changed {
		m.changed = true
		b.changed = append(b.changed, m)
	}
}

// advance sets a status and its time. Read implies delivered, and delivered
// implies sent.
func (m *messageWork) advance(status channels.Status, code, reason string, at time.Time) {
	r := &m.row
	r.Status = string(status)
	setTime := func(t *time.Time) {
		if t.IsZero() {
			*t = at
		}
	}
	switch status {
	case channels.StatusRead:
		setTime(&r.ReadAt)
		setTime(&r.DeliveredAt)
		setTime(&r.SentAt)
	case channels.StatusDelivered:
		setTime(&r.DeliveredAt)
		setTime(&r.SentAt)
	case channels.StatusSent:
		setTime(&r.SentAt)
	case channels.StatusFailed:
		setTime(&r.FailedAt)
	case channels.StatusNone, channels.StatusUnknown, channels.StatusCancelled:
	}
	// A delivery after a failure takes the failure back.
	r.Code, r.Reason = code, reason
}
