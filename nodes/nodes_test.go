package nodes_test

import (
	"encoding/json"
	"testing"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// epoch is when every run of these tests starts.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// compile makes a program of a flow, failing the test on errors.
func compile(t testing.TB, document string) *engine.Program {
	t.Helper()
	p, diags := tryCompile(t, document)
	if diags.HasErrors() {
		t.Fatalf("the flow has errors:\n%v", diags)
	}
	return p
}

func tryCompile(t testing.TB, document string) (*engine.Program, flows.Diagnostics) {
	t.Helper()
	f, decoding := flows.Decode([]byte(document))
	if f == nil {
		t.Fatalf("the flow cannot be read: %v", decoding)
	}
	p, diags := engine.Compile(f, nodes.Standard())
	return p, append(decoding, diags...)
}

// flow puts nodes and edges between the usual first and last lines. An edge is
// written "from.port>to".
func flow(t testing.TB, inputs, rest string, edges ...string) string {
	t.Helper()
	type edge struct{ From, Port, To string }
	list := []flows.Edge{}
	for _, e := range edges {
		var parts edge
		for i, r := range e {
			if r == '.' {
				parts.From = e[:i]
				e = e[i+1:]
				break
			}
		}
		for i, r := range e {
			if r == '>' {
				parts.Port, parts.To = e[:i], e[i+1:]
			}
		}
		list = append(list, flows.Edge(parts))
	}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return `{"schema":"sluice/v1","name":"test","nodes":[{"id":"start","type":"start","config":{"inputs":` + inputs + `}},` + rest + `],"edges":` + string(data) + `}`
}

// runner drives one run by hand, writing the state out and reading it back
// before every step (a reload is tested all the time).
type runner struct {
	t       testing.TB
	p       *engine.Program
	state   engine.State
	now     time.Time
	effects []engine.Effect
	trace   engine.Trace
}

func begin(t testing.TB, p *engine.Program, inputs string) *runner {
	t.Helper()
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(inputs), &raw); err != nil {
		t.Fatal(err)
	}
	values, problems := p.CheckInputs(raw)
	if len(problems) > 0 {
		t.Fatalf("inputs: %v", problems)
	}
	r := &runner{t: t, p: p, now: epoch}
	r.step(engine.Event{Kind: engine.EventStart, Start: &engine.Start{RunID: "run-1", Inputs: values}})
	return r
}

func (r *runner) step(ev engine.Event) {
	r.t.Helper()
	if r.state.V != 0 {
		data, err := engine.EncodeState(r.state)
		if err != nil {
			r.t.Fatal(err)
		}
		if r.state, err = engine.DecodeState(data); err != nil {
			r.t.Fatal(err)
		}
	}
	before, _ := json.Marshal(r.state)
	next, effects, trace := r.p.Step(r.state, ev, r.now)
	again, effects2, trace2 := r.p.Step(r.state, ev, r.now)
	if a, b := mustJSON(r.t, []any{next, effects, trace}), mustJSON(r.t, []any{again, effects2, trace2}); a != b {
		r.t.Fatalf("the same step gave two results:\n%s\n%s", a, b)
	}
	if after, _ := json.Marshal(r.state); string(before) != string(after) {
		r.t.Fatalf("Step changed the state it was given:\n%s\n%s", before, after)
	}
	r.state = next
	r.effects = append(r.effects, effects...)
	r.trace = append(r.trace, trace...)
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// at moves the clock to so long after the start.
func (r *runner) at(d time.Duration) *runner {
	r.now = epoch.Add(d)
	return r
}

func (r *runner) accepted() {
	r.t.Helper()
	r.step(engine.Event{Kind: engine.EventSendResult, Visit: r.state.Visit, Send: &engine.SendResult{ProviderMessageID: "m"}})
}

func (r *runner) refused(class engine.ErrorClass, code string) {
	r.t.Helper()
	r.step(engine.Event{Kind: engine.EventSendResult, Visit: r.state.Visit, Send: &engine.SendResult{Class: class, Code: code}})
}

func (r *runner) receipt(status engine.ReceiptStatus) {
	r.t.Helper()
	r.step(engine.Event{Kind: engine.EventReceipt, Visit: r.state.Visit, Receipt: &engine.Receipt{Status: status}})
}

func (r *runner) timer() {
	r.t.Helper()
	r.step(engine.Event{Kind: engine.EventTimer, Visit: r.state.Visit})
}

// path lists the nodes visited.
func (r *runner) path() []string {
	var path []string
	for _, item := range r.trace {
		if item.Kind == engine.TraceEntered {
			path = append(path, item.Node)
		}
	}
	return path
}

// ports lists the ports left by, "port" or "port via fallback".
func (r *runner) ports() []string {
	var ports []string
	for _, item := range r.trace {
		if item.Kind == engine.TraceLeft {
			port := item.Port
			if item.Via != "" {
				port += " via " + item.Via
			}
			ports = append(ports, port)
		}
	}
	return ports
}

func (r *runner) ignored() []string {
	var reasons []string
	for _, item := range r.trace {
		if item.Kind == engine.TraceIgnored {
			reasons = append(reasons, item.Reason)
		}
	}
	return reasons
}
