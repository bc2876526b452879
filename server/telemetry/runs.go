package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"sluice/engine"
)

// The names of spans. There are few, so that collectors can group by them.
const (
	nameStart   = "start run"
	nameCommit  = "commit"
	nameRun     = "run"
	nameVisit   = "visit "
	nameSend    = "send "
	nameReceipt = "receipt "
	nameReply   = "reply"
)

// Batch is what one transaction did, told after its commit.
type Batch struct {
	// Began and Ended are when the transaction did, Events how many events it
	// took in.
	Began, Ended time.Time
	Events       int
	Steps        []Step
	Arrivals     []Arrival
}

// Step is one step of a run.
type Step struct {
	RunID, Workspace, FlowID string
	FlowVersion              int64
	Event                    engine.EventKind
	// Start is set for a run's first step.
	Start *Start
	// Visit, Node and EnteredAt are where the run was before the step.
	Visit     int
	Node      string
	EnteredAt time.Time
	Trace     engine.Trace
	// StartedAt is when the run began.
	StartedAt time.Time
	// NodeType is the type of a node by its id.
	NodeType func(node string) string
}

// Start is how a run began.
type Start struct {
	Origin Origin
	By     string
}

// Arrival is something that came in for a run's visit: a receipt, or a reply.
type Arrival struct {
	RunID string
	Visit int
	// Status is the receipt's; empty for a reply.
	Status  string
	Channel string
	Origin  Origin
	// At is when it was taken in.
	At time.Time
}

// Committed tells what a transaction did. It returns at once.
func (t *Tracer) Committed(b Batch) {
	if t == nil || len(b.Steps) == 0 && len(b.Arrivals) == 0 {
		return
	}
	for _, s := range b.Steps {
		if s.Start == nil {
			continue
		}
		place := t.places.own(s.RunID)
		if s.Start.Origin.caller {
			place = t.places.within(s.RunID, s.Start.Origin.span)
		}
		t.places.put(s.RunID, place)
	}
	select {
	case t.queue <- b:
	default:
		t.lost.Add(float64(len(b.Steps) + len(b.Arrivals)))
	}
}

// work makes spans of what was committed until the tracer is closed, and of what
// waited then.
func (t *Tracer) work() {
	defer close(t.stopped)
	for {
		select {
		case b := <-t.queue:
			t.tell(b)
		case <-t.stopping:
			for {
				select {
				case b := <-t.queue:
					t.tell(b)
				default:
					return
				}
			}
		}
	}
}

func (t *Tracer) tell(b Batch) {
	ids := make([]string, 0, len(b.Steps)+len(b.Arrivals))
	for _, s := range b.Steps {
		ids = append(ids, s.RunID)
	}
	for _, a := range b.Arrivals {
		ids = append(ids, a.RunID)
	}
	places := t.places.of(context.Background(), ids...)
	for _, a := range b.Arrivals {
		if place := places[a.RunID]; place.IsSampled() {
			t.arrival(place, a, b.Ended)
		}
	}
	for _, s := range b.Steps {
		if place := places[s.RunID]; place.IsSampled() {
			t.step(place, s, b)
		}
	}
}

// span makes a span whose times are known.
func (t *Tracer) span(parent trace.SpanContext, w wish, name string, from, to time.Time, options ...trace.SpanStartOption) {
	ctx := wishing(trace.ContextWithRemoteSpanContext(context.Background(), parent), w)
	_, span := t.tracer.Start(ctx, name, append(options, trace.WithTimestamp(from))...)
	span.End(trace.WithTimestamp(later(from, to)))
}

// later is to, unless clocks say that it was before from.
func later(from, to time.Time) time.Time {
	if to.Before(from) {
		return from
	}
	return to
}

