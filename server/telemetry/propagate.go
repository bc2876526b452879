package telemetry

import (
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/propagation"
)

// ParseHosts splits a list of hosts with commas, as operators write it.
func ParseHosts(list string) []string {
	var hosts []string
	for host := range strings.SplitSeq(list, ",") {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// Propagate makes requests to some hosts carry the traceparent of what they are
// made for: "api.example.org", "api.example.org:8443", "*.example.org". Nobody
// else learns of traces. It is nil when there is nothing to add.
func (t *Tracer) Propagate(hosts []string) func(http.RoundTripper) http.RoundTripper {
	if t == nil || len(hosts) == 0 {
		return nil
	}
	return func(next http.RoundTripper) http.RoundTripper { return propagator{next: next, hosts: hosts} }
}

type propagator struct {
	next  http.RoundTripper
	hosts []string
}

// RoundTrip implements http.RoundTripper.
func (p propagator) RoundTrip(r *http.Request) (*http.Response, error) {
	if !p.tells(r) {
		return p.next.RoundTrip(r)
	}
	with := r.Clone(r.Context())
	propagation.TraceContext{}.Inject(r.Context(), propagation.HeaderCarrier(with.Header))
	return p.next.RoundTrip(with)
}

// tells reports whether a request's host may know.
func (p propagator) tells(r *http.Request) bool {
	host, name := strings.ToLower(r.URL.Host), strings.ToLower(r.URL.Hostname())
	for _, h := range p.hosts {
		if h == host || h == name || strings.HasPrefix(h, "*.") && strings.HasSuffix(name, h[1:]) {
			return true
		}
	}
	return false
}
