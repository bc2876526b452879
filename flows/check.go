package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Check finds everything wrong with a flow that can be found without knowing
// what its nodes mean: ids, edges, cycles, configs against their specs. The
// map holds the known node types by name.
func Check(f *Flow, specs map[string]NodeSpec) Diagnostics {
	c := newChecker(f, specs)
	c.header()
	c.nodes()
	c.edges()
	c.cycles()
	c.entry()
	c.notes()
	c.scenarios()
	return c.found.Diagnostics()
}

func newChecker(f *Flow, specs map[string]NodeSpec) *checker {
	c := &checker{flow: f, specs: specs, index: make(map[string]int, len(f.Nodes)), ports: map[int]nodePorts{}}
	c.ids = Once(func() []string {
		ids := make([]string, len(f.Nodes))
		for i, n := range f.Nodes {
			ids[i] = n.ID
		}
		return ids
	})
	for i, n := range f.Nodes {
		if _, again := c.index[n.ID]; !again && n.ID != "" {
			c.index[n.ID] = i
		}
	}
	return c
}

type checker struct {
	flow  *Flow
	specs map[string]NodeSpec
	// index is the position of each node, the first one where ids repeat.
	index map[string]int
	// ids are the ids of the nodes in the order of the document.
	ids   func() []string
	ports map[int]nodePorts
	spell Suggestions
	found Findings
}

func (c *checker) add(severity Severity, code, node, pointer, message, hint string) {
	c.found.Add(Diagnostic{Severity: severity, Code: code, Node: node, Pointer: pointer, Message: message, Hint: hint})
}

// hasNode reports whether there is a node of that id.
func (c *checker) hasNode(id string) bool {
	_, ok := c.index[id]
	return ok
}

// nodePorts are the names of a node's exits, in order and for looking up.
type nodePorts struct {
	list  []string
	known map[string]bool
}

// portsOf reads a node's exits once for all its edges.
func (c *checker) portsOf(i int) nodePorts {
	if ports, ok := c.ports[i]; ok {
		return ports
	}
	ports := nodePorts{list: PortNames(c.specs[c.flow.Nodes[i].Type], c.flow.Nodes[i]), known: map[string]bool{}}
	for _, name := range ports.list {
		ports.known[name] = true
	}
	c.ports[i] = ports
	return ports
}

func (c *checker) header() {
	switch c.flow.Schema {
	case Schema:
	case "":
		c.add(SeverityError, "missing_field", "", "/schema", "The flow does not say which schema it follows.", `Add "schema": "sluice/v1".`)
	default:
		c.add(SeverityError, "unknown_schema", "", "/schema", fmt.Sprintf("The schema %q is not known.", c.flow.Schema), `This version reads "sluice/v1".`)
	}
	switch {
	case strings.TrimSpace(c.flow.Name) == "":
		c.add(SeverityError, "missing_field", "", "/name", "The flow has no name.", "Give it one that says what it does.")
	case len(c.flow.Name) > MaxName:
		c.add(SeverityError, "too_long", "", "/name", fmt.Sprintf("The name has %d bytes; at most %d are kept.", len(c.flow.Name), MaxName), "")
	}
}

func (c *checker) nodes() {
	for i, n := range c.flow.Nodes {
		at := Pointer("/nodes", strconv.Itoa(i))
		switch first, named := c.index[n.ID]; {
		case n.ID == "":
			c.add(SeverityError, "missing_field", "", at+"/id", "The node has no id.", "Give it a short one, such as \"sms\".")
		case !nodeID.MatchString(n.ID):
			c.add(SeverityError, "bad_name", n.ID, at+"/id", fmt.Sprintf("%q cannot be a node id.", n.ID), "Use up to 64 letters, digits and underscores.")
		case named && first != i:
			c.add(SeverityError, "duplicate_id", n.ID, at+"/id", fmt.Sprintf("The id %q belongs to node %d already.", n.ID, first+1), "Ids are unique; change one of them.")
		}
		if len(n.Name) > MaxName {
			c.add(SeverityError, "too_long", n.ID, at+"/name", fmt.Sprintf("The name has %d bytes; at most %d are kept.", len(n.Name), MaxName), "")
		}
		spec, ok := c.specs[n.Type]
		if !ok {
			c.unknownType(n, at)
			continue
		}
		most := maxPerNode
		if c.found.Full() {
			// What compiles the node has to know that something is wrong with it.
			most = 1
		}
		c.found.Add(c.config(spec, n, at+"/config", most)...)
	}
}

