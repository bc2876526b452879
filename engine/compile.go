package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sluice/engine/expression"
	"sluice/flows"
)

// Compile checks a flow and makes it a program: all templates and expressions
// are parsed and all edges resolved here, once. The diagnostics hold
// everything that is wrong; the program is nil when errors are among them. A flow
// whose only errors are its placeholders has a program all the same: it can be
// tried, and must not be published.
func Compile(f *flows.Flow, reg *Registry) (*Program, flows.Diagnostics) {
	return analyse(f, reg, false).compile()
}

// CompilePublished is Compile for a version that was published: what only later
// releases refuse stops nobody who runs it, so it is a warning there.
func CompilePublished(f *flows.Flow, reg *Registry) (*Program, flows.Diagnostics) {
	return analyse(f, reg, true).compile()
}

func (s *compilation) compile() (*Program, flows.Diagnostics) {
	s.checkScope()
	if diags := s.found.Diagnostics(); diags.Broken() {
		return nil, diags
	}
	s.checkBound()
	s.checkWindows()
	return s.program, s.found.Diagnostics()
}

// References are the channels and templates that the nodes of a flow name,
// whatever mistakes the flow has.
func References(f *flows.Flow, reg *Registry) []ChannelRef {
	return analyse(f, reg, false).program.references
}

// analyse compiles the nodes and finds out what is secret, whatever mistakes the
// flow has.
func analyse(f *flows.Flow, reg *Registry, published bool) *compilation {
	p := &Program{
		flow: f, index: map[string]int{}, limits: DefaultLimits(),
		secrets: secretNames{variables: map[string]bool{}, outputs: map[[2]string]bool{}},
	}
	structure := flows.Check(f, reg.specs)
	s := &compilation{program: p, flow: f, published: published}
	s.found.Add(structure...)
	broken := structure.ErrorsByNode()
	for i, n := range f.Nodes {
		t, known := reg.types[n.Type]
		if !known {
			continue
		}
		// A second node of the same id is checked too, but nothing leads to it.
		if _, again := p.index[n.ID]; !again {
			p.index[n.ID] = len(p.nodes)
		}
		c := newCompiler(s, n, t.Spec, flows.Pointer("/nodes", strconv.Itoa(i)))
		compiled := node{id: n.ID, title: n.Title(), spec: t.Spec, edges: map[string]int{}}
		s.compilers = append(s.compilers, c)
		c.known = broken[i]
		c.parseTexts()
		if len(c.known) > 0 {
			// Other nodes are still checked, as if this one set what it names.
			c.assumeSets()
		}
		compiled.behaviour = t.Compile(c)
		if t.Spec.Entry {
			p.start = len(p.nodes)
		}
		p.nodes = append(p.nodes, compiled)
	}
	for _, e := range f.Edges {
		from, okFrom := p.index[e.From]
		to, okTo := p.index[e.To]
		if okFrom && okTo {
			p.nodes[from].edges[e.Port] = to
		}
	}
	s.spreadSecrets()
	return s
}

// compilation is what the compilers of one flow's nodes share.
type compilation struct {
	program   *Program
	flow      *flows.Flow
	found     flows.Findings
	spell     flows.Suggestions
	compilers []*Compiler
	// next are the nodes that each node leads to.
	next [][]int
	// published is true for a version that was published.
	published bool
}

// maxKnown is how many errors of a node what its type finds is compared with: each
// finding with each of them.
const maxKnown = 100

// Compiler is what a node type's Compile works with.
type Compiler struct {
	all  *compilation
	node flows.Node
	spec flows.NodeSpec
	// pointer leads to the node's config in the document.
	pointer     string
	templates   map[string]*expression.Template
	expressions map[string]*expression.Expression
	sets        []assignment
	outputs     []derivedOutput
	// session is the pointer to the message of a node that sends something
	// which people have to have written for.
	session string
	// known are the errors that the config had before the node type saw it.
	known flows.Diagnostics
}

// assignment is a variable that a node sets, from what.
type assignment struct {
	name   string
	secret bool
	from   []expression.Reference
}

type derivedOutput struct {
	name string
	from []expression.Reference
}

func newCompiler(s *compilation, n flows.Node, spec flows.NodeSpec, pointer string) *Compiler {
	return &Compiler{
		all: s, node: n, spec: spec, pointer: pointer + "/config",
		templates: map[string]*expression.Template{}, expressions: map[string]*expression.Expression{},
	}
}

// parseTexts parses every template and expression of the config.
func (c *Compiler) parseTexts() {
	flows.WalkText(c.spec, c.node.Config, func(f flows.Field, pointer, text string) {
		var err error
		if f.Kind == flows.KindExpression {
			var e *expression.Expression
			if e, err = expression.Compile(text); err == nil {
				c.expressions[pointer] = e
				return
			}
		} else {
			var t *expression.Template
			if t, err = expression.ParseTemplate(text); err == nil {
				c.templates[pointer] = t
				return
			}
		}
		message, hint := err.Error(), ""
		if e, ok := errors.AsType[*expression.Error](err); ok {
			message, hint = e.Message, e.Hint
		}
		c.report(flows.SeverityError, "bad_expression", pointer, Sentence(message), Sentence(hint))
		if len(c.known) >= maxKnown {
			return
		}
		c.known = append(c.known, flows.Diagnostic{Severity: flows.SeverityError, Code: "bad_expression", Pointer: c.pointer + pointer})
	})
}

