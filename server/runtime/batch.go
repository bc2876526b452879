package runtime

import (
	"errors"
	"slices"
	"strings"
	"time"

	"sluice/engine"
	"sluice/server/store"
)

// batch is what one transaction takes in. Its phases read everything first,
// step the runs in memory, and write everything last, a statement per kind of
// row. A batch is used once: when its transaction fails a new one is made.
type batch struct {
	l     *Local
	now   time.Time
	items []*item
	// claimTimers makes the batch look for due timers too; claimed are those
	// that it found, and more tells that there may be more of them.
	claimTimers bool
	claimed     []store.LiveRun
	more        bool
	nextTimer   time.Time

	works map[string]*work
	order []*work
	// messages are those that outcomes and receipts are about.
	messages map[string]*messageWork
	changed  []*messageWork
	located  map[*item][]located
	// early are receipts to keep, taken those that were kept and are now for
	// known messages.
	early, taken []store.EarlyReceipt
	// kept are events for runs that this server cannot step, found those that
	// were kept for runs which it can.
	kept, found []store.KeptEvent
	// heard is who wrote to which channel when.
	heard []store.InboundTime

	released []store.OutboxRow
	outbox   []store.OutboxRow
	queued   []store.MessageRow
	postpone []store.LiveRun
	// counts are what the flows' statistics grow by.
	counts store.Counts
	// channelCounts are what the channels' health grows by.
	channelCounts store.ChannelCounts
	// reserved are places taken in lanes, to be given back when the
	// transaction fails.
	reserved map[string]int
	// events counts what was taken in.
	events int
}

func newBatch(l *Local, items []*item) *batch {
	return &batch{
		// Milliseconds are what the engine works with.
		l: l, now: l.clock.Now().UTC().Truncate(time.Millisecond), items: items,
		works: map[string]*work{}, messages: map[string]*messageWork{}, located: map[*item][]located{}, reserved: map[string]int{}, counts: store.Counts{}, channelCounts: store.ChannelCounts{},
	}
}

// run is the transaction.
func (b *batch) run(tx *store.Batch) error {
	// The order of the locks is that of the phases: idempotency keys, inbound
	// messages, runs. Everybody keeps it, so nobody deadlocks.
	for _, phase := range []func(*store.Batch) error{
		b.claimKeys, b.locate, b.lock, b.takeKept, b.readMessages, b.settle, b.stepAll, b.write,
	} {
		if err := phase(tx); err != nil {
			return err
		}
	}
	return nil
}

// claimKeys notes which runs idempotency keys start.
func (b *batch) claimKeys(tx *store.Batch) error {
	var keyed []*startItem
	for _, it := range b.items {
		if it.start != nil && it.start.request.IdempotencyKey != "" {
			keyed = append(keyed, it.start)
		}
	}
	slices.SortStableFunc(keyed, func(x, y *startItem) int {
		return strings.Compare(x.keyName(), y.keyName())
	})
	for _, s := range keyed {
		used, err := tx.ClaimKey(store.IdempotencyKey{
			WorkspaceID: s.request.Workspace, FlowID: s.request.FlowID, Key: s.request.IdempotencyKey, RunID: s.runID, RequestHash: s.fingerprint,
		}, b.now)
		if err != nil {
			return err
		}
		s.replay = used
	}
	return nil
}

func (s *startItem) keyName() string {
	return s.request.Workspace + "/" + s.request.FlowID + "/" + s.request.IdempotencyKey
}

// lock reads the runs that something happened to, and those whose timers are
// due, so that nobody else changes them until the commit.
func (b *batch) lock(tx *store.Batch) error {
	var ids []string
	for _, it := range b.items {
		switch {
		case it.cancel != nil:
			ids = append(ids, it.cancel.runID)
		case it.outcome != nil:
			ids = append(ids, it.outcome.row.RunID)
		case it.timer != nil:
			ids = append(ids, it.timer.ID)
		case it.early != nil:
			ids = append(ids, it.early.Message.RunID)
		}
		for _, ev := range b.located[it] {
			if ev.runID != "" {
				ids = append(ids, ev.runID)
			}
		}
	}
	runs, err := b.lockRuns(tx, ids)
	if err != nil {
		return err
	}
	if b.claimTimers {
		limit := b.l.tuning.BatchSize
		if b.claimed, err = tx.ClaimDue(b.now, limit); err != nil {
			return err
		}
		b.more = len(b.claimed) == limit
		runs = append(runs, b.claimed...)
	}
	for _, run := range runs {
		if _, twice := b.works[run.ID]; twice {
			continue
		}
		w, err := b.l.load(run)
		if err != nil {
			return err
		}
		b.take(w)
	}
	return nil
}

// lockRuns locks and reads runs. On SQLite, where nobody else writes, those
// that this process remembers need neither.
func (b *batch) lockRuns(tx *store.Batch, ids []string) ([]store.LiveRun, error) {
	if b.l.shared() {
		return tx.LockRuns(ids)
	}
	var unknown []string
	for _, id := range ids {
		if _, twice := b.works[id]; twice {
			continue
		}
		if m, ok := b.l.recent.get(id); ok {
			b.take(m.work())
		} else {
			unknown = append(unknown, id)
		}
	}
	return tx.LockRuns(unknown)
}

