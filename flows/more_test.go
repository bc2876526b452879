package flows_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
)

func TestDecodeScenariosAndWorlds(t *testing.T) {
	t.Parallel()
	scenarios, diags := flows.DecodeScenarios([]byte(`[{"name":"a","world":[{"node":"n","visits":[{"send":{"error":"permanent"}}]}],"expect":{"messages":[{"node":"n"}]}}]`))
	if diags != nil || len(scenarios) != 1 || scenarios[0].World[0].Visits[0].Send.Error != "permanent" || *scenarios[0].Expect.Messages[0].Node != "n" {
		t.Errorf("got %+v, %v", scenarios, diags)
	}
	world, diags := flows.DecodeWorld([]byte(`[{"node":"n","reply":{"after":"5s","text":"YES"}}]`))
	if diags != nil || world[0].Reply.Text != "YES" {
		t.Errorf("got %+v, %v", world, diags)
	}
	for _, document := range []string{`{`, `{}`, `[{"nod":"n"}]`, strings.Repeat(" ", flows.MaxDocument+1)} {
		if _, diags := flows.DecodeWorld([]byte(document)); !diags.HasErrors() {
			t.Errorf("%.20q was read", document)
		}
	}
}

func TestDiagnosticsReadAsText(t *testing.T) {
	t.Parallel()
	d := flows.Diagnostics{
		{Severity: flows.SeverityWarning, Code: "w", Message: "A warning."},
		{Severity: flows.SeverityError, Code: "e", Pointer: "/name", Message: "It is empty.", Hint: "Fill it in."},
	}
	if got, want := d.Error(), "/name: It is empty. Fill it in."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !d.HasErrors() || d[:1].HasErrors() || len(d.ErrorsByNode()) != 0 {
		t.Error("errors are counted wrongly")
	}
}

func TestErrorsBelongToTheConfigTheyAreIn(t *testing.T) {
	t.Parallel()
	var d flows.Diagnostics
	for _, pointer := range []string{"/nodes/1/config/a", "/nodes/10/config", "/nodes/1/configs", "/nodes/2/id", "/edges/1/config/a", "/nodes/x/config/a"} {
		d = append(d, flows.Diagnostic{Severity: flows.SeverityError, Pointer: pointer}, flows.Diagnostic{Severity: flows.SeverityWarning, Pointer: pointer})
	}
	found := d.ErrorsByNode()
	if len(found) != 2 || len(found[1]) != 1 || found[1][0].Pointer != "/nodes/1/config/a" || len(found[10]) != 1 {
		t.Errorf("found %v", found)
	}
}