// Sentence makes a message that is part of a sentence a whole one. A function
// that it begins with keeps its name as it is.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	if !strings.ContainsRune(".?!", rune(s[len(s)-1])) {
		s += "."
	}
	if word, _, _ := strings.Cut(s, " "); strings.Contains(word, "(") {
		return s
	}
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// assumeSets notes the variables that a node with a broken config names, so
// that reading them elsewhere is no second mistake.
func (c *Compiler) assumeSets() {
	for _, set := range c.spec.Sets {
		for _, name := range flows.TextsAt(c.node.Config, set.Path) {
			c.Sets(name, false)
		}
	}
}

func (c *Compiler) report(severity flows.Severity, code, pointer, message, hint string) {
	c.all.found.Add(flows.Diagnostic{
		Severity: severity, Code: code, Node: c.node.ID,
		Pointer: c.pointer + pointer, Message: message, Hint: hint,
	})
}

// Spec is the spec of the node's type.
func (c *Compiler) Spec() flows.NodeSpec { return c.spec }

// Config decodes the node's config into target. A config with errors fills what
// it can; one that has passed the spec's checks and does not fit the target is a
// mistake in the node type: it panics.
func (c *Compiler) Config(target any) {
	if len(c.node.Config) == 0 {
		return
	}
	if err := json.Unmarshal(c.node.Config, target); err != nil && len(c.known) == 0 {
		panic(fmt.Sprintf("engine: the config of node type %s does not fit its spec: %v", c.spec.Type, err))
	}
}

// Template is the parsed template at a path of the config; a field that is
// absent is an empty text.
func (c *Compiler) Template(path ...string) *expression.Template {
	if t, ok := c.templates[flows.Pointer("", path...)]; ok {
		return t
	}
	empty, err := expression.ParseTemplate("")
	if err != nil {
		panic("engine: the empty template does not parse: " + err.Error())
	}
	return empty
}

// Expression is the compiled expression at a path of the config, or nil.
func (c *Compiler) Expression(path ...string) *expression.Expression {
	return c.expressions[flows.Pointer("", path...)]
}

// Report adds an error about the value at a path of the config.
func (c *Compiler) Report(code, message, hint string, path ...string) {
	c.find(flows.SeverityError, code, message, hint, path)
}

// Refuse is Report for what earlier releases let pass: a version that was
// published with it goes on running.
func (c *Compiler) Refuse(code, message, hint string, path ...string) {
	severity := flows.SeverityError
	if c.all.published {
		severity = flows.SeverityWarning
	}
	c.find(severity, code, message, hint, path)
}

// Warn adds a warning about the value at a path of the config.
func (c *Compiler) Warn(code, message, hint string, path ...string) {
	c.find(flows.SeverityWarning, code, message, hint, path)
}

// find adds what a node type finds, unless it may only follow from an error
// that is known: one at the value itself, around it, in it, or at another field
// of the same object.
func (c *Compiler) find(severity flows.Severity, code, message, hint string, path []string) {
	pointer := flows.Pointer("", path...)
	for _, d := range c.known {
		if touch(d.Pointer, c.pointer+pointer) {
			return
		}
	}
	c.report(severity, code, pointer, message, hint)
}

// touch reports whether one pointer leads to a part of what the other leads to,
// or both to fields of one object.
func touch(a, b string) bool {
	if strings.HasPrefix(a+"/", b+"/") || strings.HasPrefix(b+"/", a+"/") {
		return true
	}
	i, j := strings.LastIndexByte(a, '/'), strings.LastIndexByte(b, '/')
	_, item := strconv.Atoi(b[j+1:])
	return a[:i] == b[:j] && item != nil
}

// Refer notes that the node needs a channel or template ("channel", "template").
func (c *Compiler) Refer(kind, slug string, path ...string) {
	c.all.program.references = append(c.all.program.references, ChannelRef{
		Node:    c.node.ID,
		Pointer: c.pointer + flows.Pointer("", path...), Kind: kind, Slug: slug, ChannelType: flows.ChannelTypeOf(c.spec, c.node),
	})
}

// Sets notes that the node sets a variable. It is secret when said so, or when
// what it is made from reads a secret.
func (c *Compiler) Sets(name string, secret bool, from ...expression.Reference) {
	c.sets = append(c.sets, assignment{name: name, secret: secret, from: from})
}

// OutputFrom notes that an output repeats what a template reads, so that it is
// as secret as that.
func (c *Compiler) OutputFrom(name string, from []expression.Reference) {
	c.outputs = append(c.outputs, derivedOutput{name: name, from: from})
}

// Inputs declares the inputs of the flow. Only the entry node has any.
func (c *Compiler) Inputs(inputs []Input) {
	c.all.program.inputs = inputs
	for _, in := range inputs {
		c.Sets(in.Name, in.Secret)
	}
}

// checkBound computes the worst case and warns of a flow whose runs can hit a
// limit.
func (s *compilation) checkBound() {
	s.program.bound = s.program.worstCase()
	bound, limits := s.program.bound, s.program.limits
	warn := func(code, message, hint string) {
		s.found.Add(flows.Diagnostic{Severity: flows.SeverityWarning, Code: code, Pointer: "/nodes", Message: message, Hint: hint})
	}
	if bound.Steps > limits.Steps {
		warn("too_many_steps", fmt.Sprintf("A run can take %d steps, but is stopped after %d.", bound.Steps, limits.Steps), "Lower the limits of the Jump nodes.")
	}
	if bound.Unbounded == "" && !bound.AtMost && time.Duration(bound.Duration) > limits.Lifetime {
		warn("too_long_run", fmt.Sprintf("A run can take %s, but is stopped after %s.", bound.Duration, flows.Duration(limits.Lifetime)), "Shorten the waits, or go on in another flow.")
	}
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
