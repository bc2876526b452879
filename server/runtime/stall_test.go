package runtime_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// TestAStalledDatabaseRefusesTriggersInsteadOfPilingThemUp holds the writer of
// the database, so that nothing is committed and nothing fails. What is in hand
// stays within the bounds, everybody else is told at once to come back later,
// and what was taken is acknowledged when the database goes on.
func TestAStalledDatabaseRefusesTriggersInsteadOfPilingThemUp(t *testing.T) {
	t.Parallel()
	// One workspace fills three quarters of the queue: nine of these twelve.
	const batchSize, places, maxStarts, triggers = 4, 12, 9, 200
	s := open(t, file(t), store.Options{Vault: storetest.Vault(t)})
	flow := runtimetest.Publish(t, s, []byte(longWait))
	registry := prometheus.NewRegistry()
	l := runtime.NewLocal(runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(), Metrics: registry,
		Tuning: runtime.Tuning{BatchSize: batchSize, MaxStarts: places},
	})
	ran := make(chan error, 1)
	go func() { ran <- l.Run(context.Background()) }()
	defer func() {
		l.Stop()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	}()
	type answer struct {
		run string
		err error
	}
	answers := make(chan answer, triggers)
	start := func() {
		r, err := l.Start(context.Background(), runtime.StartRequest{Workspace: store.DefaultWorkspaceID, FlowID: flow})
		answers <- answer{r.RunID, err}
	}
	// One that works, so that what triggers read is in memory.
	start()
	if first := <-answers; first.err != nil {
		t.Fatal(first.err)
	}

	stalled, goOn, gone := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		gone <- s.Batch(context.Background(), func(*store.Batch) error {
			close(stalled)
			<-goOn
			return nil
		})
	}()
	<-stalled
	for range triggers {
		go start()
	}
	// All but those in hand are answered while nothing is committed.
	for range triggers - batchSize - maxStarts {
		var busy *runtime.BusyError
		if a := <-answers; !errors.As(a.err, &busy) || busy.RetryAfter <= 0 {
			t.Fatalf("a trigger is answered with %q, %v", a.run, a.err)
		}
	}
	waiting := gauge(t, registry, "sluice_queue_events")
	if waiting > maxStarts {
		t.Errorf("%v events wait, and %d may", waiting, maxStarts)
	}
	close(goOn)
	if err := <-gone; err != nil {
		t.Fatal(err)
	}
	var runs []string
	refused := triggers - batchSize - maxStarts
	for range batchSize + maxStarts {
		a := <-answers
		switch {
		case errors.Is(a.err, runtime.ErrBusy):
			// The loop had taken a smaller batch when the database stalled.
			refused++
		case a.err != nil:
			t.Errorf("a trigger that was taken is answered with %v", a.err)
		default:
			runs = append(runs, a.run)
		}
	}
	if len(runs) < maxStarts {
		t.Errorf("%d triggers were taken: the queue holds %d", len(runs), maxStarts)
	}
	slices.Sort(runs)
	for i, id := range runs {
		if i > 0 && id == runs[i-1] {
			t.Errorf("two triggers were given the run %s", id)
		}
		if _, err := s.Run(t.Context(), store.DefaultWorkspaceID, id); err != nil {
			t.Errorf("the acknowledged run %s: %v", id, err)
		}
	}
	if counted := gauge(t, registry, "sluice_starts_refused_total"); counted != float64(refused) {
		t.Errorf("%v refusals are counted, and %d were made", counted, refused)
	}
}

// gauge is the value of a metric without labels.
func gauge(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}
