package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/store"
)

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
