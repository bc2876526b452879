package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Executor is what executes the runs of a database. The zero value is nothing,
// which is what a database has before its first server.
type Executor struct {
	// Name is "local" or "temporal".
	Name string
	// Place is where that is, when it is not in the database itself, in words.
	Place string
}

// String is for people.
func (e Executor) String() string {
	if e.Place == "" {
		return e.Name
	}
	return fmt.Sprintf("%s (%s)", e.Name, e.Place)
}

// ErrOtherExecutor means that the database's runs belong to another executor.
var ErrOtherExecutor = errors.New("the runs of this database belong to another executor")

// OtherExecutorError says what keeps an executor from taking a database over. It
// wraps ErrOtherExecutor.
type OtherExecutorError struct {
	// Mine is the executor that wants it, Theirs the one that has it.
	Mine, Theirs Executor
	// Runs counts the live ones, Unsent the messages that are still to be sent
	// or taken back, and Servers those at work with Theirs.
	Runs, Unsent, Servers int64
}

// Error implements error.
func (e *OtherExecutorError) Error() string {
	var held []string
	for _, part := range []struct {
		n         int64
		one, many string
	}{
		{e.Runs, "1 run has not ended", "%d runs have not ended"},
		{e.Unsent, "1 message is still to be sent or taken back", "%d messages are still to be sent or taken back"},
		{e.Servers, "1 server was at work with it a moment ago", "%d servers were at work with it a moment ago"},
	} {
		switch part.n {
		case 0:
		case 1:
			held = append(held, part.one)
		default:
			held = append(held, fmt.Sprintf(part.many, part.n))
		}
	}
	advice := "stop the servers that use it, and start this one 20 seconds after"
	if e.Runs+e.Unsent > 0 {
		advice = "start with that executor and let them end, or cancel them, and change then"
	}
	return fmt.Sprintf("the runs of this database belong to the executor %s, and this server is to use %s: %s. Two executors would lose runs or take their steps twice: %s",
		e.Theirs, e.Mine, strings.Join(held, ", "), advice)
}

// Is makes errors.Is(err, ErrOtherExecutor) true.
func (*OtherExecutorError) Is(target error) bool { return target == ErrOtherExecutor }

// ClaimExecutor has a worker execute the database's runs, all of which belong to
// one executor: it takes the database over from another one when no run of that
// lives, no message waits, and no server was at work with it within ttl. With
// it the worker is known to live. Servers that claim at the same time are
// answered one after the other. was is the executor before. Errors:
// *OtherExecutorError.
func (s *Store) ClaimExecutor(ctx context.Context, mine Executor, worker, host string, ttl time.Duration) (was Executor, err error) {
	now := s.now().UnixMicro()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		insert := tx.Exec("INSERT INTO executor (one, name, place, since) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO NOTHING", mine.Name, mine.Place, now)
		if insert.Error != nil {
			return insert.Error
		}
		lock := ""
		if s.dialect == postgresDialect {
			lock = " FOR UPDATE"
		}
		if err := tx.Raw("SELECT name, place FROM executor WHERE one = 1" + lock).Scan(&was).Error; err != nil {
			return err
		}
		if was != mine {
			if err := s.takeOver(tx, mine, was, worker, ttl); err != nil {
				return err
			}
			if err := tx.Exec("UPDATE executor SET name = ?, place = ?, since = ? WHERE one = 1", mine.Name, mine.Place, now).Error; err != nil {
				return err
			}
		}
		if insert.RowsAffected > 0 {
			was = Executor{}
		}
		beat, err := databaseClock(tx, s.dialect)
		if err != nil {
			return err
		}
		return tx.Exec("INSERT INTO workers (id, host, started_at, heartbeat_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET heartbeat_at = EXCLUDED.heartbeat_at",
			worker, host, beat, beat).Error
	})
	return was, err
}

// takeOver reports why an executor cannot take over from another one; nil when
// it can.
func (s *Store) takeOver(tx *gorm.DB, mine, theirs Executor, worker string, ttl time.Duration) error {
	held := OtherExecutorError{Mine: mine, Theirs: theirs}
	now, err := databaseClock(tx, s.dialect)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		into *int64
		sql  string
		args []any
	}{
		{&held.Runs, "SELECT COUNT(*) FROM runs WHERE due_at IS NOT NULL", nil},
		{&held.Unsent, "SELECT COUNT(*) FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = o.run_id AND r.due_at IS NOT NULL)", nil},
		{&held.Servers, "SELECT COUNT(*) FROM workers WHERE heartbeat_at > ? AND id <> ?", []any{now - ttl.Microseconds(), worker}},
	} {
		if err := tx.Raw(q.sql, q.args...).Scan(q.into).Error; err != nil {
			return err
		}
	}
	if s.dialect == sqliteDialect {
		// One process at a time has the file: whoever else is in it is gone.
		held.Servers = 0
	}
	if held.Runs+held.Unsent+held.Servers > 0 {
		return &held
	}
	return nil
}

// databaseClock is the time of the database in microseconds, by which workers'
// beats are noted.
func databaseClock(tx *gorm.DB, d dialect) (now int64, err error) {
	sql := databaseTime.sqlite
	if d == postgresDialect {
		sql = databaseTime.postgres
	}
	return now, tx.Raw(sql).Scan(&now).Error
}

// KeepsExecutor finds out whether the database's runs still belong to an
// executor. A server that was not heard of for long may have lost them. Errors:
// ErrOtherExecutor.
func (b *Batch) KeepsExecutor(mine Executor) error {
	var has Executor
	err := b.read(&readExecutor, func(rows *sql.Rows) error { return rows.Scan(&has.Name, &has.Place) })
	if err == nil && has != mine {
		err = fmt.Errorf("%w: %s, and this server uses %s: stop it, or start it with that executor", ErrOtherExecutor, has, mine)
	}
	return err
}

// executor is what executes the database's runs; zero for nothing so far.
func (s *Store) executor(ctx context.Context) (e Executor, err error) {
	return e, s.reading(ctx).Raw("SELECT name, place FROM executor").Scan(&e).Error
}
