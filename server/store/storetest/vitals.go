package storetest

import (
	"errors"
	"testing"
	"time"

	"sluice/server/store"
)

func vitals(t *testing.T, open Open) {
	s, other, c := fresh(t, open)
	ctx := t.Context()
	idle := must[store.Vitals](t)(s.Vitals(ctx, time.Minute))
	if idle.Software == "" || idle.Schema < 5 || idle.Clock.IsZero() || idle.ReadOnly != "" ||
		!idle.LastBeat.IsZero() || idle.ServersSince+idle.Waiting+idle.Unsent+idle.Kept != 0 ||
		!idle.OldestTimer.IsZero() || !idle.OldestUnsent.IsZero() || !idle.OldestKept.IsZero() {
		t.Errorf("an empty database is %+v", idle)
	}
	if s.Dialect() == "sqlite" && (idle.JournalMode != "wal" || idle.Synchronous != "full") {
		t.Errorf("SQLite writes with journal_mode %q and synchronous %q", idle.JournalMode, idle.Synchronous)
	}
	soon, later, theirs := newRun(mine, moment.Add(time.Second)), newRun(mine, moment.Add(time.Hour)), newRun(other, moment.Add(time.Minute))
	held, free := newSend(soon, "w1"), newSend(later, "")
	held.NextAt = moment.Add(-time.Hour)
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.Beat("w1", "host"), b.Beat("w2", "host"), b.InsertRuns([]store.RunRow{soon, later, theirs}), b.InsertOutbox([]store.OutboxRow{held, free}),
			b.KeepEvents([]store.KeptEvent{{ID: store.NewID(), WorkspaceID: mine, RunID: "r", Event: []byte(`{}`), At: moment.Add(-time.Minute)}}))
	})
	c.pass(30 * time.Second)
	busy := must[store.Vitals](t)(s.Vitals(ctx, time.Minute))
	if busy.ServersSince != 2 || busy.LastBeat.IsZero() {
		t.Errorf("%d servers were heard of, last at %s", busy.ServersSince, busy.LastBeat)
	}
	if busy.Waiting != 3 || !busy.OldestTimer.Equal(moment.Add(time.Second)) {
		t.Errorf("%d runs wait, the first until %s", busy.Waiting, busy.OldestTimer)
	}
	if busy.Unsent != 2 || !busy.OldestUnsent.Equal(free.NextAt) {
		t.Errorf("%d messages wait, the first since %s", busy.Unsent, busy.OldestUnsent)
	}
	if busy.Kept != 1 || !busy.OldestKept.Equal(moment.Add(-time.Minute)) {
		t.Errorf("%d events are kept, the first since %s", busy.Kept, busy.OldestKept)
	}
	if silent := must[store.Vitals](t)(s.Vitals(ctx, busy.Clock.Sub(busy.LastBeat)-time.Second)); silent.ServersSince != 0 {
		t.Errorf("%d servers were heard of after the last one", silent.ServersSince)
	}
}

func keyChecked(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx := t.Context()
	if check := must[store.KeyCheck](t)(s.CheckKey(ctx)); check != (store.KeyCheck{}) {
		t.Errorf("an empty database holds %+v", check)
	}
	for _, workspace := range []string{mine, other} {
		if _, err := s.CreateChannel(ctx, workspace, newChannel("sealed"), map[string]string{"token": "t"}, 9); err != nil {
			t.Fatal(err)
		}
	}
	batch(t, s, func(b *store.Batch) error {
		return b.InsertOutbox([]store.OutboxRow{newSend(newRun(mine, moment), ""), newSend(newRun(other, moment), "")})
	})
	if check := must[store.KeyCheck](t)(s.CheckKey(ctx)); check != (store.KeyCheck{Sealed: 4, Opened: 4}) {
		t.Errorf("the key that sealed it opens %+v", check)
	}
}
