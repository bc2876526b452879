package runtime

import (
	"context"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

// Messages with a time to come wait in the outbox, or, where the channel says
// so, at their vendor. When the run leaves before that time they are taken back:
//
//	scheduled, here --(its time)--> handed over, as any other
//	scheduled, here --(the run leaves)--> removed
//	scheduled, at the vendor --(receipt, or handedGrace after its time)--> sent
//	scheduled, at the vendor --(the run leaves)--> the vendor is asked to drop it

// handedGrace is how long after its time a vendor's silence about a message that
// it holds is taken for its having been sent.
const handedGrace = 10 * time.Minute

// Codes of messages that were taken back.
const (
	codeWithdrawn = "withdrawn"
	codeTooLate   = "withdrawn_too_late"
)

// scheduled is the status that a message begins with, and when it leaves the
// outbox.
func (l *Local) scheduled(w *work, send *engine.Send, now time.Time) (status string, next time.Time) {
	if !send.SendAt.After(now) {
		return statusQueued, now
	}
	a, err := l.account(context.Background(), w.live.WorkspaceID, send.Channel)
	if err == nil && a.refusal == nil && schedules(a, *send, now) {
		return statusScheduled, now
	}
	return statusScheduled, send.SendAt
}

// schedules tells whether the vendor holds the message rather than we. Where a
// message depends on what the person does until then, we do.
func schedules(a account, send engine.Send, now time.Time) bool {
	s, ok := a.provider.(channels.Scheduler)
	if !ok || send.Message.Type != flows.MessageTemplate && a.provider.Kind().Window(a.account, send.Category) != 0 {
		return false
	}
	return s.Schedules(a.account, send.SendAt, now)
}

// hold decides what becomes of a message whose time has not come: its vendor
// holds it, or, where it reports true, it waits here.
func (l *Local) hold(a account, send engine.Send, o *outcome) (waits bool) {
	now := l.clock.Now()
	switch {
	case !send.SendAt.After(now):
		return false
	case schedules(a, send, now):
		o.heldUntil = send.SendAt
		return false
	}
	o.untried, o.notBefore = true, send.SendAt
	return true
}

// withdraw notes that a message is to be taken back.
func (w *work) withdraw(effect engine.Effect) {
	w.withdrawn = append(w.withdrawn, store.OutboxRow{MessageID: messageID(w.live.ID, effect.Visit), WorkspaceID: w.live.WorkspaceID})
}

// takeBack removes the messages that no vendor knows of. One that is being
// handed over at this moment is decided about when that has ended.
func (b *batch) takeBack(tx *store.Batch) error {
	if len(b.withdrawn) == 0 {
		return nil
	}
	removed, err := tx.WithdrawOutbox(b.withdrawn, b.now)
	if err != nil {
		return err
	}
	var unread []string
	for _, id := range removed {
		if b.messages[id] == nil {
			unread = append(unread, id)
		}
	}
	rows, err := tx.Messages(unread)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b.messages[row.ID] = &messageWork{row: row, before: row}
	}
	for _, id := range removed {
		if m := b.messages[id]; m != nil && m.unsent() {
			b.change(m)
			m.cancel(b.now)
		}
	}
	return nil
}

// unsent reports whether nothing has shown that the message was sent.
func (m *messageWork) unsent() bool {
	return m.row.Status == statusQueued || m.row.Status == statusScheduled
}

// cancel notes that the message was taken back before its time.
func (m *messageWork) cancel(now time.Time) {
	m.advance(channels.StatusCancelled, codeWithdrawn, "The run ended before the message's time.", now)
}

// hand keeps a message in the outbox that its vendor holds now: to look at it
// after its time, or to take it back at once when the run has left meanwhile.
func (b *batch) hand(o *outcome, waits bool) verdict {
	o.row.ProviderMessageID = o.accepted.ProviderMessageID
	o.row.Task, o.row.NextAt = store.TaskHanded, o.heldUntil.Add(handedGrace)
	if !waits {
		o.row.Task, o.row.NextAt = store.TaskWithdraw, b.now
	}
	return verdictHanded
}

// settleHanded writes which messages vendors hold.
func (b *batch) settleHanded(tx *store.Batch, handed []*outcome) error {
	rows := make([]store.OutboxRow, len(handed))
	for i, o := range handed {
		rows[i] = o.row
	}
	held, err := tx.HandOutbox(rows)
	if err != nil {
		return err
	}
	for i, o := range handed {
		if !held[i] {
			o.verdict = verdictNone
			continue
		}
		b.handed = append(b.handed, o.row)
	}
	return nil
}

// applyHeld tells a message what its vendor said of holding it. Its run learns
// of it by receipts, or has ended.
func (b *batch) applyHeld(m *messageWork, o *outcome) {
	b.change(m)
	switch o.verdict {
	case verdictHanded:
		if o.channelID != "" {
			m.row.ChannelID = o.channelID
		}
		m.row.ProviderMessageID, m.row.Parts = o.accepted.ProviderMessageID, o.accepted.Parts
	case verdictWithdrawn:
		if channels.StatusCancelled.Advances(channels.Status(m.row.Status)) {
			m.cancel(b.now)
		}
	case verdictTooLate:
		if m.unsent() {
			m.advance(channels.StatusSent, codeTooLate, "It could not be taken back any more: "+o.failure.Message, b.now)
		}
	case verdictNone, verdictSent, verdictFailed, verdictSuperseded, verdictAgain:
	}
}

// askBack asks the vendor to drop a message that it holds.
func (l *Local) askBack(o *outcome) {
	ctx, cancel := context.WithTimeout(l.sending, l.tuning.SendTimeout)
	defer cancel()
	a, err := l.account(ctx, o.row.WorkspaceID, o.row.Channel)
	if err != nil {
		o.failure = retryable(err)
		return
	}
	o.channelID, o.failure = a.channel.ID, a.refusal
	s, ok := a.provider.(channels.Scheduler)
	switch {
	case a.refusal != nil:
	case !ok:
		o.failure = refuse(codeTooLate, "The channel's provider holds no messages.", "")
	default:
		o.called = true
		o.failure = channels.AsSendError(s.Withdraw(ctx, a.account, o.row.ProviderMessageID))
	}
	o.last = !l.clock.Now().Before(o.row.GiveUpAt)
	if o.failure != nil {
		l.log.Warn("a message could not be taken back", "run_id", o.row.RunID, "visit", o.row.Visit, "workspace_id", o.row.WorkspaceID,
			"channel", o.row.Channel, "class", o.failure.Class, "code", o.failure.Code, "error", o.failure.Message)
	}
}

// judgeWithdrawal decides what follows from asking a vendor to drop a message.
func (b *batch) judgeWithdrawal(o *outcome) verdict {
	switch {
	case o.untried:
		o.row.NextAt = b.now
		return verdictAgain
	case o.failure == nil:
		return verdictWithdrawn
	case !o.last && (o.failure.Class == channels.ClassRetryable || o.failure.Class == channels.ClassUnknown):
		o.row.FailureClass, o.row.FailureCode, o.row.FailureReason = string(o.failure.Class), o.failure.Code, o.failure.Message
		o.row.NextAt = b.nextAttempt(o)
		return verdictAgain
	}
	return verdictTooLate
}
