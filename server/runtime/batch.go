package runtime

import (
	"time"

	"sluice/server/store"
	"sluice/server/telemetry"
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
	// turn is the workspace that had the last turn, "" to begin with the first.
	turn      string
	nextTimer time.Time

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
	// refusals are messages that failed after their vendor had taken them.
	refusals []store.MessageRow
	// heard is who wrote to which channel when, aliases what vendors call people.
	heard   []store.InboundTime
	aliases []store.AliasRow
	// received are messages from people, rematched those that went elsewhere than
	// it seemed when they were stored.
	received, rematched []*received

	released []store.OutboxRow
	outbox   []store.OutboxRow
	queued   []store.MessageRow
	postpone []store.LiveRun
	// handed are messages that vendors hold now, withdrawn those to take back.
	handed    []store.OutboxRow
	withdrawn []store.OutboxRow
	// counts are what the flows' statistics grow by.
	counts store.Counts
	// channelCounts are what the channels' health grows by.
	channelCounts store.ChannelCounts
	// reserved are places taken in lanes, to be given back when the
	// transaction fails.
	reserved map[string]int
	// events counts what was taken in.
	events int
	// again makes the batch locate messages from people that are known already:
	// they may not have reached their run.
	again bool
	// spans are what the tracer is told after the commit; nil without one. origin
	// is where the item that is applied came from.
	spans  *telemetry.Batch
	origin telemetry.Origin
	// origins are the requests that brought receipts and messages, by pointer.
	origins map[any]telemetry.Origin
}

func newBatch(l *Local, items []*item) *batch {
	return &batch{
		l: l, now: l.now(), items: items, turn: l.schedule.turn, spans: l.spans(),
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
