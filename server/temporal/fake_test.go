package temporal

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"sluice/server/runtime"
	"sluice/server/vault"
)

// fake is a Temporal made of the SDK's test environments: one per workflow. It
// outlives the executors that work for it, as a cluster does.
type fake struct {
	t         testing.TB
	converter converter.DataConverter
	suite     testsuite.WorkflowTestSuite

	mu      sync.Mutex
	flows   map[string]*flow
	ended   map[string]bool
	heard   map[string]bool
	workers []*runtime.Ledger
	changed chan struct{}
	busy    sync.WaitGroup
	// results are how workflows ended, payloads what they were started with.
	results map[string]error
	inputs  []Input
	// history is how many events the next workflow is told to have.
	history int
}

// flow is a running workflow.
type flow struct {
	env  *testsuite.TestWorkflowEnvironment
	done chan struct{}
	// began is closed when it can hear signals.
	began chan struct{}
}

func newFake(t testing.TB, v *vault.Vault) *fake {
	f := &fake{t: t, converter: dataConverter(v), flows: map[string]*flow{}, ended: map[string]bool{}, heard: map[string]bool{}, results: map[string]error{}, changed: make(chan struct{})}
	f.suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	return f
}

// worker is a service of the fake for one executor.
type fakeWorker struct {
	*fake
	ledger *runtime.Ledger
}

var _ service = fakeWorker{}

func (f *fake) start(_ context.Context, in Input) (existed bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := in.Position.Run.ID
	if f.flows[id] != nil || f.ended[id] {
		return true, nil
	}
	f.inputs = append(f.inputs, in)
	f.begin(id, in)
	return false, nil
}

// begin runs a workflow; the lock is held.
func (f *fake) begin(id string, in Input) {
	env := f.suite.NewTestWorkflowEnvironment()
	env.SetDataConverter(f.converter)
	env.SetTestTimeout(time.Hour)
	// Else the environment, with nothing to do, moves its clock to the timeout.
	env.SetWorkflowRunTimeout(0)
	// Many environments share few processors here.
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Hour})
	env.SetStartTime(time.Now())
	env.SetCurrentHistoryLength(f.history)
	f.history = 0
	w := &flow{env: env, done: make(chan struct{}), began: make(chan struct{})}
	run := func(ctx workflow.Context, in Input) error {
		close(w.began)
		return Run(ctx, in)
	}
	env.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: workflowName})
	env.RegisterActivityWithOptions(f.advance, activity.RegisterOptions{Name: advanceActivity})
	env.RegisterActivityWithOptions(f.send, activity.RegisterOptions{Name: sendActivity})
	f.flows[id] = w
	go func() {
		defer close(w.done)
		env.ExecuteWorkflow(workflowName, in)
		f.end(id, env)
	}()
}

// end notes how a workflow ended, and goes on with one that continues as new.
func (f *fake) end(id string, env *testsuite.TestWorkflowEnvironment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := env.GetWorkflowError()
	if again, ok := errors.AsType[*workflow.ContinueAsNewError](err); ok {
		var in Input
		if err := f.converter.FromPayloads(again.Input, &in); err != nil {
			f.t.Errorf("the workflow goes on with something else: %v", err)
			return
		}
		f.inputs = append(f.inputs, in)
		f.begin(id, in)
		return
	}
	if err != nil && f.t.Context().Err() == nil {
		f.t.Errorf("the workflow of run %s failed: %v", id, err)
	}
	delete(f.flows, id)
	f.ended[id], f.results[id] = true, err
}

// within runs fn in the loop of a workflow.
func (f *fake) within(id string, fn func(env *testsuite.TestWorkflowEnvironment) error) error {
	f.mu.Lock()
	w := f.flows[id]
	f.mu.Unlock()
	if w == nil {
		return errNoWorkflow
	}
	<-w.began
	result := make(chan error, 1)
	w.env.RegisterDelayedCallback(func() {
		if w.env.IsWorkflowCompleted() {
			result <- errNoWorkflow
			return
		}
		result <- fn(w.env)
	}, 0)
	select {
	case err := <-result:
		return err
	case <-w.done:
		return f.within(id, fn)
	}
}

func (f *fake) signal(_ context.Context, runID, key string, s Signal) error {
	f.mu.Lock()
	twice := key != "" && f.heard[runID+" "+key]
	f.heard[runID+" "+key] = true
	f.mu.Unlock()
	if twice {
		return nil
	}
	return f.within(runID, func(env *testsuite.TestWorkflowEnvironment) error {
		env.SignalWorkflow(eventSignal, s)
		return nil
	})
}

func (f *fake) rest(_ context.Context, runID string) (r Rest, err error) {
	err = f.within(runID, func(env *testsuite.TestWorkflowEnvironment) error {
		value, err := env.QueryWorkflow(restQuery)
		if err != nil {
			return err
		}
		return value.Get(&r)
	})
	return r, err
}

func (w fakeWorker) serve() (stop func(), err error) {
	f := w.fake
	f.mu.Lock()
	defer f.mu.Unlock()
	f.workers = append(f.workers, w.ledger)
	close(f.changed)
	f.changed = make(chan struct{})
	return func() {
		f.mu.Lock()
		for i, l := range f.workers {
			if l == w.ledger {
				f.workers = append(f.workers[:i:i], f.workers[i+1:]...)
				break
			}
		}
		f.mu.Unlock()
		f.busy.Wait()
	}, nil
}

// take waits for a worker.
func (f *fake) take(ctx context.Context) (activities, error) {
	for {
		f.mu.Lock()
		if n := len(f.workers); n > 0 {
			f.busy.Add(1)
			ledger := f.workers[n-1]
			f.mu.Unlock()
			return activities{ledger}, nil
		}
		changed := f.changed
		f.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return activities{}, ctx.Err()
		}
	}
}

func (f *fake) advance(ctx context.Context, p runtime.Position, entries []runtime.Entry) (runtime.Advanced, error) {
	for {
		f.mu.Lock()
		changed := f.changed
		f.mu.Unlock()
		a, err := f.take(ctx)
		if err != nil {
			return runtime.Advanced{}, err
		}
		out, err := a.advance(ctx, p, entries)
		f.busy.Done()
		if err == nil || activity.GetInfo(ctx).IsLocalActivity {
			return out, err
		}
		// A cluster tries for ever, an environment ten times: here the next
		// worker tries.
		select {
		case <-changed:
		case <-ctx.Done():
			return out, ctx.Err()
		}
	}
}

func (f *fake) send(ctx context.Context, r runtime.RunRef, t runtime.Try) (runtime.Tried, error) {
	a, err := f.take(ctx)
	if err != nil {
		return runtime.Tried{}, err
	}
	defer f.busy.Done()
	return a.send(ctx, r, t)
}
