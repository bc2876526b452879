package webhooks

import (
	"context"
	"time"

	"sluice/server/channels"
	"sluice/server/store"
)

// maxWriteBytes bounds the bodies that one transaction writes.
const maxWriteBytes = 8 << 20

// write is the writer: one transaction after the other, each with what came
// during the one before. It ends with Stop, after what was queued by then.
func (b *Inbox) write() {
	for {
		entries, finished := b.take()
		switch {
		case len(entries) > 0:
			b.commit(entries, finished)
		case len(finished) > 0:
			// Nobody waits for that: it goes along with the next webhooks, or by
			// itself in a moment.
			b.putBack(finished)
			if b.linger() {
				b.commit(b.take())
			}
		case !b.sleep():
			return
		}
		if b.ending() {
			return
		}
	}
}

// sleep waits until there is something to write, or for Stop: false.
func (b *Inbox) sleep() bool {
	select {
	case <-b.wake:
		return true
	case <-b.stop:
		return !b.ending()
	}
}

// linger waits for webhooks, but not for long. It returns false when the inbox is
// stopping.
func (b *Inbox) linger() bool {
	until, free := b.clock.Until(b.clock.Now().Add(b.tuning.Linger))
	defer free()
	for {
		select {
		case <-until:
			return true
		case <-b.stop:
			return false
		case <-b.wake:
		}
		b.mu.Lock()
		came := len(b.queue) > 0
		b.mu.Unlock()
		if came {
			return true
		}
	}
}

// ending reports whether the inbox is stopping and nothing is queued any more.
func (b *Inbox) ending() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stopped && len(b.queue) == 0
}

// take removes what one transaction writes.
func (b *Inbox) take() ([]*entry, []store.ParcelRef) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, size := 0, 0
	for n < len(b.queue) && n < b.tuning.WriteBatch && size < maxWriteBytes {
		size += len(b.queue[n].body)
		n++
	}
	entries, finished := b.queue[:n:n], b.finished
	b.queue, b.finished = b.queue[n:], nil
	if len(b.queue) == 0 {
		b.queue = nil
	} else {
		b.signal()
	}
	return entries, finished
}

func (b *Inbox) putBack(finished []store.ParcelRef) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finished = append(finished, b.finished...)
}

// commit writes entries, and which parcels are finished.
func (b *Inbox) commit(entries []*entry, finished []store.ParcelRef) {
	if len(entries) == 0 && len(finished) == 0 {
		return
	}
	groups, err := b.parcels(entries)
	if err == nil {
		err = b.store.Batch(context.Background(), func(tx *store.Batch) error {
			rows := make([]store.WebhookParcel, len(groups))
			for i, g := range groups {
				rows[i] = g.row
			}
			if err := tx.InsertWebhooks(b.worker, rows); err != nil {
				return err
			}
			return tx.FinishWebhooks(finished, b.keep >= 0)
		})
	}
	if err != nil {
		b.putBack(finished)
		b.log.Error("webhooks could not be written", "webhooks", len(entries), "error", err)
		if len(entries) == 0 {
			b.rest()
		}
	} else {
		if len(entries) > 0 {
			b.metrics.batch.Observe(float64(len(entries)))
		}
		b.forget(finished)
		for _, g := range groups {
			b.dispatch(g)
		}
	}
	for _, e := range entries {
		if e.written != nil {
			e.written <- err
		}
	}
}

// forget drops what was remembered of parcels that are noted as finished.
func (b *Inbox) forget(finished []store.ParcelRef) {
	b.held.mu.Lock()
	defer b.held.mu.Unlock()
	for _, p := range finished {
		delete(b.held.passed, p.ID)
	}
}

// rest waits a moment after a failure that nobody was told of.
func (b *Inbox) rest() {
	again, free := b.clock.Until(b.clock.Now().Add(time.Second))
	defer free()
	select {
	case <-again:
	case <-b.stop:
	}
	b.signal()
}

// parcel is what was written of one channel, with the events to apply.
type parcel struct {
	row    store.WebhookParcel
	events []channels.Inbound
	// webhooks are the events again, by the webhook that they came in.
	webhooks [][]channels.Inbound
}

func (p *parcel) ref() store.ParcelRef {
	return store.ParcelRef{ID: p.row.ID, WorkspaceID: p.row.WorkspaceID}
}

func (p *parcel) add(events []channels.Inbound) {
	if len(events) == 0 {
		return
	}
	p.row.Pending++
	p.events = append(p.events, events...)
	p.webhooks = append(p.webhooks, events)
}

// parcels sorts entries by channel and packs them.
func (b *Inbox) parcels(entries []*entry) ([]*parcel, error) {
	byChannel := map[string][]*entry{}
	var order []string
	for _, e := range entries {
		if byChannel[e.channelID] == nil {
			order = append(order, e.channelID)
		}
		byChannel[e.channelID] = append(byChannel[e.channelID], e)
	}
	all := make([]*parcel, 0, len(order))
	for _, id := range order {
		list := byChannel[id]
		content, err := pack(list)
		if err != nil {
			return nil, err
		}
		p := &parcel{row: store.WebhookParcel{
			ID: store.NewID(), WorkspaceID: list[0].workspace, ChannelID: id, ReceivedAt: list[0].at, Content: content,
		}}
		for _, e := range list {
			p.add(e.events)
			if e.refused {
				p.row.Refused++
			} else {
				p.row.Accepted++
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// finish notes that the runs have the events of parcels.
func (b *Inbox) finish(parcels []*parcel) {
	n := 0
	b.held.mu.Lock()
	for _, p := range parcels {
		n += p.row.Pending
		b.held.passed[p.row.ID] = true
	}
	b.held.mu.Unlock()
	b.mu.Lock()
	for _, p := range parcels {
		b.finished = append(b.finished, p.ref())
	}
	b.mu.Unlock()
	b.unapplied.Add(int64(-n))
	b.signal()
}

// finishNow notes what is finished without waiting for webhooks.
func (b *Inbox) finishNow() {
	b.mu.Lock()
	finished := b.finished
	b.finished = nil
	b.mu.Unlock()
	b.commit(nil, finished)
}
