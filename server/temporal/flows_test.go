package temporal

import (
	"encoding/json"

	"sluice/server/runtime"
	"sluice/server/store"
)

const (
	// recipient and canary are what must not be read in Temporal.
	recipient = "+639171234567"
	canary    = "canary-5e7e2f"
)

// sendingFlow sends one message; %s is what to do when its outcome is unknown.
const sendingFlow = `{"schema": "sluice/v1", "name": "Send", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
		{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "on_unknown": "%s",
		"message": {"type": "text", "text": "Your code is {{code}}"}}}
], "edges": [{"from": "start", "port": "next", "to": "viber"}]}`

// waitingFlow waits for %s.
const waitingFlow = `{"schema": "sluice/v1", "name": "Wait", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
		{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
	{"id": "wait", "type": "wait", "config": {"for": "%s"}},
	{"id": "done", "type": "end", "config": {"outcome": "waited"}}
], "edges": [{"from": "start", "port": "next", "to": "wait"}, {"from": "wait", "port": "next", "to": "done"}]}`

// beginning asks for a run of a flow.
func beginning(flow string) runtime.StartRequest {
	text := func(s string) json.RawMessage {
		data, err := json.Marshal(s)
		if err != nil {
			panic(err) // a string is always JSON
		}
		return data
	}
	return runtime.StartRequest{
		Workspace: store.DefaultWorkspaceID, FlowID: flow, StartedBy: "test",
		Inputs: map[string]json.RawMessage{"to": text(recipient), "code": text(canary)},
	}
}
