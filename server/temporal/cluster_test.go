//go:build temporalserver

package temporal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sluice/server/runtime"
	"sluice/server/runtime/runtimetest"
	"sluice/server/store"
	"sluice/server/store/pgtest"
	"sluice/server/store/storetest"
)

// These tests run against a real Temporal server on PostgreSQL, which is built
// from the module in testserver: make test-temporal.

var postgres = pgtest.New(func(context.Context, string) error { return nil })

// real is the server that all tests share.
var real realServer

type realServer struct {
	once    sync.Once
	address string
	pid     int
	stop    func()
	err     error
}

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child())
	}
	code := postgres.Run(m)
	if real.stop != nil {
		real.stop()
	}
	os.Exit(code)
}

// address of the real server, which the first test starts.
func address(t testing.TB) string {
	t.Helper()
	real.once.Do(func() { real.err = real.start(postgres.Database(t)) })
	if real.err != nil {
		t.Fatal(real.err)
	}
	return real.address
}

// start builds the server, unless SLUICE_TEST_TEMPORAL_SERVER names the program,
// and starts it.
func (r *realServer) start(database string) error {
	dir, err := os.MkdirTemp("", "sluice-temporal-")
	if err != nil {
		return err
	}
	program := os.Getenv("SLUICE_TEST_TEMPORAL_SERVER")
	if program == "" {
		program = filepath.Join(dir, "testserver")
		build := exec.Command("go", "build", "-trimpath", "-o", program, ".")
		build.Dir, build.Env = "testserver", append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build the server: %w: %s", err, out)
		}
	}
	server := exec.Command(program, "--postgres", database)
	// It ends with its input, so also when this process is killed.
	input, err := server.StdinPipe()
	if err != nil {
		return err
	}
	output, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	server.Stderr = log
	if err := server.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if address, ready := strings.CutPrefix(lines.Text(), "ready "); ready {
			go func() { _, _ = io.Copy(io.Discard, output) }()
			r.address, r.pid = address, server.Process.Pid
			r.stop = func() {
				_ = input.Close()
				_ = server.Wait()
				_ = os.RemoveAll(dir)
			}
			return nil
		}
	}
	return fmt.Errorf("the server ended before it was ready: %w: see %s", server.Wait(), log.Name())
}

// connect opens an executor on the real server with a task queue of its own.
func connect(t testing.TB, queue string, o runtime.Options, told bool) *Executor {
	t.Helper()
	e, err := Open(context.Background(), Options{Address: address(t), TaskQueue: queue, Vault: storetest.Vault(t), told: told}, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// onACluster makes executors on the real server.
func onACluster(t testing.TB) func(o runtime.Options) runtimetest.Executor {
	t.Helper()
	queue := store.NewID()
	return func(o runtime.Options) runtimetest.Executor {
		o.Logger = slog.New(slog.DiscardHandler)
		return &told{Executor: connect(t, queue, o, true), store: o.Store, clock: o.Clock, done: map[string]bool{}}
	}
}

// Not among the conformance tests on a cluster, beside those that are not in the
// environments, and why.
var notOnACluster = map[string]string{
	"a stop does not wait forever for a database": "a worker that stops cuts calls off by the machine's clock, which tests do not move, and a call that was cut off is treated as its node says",
}

func TestRunsOnAClusterGoAsTheConformanceSuiteSays(t *testing.T) {
	t.Parallel()
	var except []string
	for name, why := range notInEnvironments {
		t.Logf("not tried here: %q: %s", name, why)
		except = append(except, name)
	}
	for name, why := range notOnACluster {
		t.Logf("not tried here: %q: %s", name, why)
		except = append(except, name)
	}
	runtimetest.Run(t, runtimetest.Open{Store: open, Make: onACluster}, except...)
}