func (c *checker) unknownType(n Node, at string) {
	if n.Type == "" {
		c.add(SeverityError, "missing_field", n.ID, at+"/type", "The node has no type.", "")
		return
	}
	c.add(SeverityError, "unknown_type", n.ID, at+"/type", fmt.Sprintf("There is no node type %q.", n.Type), c.spell.For(n.Type, func() []string { return sortedKeys(c.specs) }))
}

func (c *checker) edges() {
	for i, e := range c.flow.Edges {
		at := Pointer("/edges", strconv.Itoa(i))
		from, ok := c.index[e.From]
		if !ok {
			c.add(SeverityError, "dangling_edge", "", at+"/from", fmt.Sprintf("The edge leaves from %q, but there is no such node.", e.From), "Delete the edge, or correct the id.")
		} else {
			c.edgePort(e, from, at)
		}
		if to, ok := c.index[e.To]; !ok {
			c.add(SeverityError, "dangling_edge", e.From, at+"/to", fmt.Sprintf("The edge leads to %q, but there is no such node.", e.To), "Delete the edge, or correct the id.")
		} else if c.specs[c.flow.Nodes[to].Type].Entry {
			c.add(SeverityError, "edge_into_start", e.From, at+"/to", "An edge leads back into the start.", "Runs begin there; use a Jump to a later node to repeat something.")
		}
	}
	for _, i := range uniqueBy(c.flow.Edges, func(e Edge) string { return e.From + "\x00" + e.Port }) {
		e := c.flow.Edges[i]
		c.add(SeverityError, "duplicate_edge", e.From, Pointer("/edges", strconv.Itoa(i)), fmt.Sprintf("Port %q of %q has an edge already.", e.Port, e.From), "A port leads to one node; delete one of the edges.")
	}
}

func (c *checker) edgePort(e Edge, i int, at string) {
	from := c.flow.Nodes[i]
	if _, ok := c.specs[from.Type]; !ok {
		return
	}
	ports := c.portsOf(i)
	if ports.known[e.Port] {
		return
	}
	hint := "Nodes of this type have no exits; delete the edge."
	if len(ports.list) > 0 {
		hint = c.spell.For(e.Port, func() []string { return ports.list })
	}
	c.add(SeverityError, "unknown_port", from.ID, at+"/port", fmt.Sprintf("%q has no port %q.", from.Title(), e.Port), hint)
}

// cycles reports each edge that closes a cycle, naming the nodes on it.
func (c *checker) cycles() {
	const (
		unseen = iota
		open
		done
	)
	out := make([][]int, len(c.flow.Nodes))
	for i, e := range c.flow.Edges {
		if from, ok := c.index[e.From]; ok {
			out[from] = append(out[from], i)
		}
	}
	state := make([]int, len(c.flow.Nodes))
	type frame struct{ node, next int }
	for root := range c.flow.Nodes {
		if state[root] != unseen {
			continue
		}
		state[root] = open
		stack := []frame{{node: root}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(out[top.node]) {
				state[top.node] = done
				stack = stack[:len(stack)-1]
				continue
			}
			edge := out[top.node][top.next]
			top.next++
			to, ok := c.index[c.flow.Edges[edge].To]
			if !ok {
				continue
			}
			switch state[to] {
			case unseen:
				state[to] = open
				stack = append(stack, frame{node: to})
			case open:
				c.add(SeverityError, "cycle", c.flow.Edges[edge].From, Pointer("/edges", strconv.Itoa(edge)),
					fmt.Sprintf("The edges go round in a circle: %s → %s.", strings.Join(c.circle(to, len(stack), func(i int) int { return stack[i].node }), " → "), c.flow.Nodes[to].Title()),
					"Replace this edge by a Jump node, which counts and so always ends.")
			}
		}
	}
}

