// Package temporal executes flows in a Temporal cluster: one workflow per run,
// whose id is the run's. Steps are taken by the same engine as everywhere, sends
// are activities, deadlines are timers, and what comes from webhooks is a
// signal. What runs did is written into Sluice's database as well, so lists,
// statistics and the editor show them as ever.
//
// It is for those who run Temporal already, or need runs to survive the loss of
// a whole region. The local executor takes a small part of the work per run.
package temporal

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

// errNoWorkflow means that there is no running workflow of a run.
var errNoWorkflow = errors.New("there is no running workflow of this run")

// service is Temporal, as the executor needs it. Errors wrap
// runtime.ErrUnavailable when it cannot be reached, and runtime.ErrBusy when it
// takes no more.
type service interface {
	// start begins a workflow. existed is true when there was one of this run.
	start(ctx context.Context, in Input) (existed bool, err error)
	// signal tells a running workflow something, once per key. Errors:
	// errNoWorkflow.
	signal(ctx context.Context, runID, key string, s Signal) error
	// rest asks what a run waits for. Errors: errNoWorkflow.
	rest(ctx context.Context, runID string) (Rest, error)
	// serve works until stop, which waits for what is under way.
	serve() (stop func(), err error)
}

// Executor is a runtime.Executor on Temporal.
type Executor struct {
	ledger  *runtime.Ledger
	service service
	input   Input
	clock   runtime.Clock
	log     *slog.Logger
	// places bounds the starts that wait for Temporal.
	places chan struct{}

	mu      sync.Mutex
	running bool
	stopped bool
	stop    chan struct{}
	ended   chan struct{}
}

var _ runtime.Executor = (*Executor)(nil)

const (
	// maxStarting is how many starts wait for Temporal before more are refused.
	maxStarting = 1_000
	// busyRetry is what callers are told to wait then.
	busyRetry = time.Second
	// showTimeout is how long a caller waits until what it asked for can be
	// seen in the database. It is durable before.
	showTimeout = 5 * time.Second
	showEvery   = 50 * time.Millisecond
)

func newExecutor(ledger *runtime.Ledger, s service, in Input, clock runtime.Clock, log *slog.Logger) *Executor {
	if clock == nil {
		clock = runtime.SystemClock()
	}
	if log == nil {
		log = slog.Default()
	}
	in.SendTimeout = ledger.SendTimeout()
	return &Executor{
		ledger: ledger, service: s, input: in, clock: clock, log: log, places: make(chan struct{}, maxStarting),
		stop: make(chan struct{}), ended: make(chan struct{}),
	}
}

// Start begins a run; see runtime.Executor.
func (e *Executor) Start(ctx context.Context, r runtime.StartRequest) (runtime.Started, error) {
	if e.isStopped() {
		return runtime.Started{}, runtime.ErrStopped
	}
	select {
	case e.places <- struct{}{}:
		defer func() { <-e.places }()
	default:
		return runtime.Started{}, &runtime.BusyError{RetryAfter: busyRetry}
	}
	plan, err := e.ledger.Prepare(ctx, r)
	if err != nil {
		return runtime.Started{}, err
	}
	run := plan.Position.Run
	if plan.Replay {
		// Without a run whoever claimed the key died before it began.
		if s, err := e.ledger.Replayed(ctx, run.Workspace, run.ID); !errors.Is(err, store.ErrNotFound) {
			return s, err
		}
	}
	in := e.input
	in.Position = plan.Position
	existed, err := e.service.start(ctx, in)
	if err != nil {
		return runtime.Started{}, err
	}
	if existed {
		return e.shown(ctx, run)
	}
	// The workflow writes the run as well; this is for the caller, who wants
	// to see it at once.
	began, err := e.ledger.Begin(ctx, plan.Position)
	if err != nil {
		e.log.Warn("a run has begun and cannot be shown yet", "run_id", run.ID, "error", err)
		return runtime.Started{RunID: run.ID, FlowVersion: run.FlowVersion, Status: engine.StatusWaiting, StartedAt: plan.Position.Opening.At}, nil
	}
	return began.Began()
}

