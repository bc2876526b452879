package twiliostudio

import (
	"encoding/json"
	"fmt"

	"sluice/flows"
)

// loopLimit is how often a run jumps back to a node: Studio ends an execution in
// which the same widget runs ten times
// (https://www.twilio.com/docs/studio/widget-library/run-function), so it comes
// back nine times.
const loopLimit = 9

// breakCycles replaces each edge that closes a cycle by a jump, which counts.
func (b *builder) breakCycles() {
	outgoing := map[string][]int{}
	for i, e := range b.edges {
		outgoing[e.From] = append(outgoing[e.From], i)
	}
	const (
		open = iota + 1
		done
	)
	color := map[string]int{}
	var closing []int
	// The depth is at most maxStates.
	var visit func(id string)
	visit = func(id string) {
		color[id] = open
		for _, i := range outgoing[id] {
			switch to := b.edges[i].To; color[to] {
			case open:
				closing = append(closing, i)
			case done:
			default:
				visit(to)
			}
		}
		color[id] = done
	}
	if b.entry >= 0 {
		visit(b.ids[b.entry])
	}
	for _, n := range b.nodes {
		if color[n.ID] == 0 {
			visit(n.ID)
		}
	}
	taken := map[string]bool{}
	byID := map[string]flows.Node{}
	for _, n := range b.nodes {
		taken[n.ID] = true
		byID[n.ID] = n
	}
	jumps := map[string]string{}
	for _, i := range closing {
		if to := b.edges[i].To; jumps[to] == "" {
			jumps[to] = b.jump(i, byID, taken)
		} else {
			// All ways back to a node count together.
			b.edges[i].To = jumps[to]
		}
	}
}

// jump puts a jump node into an edge, and gives its id.
func (b *builder) jump(edge int, byID map[string]flows.Node, taken map[string]bool) string {
	e := &b.edges[edge]
	from, target := byID[e.From], byID[e.To]
	config, err := json.Marshal(map[string]any{"target": target.ID, "max_jumps": loopLimit})
	if err != nil {
		panic("twiliostudio: " + err.Error())
	}
	n := flows.Node{
		ID: unique("back_to_"+target.ID[:min(len(target.ID), 48)], taken), Type: "jump", Config: config,
		Position: &flows.Position{X: from.Position.X + 280, Y: from.Position.Y + 160},
	}
	n.Name = cut("Back to " + target.Title())
	b.nodes = append(b.nodes, n)
	e.To = n.ID
	widget := b.widgetOf(from.ID)
	b.report(flows.SeverityInfo, "loop", widget, b.doc.at(widget, "transitions"),
		fmt.Sprintf("%s: the way back to %q is a Jump, so that the node is entered ten times at most, as in Studio.", b.doc.States[widget].Name, target.Title()),
		"Change the limit in the node, or connect its exit Limit exceeded.")
	return n.ID
}

func (b *builder) widgetOf(id string) int {
	for i, known := range b.ids {
		if known == id {
			return i
		}
	}
	return 0
}
