package runtime

import (
	"context"
	"encoding/json"
	"fmt"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/store"
)

// Detail is everything there is to show of a run. Nothing in it is secret.
type Detail struct {
	Run   store.Run
	Error *engine.RunError
	// Variables are inputs and set variables by name, masked.
	Variables map[string]any
	// Inputs are what the run was started with, masked.
	Inputs   map[string]any
	Steps    []Step
	Messages []Message
}

// Step is one visit of the run to a node.
type Step = engine.VisitRecord

// StepStatus is a status of the step's message as the run took it in.
type StepStatus = engine.StatusRecord

// IgnoredEvent is an event that came and changed nothing.
type IgnoredEvent = engine.IgnoredRecord

// Message is a message of the run with its content read.
type Message struct {
	store.Message
	Form flows.Message
}

// Query shows a run; see Executor.
func (l *Local) Query(ctx context.Context, workspace, runID string) (Detail, error) {
	run, err := l.store.Run(ctx, workspace, runID)
	if err != nil {
		return Detail{}, err
	}
	history, err := l.store.History(ctx, workspace, runID)
	if err != nil {
		return Detail{}, err
	}
	messages, err := l.store.MessagesOf(ctx, workspace, runID)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Run: run, Error: decodeError(run.Error), Inputs: map[string]any{}, Variables: map[string]any{}}
	if err := json.Unmarshal([]byte(run.Inputs), &d.Inputs); err != nil {
		return Detail{}, fmt.Errorf("read the inputs of run %s: %w", runID, err)
	}
	// A run whose version this server cannot read is shown all the same, with
	// less around it.
	program, err := l.programs.get(ctx, workspace, run.FlowID, run.FlowVersion)
	if err != nil {
		l.log.Warn("a run is shown without its flow", "run_id", runID, "error", err)
	} else if state, err := engine.DecodeState([]byte(run.State)); err != nil {
		l.log.Warn("a run is shown without its variables", "run_id", runID, "error", err)
	} else {
		d.Variables = program.MaskedVariables(state)
	}
	if d.Steps, err = steps(history, program); err != nil {
		return Detail{}, err
	}
	for _, m := range messages {
		shown := Message{Message: m}
		if err := json.Unmarshal([]byte(m.Content), &shown.Form); err != nil {
			return Detail{}, fmt.Errorf("read message %s: %w", m.ID, err)
		}
		d.Messages = append(d.Messages, shown)
	}
	return d, nil
}

// steps reads a history as visits.
func steps(history []store.HistoryEntry, program *engine.Program) ([]Step, error) {
	var record engine.Record
	for _, h := range history {
		var trace engine.Trace
		if err := json.Unmarshal([]byte(h.Trace), &trace); err != nil {
			return nil, fmt.Errorf("read step %d of run %s: %w", h.Seq, h.RunID, err)
		}
		record.Add(program, engine.EventKind(h.Event), trace)
	}
	return record.Visits, nil
}
