package runtimetest

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/telemetry"
)

func traceTests() []test {
	return []test{{"a run is one trace, from its start to its receipt", oneTrace}}
}

// collector keeps the spans that it is given.
type collector struct {
	mu    sync.Mutex
	spans tracetest.SpanStubs
}

func (c *collector) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spans = append(c.spans, tracetest.SpanStubsFromReadOnlySpans(spans)...)
	return nil
}

func (c *collector) Shutdown(context.Context) error { return nil }

func oneTrace(t *testing.T, open Open) {
	clock, kept := NewClock(moment), &collector{}
	s := open.Store(t, store.Options{Vault: storetest.Vault(t), Now: clock.Now})
	tracer, err := telemetry.New(t.Context(), telemetry.Config{On: true, Exporter: kept}, telemetry.Options{Traces: s, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	makes := open.Make(t)
	w := newWorld(t, s, clock, runtime.Tuning{}, func(o runtime.Options) Executor {
		o.Tracer = tracer
		return makes(o)
	})
	run := w.BeginSecret()
	w.Settle()
	w.Receipt("viber-main", run, 2, channels.StatusRead)
	w.ends(run, "reached")
	w.Stop()
	tracer.Close()

	kept.mu.Lock()
	defer kept.mu.Unlock()
	found := map[string]tracetest.SpanStub{}
	for _, span := range kept.spans {
		if _, twice := found[span.Name]; twice {
			t.Errorf("there are two spans %q", span.Name)
		}
		found[span.Name] = span
		if uuid.UUID(span.SpanContext.TraceID()).String() != run {
			t.Errorf("%q is in the trace %s, and the run is %s", span.Name, span.SpanContext.TraceID(), run)
		}
		for _, a := range span.Attributes {
			if containsCanary(a.Value.String()) || strings.Contains(a.Value.String(), phone) {
				t.Errorf("%q holds what it must not: %s", span.Name, a.Value.String())
			}
		}
	}
	for name, parent := range map[string]string{
		"start run": "", "commit": "start run", "visit start": "start run", "visit send_viber": "start run", "visit end": "start run",
		"send " + VendorKind: "visit send_viber", "receipt read": "visit send_viber", "run": "start run",
	} {
		span, there := found[name]
		if !there {
			t.Errorf("there is no span %q", name)
		} else if want := found[parent].SpanContext.SpanID(); span.Parent.SpanID() != want {
			t.Errorf("%q hangs on %s and not on %q", name, span.Parent.SpanID(), parent)
		}
	}
	if len(found) != 8 {
		t.Errorf("there are %d spans", len(found))
	}
}