func TestDiagnosticsAreInDocumentOrder(t *testing.T) {
	t.Parallel()
	var d flows.Diagnostics
	for _, pointer := range []string{"/nodes/10/id", "/nodes/9/id", "/nodes/9", "/edges/0"} {
		d = append(d, flows.Diagnostic{Severity: flows.SeverityWarning, Pointer: pointer}, flows.Diagnostic{Severity: flows.SeverityError, Pointer: pointer})
	}
	d.Sort()
	var got []string
	for _, x := range d {
		got = append(got, string(x.Severity)[:1]+x.Pointer)
	}
	want := []string{"e/edges/0", "w/edges/0", "e/nodes/9", "w/nodes/9", "e/nodes/9/id", "w/nodes/9/id", "e/nodes/10/id", "w/nodes/10/id"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestPointersAreEscaped(t *testing.T) {
	t.Parallel()
	if got, want := flows.Pointer("/a", "b/c", "d~e"), "/a/b~1c/d~0e"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatAMessageSaysFirst(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]flows.Message{"text": {Text: "text", Caption: "c"}, "caption": {Caption: "caption"}, "": {Template: "otp"}} {
		if got := m.Preview(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTextsAt(t *testing.T) {
	t.Parallel()
	config := []byte(`{"output":"a","list":[{"name":"b"},{"name":3},{"name":"c"}],"deep":{"er":"d"}}`)
	for path, want := range map[string][]string{"output": {"a"}, "list.*.name": {"b", "c"}, "deep.er": {"d"}, "gone.x": nil, "output.x": nil, "list.name": nil} {
		if diff := cmp.Diff(want, flows.TextsAt(config, path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if flows.TextsAt(nil, "x") != nil || flows.TextsAt([]byte("{"), "x") != nil {
		t.Error("texts of nothing")
	}
}

// spec has a field of every kind.
func spec() flows.NodeSpec {
	leaf := []flows.Variant{{Type: "leaf", Title: "Leaf", Help: "A leaf.", Fields: []flows.Field{{Name: "t", Kind: flows.KindTemplate, Required: true}}}}
	return flows.NodeSpec{
		Type: "all", PortsFrom: "ports", Target: "node",
		Ports: []flows.PortSpec{{Name: "next", Title: "Next"}},
		Defs:  map[string][]flows.Variant{"tree": append(leaf, flows.Variant{Type: "branch", Title: "Branch", Fields: []flows.Field{{Name: "of", Kind: flows.KindList, Items: &flows.Field{Kind: flows.KindRef, Ref: "tree"}}}})},
		Config: []flows.Field{
			{Name: "text", Kind: flows.KindText, Title: "Text", MaxLength: 5, Default: "x"},
			{Name: "expression", Kind: flows.KindExpression},
			{Name: "value", Kind: flows.KindValue},
			{Name: "number", Kind: flows.KindNumber, Max: 5, When: &flows.Condition{Field: "text", Values: []string{"a"}}},
			{Name: "integer", Kind: flows.KindInteger, Min: 2},
			{Name: "flag", Kind: flows.KindBoolean},
			{Name: "node", Kind: flows.KindNode},
			{Name: "object", Kind: flows.KindObject, Fields: []flows.Field{{Name: "t", Kind: flows.KindTemplate, Example: "hi", Required: true}}},
			{Name: "tree", Kind: flows.KindRef, Ref: "tree"},
			{Name: "ports", Kind: flows.KindList, Max: 2, Items: &flows.Field{Kind: flows.KindObject, Fields: []flows.Field{{Name: "port", Kind: flows.KindPort, Required: true}}}, Unique: "port"},
		},
	}
}

func TestConfigsAreCheckedAgainstTheSpec(t *testing.T) {
	t.Parallel()
	tests := []struct {
		config string
		want   []string
	}{
		{``, nil},
		{`{"text":"a","expression":"1","value":{"any":[1,null]},"number":1.5,"integer":2,"flag":true,"object":{"t":"x"},"tree":{"type":"branch","of":[{"type":"leaf","t":"x"},{"type":"branch","of":[]}]},"ports":[{"port":"a"}]}`, nil},
		{`[]`, []string{"wrong_type /c"}},
		{`{`, []string{"bad_json /c"}},
		{`{"text":"123456","number":6,"integer":1,"flag":"yes","node":"gone","object":{},"tree":{"type":"leaf"},"ports":[{"port":"a"},{"port":"a"},{"port":"next"}]}`, []string{
			"too_long /c/text", "out_of_range /c/number", "out_of_range /c/integer", "wrong_type /c/flag", "unknown_node /c/node", "missing_field /c/object/t", "missing_field /c/tree/t", "too_many /c/ports", "duplicate_name /c/ports/2/port", "duplicate_name /c/ports/1/port",
		}},
		{`{"number":"1","integer":1e3,"object":1,"tree":1,"ports":{}}`, []string{"wrong_type /c/number", "wrong_type /c/integer", "wrong_type /c/object", "wrong_type /c/tree", "wrong_type /c/ports"}},
		{`{"tree":{"type":"bush"}}`, []string{"unknown_form /c/tree/type"}},
		{`{"tree":{"type":"branch","of":[{"type":"leaf","x":1}]}}`, []string{"unknown_field /c/tree/of/0/x", "missing_field /c/tree/of/0/t"}},
	}
	for _, tt := range tests {
		t.Run(tt.config, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range flows.CheckConfig(spec(), &flows.Flow{}, flows.Node{ID: "n", Config: []byte(tt.config)}, "/c") {
				got = append(got, d.Code+" "+d.Pointer)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWalkTextFindsEveryTemplate(t *testing.T) {
	t.Parallel()
	config := `{"text":"no","expression":"e","value":["v1",{"k":"v2"},3],"object":{"t":"o"},"tree":{"type":"branch","of":[{"type":"leaf","t":"l"},{"type":"bush","t":"no"}]},"ports":5}`
	got := map[string]string{}
	flows.WalkText(spec(), []byte(config), func(f flows.Field, pointer, text string) { got[pointer] = string(f.Kind) + " " + text })
	want := map[string]string{"/expression": "expression e", "/value/0": "template v1", "/value/1/k": "template v2", "/object/t": "template o", "/tree/of/0/t": "template l"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	for _, broken := range []string{"", "{", "[]"} {
		flows.WalkText(spec(), []byte(broken), func(flows.Field, string, string) { t.Errorf("a text in %q", broken) })
	}
}

func TestPortsAndTargetsOfANode(t *testing.T) {
	t.Parallel()
	n := flows.Node{Config: []byte(`{"ports":[{"port":"a"},{"port":""}],"node":"x"}`)}
	if diff := cmp.Diff([]string{"a", "next"}, flows.PortNames(spec(), n)); diff != "" || flows.JumpTarget(spec(), n) != "x" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
	n.Config = []byte(`{"ports":5,"node":5}`)
	if diff := cmp.Diff([]string{"next"}, flows.PortNames(spec(), n)); diff != "" || flows.JumpTarget(spec(), n) != "" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
}

func TestFlowFindsItsNodes(t *testing.T) {
	t.Parallel()
	f := &flows.Flow{Nodes: []flows.Node{{ID: "a", Name: "A"}, {ID: "b"}}}
	a, okA := f.Node("a")
	b, okB := f.Node("b")
	if _, ok := f.Node("c"); ok || !okA || !okB || a.Title() != "A" || b.Title() != "b" {
		t.Error("nodes or titles are wrong")
	}
}

func TestSchemasDescribeTheSpec(t *testing.T) {
	t.Parallel()
	schema := string(spec().ConfigSchema())
	for _, want := range []string{`"$ref":"#/$defs/tree"`, `"oneOf"`, `"x-sluice"`, `"when"`, `"unique":"port"`, `"maximum":5`, `"default":"x"`, `"description":"A leaf."`} {
		if !strings.Contains(schema, want) {
			t.Errorf("the schema lacks %s: %s", want, schema)
		}
	}
	document, err := flows.DocumentSchema([]flows.NodeSpec{spec()})
	if err != nil || !strings.Contains(string(document), `"worldAnswer"`) {
		t.Errorf("document schema: %v", err)
	}
}

func TestADiagnosticHasAllItsKeysInJSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(flows.Diagnostic{Severity: flows.SeverityError, Code: "no_start", Pointer: "/nodes", Message: "The flow has no start."})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"severity":"error","code":"no_start","node":"","pointer":"/nodes","message":"The flow has no start.","hint":""}`; string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
}
