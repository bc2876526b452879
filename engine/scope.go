package engine

import (
	"fmt"
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

// scopeCheck is what checking the references of all nodes shares.
type scopeCheck struct {
	s      *compilation
	index  map[string]int
	scopes []scope
	// own are the variables that the node sets itself, before those that it has set
	// when it comes to each item of its lists; both belong to the node at hand.
	own    map[string]bool
	before setBefore
	// names and nodes are what can be named, for suggestions.
	names, nodes func() []string
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
	check := scopeCheck{
		s: s, index: index, scopes: s.flowScopes(index),
		names: flows.Once(func() []string { return append(keys(index), "steps", "contact", "trigger", "run") }),
		nodes: flows.Once(func() []string { return keys(s.program.index) }),
	}
	for i, c := range s.compilers {
		check.node(c, check.scopes[i])
	}
}

func (k *scopeCheck) node(c *Compiler, at scope) {
	k.own, k.before = make(map[string]bool, len(c.sets)), c.setBefore()
	for _, a := range c.sets {
		k.own[a.name] = true
	}
	for _, pointer := range keys(c.templates) {
		for _, ref := range c.templates[pointer].References() {
			k.reference(c, pointer, ref, at)
		}
	}
	for _, pointer := range keys(c.expressions) {
		for _, ref := range c.expressions[pointer].References() {
			k.reference(c, pointer, ref, at)
		}
	}
}

func (k *scopeCheck) reference(c *Compiler, pointer string, ref expression.Reference, at scope) {
	root := ref.Path[0]
	if root == "steps" {
		k.output(c, pointer, ref)
		return
	}
	if builtinNames[root] || k.before.has(pointer, root) {
		return
	}
	i, known := k.index[root]
	if !known {
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("No input or variable is called %q.", root), k.s.spell.For(root, k.names))
		return
	}
	switch {
	case !at.reached:
	case !at.possible.has(i) && k.own[root]:
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("%q is not set yet where this node reads it.", root),
			"Set it before, or read something else.")
	case !at.possible.has(i):
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("%q is never set before this node.", root),
			"It is set by a node that comes later; move that one before, or read something else.")
	case !at.definite.has(i) && !k.own[root]: // what a node sets itself, such as a counter, is meant to be unset the first time
		c.report(flows.SeverityWarning, "maybe_unset", pointer, fmt.Sprintf("%q is not set on every way to this node; there it is empty.", root),
			"Set it on the other ways too, or check with Is blank.")
	}
}

// setBefore tells which variables a node itself has set when it comes to a text:
// those of the list items before, by the list's pointer the first item that sets
// each. The entry node's are all set at once.
type setBefore map[string]map[string]int

func (c *Compiler) setBefore() setBefore {
	if c.spec.Entry {
		return nil
	}
	lists := setBefore{}
	for _, set := range c.spec.Sets {
		list, _, ok := strings.Cut(set.Path, ".*.")
		if !ok {
			continue
		}
		at := flows.Pointer("", strings.Split(list, ".")...) + "/"
		if lists[at] == nil {
			lists[at] = map[string]int{}
		}
		for i, name := range flows.TextsAt(c.node.Config, set.Path) {
			if first, set := lists[at][name]; !set || i < first {
				lists[at][name] = i
			}
		}
	}
	return lists
}

func (b setBefore) has(pointer, name string) bool {
	for list, first := range b {
		inside, below := strings.CutPrefix(pointer, list)
		if !below {
			continue
		}
		item, _, _ := strings.Cut(inside, "/")
		i, set := first[name]
		if n, err := strconv.Atoi(item); err == nil && set && i < n {
			return true
		}
	}
	return false
}

func (k *scopeCheck) output(c *Compiler, pointer string, ref expression.Reference) {
	if len(ref.Path) < 2 {
		return
	}
	id := ref.Path[1]
	i, ok := k.s.program.index[id]
	if !ok {
		c.report(flows.SeverityError, "undefined_variable", pointer, fmt.Sprintf("steps.%s: there is no node %q.", id, id), k.s.spell.For(id, k.nodes))
		return
	}
	if len(ref.Path) < 3 {
		return
	}
	var names []string
	for _, o := range k.s.program.nodes[i].spec.Outputs {
		if o.Name == ref.Path[2] {
			return
		}
		names = append(names, o.Name)
	}
	hint := "Nodes of this type have no outputs."
	if len(names) > 0 {
		hint = k.s.spell.For(ref.Path[2], func() []string { return names })
	}
	c.report(flows.SeverityError, "undefined_variable", pointer,
		fmt.Sprintf("steps.%s has no output %q.", id, ref.Path[2]), hint)
}
