package flows_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
)

// checkSpecs are an entry, a step with two exits, and a jump.
func checkSpecs() map[string]flows.NodeSpec {
	return map[string]flows.NodeSpec{
		"start": {Type: "start", Entry: true, Ports: []flows.PortSpec{{Name: "next"}}},
		"step":  {Type: "step", Ports: []flows.PortSpec{{Name: "next"}, {Name: "else"}}},
		"jump":  {Type: "jump", Target: "target", Config: []flows.Field{{Name: "target", Kind: flows.KindNode, Required: true}}},
	}
}

func TestCheckFindsWhatIsWrongWithTheGraph(t *testing.T) {
	t.Parallel()
	node := func(id, kind string) flows.Node { return flows.Node{ID: id, Type: kind} }
	jump := func(id, target string) flows.Node {
		return flows.Node{ID: id, Type: "jump", Config: fmt.Appendf(nil, `{"target":%q}`, target)}
	}
	edge := func(from, port, to string) flows.Edge { return flows.Edge{From: from, Port: port, To: to} }
	tests := []struct {
		name  string
		nodes []flows.Node
		edges []flows.Edge
		want  []string
	}{
		{"all right", []flows.Node{node("a", "start"), node("b", "step"), jump("c", "b")}, []flows.Edge{edge("a", "next", "b"), edge("b", "next", "c")}, nil},
		{"reached by a jump only", []flows.Node{node("a", "start"), jump("j", "b"), node("b", "step")}, []flows.Edge{edge("a", "next", "j")}, nil},
		{"edges from and to nowhere", []flows.Node{node("a", "start")}, []flows.Edge{edge("x", "next", "a"), edge("a", "next", "y")}, []string{"dangling_edge /edges/0/from", "edge_into_start /edges/0/to", "dangling_edge /edges/1/to"}},
		{"a long cycle", []flows.Node{node("a", "start"), node("b", "step"), node("c", "step")}, []flows.Edge{edge("a", "next", "b"), edge("b", "next", "c"), edge("b", "else", "c"), edge("c", "next", "b")}, []string{"cycle /edges/3"}},
		{"a node that leads to itself", []flows.Node{node("a", "start"), node("b", "step")}, []flows.Edge{edge("a", "next", "b"), edge("b", "next", "b")}, []string{"cycle /edges/1"}},
		{"ports", []flows.Node{node("a", "start"), node("b", "step"), jump("c", "b")}, []flows.Edge{edge("a", "next", "b"), edge("b", "nxet", "c"), edge("c", "next", "b")}, []string{"unknown_port /edges/1/port", "cycle /edges/2", "unknown_port /edges/2/port"}},
		{"types", []flows.Node{node("a", "start"), node("b", "stpe"), node("c", "")}, []flows.Edge{edge("a", "next", "b"), edge("b", "any", "c")}, []string{"unknown_type /nodes/1/type", "missing_field /nodes/2/type"}},
		{"ids", []flows.Node{node("a", "start"), node("a", "step"), node("", "step"), node("ü", "step")}, []flows.Edge{edge("a", "next", "ü")}, []string{"duplicate_id /nodes/1/id", "missing_field /nodes/2/id", "bad_name /nodes/3/id"}},
		{"no start and no edge twice", []flows.Node{node("a", "step")}, []flows.Edge{edge("a", "next", "a"), edge("a", "next", "a")}, []string{"cycle /edges/0", "cycle /edges/1", "duplicate_edge /edges/1", "no_start /nodes"}},
		{"two starts", []flows.Node{node("a", "start"), node("b", "start")}, nil, []string{"second_start /nodes/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range flows.Check(&flows.Flow{Schema: flows.Schema, Name: "x", Nodes: tt.nodes, Edges: tt.edges}, checkSpecs()) {
				got = append(got, d.Code+" "+d.Pointer)
			}
			if diff := cmp.Diff(tt.want, got, cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}
