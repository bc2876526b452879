package telemetry

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Send is one attempt to hand a message to its provider.
type Send struct {
	RunID, Workspace, Node, Channel string
	Visit, Attempt                  int
}

// Attempt is the span of a Send; nil makes none.
type Attempt struct{ span trace.Span }

// Send begins the span of an attempt. The context that comes back is for the
// provider: requests that are made with it can carry the trace.
func (t *Tracer) Send(ctx context.Context, s Send) (context.Context, *Attempt) {
	if t == nil {
		return ctx, nil
	}
	place := t.places.of(ctx, s.RunID)[s.RunID]
	if !place.IsSampled() {
		return ctx, nil
	}
	ctx = trace.ContextWithRemoteSpanContext(ctx, place.WithSpanID(visitOf(s.RunID, s.Visit)))
	//nolint:spancheck // Attempt.End ends it.
	ctx, span := t.tracer.Start(wishing(ctx, wish{}), nameSend+"message", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("sluice.run_id", s.RunID), attribute.String("sluice.workspace_id", s.Workspace), attribute.Int("sluice.visit", s.Visit),
		attribute.String("sluice.node", s.Node), attribute.String("sluice.channel", s.Channel), attribute.Int("sluice.attempt", s.Attempt)))
	//nolint:spancheck // as above.
	return ctx, &Attempt{span: span}
}

// maxCode is the length of the longest code that is believed to be one.
const maxCode = 40

// End ends the span. provider is empty when none was asked, code is the
// provider's, or our own, for a failure; result is "accepted" or the class of the
// failure.
func (a *Attempt) End(provider, result, code string) {
	if a == nil {
		return
	}
	a.span.SetAttributes(attribute.String("sluice.result", result))
	if provider != "" {
		a.span.SetName(nameSend + provider)
		a.span.SetAttributes(attribute.String("sluice.provider", provider))
	}
	if code != "" && len(code) <= maxCode {
		a.span.SetAttributes(attribute.String("sluice.code", code))
	}
	if result != resultAccepted {
		a.span.SetStatus(codes.Error, result)
	}
	a.span.End()
}

const resultAccepted = "accepted"

// Exemplar points from a metric to the trace of a run, or is nil.
func (t *Tracer) Exemplar(ctx context.Context) prometheus.Labels {
	if t == nil {
		return nil
	}
	s := trace.SpanContextFromContext(ctx)
	if !s.IsSampled() {
		return nil
	}
	return prometheus.Labels{"trace_id": s.TraceID().String()}
}
