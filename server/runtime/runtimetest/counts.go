package runtimetest

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/channels"
	"sluice/server/store"
)

// tally is a count without the runs' version and hour.
type tally struct {
	kind               store.CountKind
	node, port, detail string
}

// countsAgree checks that the statistics of a flow, which are counted on the
// way, are what its runs and their messages say afterwards.
func countsAgree(t *testing.T, s *store.Store, flow string) {
	t.Helper()
	ctx := context.Background()
	want := map[tally]int64{}
	add := func(kind store.CountKind, node, port, detail string, is bool) {
		if is {
			want[tally{kind, node, port, detail}]++
		}
	}
	before := ""
	for {
		page, err := s.ListRuns(ctx, workspace, store.RunFilter{FlowID: flow, Before: before, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			before = r.ID
			add(store.CountStarted, "", "", "", true)
			add(store.CountEnded, r.Node, r.Outcome, r.Status, !r.EndedAt.IsZero())
			messages, err := s.MessagesOf(ctx, workspace, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			reached := false
			for _, m := range messages {
				if m.Direction != store.DirectionOut {
					continue
				}
				reached = reached || !m.DeliveredAt.IsZero() || !m.ReadAt.IsZero()
				add(store.CountQueued, m.Node, m.Channel, m.ChannelType, true)
				add(store.CountSent, m.Node, m.Channel, m.ChannelType, !m.SentAt.IsZero())
				add(store.CountDelivered, m.Node, m.Channel, m.ChannelType, !m.DeliveredAt.IsZero())
				add(store.CountRead, m.Node, m.Channel, m.ChannelType, !m.ReadAt.IsZero())
				add(store.CountFailed, m.Node, m.Channel, m.ChannelType, m.Status == "failed")
			}
			add(store.CountReached, "", "", "", reached)
		}
		if len(page) < 100 {
			break
		}
	}
	all := store.CountFilter{FlowID: flow, From: moment.AddDate(-50, 0, 0), To: moment.AddDate(100, 0, 0)}
	counts, err := s.FlowCounts(ctx, workspace, all)
	if err != nil {
		t.Fatal(err)
	}
	got := map[tally]int64{}
	visits := map[string]int64{}
	for _, c := range counts {
		switch {
		case c.Kind == store.CountEntered:
			visits[c.Node] += c.N
		case c.Kind == store.CountLeft:
			visits[c.Node] -= c.N
		case c.N != 0:
			got[tally{c.Kind, c.Node, c.Port, c.Detail}] = c.N
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("the counts of the flow are not those of its runs (-runs +counts):\n%s", diff)
	}
	// Who came in has left, or is there yet: waiting, or ended without a port.
	for node, n := range maps.All(visits) {
		if n < 0 {
			t.Errorf("%s was left %d times more often than entered", node, -n)
		}
	}
}

func countTests() []test {
	return []test{{"the counts of a flow are those of its runs", countsOfAllWays}}
}

// countsOfAllWays sends runs along every way of a flow.
func countsOfAllWays(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(sendFlow(both))
	read := w.Begin(flow, Inputs{"to": phone})
	late := w.Begin(flow, Inputs{"to": phone})
	for _, status := range []string{"sent", "delivered", "delivered", "read", "read"} {
		w.Receipt("viber-main", read, 2, channels.Status(status))
	}
	w.Pass(31 * time.Second)
	// The run has left this message for an SMS; it counts as reached all the same, and once.
	w.Receipt("viber-main", late, 2, channels.Status("read"))
	w.Receipt("sms-main", late, 3, channels.Status("delivered"))
	// A run of the next hour counts there.
	w.Pass(time.Hour)
	w.Begin(flow, Inputs{"to": phone})
	w.Settle()
	countsAgree(t, w.Store, flow)
	hours, err := w.Store.Activity(context.Background(), workspace, []string{flow}, moment)
	if err != nil {
		t.Fatal(err)
	}
	started := 0
	for _, h := range hours {
		if h.Kind == store.CountStarted {
			started++
		}
	}
	if started != 2 {
		t.Errorf("runs of two hours are counted in %d: %+v", started, hours)
	}
}
