package store

import (
	"context"
	"fmt"
)

// PretendNewer makes the database look as if a newer version had changed it.
func PretendNewer(s *Store) error {
	_, err := s.hot.ExecContext(context.Background(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
	return err
}

// UpTo makes Open stop after a migration.
func UpTo(o Options, migration int64) Options {
	o.upTo = migration
	return o
}

// SQL runs statements on PostgreSQL as a server of another version would.
func SQL(ctx context.Context, s *Store, statements ...string) error {
	for _, statement := range statements {
		if _, err := s.schemata.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// Number reads one number.
func Number(ctx context.Context, s *Store, query string) (n int64, err error) {
	return n, s.schemata.QueryRowContext(ctx, query).Scan(&n)
}

// Names reads a column of texts.
func Names(ctx context.Context, s *Store, query string) (names []string, err error) {
	return names, s.reading(ctx).Raw(query).Scan(&names).Error
}

// HoldPruning has another process prune, until release.
func HoldPruning(ctx context.Context, s *Store) (release func(), err error) {
	conn, err := s.schemata.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", pruneLock); err != nil {
		return nil, err
	}
	return func() {
		conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", pruneLock)
		conn.Close()
	}, nil
}
