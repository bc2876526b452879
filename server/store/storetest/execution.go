package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/store"
)

// newRun is a waiting run of the workspace.
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

func leases(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	held, free, later := newRun(mine, moment), newRun(mine, moment), newRun(mine, moment)
	waiting := newSend(later, "")
	waiting.NextAt = moment.Add(time.Minute)
	batch(t, s, func(b *store.Batch) error {
		return b.InsertOutbox([]store.OutboxRow{newSend(held, "w1"), newSend(free, ""), waiting})
	})
	var leased []store.OutboxRow
	batch(t, s, func(b *store.Batch) (err error) {
		lanes, err := b.OutboxLanes()
		if err != nil {
			return err
		}
		if want := []store.LaneDue{{Lane: store.Lane(mine, "main"), At: moment}}; !cmp.Equal(lanes, want) {
			t.Errorf("lanes: %s", cmp.Diff(want, lanes))
		}
		leased, err = b.LeaseOutbox(lanes[0].Lane, "w2", moment, 10)
		return err
	})
	if len(leased) != 1 || leased[0].RunID != free.ID || leased[0].Attempts != 1 || string(leased[0].Payload) != "the code is 123456" {
		t.Fatalf("leased %+v", leased)
	}
	stranger, wrongTry := leased[0], leased[0]
	stranger.LeaseBy = "w1"
	wrongTry.Attempts = 7
	batch(t, s, func(b *store.Batch) error {
		done, err := b.FinishOutbox([]store.OutboxRow{stranger, wrongTry})
		if done[0] || done[1] {
			t.Error("a lost lease finished a message")
		}
		again := leased[0]
		again.NextAt, again.FailureClass, again.FailureCode, again.FailureReason = moment.Add(2*time.Second), "retryable", "429", "slow down"
		stranger.NextAt = moment.Add(time.Hour)
		return errors.Join(err, b.ReleaseOutbox([]store.OutboxRow{again, stranger}))
	})
	batch(t, s, func(b *store.Batch) error {
		lanes, err := b.OutboxLanes()
		if !lanes[0].At.Equal(moment.Add(2 * time.Second)) {
			t.Errorf("the next is to be sent at %v", lanes[0].At)
		}
		early, err2 := b.LeaseOutbox(lanes[0].Lane, "w2", moment.Add(time.Second), 10)
		if len(early) != 0 {
			t.Errorf("leased before its time: %+v", early)
		}
		leased, err3 := b.LeaseOutbox(lanes[0].Lane, "w3", moment.Add(2*time.Second), 10)
		if len(leased) != 1 || leased[0].Attempts != 2 || leased[0].FailureCode != "429" {
			t.Errorf("leased again: %+v", leased)
		}
		done, err4 := b.FinishOutbox(leased)
		if !done[0] {
			t.Error("the holder could not finish the message")
		}
		return errors.Join(err, err2, err3, err4)
	})
}

func adoption(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r, own := newRun(mine, moment), newRun(mine, moment)
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.Beat("dead", "host"), b.Beat("me", "host"), b.InsertOutbox([]store.OutboxRow{newSend(r, "dead"), newSend(own, "me")}))
	})
	batch(t, s, func(b *store.Batch) error {
		alive, err := b.DeadHolders("me", time.Hour)
		if len(alive) != 0 {
			t.Errorf("alive and taken for dead: %v", alive)
		}
		dead, err2 := b.DeadHolders("me", -time.Second)
		if !slices.Equal(dead, []string{"dead"}) {
			t.Errorf("dead are %v", dead)
		}
		adopted, err3 := b.AdoptOutbox("dead", "me", 10)
		if len(adopted) != 1 || adopted[0].RunID != r.ID || adopted[0].LeaseBy != "me" || string(adopted[0].Payload) == "" {
			t.Errorf("adopted %+v", adopted)
		}
		done, err4 := b.FinishOutbox(adopted)
		if !done[0] {
			t.Error("what was adopted is not held")
		}
		return errors.Join(err, err2, err3, err4)
	})
}

