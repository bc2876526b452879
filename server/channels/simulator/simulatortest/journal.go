// Package simulatortest has a journal in memory for tests, and the suite that
// every journal of the simulator passes.
package simulatortest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
)

// Journal is a simulator.Journal in memory. It keeps JSON, so that whatever is
// lost in JSON is lost here too.
type Journal struct {
	mu       sync.Mutex
	err      error
	order    []key
	messages map[key][]byte
	rules    map[string][]byte
	saves    int
}

type key struct{ workspaceID, id string }

// NewJournal makes an empty journal.
func NewJournal() *Journal {
	return &Journal{messages: map[key][]byte{}, rules: map[string][]byte{}}
}

// Fail makes every call fail with err until it is called with nil.
func (j *Journal) Fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.err = err
}

// Saves counts the calls of Save.
func (j *Journal) Saves() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.saves
}

// Load returns everything.
func (j *Journal) Load(context.Context) ([]simulator.Message, map[string][]simulator.Rule, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	messages := make([]simulator.Message, len(j.order))
	for i, k := range j.order {
		if err := json.Unmarshal(j.messages[k], &messages[i]); err != nil {
			return nil, nil, err
		}
	}
	rules := map[string][]simulator.Rule{}
	for workspaceID, data := range j.rules {
		var list []simulator.Rule
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, nil, err
		}
		rules[workspaceID] = list
	}
	return messages, rules, j.err
}

// Save inserts or replaces messages.
func (j *Journal) Save(_ context.Context, messages []simulator.Message) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	j.saves++
	for _, m := range messages {
		data, err := json.Marshal(m)
		if err != nil {
			return err
		}
		k := key{m.WorkspaceID, m.ID}
		if _, ok := j.messages[k]; !ok {
			j.order = append(j.order, k)
		}
		j.messages[k] = data
	}
	return nil
}

// Delete removes messages.
func (j *Journal) Delete(_ context.Context, workspaceID string, ids []string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	j.order = slices.DeleteFunc(j.order, func(k key) bool {
		drop := k.workspaceID == workspaceID && slices.Contains(ids, k.id)
		if drop {
			delete(j.messages, k)
		}
		return drop
	})
	return nil
}

// SaveRules replaces a workspace's rules.
func (j *Journal) SaveRules(_ context.Context, workspaceID string, rules []simulator.Rule) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	data, err := json.Marshal(rules)
	j.rules[workspaceID] = data
	return err
}

// RunJournal runs the suite on empty journals.
func RunJournal(t *testing.T, newJournal func(t *testing.T) simulator.Journal) {
	t.Helper()
	at := time.Date(2026, 3, 1, 12, 0, 0, 123_000_000, time.UTC)
	message := func(workspaceID, id string, after time.Duration) simulator.Message {
		return simulator.Message{
			ID: id, WorkspaceID: workspaceID, Direction: simulator.Outbound, AccountID: "c1", Channel: "sms-main",
			ChannelType: channels.SMS, Sender: "Sluice", Address: "+639171234567", MessageID: "m-" + id, RunID: "r1",
			Form: flows.Message{Type: flows.MessageButtons, Text: "Hi", Buttons: []flows.MessageButton{{ID: "y", Title: "Yes"}}},
			Text: "Hi, it’s 123456", Status: channels.StatusSent, Attempts: 1, At: at.Add(after),
			Pending: []simulator.Pending{
				{ID: 1, Kind: simulator.PendingReceipt, Due: at.Add(time.Second), Status: channels.StatusDelivered},
				{ID: 2, Kind: simulator.PendingReply, Due: at.Add(time.Minute), Text: "OK"},
			},
		}
	}
	load := func(t *testing.T, j simulator.Journal) ([]simulator.Message, map[string][]simulator.Rule) {
		t.Helper()
		messages, rules, err := j.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return messages, rules
	}
	t.Run("an empty journal has nothing", func(t *testing.T) {
		t.Parallel()
		if messages, rules := load(t, newJournal(t)); len(messages) != 0 || len(rules) != 0 {
			t.Errorf("got %v, %v", messages, rules)
		}
	})
	t.Run("messages come back complete and oldest first", func(t *testing.T) {
		t.Parallel()
		j := newJournal(t)
		want := []simulator.Message{message("w1", "a", 0), message("w1", "b", time.Second), message("w2", "a", 2*time.Second)}
		for _, batch := range [][]simulator.Message{want[:2], want[2:]} {
			if err := j.Save(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		got, _ := load(t, j)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("saving again replaces within the workspace", func(t *testing.T) {
		t.Parallel()
		j := newJournal(t)
		first, other := message("w1", "a", 0), message("w2", "a", time.Second)
		changed := first
		changed.Status, changed.DeliveredAt, changed.Pending = channels.StatusDelivered, at.Add(time.Second), nil
		for _, m := range []simulator.Message{first, other, changed} {
			if err := j.Save(t.Context(), []simulator.Message{m}); err != nil {
				t.Fatal(err)
			}
		}
		got, _ := load(t, j)
		if diff := cmp.Diff([]simulator.Message{changed, other}, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("deleting removes what is there, in the workspace only", func(t *testing.T) {
		t.Parallel()
		j := newJournal(t)
		kept := []simulator.Message{message("w1", "b", time.Second), message("w2", "a", 2*time.Second)}
		if err := j.Save(t.Context(), append([]simulator.Message{message("w1", "a", 0)}, kept...)); err != nil {
			t.Fatal(err)
		}
		if err := j.Delete(t.Context(), "w1", []string{"a", "never"}); err != nil {
			t.Fatal(err)
		}
		got, _ := load(t, j)
		if diff := cmp.Diff(kept, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("rules come back in order and are replaced", func(t *testing.T) {
		t.Parallel()
		j := newJournal(t)
		want := []simulator.Rule{
			{To: "+63*", ChannelType: channels.Viber, DeliveredAfter: simulator.Never(), ReadAfter: simulator.After(time.Minute)},
			{To: "*", Fail: &simulator.Fail{When: simulator.FailAtSend, Class: channels.ClassRetryable, Times: 2}},
			{To: "+1", Manual: true, Reply: &simulator.Reply{After: flows.Duration(time.Second), Text: "YES"}},
		}
		for _, rules := range [][]simulator.Rule{{{To: "+old"}}, want} {
			if err := j.SaveRules(t.Context(), "w1", rules); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.SaveRules(t.Context(), "w2", []simulator.Rule{{To: "*"}}); err != nil {
			t.Fatal(err)
		}
		_, got := load(t, j)
		if diff := cmp.Diff(map[string][]simulator.Rule{"w1": want, "w2": {{To: "*"}}}, got); diff != "" {
			t.Error(diff)
		}
	})
}
