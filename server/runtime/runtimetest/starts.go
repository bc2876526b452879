package runtimetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"sluice/engine"
	"sluice/server/runtime"
	"sluice/server/store"
)

var cancelled = engine.Cancel{By: "ann", Reason: "sent by mistake"}

func startTests() []test {
	return []test{
		{"an idempotency key starts one run, also in a race", idempotentStarts},
		{"what is wrong with a trigger is said, and no run begins", refusedStarts},
		{"a new version is used at once, and old runs keep theirs", versions},
		{"cancelling ends a run, once", cancelling},
		{"live updates tell of every change, in order", liveUpdates},
		{"local times are meant in the workspace's time zone as it was when the run began", timeZones},
		{"a full queue refuses starts with a time to wait", busy},
	}
}

func timeZones(t *testing.T, open Open) {
	w := world(t, open)
	const twice = `{"schema": "sluice/v1", "name": "Twice", "nodes": [{"id": "start", "type": "start"},
		{"id": "first", "type": "wait", "config": {"until": "2026-01-06 09:00"}}, {"id": "second", "type": "wait", "config": {"until": "2026-01-07 09:00"}}],
		"edges": [{"from": "start", "port": "next", "to": "first"}, {"from": "first", "port": "next", "to": "second"}]}`
	flow := w.Publish([]byte(twice))
	begin := func(zone string) string {
		if _, err := w.Store.SetTimeZone(context.Background(), workspace, zone); err != nil {
			t.Fatal(err)
		}
		return w.Begin(flow, nil)
	}
	manila, berlin, none := begin("Asia/Manila"), begin("Europe/Berlin"), begin("")
	due := func(when string) {
		t.Helper()
		for run, want := range map[string]string{manila: when + "T01:00:00Z", berlin: when + "T08:00:00Z", none: when + "T09:00:00Z"} {
			if got := w.Query(run).Run.DueAt.UTC().Format(time.RFC3339); got != want {
				t.Errorf("a run waits until %s, not %s", got, want)
			}
		}
	}
	due("2026-01-06")
	w.Pass(24 * time.Hour)
	due("2026-01-07")
}

