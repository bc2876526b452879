package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"sluice/server/store"
)

func newRun(workspace string, due time.Time) store.RunRow {
	return store.RunRow{
		ID: store.NewID(), WorkspaceID: workspace, FlowID: "flow", FlowVersion: 1, Status: "waiting", Node: "viber", Visit: 2, Version: 1,
		DueAt: due, State: []byte(`{"v":1}`), Secrets: []byte{1, 2, 3}, Recipient: "+639171234567", Inputs: []byte(`{"phone":"+639171234567"}`),
		StartedBy: "api", StartedAt: moment, UpdatedAt: moment,
	}
}

func newMessage(r store.RunRow, channelID string) store.MessageRow {
	return store.MessageRow{
		ID: r.ID + "-2", WorkspaceID: r.WorkspaceID, RunID: r.ID, Visit: 2, Node: "viber", Direction: store.DirectionOut, ChannelID: channelID,
		Channel: "main", ChannelType: "viber", ToAddress: r.Recipient, Content: []byte(`{"type":"text","text":"Hi"}`), Status: "queued", QueuedAt: moment,
	}
}

func newSend(r store.RunRow, lease string) store.OutboxRow {
	attempts := 0
	if lease != "" {
		attempts = 1
	}
	return store.OutboxRow{
		MessageID: r.ID + "-2", WorkspaceID: r.WorkspaceID, RunID: r.ID, Visit: 2, Node: "viber", Channel: "main", Payload: []byte("the code is 123456"),
		OnUnknown: "resend", Attempts: attempts, CreatedAt: moment, NextAt: moment, GiveUpAt: moment.Add(time.Minute), LeaseBy: lease,
	}
}

func batchRoundTrip(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	r := newRun(mine, moment.Add(30*time.Second))
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertMessages([]store.MessageRow{newMessage(r, "c1")}), b.InsertRuns([]store.RunRow{r}), b.InsertOutbox([]store.OutboxRow{newSend(r, "w1")}), b.InsertHistory([]store.HistoryRow{
			{RunID: r.ID, Seq: 1, WorkspaceID: mine, At: moment, Event: "start", Trace: []byte(`[]`)},
		}))
	})
	shown := must[store.Run](t)(s.Run(ctx, mine, r.ID))
	if shown.Status != "waiting" || shown.Version != 1 || !shown.DueAt.Equal(r.DueAt) || shown.State != `{"v":1}` || shown.Inputs != string(r.Inputs) || !shown.EndedAt.IsZero() {
		t.Errorf("the run is %+v", shown)
	}
	ended := r
	ended.Status, ended.Outcome, ended.Error, ended.Version, ended.Before, ended.DueAt, ended.Secrets = "completed", "next", `{"code":"x"}`, 3, 1, time.Time{}, nil
	ended.EndedAt, ended.UpdatedAt = moment.Add(time.Second), moment.Add(time.Second)
	batch(t, s, func(b *store.Batch) error {
		live, err := b.LockRuns([]string{r.ID, store.NewID(), r.ID})
		if err != nil || len(live) != 1 || live[0].Version != 1 || string(live[0].Secrets) != "\x01\x02\x03" || live[0].Recipient != r.Recipient {
			t.Errorf("locked %+v, %v", live, err)
		}
		changed, err := b.UpdateRuns([]store.RunRow{ended})
		if len(changed) > 0 {
			t.Errorf("not at their version: %v", changed)
		}
		messages, err2 := b.Messages([]string{r.ID + "-2"})
		if err2 == nil {
			m := messages[0]
			m.Status, m.ProviderMessageID, m.Parts, m.SentAt, m.DeliveredAt = "delivered", "SM1", 2, moment, moment.Add(time.Second)
			err2 = b.UpdateMessages([]store.MessageRow{m})
		}
		return errors.Join(err, err2, b.InsertHistory([]store.HistoryRow{
			{RunID: r.ID, Seq: 2, WorkspaceID: mine, At: moment, Event: "receipt", Visit: 2, Trace: []byte(`[]`)},
			{RunID: r.ID, Seq: 3, WorkspaceID: mine, At: moment, Event: "receipt", Visit: 2, Trace: []byte(`[]`)},
		}))
	})
	batch(t, s, func(b *store.Batch) error {
		live, err := b.LockRuns([]string{r.ID})
		if live[0].Secrets != nil || live[0].Version != 3 {
			t.Errorf("after its end the run is %+v", live)
		}
		next, err2 := b.NextDue()
		if !next.IsZero() {
			t.Errorf("an ended run is due at %v", next)
		}
		return errors.Join(err, err2)
	})
	shown = must[store.Run](t)(s.Run(ctx, mine, r.ID))
	if shown.Status != "completed" || shown.Outcome != "next" || shown.Error != `{"code":"x"}` || !shown.EndedAt.Equal(moment.Add(time.Second)) || !shown.DueAt.IsZero() {
		t.Errorf("the ended run is %+v", shown)
	}
	if history := must[[]store.HistoryEntry](t)(s.History(ctx, mine, r.ID)); len(history) != 3 || history[0].Event != "start" || history[2].Seq != 3 {
		t.Errorf("the history is %+v", history)
	}
	m := must[[]store.Message](t)(s.MessagesOf(ctx, mine, r.ID))[0]
	if m.Status != "delivered" || m.ProviderMessageID != "SM1" || m.Parts != 2 || !m.DeliveredAt.Equal(moment.Add(time.Second)) || !m.ReadAt.IsZero() || m.Node != "viber" {
		t.Errorf("the message is %+v", m)
	}

	// What fails is rolled back as a whole.
	other, boom := newRun(mine, moment), errors.New("boom")
	if err := s.Batch(ctx, func(b *store.Batch) error { return errors.Join(b.InsertRuns([]store.RunRow{other}), boom) }); !errors.Is(err, boom) {
		t.Errorf("the batch's error is %v", err)
	}
	if _, err := s.Run(ctx, mine, other.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a batch that failed left a run behind: %v", err)
	}
}

