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
	return []test{
		{"the counts of a flow are those of its runs", countsOfAllWays},
		{"the counts of channels are those of their messages", countsOfChannels},
	}
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

// channelTally is a count of a channel in one hour.
type channelTally struct {
	channel string
	hour    int64
	kind    store.CountKind
	detail  string
}

// channelsAgree checks that the counts of channels are what the messages of a
// flow's runs say afterwards, and returns how many latencies were counted.
func channelsAgree(t *testing.T, w *World, runs []string) int64 {
	t.Helper()
	ctx := context.Background()
	want, got := map[channelTally]int64{}, map[channelTally]int64{}
	var latencies int64
	for _, run := range runs {
		messages, err := w.Store.MessagesOf(ctx, workspace, run)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			add := func(kind store.CountKind, detail string, at store.Time) {
				if !at.IsZero() {
					want[channelTally{m.ChannelID, int64(at.Truncate(time.Hour).Sub(moment) / time.Hour), kind, detail}]++
				}
			}
			add(store.CountSent, "", m.SentAt)
			add(store.CountDelivered, "", m.DeliveredAt)
			add(store.CountRead, "", m.ReadAt)
			if m.Status == "failed" {
				add(store.CountFailed, m.Code, m.FailedAt)
			}
		}
	}
	for _, id := range w.Channels {
		points, err := w.Store.ChannelCountSeries(ctx, workspace, id, moment, moment.Add(24*time.Hour), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points {
			switch {
			case p.Kind == store.CountLatency:
				latencies += p.N
			case p.N != 0:
				got[channelTally{id, p.Stretch, p.Kind, p.Detail}] = p.N
			}
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(channelTally{})); diff != "" {
		t.Errorf("the counts of the channels are not those of their messages (-messages +counts):\n%s", diff)
	}
	return latencies
}

// countsOfChannels has messages end in every way, a failure that is taken back
// in a later hour among them.
func countsOfChannels(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(sendFlow(""))
	read, failed, mended := w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone}), w.Begin(flow, Inputs{"to": phone})
	w.Pass(3 * time.Second)
	w.Receipt("viber-main", read, 2, channels.StatusRead)
	for _, run := range []string{failed, mended} {
		w.Deliver("viber-main", channels.Inbound{Receipt: &channels.Receipt{MessageID: messageID(run, 2), Status: channels.StatusFailed, Code: "30003", Reason: "unreachable"}})
	}
	w.Pass(2 * time.Hour)
	w.Receipt("viber-main", mended, 2, channels.StatusDelivered)
	w.Vendor.Refuse(channels.ClassPermanent, "21610")
	refused := w.Begin(flow, Inputs{"to": phone})
	w.Settle()
	if n := channelsAgree(t, w, []string{read, failed, mended, refused}); n != 2 {
		t.Errorf("%d latencies are counted, want those of the two that were delivered", n)
	}
	failures, err := w.Store.FailuresOf(context.Background(), workspace, w.Channels["viber-main"], moment, moment.Add(24*time.Hour), 10)
	if err != nil || len(failures) == 0 || failures[len(failures)-1].Code != "30003" {
		t.Errorf("the last failures are %+v, %v", failures, err)
	}
	none, err := w.Store.FailuresOf(context.Background(), "another", w.Channels["viber-main"], moment, moment.Add(24*time.Hour), 10)
	if err != nil || len(none) != 0 {
		t.Errorf("another workspace sees %+v, %v", none, err)
	}
}
