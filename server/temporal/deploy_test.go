//go:build temporalserver

package temporal

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// deployFlow sends, waits for the delivery, and sends again; %s is in its texts.
const deployFlow = `{"schema": "sluice/v1", "name": "Deploy", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
		{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "delivered_within": "1h",
		"message": {"type": "text", "text": "%[1]s viber"}}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "%[1]s sms"}}}
], "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "next", "to": "sms"}]}`

// deployment is two builds that serve one database.
type deployment struct {
	t        *testing.T
	database string
	queue    string
	name     string
	channels map[string]string
	store    *store.Store
	flow     string
}

// server is a build at work, with the messages that it sent.
type server struct {
	*Executor
	vendor *runtimetest.Vendor
}

func newDeployment(t *testing.T, name string) *deployment {
	t.Helper()
	d := &deployment{t: t, database: postgres.Database(t), queue: store.NewID(), name: name, channels: map[string]string{}}
	var err error
	if d.store, err = store.Open(t.Context(), d.database, store.Options{Vault: storetest.Vault(t)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.store.Close() })
	runtimetest.SetUp(t, d.store, d.channels)
	d.flow = runtimetest.Publish(t, d.store, fmt.Appendf(nil, deployFlow, "first"))
	return d
}

// serve has a build work, until the test ends or Stop is called.
func (d *deployment) serve(build string) *server {
	d.t.Helper()
	s := d.prepare(build)
	go func() { _ = s.Run(context.Background()) }()
	d.t.Cleanup(s.Stop)
	return s
}

