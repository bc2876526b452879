// Package engine is the interpreter: it compiles a flow once and then steps
// runs of it. It is pure. It reads no clock, files or network, and the same
// state, event and time always give the same result, byte for byte.
package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"sluice/engine/expression"
	"sluice/engine/phone"
	"sluice/flows"
)

// Limits bound what one run can do.
type Limits struct {
	// Steps is the number of visits. A flow needs more only by jumping round
	// and round, so a run that gets here is taken for a mistake.
	Steps int
	// Lifetime is the time from a run's start to its forced end.
	Lifetime time.Duration
}

// DefaultLimits are the limits of a program unless WithLimits changes them.
func DefaultLimits() Limits { return Limits{Steps: 1000, Lifetime: 30 * 24 * time.Hour} }

// Program is a compiled flow. It is immutable and serves any number of runs at
// the same time.
type Program struct {
	flow       *flows.Flow
	nodes      []node
	index      map[string]int
	start      int
	inputs     []Input
	references []ChannelRef
	secrets    secretNames
	limits     Limits
	bound      Bound
	// phones spares reading the same number again; nil remembers nothing.
	phones *phone.Memory
}

// node is a compiled node.
type node struct {
	id, title string
	spec      flows.NodeSpec
	behaviour Behaviour
	// edges leads from ports to nodes.
	edges map[string]int
}

func (n *node) port(name string) flows.PortSpec {
	for _, p := range n.spec.Ports {
		if p.Name == name {
			return p
		}
	}
	return flows.PortSpec{Name: name, Title: name}
}

// secretNames are the variables and outputs that must not be shown.
type secretNames struct {
	variables map[string]bool
	// outputs are keyed by node id and output name.
	outputs map[[2]string]bool
}

// secretOutputs are the names of the outputs of a node that are secret.
func (p *Program) secretOutputs(id string) map[string]bool {
	i, ok := p.index[id]
	if !ok || len(p.secrets.outputs) == 0 {
		return nil
	}
	names := map[string]bool{}
	for _, o := range p.nodes[i].spec.Outputs {
		if p.secrets.outputs[[2]string{id, o.Name}] {
			names[o.Name] = true
		}
	}
	return names
}

// reads reports whether reading that path can show a secret.
func (s secretNames) reads(path []string) bool {
	if len(path) == 0 {
		return false
	}
	if path[0] != "steps" {
		return s.variables[path[0]]
	}
	if len(path) >= 3 {
		return s.outputs[[2]string{path[1], path[2]}]
	}
	for key := range s.outputs {
		if len(path) == 1 || key[0] == path[1] {
			return true
		}
	}
	return false
}

func (s secretNames) anyOf(refs []expression.Reference) bool {
	for _, r := range refs {
		if s.reads(r.Path) {
			return true
		}
	}
	return false
}

// ChannelRef is a channel or template that the flow names and that must exist
// where the flow is published.
type ChannelRef struct {
	Node    string `json:"node"`
	Pointer string `json:"pointer"`
	// Kind is "channel" or "template".
	Kind        string `json:"kind"`
	Slug        string `json:"slug"`
	ChannelType string `json:"channel_type"`
}

// Flow is the document that the program was compiled from.
func (p *Program) Flow() *flows.Flow { return p.flow }

// Inputs are the inputs that the start declares, in order.
func (p *Program) Inputs() []Input { return p.inputs }

// References are the channels and templates that the flow names.
func (p *Program) References() []ChannelRef { return p.references }

// WithLimits is the same program under other limits.
func (p *Program) WithLimits(l Limits) *Program {
	c := *p
	c.limits = l
	return &c
}

// WithPhones is the same program with a memory for the phone numbers that it
// reads, which programs may share. It changes how fast they run, nothing else.
func (p *Program) WithPhones(m *phone.Memory) *Program {
	c := *p
	c.phones = m
	return &c
}

// WithBehaviours is the same program with some nodes behaving otherwise: replace
// is asked once per node and may give the behaviour back as it is. Stand-ins of
// tests and tries come in here; the world that production runs in never does.
func (p *Program) WithBehaviours(replace func(nodeID string, own Behaviour) Behaviour) *Program {
	c := *p
	c.nodes = slices.Clone(p.nodes)
	for i := range c.nodes {
		c.nodes[i].behaviour = replace(c.nodes[i].id, c.nodes[i].behaviour)
	}
	return &c
}

// MaskedVariables are the variables of a run with secret values hidden.
func (p *Program) MaskedVariables(s State) map[string]any {
	masked := make(map[string]any, len(s.Vars)+len(p.secrets.variables))
	maps.Copy(masked, s.Vars)
	for name := range p.secrets.variables {
		if _, set := s.Secrets[name]; set {
			masked[name] = Mask
		}
	}
	return masked
}

// Variables are the variables of a run, secrets included: for a test's
// expectations, never for showing.
func (p *Program) Variables(s State) map[string]any {
	all := make(map[string]any, len(s.Vars)+len(s.Secrets))
	maps.Copy(all, s.Vars)
	for name := range p.secrets.variables {
		if v, set := s.Secrets[name]; set {
			all[name] = v
		}
	}
	return all
}

// Title is what people call a node of the flow.
func (p *Program) Title(nodeID string) string {
	if i, ok := p.index[nodeID]; ok {
		return p.nodes[i].title
	}
	return nodeID
}

// NodeType is the type of a node of the flow, or "".
func (p *Program) NodeType(nodeID string) string {
	if i, ok := p.index[nodeID]; ok {
		return p.nodes[i].spec.Type
	}
	return ""
}

// Spec describes the type of a node of the flow; ok is false when there is no
// such node.
func (p *Program) Spec(nodeID string) (spec flows.NodeSpec, ok bool) {
	i, ok := p.index[nodeID]
	if !ok {
		return flows.NodeSpec{}, false
	}
	return p.nodes[i].spec, true
}

// Ports lists the exits of a node of the flow, or nil.
func (p *Program) Ports(nodeID string) []string {
	i, ok := p.index[nodeID]
	if !ok {
		return nil
	}
	return flows.PortNames(p.nodes[i].spec, flows.Node{Config: p.config(nodeID)})
}

func (p *Program) config(nodeID string) json.RawMessage {
	n, _ := p.flow.Node(nodeID)
	return n.Config
}
