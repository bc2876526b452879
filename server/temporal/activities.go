package temporal

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"sluice/server/runtime"
)

// heartbeatEvery is the time between two signs of life of a try. Most are over
// before the first.
const heartbeatEvery = heartbeatTimeout / 3

// activities are what runs have the world do.
type activities struct{ ledger *runtime.Ledger }

// advance steps a run and writes what it did; see runtime.Ledger.
func (a activities) advance(ctx context.Context, p runtime.Position, entries []runtime.Entry) (runtime.Advanced, error) {
	out, err := a.ledger.Advance(ctx, p, entries)
	if err != nil {
		return out, errorFor(err)
	}
	return out, nil
}

// send hands a message to its provider. A failure that the provider reports is
// a result.
func (a activities) send(ctx context.Context, r runtime.RunRef, t runtime.Try) (runtime.Tried, error) {
	stop := beat(ctx)
	defer stop()
	return a.ledger.Send(ctx, r, t), nil
}

// beat tells the server that this worker lives, until stop is called.
func beat(ctx context.Context) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(heartbeatEvery)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx)
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// errorFor is an error as Temporal keeps it: by its kind, because its text may
// hold what people entered.
func errorFor(err error) error {
	kind := "refused"
	if errors.Is(err, runtime.ErrUnavailable) {
		kind = "unavailable"
	}
	return temporal.NewApplicationErrorWithOptions(err.Error(), kind, temporal.ApplicationErrorOptions{})
}

// registry is what workflows and activities are registered with: a worker or a
// test environment.
type registry interface {
	RegisterWorkflowWithOptions(w any, o workflow.RegisterOptions)
	RegisterActivityWithOptions(a any, o activity.RegisterOptions)
}

// register registers the workflow and its activities.
func register(to registry, ledger *runtime.Ledger) {
	a := activities{ledger}
	to.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: workflowName})
	to.RegisterActivityWithOptions(a.advance, activity.RegisterOptions{Name: advanceActivity})
	to.RegisterActivityWithOptions(a.send, activity.RegisterOptions{Name: sendActivity})
}
