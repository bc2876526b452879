// Package store keeps everything that Sluice remembers, in SQLite or
// PostgreSQL: one schema, one set of queries, one conformance suite
// (storetest) that runs on both.
//
// Every row has a workspace and every query takes it, with few exceptions that
// find the workspace from a secret: a session or API key by its hash, a
// channel by its hook key, a user by the email of a login.
//
// The statements of the execution path are in hot*.go: many rows per
// transaction, hand-written for each database. All others go through gorm.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"sluice/server/vault"
)

// DefaultWorkspaceID is the workspace that every database is born with.
const DefaultWorkspaceID = "00000000-0000-7000-8000-000000000001"

// Options say how to open a database.
type Options struct {
	// Vault seals credentials and secrets. Without one, queries that need it
	// fail with an error that says so.
	Vault *vault.Vault
	// Logger gets what went wrong without anybody waiting for the answer. Nil
	// means slog.Default.
	Logger *slog.Logger
	// Now is the clock of rows' created_at and updated_at, and counts as that of
	// the database. Nil means time.Now, and the database's own.
	Now func() time.Time
	// KeepRuns is how long runs are kept after their end, with their histories and
	// messages; zero means for ever. It is at least MinKeep.
	KeepRuns time.Duration
	// ReadOnly opens a database that another process may be serving from,
	// without migrating or locking it.
	ReadOnly bool
	// Connector, when set, wraps how connections are made: for tests of
	// faults, and for tracing.
	Connector func(driver.Connector) driver.Connector
	// upTo is the migration to stop after: for tests of the others.
	upTo int64
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect dialect
	// read serves queries; write serves transactions; hot serves the
	// execution path. On SQLite the last two are the same single connection.
	read, write *gorm.DB
	hot         *sql.DB
	// schemata is for migrations: it plans as PostgreSQL does by itself.
	schemata *sql.DB
	vault    *vault.Vault
	log      *slog.Logger
	now      func() time.Time
	// ownClock tells that now was given.
	ownClock   bool
	statements *statements
	weeks      *weeks
	keepRuns   time.Duration
	close      []io.Closer
	// bell is how to connect for notifications; nil on SQLite.
	bell *pgx.ConnConfig
	// schema is the version of the newest migration.
	schema int64
	// generation grows with every change of a flow's published version, a
	// channel or a template, so that caches know when to forget.
	generation atomic.Uint64
	// fullAt is when the disk was last said to be full, in Unix nanoseconds.
	fullAt atomic.Int64
}

// dialect names the databases that the store speaks to.
type dialect string

const (
	sqliteDialect   dialect = "sqlite"
	postgresDialect dialect = "postgres"
)

// Open opens the database at address, "sqlite:PATH" or "postgres://…", and
// brings its schema up to date. Errors are for people: they name the address,
// without its password, and say what to do. They wrap ErrInUse, ErrNewerSchema
// or ErrUnavailable where that is the reason.
func Open(ctx context.Context, address string, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	ownClock := o.Now != nil
	if !ownClock {
		o.Now = time.Now
	}
	if o.Connector == nil {
		o.Connector = func(c driver.Connector) driver.Connector { return c }
	}
	s := &Store{vault: o.Vault, log: o.Logger, now: o.Now, ownClock: ownClock, statements: &statements{}, weeks: &weeks{now: time.Now}, keepRuns: o.KeepRuns}
	if o.KeepRuns != 0 && o.KeepRuns < MinKeep {
		return nil, fmt.Errorf("runs are kept for %s at least, not for %s", MinKeep, o.KeepRuns)
	}
	var err error
	switch scheme, rest, _ := strings.Cut(address, ":"); scheme {
	case "sqlite":
		s.dialect = sqliteDialect
		err = s.openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		s.dialect = postgresDialect
		err = s.openPostgres(ctx, address, o)
	default:
		err = fmt.Errorf("open the database: %q is not an address: write sqlite:PATH (such as sqlite:data/sluice.db) or postgres://user:password@host/name", redact(address))
	}
	if err == nil {
		err = s.migrate(ctx, o)
	}
	if err == nil && o.upTo == 0 {
		err = s.loadWeeks(ctx)
	}
	if err == nil && s.dialect == sqliteDialect && !o.ReadOnly {
		err = s.statements.prepare(ctx, s.hot, hotStatements())
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends all connections. It may be called more than once.
func (s *Store) Close() error {
	var errs []error
	s.statements.close()
	for _, c := range s.close {
		errs = append(errs, c.Close())
	}
	s.close = nil
	return errors.Join(errs...)
}

// Ping reports whether the database answers: nil, or an error that wraps
// ErrUnavailable.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.hot.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return unavailable(err)
	}
	return nil
}

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return string(s.dialect) }

// Generation grows whenever this process changes a published version, a
// channel, a template or a workspace's name, or removes an API key: what was read
// before may be out of date.
func (s *Store) Generation() uint64 { return s.generation.Load() }

// NewID makes an id: UUIDv7 text, in the order of creation.
func NewID() string {
	id, err := uuid.NewV7()
	if err != nil {
		// Only crypto/rand can fail here, and since Go 1.24 it does not.
		panic(err)
	}
	return id.String()
}

// idFloor is the beginning of the ids that NewID makes at a time: all that it
// made before are less, as text.
func idFloor(t time.Time) string {
	ms := fmt.Sprintf("%012x", max(t.UnixMilli(), 0))
	return ms[:8] + "-" + ms[8:]
}

// idTime is the time of an id, or of an idFloor; zero for what is neither.
func idTime(id string) time.Time {
	if len(id) < 13 || id[8] != '-' {
		return time.Time{}
	}
	ms, err := strconv.ParseInt(id[:8]+id[9:13], 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// reading is for queries.
func (s *Store) reading(ctx context.Context) *gorm.DB { return s.read.WithContext(ctx) }

// tx runs fn in one transaction and translates what goes wrong.
func (s *Store) tx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return s.noteFull(translate(s.write.WithContext(ctx).Transaction(fn)))
}

func (s *Store) stamp() Time { return At(s.now()) }

// openGorm puts gorm on top of connections that the store made itself.
func openGorm(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		// gorm's logger prints statements with their values, secrets among them.
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		AllowGlobalUpdate:      false,
	})
}

// redact hides the password of an address.
func redact(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return address
	}
	user, _, hasPassword := strings.Cut(rest[:at], ":")
	if hasPassword {
		user += ":***"
	}
	return scheme + "://" + user + rest[at:]
}
