//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

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
	pids, err := s.stall(tb.Context())
	if err != nil {
		tb.Fatalf("stall PostgreSQL: %v", err)
	}
	resume = sync.OnceFunc(func() {
		for _, pid := range pids {
			// One that has ended meanwhile needs no signal.
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	})
	tb.Cleanup(resume)
	return resume
}

func (s *Server) stall(ctx context.Context) (pids []int, err error) {
	conn, err := pgx.Connect(ctx, s.base.String())
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	// Without the first process there are no new ones.
	pids = []int{s.cluster.process.Pid}
	if err := syscall.Kill(pids[0], syscall.SIGSTOP); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
	if err == nil {
		var others []int
		others, err = pgx.CollectRows(rows, pgx.RowTo[int])
		pids = append(pids, others...)
	}
	for _, pid := range pids[1:] {
		err = errors.Join(err, syscall.Kill(pid, syscall.SIGSTOP))
	}
	return pids, errors.Join(err, conn.Close(ctx))
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
