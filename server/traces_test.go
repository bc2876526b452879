package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"sluice/server"
	"sluice/server/channels/twilio/twiliotest"
	"sluice/server/telemetry"
	"sluice/server/testhost"
)

const (
	tracedSID    = "AC0123456789abcdef0123456789abcdef"
	tracedToken  = "canary-token-77af31"
	tracedNumber = "+639171234567"
	tracedCode   = "canary-code-5d1e"
	tracedText   = "canary-text"
	tracedFlow   = `{"schema": "sluice/v1", "name": "Traced", "nodes": [
		{"id": "start", "type": "start", "config": {"inputs": [{"name": "phone", "type": "phone", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
		{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{phone}}", "category": "verification",
			"message": {"type": "text", "text": "canary-text {{code}}"}, "delivered_within": "1h"}}],
		"edges": [{"from": "start", "port": "next", "to": "sms"}]}`
)

// collected takes spans in place of a collector, and keeps them.
type collected struct {
	mu    sync.Mutex
	spans tracetest.SpanStubs
}

func (c *collected) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spans = append(c.spans, tracetest.SpanStubsFromReadOnlySpans(spans)...)
	return nil
}

func (c *collected) Shutdown(context.Context) error { return nil }

func (c *collected) all() tracetest.SpanStubs {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(tracetest.SpanStubs(nil), c.spans...)
}

// of are the spans of a run by name: those that name it, and the request that
// they hang on.
func (c *collected) of(t *testing.T, traceID trace.TraceID) map[string]tracetest.SpanStub {
	t.Helper()
	found := map[string]tracetest.SpanStub{}
	for _, s := range c.all() {
		if s.SpanContext.TraceID() != traceID {
			continue
		}
		if _, twice := found[s.Name]; twice && s.Name != "visit start" {
			t.Errorf("there are two spans %q in the trace", s.Name)
		}
		found[s.Name] = s
	}
	return found
}

// tracing is a server whose traces are looked at, behind a public address, with
// an SMS channel at a fake vendor.
type tracing struct {
	t      *testing.T
	url    string
	stop   func()
	public *public
}

// public passes requests on to whichever server runs now.
type public struct {
	*httptest.Server

	mu     sync.Mutex
	behind *url.URL
}

func newPublic(t *testing.T) *public {
	t.Helper()
	p := &public{}
	transport := &http.Transport{}
	p.Server = httptest.NewServer(&httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) {
		p.mu.Lock()
		defer p.mu.Unlock()
		r.SetURL(p.behind)
		r.Out.Host = r.In.Host
	}})
	t.Cleanup(func() {
		p.Close()
		transport.CloseIdleConnections()
	})
	return p
}

// startTracing starts a server; the zero Traces of o mean spans in memory.
func startTracing(t *testing.T, p *public, o server.Options) *tracing {
	t.Helper()
	ready, done := make(chan string, 1), make(chan error, 1)
	o.PublicURL, o.EgressAllow, o.BootstrapKey, o.Version = p.URL, []string{"127.0.0.0/8"}, testKey, "1.2.3"
	o.Ready = func(at string) { ready <- at }
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	go func() { done <- s.Run(ctx) }()
	w := &tracing{t: t, public: p, stop: sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})}
	t.Cleanup(w.stop)
	select {
	case w.url = <-ready:
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
	}
	behind, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.behind = behind
	p.mu.Unlock()
	return w
}

func (w *tracing) call(method, path string, header http.Header, body, answer any) {
	w.t.Helper()
	var raw []byte
	switch b := body.(type) {
	case nil:
	case string:
		raw = []byte(b)
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			w.t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	maps.Copy(r.Header, header)
	r.Header.Set("Authorization", "Bearer "+testKey)
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		w.t.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, data, err)
	}
	if answer != nil {
		if err := json.Unmarshal(data, answer); err != nil {
			w.t.Fatal(err)
		}
	}
}

