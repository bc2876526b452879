package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrFull means that the database's disk is full. It comes with ErrUnavailable.
var ErrFull = errors.New("the database's disk is full")

const (
	// fullFor is how long a PostgreSQL counts as full after it said so: small writes may
	// still find room on a full disk, so that a success proves nothing.
	fullFor = 15 * time.Second
	// roomBytes is what has to fit into a SQLite file: more than a transaction of an
	// ordinary size.
	roomBytes = 256 << 10
)

// noteFull remembers an error that says that the disk is full, and marks it.
func (s *Store) noteFull(err error) error {
	if err == nil || !isFull(err) || errors.Is(err, ErrFull) {
		return err
	}
	s.fullAt.Store(time.Now().UnixNano())
	return unavailable(fmt.Errorf("%w: %w", ErrFull, err))
}

// isFull: SQLSTATE 53100 is disk_full (PostgreSQL, appendix A).
func isFull(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "53100"
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlite3.SQLITE_FULL
}

// Room is nil while the database can grow, else an error that wraps ErrFull or
// ErrUnavailable. On SQLite it tries that, on PostgreSQL it goes by what was seen lately.
func (s *Store) Room(ctx context.Context) error {
	if s.dialect != sqliteDialect {
		if at := s.fullAt.Load(); at != 0 && time.Since(time.Unix(0, at)) < fullFor {
			return unavailable(ErrFull)
		}
		return nil
	}
	tx, err := s.hot.BeginTx(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO setup_tokens (token_hash, workspace_id, created_at, expires_at) VALUES (?, ?, 0, 0)", strings.Repeat("x", roomBytes), DefaultWorkspaceID)
	// Nothing of it stays.
	_ = tx.Rollback()
	return s.noteFull(translate(err))
}
