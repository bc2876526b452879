package telemetry

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Config says whether and how spans are exported. Its zero value is off.
type Config struct {
	On bool
	// Endpoint is the collector's base address for OTLP over HTTP, such as
	// "http://localhost:4318"; empty leaves it to the OTEL_… variables.
	Endpoint string
	// Sampler and SamplerArg are OTEL_TRACES_SAMPLER and its argument; empty
	// means that every run is traced, unless its caller's trace says otherwise.
	Sampler, SamplerArg string
	// Exporter takes the spans instead of a collector.
	Exporter sdktrace.SpanExporter
}

// ErrConfig is wrapped by errors about settings.
var ErrConfig = errors.New("traces cannot be exported this way")

// FromEnvironment reads the standard variables. Traces are on when an endpoint
// or an exporter is named.
// Source: OpenTelemetry specification, "Environment Variable Specification" and
// "OpenTelemetry Protocol Exporter".
func FromEnvironment(lookup func(string) (string, bool)) (Config, error) {
	get := func(names ...string) string {
		for _, name := range names {
			if value, _ := lookup(name); value != "" {
				return value
			}
		}
		return ""
	}
	c := Config{Sampler: get("OTEL_TRACES_SAMPLER"), SamplerArg: get("OTEL_TRACES_SAMPLER_ARG")}
	exporter := get("OTEL_TRACES_EXPORTER")
	named := get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT") != ""
	switch {
	case strings.EqualFold(get("OTEL_SDK_DISABLED"), "true"), exporter == "none":
		return c, nil
	case exporter != "" && exporter != "otlp":
		return c, fmt.Errorf("%w: OTEL_TRACES_EXPORTER=%s is not known here: use otlp or none", ErrConfig, exporter)
	}
	if c.On = named || exporter == "otlp"; !c.On {
		return c, nil
	}
	if protocol := get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		return c, fmt.Errorf("%w: the protocol %s is not spoken here: use http/protobuf, which collectors take on port 4318", ErrConfig, protocol)
	}
	_, err := c.sampler()
	return c, err
}

// Check finds settings that cannot work. Its errors are for the person who starts
// the server.
func (c Config) Check() error {
	if !c.On {
		return nil
	}
	if _, err := c.sampler(); err != nil {
		return err
	}
	if c.Endpoint == "" {
		return nil
	}
	_, err := c.endpoint()
	return err
}

// tracesPath is where a collector takes spans, below its base address.
const tracesPath = "/v1/traces"

// endpoint is the whole address of the collector.
func (c Config) endpoint() (string, error) {
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%w: the endpoint for traces is not of the form http://localhost:4318", ErrConfig)
	}
	if !strings.HasSuffix(u.Path, tracesPath) {
		u = u.JoinPath(tracesPath)
	}
	return u.String(), nil
}

// Sampled is c with a share of the runs, from 0 to 1, traced.
func (c Config) Sampled(share string) Config {
	c.Sampler, c.SamplerArg = "parentbased_traceidratio", share
	return c
}

// sampler decides which traces are kept.
func (c Config) sampler() (sdktrace.Sampler, error) {
	name, based := strings.CutPrefix(c.Sampler, "parentbased_")
	var root sdktrace.Sampler
	switch name {
	case "":
		root, based = sdktrace.AlwaysSample(), true
	case "always_on":
		root = sdktrace.AlwaysSample()
	case "always_off":
		root = sdktrace.NeverSample()
	case "traceidratio":
		share := 1.0
		if c.SamplerArg != "" {
			var err error
			if share, err = strconv.ParseFloat(c.SamplerArg, 64); err != nil || math.IsNaN(share) || share < 0 || share > 1 {
				return nil, fmt.Errorf("%w: the share of runs to trace is a number from 0 to 1, such as 0.1, and not %q", ErrConfig, c.SamplerArg)
			}
		}
		root = newShare(share)
	default:
		return nil, fmt.Errorf("%w: there is no sampler %q: use always_on, always_off or traceidratio, with parentbased_ before it to follow callers", ErrConfig, c.Sampler)
	}
	if based {
		root = sdktrace.ParentBased(root)
	}
	return root, nil
}

// shareBits is how many bits of a trace id decide: the last 56 are the ones that
// W3C Trace Context level 2 asks to be random, and in a run's id (UUIDv7, RFC
// 9562) they are. The SDK's own sampler takes 63, of which a UUID fixes two, so
// that it would take all runs or none for many shares.
const shareBits = 56

// share keeps a share of all traces, the same ones in every process.
type share struct {
	// from is the first value of the deciding bits that is kept.
	from uint64
	name string
}

func newShare(of float64) share {
	return share{from: uint64((1 - of) * (1 << shareBits)), name: fmt.Sprintf("Share{%g}", of)}
}

// ShouldSample implements sdktrace.Sampler.
func (s share) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	result := sdktrace.SamplingResult{Decision: sdktrace.Drop, Tracestate: trace.SpanContextFromContext(p.ParentContext).TraceState()}
	if binary.BigEndian.Uint64(p.TraceID[8:])&(1<<shareBits-1) >= s.from {
		result.Decision = sdktrace.RecordAndSample
	}
	return result
}

// Description implements sdktrace.Sampler.
func (s share) Description() string { return s.name }
