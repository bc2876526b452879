package nodes_test

import (
	"strings"
	"testing"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
	"sluice/nodes"
)

const placeholders = `{"schema": "sluice/v1", "name": "From elsewhere", "nodes": [
  {"id": "start", "type": "start"},
  {"id": "came", "type": "placeholder", "config": {"tool": "Twilio Studio", "kind": "trigger", "passes": "incomingMessage",
    "ports": [{"port": "incomingMessage"}], "properties": "{\"offset\": {}, \"text\": \"{{flow.x | nope}} {% if %}\"}"}},
  {"id": "call", "type": "placeholder", "name": "Look up", "config": {"tool": "Twilio Studio", "kind": "make-http-request", "advice": "Ask a person.",
    "ports": [{"port": "success"}, {"port": "failed"}]}},
  {"id": "sms", "type": "send_sms", "config": {"channel": "s", "to": "+639171234567", "message": {"type": "text", "text": "Hi {{steps.call.result.parsed.name}}"}}}],
  "edges": [{"from": "start", "port": "next", "to": "came"}, {"from": "came", "port": "incomingMessage", "to": "call"}, {"from": "call", "port": "success", "to": "sms"}]}`

func TestPlaceholdersBlockPublishingAndNothingElse(t *testing.T) {
	t.Parallel()
	f, diags := flows.Decode([]byte(placeholders))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	program, diags := engine.Compile(f, nodes.Standard())
	if program == nil || !diags.HasErrors() || diags.Broken() {
		t.Fatalf("program %v, %v", program != nil, diags)
	}
	var found []string
	for _, d := range diags {
		found = append(found, d.Code+" "+d.Node+" "+d.Hint)
	}
	if got := strings.Join(found, "; "); got != "placeholder came Rebuild it with other nodes, then delete it.; placeholder call Ask a person." {
		t.Errorf("got %s", got)
	}

	alone := scenario.Run(program, nil, nil, scenario.Start())
	if alone.Status != engine.StatusFailed || strings.Join(alone.Path, " ") != "start came call" || alone.Error.Code != "placeholder" {
		t.Errorf("got %s %v %v", alone.Status, alone.Path, alone.Error)
	}

	world, diags := flows.DecodeWorld([]byte(`[{"node": "call", "leave": {"port": "success", "outputs": {"result": {"parsed": {"name": "Ann"}}}}}]`))
	if diags = append(diags, scenario.CheckWorld(program, world)...); len(diags) > 0 {
		t.Fatal(diags)
	}
	if r := scenario.Run(program, nil, world, scenario.Start()); len(r.Messages) != 1 || r.Messages[0].Text != "Hi Ann" {
		t.Errorf("got %v %v", r.Path, r.Messages)
	}
}

func TestAFlowWithOtherErrorsHasNoProgram(t *testing.T) {
	t.Parallel()
	f, _ := flows.Decode([]byte(strings.Replace(placeholders, `"channel": "s", `, "", 1)))
	if program, diags := engine.Compile(f, nodes.Standard()); program != nil || !diags.Broken() {
		t.Errorf("program %v, %v", program != nil, diags)
	}
}
