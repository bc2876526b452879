package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations are versioned SQL, forward only: a folder per database, a number
// per file. A file that was released is never edited.
//
//go:embed migrations
var migrations embed.FS

// Servers that start at the same time look at the schema one after the other:
// each tries for its turn every second, for five minutes.
const (
	lockEvery = 1
	lockTries = 300
)

// newestMigration is the number of the last migration of a database.
func newestMigration(d dialect) (int64, error) {
	names, err := fs.Glob(migrations, "migrations/"+string(d)+"/*.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(errors.New("there are no migrations"), err)
	}
	return goose.NumericComponent(names[len(names)-1])
}

// migrate brings the schema up to date, one process at a time, or only checks
// it. It refuses a database that a newer version has changed: this one would
// not know what it breaks.
func (s *Store) migrate(ctx context.Context, o Options) error {
	folder, err := fs.Sub(migrations, "migrations/"+string(s.dialect))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	var options []goose.ProviderOption
	dialect := goose.DialectSQLite3
	if s.dialect == postgresDialect {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockEvery, lockTries))
		if err != nil {
			return fmt.Errorf("prepare the migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, s.schemata, folder, append(options, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	known := provider.ListSources()
	newest := known[len(known)-1].Version
	if o.upTo > 0 {
		newest = o.upTo
	}
	s.schema = newest
	current, err := s.schemaVersion(ctx, provider, o.ReadOnly)
	if err != nil {
		return err
	}
	switch {
	case current > newest:
		return fmt.Errorf("%w: it is at schema %d and this binary knows %d: use the newer binary, or restore a backup from before the upgrade", ErrNewerSchema, current, newest)
	case current == newest:
		return nil
	case o.ReadOnly:
		return fmt.Errorf("%w: it is at schema %d and this binary needs %d: start `sluice serve` with this binary once, which brings it up to date", ErrOlderSchema, current, newest)
	}
	if _, err := provider.UpTo(ctx, newest); err != nil {
		return fmt.Errorf("bring the database up to date: %w", unwrapMigration(err))
	}
	return nil
}

// schemaVersion reads the version. With checkOnly nothing is written, so the
// table of versions may be absent.
func (s *Store) schemaVersion(ctx context.Context, provider *goose.Provider, checkOnly bool) (int64, error) {
	if checkOnly {
		var version int64
		err := s.hot.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.DefaultTablename).Scan(&version)
		if err != nil {
			return 0, fmt.Errorf("read the database's version: %w: was it made by Sluice?", err)
		}
		return version, nil
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the database's version: %w", err)
	}
	return version, nil
}

func unwrapMigration(err error) error {
	if isUnavailable(err) {
		return unavailable(err)
	}
	return err
}
