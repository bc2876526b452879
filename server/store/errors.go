package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrNotFound means that there is no such row in that workspace.
	ErrNotFound = errors.New("not found")
	// ErrConflict means that something with that name exists already. The
	// error is a *ConflictError.
	ErrConflict = errors.New("exists already")
	// ErrStale means that the row was changed by somebody else since it was
	// read.
	ErrStale = errors.New("changed by somebody else in the meantime")
	// ErrUnavailable means that the database cannot be used now: it is away,
	// its disk is full, or it is overloaded. Nothing was changed, and trying
	// again later makes sense. (When a connection breaks during a commit,
	// nobody knows whether it was done; such a call may be repeated only with
	// a key that recognises the repetition.)
	ErrUnavailable = errors.New("the database cannot be used at the moment")
	// ErrInUse means that another process serves from the same SQLite file.
	ErrInUse = errors.New("another process uses this database")
	// ErrNewerSchema means that a newer version of Sluice has changed the
	// database.
	ErrNewerSchema = errors.New("the database was changed by a newer version of Sluice")
	// ErrOlderSchema means that the database waits to be brought up to date,
	// which opening it for writing does.
	ErrOlderSchema = errors.New("the database is older than this version of Sluice")
	// ErrNoVault means that a secret was to be sealed or opened by a store
	// that was opened without a vault.
	ErrNoVault = errors.New("the database was opened without its master key")
)

// ConflictError says which rule of uniqueness a row breaks.
type ConflictError struct {
	// Field is the column that people chose the value of, such as "slug".
	Field string
	err   error
}

// Error implements error.
func (e *ConflictError) Error() string { return fmt.Sprintf("the %s exists already", e.Field) }

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// Unwrap returns the database's own error.
func (e *ConflictError) Unwrap() error { return e.err }

// translate turns what the databases and gorm say into this package's errors.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if field, ok := uniqueViolation(err); ok {
		return &ConflictError{Field: field, err: err}
	}
	if isUnavailable(err) {
		return unavailable(err)
	}
	return err
}

func unavailable(err error) error {
	if err == nil || errors.Is(err, ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// uniqueViolation returns the last column of the broken rule: in all of the
// schema's rules that is the one that people choose.
func uniqueViolation(err error) (field string, ok bool) {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		// "Key (workspace_id, slug)=(…, …) already exists."
		columns, _, _ := strings.Cut(strings.TrimPrefix(pg.Detail, "Key ("), ")=")
		return columns[strings.LastIndex(columns, " ")+1:], true
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		// "constraint failed: UNIQUE constraint failed: channels.workspace_id, channels.slug (2067)"
		text, _, _ := strings.Cut(lite.Error(), " (")
		return text[strings.LastIndex(text, ".")+1:], true
	}
	return "", false
}

func isUnavailable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code[:2] {
		case "08", "53", "57", "58":
			// connection, resources (disk full, too many connections),
			// operator intervention (shutdown), system error
			return true
		}
		// A deadlock, a serialization failure, a lock timeout, a standby.
		return pg.Code == "40P01" || pg.Code == "40001" || pg.Code == "55P03" || pg.Code == "25006"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
			sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.DeadlineExceeded) || pgconn.SafeToRetry(err)
}