func providerNames(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r := newRun(mine, moment)
	m := newMessage(r, "c1")
	inbound := store.MessageRow{
		ID: "in-1", WorkspaceID: mine, Direction: store.DirectionIn, ChannelID: "c1", Channel: "main", ChannelType: "viber", FromAddress: r.Recipient,
		Content: []byte(`{}`), Status: "received", ProviderMessageID: "SM2", QueuedAt: moment,
	}
	batch(t, s, func(b *store.Batch) error {
		if err := b.InsertMessages([]store.MessageRow{m}); err != nil {
			return err
		}
		added, err := b.InsertInbound([]store.MessageRow{inbound})
		if !slices.Equal(added, []bool{true}) {
			t.Errorf("added %v", added)
		}
		second := inbound
		second.ID = "in-2"
		again, err2 := b.InsertInbound([]store.MessageRow{inbound, second})
		if !slices.Equal(again, []bool{false, true}) {
			t.Errorf("of a repeated and a new inbound message were added: %v", again)
		}
		m.ProviderMessageID = "SM1"
		return errors.Join(err, err2, b.UpdateMessages([]store.MessageRow{m}), b.InsertRuns([]store.RunRow{r}))
	})
	batch(t, s, func(b *store.Batch) error {
		for _, tt := range []struct {
			workspace, channel string
			want               map[string]store.MessageRef
		}{
			{mine, "c1", map[string]store.MessageRef{"SM1": {ID: m.ID, RunID: r.ID}}},
			{mine, "c2", map[string]store.MessageRef{}},
			{"elsewhere", "c1", map[string]store.MessageRef{}},
		} {
			found, err := b.FindMessages(tt.workspace, tt.channel, []string{"SM1", "SM2", "SM3"})
			if diff := cmp.Diff(tt.want, found); diff != "" || err != nil {
				t.Errorf("%s, %s: %s, %v", tt.workspace, tt.channel, diff, err)
			}
		}
		for _, tt := range []struct {
			workspace, channel string
			want               map[string]string
		}{
			{mine, "c1", map[string]string{r.Recipient: r.ID}},
			{mine, "c2", map[string]string{}},
			{"elsewhere", "c1", map[string]string{}},
		} {
			found, err := b.WaitingFor(tt.workspace, tt.channel, []string{r.Recipient, "+10000000000"})
			if diff := cmp.Diff(tt.want, found); diff != "" || err != nil {
				t.Errorf("who waits on %s, %s: %s, %v", tt.workspace, tt.channel, diff, err)
			}
		}
		return nil
	})
}

func strangeTexts(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r := newRun(mine, moment)
	r.Recipient = "ann\x00\xff"
	m := newMessage(r, "c1")
	m.ProviderMessageID, m.Reason = "SM\x001", "bad \xff\x00 bytes"
	batch(t, s, func(b *store.Batch) error {
		err := errors.Join(b.InsertRuns([]store.RunRow{r}), b.InsertMessages([]store.MessageRow{m}), b.UpdateMessages([]store.MessageRow{m}))
		_, err2 := b.FindMessages(mine, "c1", []string{m.ProviderMessageID})
		_, err3 := b.TakeEarly(mine, "c1", []string{m.ProviderMessageID})
		_, err4 := b.WaitingFor(mine, "c1", []string{r.Recipient})
		return errors.Join(err, err2, err3, err4)
	})
}

