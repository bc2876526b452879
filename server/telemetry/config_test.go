package telemetry

import (
	"encoding/binary"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func TestTheStandardVariablesTurnTracesOnAndOff(t *testing.T) {
	t.Parallel()
	type env = map[string]string
	for name, f := range map[string]struct {
		env   env
		on    bool
		words string
	}{
		"nothing":                 {env{}, false, ""},
		"an endpoint":             {env{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, true, ""},
		"an endpoint for traces":  {env{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, true, ""},
		"the exporter":            {env{"OTEL_TRACES_EXPORTER": "otlp"}, true, ""},
		"no exporter":             {env{"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, false, ""},
		"the SDK off":             {env{"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, false, ""},
		"another exporter":        {env{"OTEL_TRACES_EXPORTER": "zipkin"}, false, "zipkin"},
		"another protocol":        {env{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, "4318"},
		"a share":                 {env{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"}, true, ""},
		"a share that is no part": {env{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "10"}, false, "from 0 to 1"},
		"another sampler":         {env{"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "xray"}, false, "xray"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := FromEnvironment(func(name string) (string, bool) { v, ok := f.env[name]; return v, ok })
			if f.words != "" {
				if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), f.words) {
					t.Errorf("the error is %v, and should say %q", err, f.words)
				}
				return
			}
			if err != nil || c.On != f.on {
				t.Errorf("traces are on: %t (%v), want %t", c.On, err, f.on)
			}
		})
	}
}

// TestAShareOfRunsIsTheShareThatWasAskedFor takes run ids as traces, whose fixed
// bits must not matter.
func TestAShareOfRunsIsTheShareThatWasAskedFor(t *testing.T) {
	t.Parallel()
	const runs = 20_000
	for _, of := range []float64{0, .01, .25, .5, .6, .9, 1} {
		s, kept := newShare(of), 0
		for i := range runs {
			id := uuid.UUID{6: 0x7f, 8: 0xbf}
			// A walk over the values in golden steps covers them evenly.
			binary.BigEndian.PutUint64(id[8:], 0x8000_0000_0000_0000|uint64(i)*0x9e37_79b9_7f4a_7c15>>8)
			if s.ShouldSample(sdktrace.SamplingParameters{TraceID: traceOf(id.String())}).Decision == sdktrace.RecordAndSample {
				kept++
			}
		}
		if got := float64(kept) / runs; math.Abs(got-of) > .005 {
			t.Errorf("a share of %g keeps %g", of, got)
		}
	}
}

// It counts allocations, so it does not run in parallel.
func TestATracerThatIsOffMakesNothing(t *testing.T) {
	tracer, err := New(t.Context(), Config{}, Options{})
	if err != nil || tracer != nil || tracer.On() {
		t.Fatalf("New gives %v, %v", tracer, err)
	}
	if tracer.Propagate([]string{"example.org"}) != nil {
		t.Error("something is added to requests")
	}
	send := Send{RunID: "0193b5a2-0000-7000-8000-000000000001", Visit: 2}
	if allocations := testing.AllocsPerRun(100, func() {
		ctx, request := tracer.Request(t.Context(), Incoming{Method: http.MethodGet})
		request.End(http.StatusOK)
		_, attempt := tracer.Send(ctx, send)
		attempt.End("", resultAccepted, "")
		tracer.Committed(Batch{})
		_ = tracer.RunID(ctx)
	}); allocations != 0 {
		t.Errorf("it allocates %g times", allocations)
	}
	tracer.Close()
}

func TestOnlyHostsThatAreNamedAreTold(t *testing.T) {
	t.Parallel()
	p := propagator{hosts: ParseHosts(" api.Example.org, sms.internal:8443,,*.vendor.test")}
	for address, want := range map[string]bool{
		"https://api.example.org/x": true, "https://API.example.org:444/x": true, "https://example.org/": false, "https://evil.example.org/": false,
		"https://sms.internal:8443/": true, "https://sms.internal/": false, "https://a.vendor.test/": true, "https://vendor.test/": false, "https://notvendor.test/": false,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.tells(r); got != want {
			t.Errorf("%s is told: %t", address, got)
		}
	}
}
