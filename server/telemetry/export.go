package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

const (
	resultExported = "exported"
	resultFailed   = "failed"
	resultDropped  = "dropped"
	// complaint is the shortest time between two log lines about a collector
	// that does not answer.
	complaint = time.Minute
)

// watched is an exporter whose failures are counted and logged, seldom: without a
// collector everything else goes on.
type watched struct {
	sdktrace.SpanExporter

	log   *slog.Logger
	spans *prometheus.CounterVec

	mu   sync.Mutex
	last time.Time
}

// ExportSpans implements sdktrace.SpanExporter.
func (w *watched) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := w.SpanExporter.ExportSpans(ctx, spans)
	if err == nil {
		w.spans.WithLabelValues(resultExported).Add(float64(len(spans)))
		return nil
	}
	w.spans.WithLabelValues(resultFailed).Add(float64(len(spans)))
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); now.Sub(w.last) >= complaint {
		w.last = now
		w.log.Warn("traces cannot be exported: see whether the collector runs and takes OTLP over HTTP", "spans", len(spans), "error", err)
	}
	return nil
}
