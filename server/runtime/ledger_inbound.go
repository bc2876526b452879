package runtime

import (
	"context"
	"errors"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// Delivery is something that happened to a run, from a webhook.
type Delivery struct {
	Workspace, RunID string
	Entry            Entry
	// Key is the same when the same thing is delivered again.
	Key string
}

// ErrLive means that the run has not ended.
var ErrLive = errors.New("the run has not ended")

// Locate notes what a webhook said and finds the runs that it is about. The
// caller delivers to each, and calls Locate again when it could not: the same
// events then give the same deliveries.
func (g *Ledger) Locate(ctx context.Context, workspace, channelID string, events []channels.Inbound) ([]Delivery, error) {
	var list []Delivery
	it := &item{inbound: &inboundItem{workspace: workspace, channelID: channelID, events: events}, weight: len(events)}
	err := g.l.store.Batch(ctx, func(tx *store.Batch) error {
		b := newBatch(g.l, []*item{it})
		b.again = true
		if err := b.locate(tx); err != nil {
			return err
		}
		if err := b.readMessages(tx); err != nil {
			return err
		}
		if err := b.readReceivers(tx, it); err != nil {
			return err
		}
		list = b.deliveries(it)
		if err := b.writeReceived(tx); err != nil {
			return err
		}
		return tx.InsertEarly(b.early, b.now)
	})
	return list, err
}

// readReceivers reads the runs that messages from people may be for. How far they
// are here decides which of them gets a message; each takes it in as it is then.
func (b *batch) readReceivers(tx *store.Batch, it *item) error {
	var ids []string
	for _, ev := range b.located[it] {
		if ev.received != nil {
			ids = append(ids, ev.received.runs()...)
		}
	}
	rows, err := tx.LockRuns(ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		w, err := b.l.load(row)
		if err != nil {
			return err
		}
		b.take(w)
	}
	return nil
}

// deliver gives a message from a person to its run.
func (b *batch) deliver(r *received) (d Delivery, ok bool) {
	c := b.choose(r)
	if r.settleOn(c) && !r.known {
		b.rematched = append(b.rematched, r)
	}
	if c.work == nil || c.event == nil {
		return Delivery{}, false
	}
	match := r.row.Match
	return Delivery{
		Workspace: r.row.WorkspaceID, RunID: c.work.live.ID, Key: r.row.ID, Entry: Entry{At: b.now, Keys: r.keys, Event: c.event, Match: &match},
	}, true
}

// deliveries are what located events mean for runs.
func (b *batch) deliveries(it *item) []Delivery {
	var list []Delivery
	for _, ev := range b.located[it] {
		if ev.received != nil {
			if d, ok := b.deliver(ev.received); ok {
				list = append(list, d)
			}
			continue
		}
		d := Delivery{Workspace: ev.workspace, RunID: ev.runID}
		m := b.messages[ev.messageID]
		// Whoever can sign for one channel must not speak for another.
		if m == nil || m.row.WorkspaceID != ev.workspace || m.row.ChannelID != "" && m.row.ChannelID != ev.channelID {
			b.l.metrics.receipts.WithLabelValues("unmatched").Inc()
			continue
		}
		if !ev.receipt.Status.Advances(channels.Status(m.row.Status)) {
			b.l.metrics.receipts.WithLabelValues("known").Inc()
			continue
		}
		d.Key = ev.messageID + "/" + string(ev.receipt.Status)
		d.Entry = receiptEntry(m.row.Visit, *ev.receipt, b.when(ev.receipt.At), b.now)
		list = append(list, d)
	}
	return list
}

func receiptEntry(visit int, r channels.Receipt, at, now time.Time) Entry {
	return Entry{At: now, Visit: visit, Receipt: &engine.Receipt{Status: engine.ReceiptStatus(r.Status), Code: r.Code, Reason: r.Reason, At: at}}
}

// End ends a run whose executor knows nothing of it any more. Errors:
// store.ErrNotFound.
func (g *Ledger) End(ctx context.Context, workspace, runID string, c engine.Cancel) error {
	var b *batch
	tried := time.Now()
	err := g.l.store.Batch(ctx, func(tx *store.Batch) error {
		b = newBatch(g.l, nil)
		rows, err := tx.LockRuns([]string{runID})
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].WorkspaceID != workspace {
			return store.ErrNotFound
		}
		w, err := g.l.load(rows[0])
		if err != nil {
			return err
		}
		if w.broken != nil {
			return w.broken
		}
		b.take(w)
		if !w.state.Status.Final() {
			b.step(w, engine.Event{Kind: engine.EventCancel, Cancel: &c})
		}
		return b.write(tx)
	})
	if err == nil {
		b.publish()
		b.count()
		g.l.trace(b, tried)
	}
	return err
}

