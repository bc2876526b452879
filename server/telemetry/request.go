package telemetry

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Incoming is an HTTP request. Its address is not part of it: it may hold a key.
type Incoming struct {
	Method string
	// Route is the template of the address, such as "/api/v1/flows/:flow_id/runs".
	Route  string
	Header http.Header
	// RequestID is what the answer and the log call the request.
	RequestID string
	// Foreign is true for a request of somebody whose traces are not ours, such as
	// a provider: its traceparent is not taken in.
	Foreign bool
	// NewRun is the id for the run that the request starts, if it does that: the
	// request is then the first span of the run's trace, unless the caller sent a
	// traceparent.
	NewRun func() string
}

// Request is the span of an HTTP request; nil makes none.
type Request struct{ span trace.Span }

// request is what a context knows of the request that is answered.
type request struct {
	// caller is true when the trace is the caller's.
	caller bool
	// run is the id that the request's run is to have; it is taken once.
	run atomic.Pointer[string]
}

type requestKey struct{}

// Request begins the span of a request. The context that comes back is for
// everything that is done to answer it.
func (t *Tracer) Request(ctx context.Context, in Incoming) (context.Context, *Request) {
	if t == nil {
		return ctx, nil
	}
	r := &request{}
	began := ctx
	if !in.Foreign {
		began = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(in.Header))
		r.caller = trace.SpanContextFromContext(began).IsValid()
	}
	if in.NewRun != nil && !r.caller {
		id := in.NewRun()
		r.run.Store(&id)
		began = wishing(began, wish{trace: traceOf(id)})
	}
	//nolint:spancheck // Request.End ends it.
	began, span := t.tracer.Start(began, in.Method+" "+in.Route, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", in.Method), attribute.String("http.route", in.Route), attribute.String("sluice.request_id", in.RequestID)))
	// Spans below this one must not want its ids.
	//nolint:spancheck // as above.
	return context.WithValue(wishing(began, wish{}), requestKey{}, r), &Request{span: span}
}

// End ends the span with the status of the answer.
func (r *Request) End(status int) {
	if r == nil {
		return
	}
	r.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		r.span.SetStatus(codes.Error, http.StatusText(status))
	}
	r.span.End()
}

// RunID is the id that the run of this request is to have, or "" when any will
// do. It is given out once.
func (t *Tracer) RunID(ctx context.Context) string {
	if t == nil {
		return ""
	}
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		if id := r.run.Swap(nil); id != nil {
			return *id
		}
	}
	return ""
}

// Origin is where something came from, such as the request that started a run or
// brought a receipt, and when.
type Origin struct {
	At   time.Time
	span trace.SpanContext
	// caller is true when the span is in the trace of somebody who sent one.
	caller bool
}

// Origin is where what is done in ctx comes from.
func (t *Tracer) Origin(ctx context.Context, at time.Time) Origin {
	if t == nil {
		return Origin{}
	}
	r, _ := ctx.Value(requestKey{}).(*request)
	return Origin{At: at, span: trace.SpanContextFromContext(ctx), caller: r != nil && r.caller}
}

// Traceparent names the span of ctx so that it can be kept for Arrived; "" without
// one that is traced.
func (t *Tracer) Traceparent(ctx context.Context) string {
	if t == nil {
		return ""
	}
	return writeParent(trace.SpanContextFromContext(ctx))
}

// Arrived is the origin of what a request brought that was answered long ago,
// perhaps by another process.
func (t *Tracer) Arrived(traceparent string, at time.Time) Origin {
	if t == nil {
		return Origin{}
	}
	return Origin{At: at, span: parseParent(traceparent)}
}

// Carried is an Origin on its way to another process.
type Carried struct {
	Traceparent string `json:"traceparent"`
	Caller      bool   `json:"caller,omitempty"`
}

// Carry makes an origin ready to be written down; nil when there is nothing to
// carry.
func (o Origin) Carry() *Carried {
	if !o.span.IsValid() {
		return nil
	}
	return &Carried{Traceparent: writeParent(o.span), Caller: o.caller}
}

// Carried is the origin that was carried here; c may be nil.
func (t *Tracer) Carried(c *Carried, at time.Time) Origin {
	if t == nil || c == nil {
		return Origin{At: at}
	}
	o := t.Arrived(c.Traceparent, at)
	o.caller = c.Caller
	return o
}

// Traceparent is what has to be stored with a run that starts here, so that every
// process finds its trace; "" when the run has one of its own.
func (o Origin) Traceparent() string {
	if !o.caller || !o.span.IsValid() {
		return ""
	}
	return writeParent(o.span)
}

// link is a pointer to the origin from a span in another trace.
func (o Origin) link(in trace.TraceID) []trace.Link {
	if !o.span.IsValid() || o.span.TraceID() == in {
		return nil
	}
	return []trace.Link{{SpanContext: o.span}}
}
