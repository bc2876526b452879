package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

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
type Step struct {
	Visit int
	Node  string
	// Type and Name are those of the node in the run's version.
	Type, Name string
	EnteredAt  time.Time
	// LeftAt is zero while the run is there, and when it ended there.
	LeftAt time.Time
	// LeftBy is the kind of the event that made it leave; empty when it left
	// in the step in which it came.
	LeftBy string
	// DueAt is the deadline that it waits for, or waited for last.
	DueAt time.Time
	// Port is the port that it left by, Via the one whose edge was taken when
	// Port has none, To the next node.
	Port, Via, To string
	// Values are variables that were set here, Outputs what expressions read
	// as steps.<node>.<name>; both masked.
	Values, Outputs map[string]any
	Statuses        []StepStatus
	Ignored         []IgnoredEvent
}

// StepStatus is a status of the step's message as the run took it in.
type StepStatus struct {
	At                   time.Time
	Status, Code, Reason string
}

// IgnoredEvent is an event that came and changed nothing.
type IgnoredEvent struct {
	At time.Time
	// Event is its kind: "receipt", "timer", ...
	Event, Status, Reason string
}

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
	var list []Step
	byVisit := map[int]int{}
	// entered is the step of the run's history in which each visit began.
	entered := map[int]int64{}
	at := func(visit int) *Step {
		i, ok := byVisit[visit]
		if !ok {
			return nil
		}
		return &list[i]
	}
	for _, h := range history {
		var trace engine.Trace
		if err := json.Unmarshal([]byte(h.Trace), &trace); err != nil {
			return nil, fmt.Errorf("read step %d of run %s: %w", h.Seq, h.RunID, err)
		}
		for _, item := range trace {
			if item.Kind == engine.TraceEntered {
				s := Step{Visit: item.Visit, Node: item.Node, Name: item.Node, EnteredAt: item.At}
				if program != nil {
					s.Type, s.Name = program.NodeType(item.Node), program.Title(item.Node)
				}
				byVisit[item.Visit], entered[item.Visit] = len(list), h.Seq
				list = append(list, s)
				continue
			}
			s := at(item.Visit)
			if s == nil && len(list) > 0 {
				// Events of no visit, such as replies, are the present one's.
				s = &list[len(list)-1]
			}
			if s == nil {
				continue
			}
			s.add(item, h.Event)
			if ends := item.Kind == engine.TraceLeft || item.Kind == engine.TraceEnded && s.LeftBy == ""; ends && entered[s.Visit] != h.Seq {
				s.LeftBy = h.Event
			}
		}
	}
	return list, nil
}

// add takes a trace item of the visit in.
func (s *Step) add(item engine.TraceItem, event string) {
	switch item.Kind {
	case engine.TraceLeft:
		s.LeftAt, s.Port, s.Via, s.To = item.At, item.Port, item.Via, item.To
	case engine.TraceWaiting:
		s.DueAt = item.Due
	case engine.TraceStatus:
		s.Statuses = append(s.Statuses, StepStatus{item.At, item.Status, item.Code, item.Reason})
	case engine.TraceSet:
		s.Values = merge(s.Values, item.Values)
	case engine.TraceOutput:
		s.Outputs = merge(s.Outputs, item.Values)
	case engine.TraceIgnored:
		s.Ignored = append(s.Ignored, IgnoredEvent{item.At, event, item.Status, item.Reason})
	case engine.TraceEntered, engine.TraceSent, engine.TraceEnded:
	}
}

func merge(to, from map[string]any) map[string]any {
	if to == nil {
		to = make(map[string]any, len(from))
	}
	maps.Copy(to, from)
	return to
}
