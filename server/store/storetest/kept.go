package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/store"
)

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
