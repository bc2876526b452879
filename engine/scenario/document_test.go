package scenario_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine/scenario"
	"sluice/flows"
)

func codes(diags flows.Diagnostics) []string {
	var list []string
	for _, d := range diags {
		list = append(list, d.Code+" "+d.Pointer)
	}
	return list
}

func TestDecodeDocumentReadsEveryForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		flow  string
		names []string
		want  []string
	}{
		"a list":                             {`[{"name": "a", "expect": {}}, {"name": "b", "expect": {}}]`, "", []string{"a", "b"}, nil},
		"one scenario":                       {` {"name": "a", "expect": {}}`, "", []string{"a"}, nil},
		"one scenario that names its flow":   {`{"flow": "f.json", "name": "a", "expect": {}}`, "f.json", []string{"a"}, nil},
		"a document":                         {`{"flow": "f.json", "scenarios": [{"name": "a", "expect": {}}]}`, "f.json", []string{"a"}, nil},
		"an unknown field":                   {`{"scenarios": [], "flows": "f.json"}`, "", nil, []string{"unknown_field /flows"}},
		"a flow that is no text":             {`{"scenarios": [], "flow": 1}`, "", nil, []string{"wrong_type /flow"}},
		"mistakes in a list":                 {`[{"name": "a", "expekt": {}}]`, "", []string{"a"}, []string{"unknown_field /0/expekt"}},
		"mistakes in one scenario":           {`{"name": "a", "world": [{"node": "x", "send": {"eror": "y"}}]}`, "", []string{"a"}, []string{"unknown_field /world/0/send/eror"}},
		"mistakes in a document's scenarios": {`{"scenarios": [{"name": "a", "expect": {"elapsed": "1x"}}]}`, "", []string{"a"}, []string{"bad_duration /scenarios/0/expect/elapsed"}},
		"not JSON":                           {`{"name": `, "", nil, []string{"bad_json "}},
		"not a list":                         {`"x"`, "", nil, []string{"wrong_type "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, diags := scenario.DecodeDocument([]byte(c.text))
			var names []string
			for _, s := range doc.Scenarios {
				names = append(names, s.Name)
			}
			if doc.Flow != c.flow || !cmp.Equal(names, c.names) || !cmp.Equal(codes(diags), c.want) {
				t.Errorf("flow %q, scenarios %v, findings %v; want %q %v %v", doc.Flow, names, codes(diags), c.flow, c.names, c.want)
			}
		})
	}
}

func TestDecodeWorldReadsEveryForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text    string
		entries int
		want    []string
	}{
		"a list":                     {`[{"node": "a"}, {"node": "b", "receipts": []}]`, 2, nil},
		"an object":                  {`{"world": [{"node": "a"}]}`, 1, nil},
		"a scenario":                 {`{"name": "x", "inputs": {}, "world": [{"node": "a"}], "expect": {}}`, 1, nil},
		"no world":                   {`{"name": "x"}`, 0, []string{"missing "}},
		"mistakes":                   {`{"world": [{"node": "a", "recipts": []}]}`, 1, []string{"unknown_field /world/0/recipts"}},
		"mistakes in a list":         {`[{"node": 5}]`, 1, []string{"wrong_type /0/node"}},
		"not JSON":                   {`{"world": [}`, 0, []string{"bad_json "}},
		"a large object that is cut": {`{"world": [{"node": "a"}]} x`, 0, []string{"bad_json "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world, diags := scenario.DecodeWorld([]byte(c.text))
			if len(world) != c.entries || !cmp.Equal(codes(diags), c.want) {
				t.Errorf("%d entries, findings %v; want %d %v", len(world), codes(diags), c.entries, c.want)
			}
		})
	}
}

// worldFlow has two sends, a node that sets a variable, and an end.
const worldFlow = `{"schema": "sluice/v1", "name": "World",
  "nodes": [
    {"id": "start", "type": "start", "config": {"inputs": [{"name": "to", "type": "phone"}]}},
    {"id": "viber", "type": "send_viber", "config": {"channel": "v", "to": "{{to}}", "message": {"type": "text", "text": "x"}}},
    {"id": "sms", "type": "send_sms", "config": {"channel": "s", "to": "{{to}}", "message": {"type": "text", "text": "x"}}},
    {"id": "set", "type": "set_variables", "config": {"variables": [{"name": "tier", "value": "basic"}]}},
    {"id": "done", "type": "end", "config": {}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "next", "to": "sms"},
    {"from": "sms", "port": "next", "to": "set"}, {"from": "set", "port": "next", "to": "done"}]}`

func TestCheckWorldFindsWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	p := compile(t, worldFlow)
	for name, c := range map[string]struct {
		world string
		want  []string
	}{
		"fine":                 {`[{"node": "viber", "send": {"error": "auth"}, "receipts": [{"status": "sent"}, {"status": "failed"}]}, {"node": "sms", "visits": [{}]}]`, nil},
		"no node":              {`[{"receipts": []}]`, []string{"missing /0/node"}},
		"an unknown node":      {`[{"node": "vibr"}]`, []string{"unknown_node /0/node"}},
		"two entries":          {`[{"node": "sms"}, {"node": "sms"}]`, []string{"duplicate /1/node"}},
		"an unknown class":     {`[{"node": "sms", "send": {"error": "permanant"}}]`, []string{"unknown_value /0/send/error"}},
		"an unknown status":    {`[{"node": "sms", "visits": [{}, {"receipts": [{"status": "seen"}]}]}]`, []string{"unknown_value /0/visits/1/receipts/0/status"}},
		"no visits":            {`[{"node": "sms", "visits": []}]`, []string{"empty /0/visits"}},
		"an answer and visits": {`[{"node": "sms", "receipts": [], "visits": [{}]}]`, []string{"conflict /0/visits"}},

		"a stand-in":                    {`[{"node": "sms", "leave": {"port": "next", "after": "2s", "outputs": {"status": "read"}}}, {"node": "set", "leave": {"port": "next", "variables": {"tier": "gold"}}}]`, nil},
		"a stand-in by no exit":         {`[{"node": "sms", "leave": {"port": "nexd"}}]`, []string{"unknown_value /0/leave/port"}},
		"a stand-in that names no exit": {`[{"node": "sms", "visits": [{"leave": {}}]}]`, []string{"unknown_value /0/visits/0/leave/port"}},
		"a stand-in where none leads out": {
			`[{"node": "done", "leave": {"port": "next"}}]`, []string{"unknown_value /0/leave/port"},
		},
		"outputs and variables of others": {
			`[{"node": "set", "leave": {"port": "next", "outputs": {"status": 1}, "variables": {"teir": 1}}}]`,
			[]string{"unknown_value /0/leave/outputs/status", "unknown_value /0/leave/variables/teir"},
		},
		"replies where nobody asks": {
			`[{"node": "sms", "reply": {"text": "hi"}}, {"node": "set", "visits": [{}, {"replies": [{"text": "a"}, {"text": "b"}]}]}]`,
			[]string{"never_waits /0/reply", "never_waits /1/visits/1/replies"},
		},
		"receipts where nothing is sent": {`[{"node": "set", "receipts": [{"status": "read"}], "send": {"error": "auth"}}]`, []string{"never_sends /0/receipts", "never_sends /0/send"}},
		"a stand-in that is sent":        {`[{"node": "sms", "receipts": [], "leave": {"port": "next"}}]`, []string{"conflict /0/leave"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world, diags := flows.DecodeWorld([]byte(c.world))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			got := scenario.CheckWorld(p, world)
			if !cmp.Equal(codes(got), c.want) {
				t.Errorf("got %v, want %v", codes(got), c.want)
			}
			for _, d := range got {
				if d.Message == "" || d.Hint == "" {
					t.Errorf("%s says too little: %+v", d.Code, d)
				}
			}
		})
	}
}

func TestByScenarioSortsFindings(t *testing.T) {
	t.Parallel()
	diags := flows.Diagnostics{{Pointer: "/scenarios/2/world"}, {Pointer: "/nodes/0"}, {Pointer: "/scenarios/2"}, {Pointer: "/scenarios"}, {Pointer: "/scenarios/x"}}
	by, rest := scenario.ByScenario(diags, "/scenarios")
	if len(by) != 1 || len(by[2]) != 2 || len(rest) != 3 {
		t.Errorf("got %v and %v", by, rest)
	}
}
