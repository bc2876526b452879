//go:build temporalserver

package temporal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
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

// otpFlow is the run that is measured: a message, a timeout of five seconds, another
// message, the end.
const otpFlow = `{"schema": "sluice/v1", "name": "OTP", "nodes": [
	{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}, "inputs": [
		{"name": "to", "type": "string", "required": true}, {"name": "code", "type": "string", "secret": true}]}},
	{"id": "viber", "type": "send_viber", "config": {"channel": "viber-main", "to": "{{to}}", "delivered_within": "5s",
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
	began, cpu := time.Now(), cpuTime(t)
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
		if n := vendor.Calls(id + "-3"); n != 1 {
			t.Errorf("the SMS of run %s was sent %d times", id, n)
		}
	}
	took := time.Since(began)
	cpu = cpuTime(t) - cpu
	t.Logf("a run takes %.1f ms of CPU time in this process and the Temporal server together, without PostgreSQL", cpu.Seconds()*1000/runs)
	t.Logf("%d runs ended in %v: %.1f runs/s; all starts were acknowledged after %v", runs, took.Round(time.Millisecond), runs/took.Seconds(), acknowledged.Round(time.Millisecond))
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

// cpuTime is what this process and the Temporal server have used so far.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		t.Fatal(err)
	}
	total := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	// The fields of stat behind the name, which may hold blanks: the state is
	// the third, user and system time in hundredths of a second the 14th and
	// 15th.
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", real.pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	for _, field := range strings.Fields(rest)[11:13] {
		ticks, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		total += time.Duration(ticks) * 10 * time.Millisecond
	}
	return total
}
