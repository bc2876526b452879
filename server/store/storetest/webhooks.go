package storetest

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sluice/server/store"
)

func newParcel(workspace, channel string, accepted, refused, pending int) store.WebhookParcel {
	return store.WebhookParcel{
		ID: store.NewID(), WorkspaceID: workspace, ChannelID: channel, ReceivedAt: moment, Accepted: accepted, Refused: refused,
		Content: []byte("what somebody wrote"), Pending: pending,
	}
}

func webhooksAreKept(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx := t.Context()
	first, second, third := newParcel(mine, "c1", 2, 0, 2), newParcel(mine, "c1", 1, 1, 1), newParcel(mine, "c1", 0, 3, 0)
	theirs := newParcel(other, "c2", 1, 0, 1)
	insert := func(worker string, parcels ...store.WebhookParcel) {
		t.Helper()
		batch(t, s, func(b *store.Batch) error { return b.InsertWebhooks(worker, parcels) })
	}
	insert("w1", first, second, third)
	insert("w2", theirs)
	insert("w2")
	pending := func(worker, after string, want ...store.WebhookParcel) {
		t.Helper()
		batch(t, s, func(b *store.Batch) error {
			found, err := b.PendingWebhooks(worker, after, 10)
			if diff := cmp.Diff(want, found, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("in the hands of %s: %s", worker, diff)
			}
			n, err2 := b.CountPendingWebhooks(worker)
			if after == "" && int(n) != sum(want) {
				t.Errorf("%s is said to have %d", worker, n)
			}
			return errors.Join(err, err2)
		})
	}
	pending("w1", "", first, second)
	pending("w1", first.ID, second)
	batch(t, s, func(b *store.Batch) error {
		return b.FinishWebhooks([]store.ParcelRef{{ID: first.ID, WorkspaceID: mine}, {ID: second.ID, WorkspaceID: other}}, true)
	})
	pending("w1", "", second)

	list := func(f store.WebhookFilter, want ...store.WebhookParcel) {
		t.Helper()
		f.Limit = max(f.Limit, 1)
		found, err := s.WebhookParcels(ctx, mine, "c1", f)
		if diff := cmp.Diff(want, found, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(store.WebhookParcel{}, "Pending")); diff != "" || err != nil {
			t.Errorf("%+v: %s, %v", f, diff, err)
		}
	}
	list(store.WebhookFilter{Accepted: true, Refused: true, Limit: 9}, third, second, first)
	list(store.WebhookFilter{Accepted: true, Refused: true}, third)
	list(store.WebhookFilter{Accepted: true, Limit: 9}, second, first)
	list(store.WebhookFilter{Refused: true, Limit: 9}, third, second)
	list(store.WebhookFilter{Accepted: true, Refused: true, Limit: 9, Before: second.ID}, first)
	one := must[store.WebhookParcel](t)(s.WebhookParcel(ctx, mine, "c1", first.ID))
	if !bytes.Equal(one.Content, first.Content) || !one.ReceivedAt.Equal(moment) {
		t.Errorf("it was read as %+v", one)
	}
	if _, err := s.WebhookParcel(ctx, mine, "c2", first.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("by another channel: %v", err)
	}
	batch(t, s, func(b *store.Batch) error {
		return b.FinishWebhooks([]store.ParcelRef{{ID: second.ID, WorkspaceID: mine}}, false)
	})
	if _, err := s.WebhookParcel(ctx, mine, "c1", second.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that is not kept: %v", err)
	}
}

func sum(parcels []store.WebhookParcel) int {
	n := 0
	for _, p := range parcels {
		n += p.Pending
	}
	return n
}

func webhooksOfDeadWorkers(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	left, held := newParcel(mine, "c1", 1, 0, 1), newParcel(mine, "c1", 1, 0, 1)
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.Beat("alive", "host"), b.InsertWebhooks("dead", []store.WebhookParcel{left}), b.InsertWebhooks("alive", []store.WebhookParcel{held}))
	})
	batch(t, s, func(b *store.Batch) error {
		n, err := b.AdoptWebhooks("me", time.Minute, 10)
		// On SQLite nobody else can be alive.
		if want := map[string]int{"sqlite": 2, "postgres": 1}[s.Dialect()]; n != want {
			t.Errorf("%d are taken over instead of %d", n, want)
		}
		found, err2 := b.PendingWebhooks("me", "", 1)
		if len(found) != 1 || found[0].ID != left.ID {
			t.Errorf("taken over: %+v", found)
		}
		again, err3 := b.AdoptWebhooks("me", time.Minute, 10)
		if again != 0 {
			t.Errorf("%d are taken over again", again)
		}
		return errors.Join(err, err2, err3)
	})
}

func webhooksArePruned(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	var parcels []store.WebhookParcel
	for i := range 120 {
		p := newParcel(mine, "c1", 1, 0, 0)
		// Some come at the same time, such as those at the end of a transaction.
		p.ReceivedAt = moment.Add(-time.Duration(i/7) * time.Millisecond)
		parcels = append(parcels, p)
	}
	waiting, young := newParcel(mine, "c1", 1, 0, 1), newParcel(mine, "c1", 1, 0, 0)
	young.ReceivedAt = moment.Add(time.Hour)
	batch(t, s, func(b *store.Batch) error { return b.InsertWebhooks("w", append(parcels, waiting, young)) })
	rounds, reached := 0, time.UnixMicro(0)
	for more := true; more; rounds++ {
		before := reached
		var err error
		if reached, more, err = s.PruneWebhooks(t.Context(), reached, moment.Add(time.Second)); err != nil || reached.Before(before) {
			t.Fatalf("from %v to %v: %v", before, reached, err)
		}
	}
	if rounds != 2 {
		t.Errorf("it took %d transactions", rounds)
	}
	left := must[[]store.WebhookParcel](t)(s.WebhookParcels(t.Context(), mine, "c1", store.WebhookFilter{Accepted: true, Limit: 200}))
	if len(left) != 2 || left[0].ID != young.ID || left[1].ID != waiting.ID {
		t.Errorf("%d parcels are left", len(left))
	}
}
