package temporal

import (
	"path/filepath"
	"testing"

	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"sluice/server/store/storetest"
)

// histories are what runs left in a real server, sealed with the key of the
// tests. They are recorded by make test-temporal with -update, and those that
// were recorded are never changed: runs outlive releases.
const histories = "testdata/histories"

// replayer replays histories with the workflow of this build.
func replayer(t *testing.T) worker.WorkflowReplayer {
	t.Helper()
	v := storetest.Vault(t)
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: dataConverter(v), FailureConverter: failureConverter(v)})
	if err != nil {
		t.Fatal(err)
	}
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: workflowName})
	return r
}

func TestRunsThatOlderBuildsBeganGoOnAsTheyBegan(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(histories + "/*.json")
	if err != nil || len(files) < len(recorded) {
		t.Fatalf("there are %d histories, %v", len(files), err)
	}
	for _, file := range files {
		if err := replayer(t).ReplayWorkflowHistoryFromJSONFile(quietLog{}, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// recorded are the histories by name, with what happens to the run.
var recorded = map[string]struct {
	flow       string
	maxHistory int
	// delivered and cancelled are what happens to it; neither is a deadline
	// that passes.
	delivered, cancelled bool
}{
	"timeout":   {flow: timeoutFlow},
	"delivered": {flow: deliveryFlow, delivered: true},
	"cancelled": {flow: deliveryFlow, cancelled: true},
	"continued": {flow: timeoutFlow, maxHistory: 10},
}

// timeoutFlow sends, waits in vain, and sends again; deliveryFlow waits for long.
const (
	timeoutFlow  = replayHead + `"1s"` + replayTail
	deliveryFlow = replayHead + `"1h"` + replayTail
	replayHead   = `{"schema": "sluice/v1", "name": "Replay", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
		{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "delivered_within": `
	replayTail = `, "message": {"type": "text", "text": "{{code}}"}}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "{{code}}"}}}
], "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "next", "to": "sms"}, {"from": "viber", "port": "not_delivered", "to": "sms"}]}`
)

// quietLog is a log that nobody reads.
type quietLog struct{}

var _ sdklog.Logger = quietLog{}

func (quietLog) Debug(string, ...any) {}
func (quietLog) Info(string, ...any)  {}
func (quietLog) Warn(string, ...any)  {}
func (quietLog) Error(string, ...any) {}