func (d *deployment) prepare(build string) *server {
	d.t.Helper()
	vendor := runtimetest.NewVendor()
	o := Options{Address: address(d.t), TaskQueue: d.queue, Vault: storetest.Vault(d.t), Deployment: d.name, BuildID: build}
	e, err := Open(context.Background(), o, runtime.Options{Store: d.store, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		d.t.Fatal(err)
	}
	return &server{e, vendor}
}

// publishAnew publishes the flow with other texts.
func (d *deployment) publishAnew() {
	d.t.Helper()
	flow, err := d.store.Flow(context.Background(), store.DefaultWorkspaceID, d.flow)
	if err == nil {
		definition := fmt.Sprintf(deployFlow, "second")
		if !json.Valid([]byte(definition)) {
			d.t.Fatal("the flow is broken")
		}
		_, err = d.store.SaveDraft(context.Background(), store.DefaultWorkspaceID, d.flow, store.DraftSave{Name: flow.Name, Definition: definition, IfVersion: flow.DraftVersion})
	}
	if err == nil {
		_, err = d.store.PublishFlow(context.Background(), store.DefaultWorkspaceID, d.flow, store.Publication{})
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// start begins a run.
func (d *deployment) start(s *server) string {
	d.t.Helper()
	started, err := s.Start(context.Background(), beginning(d.flow))
	if err != nil {
		d.t.Fatal(err)
	}
	return started.RunID
}

// deliver reports the delivery of a run's first message.
func (d *deployment) deliver(s *server, run string) {
	d.t.Helper()
	event := channels.Inbound{Receipt: &channels.Receipt{MessageID: run + "-2", Status: channels.StatusDelivered}}
	if err := s.DeliverInbound(context.Background(), store.DefaultWorkspaceID, d.channels["viber-main"], []channels.Inbound{event}); err != nil {
		d.t.Fatal(err)
	}
}

// becomes waits until something is so.
func (d *deployment) becomes(what string, so func() bool) {
	d.t.Helper()
	for limit := time.Now().Add(2 * time.Minute); !so(); {
		if time.Now().After(limit) {
			d.t.Fatalf("it does not happen that %s", what)
		}
		select {
		case <-d.t.Context().Done():
			d.t.Fatalf("the test ended before %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// sends reports whether the server sent the message of a visit, with that text.
func (s *server) sent(run string, visit int, text string) bool {
	for _, m := range s.vendor.Ledger() {
		if m.MessageID == fmt.Sprintf("%s-%d", run, visit) {
			return strings.HasPrefix(m.Message.Text, text)
		}
	}
	return false
}

func (s *server) cluster(t *testing.T) *cluster {
	t.Helper()
	c, ok := s.service.(*cluster)
	if !ok {
		t.Fatal("no cluster")
	}
	return c
}

// promote makes a build the current one, as soon as the server knows it.
func (d *deployment) promote(s *server, build string) {
	d.t.Helper()
	handle := s.cluster(d.t).client.WorkerDeploymentClient().GetHandle(d.name)
	d.becomes("build "+build+" is the current one", func() bool {
		_, err := handle.SetCurrentVersion(context.Background(), client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
		return err == nil
	})
}

// running counts the workflows that stay with a build.
func (d *deployment) running(s *server, build string) int64 {
	d.t.Helper()
	answer, err := s.cluster(d.t).client.CountWorkflow(context.Background(), &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: DefaultNamespace, Query: fmt.Sprintf("TemporalWorkerDeploymentVersion = '%s:%s' AND ExecutionStatus = 'Running' AND TaskQueue = '%s'", d.name, build, d.queue),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return answer.GetCount()
}

// TestADeployWithVersionsLeavesRunsWithTheirBuild has build A begin runs, B take
// over the new ones, and A be killed while one of its messages is with the
// vendor. A comes back, and its runs end there; then nothing needs it any more.
func TestADeployWithVersionsLeavesRunsWithTheirBuild(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, "deploy-"+store.NewID())
	a := d.serve("A")
	d.promote(a, "A")
	old := d.start(a)
	d.becomes("A sends", func() bool { return a.sent(old, 2, "first") })
	a.Stop()

	// A goes on in another process, with a vendor that does not answer.
	idle := d.prepare("B")
	var caught string
	kill := bear(t, d.database, d.queue, d.name+" A", func() { caught = d.start(idle) })
	b := &server{idle.Executor, idle.vendor}
	go func() { _ = b.Run(context.Background()) }()
	t.Cleanup(b.Stop)
	d.publishAnew()
	d.promote(b, "B")
	kill()
	// While nobody works for A, what happens to its runs is kept.
	d.deliver(b, old)
	fresh := d.start(b)
	d.becomes("B sends for the new run", func() bool { return b.sent(fresh, 2, "second") })
	d.deliver(b, fresh)
	if got := ended(t, b.Executor, fresh); got.Run.FlowVersion != 2 {
		t.Errorf("the new run has version %d", got.Run.FlowVersion)
	}

	again := d.serve("A")
	// Its own starts go to the current build, too.
	other := d.start(again)
	d.becomes("B sends for a run that A was asked for", func() bool { return b.sent(other, 2, "second") })
	d.becomes("A sends what it was killed with", func() bool { return again.sent(caught, 2, "first") })
	for _, run := range []string{other, caught} {
		d.deliver(b, run)
	}
	for run, version := range map[string]int64{old: 1, caught: 1, other: 2} {
		if got := ended(t, b.Executor, run); got.Run.FlowVersion != version || got.Run.Status != "completed" {
			t.Errorf("run %s of version %d ended as %s", run, got.Run.FlowVersion, got.Run.Status)
		}
	}
	for _, run := range []string{old, caught} {
		if !again.sent(run, 3, "first") || b.vendor.Calls(run+"-2")+b.vendor.Calls(run+"-3") > 0 {
			t.Errorf("run %s did not stay with its build", run)
		}
	}
	if n := again.vendor.Calls(fresh+"-2") + again.vendor.Calls(other+"-2") + again.vendor.Calls(other+"-3"); n > 0 {
		t.Errorf("A sent %d messages of runs that began when B was current", n)
	}
	d.becomes("no run needs A", func() bool { return d.running(b, "A") == 0 })
}

// TestADeployWithoutVersionsHandsRunsOver is the usual way: a new server takes
// the old one's runs where they are, also one that was killed with a message at
// its vendor, and runs keep the version of their flow.
func TestADeployWithoutVersionsHandsRunsOver(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, "")
	a := d.serve("")
	old := d.start(a)
	d.becomes("the old one sends", func() bool { return a.sent(old, 2, "first") })
	a.Stop()
	b := d.prepare("")
	var caught string
	kill := bear(t, d.database, d.queue, "", func() { caught = d.start(b) })
	go func() { _ = b.Run(context.Background()) }()
	t.Cleanup(b.Stop)
	d.publishAnew()
	kill()
	d.deliver(b, old)
	fresh := d.start(b)
	d.becomes("the new one sends for both", func() bool { return b.sent(fresh, 2, "second") && b.sent(caught, 2, "first") })
	d.deliver(b, fresh)
	d.deliver(b, caught)
	for run, version := range map[string]int64{old: 1, caught: 1, fresh: 2} {
		text := map[int64]string{1: "first", 2: "second"}[version]
		if got := ended(t, b.Executor, run); got.Run.FlowVersion != version || got.Run.Status != "completed" || !b.sent(run, 3, text) {
			t.Errorf("run %s of version %d ended as %s", run, got.Run.FlowVersion, got.Run.Status)
		}
	}
}
