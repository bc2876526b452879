// Package liquid translates Liquid templates (https://shopify.github.io/liquid/)
// into templates of ours, whose expressions give the same texts. It runs nothing:
// what a run knows only when it runs stays a variable, everything else is worked
// out here. What cannot be translated is a Problem and leaves a hole that no flow
// can be published with, never a tag in a text that people would get to read.
//
// Where Liquid tells numbers from texts of digits, the translation does not: the
// tools that Liquid texts come from turn one into the other between their steps.
package liquid

// Limits keep a hostile text from costing more than it can be worth.
const (
	// MaxSource is the longest text that is translated, in bytes: as long as a
	// template of ours may be.
	MaxSource = 32 << 10
	// maxExpression is the longest expression, in bytes: what the engine compiles.
	maxExpression = 4 << 10
	// maxTemplate is the longest translation, in bytes: what the engine parses.
	maxTemplate = 32 << 10
	// maxDepth is how deep blocks may nest in a text.
	maxDepth = 32
	// maxFilters is how many filters one value may pass.
	maxFilters = 32
	// maxTurns is how often a loop goes round. Studio stops at 15.
	maxTurns = 50
	// maxNames is how many values a text may name.
	maxNames = 100
	// maxWork is what the translation of one text may cost, allWork what those of
	// all texts of a document may: loops over what is known here are written out. A
	// unit is a node, or bytesPerWork bytes that are read or written.
	maxWork      = 20_000
	allWork      = 500_000
	bytesPerWork = 32
)

// Problem is a part of a text that has no translation.
type Problem struct {
	// Code is "liquid_tag", "liquid_filter", "liquid_syntax" or "liquid_too_large".
	Code    string
	Message string
}

// Scope says what the variables of a text are.
type Scope interface {
	// Variable is the value at a path of at least one name, or the part of it that
	// one value stands for: the rest of the names, such as members of an object,
	// are read from that value.
	Variable(names []string) (v Value, rest []string)
	// Zone is the time zone that dates are written in, by its IANA name.
	Zone() string
}
