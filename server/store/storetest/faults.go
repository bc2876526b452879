package storetest

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
)

// Faults make the operations of a database fail: statements, queries, begins
// and commits are counted, and the chosen one fails.
type Faults struct {
	mu      sync.Mutex
	armed   bool
	count   int
	at      int
	late    bool
	err     error
	tripped bool
	// down fails everything; failures counts what it failed.
	down     error
	failures int
	// committed is called after each commit.
	committed func()
}

// OnCommit has fn called after each commit, by whoever made it, before it knows
// of it. Nil ends that.
func (f *Faults) OnCommit(fn func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.committed = fn
}

// ErrConnection is a fault like a connection that broke: the store takes it
// for a database that cannot be used.
var ErrConnection error = connectionError{}

// ErrStatement is a fault of a statement, such as a value that the database
// refuses.
var ErrStatement = errors.New("the statement was refused by a test")

type connectionError struct{}

func (connectionError) Error() string   { return "the connection was broken by a test" }
func (connectionError) Timeout() bool   { return false }
func (connectionError) Temporary() bool { return true }

// Arm makes the n-th operation from now fail with err, once: before it is done
// or, when late, after it was done.
func (f *Faults) Arm(n int, err error, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.count, f.at, f.err, f.late, f.tripped = true, 0, n, err, late, false
}

// Break makes every operation fail with err before it is done, until Disarm.
func (f *Faults) Break(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down, f.failures = err, 0
}

// Failures is how many operations failed since Break.
func (f *Faults) Failures() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failures
}

// Disarm stops it, and reports whether it had failed an operation.
func (f *Faults) Disarm() (tripped bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.down = false, nil
	return f.tripped
}

// next counts an operation and returns what has to happen to it.
func (f *Faults) next() (before, after error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down != nil {
		f.failures++
		return f.down, nil
	}
	if !f.armed {
		return nil, nil
	}
	f.count++
	if f.count != f.at {
		return nil, nil
	}
	f.tripped = true
	if f.late {
		return nil, f.err
	}
	return f.err, nil
}

// Connector wraps connections; it is for store.Options.
func (f *Faults) Connector(c driver.Connector) driver.Connector { return faultyConnector{c, f} }

type faultyConnector struct {
	driver.Connector
	f *Faults
}

func (c faultyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &faultyConn{conn, c.f}, nil
}

// faultyConn passes on what both drivers offer beyond driver.Conn.
type faultyConn struct {
	driver.Conn
	f *Faults
}

func run[T any](f *Faults, do func() (T, error)) (T, error) {
	var none T
	before, after := f.next()
	if before != nil {
		return none, before
	}
	v, err := do()
	if err == nil && after != nil {
		if c, ok := any(v).(interface{ Close() error }); ok {
			return none, errors.Join(after, c.Close())
		}
		return none, after
	}
	return v, err
}

// BeginTx fails as the others do. One that fails after it was done must not
// leave its transaction behind on the connection.
func (c *faultyConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	before, after := c.f.next()
	if before != nil {
		return nil, before
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o) //nolint:forcetypeassert // both drivers have it.
	switch {
	case err != nil:
		return nil, err
	case after != nil:
		return nil, errors.Join(after, tx.Rollback())
	}
	return &faultyTx{tx, c.f}, nil
}

func (c *faultyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query) //nolint:forcetypeassert // both drivers have it.
	if err != nil {
		return nil, err
	}
	return &faultyStmt{stmt, c.f}, nil
}

func (c *faultyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return run(c.f, func() (driver.Result, error) { return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args) }) //nolint:forcetypeassert // both drivers have it.
}

func (c *faultyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return run(c.f, func() (driver.Rows, error) { return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args) }) //nolint:forcetypeassert // both drivers have it.
}

func (c *faultyConn) Ping(ctx context.Context) error {
	if p, ok := c.Conn.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

func (c *faultyConn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

func (c *faultyConn) IsValid() bool {
	if v, ok := c.Conn.(driver.Validator); ok {
		return v.IsValid()
	}
	return true
}

func (c *faultyConn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.Conn.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type faultyStmt struct {
	driver.Stmt
	f *Faults
}

func (s *faultyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return run(s.f, func() (driver.Result, error) { return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args) }) //nolint:forcetypeassert // both drivers have it.
}

func (s *faultyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return run(s.f, func() (driver.Rows, error) { return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args) }) //nolint:forcetypeassert // both drivers have it.
}

type faultyTx struct {
	driver.Tx
	f *Faults
}

// Commit fails as the others do. One that fails before it is done leaves the
// transaction open, so it is rolled back, as a broken connection would be.
func (t *faultyTx) Commit() error {
	before, after := t.f.next()
	if before != nil {
		if err := t.Rollback(); err != nil {
			return fmt.Errorf("%w, and %w", before, err)
		}
		return before
	}
	if err := t.Tx.Commit(); err != nil {
		return err
	}
	t.f.mu.Lock()
	committed := t.f.committed
	t.f.mu.Unlock()
	if committed != nil {
		committed()
	}
	return after
}
