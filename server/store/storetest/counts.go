package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/store"
)

// counted is a key of the flow "f" in the own workspace.
func counted(version int64, began time.Time, kind store.CountKind, node, port, detail string) store.CountKey {
	return store.CountKey{WorkspaceID: mine, FlowID: "f", FlowVersion: version, Began: began, Kind: kind, Node: node, Port: port, Detail: detail}
}

// addCounts counts in a batch, with the clock cut to hours as the runtime's
// counters do.
func addCounts(t *testing.T, s *store.Store, writer string, keys map[store.CountKey]int64) {
	t.Helper()
	c := store.Counts{}
	for k, n := range keys {
		c.Add(k, n)
	}
	batch(t, s, func(b *store.Batch) error { return b.AddCounts(c, writer) })
}

func countsAddUp(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	hour := moment.Truncate(time.Hour)
	for _, writer := range []string{"one process", "another", "one process"} {
		addCounts(t, s, writer, map[store.CountKey]int64{
			counted(1, moment, store.CountStarted, "", "", ""):                            2,
			counted(1, moment, store.CountReached, "", "", ""):                            1,
			counted(1, moment.Add(time.Hour), store.CountStarted, "", "", ""):             4,
			counted(2, moment, store.CountStarted, "", "", ""):                            8,
			counted(1, moment, store.CountLeft, "viber", "not_read", ""):                  1,
			counted(1, moment, store.CountEnded, "sms", "next", "completed"):              1,
			counted(1, moment, store.CountFailed, "viber", "viber-main", "viber"):         0,
			{WorkspaceID: mine, FlowID: "other", Began: moment, Kind: store.CountStarted}: 100,
		})
	}
	// What was counted can be counted back.
	addCounts(t, s, "another", map[store.CountKey]int64{counted(1, moment, store.CountReached, "", "", ""): -1})

	all := store.CountFilter{FlowID: "f", From: hour, To: hour.Add(2 * time.Hour)}
	first, second := all, all
	first.Version = 1
	second.From = hour.Add(time.Hour)
	for name, tt := range map[string]struct {
		filter store.CountFilter
		want   []store.FlowCount
	}{
		"all": {all, []store.FlowCount{
			{Kind: store.CountEnded, Node: "sms", Port: "next", Detail: "completed", N: 3},
			{Kind: store.CountLeft, Node: "viber", Port: "not_read", N: 3},
			{Kind: store.CountReached, N: 2},
			{Kind: store.CountStarted, N: 42},
		}},
		"a version": {first, []store.FlowCount{
			{Kind: store.CountEnded, Node: "sms", Port: "next", Detail: "completed", N: 3},
			{Kind: store.CountLeft, Node: "viber", Port: "not_read", N: 3},
			{Kind: store.CountReached, N: 2},
			{Kind: store.CountStarted, N: 18},
		}},
		"a later hour": {second, []store.FlowCount{{Kind: store.CountStarted, N: 12}}},
		"nothing":      {store.CountFilter{FlowID: "f", From: hour.Add(-time.Hour), To: hour}, nil},
	} {
		if diff := cmp.Diff(tt.want, must[[]store.FlowCount](t)(s.FlowCounts(ctx, mine, tt.filter))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}

	series := must[[]store.FlowCountPoint](t)(s.FlowCountSeries(ctx, mine, all, time.Hour))
	want := []store.FlowCountPoint{
		{Stretch: 0, Kind: store.CountEnded, Status: "completed", N: 3},
		{Stretch: 0, Kind: store.CountReached, N: 2},
		{Stretch: 0, Kind: store.CountStarted, N: 30},
		{Stretch: 1, Kind: store.CountStarted, N: 12},
	}
	if diff := cmp.Diff(want, series); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{2, 1}, must[[]int64](t)(s.CountedVersions(ctx, mine, all))); diff != "" {
		t.Error(diff)
	}

	c.now = moment.AddDate(2, 0, 0)
	ok(t, s.Prune(ctx))
	if left := must[[]store.FlowCount](t)(s.FlowCounts(ctx, mine, all)); len(left) != 0 {
		t.Errorf("after two years there are %+v", left)
	}
}

func activityByTheHour(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	addCounts(t, s, "w", map[store.CountKey]int64{
		counted(1, moment, store.CountStarted, "", "", ""):                    2,
		counted(2, moment, store.CountStarted, "", "", ""):                    1,
		counted(1, moment, store.CountEnded, "sms", "next", "completed"):      1,
		counted(1, moment, store.CountEnded, "sms", "failed", "failed"):       1,
		counted(1, moment, store.CountEntered, "sms", "", ""):                 9,
		counted(1, moment.Add(-48*time.Hour), store.CountStarted, "", "", ""): 7,
	})
	got := must[[]store.FlowActivity](t)(s.Activity(ctx, mine, []string{"f", "nothing"}, moment.Add(-time.Hour)))
	at := store.At(moment.Truncate(time.Hour))
	want := []store.FlowActivity{
		{FlowID: "f", Began: at, Kind: store.CountEnded, N: 2},
		{FlowID: "f", Began: at, Kind: store.CountStarted, N: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none, err := s.Activity(ctx, mine, nil, moment); err != nil || len(none) != 0 {
		t.Errorf("of no flows: %v, %v", none, err)
	}
	// A batch that counts and fails counts nothing.
	broken := errors.New("broken")
	err := s.Batch(ctx, func(b *store.Batch) error {
		return errors.Join(b.AddCounts(store.Counts{counted(1, moment, store.CountStarted, "", "", ""): 1}, "w"), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("the batch ended with %v", err)
	}
	if diff := cmp.Diff(want, must[[]store.FlowActivity](t)(s.Activity(ctx, mine, []string{"f"}, moment))); diff != "" {
		t.Error(diff)
	}
}
