package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"sluice/engine"
	"sluice/server/store"
	"sluice/server/vault"
)

// Plan is a run to begin.
type Plan struct {
	Position Position
	// Replay is true when the idempotency key belongs to this run already: it
	// was begun, or whoever was about to begin it died before.
	Replay bool
}

// Prepare checks a request and makes a run of it, which begins with the first
// Advance. With an idempotency key that was used before it is that key's run.
// Errors are those of Executor.Start.
func (g *Ledger) Prepare(ctx context.Context, r StartRequest) (Plan, error) {
	if err := g.own(ctx); err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	s, err := g.l.prepareStart(ctx, r)
	if err != nil {
		return Plan{}, err
	}
	now := g.l.clock.Now().UTC().Truncate(time.Millisecond)
	opening := Opening{Masked: s.masked, StartedBy: r.StartedBy, TimeZone: s.timeZone, At: now, Trace: g.l.tracer.Origin(ctx, now).Carry()}
	for _, part := range []struct {
		from map[string]any
		to   *[]byte
	}{{s.inputs, &opening.Inputs}, {r.Trigger, &opening.Trigger}, {r.Contact, &opening.Contact}} {
		if *part.to, err = json.Marshal(part.from); err != nil {
			return Plan{}, fmt.Errorf("encode what a run begins with: %w", err)
		}
	}
	plan := Plan{Position: Position{
		Run: RunRef{ID: s.runID, Workspace: r.Workspace, FlowID: r.FlowID, FlowVersion: s.version}, Opening: opening, Recipient: s.recipient,
	}}
	if r.IdempotencyKey == "" {
		return plan, nil
	}
	err = g.l.store.Batch(ctx, func(tx *store.Batch) error {
		b := newBatch(g.l, []*item{{start: s}})
		return b.claimKeys(tx)
	})
	if err != nil || s.replay == nil {
		return plan, err
	}
	if !vault.SameMAC(s.replay.RequestHash, s.fingerprint) {
		return Plan{}, ErrIdempotencyMismatch
	}
	plan.Position.Run.ID, plan.Replay = s.replay.RunID, true
	return plan, nil
}

// Replayed is the answer to a trigger that was answered before. Errors:
// store.ErrNotFound when the run was never begun.
func (g *Ledger) Replayed(ctx context.Context, workspace, runID string) (Started, error) {
	return g.l.replayed(ctx, workspace, runID)
}

// Began is the answer to the trigger of a run that has begun.
func (a Advanced) Began() (Started, error) {
	s, err := engine.DecodeState(a.Position.State)
	if err != nil {
		return Started{}, err
	}
	return Started{
		RunID: a.Position.Run.ID, FlowVersion: a.Position.Run.FlowVersion, Status: s.Status, Outcome: s.Outcome, Error: s.Error,
		Node: s.Node, Visit: s.Visit, StartedAt: s.Run.StartedAt,
	}, nil
}

// Query shows a run; see Executor.
func (g *Ledger) Query(ctx context.Context, workspace, runID string) (Detail, error) {
	return g.l.Query(ctx, workspace, runID)
}

// Subscribe reports what happens to runs; see Executor.
func (g *Ledger) Subscribe(workspace string) (<-chan Update, func()) { return g.l.Subscribe(workspace) }

// Pauses tells which channels rest; see Executor.
func (g *Ledger) Pauses(workspace string) map[string]Pause { return g.l.Pauses(workspace) }
