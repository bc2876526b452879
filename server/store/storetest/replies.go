package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sluice/server/store"
)

func repliesFindTheirRun(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx := t.Context()
	older, newer, theirs, silent := newRun(mine, moment), newRun(mine, moment), newRun(other, moment), newRun(mine, moment)
	older.ReplyKey, newer.ReplyKey, theirs.ReplyKey = "viber-main/+1", "viber-main/+1", "viber-main/+1"
	asked := func(b *store.Batch, workspace string, want map[string]string) {
		t.Helper()
		found, err := b.AskedBy(workspace, []string{"viber-main/+1", "viber-main/+2"})
		if diff := cmp.Diff(want, found); diff != "" || err != nil {
			t.Errorf("who waits for a reply: %s, %v", diff, err)
		}
	}
	batch(t, s, func(b *store.Batch) error {
		err := b.InsertRuns([]store.RunRow{older, newer, theirs, silent})
		asked(b, mine, map[string]string{"viber-main/+1": newer.ID})
		asked(b, other, map[string]string{"viber-main/+1": theirs.ID})
		asked(b, "elsewhere", map[string]string{})
		live, err2 := b.LockRuns([]string{newer.ID})
		if err2 == nil && live[0].ReplyKey != "viber-main/+1" {
			t.Errorf("the run was read with the key %q", live[0].ReplyKey)
		}
		answered := newer
		answered.ReplyKey, answered.Version, answered.Before = "", 2, 1
		_, err3 := b.UpdateRuns([]store.RunRow{answered})
		asked(b, mine, map[string]string{"viber-main/+1": older.ID})
		touched := older
		touched.ReplyKey, touched.Version, touched.Before = "", 2, 1
		_, err4 := b.TouchRuns([]store.RunRow{touched})
		asked(b, mine, map[string]string{"viber-main/+1": older.ID})
		due, err5 := b.ClaimDue(moment, 10)
		for _, run := range due {
			if run.ID == older.ID && run.ReplyKey != "viber-main/+1" {
				t.Errorf("a due run has the key %q", run.ReplyKey)
			}
		}
		return errors.Join(err, err2, err3, err4, err5)
	})

	for _, times := range [][]time.Duration{{0, 5, 3}, {4}, {7, 6}} {
		batch(t, s, func(b *store.Batch) error {
			var list []store.InboundTime
			for _, d := range times {
				for _, address := range []string{"+2", "+1"} {
					list = append(list, store.InboundTime{WorkspaceID: mine, ChannelID: "c1", Address: address, At: moment.Add(d * time.Second), Message: fmt.Sprint("m", int(d))})
				}
			}
			return errors.Join(b.NoteInbound(list), b.NoteInbound(nil))
		})
	}
	if last := must[store.InboundTime](t)(s.LastInbound(ctx, mine, "c1", []string{"+0", "+1"})); last.Message != "m7" || !last.At.Equal(moment.Add(7*time.Second)) {
		t.Errorf("they wrote last at %v", last)
	}
	for _, never := range [][3]string{{mine, "c2", "+1"}, {mine, "c1", "+3"}, {other, "c1", "+1"}} {
		if at := must[store.InboundTime](t)(s.LastInbound(ctx, never[0], never[1], never[2:])).At; !at.IsZero() {
			t.Errorf("%v wrote at %v", never, at)
		}
	}
}

func keptEvents(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	keep := func(workspace, run, event string) store.KeptEvent {
		return store.KeptEvent{ID: store.NewID(), WorkspaceID: workspace, RunID: run, Event: []byte(event), At: moment}
	}
	first, second, theirs := keep(mine, "r1", `{"kind":"receipt"}`), keep(mine, "r1", `{"kind":"reply"}`), keep(other, "r2", `{}`)
	take := func(want []store.KeptEvent, runs ...string) {
		t.Helper()
		batch(t, s, func(b *store.Batch) error {
			found, err := b.TakeKept(runs)
			if diff := cmp.Diff(want, found, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("kept for %v: %s", runs, diff)
			}
			return err
		})
	}
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.KeepEvents(nil), b.KeepEvents([]store.KeptEvent{second, theirs, first}))
	})
	take(nil)
	take(nil, "r3")
	take([]store.KeptEvent{first, second}, "r1", "r3")
	take(nil, "r1")
	take([]store.KeptEvent{theirs}, "r2")
}
