package flows_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
)

const small = `{
  "schema": "sluice/v1",
  "name": "Small",
  "nodes": [
    {"id": "start", "type": "start", "position": {"x": 0, "y": 0.5}, "config": {"trigger": {"type": "manual"}, "inputs": []}},
    {"id": "sms", "type": "send_sms", "name": "SMS", "config": {"to": "{{a}} <&>", "channel": "sms-main", "message": {"text": "hi", "type": "text"}}}
  ],
  "edges": [{"from": "start", "port": "next", "to": "sms"}]
}`

func TestDecodeReportsEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, document string
		// want holds "code pointer" of each diagnostic.
		want []string
	}{
		{"a correct document", small, nil},
		{"no JSON", `{"schema": `, []string{"bad_json "}},
		{"trailing data", `{} {}`, []string{"bad_json "}},
		{"not an object", `[]`, []string{"wrong_type "}},
		{"broken UTF-8", "{\"name\": \"\xff\"}", []string{"bad_json "}},
		{"a byte order mark", "\uFEFF{}", []string{"bad_json "}},
		{
			"unknown and mistyped fields", `{"schema":"sluice/v1","nmae":"x","nodes":[{"id":"a","type":"start","confg":{}},{"id":1,"type":"end"}],"edges":{}}`,
			[]string{"wrong_type /edges", "unknown_field /nmae", "unknown_field /nodes/0/confg", "wrong_type /nodes/1/id"},
		},
		{"a key twice", `{"name":"a","name":"b"}`, []string{"duplicate_key /name"}},
		{"null for a value", `{"name":null}`, []string{"wrong_type /name"}},
		{
			"a bad duration in a scenario", `{"scenarios":[{"name":"s","world":[{"node":"a","receipts":[{"after":"soon","status":"read"}]}],"expect":{"elapsed":3}}]}`,
			[]string{"wrong_type /scenarios/0/expect/elapsed", "bad_duration /scenarios/0/world/0/receipts/0/after"},
		},
		{"too deep", strings.Repeat("[", 100), []string{"too_deep " + strings.Repeat("/0", 64)}},
		{"too large", `{"name":"` + strings.Repeat("x", flows.MaxDocument) + `"}`, []string{"too_large "}},
		{"too many nodes", `{"nodes":[` + strings.TrimSuffix(strings.Repeat(`{"id":"a"},`, flows.MaxNodes+1), ",") + `]}`, []string{"too_many /nodes"}},
		{"a number that does not fit", `{"nodes":[{"id":"a","position":{"x":1e999,"y":0}}]}`, []string{"out_of_range /nodes/0/position/x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, diags := flows.Decode([]byte(tt.document))
			var got []string
			for _, d := range diags {
				got = append(got, d.Code+" "+d.Pointer)
				if d.Message == "" {
					t.Errorf("%s has no message", d.Code)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeSaysWhereTheSyntaxBreaks(t *testing.T) {
	t.Parallel()
	_, diags := flows.Decode([]byte("{\n  \"name\": \"a\"\n  \"nodes\": []\n}"))
	if len(diags) != 1 || !strings.Contains(diags[0].Message, "line 3, column 3") {
		t.Errorf("got %v, want a syntax error at line 3, column 3", diags)
	}
}

func TestDecodeHintsAtTheNearestName(t *testing.T) {
	t.Parallel()
	_, diags := flows.Decode([]byte(`{"ndoes": []}`))
	if len(diags) != 1 || diags[0].Hint != `Did you mean "nodes"?` {
		t.Errorf("got %v, want a hint at nodes", diags)
	}
}

func TestEncodeIsCanonical(t *testing.T) {
	t.Parallel()
	f, diags := flows.Decode([]byte(small))
	if diags != nil {
		t.Fatal(diags)
	}
	once, err := flows.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	shuffled := `{"edges":[{"to":"sms","port":"next","from":"start"}],"nodes":[
	  {"type":"start","id":"start","position":{"y":0.5,"x":0},"config":{"inputs":[],"trigger":{"type":"manual"}}},
	  {"config":{"channel":"sms-main","message":{"type":"text","text":"hi"},"to":"{{a}} <&>"},"name":"SMS","type":"send_sms","id":"sms"}],
	  "name":"Small","schema":"sluice/v1"}`
	g, diags := flows.Decode([]byte(shuffled))
	if diags != nil {
		t.Fatal(diags)
	}
	other, err := flows.Encode(g)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(once), string(other)); diff != "" {
		t.Errorf("the same flow encodes differently (-one +other):\n%s", diff)
	}
	want := `{
  "schema": "sluice/v1",
  "name": "Small",
  "nodes": [
    {
      "id": "start",
      "type": "start",
      "position": {"x": 0, "y": 0.5},
      "config": {"inputs": [], "trigger": {"type": "manual"}}
    },
    {
      "id": "sms",
      "type": "send_sms",
      "name": "SMS",
      "config": {"channel": "sms-main", "message": {"type": "text", "text": "hi"}, "to": "{{a}} <&>"}
    }
  ],
  "edges": [{"from": "start", "port": "next", "to": "sms"}]
}
`
	if diff := cmp.Diff(want, string(once)); diff != "" {
		t.Errorf("canonical form (-want +got):\n%s", diff)
	}
}

func TestEncodeKeepsTheDifferenceBetweenNoReceiptsAndDefaultOnes(t *testing.T) {
	t.Parallel()
	f, diags := flows.Decode([]byte(`{"schema":"sluice/v1","name":"x","nodes":[],"edges":[],"scenarios":[
	  {"name":"s","world":[{"node":"a","receipts":[]},{"node":"b"}],"expect":{"path":[],"messages":[]}}]}`))
	if diags != nil {
		t.Fatal(diags)
	}
	data, err := flows.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := flows.Decode(data)
	world := again.Scenarios[0].World
	if world[0].Receipts == nil || world[1].Receipts != nil || again.Scenarios[0].Expect.Path == nil || again.Scenarios[0].Expect.Messages == nil {
		t.Errorf("an empty list got lost in %s", data)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"nodes":[{"config":{"a":[1,2.50,"<>",null,true,{}]}}]}`))
	f.Add([]byte(`{"scenarios":[{"inputs":{"a":1e5},"world":[{"visits":[{"send":{"after":"1d"}}]}],"expect":{"variables":{"x":null}}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		flow, diags := flows.Decode(data)
		if flow == nil && !diags.HasErrors() {
			t.Fatal("nothing was read, and no reason given")
		}
		if flow == nil || diags.HasErrors() {
			return
		}
		once, err := flows.Encode(flow)
		if err != nil {
			t.Fatal(err)
		}
		again, diags := flows.Decode(once)
		if diags.HasErrors() {
			t.Fatalf("the canonical form does not decode: %v\n%s", diags, once)
		}
		twice, err := flows.Encode(again)
		if err != nil || string(once) != string(twice) {
			t.Fatalf("encoding is not stable (%v):\n%s\n%s", err, once, twice)
		}
	})
}
