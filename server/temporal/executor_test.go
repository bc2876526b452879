package temporal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"sluice/engine"
	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

// stand is an executor on a fake cluster whose time is the environments' own.
type stand struct {
	t      *testing.T
	store  *store.Store
	vendor *runtimetest.Vendor
	fake   *fake
	ids    map[string]string
	*Executor
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{t: t, store: open(t, store.Options{Vault: storetest.Vault(t)}), vendor: runtimetest.NewVendor(), fake: newFake(t, storetest.Vault(t)), ids: map[string]string{}}
	runtimetest.SetUp(t, s.store, s.ids)
	s.begin(nodes.Standard())
	return s
}

// begin starts an executor that knows these node types.
func (s *stand) begin(types *engine.Registry) {
	s.t.Helper()
	log := slog.New(slog.DiscardHandler)
	ledger := runtime.NewLedger(runtime.Options{Store: s.store, Nodes: types, Channels: channels.NewRegistry(s.vendor), Logger: log})
	s.Executor = newExecutor(ledger, fakeWorker{s.fake, ledger}, Input{}, nil, log)
	e := s.Executor
	var ran sync.WaitGroup
	ran.Go(func() {
		if err := e.Run(context.Background()); err != nil {
			s.t.Errorf("Run returned %v", err)
		}
	})
	s.t.Cleanup(func() {
		e.Stop()
		ran.Wait()
	})
}

// run begins a run of a flow.
func (s *stand) run(definition string) string {
	s.t.Helper()
	started, err := s.Start(context.Background(), beginning(runtimetest.Publish(s.t, s.store, []byte(definition))))
	if err != nil {
		s.t.Fatal(err)
	}
	return started.RunID
}

// until waits until a run looks as it has to.
func (s *stand) until(run string, seen func(d runtime.Detail) bool) runtime.Detail {
	s.t.Helper()
	updates, cancel := s.Subscribe(store.DefaultWorkspaceID)
	defer cancel()
	limit := time.NewTimer(testhost.Patience)
	defer limit.Stop()
	for {
		d, err := s.Query(context.Background(), store.DefaultWorkspaceID, run)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			s.t.Fatal(err)
		}
		if err == nil && seen(d) {
			return d
		}
		select {
		case <-updates:
		case <-limit.C:
			s.t.Fatalf("it never came to that: %+v", d.Run)
		}
	}
}

func hasEnded(d runtime.Detail) bool { return !d.Run.EndedAt.IsZero() }

func TestDeadlinesAreTimersOfTheWorkflow(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	d := s.until(s.run(fmt.Sprintf(waitingFlow, "7d")), hasEnded)
	if d.Run.Outcome != "waited" || d.Run.EndedAt.Sub(d.Run.StartedAt.Time) < 7*24*time.Hour {
		t.Errorf("the run ended %q after %v", d.Run.Outcome, d.Run.EndedAt.Sub(d.Run.StartedAt.Time))
	}
}

func TestALongRunGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.fake.mu.Lock()
	s.fake.history = maxHistory
	s.fake.mu.Unlock()
	run := s.run(fmt.Sprintf(waitingFlow, "1h"))
	d := s.until(run, hasEnded)
	s.fake.mu.Lock()
	defer s.fake.mu.Unlock()
	if len(s.fake.inputs) != 2 || s.fake.inputs[1].Position.Seq == 0 {
		t.Errorf("it went through %d histories", len(s.fake.inputs))
	}
	if d.Run.Outcome != "waited" || len(d.Steps) != 3 {
		t.Errorf("the run ended %q after %d steps", d.Run.Outcome, len(d.Steps))
	}
}

func TestAStopLetsACallEnd(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	called, hold := make(chan struct{}), make(chan struct{})
	s.vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: runtimetest.ProviderID(o.MessageID)}, nil
	})
	run := s.run(fmt.Sprintf(sendingFlow, "treat_as_failed"))
	<-called
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.Stop()
	}()
	close(hold)
	<-stopped
	s.begin(nodes.Standard())
	d := s.until(run, hasEnded)
	if d.Run.Outcome != "next" || s.vendor.Calls(d.Messages[0].ID) != 1 {
		t.Errorf("the run ended %q after %d calls", d.Run.Outcome, s.vendor.Calls(d.Messages[0].ID))
	}
}

func TestARunWaitsForAWorkerThatCanStepIt(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	called, hold := make(chan struct{}), make(chan struct{})
	s.vendor.Answer(func(_ context.Context, _ channels.Account, o channels.Outbound, _ int) (channels.Accepted, error) {
		close(called)
		<-hold
		return channels.Accepted{ProviderMessageID: runtimetest.ProviderID(o.MessageID)}, nil
	})
	run := s.run(fmt.Sprintf(sendingFlow, "resend"))
	<-called
	close(hold)
	s.Stop()
	// A server that knows no nodes but the start cannot take the outcome in.
	s.begin(engine.NewRegistry(nodes.Start()))
	receipt := channels.Inbound{Receipt: &channels.Receipt{MessageID: run + "-2", Status: channels.StatusDelivered}}
	if err := s.DeliverInbound(t.Context(), store.DefaultWorkspaceID, s.ids["viber-main"], []channels.Inbound{receipt}); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	s.begin(nodes.Standard())
	d := s.until(run, func(d runtime.Detail) bool { return hasEnded(d) && d.Messages[0].Status == "delivered" })
	if d.Run.Outcome != "next" || s.vendor.Calls(d.Messages[0].ID) != 1 {
		t.Errorf("the run ended %q after %d calls", d.Run.Outcome, s.vendor.Calls(d.Messages[0].ID))
	}
}

func TestWatchersHearOfEveryChange(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	updates, cancel := s.Subscribe(store.DefaultWorkspaceID)
	defer cancel()
	run := s.run(fmt.Sprintf(sendingFlow, "resend"))
	d := s.until(run, hasEnded)
	var seqs []int64
	for len(seqs) == 0 || seqs[len(seqs)-1] < d.Run.Version {
		if u := <-updates; u.RunID == run {
			seqs = append(seqs, u.Seq)
		}
	}
	if !slices.IsSorted(seqs) || seqs[0] != 1 {
		t.Errorf("the updates came as %v", seqs)
	}
}
