package runtime

import (
	"sync"
	"time"

	"sluice/server/channels"
	"sluice/server/store"
	"sluice/server/telemetry"
)

// item is one thing for the batch loop to take in; exactly one of the first
// fields is set. done, buffered, gets the answer; it is nil when nobody waits.
type item struct {
	start   *startItem
	cancel  *cancelItem
	inbound *inboundItem
	outcome *outcome
	timer   *store.LiveRun
	early   *store.EarlyReceipt

	// weight is how many events it holds.
	weight int
	done   chan error
	// origin is where it came from, for its run's trace.
	origin telemetry.Origin
	// queued is when it was queued for the first time.
	queued time.Time
}

// workspace is whose item it is; "" where it is nobody's.
func (it *item) workspace() string {
	switch {
	case it.start != nil:
		return it.start.request.Workspace
	case it.cancel != nil:
		return it.cancel.workspace
	case it.inbound != nil:
		return it.inbound.workspace
	case it.outcome != nil:
		return it.outcome.row.WorkspaceID
	case it.timer != nil:
		return it.timer.WorkspaceID
	case it.early != nil:
		return it.early.WorkspaceID
	}
	return ""
}

func (it *item) answer(err error) {
	if it.done != nil {
		it.done <- err
	}
}

// about are the fields of a log line about the item: its run and visit where
// it is about one.
func (it *item) about() []any {
	switch {
	case it.start != nil:
		return []any{"workspace_id", it.start.request.Workspace, "flow_id", it.start.request.FlowID, "run_id", it.start.runID}
	case it.cancel != nil:
		return []any{"workspace_id", it.cancel.workspace, "run_id", it.cancel.runID}
	case it.inbound != nil:
		return []any{"workspace_id", it.inbound.workspace, "channel_id", it.inbound.channelID, "events", len(it.inbound.events)}
	case it.outcome != nil:
		return []any{"workspace_id", it.outcome.row.WorkspaceID, "run_id", it.outcome.row.RunID, "visit", it.outcome.row.Visit}
	case it.timer != nil:
		return []any{"workspace_id", it.timer.WorkspaceID, "run_id", it.timer.ID}
	case it.early != nil:
		return []any{"workspace_id", it.early.WorkspaceID, "channel_id", it.early.ChannelID, "run_id", it.early.Message.RunID, "message_id", it.early.Message.ID}
	}
	return nil
}

// inboundItem is what a webhook said about one channel.
type inboundItem struct {
	workspace, channelID string
	events               []channels.Inbound
}

// busyRetry is what callers are told to wait when a queue is full: about the
// time in which a full queue is worked off.
const busyRetry = time.Second

// inbox is what waits for the batch loop. Starts are refused when too many
// wait, before those that wait get too old; webhooks have a longer queue of
// their own, since they bring what running runs wait for; outcomes of sends
// are always taken: there are no more of them than sends in hand.
type inbox struct {
	maxStarts, maxEvents int
	wake                 chan struct{}

	mu       sync.Mutex
	stopped  bool
	starts   queue
	events   queue
	internal queue
}

func newInbox(maxStarts, maxEvents int) *inbox {
	return &inbox{
		maxStarts: maxStarts, maxEvents: maxEvents, wake: make(chan struct{}, 1), starts: newQueue(), events: newQueue(), internal: newQueue(),
	}
}

// submit queues an item that somebody waits for.
func (b *inbox) submit(it *item) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return ErrStopped
	}
	q, limit := &b.events, b.maxEvents
	if it.start != nil {
		q, limit = &b.starts, b.maxStarts
	}
	if !q.fits(it, limit) {
		return &BusyError{RetryAfter: busyRetry}
	}
	q.push(it)
	b.signal()
	return nil
}

// takesStart is the error that submit would give for a start of that workspace
// now.
func (b *inbox) takesStart(workspace string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.stopped:
		return ErrStopped
	case !b.starts.fits(&item{start: &startItem{request: StartRequest{Workspace: workspace}}, weight: 1}, b.maxStarts):
		return &BusyError{RetryAfter: busyRetry}
	}
	return nil
}

// add queues what the executor itself has to take in.
func (b *inbox) add(items ...*item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.internal.push(items...)
	b.signal()
}

// take removes what fits into a batch. Starts get at least a quarter of it, so
// that they are answered in time while much else happens, and the rest goes
// first to what ends runs.
func (b *inbox) take(room int) []*item {
	b.mu.Lock()
	defer b.mu.Unlock()
	reserved := min(b.starts.weight, room/4)
	items, left := b.internal.take(nil, room-reserved)
	items, left = b.events.take(items, left)
	items, _ = b.starts.take(items, left+reserved)
	if b.internal.weight+b.events.weight+b.starts.weight > 0 {
		b.signal()
	}

	return items
}

// stop refuses what comes from outside from now on, and returns what waits.
func (b *inbox) stop() (waiting []*item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	waiting, _ = b.starts.take(waiting, b.starts.weight)
	waiting, _ = b.events.take(waiting, b.events.weight)
	return waiting
}

// depth is how many events wait.
func (b *inbox) depth() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.internal.weight + b.events.weight + b.starts.weight
}

// age is for how long the oldest event has waited.
func (b *inbox) age() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	var oldest time.Duration
	for _, q := range []*queue{&b.starts, &b.events, &b.internal} {
		for _, t := range q.turns {
			oldest = max(oldest, time.Since(t.items[0].queued))
		}
	}
	return oldest
}

// signal wakes the loop; the lock is held.
func (b *inbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// nudge wakes the loop without an item.
func (b *inbox) nudge() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.signal()
}
