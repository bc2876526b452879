package storetest

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sluice/server/store"
)

func answersAreClaimedOnce(t *testing.T, open Open) {
	s, _, c := fresh(t, open)
	ctx := t.Context()
	ch := must[store.Channel](t)(s.CreateChannel(ctx, mine, newChannel("robot"), nil, 9))
	row := func(id, run, person string, age, left time.Duration) store.AnswerRow {
		return store.AnswerRow{
			ID: id, WorkspaceID: mine, ChannelID: ch.ID, RunID: run, Address: person, Answer: []byte("canary " + id), At: c.now.Add(-age), ExpiresAt: c.now.Add(left),
		}
	}
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertAnswers([]store.AnswerRow{
			row("older", "run-1", "zhang", 2*time.Minute, time.Hour), row("newer", "run-1", "li", time.Minute, time.Hour),
			row("over", "run-1", "li", 0, 0), row("another's", "run-2", "wang", 0, time.Hour), row("nobody's", "", "", 0, time.Hour),
		}), b.InsertAnswers([]store.AnswerRow{row("older", "run-2", "li", 0, time.Hour)}))
	})
	list := func(q store.AnswerQuery) string {
		q.ChannelID = ch.ID
		var ids []string
		for _, a := range must[[]store.Answer](t)(s.OpenAnswers(ctx, mine, q, c.now, 9)) {
			if string(a.Plain) != "canary "+a.ID || strings.Contains(string(a.Sealed), "canary") {
				t.Errorf("%s holds %q", a.ID, a.Plain)
			}
			ids = append(ids, a.ID)
		}
		return strings.Join(ids, " ")
	}
	for _, tt := range []struct {
		query store.AnswerQuery
		want  string
	}{
		{store.AnswerQuery{RunID: "run-1"}, "newer older"},
		{store.AnswerQuery{RunID: "run-1", To: []string{"nobody", "wang"}}, "another's newer older"},
		{store.AnswerQuery{RunID: "run-3", To: []string{"zhang"}}, "older"},
		{store.AnswerQuery{RunID: "run-3"}, ""},
	} {
		if got := list(tt.query); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.query, got, tt.want)
		}
	}
	var won atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := s.ClaimAnswer(ctx, mine, "newer", "run-1-3", c.now); err == nil {
				won.Add(1)
			} else if !errors.Is(err, store.ErrNotFound) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || list(store.AnswerQuery{RunID: "run-1"}) != "older" {
		t.Errorf("%d claimed it, and open is %q", won.Load(), list(store.AnswerQuery{RunID: "run-1"}))
	}
	if err := s.ReleaseAnswer(ctx, mine, "newer", "run-1-4"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another message gave it back: %v", err)
	}
	ok(t, s.ReleaseAnswer(ctx, mine, "newer", "run-1-3"))
	ok(t, s.ClaimAnswer(ctx, mine, "newer", "run-1-4", c.now))
	if err := s.ClaimAnswer(ctx, mine, "over", "run-1-4", c.now); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that is over was claimed: %v", err)
	}
	c.pass(2 * time.Hour)
	ok(t, s.Prune(ctx))
	if err := s.ReleaseAnswer(ctx, mine, "newer", "run-1-4"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after its time it is still there: %v", err)
	}
}
