package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"sluice/server/store"
)

const (
	historyWorkers  = 4
	historySteps    = 80
	historyMessages = 6
	historyRuns     = 3
)

// claimKind is what a call did to one message or run.
type claimKind string

const (
	claimLease   claimKind = "lease"
	claimAdopt   claimKind = "adopt"
	claimFinish  claimKind = "finish"
	claimRelease claimKind = "release"
	claimStep    claimKind = "step"
)

// claim is a call as it concerns one message or run.
type claim struct {
	kind claimKind
	// of is the message or run.
	of string
	// worker made the call; dead is whose lease it adopts.
	worker, dead string
	// fence is the attempt of a lease and the version of a run that the caller
	// goes by.
	fence int64
}

// holding is the truth about a message or run: who holds it, and the newest
// fence that was given out.
type holding struct {
	by    string
	fence int64
	gone  bool
}

// allow is the model of leases and versions: whether a call that was answered
// this way may come next, and what is true after it. took tells whether the
// call was told that it took effect; a release is told nothing.
func (h holding) allow(c claim, took bool) (bool, holding) {
	mine := !h.gone && h.by == c.worker && h.fence == c.fence
	switch c.kind {
	case claimLease:
		return !h.gone && h.by == "" && c.fence == h.fence+1, holding{by: c.worker, fence: c.fence}
	case claimAdopt:
		return !h.gone && h.by == c.dead && c.fence == h.fence, holding{by: c.worker, fence: c.fence}
	case claimFinish:
		if took {
			return mine, holding{gone: true, fence: h.fence}
		}
		return !mine, h
	case claimRelease:
		if mine {
			h.by = ""
		}
		return true, h
	case claimStep:
		if took {
			return h.fence == c.fence, holding{fence: h.fence + 1}
		}
		return h.fence != c.fence, h
	}
	return false, h
}

// holdings checks each message and each run by itself: what holds for all of
// them together follows.
func holdings() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			parts := map[string][]porcupine.Operation{}
			for _, o := range history {
				of := o.Input.(claim).of //nolint:forcetypeassert // the history holds nothing else.
				parts[of] = append(parts[of], o)
			}
			var list [][]porcupine.Operation
			for _, part := range parts {
				list = append(list, part)
			}
			return list
		},
		Init: func() any { return holding{} },
		Step: func(state, input, output any) (bool, any) {
			return state.(holding).allow(input.(claim), output.(bool)) //nolint:forcetypeassert // as above.
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %v", input, output) },
	}
}

// journal collects what workers did and were answered.
type journal struct {
	began time.Time
	mu    sync.Mutex
	calls []porcupine.Operation
}

