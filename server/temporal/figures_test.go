//go:build temporalserver

package temporal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/proto"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// otpFlow is the run that is measured: a message, a timeout of a second, another
// message, the end.
const otpFlow = `{"schema": "sluice/v1", "name": "OTP", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
		{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "delivered_within": "1s",
		"message": {"type": "text", "text": "Your one-time password is {{code}}"}}},
	{"id": "sms", "type": "send_sms", "config": {"channel": "sms-main", "to": "{{to}}", "message": {"type": "text", "text": "Your one-time password is {{code}}"}}}
], "edges": [{"from": "start", "port": "next", "to": "viber"}, {"from": "viber", "port": "not_delivered", "to": "sms"}]}`

// TestFigures says what runs cost on a real server, and looks for secrets in
// what it keeps of them.
func TestFigures(t *testing.T) {
	const runs, callers = 600, 40
	s := open(t, store.Options{Vault: storetest.Vault(t)})
	runtimetest.SetUp(t, s, map[string]string{})
	vendor := runtimetest.NewVendor()
	e := connect(t, store.NewID(), runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler)}, false)
	go func() { _ = e.Run(context.Background()) }()
	t.Cleanup(e.Stop)
	flow := runtimetest.Publish(t, s, []byte(otpFlow))
	ids := make(chan string, runs)
	work := make(chan struct{}, runs)
	for range runs {
		work <- struct{}{}
	}
	close(work)
	began := time.Now()
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for range work {
				started, err := e.Start(context.Background(), beginning(flow))
				if err != nil {
					t.Error(err)
					return
				}
				ids <- started.RunID
			}
		})
	}
	group.Wait()
	acknowledged := time.Since(began)
	close(ids)
	var last string
	for id := range ids {
		last = id
		ended(t, e, id)
	}
	took := time.Since(began)
	t.Logf("%d runs ended in %v: %.1f runs/s; all starts were acknowledged after %v", runs, took.Round(time.Millisecond), runs/took.Seconds(), acknowledged.Round(time.Millisecond))
	if n := len(vendor.Ledger()); n != 2*runs {
		t.Errorf("%d messages were sent, want %d", n, 2*runs)
	}
	events, size := historyOf(t, e, last)
	kinds := map[string]int{}
	for _, event := range events {
		kinds[event.GetEventType().String()]++
	}
	t.Logf("a run has %d events, %d bytes: %v", len(events), size, kinds)
}

// historyOf reads a history, in which nothing secret may be readable.
func historyOf(t *testing.T, e *Executor, run string) (events []*history.HistoryEvent, size int) {
	t.Helper()
	c, ok := e.service.(*cluster)
	if !ok {
		t.Fatal("no cluster")
	}
	for pages := c.client.GetWorkflowHistory(t.Context(), run, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
		event, err := pages.Next()
		if err != nil {
			t.Fatal(err)
		}
		data, err := proto.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{canary, recipient, "one-time password"} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%q is readable in %s", secret, event.GetEventType())
			}
		}
		events, size = append(events, event), size+len(data)
	}
	if len(events) == 0 {
		t.Fatal(fmt.Errorf("run %s has no history", run))
	}
	return events, size
}