func (b *batch) take(w *work) {
	b.works[w.live.ID] = w
	b.order = append(b.order, w)
}

// readMessages reads the messages that outcomes and receipts are about.
func (b *batch) readMessages(tx *store.Batch) error {
	var ids []string
	for _, it := range b.items {
		if it.outcome != nil {
			ids = append(ids, it.outcome.row.MessageID)
		}
		if it.early != nil {
			ids = append(ids, it.early.Message.ID)
		}
		for _, ev := range b.located[it] {
			if ev.messageID != "" {
				ids = append(ids, ev.messageID)
			}
		}
	}
	rows, err := tx.Messages(ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b.messages[row.ID] = &messageWork{row: row, before: row}
	}
	return nil
}

// stepAll applies what happened, in the order in which it came in. Timers come
// last: what happened by the time that a deadline passed was in time.
func (b *batch) stepAll(*store.Batch) error {
	if err := b.applyKept(); err != nil {
		return err
	}
	for _, it := range b.items {
		b.events += max(it.weight, 1)
		switch {
		case it.start != nil:
			b.begin(it.start)
		case it.cancel != nil:
			if w := b.workOf(it.cancel.workspace, it.cancel.runID); w != nil && !w.state.Status.Final() {
				b.step(w, engine.Event{Kind: engine.EventCancel, Cancel: &it.cancel.cancel})
			}
		case it.outcome != nil:
			b.applyOutcome(it.outcome)
		case it.inbound != nil:
			for _, ev := range b.located[it] {
				b.applyInbound(ev)
			}
		case it.early != nil:
			b.applyEarly(*it.early)
		}
	}
	for _, r := range b.taken {
		b.applyEarly(r)
	}
	for _, it := range b.items {
		if it.timer != nil {
			b.fire(b.works[it.timer.ID])
		}
	}
	for _, run := range b.claimed {
		b.events++
		b.fire(b.works[run.ID])
	}
	return nil
}

// begin steps a new run for the first time.
func (b *batch) begin(s *startItem) {
	if s.replay != nil {
		return
	}
	w := &work{
		live:    store.LiveRun{ID: s.runID, WorkspaceID: s.request.Workspace, FlowID: s.request.FlowID, FlowVersion: s.version, Recipient: s.recipient},
		program: s.program, start: s,
	}
	b.take(w)
	b.step(w, engine.Event{Kind: engine.EventStart, Start: &engine.Start{
		RunID: s.runID, Inputs: s.inputs, Trigger: s.request.Trigger, Contact: s.request.Contact,
	}})
}

// fire gives a run its timer, if that is still due after what came before it.
func (b *batch) fire(w *work) {
	if w == nil {
		return
	}
	if w.broken != nil {
		if !b.keeps(w) {
			b.postpone = append(b.postpone, w.live)
		}
		return
	}
	due, ok := w.state.Due()
	if !ok || b.now.Before(due) {
		return
	}
	b.l.metrics.lateness.Observe(b.now.Sub(due).Seconds())
	b.step(w, engine.Event{Kind: engine.EventTimer, Visit: w.state.Visit})
}

// workOf is a run of that workspace that can be stepped, or nil.
func (b *batch) workOf(workspace, runID string) *work {
	if w := b.runOf(workspace, runID); w != nil && w.broken == nil {
		return w
	}
	return nil
}

// runOf is a run of that workspace, or nil.
func (b *batch) runOf(workspace, runID string) *work {
	if w := b.works[runID]; w != nil && w.live.WorkspaceID == workspace {
		return w
	}
	return nil
}

// write writes what the steps changed.
func (b *batch) write(tx *store.Batch) error {
	var inserted, updated, touched []store.RunRow
	var history []store.HistoryRow
	for _, w := range b.order {
		if len(w.history) == 0 {
			continue
		}
		row, err := b.l.row(w, b.now)
		if err != nil {
			return err
		}
		switch {
		case w.start != nil:
			inserted = append(inserted, row)
		case w.unchanged:
			touched = append(touched, row)
		default:
			updated = append(updated, row)
		}
		history = append(history, w.history...)
	}
	if err := b.writeRuns(tx, inserted, updated, touched); err != nil {
		return err
	}
	if err := tx.InsertHistory(history); err != nil {
		return err
	}
	if err := tx.KeepEvents(b.kept); err != nil {
		return err
	}
	if err := b.writeMessages(tx); err != nil {
		return err
	}
	if len(b.postpone) > 0 {
		if err := tx.Postpone(b.postpone, b.now.Add(poisonDelay)); err != nil {
			return err
		}
	}
	if b.claimTimers {
		var err error
		if b.nextTimer, err = tx.NextDue(); err != nil {
			return err
		}
	}
	// Last, because other processes may count in the same rows.
	b.countMessages()
	b.countChannels()
	if err := tx.AddCounts(b.counts, b.l.worker); err != nil {
		return err
	}
	return tx.AddChannelCounts(b.channelCounts, b.l.worker)
}

