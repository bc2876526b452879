package runtime

import (
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// Codes of failures that no provider reported.
const (
	codeNotBound         = "channel_not_bound"
	codeSuspended        = "channel_suspended"
	codeWrongType        = "channel_type_mismatch"
	codeUnknownKind      = "provider_unknown"
	codeRecipient        = "invalid_recipient"
	codeTemplateMissing  = "template_not_found"
	codeTemplateApproval = "template_not_approved"
	codeUnreadable       = "message_unreadable"
	codeSuperseded       = "superseded"
	codeNotSentInTime    = "not_sent_in_time"
	codeWorkerDied       = "server_died"
	codePanic            = "provider_panicked"
	codeInternal         = "internal"
)

// outcome is what came of handing one message to its provider.
type outcome struct {
	row       store.OutboxRow
	channelID string
	accepted  channels.Accepted
	// failure is nil when the provider took the message.
	failure *channels.SendError
	// last is true when the time for trying is over.
	last bool
	// untried is true when the message was not handed over at all and goes
	// back to the outbox as it is.
	untried bool
	// later is how long an untried message is left alone, notBefore until when.
	later     time.Duration
	notBefore time.Time
	// heldUntil is when a message goes out that the vendor now holds.
	heldUntil time.Time
	// called is true when the provider was asked.
	called bool
	// kind is the provider that was asked.
	kind string

	// rejected counts transactions that the database refused because of it.
	rejected int
	// verdict is what a batch made of it.
	verdict verdict
}

// verdict is what follows from an outcome.
type verdict int

const (
	// verdictNone: the lease was lost; whoever has it now decides.
	verdictNone verdict = iota
	// verdictSent: the provider took the message, or a receipt shows it.
	verdictSent
	// verdictFailed: the run is told of the failure.
	verdictFailed
	// verdictSuperseded: nobody waits for the message any more.
	verdictSuperseded
	// verdictAgain: it is tried again later.
	verdictAgain
	// verdictHanded: the vendor holds it until its time.
	verdictHanded
	// verdictWithdrawn: the vendor dropped it before its time.
	verdictWithdrawn
	// verdictTooLate: the vendor would not, so it went out.
	verdictTooLate
)

// settle decides what follows from each outcome and takes the messages that
// are done with out of the outbox.
func (b *batch) settle(tx *store.Batch) error {
	var done, handed []*outcome
	var rows []store.OutboxRow
	for _, it := range b.items {
		o := it.outcome
		if o == nil {
			continue
		}
		if o.verdict = b.judge(o); o.verdict == verdictAgain {
			b.released = append(b.released, o.row)
			continue
		}
		if o.verdict == verdictHanded {
			handed = append(handed, o)
			continue
		}
		done = append(done, o)
		rows = append(rows, o.row)
	}
	if err := b.settleHanded(tx, handed); err != nil {
		return err
	}
	if len(rows) == 0 {
		return b.takeEarly(tx, handed)
	}
	held, err := tx.FinishOutbox(rows)
	if err != nil {
		return err
	}
	for i, o := range done {
		if !held[i] {
			// This outcome was taken in before (the answer to a commit was
			// lost), or another worker took this one for dead.
			o.verdict = verdictNone
		}
	}
	return b.takeEarly(tx, append(done, handed...))
}

func (b *batch) judge(o *outcome) verdict {
	m, w := b.messages[o.row.MessageID], b.works[o.row.RunID]
	// Of a run that this server cannot read, it has to be taken to wait.
	waits := w != nil && (w.broken != nil || !w.state.Status.Final() && w.state.Visit == o.row.Visit)
	again := o.failure != nil && (o.failure.Class == channels.ClassRetryable ||
		o.failure.Class == channels.ClassUnknown && o.row.OnUnknown == string(engine.OnUnknownResend))
	switch {
	case o.row.Task == store.TaskWithdraw:
		return b.judgeWithdrawal(o)
	case m != nil && !m.unsent():
		// A receipt shows that it was sent, whatever the answer says.
		return verdictSent
	case o.row.Task == store.TaskHanded && o.untried:
		o.row.NextAt = b.now
		return verdictAgain
	case !o.heldUntil.IsZero() && o.failure == nil:
		return b.hand(o, waits)
	case o.failure == nil && !o.untried:
		return verdictSent
	case o.untried && !waits:
		return verdictSuperseded
	case o.untried:
		o.row.NextAt = b.now.Add(o.later)
		if !o.notBefore.IsZero() {
			o.row.NextAt = o.notBefore
		}
		if o.row.NextAt.After(o.row.GiveUpAt) && b.now.Before(o.row.GiveUpAt) {
			// The run is told in time that the message was not sent.
			o.row.NextAt = o.row.GiveUpAt
		}
		return verdictAgain
	case again && !waits:
		return verdictSuperseded
	case again && !o.last:
		o.row.FailureClass, o.row.FailureCode, o.row.FailureReason = string(o.failure.Class), o.failure.Code, o.failure.Message
		o.row.NextAt = b.nextAttempt(o)
		return verdictAgain
	}
	return verdictFailed
}

// nextAttempt is when to try again: after the engine's backoff, or what the
// provider asks for, and up to a fifth more, so that what failed together does
// not come back together. When the time for trying ends before that, the run
// is told then.
func (b *batch) nextAttempt(o *outcome) time.Time {
	wait := max(engine.Backoff(o.row.Attempts), o.failure.RetryAfter)
	next := b.now.Add(wait + time.Duration(b.l.jitter()*float64(wait)/5))
	if !next.Before(o.row.GiveUpAt) {
		return o.row.GiveUpAt
	}
	return next
}

// takeEarly brings in the receipts that came before the provider's answer.
func (b *batch) takeEarly(tx *store.Batch, done []*outcome) error {
	type place struct{ workspace, channelID string }
	names := map[place][]string{}
	refs := map[providerName]store.MessageRef{}
	for _, o := range done {
		id := o.accepted.ProviderMessageID
		if o.verdict != verdictSent && o.verdict != verdictHanded || id == "" {
			continue
		}
		at := place{o.row.WorkspaceID, o.channelID}
		names[at] = append(names[at], id)
		refs[providerName{o.channelID, id}] = store.MessageRef{ID: o.row.MessageID, RunID: o.row.RunID}
	}
	for at, ids := range names {
		found, err := tx.TakeEarly(at.workspace, at.channelID, ids)
		if err != nil {
			return err
		}
		for _, r := range found {
			r.Message = refs[providerName{r.ChannelID, r.ProviderMessageID}]
			b.taken = append(b.taken, r)
		}
	}
	return nil
}

// applyOutcome tells the message and its run what came of the send.
func (b *batch) applyOutcome(o *outcome) {
	m, w := b.messages[o.row.MessageID], b.runOf(o.row.WorkspaceID, o.row.RunID)
	if m == nil {
		return
	}
	result := engine.SendResult{}
	switch o.verdict {
	case verdictNone, verdictAgain:
		return
	case verdictHanded, verdictWithdrawn, verdictTooLate:
		b.applyHeld(m, o)
		return
	case verdictSent:
		result.ProviderMessageID = o.accepted.ProviderMessageID
		b.change(m)
		if o.channelID != "" {
			m.row.ChannelID = o.channelID
		}
		if o.accepted.ProviderMessageID != "" {
			m.row.ProviderMessageID, m.row.Parts = o.accepted.ProviderMessageID, o.accepted.Parts
		}
		if !m.unsent() {
			// The run has learned as much from a receipt.
			return
		}
		m.advance(channels.StatusSent, "", "", b.now)
	case verdictSuperseded:
		b.change(m)
		if m.row.Status == statusScheduled {
			m.cancel(b.now)
			return
		}
		reason := "The run went on before the message could be sent."
		if o.failure != nil {
			reason += " The last attempt failed: " + o.failure.Message
		}
		m.advance(channels.StatusFailed, codeSuperseded, reason, b.now)
		return
	case verdictFailed:
		result.Class, result.Code, result.Message = engine.ErrorClass(o.failure.Class), o.failure.Code, o.failure.Message
		b.change(m)
		m.advance(channels.StatusFailed, o.failure.Code, o.failure.Message, b.now)
	}
	b.tell(w, engine.Event{Kind: engine.EventSendResult, Visit: o.row.Visit, Send: &result})
}