// during runs one transaction and notes the claims that it made.
func (j *journal) during(t *testing.T, s *store.Store, client int, fn func(b *store.Batch) (map[claim]bool, error)) {
	var made map[claim]bool
	called := time.Since(j.began)
	err := s.Batch(context.Background(), func(b *store.Batch) (err error) {
		made, err = fn(b)
		return err
	})
	returned := time.Since(j.began)
	if err != nil {
		t.Error(err)
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for c, took := range made {
		j.calls = append(j.calls, porcupine.Operation{ClientId: client, Input: c, Call: int64(called), Output: took, Return: int64(returned)})
	}
}

// historyIsLinear has workers claim, finish, give back, adopt and step at
// random, all at the same time, also by leases and versions that they have lost.
// What they were answered, and when, has to be explained by one order of those
// calls in which each lease and each version has one owner. INVARIANTS 9.
func historyIsLinear(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	var sends []store.OutboxRow
	var runs []store.RunRow
	for range historyMessages {
		sends = append(sends, newSend(newRun(mine, moment), ""))
	}
	for range historyRuns {
		r := newRun(mine, moment)
		r.Version = 0
		runs = append(runs, r)
	}
	batch(t, s, func(b *store.Batch) error {
		if err := b.InsertRuns(runs); err != nil {
			return err
		}
		return b.InsertOutbox(sends)
	})
	j := &journal{began: time.Now()}
	var workers sync.WaitGroup
	for i := range historyWorkers {
		workers.Go(func() {
			w := &claimer{t: t, s: s, j: j, id: i, random: rand.New(rand.NewPCG(9, uint64(i))), versions: map[string]int64{}} //nolint:gosec // which call comes next is no secret.
			for range historySteps {
				w.step()
			}
		})
	}
	workers.Wait()
	kinds := map[claimKind]map[bool]int{}
	for _, o := range j.calls {
		c := o.Input.(claim) //nolint:forcetypeassert // the history holds nothing else.
		if kinds[c.kind] == nil {
			kinds[c.kind] = map[bool]int{}
		}
		kinds[c.kind][o.Output.(bool)]++ //nolint:forcetypeassert // as above.
	}
	// What was not tried proves nothing.
	if kinds[claimLease][true] == 0 || kinds[claimAdopt][true] == 0 || kinds[claimFinish][false] == 0 || kinds[claimStep][true] == 0 || kinds[claimStep][false] == 0 {
		t.Errorf("the workers were answered only %v", kinds)
	}
	if !checkHistory(j.calls) {
		t.Errorf("no order of the calls explains their answers: %v", kinds)
		for _, o := range j.calls {
			t.Logf("%d-%d %+v: %v", o.Call, o.Return, o.Input, o.Output)
		}
	}
}

func checkHistory(calls []porcupine.Operation) bool {
	return porcupine.CheckOperations(holdings(), calls)
}

// claimer is a worker that does anything at any time.
type claimer struct {
	t      *testing.T
	s      *store.Store
	j      *journal
	id     int
	random *rand.Rand
	// had are all leases that it ever got, and versions those of runs that it
	// saw last: it acts by old ones too, as a process does that was stopped for
	// a while.
	had      []store.OutboxRow
	versions map[string]int64
}

func worker(id int) string { return fmt.Sprintf("worker %d", id) }

func (w *claimer) step() {
	me := worker(w.id)
	switch w.random.IntN(7) {
	case 0, 1:
		w.j.during(w.t, w.s, w.id, func(b *store.Batch) (map[claim]bool, error) {
			rows, err := b.LeaseOutbox(store.Lane(mine, "main"), me, moment, 1+w.random.IntN(2))
			return w.took(claimLease, "", rows), err
		})
	case 2:
		dead := worker(w.random.IntN(historyWorkers))
		w.j.during(w.t, w.s, w.id, func(b *store.Batch) (map[claim]bool, error) {
			rows, err := b.AdoptOutbox(dead, me, 1)
			return w.took(claimAdopt, dead, rows), err
		})
	case 3, 4:
		if len(w.had) > 0 {
			w.giveBack(w.had[w.random.IntN(len(w.had))])
		}
	case 5:
		w.stepDue()
	case 6:
		w.stepStale()
	}
}

func (w *claimer) took(kind claimKind, dead string, rows []store.OutboxRow) map[claim]bool {
	made := map[claim]bool{}
	for _, row := range rows {
		made[claim{kind: kind, of: row.MessageID, worker: row.LeaseBy, dead: dead, fence: int64(row.Attempts)}] = true
	}
	w.had = append(w.had, rows...)
	return made
}

// giveBack releases a message, or now and then finishes it.
func (w *claimer) giveBack(row store.OutboxRow) {
	c := claim{kind: claimRelease, of: row.MessageID, worker: row.LeaseBy, fence: int64(row.Attempts)}
	if w.random.IntN(4) == 0 {
		c.kind = claimFinish
	}
	w.j.during(w.t, w.s, w.id, func(b *store.Batch) (map[claim]bool, error) {
		if c.kind == claimRelease {
			return map[claim]bool{c: true}, b.ReleaseOutbox([]store.OutboxRow{row})
		}
		held, err := b.FinishOutbox([]store.OutboxRow{row})
		if err != nil {
			return nil, err
		}
		return map[claim]bool{c: held[0]}, nil
	})
}

// stepDue claims a run whose deadline has passed and writes it.
func (w *claimer) stepDue() {
	w.j.during(w.t, w.s, w.id, func(b *store.Batch) (map[claim]bool, error) {
		due, err := b.ClaimDue(moment, 1)
		if err != nil || len(due) == 0 {
			return nil, err
		}
		w.versions[due[0].ID] = due[0].Version
		return w.write(b, due[0].ID)
	})
}

// stepStale writes a run by what was read of it in an earlier transaction.
func (w *claimer) stepStale() {
	for run := range w.versions {
		w.j.during(w.t, w.s, w.id, func(b *store.Batch) (map[claim]bool, error) { return w.write(b, run) })
		return
	}
}

func (w *claimer) write(b *store.Batch, run string) (map[claim]bool, error) {
	before := w.versions[run]
	row := store.RunRow{ID: run, WorkspaceID: mine, Version: before + 1, Before: before, UpdatedAt: moment}
	stale, err := b.TouchRuns([]store.RunRow{row})
	return map[claim]bool{{kind: claimStep, of: run, worker: worker(w.id), fence: before}: len(stale) == 0}, err
}

// brokenHistoryIsFound shows that the check would find what must not happen.
func brokenHistoryIsFound(t *testing.T, _ Open) {
	call := func(at int64, c claim, took bool) porcupine.Operation {
		return porcupine.Operation{Input: c, Call: at, Output: took, Return: at + 1}
	}
	first := call(0, claim{kind: claimLease, of: "m", worker: "a", fence: 1}, true)
	for name, second := range map[string]claim{
		"leased by two":                  {kind: claimLease, of: "m", worker: "b", fence: 2},
		"finished by another worker":     {kind: claimFinish, of: "m", worker: "b", fence: 1},
		"finished by an older attempt":   {kind: claimFinish, of: "m", worker: "a"},
		"adopted from another worker":    {kind: claimAdopt, of: "m", worker: "b", dead: "c", fence: 1},
		"stepped from a version of none": {kind: claimStep, of: "m", worker: "b", fence: 7},
	} {
		if checkHistory([]porcupine.Operation{first, call(2, second, true)}) {
			t.Errorf("a message %s is taken for right", name)
		}
	}
	if !checkHistory([]porcupine.Operation{first, call(2, claim{kind: claimFinish, of: "m", worker: "a", fence: 1}, true)}) {
		t.Error("a message that its holder finished is taken for wrong")
	}
}
