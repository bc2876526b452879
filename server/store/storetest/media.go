package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sluice/server/store"
)

func mediaLife(t *testing.T, open Open) {
	s, other, c := fresh(t, open)
	ctx := t.Context()
	ch := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("wa"), nil, 9))
	r := newRun(mine, moment)
	message := newMessage(r, ch.ID)
	message.ID, message.Direction = "in-1", store.DirectionIn
	row := func(id, message string, at time.Time) store.MediaRow {
		return store.MediaRow{ID: id, WorkspaceID: mine, ChannelID: ch.ID, MessageID: message, RunID: r.ID, Type: "image", Source: []byte(`{"url":"https://canary"}`), CreatedAt: at, GiveUpAt: at.Add(time.Hour)}
	}
	later := c.now.Add(time.Hour)
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertMessages([]store.MessageRow{message}), b.InsertMedia([]store.MediaRow{row("in-1-0", "in-1", c.now), row("in-1-1", "in-1", c.now), row("in-2-0", "in-2", c.now)}),
			b.InsertMedia([]store.MediaRow{row("in-1-0", "in-1", later)}))
	})
	if next, err := s.NextMedia(ctx); err != nil || next.After(c.now) {
		t.Errorf("the next is due at %v, %v", next, err)
	}
	got := must[[]store.Media](t)(s.ClaimMedia(ctx, "a", c.now, c.now.Add(time.Minute), 2))
	rest := must[[]store.Media](t)(s.ClaimMedia(ctx, "b", c.now, c.now.Add(time.Minute), 9))
	if len(got) != 2 || len(rest) != 1 || len(must[[]store.Media](t)(s.ClaimMedia(ctx, "c", c.now, later, 9))) != 0 {
		t.Fatalf("the claims are %v and %v", got, rest)
	}
	source, err := s.OpenMediaSource(got[0])
	if err != nil || string(source) != `{"url":"https://canary"}` {
		t.Errorf("its source is %q, %v", source, err)
	}
	// A worker that died is followed by another, and its answer counts no more.
	again := must[[]store.Media](t)(s.ClaimMedia(ctx, "b", later, later.Add(time.Minute), 9))
	stale := got[0]
	stale.Status = store.MediaFailed
	if err := s.SaveMedia(ctx, mine, stale); !errors.Is(err, store.ErrNotFound) || len(again) != 3 || again[0].Attempts != 2 {
		t.Errorf("the dead worker's answer: %v; %v", err, again)
	}
	for i := range again {
		m := &again[i]
		m.Status, m.StorageKey, m.SHA256, m.Size, m.ContentType, m.StoredAt, m.LeaseUntil = store.MediaStored, "key"+m.MessageID, "sum", 7, "image/png", store.At(c.now), store.Time{}
		key, err := s.SealMediaKey(m.StorageKey, []byte("data key"))
		ok(t, err)
		m.DataKey = key
		ok(t, s.SaveMedia(ctx, mine, *m))
	}
	kept := must[store.Media](t)(s.Media(ctx, mine, "in-1-0"))
	if key, err := s.OpenMediaKey(kept); err != nil || string(key) != "data key" || kept.Size != 7 || kept.Status != store.MediaStored {
		t.Errorf("it is kept as %+v: %v", kept, err)
	}
	if _, err := s.SameMedia(ctx, mine, "sum"); err != nil {
		t.Errorf("the same content: %v", err)
	}
	if _, err := s.SameMedia(ctx, other, "sum"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the same content in another workspace: %v", err)
	}
	if all := must[[]store.Media](t)(s.MediaOf(ctx, mine, []string{"in-1"})); len(all) != 2 {
		t.Errorf("the message has %v", all)
	}
	// The message of one is gone.
	removed, unused, err := s.PruneMedia(ctx, 9)
	if err != nil || removed != 1 || len(unused) != 1 || unused[0] != "keyin-2" {
		t.Errorf("pruning removes %d and %v, %v", removed, unused, err)
	}
	if _, err := s.Media(ctx, mine, "in-1-1"); err != nil {
		t.Errorf("what is shown was pruned: %v", err)
	}
}

// mediaShared is about a file that two messages have: it goes with the last, and
// nobody takes a share in one that is gone.
func mediaShared(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	ch := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("wa"), nil, 9))
	r := newRun(mine, moment)
	message := newMessage(r, ch.ID)
	message.ID, message.Direction = "kept", store.DirectionIn
	row := func(id, message string) store.MediaRow {
		return store.MediaRow{ID: id, WorkspaceID: mine, ChannelID: ch.ID, MessageID: message, RunID: r.ID, Type: "image", Source: []byte("{}"), CreatedAt: c.now, GiveUpAt: c.now.Add(time.Hour)}
	}
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertMessages([]store.MessageRow{message}), b.InsertMedia([]store.MediaRow{row("1", "gone"), row("2", "kept"), row("3", "gone"), row("4", "kept")}))
	})
	files := map[string]store.Media{}
	for _, m := range must[[]store.Media](t)(s.ClaimMedia(ctx, "a", c.now, c.now.Add(time.Minute), 9)) {
		files[m.ID] = m
	}
	save := func(id, key, sharesWith string) error {
		m := files[id]
		m.Status, m.StorageKey, m.SharesWith = store.MediaStored, key, sharesWith
		return s.SaveMedia(ctx, mine, m)
	}
	prune := func(removed int, want ...string) {
		t.Helper()
		n, unused, err := s.PruneMedia(ctx, 9)
		if err != nil || n != removed || !slices.Equal(unused, want) {
			t.Errorf("pruning removes %d rows and the files %q, %v", n, unused, err)
		}
	}
	ok(t, save("1", "one", ""))
	ok(t, save("2", "one", "1"))
	prune(2)
	if err := save("4", "three", "3"); !errors.Is(err, store.ErrStale) {
		t.Errorf("a share in a file whose row is gone: %v", err)
	}
	if m := must[store.Media](t)(s.Media(ctx, mine, "4")); m.Status != store.MediaWaiting || m.StorageKey != "" {
		t.Errorf("it is now %+v", m)
	}
	ok(t, save("4", "four", ""))
}
