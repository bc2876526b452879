package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	// placesKept is how many runs' traces are remembered: as long as most runs
	// live, at a few hundred bytes each.
	placesKept = 20_000
	// lookupTimeout bounds the question after a caller's trace. Without an
	// answer the run gets its own.
	lookupTimeout = 2 * time.Second
)

// places know the trace of each run and whether it is kept.
type places struct {
	traces  Traces
	sampler sdktrace.Sampler
	log     *slog.Logger

	mu sync.Mutex
	// young and old are by run id; when young is full it becomes old.
	young, old map[string]trace.SpanContext
}

func newPlaces(traces Traces, sampler sdktrace.Sampler, log *slog.Logger) *places {
	return &places{traces: traces, sampler: sampler, log: log, young: map[string]trace.SpanContext{}}
}

// own is the place of a run in a trace of its own: the span of its start.
func (p *places) own(runID string) trace.SpanContext {
	return p.place(context.Background(), runID, trace.SpanContext{}.WithTraceID(traceOf(runID)))
}

// within is the place of a run in the trace of its caller.
func (p *places) within(runID string, caller trace.SpanContext) trace.SpanContext {
	return p.place(trace.ContextWithRemoteSpanContext(context.Background(), caller.WithRemote(true)), runID, caller)
}

// place is the span of a run's start in a trace, and whether that is kept.
func (p *places) place(parent context.Context, runID string, in trace.SpanContext) trace.SpanContext {
	decision := p.sampler.ShouldSample(sdktrace.SamplingParameters{ParentContext: parent, TraceID: in.TraceID(), Name: nameStart}).Decision
	flags := in.TraceFlags().WithSampled(decision == sdktrace.RecordAndSample)
	return in.WithSpanID(startOf(runID)).WithTraceFlags(flags).WithRemote(true)
}

// put remembers a run's place.
func (p *places) put(runID string, place trace.SpanContext) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.young) >= placesKept/2 {
		p.old, p.young = p.young, make(map[string]trace.SpanContext, placesKept/2)
	}
	p.young[runID] = place
}

func (p *places) get(runID string) (trace.SpanContext, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if place, ok := p.young[runID]; ok {
		return place, true
	}
	place, ok := p.old[runID]
	return place, ok
}

// of is the place of each of the runs.
func (p *places) of(ctx context.Context, runIDs ...string) map[string]trace.SpanContext {
	found := make(map[string]trace.SpanContext, len(runIDs))
	var unknown []string
	for _, id := range runIDs {
		if place, ok := p.get(id); ok {
			found[id] = place
		} else {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return found
	}
	stored, err := p.stored(ctx, unknown)
	for _, id := range unknown {
		place := p.own(id)
		if caller := parseParent(stored[id]); caller.IsValid() {
			place = p.within(id, caller)
		}
		found[id] = place
		if err == nil {
			p.put(id, place)
		}
	}
	return found
}

func (p *places) stored(ctx context.Context, runIDs []string) (map[string]string, error) {
	if p.traces == nil {
		return map[string]string{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	stored, err := p.traces.RunTraces(ctx, runIDs)
	if err != nil {
		p.log.Warn("the traces of callers cannot be read; runs are shown in traces of their own", "runs", len(runIDs), "error", err)
	}
	return stored, err
}

const headerParent = "traceparent"

// parseParent reads a traceparent (W3C Trace Context); what is none is not valid.
func parseParent(text string) trace.SpanContext {
	if text == "" {
		return trace.SpanContext{}
	}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier{headerParent: text}))
}

// writeParent writes a traceparent.
func writeParent(s trace.SpanContext) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(trace.ContextWithSpanContext(context.Background(), s), carrier)
	return carrier[headerParent]
}