// maxCircle is how many nodes of a circle are named: more do not help to find it.
const maxCircle = 8

// circle names the nodes on the way from one node to the end of a stack, those at
// its end where there are many.
func (c *checker) circle(from, length int, at func(i int) int) []string {
	var names []string
	for i := length - 1; i >= 0; i-- {
		if len(names) == maxCircle && at(i) != from {
			names = append(names, "…", c.flow.Nodes[from].Title())
			break
		}
		names = append(names, c.flow.Nodes[at(i)].Title())
		if at(i) == from {
			break
		}
	}
	slices.Reverse(names)
	return names
}

func (c *checker) entry() {
	var starts []int
	for i, n := range c.flow.Nodes {
		if c.specs[n.Type].Entry {
			starts = append(starts, i)
		}
	}
	switch len(starts) {
	case 1:
		c.reachable(starts[0])
	case 0:
		c.add(SeverityError, "no_start", "", "/nodes", "The flow has no start.", "Add a Start node: every run begins there.")
	default:
		for _, i := range starts[1:] {
			n := c.flow.Nodes[i]
			c.add(SeverityError, "second_start", n.ID, Pointer("/nodes", strconv.Itoa(i)), "The flow has more than one start.", "Keep one Start node.")
		}
	}
}

// reachable warns of nodes that no run can come to.
func (c *checker) reachable(start int) {
	next := map[int][]int{}
	for _, e := range c.flow.Edges {
		from, okFrom := c.index[e.From]
		to, okTo := c.index[e.To]
		if okFrom && okTo {
			next[from] = append(next[from], to)
		}
	}
	for i, n := range c.flow.Nodes {
		if target, ok := c.index[JumpTarget(c.specs[n.Type], n)]; ok {
			next[i] = append(next[i], target)
		}
	}
	seen := map[int]bool{start: true}
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next[queue[0]] {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	for i, n := range c.flow.Nodes {
		if !seen[i] && c.index[n.ID] == i {
			c.add(SeverityWarning, "unreachable", n.ID, Pointer("/nodes", strconv.Itoa(i)), fmt.Sprintf("No run ever comes to %q.", n.Title()), "Connect a port to it, or delete it.")
		}
	}
}

func (c *checker) notes() {
	for _, i := range uniqueBy(c.flow.Notes, func(n Note) string { return n.ID }) {
		c.add(SeverityError, "duplicate_id", "", Pointer("/notes", strconv.Itoa(i), "id"), fmt.Sprintf("The note id %q is used twice.", c.flow.Notes[i].ID), "Change one of them.")
	}
}

// scenarios checks what can be said of scenarios without running them.
func (c *checker) scenarios() {
	for _, i := range uniqueBy(c.flow.Scenarios, func(s Scenario) string { return s.Name }) {
		c.add(SeverityWarning, "duplicate_name", "", Pointer("/scenarios", strconv.Itoa(i), "name"), fmt.Sprintf("Two scenarios are called %q.", c.flow.Scenarios[i].Name), "Rename one, so that reports can be told apart.")
	}
	for i, s := range c.flow.Scenarios {
		for j, w := range s.World {
			at := Pointer("/scenarios", strconv.Itoa(i), "world", strconv.Itoa(j))
			node, ok := c.index[w.Node]
			if !ok {
				c.add(SeverityWarning, "unknown_node", "", at+"/node",
					fmt.Sprintf("The scenario %q answers for %q, but there is no such node.", Shortened(s.Name, MaxName), w.Node), c.spell.For(w.Node, c.ids))
				continue
			}
			n := c.flow.Nodes[node]
			if spec, known := c.specs[n.Type]; known && !spec.Replies && w.replies() {
				c.add(SeverityWarning, "never_waits", "", at,
					fmt.Sprintf("The scenario %q cannot run: %q never waits for a reply.", Shortened(s.Name, MaxName), n.Title()), "Put the reply at the node that asks.")
			}
		}
	}
}
