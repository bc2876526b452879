// Package flows is the flow document: its types, its strict decoder and
// canonical encoder, the description of node types that validation, the API
// and the editor share, and the diagnostics all of them report.
//
// It knows nothing of running a flow.
package flows

import "encoding/json"

// Schema is the version tag of the flow definition format.
const Schema = "sluice/v1"

// Flow is one flow definition: a named drawing of nodes and edges.
type Flow struct {
	Schema      string     `json:"schema"`
	Name        string     `json:"name"`
	Description string     `json:"description,omitempty"`
	Nodes       []Node     `json:"nodes"`
	Edges       []Edge     `json:"edges"`
	Scenarios   []Scenario `json:"scenarios,omitempty"`
	Notes       []Note     `json:"notes,omitempty"`
}

// Node is one step. ID is stable and referenced by edges, expressions and
// jumps; Name is free text that people see and may change at will.
type Node struct {
	ID       string    `json:"id"`
	Type     string    `json:"type"`
	Name     string    `json:"name,omitempty"`
	Position *Position `json:"position,omitempty"`
	// Config is an object whose fields the node type's spec describes.
	Config json.RawMessage `json:"config,omitempty"`
}

// Title is what people call the node: its name, or its id when it has none.
func (n Node) Title() string {
	if n.Name != "" {
		return Shortened(n.Name, MaxName)
	}
	return n.ID
}

// Position is where a card or note stands on the canvas, in canvas pixels.
type Position struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Edge leads from a port of one node to another node.
type Edge struct {
	From string `json:"from"`
	Port string `json:"port"`
	To   string `json:"to"`
}

// Note is a remark on the canvas. It has no effect on runs.
type Note struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Position *Position `json:"position,omitempty"`
	// Width and Height are in canvas pixels; zero means the editor's default.
	Width  float64 `json:"width,omitempty"`
	Height float64 `json:"height,omitempty"`
	Color  string  `json:"color,omitempty"`
}

// Node returns the node with that id.
func (f *Flow) Node(id string) (Node, bool) {
	for _, n := range f.Nodes {
		if n.ID == id {
			return n, true
		}
	}
	return Node{}, false
}