// Late takes in what comes for a run that has ended: it changes messages, and
// the run only notes it. Errors: store.ErrNotFound, ErrLive.
func (g *Ledger) Late(ctx context.Context, d Delivery) error {
	var b *batch
	tried := time.Now()
	err := g.l.store.Batch(ctx, func(tx *store.Batch) error {
		b = newBatch(g.l, nil)
		rows, err := tx.LockRuns([]string{d.RunID})
		if err != nil {
			return err
		}
		if len(rows) == 0 || rows[0].WorkspaceID != d.Workspace {
			return store.ErrNotFound
		}
		w, err := g.l.load(rows[0])
		if err != nil {
			return err
		}
		if w.broken == nil && !w.state.Status.Final() {
			return ErrLive
		}
		b.take(w)
		if d.Entry.Receipt == nil {
			// Nobody waits for a reply or a cancellation any more; the message says so.
			if ev := d.Entry.Event; ev != nil && ev.Reply != nil && d.Entry.Match != nil {
				b.applyReply(replied(d.Workspace, d.RunID, d.Entry))
			}
			return b.writeReceived(tx)
		}
		messages, err := tx.Messages([]string{messageID(d.RunID, d.Entry.Visit)})
		if err != nil || len(messages) == 0 {
			return err
		}
		m := &messageWork{row: messages[0], before: messages[0]}
		b.messages[m.row.ID] = m
		r := d.Entry.Receipt
		b.applyReceipt(m, channels.Receipt{Status: channels.Status(r.Status), Code: r.Code, Reason: r.Reason, At: r.At})
		return b.write(tx)
	})
	if err == nil {
		b.publish()
		b.count()
		b.suspend()
		g.l.trace(b, tried)
	}
	return err
}

// Final tells whether a run has ended. Errors: store.ErrNotFound.
func (g *Ledger) Final(ctx context.Context, workspace, runID string) (bool, error) {
	run, err := g.l.store.Run(ctx, workspace, runID)
	return engine.Status(run.Status).Final(), err
}

// Keep does what has to be done from time to time: it tells other processes
// that this one is alive, prunes, and finds receipts that came while their
// message was being written. Interval is the time between two calls.
func (g *Ledger) Keep(ctx context.Context) ([]Delivery, error) {
	l := g.l
	now := l.clock.Now()
	var list []Delivery
	err := l.store.Batch(ctx, func(tx *store.Batch) error {
		if err := l.stay(tx); err != nil {
			return err
		}
		if l.shared() {
			alive, err := tx.LiveWorkers(l.tuning.WorkerTTL)
			if err != nil {
				return err
			}
			l.alive.Store(alive)
		}
		matched, err := tx.MatchEarly(now.Add(-sweepWindow), l.tuning.BatchSize)
		if err != nil {
			return err
		}
		b := newBatch(l, nil)
		for _, r := range matched {
			b.items = append(b.items, &item{early: &r})
		}
		if err := b.readMessages(tx); err != nil {
			return err
		}
		for _, r := range matched {
			if m := b.messages[r.Message.ID]; m != nil {
				list = append(list, Delivery{
					Workspace: r.WorkspaceID, RunID: r.Message.RunID, Key: r.Message.ID + "/" + r.Status,
					Entry: receiptEntry(m.row.Visit, channels.Receipt{Status: channels.Status(r.Status), Code: r.Code, Reason: r.Reason}, r.At, b.now),
				})
			}
		}
		return nil
	})
	if err == nil {
		l.beat.at(now)
	}
	if err == nil && !now.Before(l.schedule.prune) {
		l.schedule.prune = now.Add(l.tuning.Housekeeping)
		err = l.store.Prune(ctx)
	}
	return list, err
}

// Claim has this worker execute the runs of its database; see Local.Claim.
func (g *Ledger) Claim(ctx context.Context) (was store.Executor, err error) { return g.l.Claim(ctx) }

// own fails when the runs belong to another executor, which is looked at when
// this worker was not heard of for a while: it may have been taken for dead.
// Errors: store.ErrOtherExecutor.
func (g *Ledger) own(ctx context.Context) error {
	if g.l.executor == (store.Executor{}) || g.l.beat.fresh(g.l) {
		return nil
	}
	now := g.l.clock.Now()
	err := g.l.store.Batch(ctx, g.l.stay)
	if err == nil {
		g.l.beat.at(now)
	}
	return err
}

// Interval is the time between two calls of Keep.
func (g *Ledger) Interval() time.Duration { return g.l.tuning.Heartbeat }

// Worker is the id under which this process holds what it has in hand.
func (g *Ledger) Worker() string { return g.l.Worker() }

// Leave tells other processes that this one is no more.
func (g *Ledger) Leave() { g.l.leave() }
