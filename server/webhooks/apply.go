package webhooks

import (
	"context"
	"errors"
	"sync"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

const (
	// firstRetry and lastRetry bound the wait after events could not be delivered.
	firstRetry = 20 * time.Millisecond
	lastRetry  = time.Second
	// refillParcels is how many parcels are read again at once.
	refillParcels = 50
)

// held are the written parcels in memory, by channel: those of a channel are
// applied one after the other, in order.
type held struct {
	mu    sync.Mutex
	lanes map[string]*lane
	// events counts those in memory. skipped counts the parcels that had no place
	// there; left tells that some of them are still to be read.
	events, skipped int
	left            bool
	// passed are parcels in the database that are not to be read again: those
	// that were applied, until that is noted there, and those that cannot be,
	// which the next start tries.
	passed map[string]bool
	// drained tells refill that memory is empty.
	drained chan struct{}
	working sync.WaitGroup
}

type lane struct{ queue []*parcel }

func (h *held) init() {
	h.lanes, h.passed, h.drained = map[string]*lane{}, map[string]bool{}, make(chan struct{}, 1)
}

func (h *held) wait() { h.working.Wait() }

// dispatch gives a written parcel to its channel's lane, or leaves it in the
// database while too much is in memory.
func (b *Inbox) dispatch(p *parcel) {
	if p.row.Pending == 0 {
		return
	}
	b.unapplied.Add(int64(p.row.Pending))
	h := &b.held
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left || h.events >= b.tuning.MaxHeld {
		// What comes later must not overtake it.
		h.left = true
		h.skipped++
		h.nudge()
		return
	}
	b.hold(p)
}

// hold puts a parcel into its lane; the lock is held.
func (b *Inbox) hold(p *parcel) {
	h := &b.held
	h.events += len(p.events)
	n := h.lanes[p.row.ChannelID]
	if n == nil {
		n = &lane{}
		h.lanes[p.row.ChannelID] = n
		h.working.Go(func() { b.work(p.row.ChannelID, n) })
	}
	n.queue = append(n.queue, p)
}

// nudge tells refill when there is nothing in memory; the lock is held.
func (h *held) nudge() {
	if len(h.lanes) > 0 {
		return
	}
	select {
	case h.drained <- struct{}{}:
	default:
	}
}

// work applies the parcels of a lane until there are none.
func (b *Inbox) work(channel string, n *lane) {
	h := &b.held
	for {
		h.mu.Lock()
		if len(n.queue) == 0 || b.delivering.Err() != nil {
			delete(h.lanes, channel)
			h.nudge()
			h.mu.Unlock()
			return
		}
		k, events := 0, 0
		for k < len(n.queue) && (k == 0 || events+len(n.queue[k].events) <= b.tuning.ApplyBatch) {
			events += len(n.queue[k].events)
			k++
		}
		parcels := n.queue[:k:k]
		n.queue = n.queue[k:]
		h.mu.Unlock()
		b.apply(parcels)
		h.mu.Lock()
		h.events -= events
		h.mu.Unlock()
	}
}

// apply gives the events of parcels to the runs.
func (b *Inbox) apply(parcels []*parcel) {
	var events []channels.Inbound
	for _, p := range parcels {
		events = append(events, p.events...)
	}
	row := parcels[0].row
	err := b.insist(row.WorkspaceID, row.ChannelID, events)
	switch {
	case err == nil:
		b.finish(parcels)
	case b.delivering.Err() != nil || errors.Is(err, runtime.ErrStopped):
		// The next start does it.
	default:
		for _, p := range parcels {
			b.applyEach(p)
		}
	}
}

// applyEach applies a parcel webhook by webhook, because one of them cannot be
// applied. What can be is not held up by it; it is tried again at the next start.
func (b *Inbox) applyEach(p *parcel) {
	bad := false
	for _, events := range p.webhooks {
		err := b.insist(p.row.WorkspaceID, p.row.ChannelID, events)
		switch {
		case err == nil:
		case b.delivering.Err() != nil || errors.Is(err, runtime.ErrStopped):
			return
		default:
			bad = true
			b.metrics.stuck.Inc()
			b.log.Error("a webhook could not be given to its runs; it is tried again at the next start", "workspace_id", p.row.WorkspaceID,
				"channel_id", p.row.ChannelID, "parcel_id", p.row.ID, "error", err)
		}
	}
	if !bad {
		b.finish([]*parcel{p})
		return
	}
	b.unapplied.Add(-int64(p.row.Pending))
	b.held.mu.Lock()
	b.held.passed[p.row.ID] = true
	b.held.mu.Unlock()
}

// insist delivers events, and tries again for as long as the executor cannot take
// any.
func (b *Inbox) insist(workspace, channelID string, events []channels.Inbound) error {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		err := b.deliver(b.delivering, workspace, channelID, events)
		if !errors.Is(err, runtime.ErrUnavailable) && !errors.Is(err, runtime.ErrBusy) {
			return err
		}
		again, free := b.clock.Until(b.clock.Now().Add(wait))
		select {
		case <-again:
			free()
		case <-b.delivering.Done():
			free()
			return err
		}
	}
}

// refill reads the parcels that had no place in memory, whenever that is empty,
// and at first those that an earlier process left.
func (b *Inbox) refill() {
	h := &b.held
	for {
		select {
		case <-h.drained:
		case <-b.stop:
			return
		}
		h.mu.Lock()
		left, skipped := h.left && len(h.lanes) == 0, h.skipped
		h.mu.Unlock()
		if !left {
			continue
		}
		all, err := b.reread()
		if err != nil {
			b.log.Error("webhooks that were written could not be read again", "error", err)
			b.rest()
			h.mu.Lock()
			h.nudge()
			h.mu.Unlock()
			continue
		}
		h.mu.Lock()
		// Whatever was skipped since is in the database, and may not have been seen.
		h.left = !all || h.skipped != skipped
		if h.left {
			h.nudge()
		}
		h.mu.Unlock()
	}
}

// reread puts parcels of this worker from the database into memory, the oldest
// first. all is false when there are more.
func (b *Inbox) reread() (all bool, err error) {
	// What is finished must not be read as pending.
	b.finishNow()
	h := &b.held
	for after := ""; ; {
		var found []store.WebhookParcel
		err := b.store.Batch(context.Background(), func(tx *store.Batch) error {
			var err error
			found, err = tx.PendingWebhooks(b.worker, after, refillParcels)
			return err
		})
		if err != nil {
			return false, err
		}
		full := false
		for _, row := range found {
			after = row.ID
			p, err := unpackParcel(row)
			if err != nil {
				b.log.Error("a parcel of webhooks cannot be read", "workspace_id", row.WorkspaceID, "channel_id", row.ChannelID, "parcel_id", row.ID, "error", err)
				h.mu.Lock()
				h.passed[row.ID] = true
				h.mu.Unlock()
				continue
			}
			h.mu.Lock()
			if full = h.events >= b.tuning.MaxHeld; !full && !h.passed[row.ID] {
				b.hold(p)
			}
			h.mu.Unlock()
			if full {
				return false, nil
			}
		}
		if len(found) < refillParcels {
			return true, nil
		}
	}
}

func unpackParcel(row store.WebhookParcel) (*parcel, error) {
	records, err := unpack(row.Content)
	if err != nil {
		return nil, err
	}
	p := &parcel{row: row}
	p.row.Content, p.row.Pending = nil, 0
	for i := range records {
		p.add(records[i].Events)
	}
	return p, nil
}