// errChanged means that somebody wrote a run that this transaction had locked.
var errChanged = errors.New("a run was changed by somebody else while it was locked")

func (b *batch) writeRuns(tx *store.Batch, inserted, updated, touched []store.RunRow) error {
	if err := tx.InsertRuns(inserted); err != nil {
		return err
	}
	for _, write := range []struct {
		rows []store.RunRow
		do   func([]store.RunRow) ([]string, error)
	}{{updated, tx.UpdateRuns}, {touched, tx.TouchRuns}} {
		changed, err := write.do(write.rows)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			return errChanged
		}
	}
	return nil
}

func (b *batch) writeMessages(tx *store.Batch) error {
	if err := tx.InsertMessages(b.queued); err != nil {
		return err
	}
	for i := range b.outbox {
		if o := &b.outbox[i]; b.l.lanes.reserve(o.Lane()) {
			b.reserved[o.Lane()]++
			o.LeaseBy, o.Attempts = b.l.worker, 1
		}
	}
	if err := tx.InsertOutbox(b.outbox); err != nil {
		return err
	}
	if err := tx.ReleaseOutbox(b.released); err != nil {
		return err
	}
	rows := make([]store.MessageRow, len(b.changed))
	for i, m := range b.changed {
		rows[i] = m.row
	}
	if err := tx.UpdateMessages(rows); err != nil {
		return err
	}
	if err := tx.InsertEarly(b.early, b.now); err != nil {
		return err
	}
	return tx.DeleteEarly(b.matched())
}

// matched are the kept receipts that the sweep found messages for. They are
// applied now, and must not keep the next sweep from seeing others.
func (b *batch) matched() []store.EarlyReceipt {
	var receipts []store.EarlyReceipt
	for _, it := range b.items {
		if it.early != nil {
			receipts = append(receipts, *it.early)
		}
	}
	return receipts
}

// undo gives back what a failed transaction had taken outside the database.
func (b *batch) undo() {
	for lane, n := range b.reserved {
		b.l.lanes.unreserve(lane, n)
	}
	b.reserved = nil
	for _, w := range b.order {
		b.l.recent.forget(w.live.ID)
	}
}

// finish does what follows from the commit: waiters are answered, messages go
// to their lanes, and everybody who watches is told.
func (b *batch) finish() {
	b.reschedule()
	for _, it := range b.items {
		if it.outcome != nil {
			b.l.lanes.written(it.outcome.row.MessageID)
		}
		if s := it.start; s != nil && s.replay == nil {
			s.started = b.works[s.runID].started()
		}
		switch {
		case it.cancel != nil && (b.works[it.cancel.runID] == nil || b.works[it.cancel.runID].live.WorkspaceID != it.cancel.workspace):
			it.answer(store.ErrNotFound)
		case it.cancel != nil && b.works[it.cancel.runID].broken != nil:
			it.answer(b.works[it.cancel.runID].broken)
		default:
			it.answer(nil)
		}
	}
	for _, w := range b.order {
		if w.broken == nil {
			b.l.recent.put(w.remember())
		}
	}
	b.l.lanes.enqueue(b.outbox)
	b.publish()
	b.count()
}

// reschedule tells the loop what it learned of times to come.
func (b *batch) reschedule() {
	s := &b.l.schedule
	if b.claimTimers {
		s.more, s.lastTimers, s.timer = b.more, b.now, b.nextTimer
		if b.l.shared() {
			// Other processes start waits that this one does not hear of.
			bringForward(&s.timer, b.now.Add(b.l.tuning.PollInterval))
		}
	}
	for _, w := range b.order {
		if due, ok := w.state.Due(); ok && w.broken == nil {
			bringForward(&s.timer, due)
		}
	}
	if len(b.postpone) > 0 {
		bringForward(&s.timer, b.now.Add(poisonDelay))
	}
	for _, o := range b.released {
		bringForward(&s.send, o.NextAt)
	}
	for _, o := range b.outbox {
		if o.LeaseBy == "" {
			b.l.lanes.overflow(o.Lane())
		}
	}
}

func (b *batch) publish() {
	seen := map[string]bool{}
	for _, m := range b.changed {
		if w := b.works[m.row.RunID]; w != nil && len(w.history) == 0 && !seen[w.live.ID] {
			seen[w.live.ID] = true
			b.l.hub.publish(w.live.WorkspaceID, w.update(b.now))
		}
	}
	for _, w := range b.order {
		if len(w.history) > 0 {
			b.l.hub.publish(w.live.WorkspaceID, w.update(b.now))
		}
	}
}

func (b *batch) count() {
	m := b.l.metrics
	for _, w := range b.order {
		for _, h := range w.history {
			m.steps.WithLabelValues(h.Event).Inc()
		}
		m.ignored.Add(float64(w.ignored))
		if w.start != nil {
			m.started.Inc()
		}
		if w.ended {
			m.ended.WithLabelValues(string(w.state.Status)).Inc()
		}
	}
}
