package scenario

import (
	"time"

	"encoding/json"

	"sluice/engine"
	"sluice/flows"
)

// Outcome is how one scenario went. It passed when there are neither problems
// nor mismatches.
type Outcome struct {
	// InputProblems and Diagnostics say why it could not run; the pointers of
	// the diagnostics are relative to the scenario.
	InputProblems []engine.InputProblem
	Diagnostics   flows.Diagnostics
	// Result is nil when it could not run.
	Result     *Result
	Mismatches []Mismatch
}

// Passed reports whether everything happened as expected.
func (o Outcome) Passed() bool { return o.Result != nil && len(o.Mismatches) == 0 }

// Test runs one scenario and compares. Its local times are meant in UTC.
func Test(p *engine.Program, s flows.Scenario) Outcome { return TestIn(p, s, time.UTC) }

// TestIn is Test in another time zone.
func TestIn(p *engine.Program, s flows.Scenario, zone *time.Location) Outcome {
	inputs, problems := p.CheckInputs(s.Inputs)
	o := Outcome{InputProblems: problems}
	for _, d := range CheckWorld(p, s.World) {
		d.Pointer = "/world" + d.Pointer
		o.Diagnostics = append(o.Diagnostics, d)
	}
	if len(problems) > 0 || len(o.Diagnostics) > 0 {
		return o
	}
	result := Run(p, inputs, s.World, Start().In(zone))
	o.Result, o.Mismatches = &result, Check(result, s.Expect)
	return o
}

// Accept is the expectation with each key that it gives brought to what happened.
// Of messages it keeps the keys that the entries gave; a message that is new
// gets those of the entry before it.
func Accept(r Result, want flows.Expect) flows.Expect {
	all := ExpectationOf(r)
	var e flows.Expect
	if want.Path != nil {
		e.Path = all.Path
	}
	if want.Status != "" {
		e.Status = all.Status
	}
	if want.Outcome != "" {
		e.Outcome = all.Outcome
	}
	if want.Elapsed != nil {
		e.Elapsed = all.Elapsed
	}
	for name := range want.Variables {
		value, set := r.Variables[name]
		if !set {
			continue
		}
		if e.Variables == nil {
			e.Variables = map[string]json.RawMessage{}
		}
		e.Variables[name] = json.RawMessage(jsonText(value))
	}
	if want.Messages != nil {
		e.Messages = acceptMessages(all.Messages, want.Messages)
	}
	return e
}

func acceptMessages(got, want []flows.ExpectMessage) []flows.ExpectMessage {
	kept := []flows.ExpectMessage{}
	for i, m := range got {
		keys := flows.ExpectMessage{Node: m.Node}
		if len(want) > 0 {
			keys = want[min(i, len(want)-1)]
		}
		kept = append(kept, flows.ExpectMessage{
			Node: only(keys.Node, m.Node), ChannelType: only(keys.ChannelType, m.ChannelType), To: only(keys.To, m.To), Text: only(keys.Text, m.Text),
		})
	}
	return kept
}

// only is the value where a key is given.
func only(key, value *string) *string {
	if key == nil {
		return nil
	}
	return value
}

// ExpectationOf is everything that a scenario can expect of a run like this
// one. Variables that hold secrets are left out: they say nothing that the
// scenario's inputs do not, and are masked wherever they are shown.
func ExpectationOf(r Result) flows.Expect {
	elapsed := r.Elapsed
	e := flows.Expect{Path: r.Path, Status: string(r.Status), Outcome: r.Outcome, Elapsed: &elapsed, Messages: []flows.ExpectMessage{}}
	for name, value := range r.Variables {
		if r.Masked[name] == engine.Mask {
			continue
		}
		if e.Variables == nil {
			e.Variables = map[string]json.RawMessage{}
		}
		e.Variables[name] = json.RawMessage(jsonText(value))
	}
	for _, m := range r.Messages {
		w := flows.ExpectMessage{Node: &m.Node, ChannelType: &m.ChannelType, To: &m.To}
		if m.Text != "" {
			w.Text = &m.Text
		}
		e.Messages = append(e.Messages, w)
	}
	return e
}