func (t *Tracer) step(place trace.SpanContext, s Step, b Batch) {
	if s.Start != nil {
		t.start(place, s, b)
	}
	open := engine.TraceItem{Node: s.Node, Visit: s.Visit, At: s.EnteredAt}
	left := s.Visit == 0
	for _, item := range s.Trace {
		switch item.Kind {
		case engine.TraceEntered:
			open, left = item, false
		case engine.TraceLeft:
			if !left && item.Visit == open.Visit {
				t.visit(place, s, open, item)
				left = true
			}
		case engine.TraceEnded:
			if !left {
				t.visit(place, s, open, item)
				left = true
			}
			t.ended(place, s, item)
		case engine.TraceWaiting, engine.TraceSent, engine.TraceStatus, engine.TraceSet, engine.TraceOutput, engine.TraceIgnored:
		}
	}
}

// start makes the span from the trigger to its durable acknowledgement.
func (t *Tracer) start(place trace.SpanContext, s Step, b Batch) {
	o := s.Start.Origin
	from := o.At
	if from.IsZero() {
		from = b.Began
	}
	// Without a parent in its trace it is the first span of the run's own.
	var parent trace.SpanContext
	if o.span.TraceID() == place.TraceID() {
		parent = o.span
	}
	t.span(parent, wish{trace: place.TraceID(), span: place.SpanID()}, nameStart, from, b.Ended,
		trace.WithLinks(o.link(place.TraceID())...), trace.WithAttributes(append(s.about(), attribute.String("sluice.started_by", s.Start.By))...))
	t.span(place, wish{}, nameCommit, b.Began, b.Ended, trace.WithAttributes(attribute.Int("sluice.batch_events", b.Events)))
}

func (s Step) about() []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("sluice.run_id", s.RunID), attribute.String("sluice.workspace_id", s.Workspace),
		attribute.String("sluice.flow_id", s.FlowID), attribute.Int64("sluice.flow_version", s.FlowVersion),
	}
}

// visit makes the span of a visit that is over.
func (t *Tracer) visit(place trace.SpanContext, s Step, entered, left engine.TraceItem) {
	kind := s.NodeType(entered.Node)
	about := []attribute.KeyValue{
		attribute.String("sluice.run_id", s.RunID), attribute.Int("sluice.visit", entered.Visit), attribute.String("sluice.node", entered.Node),
		attribute.String("sluice.node_type", kind), attribute.String("sluice.event", string(s.Event)),
	}
	if left.Port != "" {
		about = append(about, attribute.String("sluice.port", left.Port))
	}
	t.span(place, wish{span: visitOf(s.RunID, entered.Visit)}, nameVisit+kind, entered.At, left.At, trace.WithAttributes(about...))
}

// ended makes the span of the whole run.
func (t *Tracer) ended(place trace.SpanContext, s Step, end engine.TraceItem) {
	ctx := wishing(trace.ContextWithRemoteSpanContext(context.Background(), place), wish{})
	_, span := t.tracer.Start(ctx, nameRun, trace.WithTimestamp(s.StartedAt), trace.WithAttributes(
		append(s.about(), attribute.String("sluice.status", end.Status), attribute.String("sluice.outcome", end.Outcome))...))
	if end.Status == string(engine.StatusFailed) {
		span.SetStatus(codes.Error, end.Code)
	}
	span.End(trace.WithTimestamp(later(s.StartedAt, end.At)))
}

// arrival makes the span of what came in for a visit, from its arrival to its
// commit.
func (t *Tracer) arrival(place trace.SpanContext, a Arrival, committed time.Time) {
	name := nameReply
	about := []attribute.KeyValue{attribute.String("sluice.run_id", a.RunID), attribute.Int("sluice.visit", a.Visit), attribute.String("sluice.channel", a.Channel)}
	if a.Status != "" {
		name = nameReceipt + a.Status
		about = append(about, attribute.String("sluice.receipt", a.Status))
	}
	from := a.Origin.At
	if from.IsZero() {
		from = a.At
	}
	t.span(place.WithSpanID(visitOf(a.RunID, a.Visit)), wish{}, name, from, committed,
		trace.WithSpanKind(trace.SpanKindConsumer), trace.WithLinks(a.Origin.link(place.TraceID())...), trace.WithAttributes(about...))
}
