//go:build unix

// Package pgtest gives tests a PostgreSQL of their own: it finds the programs
// on the machine, makes a cluster in a temporary folder as an unprivileged
// user, listens on loopback on a free port, and takes everything down again.
//
// A test package has one:
//
//	var postgres = pgtest.New(migrate)
//
//	func TestMain(m *testing.M) { os.Exit(postgres.Run(m)) }
//
// The cluster starts when the first test asks for a database.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"sluice/server/testhost"
)

// EnvURL names a server to use in place of one of our own. Its user must be
// allowed to create databases.
const EnvURL = "SLUICE_TEST_POSTGRES_URL"

// template is the database that those of tests are copies of.
const template = "sluice_template"

// Server is a PostgreSQL for the tests of one package.
type Server struct {
	prepare func(ctx context.Context, url string) error
	// own is true when the server is one of our own, whatever EnvURL says.
	own bool

	once    sync.Once
	err     error
	cluster *cluster
	base    *url.URL
	prefix  string
	count   atomic.Int64
}

// New makes a server that is not started yet. prepare fills the database that
// those of the tests are copied from: it runs the migrations.
func New(prepare func(ctx context.Context, url string) error) *Server {
	return &Server{prepare: prepare}
}

// Run runs the tests of a package and stops the server. It is for TestMain,
// and returns the exit code.
func (s *Server) Run(m *testing.M) int {
	code := m.Run()
	if err := s.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the PostgreSQL of the tests:", err)
		code = max(code, 1)
	}
	return code
}

// Database makes a database for one test and returns its address. It goes when
// the test ends. The test fails when there is no PostgreSQL.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	s.once.Do(func() { s.err = s.start() })
	if s.err != nil {
		tb.Fatalf("%v", s.err)
	}
	name := fmt.Sprintf("%s_%d", s.prefix, s.count.Add(1))
	if err := s.admin(tb.Context(), "CREATE DATABASE "+name+" TEMPLATE "+s.prefix+"_"+template); err != nil {
		tb.Fatalf("make a database for the test: %v", err)
	}
	tb.Cleanup(func() {
		// The test's own context has ended by now.
		if err := s.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("drop the test's database: %v", err)
		}
	})
	return s.address(name)
}

// Stop takes the server down. It may be called when it was never started.
func (s *Server) Stop() error {
	if s.base != nil && s.cluster == nil {
		return s.admin(context.Background(), "DROP DATABASE IF EXISTS "+s.prefix+"_"+template+" WITH (FORCE)")
	}
	if s.cluster == nil {
		return nil
	}
	return s.cluster.stop()
}

func (s *Server) start() error {
	ctx, cancel := context.WithTimeout(context.Background(), testhost.Patience)
	defer cancel()
	s.prefix = fmt.Sprintf("sluice_test_%d", os.Getpid())
	address := os.Getenv(EnvURL)
	if address == "" || s.own {
		var err error
		if s.cluster, err = startCluster(ctx); err != nil {
			return err
		}
		address = s.cluster.address
	}
	var err error
	if s.base, err = url.Parse(address); err != nil {
		return fmt.Errorf("%s is not an address", EnvURL)
	}
	if err := s.admin(ctx, "CREATE DATABASE "+s.prefix+"_"+template); err != nil {
		return fmt.Errorf("make the template database: %w", err)
	}
	if err := s.prepare(ctx, s.address(s.prefix+"_"+template)); err != nil {
		return fmt.Errorf("prepare the template database: %w", err)
	}
	return nil
}

func (s *Server) address(database string) string {
	u := *s.base
	u.Path = "/" + database
	return u.String()
}

// admin runs one statement outside of the tests' databases.
func (s *Server) admin(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.base.String())
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}
