package engine

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"sluice/engine/expression"
	"sluice/flows"
)

// builtinNames are the roots that expressions read besides variables.
var builtinNames = map[string]bool{"steps": true, "contact": true, "trigger": true, "run": true}

// nameSet is a set of variables, a bit for each.
type nameSet []uint64

func (a nameSet) has(i int) bool { return a[i/64]>>(i%64)&1 == 1 }
func (a nameSet) add(i int)      { a[i/64] |= 1 << (i % 64) }

// scope is which variables can, and which must, be set when a node is entered.
type scope struct {
	possible, definite nameSet
	reached            bool
}

// checkScope reports every expression that reads a variable or an output that
// is not there when the run comes to the node.
func (s *compilation) checkScope() {
	index := map[string]int{}
	for _, c := range s.compilers {
		for _, a := range c.sets {
			if _, ok := index[a.name]; !ok {
				index[a.name] = len(index)
			}
		}
	}
	scopes := s.flowScopes(index)
	for i, c := range s.compilers {
		check := func(pointer string, refs []expression.Reference) {
			for _, ref := range refs {
				s.checkReference(c, pointer, ref, index, scopes[i])
			}
		}
		for _, pointer := range keys(c.templates) {
			check(pointer, c.templates[pointer].References())
		}
		for _, pointer := range keys(c.expressions) {
			check(pointer, c.expressions[pointer].References())
		}
	}
}

func (s *compilation) checkReference(c *Compiler, pointer string, ref expression.Reference, index map[string]int, at scope) {
	root := ref.Path[0]
	if root == "steps" {
		s.checkOutput(c, pointer, ref)
		return
	}
	if builtinNames[root] || slices.Contains(c.setBefore(pointer), root) {
		return
	}
	i, known := index[root]
	if !known {
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("No input or variable is called %q.", root),
			flows.DidYouMean(root, append(keys(index), "steps", "contact", "trigger", "run")))
		return
	}
	own := slices.ContainsFunc(c.sets, func(a assignment) bool { return a.name == root })
	switch {
	case !at.reached:
	case !at.possible.has(i) && own:
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("%q is not set yet where this node reads it.", root),
			"Set it before, or read something else.")
	case !at.possible.has(i):
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("%q is never set before this node.", root),
			"It is set by a node that comes later; move that one before, or read something else.")
	case !at.definite.has(i) && !own: // what a node sets itself, such as a counter, is meant to be unset the first time
		c.report(flows.SeverityWarning, "maybe_unset", pointer, fmt.Sprintf("%q is not set on every way to this node; there it is empty.", root),
			"Set it on the other ways too, or check with Is blank.")
	}
}

// setBefore lists the variables that the node itself has set when it comes to
// the text at a pointer: those of the list items before. The entry node's are
// all set at once.
func (c *Compiler) setBefore(pointer string) []string {
	if c.spec.Entry {
		return nil
	}
	var names []string
	for _, set := range c.spec.Sets {
		list, _, ok := strings.Cut(set.Path, ".*.")
		inside, below := strings.CutPrefix(pointer, flows.Pointer("", strings.Split(list, ".")...)+"/")
		if !ok || !below {
			continue
		}
		item, _, _ := strings.Cut(inside, "/")
		if n, err := strconv.Atoi(item); err == nil {
			all := flows.TextsAt(c.node.Config, set.Path)
			names = append(names, all[:min(n, len(all))]...)
		}
	}
	return names
}

func (s *compilation) checkOutput(c *Compiler, pointer string, ref expression.Reference) {
	if len(ref.Path) < 2 {
		return
	}
	id := ref.Path[1]
	i, ok := s.program.index[id]
	if !ok {
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("steps.%s: there is no node %q.", id, id), flows.DidYouMean(id, keys(s.program.index)))
		return
	}
	if len(ref.Path) < 3 {
		return
	}
	var names []string
	for _, o := range s.program.nodes[i].spec.Outputs {
		if o.Name == ref.Path[2] {
			return
		}
		names = append(names, o.Name)
	}
	hint := flows.DidYouMean(ref.Path[2], names)
	if len(names) == 0 {
		hint = "Nodes of this type have no outputs."
	}
	c.report(flows.SeverityError, "undefined_variable", pointer,
		fmt.Sprintf("steps.%s has no output %q.", id, ref.Path[2]), hint)
}

// flowScopes follows edges and jumps from the start until nothing changes: what
// any way sets is possible, what all ways set is definite.
func (s *compilation) flowScopes(index map[string]int) []scope {
	p, size := s.program, (len(index)+63)/64
	scopes := make([]scope, len(p.nodes))
	for i := range scopes {
		scopes[i] = scope{possible: make(nameSet, size), definite: make(nameSet, size)}
	}
	if len(p.nodes) == 0 || !p.nodes[p.start].spec.Entry {
		return scopes
	}
	scopes[p.start].reached = true
	work := []int{p.start}
	for len(work) > 0 {
		from := work[len(work)-1]
		work = work[:len(work)-1]
		after := scope{possible: append(nameSet{}, scopes[from].possible...), definite: append(nameSet{}, scopes[from].definite...)}
		for _, a := range s.compilers[from].sets {
			after.possible.add(index[a.name])
			after.definite.add(index[a.name])
		}
		for _, to := range s.successors(from) {
			if scopes[to].merge(after) {
				work = append(work, to)
			}
		}
	}
	return scopes
}

func (s *compilation) successors(i int) []int {
	var next []int
	for _, to := range s.program.nodes[i].edges {
		next = append(next, to)
	}
	if target, ok := s.program.index[flows.JumpTarget(s.program.nodes[i].spec, s.compilers[i].node)]; ok {
		next = append(next, target)
	}
	return next
}

// merge takes in what holds on one more way and reports whether that changed
// anything.
func (a *scope) merge(b scope) (changed bool) {
	if !a.reached {
		a.reached = true
		copy(a.possible, b.possible)
		copy(a.definite, b.definite)
		return true
	}
	for i := range a.possible {
		possible, definite := a.possible[i]|b.possible[i], a.definite[i]&b.definite[i]
		if bits.OnesCount64(possible) != bits.OnesCount64(a.possible[i]) || definite != a.definite[i] {
			changed = true
		}
		a.possible[i], a.definite[i] = possible, definite
	}
	return changed
}
