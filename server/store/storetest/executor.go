package storetest

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/server/store"
)

// ttl is after how long of silence a worker is taken for dead.
const ttl = time.Minute

func executors() (local, temporal store.Executor) {
	return store.Executor{Name: "local"}, store.Executor{Name: "temporal", Place: "namespace default, task queue sluice"}
}

func oneExecutor(t *testing.T, open Open) {
	s, other, _ := fresh(t, open)
	local, temporal := executors()
	claim := func(e store.Executor, worker string) (store.Executor, error) {
		return s.ClaimExecutor(t.Context(), e, worker, "host", ttl)
	}
	if was, err := claim(local, "w1"); err != nil || was != (store.Executor{}) {
		t.Fatalf("the first claim found %v, %v", was, err)
	}
	if was, err := claim(local, "w2"); err != nil || was != local {
		t.Fatalf("the same again found %v, %v", was, err)
	}
	if v := must[store.Vitals](t)(s.Vitals(t.Context(), ttl)); v.Executor != local || v.ServersSince != 2 {
		t.Errorf("%d servers of %v are known", v.ServersSince, v.Executor)
	}
	refused := func(e store.Executor, want store.OtherExecutorError) {
		t.Helper()
		want.Mine, want.Theirs = e, local
		var held *store.OtherExecutorError
		_, err := claim(e, "w3")
		if s.Dialect() == "sqlite" {
			// One process has the file, so no other server is at work.
			want.Servers = 0
		}
		if want.Runs+want.Unsent+want.Servers == 0 {
			ok(t, err)
			return
		}
		if !errors.Is(err, store.ErrOtherExecutor) || !errors.As(err, &held) || *held != want {
			t.Errorf("it is refused because of %+v, want %+v", err, want)
		}
	}
	mineRun, theirRun := newRun(mine, moment), newRun(other, moment)
	ended := newRun(mine, time.Time{})
	ended.Status, ended.EndedAt = "cancelled", moment
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertRuns([]store.RunRow{mineRun, theirRun, ended}), b.InsertOutbox([]store.OutboxRow{newSend(mineRun, "w1"), newSend(ended, "w1")}))
	})
	refused(temporal, store.OtherExecutorError{Runs: 2, Unsent: 1, Servers: 2})
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.Leave("w1"), b.DeleteRun(mine, mineRun.ID), b.DeleteRun(other, theirRun.ID))
	})
	// The message of a run that is gone is still to be taken back.
	refused(temporal, store.OtherExecutorError{Unsent: 2, Servers: 1})
	batch(t, s, func(b *store.Batch) error {
		_, err := b.FinishOutbox([]store.OutboxRow{newSend(mineRun, "w1"), newSend(ended, "w1")})
		return err
	})
	refused(temporal, store.OtherExecutorError{Servers: 1})
	batch(t, s, func(b *store.Batch) error { return b.Leave("w2") })
	elsewhere := temporal
	elsewhere.Place = "namespace other, task queue sluice"
	ok(t, second(claim(temporal, "w3")))
	if v := must[store.Vitals](t)(s.Vitals(t.Context(), ttl)); v.Executor != temporal {
		t.Errorf("the database belongs to %v", v.Executor)
	}
	batch(t, s, func(b *store.Batch) error { return b.InsertRuns([]store.RunRow{newRun(mine, moment)}) })
	if _, err := claim(elsewhere, "w4"); err == nil || !strings.Contains(err.Error(), "1 run has not ended") || !strings.Contains(err.Error(), "cancel them") {
		t.Errorf("another place is refused with %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func executorsMeet(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	local, temporal := executors()
	var group sync.WaitGroup
	var mu sync.Mutex
	won := map[store.Executor]int{}
	for range 4 {
		for _, e := range []store.Executor{local, temporal} {
			group.Go(func() {
				_, err := s.ClaimExecutor(t.Context(), e, store.NewID(), "host", ttl)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won[e]++
				} else if !errors.Is(err, store.ErrOtherExecutor) {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	if s.Dialect() == "sqlite" {
		// They are one process there, and whoever was before is gone.
		if won[local]+won[temporal] != 8 {
			t.Errorf("won: %v", won)
		}
		return
	}
	if len(won) != 1 || won[local]+won[temporal] != 4 {
		t.Errorf("at the same time there are %v", won)
	}
}

func lostDatabase(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	local, temporal := executors()
	stays := func(b *store.Batch) error { return b.KeepsExecutor(local) }
	if err := s.Batch(t.Context(), stays); !errors.Is(err, store.ErrOtherExecutor) {
		t.Errorf("before any claim: %v", err)
	}
	ok(t, second(s.ClaimExecutor(t.Context(), local, "w1", "host", ttl)))
	batch(t, s, stays)
	// w1 is not heard of for longer than that.
	ok(t, second(s.ClaimExecutor(t.Context(), temporal, "w2", "host", 0)))
	if err := s.Batch(t.Context(), stays); !errors.Is(err, store.ErrOtherExecutor) || !strings.Contains(err.Error(), "task queue sluice") {
		t.Errorf("after another took over: %v", err)
	}
}
