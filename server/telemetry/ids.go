package telemetry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strconv"

	"github.com/google/uuid"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// traceOf is the trace of a run that no caller's trace holds: the run's id.
func traceOf(runID string) trace.TraceID {
	if id, err := uuid.Parse(runID); err == nil && id != uuid.Nil {
		return trace.TraceID(id)
	}
	sum := sha256.Sum256([]byte(runID))
	return trace.TraceID(sum[:16])
}

// startOf is the span of a run's start.
func startOf(runID string) trace.SpanID { return spanOf(runID, "start") }

// visitOf is the span of a visit.
func visitOf(runID string, visit int) trace.SpanID {
	return spanOf(runID, strconv.Itoa(visit))
}

func spanOf(runID, what string) (id trace.SpanID) {
	sum := sha256.Sum256([]byte(runID + "/" + what))
	copy(id[:], sum[:])
	return id
}

// wish is which ids the next span is to have; what is zero is chance.
type wish struct {
	trace trace.TraceID
	span  trace.SpanID
}

type wishKey struct{}

func wishing(ctx context.Context, w wish) context.Context {
	return context.WithValue(ctx, wishKey{}, w)
}

// wishes makes ids as wished for in the context.
type wishes struct{}

var _ sdktrace.IDGenerator = wishes{}

// NewIDs implements sdktrace.IDGenerator.
func (wishes) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	w, _ := ctx.Value(wishKey{}).(wish)
	for !w.trace.IsValid() {
		_, _ = rand.Read(w.trace[:])
	}
	return w.trace, wishes{}.NewSpanID(ctx, w.trace)
}

// NewSpanID implements sdktrace.IDGenerator.
func (wishes) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	w, _ := ctx.Value(wishKey{}).(wish)
	for !w.span.IsValid() {
		_, _ = rand.Read(w.span[:])
	}
	return w.span
}
