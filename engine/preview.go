package engine

import (
	"encoding/json"
	"time"

	"sluice/engine/expression"
	"sluice/flows"
)

// Preview renders texts of a flow against sample values. Unlike a Program it is
// made from a flow that may still have mistakes.
type Preview struct {
	inputs  map[string]Input
	secrets secretNames
	env     map[string]any
	now     time.Time
}

// Sample is what a text is rendered with: values as a run would hold them.
type Sample struct {
	// Variables are inputs and set variables by name.
	Variables map[string]any
	// Steps are outputs by node id and name.
	Steps            map[string]map[string]any
	Contact, Trigger map[string]any
	RunID            string
	StartedAt        time.Time
	// Now is what now() gives, in the zone in which local times are meant.
	Now time.Time
}

// Rendered is what a text gave.
type Rendered struct {
	// Text is what a person would read, secrets masked.
	Text string
	// Value is the value with its type; nil when it is masked.
	Value any
	// Masked is true when the text reads a secret.
	Masked bool
}

// NewPreview finds out what is secret in a flow and reads the sample. Values
// that are too large to be a run's are left out.
func NewPreview(f *flows.Flow, reg *Registry, sample Sample) *Preview {
	s := analyse(f, reg, false)
	p := &Preview{inputs: map[string]Input{}, secrets: s.program.secrets, env: map[string]any{}, now: sample.Now}
	for _, in := range s.program.inputs {
		p.inputs[in.Name] = in
	}
	for name, value := range sample.Variables {
		if !builtinNames[name] {
			p.set(p.env, name, p.asInput(name, value))
		}
	}
	steps := map[string]any{}
	for id, outputs := range sample.Steps {
		step := map[string]any{}
		for name, value := range outputs {
			p.set(step, name, value)
		}
		steps[id] = step
	}
	contact, trigger := map[string]any{}, map[string]any{}
	for name, value := range sample.Contact {
		p.set(contact, name, value)
	}
	for name, value := range sample.Trigger {
		p.set(trigger, name, value)
	}
	p.env["steps"], p.env["contact"], p.env["trigger"] = steps, contact, trigger
	p.env["run"] = runValues(RunInfo{ID: sample.RunID, StartedAt: sample.StartedAt, TimeZone: sample.Now.Location().String()})
	return p
}

func (p *Preview) set(target map[string]any, name string, value any) {
	if normal, err := expression.Normalize(value); err == nil {
		target[name] = normal
	}
}

// asInput reads a value as a run reads its inputs: a phone number becomes E.164.
// What does not fit the input's type stays as it is: it is only a sample.
func (p *Preview) asInput(name string, value any) any {
	in, declared := p.inputs[name]
	if !declared {
		return value
	}
	data, err := json.Marshal(value)
	if err != nil {
		return value
	}
	if read, problem := in.read(data, nil); problem == nil {
		return read
	}
	return value
}

// Template renders text with {{ expressions }}. Errors are *expression.Error.
func (p *Preview) Template(source string) (Rendered, error) {
	t, err := expression.ParseTemplate(source)
	if err != nil {
		return Rendered{}, err
	}
	text, err := t.Masked(p.env, p.now, Mask, p.secrets.reads)
	if err != nil {
		return Rendered{}, err
	}
	if p.secrets.anyOf(t.References()) {
		return Rendered{Text: text, Masked: true}, nil
	}
	value, err := t.Value(p.env, p.now)
	return Rendered{Text: text, Value: value}, err
}

// Expression evaluates one expression. Errors are *expression.Error.
func (p *Preview) Expression(source string) (Rendered, error) {
	e, err := expression.Compile(source)
	if err != nil {
		return Rendered{}, err
	}
	if p.secrets.anyOf(e.References()) {
		return Rendered{Text: Mask, Masked: true}, nil
	}
	value, err := e.Eval(p.env, p.now)
	if err != nil {
		return Rendered{}, err
	}
	text, err := expression.Text(value)
	return Rendered{Text: text, Value: value}, err
}
