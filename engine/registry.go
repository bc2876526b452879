package engine

import (
	"fmt"
	"time"

	"sluice/flows"
)

// NodeType is a node type: what it looks like and how to make one.
type NodeType struct {
	Spec flows.NodeSpec
	// Compile makes the behaviour of one node from its config. What is wrong
	// beyond the spec's checks it reports to c. It also sees configs that have
	// not passed those checks, so that everything wrong is found at once; the
	// behaviour of a node with errors is not used.
	Compile func(c *Compiler) Behaviour
}

// Behaviour is what a node does with a run. It is shared by all runs: what it
// remembers of one belongs in the visit.
type Behaviour interface {
	// Enter is called when a run enters the node.
	Enter(v *Visit) Move
	// Handle is called with each event for a run that waits in the node: the
	// due timer, send results and receipts of this visit, and replies of
	// anybody that the run wrote to.
	Handle(v *Visit, ev Event) Move
	// Exits lists what a visit can lead to, for the worst-case bound.
	// connected reports whether a port has an edge of its own.
	Exits(connected func(port string) bool) Exits
}

// Instant is embedded by behaviours that never wait.
type Instant struct{}

// Handle ignores the event: an instant node is left in the step that enters it.
func (Instant) Handle(*Visit, Event) Move { return Ignore("the node does not wait for events") }

// Exits is what one visit of a node can cost and where it can lead.
type Exits struct {
	// Messages is how many messages a visit sends at most.
	Messages int
	// Again is how often a visit can be followed by another one of the same
	// node at most. Messages and the times of Ports count all of them.
	Again int
	Ports []Exit
	// Jump is the node that the run can go to without an edge, at most Times
	// times in one run. The port Exceeded is taken from then on.
	Jump *JumpExit
}

// Exit is a port that can be taken, at the latest After entering.
type Exit struct {
	Port  string
	After time.Duration
	// Unbounded says why After is not known, if so.
	Unbounded string
}

// JumpExit describes a counted jump.
type JumpExit struct {
	Target   string
	Times    int
	Exceeded string
}

// Registry is a set of node types. It is a value that programs are compiled
// with, so that tests and embedders can have their own.
type Registry struct {
	order []string
	types map[string]NodeType
	specs map[string]flows.NodeSpec
}

// NewRegistry makes a registry. It panics when two types share a name, which
// is a mistake in the program.
func NewRegistry(types ...NodeType) *Registry {
	r := &Registry{types: map[string]NodeType{}, specs: map[string]flows.NodeSpec{}}
	for _, t := range types {
		name := t.Spec.Type
		if _, again := r.types[name]; again {
			panic(fmt.Sprintf("engine: the node type %q is registered twice", name))
		}
		r.order = append(r.order, name)
		r.types[name] = t
		r.specs[name] = t.Spec
	}
	return r
}

// Specs lists the specs in the order of registration, which is that of the
// palette.
func (r *Registry) Specs() []flows.NodeSpec {
	specs := make([]flows.NodeSpec, len(r.order))
	for i, name := range r.order {
		specs[i] = r.types[name].Spec
	}
	return specs
}
