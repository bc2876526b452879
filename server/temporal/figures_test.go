//go:build temporalserver

package temporal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"google.golang.org/grpc"
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

// measured is what runs have used of machine and server so far.
type measured struct {
	// own, server and database are CPU time: of this process, of the Temporal
	// server, and of PostgreSQL, which that keeps its state in.
	own, server, database time.Duration
	// commits are those of the server's databases.
	commits int64
	calls   map[string]int
}

// calls counts the calls of Temporal by method.
type calls struct {
	mu     sync.Mutex
	number map[string]int
}

func (c *calls) count(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, o ...grpc.CallOption) error {
	err := invoke(ctx, method, req, reply, conn, o...)
	name := method[strings.LastIndex(method, "/")+1:]
	if work, ok := reply.(interface{ GetTaskToken() []byte }); ok && len(work.GetTaskToken()) == 0 {
		// A poll that brought nothing.
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.number[name]++
	return err
}

// figures measures runs of one flow on a real server.
type figures struct {
	t      *testing.T
	e      *Executor
	flow   string
	vendor *runtimetest.Vendor
	calls  *calls
	stats  *pgx.Conn
}

func newFigures(t *testing.T) *figures {
	t.Helper()
	f := &figures{t: t, vendor: runtimetest.NewVendor(), calls: &calls{number: map[string]int{}}}
	s := open(t, store.Options{Vault: storetest.Vault(t)})
	runtimetest.SetUp(t, s, map[string]string{})
	f.flow = runtimetest.Publish(t, s, []byte(otpFlow))
	var err error
	f.e, err = Open(t.Context(), Options{
		Address: address(t), TaskQueue: store.NewID(), Vault: storetest.Vault(t), dialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(f.calls.count)},
	}, runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(f.vendor), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = f.e.Run(context.Background()) }()
	t.Cleanup(f.e.Stop)
	if f.stats, err = pgx.Connect(t.Context(), postgres.Database(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.stats.Close(context.Background()) })
	return f
}

func (f *figures) now() measured {
	f.t.Helper()
	var m measured
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		f.t.Fatal(err)
	}
	m.own = time.Duration(own.Utime.Nano() + own.Stime.Nano())
	_, m.server = processTime(f.t, real.pid)
	var backend int
	err := f.stats.QueryRow(f.t.Context(), "SELECT pg_backend_pid(), (SELECT sum(xact_commit) FROM pg_stat_database WHERE datname LIKE 'temporal%')").Scan(&backend, &m.commits)
	if err != nil {
		f.t.Fatal(err)
	}
	postmaster, _ := processTime(f.t, backend)
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		f.t.Fatal(err)
	}
	for _, path := range all {
		pid, err := strconv.Atoi(filepath.Base(path))
		if err != nil {
			continue
		}
		if parent, used := processTime(f.t, pid); parent == postmaster {
			m.database += used
		}
	}
	f.calls.mu.Lock()
	defer f.calls.mu.Unlock()
	m.calls = maps.Clone(f.calls.number)
	return m
}

// run has a number of runs, from that many callers, come to their end. The last
// of them is returned.
func (f *figures) run(runs, callers int) (last string) {
	f.t.Helper()
	ids := make(chan string, runs)
	work := make(chan struct{}, runs)
	for range runs {
		work <- struct{}{}
	}
	close(work)
	before, began := f.now(), time.Now()
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for range work {
				started, err := f.e.Start(context.Background(), beginning(f.flow))
				if err != nil {
					f.t.Error(err)
					return
				}
				ids <- started.RunID
			}
		})
	}
	group.Wait()
	acknowledged := time.Since(began)
	close(ids)
	for id := range ids {
		last = id
		ended(f.t, f.e, id)
		if n := f.vendor.Calls(id + "-3"); n != 1 {
			f.t.Errorf("the SMS of run %s was sent %d times", id, n)
		}
	}
	took, after := time.Since(began), f.now()
	per := func(was, is time.Duration) float64 { return (is - was).Seconds() * 1000 / float64(runs) }
	f.t.Logf("%d runs: %.1f runs/s, all starts acknowledged after %v", runs, float64(runs)/took.Seconds(), acknowledged.Round(time.Millisecond))
	f.t.Logf("CPU per run: %.1f ms here, %.1f ms in the Temporal server, %.1f ms in its PostgreSQL; %.1f commits there", per(before.own, after.own), per(before.server, after.server),
		per(before.database, after.database), float64(after.commits-before.commits)/float64(runs))
	var list []string
	total := 0.0
	for _, name := range slices.Sorted(maps.Keys(after.calls)) {
		if n := float64(after.calls[name]-before.calls[name]) / float64(runs); n > 0 {
			list, total = append(list, fmt.Sprintf("%s %.2f", name, n)), total+n
		}
	}
	f.t.Logf("calls of Temporal per run: %.2f: %s", total, strings.Join(list, ", "))
	events, size := historyOf(f.t, f.e, last)
	kinds := map[string]int{}
	for _, event := range events {
		kinds[event.GetEventType().String()]++
	}
	f.t.Logf("the last run has %d events, %d bytes: %v", len(events), size, kinds)
	return last
}

// TestFigures says what runs cost on a real server, and looks for secrets in
// what it keeps of them. What one at a time costs does not depend on the load.
func TestFigures(t *testing.T) {
	f := newFigures(t)
	f.run(1, 1)
	f.run(3, 1)
	f.run(400, 20)
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

// processTime is the CPU time of a process so far, and its parent; zero for one
// that is gone.
func processTime(t *testing.T, pid int) (parent int, used time.Duration) {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	// The fields behind the name, which may hold blanks: the state is the third,
	// the parent the fourth, user and system time in hundredths of a second the
	// 14th and 15th.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var numbers [3]int
	for i, at := range []int{1, 11, 12} {
		if numbers[i], err = strconv.Atoi(fields[at]); err != nil {
			t.Fatal(err)
		}
	}
	return numbers[0], time.Duration(numbers[1]+numbers[2]) * 10 * time.Millisecond
}