// vendor is a fake SMS vendor that delivers when it is told to, and notes what
// traceparent it was shown.
func (w *tracing) vendor() (fake *twiliotest.Server, seen func() []string) {
	w.t.Helper()
	fake = twiliotest.New(twiliotest.Options{AccountSID: tracedSID, AuthToken: tracedToken, Script: func(twiliotest.Message) []twiliotest.Step { return nil }})
	var mu sync.Mutex
	var parents []string
	at := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/Messages.json") {
			mu.Lock()
			parents = append(parents, r.Header.Get("Traceparent"))
			mu.Unlock()
		}
		fake.ServeHTTP(out, r)
	}))
	w.t.Cleanup(func() { fake.Close(); at.Close() })
	var channel struct {
		ID string `json:"id"`
	}
	w.call(http.MethodPost, "/channels", nil, map[string]any{
		"slug": "sms-main", "name": "SMS", "type": "sms", "kind": "twilio", "base_url": at.URL,
		"credentials": map[string]string{"account_sid": tracedSID, "auth_token": tracedToken}, "settings": map[string]string{"sender": "+14155550100"},
	}, &channel)
	w.call(http.MethodPost, "/channels/"+channel.ID+"/bind", nil, nil, nil)
	return fake, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), parents...)
	}
}

func (w *tracing) flow() string {
	w.t.Helper()
	var flow struct {
		ID string `json:"id"`
	}
	w.call(http.MethodPost, "/flows/import", nil, tracedFlow, &flow)
	w.call(http.MethodPost, "/flows/"+flow.ID+"/publish", nil, nil, nil)
	return flow.ID
}

func (w *tracing) run(flow string, header http.Header) (id string) {
	w.t.Helper()
	var started runDetail
	w.call(http.MethodPost, "/flows/"+flow+"/runs", header, map[string]any{"inputs": map[string]any{"phone": tracedNumber, "code": tracedCode}}, &started)
	return started.ID
}

// until repeats the question until the answer is yes.
func (w *tracing) until(what string, ask func() bool) {
	w.t.Helper()
	k := killable{t: w.t}
	k.until(what, ask)
}

func (w *tracing) status(run string) string {
	w.t.Helper()
	var detail runDetail
	w.call(http.MethodGet, "/runs/"+run, nil, nil, &detail)
	return detail.Status
}

// completed waits until a run is.
func (w *tracing) completed(run string) {
	w.t.Helper()
	w.until("the run is completed", func() bool { return w.status(run) == "completed" })
}

// sent waits until the vendor and the run know of the message, and returns its
// name at the vendor.
func (w *tracing) sent(fake *twiliotest.Server, run string) string {
	w.t.Helper()
	w.until("the vendor takes the message", func() bool { return len(fake.Messages()) == 1 })
	var detail runDetail
	w.until("the run knows it", func() bool {
		w.call(http.MethodGet, "/runs/"+run, nil, nil, &detail)
		return detail.Messages[0].Status == "sent"
	})
	return fake.Messages()[0].SID
}

func inMemory() (*collected, telemetry.Config) {
	c := &collected{}
	return c, telemetry.Config{On: true, Exporter: c}
}

