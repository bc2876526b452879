package runtime

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sluice/engine"
	"sluice/server/store"
	"sluice/server/vault"
)

// startItem is a run to begin. Its first step needs nothing of the database, so
// whoever triggers it does it, on as many cores as there are, and the batch loop
// only writes what came of it. When its transaction fails and is repeated, the
// same is written.
type startItem struct {
	request   StartRequest
	runID     string
	version   int64
	flowName  string
	program   *engine.Program
	inputs    map[string]any
	masked    []byte
	recipient string
	// timeZone is the workspace's.
	timeZone string
	// fingerprint of the request, when it has an idempotency key.
	fingerprint string

	// first is the run after its first step, and what it is to write.
	first *work

	// What came of it, set before the waiter is answered.
	started Started
	// replay is the run that the idempotency key belongs to, if another.
	replay *store.IdempotencyKey
}

// Start begins a run; see Executor.
func (l *Local) Start(ctx context.Context, r StartRequest) (Started, error) {
	if err := l.inbox.takesStart(r.Workspace); err != nil {
		// Found out before the work of the first step.
		l.metrics.refused.Inc()
		return Started{}, err
	}
	s, err := l.prepareStart(ctx, r)
	if err != nil {
		return Started{}, err
	}
	began := l.clock.Now()
	it := &item{start: s, weight: 1, done: make(chan error, 1), origin: l.tracer.Origin(ctx, began)}
	if err := l.inbox.submit(it); err != nil {
		l.metrics.refused.Inc()
		return Started{}, err
	}
	if err := it.wait(ctx); err != nil {
		return Started{}, err
	}
	observe(l.metrics.startSeconds, l.clock.Now().Sub(began), l.tracer.Exemplar(ctx))
	if s.replay == nil {
		return s.started, nil
	}
	if !vault.SameMAC(s.replay.RequestHash, s.fingerprint) {
		return Started{}, ErrIdempotencyMismatch
	}
	return l.replayed(ctx, r.Workspace, s.replay.RunID)
}

// prepareStart does what needs no transaction: the version, its program, the
// inputs.
func (l *Local) prepareStart(ctx context.Context, r StartRequest) (*startItem, error) {
	version, name := r.Version, ""
	if version == 0 {
		var err error
		if version, name, err = l.published.get(ctx, r.Workspace, r.FlowID); err != nil {
			return nil, err
		}
	}
	program, err := l.programs.get(ctx, r.Workspace, r.FlowID, version)
	if err != nil {
		return nil, err
	}
	zone, err := l.timeZone(ctx, r.Workspace)
	if err != nil {
		return nil, err
	}
	inputs, problems := program.CheckInputs(r.Inputs)
	if len(problems) > 0 {
		return nil, &InputError{Problems: problems}
	}
	s := &startItem{request: r, timeZone: zone, runID: cmp.Or(l.tracer.RunID(ctx), store.NewID()), version: version, flowName: name, program: program, inputs: inputs}
	masked := make(map[string]any, len(inputs))
	for _, in := range program.Inputs() {
		value, given := inputs[in.Name]
		switch {
		case !given:
		case in.Secret:
			masked[in.Name] = engine.Mask
		default:
			masked[in.Name] = value
			if text, ok := value.(string); ok && in.Type == engine.InputPhone && s.recipient == "" {
				s.recipient = text
			}
		}
	}
	if s.masked, err = json.Marshal(masked); err != nil {
		return nil, fmt.Errorf("encode the inputs of a run: %w", err)
	}
	if r.IdempotencyKey != "" {
		if s.fingerprint, err = l.fingerprint(inputs, r); err != nil {
			return nil, err
		}
	}
	return s, l.stepFirst(s, l.now())
}

// stepFirst steps a new run for the first time.
func (l *Local) stepFirst(s *startItem, now time.Time) error {
	s.first = &work{
		live:    store.LiveRun{ID: s.runID, WorkspaceID: s.request.Workspace, FlowID: s.request.FlowID, FlowVersion: s.version, Recipient: s.recipient},
		program: s.program, start: s,
	}
	l.step(s.first, engine.Event{Kind: engine.EventStart, Start: &engine.Start{
		RunID: s.runID, Inputs: s.inputs, Trigger: s.request.Trigger, Contact: s.request.Contact, TimeZone: s.timeZone,
	}}, now)
	return l.encode(s.first, now)
}

// now is the time of what happens; milliseconds are what the engine works with.
func (l *Local) now() time.Time { return whole(l.clock.Now()) }

// whole is a moment in whole milliseconds of UTC.
func whole(now time.Time) time.Time { return now.UTC().Truncate(time.Millisecond) }

// fingerprint is the same for requests that ask for the same.
func (l *Local) fingerprint(inputs map[string]any, r StartRequest) (string, error) {
	data, err := json.Marshal([]any{inputs, r.Contact, r.Version})
	if err != nil {
		return "", fmt.Errorf("encode the inputs of a run: %w", err)
	}
	return l.store.MAC(data)
}

// replayed is the answer to a trigger that was answered before.
func (l *Local) replayed(ctx context.Context, workspace, runID string) (Started, error) {
	run, err := l.store.Run(ctx, workspace, runID)
	if err != nil {
		return Started{}, fmt.Errorf("read the run of the idempotency key: %w", err)
	}
	return Started{
		RunID: run.ID, FlowVersion: run.FlowVersion, Status: engine.Status(run.Status), Outcome: run.Outcome, Error: decodeError(run.Error),
		Node: run.Node, Visit: run.Visit, StartedAt: run.StartedAt.Time, Replayed: true,
	}, nil
}

func decodeError(text string) *engine.RunError {
	if text == "" {
		return nil
	}
	var e engine.RunError
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return &engine.RunError{Code: "unreadable", Message: text}
	}
	return &e
}

// Cancel ends a run; see Executor.
func (l *Local) Cancel(ctx context.Context, workspace, runID string, c engine.Cancel) error {
	it := &item{cancel: &cancelItem{workspace: workspace, runID: runID, cancel: c}, weight: 1, done: make(chan error, 1)}
	if err := l.inbox.submit(it); err != nil {
		return err
	}
	return it.wait(ctx)
}

// cancelItem is a run to end.
type cancelItem struct {
	workspace, runID string
	cancel           engine.Cancel
}

// wait returns what came of the item. When ctx ends first the item goes on.
func (it *item) wait(ctx context.Context) error {
	select {
	case err := <-it.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
