package storetest

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"sluice/server/store"
)

// retention: what ended long enough ago goes with all that belongs to it; what
// is live or ended lately stays whole, however long ago it began.
func retention(t *testing.T, open Open) {
	const keep = 90 * 24 * time.Hour
	// Ids tell the true time, so the clock has to begin there.
	c := &clock{now: time.Now()}
	s := open(t, store.Options{Vault: Vault(t), Now: c.Now, KeepRuns: keep, Logger: slog.New(slog.DiscardHandler)})
	first, long := newRun(mine, c.now.Add(time.Hour)), newRun(mine, c.now.Add(time.Hour))
	heard := newMessage(long, "c1")
	heard.ID, heard.Direction, heard.RunID, heard.QueuedAt = "in-0123456789abcdef", store.DirectionIn, "", c.now
	batch(t, s, func(b *store.Batch) error {
		_, err := b.InsertInbound([]store.MessageRow{heard})
		errs := []error{err, b.InsertRuns([]store.RunRow{first, long})}
		for _, r := range []store.RunRow{first, long} {
			errs = append(errs, b.InsertMessages([]store.MessageRow{newMessage(r, "c1")}),
				b.InsertHistory([]store.HistoryRow{{RunID: r.ID, Seq: 1, WorkspaceID: mine, At: c.now, Event: "start", Trace: []byte("[]")}}))
		}
		return errors.Join(errs...)
	})
	end := func(r store.RunRow) {
		t.Helper()
		r.Status, r.Outcome, r.Version, r.Before, r.DueAt, r.EndedAt = "completed", "next", 2, 1, time.Time{}, c.now
		batch(t, s, func(b *store.Batch) error {
			changed, err := b.UpdateRuns([]store.RunRow{r})
			if len(changed) > 0 {
				t.Errorf("not at their version: %v", changed)
			}
			return err
		})
	}
	there := func(r store.RunRow, want bool) {
		t.Helper()
		ok(t, s.Prune(t.Context()))
		_, err := s.Run(t.Context(), mine, r.ID)
		history := must[[]store.HistoryEntry](t)(s.History(t.Context(), mine, r.ID))
		messages := must[[]store.Message](t)(s.MessagesOf(t.Context(), mine, r.ID))
		if found := err == nil; found != want || len(history) > 0 != want || len(messages) > 0 != want {
			t.Errorf("the run is there: %t, with %d steps and %d messages; want %t", found, len(history), len(messages), want)
		}
	}
	end(first)
	there(first, true)
	c.pass(keep / 2)
	end(long)
	c.pass(keep/2 + 24*time.Hour)
	// The first may have gone, or wait for the other.
	there(long, true)
	c.pass(keep)
	there(first, false)
	there(long, false)
	batch(t, s, func(b *store.Batch) error {
		added, err := b.InsertInbound([]store.MessageRow{heard})
		if !added[0] {
			t.Error("a message from a person outlived the time for which runs are kept")
		}
		return err
	})
	young := newRun(mine, c.now.Add(time.Hour))
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertRuns([]store.RunRow{young}), b.InsertMessages([]store.MessageRow{newMessage(young, "c1")}),
			b.InsertHistory([]store.HistoryRow{{RunID: young.ID, Seq: 1, WorkspaceID: mine, At: c.now, Event: "start", Trace: []byte("[]")}}))
	})
	there(young, true)
	end(young)
	there(young, true)

	if _, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/x.db", store.Options{KeepRuns: time.Hour}); err == nil {
		t.Error("runs can be kept for an hour only")
	}
}