func staleUpdates(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r, kept := newRun(mine, moment), newRun(mine, moment)
	batch(t, s, func(b *store.Batch) error { return b.InsertRuns([]store.RunRow{r, kept}) })
	stale, good := r, kept
	stale.Status, stale.Version, stale.Before = "failed", 8, 7
	good.Status, good.Version, good.Before, good.KeepSecrets = "completed", 2, 1, true
	batch(t, s, func(b *store.Batch) error {
		changed, err := b.UpdateRuns([]store.RunRow{stale, good})
		if !slices.Equal(changed, []string{r.ID}) {
			t.Errorf("not at their version: %v", changed)
		}
		touched, err2 := b.TouchRuns([]store.RunRow{stale})
		if !slices.Equal(touched, []string{r.ID}) {
			t.Errorf("touched: %v", touched)
		}
		foreign := good
		foreign.WorkspaceID, foreign.Before, foreign.Version = "elsewhere", 2, 3
		changed, err3 := b.UpdateRuns([]store.RunRow{foreign})
		if !slices.Equal(changed, []string{kept.ID}) {
			t.Error("a run was updated through another workspace")
		}
		return errors.Join(err, err2, err3)
	})
	if got := must[store.Run](t)(s.Run(t.Context(), mine, r.ID)); got.Status != "waiting" || got.Version != 1 {
		t.Errorf("an update of an old version changed the run to %+v", got)
	}
	batch(t, s, func(b *store.Batch) error {
		live, err := b.LockRuns([]string{kept.ID})
		if string(live[0].Secrets) != "\x01\x02\x03" {
			t.Error("secrets that were to be kept are gone")
		}
		return err
	})
}

func dueRuns(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	var runs []store.RunRow
	for _, after := range []time.Duration{3, 1, 2, 60} {
		runs = append(runs, newRun(mine, moment.Add(after*time.Second)))
	}
	runs = append(runs, newRun(mine, time.Time{}))
	batch(t, s, func(b *store.Batch) error { return b.InsertRuns(runs) })
	claim := func(at time.Duration, limit int) (ids []string) {
		batch(t, s, func(b *store.Batch) error {
			live, err := b.ClaimDue(moment.Add(at), limit)
			for _, r := range live {
				ids = append(ids, r.ID)
			}
			return err
		})
		return ids
	}
	for _, tt := range []struct {
		at    time.Duration
		limit int
		want  []string
	}{
		{time.Second - time.Microsecond, 9, nil},
		{time.Second, 9, []string{runs[1].ID}},
		{5 * time.Second, 9, []string{runs[1].ID, runs[2].ID, runs[0].ID}},
		{5 * time.Second, 2, []string{runs[1].ID, runs[2].ID}},
	} {
		if got := claim(tt.at, tt.limit); !slices.Equal(got, tt.want) {
			t.Errorf("due after %s, up to %d: %v, want %v", tt.at, tt.limit, got, tt.want)
		}
	}
	batch(t, s, func(b *store.Batch) error {
		next, err := b.NextDue()
		if !next.Equal(moment.Add(time.Second)) {
			t.Errorf("the next is due at %v", next)
		}
		live, err2 := b.ClaimDue(moment.Add(time.Second), 1)
		return errors.Join(err, err2, b.Postpone(live, moment.Add(time.Hour)))
	})
	if got := claim(time.Minute, 9); len(got) != 3 || slices.Contains(got, runs[1].ID) {
		t.Errorf("a postponed run is due: %v", got)
	}
	if n := must[int64](t)(s.CountLive(t.Context())); n != 4 {
		t.Errorf("%d live runs", n)
	}
}

func runPages(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	var all []store.RunRow
	for i := range 6 {
		r := newRun(mine, moment)
		r.Recipient = fmt.Sprintf("+63917000000%d", i)
		if i%2 == 1 {
			r.FlowID = "other flow"
		}
		if i >= 4 {
			r.Status, r.DueAt, r.EndedAt = "failed", time.Time{}, moment
		}
		all = append(all, r)
	}
	batch(t, s, func(b *store.Batch) error { return b.InsertRuns(all) })
	for name, tt := range map[string]struct {
		filter store.RunFilter
		want   []int
	}{
		"all, newest first": {store.RunFilter{}, []int{5, 4, 3, 2, 1, 0}},
		"of a flow":         {store.RunFilter{FlowID: "other flow"}, []int{5, 3, 1}},
		"waiting":           {store.RunFilter{Status: "waiting"}, []int{3, 2, 1, 0}},
		"failed":            {store.RunFilter{Status: "failed"}, []int{5, 4}},
		"by recipient":      {store.RunFilter{Query: "+639170000002"}, []int{2}},
		"by id":             {store.RunFilter{Query: all[3].ID}, []int{3}},
		"a percent sign":    {store.RunFilter{Query: "%"}, nil},
		"the next page":     {store.RunFilter{Before: all[2].ID}, []int{1, 0}},
	} {
		tt.filter.Limit = 10
		var got, want []string
		for _, r := range must[[]store.Run](t)(s.ListRuns(t.Context(), mine, tt.filter)) {
			got = append(got, r.ID)
			if r.State != "" {
				t.Error("a list holds states")
			}
		}
		for _, i := range tt.want {
			want = append(want, all[i].ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