func earlyReceipts(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	receipt := func(status string) store.EarlyReceipt {
		return store.EarlyReceipt{ID: store.NewID(), WorkspaceID: mine, ChannelID: "c1", ProviderMessageID: "SM1", Status: status, Code: "7", At: moment}
	}
	keep := func() {
		batch(t, s, func(b *store.Batch) error {
			return b.InsertEarly([]store.EarlyReceipt{receipt("delivered"), receipt("delivered"), receipt("read")}, moment)
		})
	}
	keep()
	keep()
	batch(t, s, func(b *store.Batch) error {
		unknown, err := b.MatchEarly(moment, 10)
		if len(unknown) != 0 {
			t.Errorf("matched without a message: %+v", unknown)
		}
		foreign, err2 := b.TakeEarly("elsewhere", "c1", []string{"SM1"})
		if len(foreign) != 0 {
			t.Error("taken through another workspace")
		}
		return errors.Join(err, err2)
	})
	r := newRun(mine, moment)
	m := newMessage(r, "c1")
	m.ProviderMessageID = "SM1"
	batch(t, s, func(b *store.Batch) error {
		err := b.InsertMessages([]store.MessageRow{m})
		matched, err2 := b.MatchEarly(moment, 10)
		if len(matched) != 2 || matched[0].Message != (store.MessageRef{ID: m.ID, RunID: r.ID}) {
			t.Errorf("matched %+v", matched)
		}
		old, err3 := b.MatchEarly(moment.Add(time.Second), 10)
		if len(old) != 0 {
			t.Errorf("matched what came before: %+v", old)
		}
		taken, err4 := b.TakeEarly(mine, "c1", []string{"SM1", "SM9"})
		if len(taken) != 2 || taken[0].Status != "delivered" || taken[0].Code != "7" || !taken[0].At.Equal(moment) || taken[1].Status != "read" {
			t.Errorf("taken %+v", taken)
		}
		again, err5 := b.TakeEarly(mine, "c1", []string{"SM1"})
		if len(again) != 0 {
			t.Error("taken twice")
		}
		return errors.Join(err, err2, err3, err4, err5)
	})
}

func idempotencyKeys(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	key := store.IdempotencyKey{WorkspaceID: mine, FlowID: "f", Key: "k", RunID: "r1", RequestHash: "h1"}
	claim := func(k store.IdempotencyKey) (used *store.IdempotencyKey) {
		batch(t, s, func(b *store.Batch) (err error) {
			used, err = b.ClaimKey(k, moment)
			return err
		})
		return used
	}
	if used := claim(key); used != nil {
		t.Errorf("a new key was used for %+v", used)
	}
	second := key
	second.RunID, second.RequestHash = "r2", "h2"
	if used := claim(second); used == nil || used.RunID != "r1" || used.RequestHash != "h1" {
		t.Errorf("a used key gives %+v", used)
	}
	for name, other := range map[string]store.IdempotencyKey{
		"another flow":      {WorkspaceID: mine, FlowID: "g", Key: "k", RunID: "r3"},
		"another workspace": {WorkspaceID: "elsewhere", FlowID: "f", Key: "k", RunID: "r4"},
	} {
		if used := claim(other); used != nil {
			t.Errorf("%s: the key counts as used for %+v", name, used)
		}
	}
}

func pruning(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	u := must[store.User](t)(s.CreateUser(ctx, mine, store.User{Email: "a@example.org"}, store.RoleOwner))
	ok(t, s.CreateSession(ctx, mine, store.Session{TokenHash: "old", UserID: u.ID, ExpiresAt: store.At(c.now.Add(time.Hour))}))
	batch(t, s, func(b *store.Batch) error {
		_, err := b.ClaimKey(store.IdempotencyKey{WorkspaceID: mine, FlowID: "f", Key: "old", RunID: "r1"}, c.now)
		return errors.Join(err, b.InsertEarly([]store.EarlyReceipt{{ID: "e1", WorkspaceID: mine, ChannelID: "c", ProviderMessageID: "old", Status: "read", At: c.now}}, c.now))
	})
	c.pass(26 * time.Hour)
	batch(t, s, func(b *store.Batch) error {
		_, err := b.ClaimKey(store.IdempotencyKey{WorkspaceID: mine, FlowID: "f", Key: "young", RunID: "r1"}, c.now)
		return errors.Join(err, b.InsertEarly([]store.EarlyReceipt{{ID: "e2", WorkspaceID: mine, ChannelID: "c", ProviderMessageID: "young", Status: "read", At: c.now}}, c.now))
	})
	ok(t, s.CreateSession(ctx, mine, store.Session{TokenHash: "young", UserID: u.ID, ExpiresAt: store.At(c.now.Add(time.Hour))}))
	ok(t, s.Prune(ctx))
	batch(t, s, func(b *store.Batch) error {
		old, err := b.ClaimKey(store.IdempotencyKey{WorkspaceID: mine, FlowID: "f", Key: "old", RunID: "r2"}, c.now)
		young, err2 := b.ClaimKey(store.IdempotencyKey{WorkspaceID: mine, FlowID: "f", Key: "young", RunID: "r2"}, c.now)
		if old != nil || young == nil {
			t.Errorf("keys after pruning: %v, %v", old, young)
		}
		receipts, err3 := b.TakeEarly(mine, "c", []string{"old", "young"})
		if len(receipts) != 1 || receipts[0].ProviderMessageID != "young" {
			t.Errorf("early receipts after pruning: %+v", receipts)
		}
		return errors.Join(err, err2, err3)
	})
	if _, _, err := s.SessionByHash(ctx, "young"); err != nil {
		t.Errorf("a session that is good was pruned: %v", err)
	}
}

