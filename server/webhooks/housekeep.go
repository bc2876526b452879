package webhooks

import (
	"context"
	"errors"
	"time"

	"sluice/server/store"
)

// adoptParcels is how many parcels are taken over in one transaction.
const adoptParcels = 500

// housekeep takes over what dead workers left, at first at once, and removes
// what was kept for long enough.
func (b *Inbox) housekeep() {
	prune := b.clock.Now()
	for {
		b.adopt()
		if now := b.clock.Now(); !now.Before(prune) {
			b.prune(now)
			prune = now.Add(b.tuning.Prune)
		}
		next, free := b.clock.Until(b.clock.Now().Add(b.tuning.Adopt))
		select {
		case <-next:
			free()
		case <-b.stop:
			free()
			return
		}
	}
}

// adopt takes over the parcels of workers that are dead.
func (b *Inbox) adopt() {
	var before, after int64
	err := b.store.Batch(context.Background(), func(tx *store.Batch) error {
		var err error
		if before, err = tx.CountPendingWebhooks(b.worker); err != nil {
			return err
		}
		if n, err := tx.AdoptWebhooks(b.worker, b.tuning.WorkerTTL, adoptParcels); err != nil || n == 0 {
			after = before
			return err
		}
		after, err = tx.CountPendingWebhooks(b.worker)
		return err
	})
	if err != nil {
		b.log.Error("webhooks of dead workers could not be taken over", "error", err)
		return
	}
	if after == before {
		return
	}
	b.log.Info("webhooks that another process left are taken over", "webhooks", after-before)
	b.unapplied.Add(after - before)
	h := &b.held
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left = true
	h.skipped++
	h.nudge()
}

// prune removes what was kept for long enough, little by little.
func (b *Inbox) prune(now time.Time) {
	keep := max(b.keep, 0)
	reached := time.UnixMicro(0)
	for more := true; more; {
		var err error
		reached, more, err = b.store.PruneWebhooks(context.Background(), reached, now.Add(-keep))
		if err != nil && !errors.Is(err, store.ErrUnavailable) {
			b.log.Warn("old webhooks could not be pruned", "error", err)
		}
		if err != nil {
			return
		}
		select {
		case <-b.stop:
			return
		default:
		}
	}
}
