package command

import (
	"os"

	"sluice/server/telemetry"
)

// traceSettings are the flags about traces. What they do not say the standard
// OTEL_… variables do.
type traceSettings struct {
	s                       *settings
	endpoint, sample, hosts *string
}

func newTraceSettings(s *settings) traceSettings {
	return traceSettings{
		s:        s,
		endpoint: s.text("trace-endpoint", "", "where an OpenTelemetry collector takes OTLP over HTTP, such as http://localhost:4318"),
		sample:   s.text("trace-sample", "", "the share of runs to trace, from 0 to 1 (default 1)"),
		hosts:    s.text("trace-hosts", "", "hosts that may see the traceparent of calls to them, with commas (default none)"),
	}
}

func (t traceSettings) config() (telemetry.Config, error) {
	c, err := telemetry.FromEnvironment(os.LookupEnv)
	if err != nil {
		return c, err
	}
	if *t.endpoint != "" {
		c.On, c.Endpoint = true, *t.endpoint
	}
	if *t.sample != "" {
		c = c.Sampled(*t.sample)
	}
	return c, nil
}

func (t traceSettings) to() []string { return telemetry.ParseHosts(*t.hosts) }