func secrets(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	ctx := t.Context()
	sealed := must[[]byte](t)(s.SealSecrets("run-1", []byte(`{"code":"123456"}`)))
	if strings.Contains(string(sealed), "123456") {
		t.Error("sealed secrets can be read")
	}
	if plain := must[[]byte](t)(s.OpenSecrets("run-1", sealed)); string(plain) != `{"code":"123456"}` {
		t.Errorf("opened %s", plain)
	}
	if _, err := s.OpenSecrets("run-2", sealed); err == nil {
		t.Error("the secrets of one run open for another")
	}
	blind := open(t, store.Options{Now: func() time.Time { return moment }})
	if _, err := blind.CreateChannel(ctx, mine, newChannel("x"), map[string]string{"token": "t"}, 9); !errors.Is(err, store.ErrNoVault) {
		t.Errorf("credentials were stored without a key: %v", err)
	}
	err := blind.Batch(context.Background(), func(b *store.Batch) error {
		return b.InsertOutbox([]store.OutboxRow{newSend(newRun(mine, moment), "")})
	})
	if !errors.Is(err, store.ErrNoVault) {
		t.Errorf("a message was stored without a key: %v", err)
	}
}

func simulatorJournal(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	ctx := t.Context()
	j := s.SimulatorJournal()
	message := func(workspace, id string, at time.Duration) simulator.Message {
		return simulator.Message{
			ID: id, WorkspaceID: workspace, Direction: simulator.Outbound, ChannelType: channels.SMS, Address: "+639171234567",
			Form: flows.Message{Type: flows.MessageText, Text: "Your code is 123456"}, At: moment.Add(at),
			Pending: []simulator.Pending{{ID: 1, Kind: simulator.PendingReceipt, Due: moment.Add(at + time.Second), Status: channels.StatusRead}},
		}
	}
	first, second, foreign := message(mine, "a", time.Second), message(mine, "b", 0), message(other, "a", 2*time.Second)
	ok(t, j.Save(ctx, []simulator.Message{first, second, foreign}))
	first.Status, first.Pending = channels.StatusRead, nil
	ok(t, j.Save(ctx, []simulator.Message{first}))
	rules := []simulator.Rule{{To: "*", Manual: true}}
	ok(t, j.SaveRules(ctx, mine, []simulator.Rule{{To: "+63*"}}))
	ok(t, j.SaveRules(ctx, mine, rules))
	check := func(want ...simulator.Message) {
		t.Helper()
		messages, loaded, err := j.Load(ctx)
		ok(t, err)
		if diff := cmp.Diff(want, messages); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string][]simulator.Rule{mine: rules}, loaded); diff != "" {
			t.Error(diff)
		}
	}
	check(second, first, foreign)
	ok(t, j.Delete(ctx, mine, []string{"a", "never there"}))
	check(second, foreign)
}