func idempotentStarts(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(waitFlow("1h"))
	other := w.Publish(sendFlow(both))
	keyed := func(flow, key string, in Inputs) runtime.StartRequest {
		r := request(flow, in)
		r.IdempotencyKey = key
		return r
	}
	var group sync.WaitGroup
	runs := make([]runtime.Started, 16)
	for i := range runs {
		group.Go(func() {
			s, err := w.Executor.Start(context.Background(), keyed(flow, "key", nil))
			if err != nil {
				t.Error(err)
			}
			runs[i] = s
		})
	}
	group.Wait()
	fresh := 0
	for _, s := range runs {
		if s.RunID != runs[0].RunID || s.Status != engine.StatusWaiting {
			t.Errorf("one key started %s and %s", runs[0].RunID, s.RunID)
		}
		if !s.Replayed {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d of the answers say that they started the run", fresh)
	}
	elsewhere, err := w.Executor.Start(context.Background(), keyed(other, "key", Inputs{"to": phone, "code": "1"}))
	if err != nil || elsewhere.Replayed {
		t.Errorf("the key counts for another flow: %+v, %v", elsewhere, err)
	}
	_, err = w.Executor.Start(context.Background(), keyed(other, "key", Inputs{"to": phone, "code": "2"}))
	isError(t, err, runtime.ErrIdempotencyMismatch)
	again, err := w.Executor.Start(context.Background(), keyed(other, "key", Inputs{"to": phone, "code": "1"}))
	if err != nil || again.RunID != elsewhere.RunID || !again.Replayed {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	// The key is remembered for a day, restarts included.
	w.Stop()
	w.Clock.Advance(23 * time.Hour)
	w.Start()
	later, err := w.Executor.Start(context.Background(), keyed(other, "key", Inputs{"to": phone, "code": "1"}))
	if err != nil || later.RunID != elsewhere.RunID {
		t.Errorf("23 hours later: %+v, %v", later, err)
	}
}

func refusedStarts(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(sendFlow(both))
	draft, err := w.Store.CreateFlow(context.Background(), workspace, store.NewFlow{Name: "draft", Definition: string(sendFlow(both))})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := w.Store.CreateWorkspace(context.Background(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	start := func(r runtime.StartRequest) error {
		_, err := w.Executor.Start(context.Background(), r)
		return err
	}
	isError(t, start(request(store.NewID(), nil)), store.ErrNotFound)
	isError(t, start(request(draft.ID, Inputs{"to": phone})), runtime.ErrNotPublished)
	theirs := request(flow, Inputs{"to": phone})
	theirs.Workspace = foreign.ID
	isError(t, start(theirs), store.ErrNotFound)
	old := request(flow, Inputs{"to": phone})
	old.Version = 7
	isError(t, start(old), store.ErrNotFound)
	var problems *runtime.InputError
	if err := start(request(flow, Inputs{"extra": "1"})); !errors.As(err, &problems) || len(problems.Problems) != 2 {
		t.Errorf("a missing and an extra input: %v", err)
	}
	runs, err := w.Store.ListRuns(context.Background(), workspace, store.RunFilter{Limit: 10})
	if err != nil || len(runs) != 0 {
		t.Errorf("refused triggers left %d runs, %v", len(runs), err)
	}
}

func versions(t *testing.T, open Open) {
	w := world(t, open)
	flow := w.Publish(waitFlow("1h"))
	old := w.Begin(flow, nil)
	f, err := w.Store.Flow(context.Background(), workspace, flow)
	if err == nil {
		_, err = w.Store.SaveDraft(context.Background(), workspace, flow, store.DraftSave{IfVersion: f.DraftVersion, Name: "Wait", Definition: string(waitFlow("2h"))})
	}
	if err == nil {
		_, err = w.Store.PublishFlow(context.Background(), workspace, flow, store.Publication{})
	}
	if err != nil {
		t.Fatal(err)
	}
	young := w.Begin(flow, nil)
	w.Pass(time.Hour)
	if d := w.Query(old); d.Run.FlowVersion != 1 || d.Run.Outcome != "waited" {
		t.Errorf("the old run is %+v", d.Run)
	}
	if d := w.Query(young); d.Run.FlowVersion != 2 || d.Run.Status != "waiting" {
		t.Errorf("the young run is %+v", d.Run)
	}
	if err := w.Store.DeleteFlow(context.Background(), workspace, flow); err != nil {
		t.Fatal(err)
	}
	w.Pass(time.Hour)
	if d := w.Query(young); d.Run.Outcome != "waited" {
		t.Errorf("after its flow was deleted the run is %+v", d.Run)
	}
}

func cancelling(t *testing.T, open Open) {
	w := world(t, open)
	run := w.Begin(w.Publish(waitFlow("1h")), nil)
	foreign, err := w.Store.CreateWorkspace(context.Background(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	isError(t, w.Executor.Cancel(context.Background(), foreign.ID, run, cancelled), store.ErrNotFound)
	isError(t, w.Executor.Cancel(context.Background(), workspace, store.NewID(), cancelled), store.ErrNotFound)
	for range 2 {
		if err := w.Executor.Cancel(context.Background(), workspace, run, cancelled); err != nil {
			t.Fatal(err)
		}
	}
	d := w.Query(run)
	if d.Run.Status != "cancelled" || d.Run.EndedAt.IsZero() || d.Run.Version != 2 {
		t.Errorf("the run is %+v", d.Run)
	}
	w.Pass(2 * time.Hour)
	if again := w.Query(run); again.Run.Version != 2 {
		t.Error("the timer of a cancelled run fired")
	}
}

func liveUpdates(t *testing.T, open Open) {
	w := world(t, open)
	updates, cancel := w.Executor.Subscribe(workspace)
	elsewhere, cancelElsewhere := w.Executor.Subscribe("elsewhere")
	flow := w.Publish(sendFlow(both))
	run := w.Begin(flow, Inputs{"to": phone})
	w.Pass(30 * time.Second)
	list := updatesOf(t, updates, run)
	var seq int64
	nodes := ""
	for _, u := range list {
		if u.Seq <= seq || u.FlowID != flow || u.Kind != runtime.UpdateRun {
			t.Errorf("after %d came %+v", seq, u)
		}
		seq = u.Seq
		nodes += u.Node + " "
	}
	if last := list[len(list)-1]; last.Status != engine.StatusCompleted || last.Seq != w.Query(run).Run.Version {
		t.Errorf("the last update is %+v; the nodes were %s", last, nodes)
	}
	if len(elsewhere) != 0 {
		t.Error("another workspace was told")
	}
	cancel()
	cancel()
	cancelElsewhere()
	if _, open := <-elsewhere; open {
		t.Error("a cancelled subscription is open")
	}

	// Who does not read is told that updates were lost, and holds up nobody.
	lazy, cancelLazy := w.Executor.Subscribe(workspace)
	defer cancelLazy()
	waiting := w.Publish(waitFlow("1s"))
	for range cap(lazy) {
		if _, err := w.Executor.Start(context.Background(), request(waiting, nil)); err != nil {
			t.Fatal(err)
		}
	}
	w.Pass(2 * time.Second)
	resynced := false
	for len(lazy) > 0 {
		resynced = (<-lazy).Kind == runtime.UpdateResync || resynced
	}
	if !resynced {
		t.Error("lost updates were not told of")
	}
}

func busy(t *testing.T, open Open) {
	// One workspace has three quarters of the places: five of six.
	w := tuned(t, open, runtime.Tuning{MaxStarts: 6})
	flow := w.Publish(waitFlow("1h"))
	w.Stop()
	// An executor that does not run yet takes triggers up to its limit.
	l, run := w.idle()
	var group sync.WaitGroup
	answers := make(chan error, 12)
	for range 12 {
		group.Go(func() {
			_, err := l.Start(context.Background(), request(flow, nil))
			answers <- err
		})
	}
	refused := 0
	for refused < 7 {
		err := <-answers
		var busy *runtime.BusyError
		if !errors.As(err, &busy) || busy.RetryAfter <= 0 || !errors.Is(err, runtime.ErrBusy) {
			t.Fatal(fmt.Errorf("a full queue answers %w", err))
		}
		refused++
	}
	run()
	group.Wait()
	for range 5 {
		if err := <-answers; err != nil {
			t.Errorf("what was taken was answered %v", err)
		}
	}
}
