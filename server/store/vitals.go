package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"sluice/server/vault"
)

// Vitals tell whether a database and the servers on it are well. Zero times
// mean that there is nothing of the kind.
type Vitals struct {
	// Software is the database's version, such as "SQLite 3.51.1".
	Software string
	// Schema is the number of the newest migration.
	Schema int64
	// Clock is the time of the database: on SQLite that of this process.
	Clock time.Time
	// JournalMode and Synchronous are SQLite's, such as "wal" and "full";
	// empty on PostgreSQL.
	JournalMode, Synchronous string
	// ReadOnly is why nothing can be written, or empty. On SQLite the rights of
	// the file decide, which are not looked at here.
	ReadOnly string
	// LastBeat is when a server was last heard of, and ServersSince counts those
	// heard of since Vitals' argument.
	LastBeat     time.Time
	ServersSince int64
	// Waiting counts the runs that wait; OldestTimer is the deadline that is
	// due first.
	Waiting     int64
	OldestTimer time.Time
	// Unsent counts messages that wait to be sent; OldestUnsent is when the
	// first of those that nobody has in hand was to be tried.
	Unsent       int64
	OldestUnsent time.Time
	// Kept counts events of runs that no server could step so far.
	Kept       int64
	OldestKept time.Time
	// Executor is what executes the runs; zero before the first server.
	Executor Executor
}

// synchronousNames are the values of PRAGMA synchronous.
//
//nolint:gochecknoglobals // A constant table; Go has no constant slices.
var synchronousNames = []string{"off", "normal", "full", "extra"}

// Vitals reads how the database is. Servers count that were heard of since a
// time, by the database's clock, ago.
func (s *Store) Vitals(ctx context.Context, ago time.Duration) (Vitals, error) {
	v := Vitals{Schema: s.schema}
	if err := s.software(ctx, &v); err != nil {
		return Vitals{}, translate(err)
	}
	db := s.reading(ctx)
	var workers, timers, unsent, kept struct {
		Number int64
		First  Time
	}
	var last struct{ Beat Time }
	for _, q := range []struct {
		into any
		sql  string
		args []any
	}{
		{&last, "SELECT MAX(heartbeat_at) AS beat FROM workers", nil},
		{&workers, "SELECT COUNT(*) AS number FROM workers WHERE heartbeat_at >= ?", []any{v.Clock.Add(-ago).UnixMicro()}},
		{&timers, "SELECT COUNT(*) AS number, MIN(due_at) AS first FROM runs WHERE due_at IS NOT NULL", nil},
		{&unsent, "SELECT COUNT(*) AS number, MIN(CASE WHEN lease_by IS NULL THEN next_attempt_at END) AS first FROM outbox", nil},
		{&kept, "SELECT COUNT(*) AS number, MIN(at) AS first FROM kept_events", nil},
	} {
		if err := db.Raw(q.sql, q.args...).Scan(q.into).Error; err != nil {
			return Vitals{}, translate(err)
		}
	}
	v.LastBeat, v.ServersSince = last.Beat.Time, workers.Number
	v.Waiting, v.OldestTimer = timers.Number, timers.First.Time
	v.Unsent, v.OldestUnsent = unsent.Number, unsent.First.Time
	v.Kept, v.OldestKept = kept.Number, kept.First.Time
	var err error
	if v.Executor, err = s.executor(ctx); err != nil {
		return Vitals{}, translate(err)
	}
	return v, nil
}

// software reads what the database says about itself.
func (s *Store) software(ctx context.Context, v *Vitals) error {
	db := s.reading(ctx)
	if s.dialect == postgresDialect {
		var row struct {
			Version            string
			Clock              Time
			Standby, Forbidden bool
			Writes             bool
		}
		err := db.Raw(`SELECT current_setting('server_version') AS version, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint AS clock,
			pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only') = 'on' AS forbidden,
			has_table_privilege('runs', 'INSERT, UPDATE') AS writes`).Scan(&row).Error
		v.Software, v.Clock = "PostgreSQL "+row.Version, row.Clock.Time
		switch {
		case row.Standby:
			v.ReadOnly = "it is a standby, which follows another server"
		case row.Forbidden:
			v.ReadOnly = "its default_transaction_read_only is on"
		case !row.Writes:
			v.ReadOnly = "its user may not write to the table runs"
		}
		return err
	}
	var synchronous int
	var version string
	v.Clock = s.now()
	err := errors.Join(
		db.Raw("SELECT sqlite_version()").Row().Scan(&version),
		db.Raw("PRAGMA journal_mode").Row().Scan(&v.JournalMode),
		db.Raw("PRAGMA synchronous").Row().Scan(&synchronous),
	)
	v.Software = "SQLite " + version
	if synchronous >= 0 && synchronous < len(synchronousNames) {
		v.Synchronous = synchronousNames[synchronous]
	}
	return err
}

// KeyCheck is whether the master key opens what is sealed in the database.
type KeyCheck struct {
	// Sealed counts what was tried; Opened those of them that the key opens.
	Sealed, Opened int
	// Err is why the first of the others does not open.
	Err error
}

// sealedSample bounds how many values of one table are tried.
const sealedSample = 200

// CheckKey tries to open what is sealed: all channels' credentials, and the
// newest messages that wait to be sent or lie on simulated phones. Without a
// vault it only counts.
func (s *Store) CheckKey(ctx context.Context) (KeyCheck, error) {
	var check KeyCheck
	for _, table := range []struct {
		sql   string
		place func(workspace, id string) []byte
	}{
		{"SELECT workspace_id, id, credentials FROM channels WHERE credentials IS NOT NULL ORDER BY id DESC", func(_, id string) []byte { return credentialsPlace(id) }},
		{"SELECT workspace_id, message_id, payload FROM outbox ORDER BY message_id DESC", func(_, id string) []byte { return outboxPlace(id) }},
		{"SELECT workspace_id, id, message FROM simulator_messages ORDER BY workspace_id, id DESC", simulatorPlace},
	} {
		rows, err := s.reading(ctx).Raw(fmt.Sprintf("%s LIMIT %d", table.sql, sealedSample)).Rows()
		if err != nil {
			return KeyCheck{}, translate(err)
		}
		if err := check.read(rows, table.place, s.vault); err != nil {
			return KeyCheck{}, translate(err)
		}
	}
	return check, nil
}

func (k *KeyCheck) read(rows *sql.Rows, place func(workspace, id string) []byte, keys *vault.Vault) error {
	for rows.Next() {
		var workspace, id string
		var sealed []byte
		if err := rows.Scan(&workspace, &id, &sealed); err != nil {
			return errors.Join(err, rows.Close())
		}
		k.Sealed++
		err := ErrNoVault
		if keys != nil {
			_, err = keys.Open(sealed, place(workspace, id))
		}
		switch {
		case err == nil:
			k.Opened++
		case k.Err == nil:
			k.Err = err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
