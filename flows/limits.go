package flows

import "regexp"

// Limits of a flow document. They keep a hostile or runaway document from
// costing more memory and time than any drawing made by people needs.
const (
	// MaxDocument is the size of a document in bytes.
	MaxDocument = 2 << 20
	// MaxDepth is how deep JSON values may nest: the deepest real nesting, a
	// condition's groups, stays under 20.
	MaxDepth = 64
	// MaxPath is how many bytes the names of the fields that lead to a value may have
	// together: a pointer into the document is written for each text in it.
	MaxPath = 2 << 10
	// MaxNodes keeps the canvas and the bound's search workable.
	MaxNodes = 2000
	// MaxEdges allows each node ten exits on average.
	MaxEdges = 20000
	// MaxScenarios and MaxNotes keep what travels with a flow in proportion.
	MaxScenarios = 1000
	MaxNotes     = 1000
	// MaxName is the length of names that people read, in bytes.
	MaxName = 200
)

const durationPattern = `^([0-9]+(\.[0-9]+)?(d|h|m|s|ms|us|µs|ns))+$`

var (
	// identifier is what an expression can name: a variable or a port.
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)
	// nodeID is an id of a node. Ids that are identifiers can be written as
	// steps.<id> in expressions; others need steps["<id>"].
	nodeID = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}$`)
)