// shown is a run that another request began at the same time, once it can be
// seen.
func (e *Executor) shown(ctx context.Context, run runtime.RunRef) (runtime.Started, error) {
	var s runtime.Started
	err := e.until(ctx, func() (bool, error) {
		var err error
		s, err = e.ledger.Replayed(ctx, run.Workspace, run.ID)
		return !errors.Is(err, store.ErrNotFound), err
	})
	return s, err
}

// until asks again and again, for as long as a caller waits.
func (e *Executor) until(ctx context.Context, seen func() (bool, error)) error {
	limit := time.NewTimer(showTimeout)
	defer limit.Stop()
	ticker := time.NewTicker(showEvery)
	defer ticker.Stop()
	for {
		done, err := seen()
		if done {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return err
		case <-ticker.C:
		}
	}
}

// DeliverInbound takes in what a webhook said; see runtime.Executor.
func (e *Executor) DeliverInbound(ctx context.Context, workspace, channelID string, events []channels.Inbound) error {
	if e.isStopped() {
		return runtime.ErrStopped
	}
	if len(events) == 0 {
		return nil
	}
	deliveries, err := e.ledger.Locate(ctx, workspace, channelID, events)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		if err := e.deliver(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// deliver gives a run what is for it. One that has ended hears no more, and
// only its messages change.
func (e *Executor) deliver(ctx context.Context, d runtime.Delivery) error {
	err := e.service.signal(ctx, d.RunID, d.Key, Signal{Entry: &d.Entry})
	if !errors.Is(err, errNoWorkflow) {
		return err
	}
	err = e.ledger.Late(ctx, d)
	switch {
	case errors.Is(err, runtime.ErrLive):
		e.log.Error("a run waits, and Temporal knows no workflow of it: cancel the run, or start the flow again", "run_id", d.RunID, "workspace_id", d.Workspace)
		return nil
	case errors.Is(err, store.ErrNotFound):
		return nil
	}
	return err
}

// Cancel ends a run; see runtime.Executor.
func (e *Executor) Cancel(ctx context.Context, workspace, runID string, c engine.Cancel) error {
	if e.isStopped() {
		return runtime.ErrStopped
	}
	if final, err := e.ledger.Final(ctx, workspace, runID); final || err != nil {
		return err
	}
	entry := runtime.Entry{At: e.clock.Now(), Event: &engine.Event{Kind: engine.EventCancel, Cancel: &c}}
	err := e.service.signal(ctx, runID, "", Signal{Entry: &entry})
	if errors.Is(err, errNoWorkflow) {
		return e.ledger.End(ctx, workspace, runID, c)
	}
	if err != nil {
		return err
	}
	// It will end, whatever happens now; most callers look at it next.
	return e.until(ctx, func() (bool, error) { return e.ledger.Final(ctx, workspace, runID) })
}

// Claim has this process execute the runs of its database; see runtime.Local.
func (e *Executor) Claim(ctx context.Context) (was store.Executor, err error) {
	return e.ledger.Claim(ctx)
}

// Worker is the id under which this process holds what it has in hand.
func (e *Executor) Worker() string { return e.ledger.Worker() }

// Query shows a run; see runtime.Executor.
func (e *Executor) Query(ctx context.Context, workspace, runID string) (runtime.Detail, error) {
	return e.ledger.Query(ctx, workspace, runID)
}

// Subscribe reports what happens to runs; see runtime.Executor.
func (e *Executor) Subscribe(workspace string) (<-chan runtime.Update, func()) {
	return e.ledger.Subscribe(workspace)
}

// Pauses tells which channels rest; see runtime.Executor.
func (e *Executor) Pauses(workspace string) map[string]runtime.Pause {
	return e.ledger.Pauses(workspace)
}
