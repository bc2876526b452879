package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
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
	asked := func(b *store.Batch, workspace string, want map[string][]store.AskedRun) {
		t.Helper()
		found, err := b.AskedBy(workspace, []string{"viber-main/+1", "viber-main/+2"})
		if diff := cmp.Diff(want, found); diff != "" || err != nil {
			t.Errorf("who waits for a reply: %s, %v", diff, err)
		}
	}
	one := func(runs ...store.RunRow) map[string][]store.AskedRun {
		var list []store.AskedRun
		for _, r := range runs {
			list = append(list, store.AskedRun{ID: r.ID, Visit: r.Visit})
		}
		return map[string][]store.AskedRun{"viber-main/+1": list}
	}
	batch(t, s, func(b *store.Batch) error {
		err := b.InsertRuns([]store.RunRow{older, newer, theirs, silent})
		asked(b, mine, one(newer, older))
		asked(b, other, one(theirs))
		asked(b, "elsewhere", map[string][]store.AskedRun{})
		live, err2 := b.LockRuns([]string{newer.ID})
		if err2 == nil && live[0].ReplyKey != "viber-main/+1" {
			t.Errorf("the run was read with the key %q", live[0].ReplyKey)
		}
		answered := newer
		answered.ReplyKey, answered.Version, answered.Before = "", 2, 1
		_, err3 := b.UpdateRuns([]store.RunRow{answered})
		asked(b, mine, one(older))
		touched := older
		touched.ReplyKey, touched.Version, touched.Before = "", 2, 1
		_, err4 := b.TouchRuns([]store.RunRow{touched})
		asked(b, mine, one(older))
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

// Of many runs that wait for one person only so many are looked at.
func askedRunsAreBounded(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	var runs []store.RunRow
	for range 3 * store.MaxAsked {
		r := newRun(mine, moment)
		r.ReplyKey = "viber-main/+1"
		runs = append(runs, r)
	}
	alone := newRun(mine, moment)
	alone.ReplyKey = "viber-main/+2"
	batch(t, s, func(b *store.Batch) error {
		err := b.InsertRuns(append(runs, alone))
		found, err2 := b.AskedBy(mine, []string{"viber-main/+1", "viber-main/+2"})
		if many := found["viber-main/+1"]; len(many) != store.MaxAsked || many[0].ID != runs[len(runs)-1].ID || many[len(many)-1].ID != runs[len(runs)-store.MaxAsked].ID {
			t.Errorf("found %v", many)
		}
		if len(found["viber-main/+2"]) != 1 {
			t.Errorf("another person's run is %v", found["viber-main/+2"])
		}
		return errors.Join(err, err2)
	})
}

func aliasesLinkAddresses(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx := t.Context()
	at := func(n int) time.Time { return moment.Add(time.Duration(n) * time.Second) }
	note := func(rows ...store.AliasRow) {
		t.Helper()
		batch(t, s, func(b *store.Batch) error {
			for i := range rows {
				rows[i].ChannelID = "c1"
				rows[i].WorkspaceID = mine
			}
			return b.NoteAliases(rows)
		})
	}
	linked := func(workspace, channel string, address string) (found []string) {
		t.Helper()
		batch(t, s, func(b *store.Batch) error {
			all, err := b.LinkedTo(workspace, channel, []string{address, "nobody"})
			found = all[address]
			return err
		})
		return found
	}
	expect := func(address string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, linked(mine, "c1", address), cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("%s is linked to (-want +got):\n%s", address, diff)
		}
		all := must[[]string](t)(s.LinkedTo(ctx, mine, "c1", []string{address}))
		for _, w := range want {
			if !slices.Contains(all, w) {
				t.Errorf("%s is linked to %v, without %s", address, all, w)
			}
		}
	}
	note()
	note(store.AliasRow{Address: "+1", Alias: "US.1", Kind: store.AliasID, At: at(1)}, store.AliasRow{Address: "+1", Alias: "+10", Kind: store.AliasNumber, At: at(1)}, store.AliasRow{Address: "+1", Alias: "US.0", Kind: store.AliasID, At: at(0)})
	expect("+1", "US.1", "+10")
	expect("US.1", "+1")
	expect("+10", "+1")
	expect("US.0")
	// The same number is another person's by now.
	note(store.AliasRow{Address: "+1", Alias: "US.2", Kind: store.AliasID, At: at(2)})
	note(store.AliasRow{Address: "+1", Alias: "US.1", Kind: store.AliasID, At: at(1)})
	expect("+1", "US.2", "+10")
	expect("US.1")
	// A person has another number by now.
	note(store.AliasRow{Address: "+2", Alias: "US.2", Kind: store.AliasID, At: at(3)})
	if diff := cmp.Diff([]string{"+2"}, linked(mine, "c1", "US.2")); diff != "" {
		t.Error(diff)
	}
	for _, elsewhere := range [][2]string{{other, "c1"}, {mine, "c2"}} {
		if found := linked(elsewhere[0], elsewhere[1], "+1"); found != nil {
			t.Errorf("on %v +1 is linked to %v", elsewhere, found)
		}
		if found := must[[]string](t)(s.LinkedTo(ctx, elsewhere[0], elsewhere[1], []string{"+1"})); found != nil {
			t.Errorf("on %v +1 is linked to %v", elsewhere, found)
		}
	}
	// Many numbers that a vendor knows under one.
	for i := range 3 * store.MaxLinked {
		note(store.AliasRow{Address: fmt.Sprint("+3", i), Alias: "+4", Kind: store.AliasNumber, At: at(i)})
	}
	if found := linked(mine, "c1", "+4"); len(found) != store.MaxLinked || found[0] != fmt.Sprint("+3", 3*store.MaxLinked-1) {
		t.Errorf("+4 is linked to %v", found)
	}
}

// A run's messages are shown in the order of what followed from what, whatever
// their times.
func messagesOfARunAreInOrder(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r := newRun(mine, moment)
	var out, in []store.MessageRow
	sent := func(visit int, at time.Duration) {
		m := newMessage(r, "c1")
		m.ID, m.Visit, m.QueuedAt = fmt.Sprint(r.ID, "-", visit), visit, moment.Add(at)
		out = append(out, m)
	}
	came := func(name string, visit int, at time.Duration) {
		in = append(in, store.MessageRow{
			ID: "in-" + name, WorkspaceID: mine, RunID: r.ID, Direction: store.DirectionIn, ChannelID: "c1", Content: []byte("{}"), Status: "received",
			QueuedAt: moment.Add(at), Match: store.Match{Matched: "address", AtVisit: visit},
		})
	}
	sent(2, 0)
	sent(4, time.Second)
	sent(5, time.Second)
	// Vendors tell whole seconds, and clocks differ.
	came("c", 4, time.Second)
	came("a", 2, -time.Second)
	came("b", 2, 0)
	came("d", 5, time.Second)
	batch(t, s, func(b *store.Batch) error {
		_, err := b.InsertInbound(in)
		return errors.Join(b.InsertRuns([]store.RunRow{r}), b.InsertMessages(out), err)
	})
	ids := func() (list []string) {
		for _, m := range must[[]store.Message](t)(s.MessagesOf(t.Context(), mine, r.ID)) {
			list = append(list, m.ID)
		}
		return list
	}
	want := []string{out[0].ID, "in-a", "in-b", out[1].ID, "in-c", out[2].ID, "in-d"}
	if diff := cmp.Diff(want, ids()); diff != "" {
		t.Error(diff)
	}
	// Those of before visits were noted stand where their time puts them.
	for i := range in {
		in[i].Match = store.Match{}
	}
	batch(t, s, func(b *store.Batch) error { return b.UpdateMatches(in) })
	if diff := cmp.Diff([]string{"in-a", out[0].ID, "in-b", out[1].ID, out[2].ID, "in-c", "in-d"}, ids()); diff != "" {
		t.Error(diff)
	}
	in[0].RunID, in[0].Match = "", store.Match{Matched: "none"}
	batch(t, s, func(b *store.Batch) error { return b.UpdateMatches(in[:1]) })
	if len(ids()) != len(want)-1 {
		t.Errorf("a message that went elsewhere is still here: %v", ids())
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
