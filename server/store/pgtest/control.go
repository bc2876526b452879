//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"sluice/server/testhost"
)

// NewOwn makes a server as New does, for tests that do harm to it: it is never
// one that others use.
func NewOwn(prepare func(ctx context.Context, url string) error) *Server {
	return &Server{prepare: prepare, own: true}
}

// HostPort is where the server listens. It has to be started, which Database
// does.
func (s *Server) HostPort() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.cluster.port))
}

// Stall stops all processes of the server in the middle of what they do:
// connections stay open, and nothing is answered until resume is called.
func (s *Server) Stall(tb testing.TB) (resume func()) {
	tb.Helper()
	var pids []int
	resume = sync.OnceFunc(func() {
		for _, pid := range pids {
			// One that has ended meanwhile needs no signal.
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	})
	tb.Cleanup(resume)
	stop := func(pid int) {
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil && !errors.Is(err, syscall.ESRCH) {
			tb.Fatalf("stall PostgreSQL: %v", err)
		}
		pids = append(pids, pid)
	}
	first := s.cluster.process.Pid
	stop(first)
	// Once the first process stands still there are no new ones. PostgreSQL's own
	// list of them lacks those that have only just begun.
	testhost.Until(tb, "all processes of PostgreSQL stand still", func() bool {
		all, err := processes(tb.Context())
		if err != nil {
			tb.Fatalf("list the processes: %v", err)
		}
		still := all[first].stopped
		for pid, p := range all {
			if p.parent == first && !p.stopped && !p.ended {
				still = false
				if !slices.Contains(pids, pid) {
					stop(pid)
				}
			}
		}
		return still
	})
	return resume
}

// process is what the system says about one.
type process struct {
	parent         int
	stopped, ended bool
}

// Restart stops the server and starts it again at the same address. A hard stop
// is an immediate one, without a checkpoint: it recovers from its log as after a
// power cut. Otherwise connections are ended first.
func (s *Server) Restart(tb testing.TB, hard bool) {
	tb.Helper()
	if err := s.restart(hard); err != nil {
		tb.Fatalf("restart PostgreSQL: %v", err)
	}
}

func (s *Server) restart(hard bool) error {
	signal := syscall.SIGINT
	if hard {
		signal = syscall.SIGQUIT
	}
	if err := s.cluster.process.Signal(signal); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	select {
	case <-s.cluster.done:
	case <-time.After(stopTimeout):
		return fmt.Errorf("stop PostgreSQL: it does not end within %s", stopTimeout)
	}
	ctx, cancel := context.WithTimeout(context.Background(), testhost.Patience)
	defer cancel()
	return s.cluster.launch(ctx)
}