// TestARunIsOneTraceFromTriggerToReceipt runs one run through two processes: the
// first starts it and sends, the second, which was never told of the trace, takes
// the receipt in.
func TestARunIsOneTraceFromTriggerToReceipt(t *testing.T) {
	t.Parallel()
	const callers = "4bf92f3577b34da6a3ce929d0e0e4736"
	for name, f := range map[string]struct {
		header http.Header
		// parent is the caller's span.
		parent string
	}{
		"of its own":             {},
		"of a caller":            {http.Header{"Traceparent": {"00-" + callers + "-00f067aa0ba902b7-01"}}, "00f067aa0ba902b7"},
		"of its own, for a typo": {http.Header{"Traceparent": {"00-" + callers + "-xyz-01"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spans, config := inMemory()
			o := quiet(t)
			o.Traces = config
			p := newPublic(t)
			w := startTracing(t, p, o)
			fake, seen := w.vendor()
			id := w.run(w.flow(), f.header)
			sid := w.sent(fake, id)
			w.stop()
			w = startTracing(t, p, o)
			if err := fake.Advance(t.Context(), sid, twiliotest.Step{Status: "delivered"}); err != nil {
				t.Fatal(err)
			}
			w.completed(id)
			w.stop()

			want := strings.ReplaceAll(id, "-", "")
			if f.parent != "" {
				want = callers
			}
			traceID, err := trace.TraceIDFromHex(want)
			if err != nil {
				t.Fatal(err)
			}
			got := spans.of(t, traceID)
			request := "POST /api/v1/flows/:flow_id/runs"
			for name, parent := range map[string]string{
				request: "", "start run": request, "commit": "start run", "visit start": "start run", "visit send_sms": "start run",
				"send twilio": "visit send_sms", "receipt delivered": "visit send_sms", "run": "start run",
			} {
				span, there := got[name]
				if !there {
					t.Errorf("there is no span %q among %v", name, keys(got))
					continue
				}
				above := got[parent].SpanContext.SpanID().String()
				if name == request {
					above = (trace.SpanID{}).String()
					if f.parent != "" {
						above = f.parent
					}
				}
				if span.Parent.SpanID().String() != above {
					t.Errorf("%q hangs on %s and not on %q (%s)", name, span.Parent.SpanID(), parent, above)
				}
				if span.EndTime.Before(span.StartTime) {
					t.Errorf("%q ends before it begins", name)
				}
			}
			if len(got) != 8 {
				t.Errorf("the trace has the spans %v", keys(got))
			}
			for name, wants := range map[string]map[string]string{
				"send twilio":       {"sluice.attempt": "1", "sluice.provider": "twilio", "sluice.channel": "sms-main", "sluice.result": "accepted", "sluice.visit": "2", "sluice.run_id": id},
				"visit send_sms":    {"sluice.node": "sms", "sluice.port": "next", "sluice.event": "receipt"},
				"receipt delivered": {"sluice.receipt": "delivered", "sluice.channel": "sms-main"},
				"run":               {"sluice.status": "completed", "sluice.outcome": "next"},
				request:             {"http.response.status_code": "201", "http.route": "/api/v1/flows/:flow_id/runs"},
			} {
				for key, value := range wants {
					if have := attributeOf(got[name], key); have != value {
						t.Errorf("%q has %s = %q, want %q", name, key, have, value)
					}
				}
			}
			// The vendor's request is in a trace of its own, which the receipt names.
			if links := got["receipt delivered"].Links; len(links) != 1 || links[0].SpanContext.TraceID() == traceID {
				t.Errorf("the receipt has the links %+v", links)
			}
			if parents := seen(); len(parents) != 1 || parents[0] != "" {
				t.Errorf("the vendor was shown %q", parents)
			}
		})
	}
}

func keys(m map[string]tracetest.SpanStub) []string {
	var all []string
	for name := range m {
		all = append(all, name)
	}
	return all
}

func attributeOf(s tracetest.SpanStub, key string) string {
	for _, a := range s.Attributes {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

// TestInvariant17SpansHoldNoSecretNumberOrText looks for what must not leave the
// server in everything that a span has, errors of vendors included.
func TestInvariant17SpansHoldNoSecretNumberOrText(t *testing.T) {
	t.Parallel()
	spans, config := inMemory()
	o := quiet(t)
	o.Traces = config
	w := startTracing(t, newPublic(t), o)
	fake, _ := w.vendor()
	flow := w.flow()
	fake.Fail(twiliotest.Fault{Status: http.StatusInternalServerError})
	id := w.run(flow, http.Header{"Tracestate": {"vendor=" + tracedCode}, "Baggage": {"code=" + tracedCode}})
	sid := w.sent(fake, id)
	callback := fake.Messages()[0].StatusCallback
	if err := fake.Advance(t.Context(), sid, twiliotest.Step{Status: "undelivered", ErrorCode: 30003}); err != nil {
		t.Fatal(err)
	}
	w.until("the run ends", func() bool { return w.status(id) == "failed" })
	w.stop()
	data, err := json.Marshal(spans.all())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(id)) || !bytes.Contains(data, []byte("receipt failed")) || !bytes.Contains(data, []byte("POST /hooks/:hook_key")) || bytes.Count(data, []byte(`"send twilio"`)) != 2 {
		t.Fatalf("the spans are not all there: %s", data)
	}
	hook, err := url.Parse(callback)
	if err != nil {
		t.Fatal(err)
	}
	for what, canary := range map[string]string{
		"the secret input": tracedCode, "the number": strings.TrimPrefix(tracedNumber, "+"), "the text": tracedText, "the credential": tracedToken,
		"the API key": testKey, "the key of the webhook": strings.TrimPrefix(hook.Path, "/hooks/"), "the account": tracedSID,
	} {
		if i := bytes.Index(data, []byte(canary)); i >= 0 {
			t.Errorf("a span holds %s: …%s…", what, data[max(0, i-200):min(len(data), i+60)])
		}
	}
}

func TestSamplingIsDecidedPerRun(t *testing.T) {
	t.Parallel()
	const sampled, unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
	for name, f := range map[string]struct {
		share, parent string
		kept          bool
	}{
		"all runs": {"1", "", true}, "no run": {"0", "", false}, "no run but the caller's": {"0", sampled, true}, "all runs but the caller's": {"1", unsampled, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spans, config := inMemory()
			o := quiet(t)
			o.Traces = config.Sampled(f.share)
			w := startTracing(t, newPublic(t), o)
			fake, _ := w.vendor()
			header := http.Header{}
			if f.parent != "" {
				header.Set("Traceparent", f.parent)
			}
			id := w.run(w.flow(), header)
			sid := w.sent(fake, id)
			if err := fake.Advance(t.Context(), sid, twiliotest.Step{Status: "delivered"}); err != nil {
				t.Fatal(err)
			}
			w.completed(id)
			w.stop()
			seen := map[string]bool{}
			for _, s := range spans.all() {
				if attributeOf(s, "sluice.run_id") == id {
					seen[s.Name] = true
				}
			}
			if want := map[bool]int{true: 6, false: 0}[f.kept]; len(seen) != want {
				t.Errorf("the run has the spans %v, want %d", seen, want)
			}
		})
	}
}

func TestHostsThatTheOperatorNamesSeeTheTraceparent(t *testing.T) {
	t.Parallel()
	spans, config := inMemory()
	o := quiet(t)
	o.Traces, o.TraceHosts = config, []string{"127.0.0.1"}
	w := startTracing(t, newPublic(t), o)
	fake, seen := w.vendor()
	id := w.run(w.flow(), nil)
	w.sent(fake, id)
	w.stop()
	for _, s := range spans.all() {
		if s.Name == "send twilio" {
			if want := "00-" + s.SpanContext.TraceID().String() + "-" + s.SpanContext.SpanID().String() + "-01"; len(seen()) != 1 || seen()[0] != want {
				t.Errorf("the vendor was shown %q, want %s", seen(), want)
			}
			return
		}
	}
	t.Error("there is no span of the send")
}

// TestACollectorGetsTheSpans speaks OTLP over HTTP to a collector.
func TestACollectorGetsTheSpans(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	names, about := map[string]bool{}, map[string]string{}
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var got collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &got)
		}
		if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			http.Error(w, "not OTLP", http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, resource := range got.GetResourceSpans() {
			for _, a := range resource.GetResource().GetAttributes() {
				about[a.GetKey()] = a.GetValue().GetStringValue()
			}
			for _, scope := range resource.GetScopeSpans() {
				for _, s := range scope.GetSpans() {
					names[s.GetName()] = true
				}
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(at.Close)
	o := quiet(t)
	o.Traces = telemetry.Config{On: true, Endpoint: at.URL}
	w := startTracing(t, newPublic(t), o)
	fake, _ := w.vendor()
	w.sent(fake, w.run(w.flow(), nil))
	w.stop()
	mu.Lock()
	defer mu.Unlock()
	for _, name := range []string{"start run", "commit", "visit start", "send twilio"} {
		if !names[name] {
			t.Errorf("the collector has no span %q: %v", name, names)
		}
	}
	if about["service.name"] != "sluice" || about["service.version"] != "1.2.3" || about["service.instance.id"] == "" {
		t.Errorf("the collector knows the server as %v", about)
	}
}

// TestACollectorThatIsAwayHoldsNothingUp names a collector where nobody listens.
func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	began := time.Now()
	o := quiet(t)
	o.Traces, o.Log = telemetry.Config{On: true, Endpoint: "http://" + testhost.Address(t)}, slog.New(slog.NewTextHandler(&log, nil))
	w := startTracing(t, newPublic(t), o)
	fake, _ := w.vendor()
	id := w.run(w.flow(), nil)
	if err := fake.Advance(t.Context(), w.sent(fake, id), twiliotest.Step{Status: "delivered"}); err != nil {
		t.Fatal(err)
	}
	w.completed(id)
	w.stop()
	// One line, and another for each minute that the machine needs longer.
	if n := strings.Count(log.String(), "traces cannot be exported"); n < 1 || n > 1+int(time.Since(began)/time.Minute) {
		t.Errorf("%d lines say that traces cannot be exported: %s", n, log.String())
	}
}
