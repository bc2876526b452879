package runtime

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
	"sluice/server/telemetry"
)

// spans is where a batch collects what the tracer is told, or nil without one.
func (l *Local) spans() *telemetry.Batch {
	if !l.tracer.On() {
		return nil
	}
	return &telemetry.Batch{}
}

// noteOrigins remembers which requests brought events.
func (b *batch) noteOrigins(events []channels.Inbound) {
	if b.spans == nil {
		return
	}
	for _, ev := range events {
		if ev.Arrival == nil {
			continue
		}
		if b.origins == nil {
			b.origins = map[any]telemetry.Origin{}
		}
		origin := b.l.tracer.Arrived(ev.Arrival.Traceparent, ev.Arrival.At)
		if ev.Receipt != nil {
			b.origins[ev.Receipt] = origin
		}
		if ev.Message != nil {
			b.origins[ev.Message] = origin
		}
	}
}

// originOf is the request that brought an event.
func (b *batch) originOf(ev located) telemetry.Origin {
	if ev.receipt != nil {
		return b.origins[ev.receipt]
	}
	return b.origins[ev.received.message]
}

// noteStep notes a step for the tracer; before is the run as it was.
func (b *batch) noteStep(w *work, ev engine.Event, before engine.State, trace engine.Trace) {
	if b.spans == nil || isIgnored(trace) {
		return
	}
	s := telemetry.Step{
		RunID: w.live.ID, Workspace: w.live.WorkspaceID, FlowID: w.live.FlowID, FlowVersion: w.live.FlowVersion, Event: ev.Kind,
		Visit: before.Visit, Node: before.Node, EnteredAt: before.EnteredAt, Trace: trace, StartedAt: w.state.Run.StartedAt, NodeType: w.program.NodeType,
	}
	if ev.Kind == engine.EventStart {
		s.Start = &telemetry.Start{Origin: b.origin, By: w.start.request.StartedBy}
	}
	b.spans.Steps = append(b.spans.Steps, s)
}

// noteArrival notes for the tracer that something came in for a visit.
func (b *batch) noteArrival(runID string, visit int, status, channel string) {
	if b.spans == nil {
		return
	}
	b.spans.Arrivals = append(b.spans.Arrivals, telemetry.Arrival{RunID: runID, Visit: visit, Status: status, Channel: channel, Origin: b.origin, At: b.now})
}

// traceparents are those of the callers who started runs in traces of their own.
func (b *batch) traceparents() []store.RunTrace {
	if b.spans == nil {
		return nil
	}
	var rows []store.RunTrace
	for _, s := range b.spans.Steps {
		if s.Start == nil {
			continue
		}
		if parent := s.Start.Origin.Traceparent(); parent != "" {
			rows = append(rows, store.RunTrace{WorkspaceID: s.Workspace, RunID: s.RunID, Traceparent: parent})
		}
	}
	return rows
}

// trace tells the tracer what a transaction did, after its commit.
func (l *Local) trace(b *batch, began time.Time) {
	if b.spans == nil {
		return
	}
	b.spans.Began, b.spans.Ended, b.spans.Events = began, time.Now(), b.events
	l.tracer.Committed(*b.spans)
}

// traced is attempt with a span around it, counted.
func (l *Local) traced(ctx context.Context, o *outcome) *channels.SendError {
	ctx, span := l.tracer.Send(ctx, telemetry.Send{
		RunID: o.row.RunID, Workspace: o.row.WorkspaceID, Node: o.row.Node, Channel: o.row.Channel, Visit: o.row.Visit, Attempt: o.row.Attempts,
	})
	failure := l.attempt(ctx, o)
	code := ""
	if failure != nil {
		code = failure.Code
	}
	span.End(o.kind, resultOf(failure), code)
	l.metrics.attempts.add(o.row.WorkspaceID, o.row.Channel, resultOf(failure))
	return failure
}

// observe notes a time, with the trace of one that took so long if there is one.
func observe(times prometheus.Observer, took time.Duration, exemplar prometheus.Labels) {
	if with, ok := times.(prometheus.ExemplarObserver); ok && exemplar != nil {
		with.ObserveWithExemplar(took.Seconds(), exemplar)
		return
	}
	times.Observe(took.Seconds())
}
