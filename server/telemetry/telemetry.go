// Package telemetry tells an OpenTelemetry collector what happens to a run, from
// its trigger to the last receipt: one trace per run, whichever process works on
// it and however long that takes.
//
// A trace and the spans that others hang on are named by the run itself: the
// trace id is the run's id without its dashes, and the spans of the start and of
// each visit follow from the run's id and the visit's number. So a receipt that
// comes hours later, to another process, finds its place without anything being
// kept. Only the trace of a caller who sent a traceparent of its own is stored
// with the run, which then belongs to that trace.
//
// Spans hold ids, slugs, names of nodes and ports, and classes of results. They
// hold no addresses of people, no texts, no credentials and no inputs, and so no
// address of a request either: those of webhooks hold a key.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	scope = "sluice"
	// queueLength is how many transactions may wait to be told of. When it is
	// full they are dropped: a collector must never hold up a run.
	queueLength = 256
)

// Options are what a Tracer is made of, beside its Config.
type Options struct {
	// Version and Instance name this process to the collector.
	Version, Instance string
	// Traces finds the traces of callers that runs belong to. Nil: there are none.
	Traces Traces
	Log    *slog.Logger
	// Metrics is where the tracer registers what became of spans; nil for none.
	Metrics prometheus.Registerer
}

// Traces finds the traces of callers that were stored with runs.
type Traces interface {
	// RunTraces returns the traceparents of those runs that have one, by run id.
	RunTraces(ctx context.Context, runIDs []string) (map[string]string, error)
}

// Tracer makes spans. A nil Tracer makes none and costs nothing: all its methods
// may be called on it.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	sampler  sdktrace.Sampler
	places   *places
	queue    chan Batch
	lost     prometheus.Counter

	stopping  chan struct{}
	stopped   chan struct{}
	closeOnce sync.Once
}

// New makes a tracer, or nil when c is off. Its errors are for the person who
// starts the server. Close ends it.
func New(ctx context.Context, c Config, o Options) (*Tracer, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	spans := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sluice_trace_spans_total", Help: "Spans for the OpenTelemetry collector, by what became of them: exported, failed or dropped.",
	}, []string{"result"})
	for _, result := range []string{resultExported, resultFailed, resultDropped} {
		spans.WithLabelValues(result)
	}
	if o.Metrics != nil {
		o.Metrics.MustRegister(spans)
	}
	if !c.On {
		return nil, nil //nolint:nilnil // a nil Tracer is one that is off.
	}
	sampler, err := c.sampler()
	if err != nil {
		return nil, err
	}
	exporter := c.Exporter
	if exporter == nil {
		if exporter, err = c.export(ctx); err != nil {
			return nil, err
		}
	}
	about, err := o.resource(ctx)
	if err != nil {
		return nil, err
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(&watched{SpanExporter: exporter, log: o.Log, spans: spans}),
		sdktrace.WithIDGenerator(wishes{}), sdktrace.WithSampler(sampler), sdktrace.WithResource(about),
	)
	t := &Tracer{
		provider: provider, tracer: provider.Tracer(scope, trace.WithInstrumentationVersion(o.Version)), sampler: sampler,
		places: newPlaces(o.Traces, sampler, o.Log), queue: make(chan Batch, queueLength), lost: spans.WithLabelValues(resultDropped),
		stopping: make(chan struct{}), stopped: make(chan struct{}),
	}
	go t.work()
	return t, nil
}

// export makes the exporter. What the configuration does not say it reads from
// the standard OTEL_EXPORTER_OTLP_… variables. It connects when it has something
// to say, not now.
func (c Config) export(ctx context.Context) (sdktrace.SpanExporter, error) {
	var options []otlptracehttp.Option
	if c.Endpoint != "" {
		u, err := c.endpoint()
		if err != nil {
			return nil, err
		}
		options = append(options, otlptracehttp.WithEndpointURL(u))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("set up the export of traces: %w", err)
	}
	return exporter, nil
}

// resource is who speaks. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say
// more, or otherwise.
func (o Options) resource(ctx context.Context) (*resource.Resource, error) {
	r, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "sluice"), attribute.String("service.version", o.Version), attribute.String("service.instance.id", o.Instance)),
		resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, fmt.Errorf("%w: OTEL_RESOURCE_ATTRIBUTES: %w", ErrConfig, err)
	}
	return r, nil
}

// On reports whether spans are made at all.
func (t *Tracer) On() bool { return t != nil }

// closeGrace is how long Close waits for the collector.
const closeGrace = 5 * time.Second

// Close sends what waits, for a few seconds at most, and ends the tracer. It may
// be called more than once.
func (t *Tracer) Close() {
	if t == nil {
		return
	}
	t.closeOnce.Do(func() {
		close(t.stopping)
		<-t.stopped
		ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
		defer cancel()
		// Its error was logged by the exporter.
		_ = t.provider.Shutdown(ctx)
	})
}
