//go:build temporalserver

package temporal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"sluice/nodes"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/testhost"
)

// childVariable makes the test binary a worker that is killed: it holds the
// database, the queue, the address, and for worker versioning the deployment and
// the build. It says when a message is with its vendor.
const childVariable = "SLUICE_TEMPORAL_CHILD"

// child works until it is killed. Its vendor never answers.
func child() int {
	var database string
	var o Options
	if n, _ := fmt.Sscan(os.Getenv(childVariable), &database, &o.TaskQueue, &o.Address, &o.Deployment, &o.BuildID); n < 3 {
		return 2
	}
	v, err := storetest.NewVault()
	if err != nil {
		return 3
	}
	s, err := store.Open(context.Background(), database, store.Options{Vault: v})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 4
	}
	vendor := runtimetest.NewVendor()
	vendor.Answer(func(context.Context, channels.Account, channels.Outbound, int) (channels.Accepted, error) {
		fmt.Println("called")
		select {}
	})
	o.Vault = v
	e, err := Open(context.Background(), o, runtime.Options{
		Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 5
	}
	if err := e.Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return 6
}

// bear starts a worker in another process and waits until it has handed a
// message to its vendor; begin is called when it runs. version is empty, or the
// deployment and the build.
func bear(t *testing.T, database, queue, version string, begin func()) (kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childVariable+"="+database+" "+queue+" "+address(t)+" "+version)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	begin()
	if _, err := out.Read(make([]byte, 16)); err != nil {
		kill()
		t.Fatalf("the worker ended: %v", err)
	}
	return kill
}

func TestADeadWorkersMessagesAreTakenOverAsDeclared(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]struct {
		port  string
		calls int
	}{"resend": {"next", 1}, "treat_as_failed": {"failed", 0}} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			database, queue := postgres.Database(t), store.NewID()
			s, err := store.Open(t.Context(), database, store.Options{Vault: storetest.Vault(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			runtimetest.SetUp(t, s, map[string]string{})
			flow := runtimetest.Publish(t, s, fmt.Appendf(nil, sendingFlow, policy))
			vendor := runtimetest.NewVendor()
			e := connect(t, queue, runtime.Options{Store: s, Nodes: nodes.Standard(), Channels: channels.NewRegistry(vendor), Logger: slog.New(slog.DiscardHandler)}, false)
			var run string
			// Nobody works here yet: the other process gets it.
			kill := bear(t, database, queue, "", func() {
				started, err := e.Start(context.Background(), beginning(flow))
				if err != nil {
					t.Fatal(err)
				}
				run = started.RunID
			})
			kill()
			go func() { _ = e.Run(context.Background()) }()
			t.Cleanup(e.Stop)
			d := ended(t, e, run)
			if d.Steps[1].Port != want.port || vendor.Calls(run+"-2") != want.calls {
				t.Errorf("the run left by %q after %d more calls", d.Steps[1].Port, vendor.Calls(run+"-2"))
			}
		})
	}
}

// ended waits for the end of a run.
func ended(t *testing.T, e *Executor, run string) runtime.Detail {
	t.Helper()
	for limit := time.Now().Add(testhost.Patience); ; {
		d, err := e.Query(context.Background(), store.DefaultWorkspaceID, run)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		if !d.Run.EndedAt.IsZero() {
			return d
		}
		if time.Now().After(limit) {
			t.Fatalf("run %s does not end: %+v", run, d.Run)
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the test ended")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
