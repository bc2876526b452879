package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	gormpostgres "gorm.io/driver/postgres"
)

// The pools of one process. PostgreSQL's default is 100 connections for all:
// several replicas fit.
const (
	postgresPool = 16
	// postgresHotPool serves the execution path alone, so that slow lists in
	// the UI never keep a timer waiting.
	postgresHotPool = 4
)

func (s *Store) openPostgres(ctx context.Context, address string, o Options) error {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// pgx's own text repeats the address; it hides passwords of URLs that
		// it could parse only.
		return fmt.Errorf("open the database: %s is not a PostgreSQL address: write postgres://user:password@host:5432/name", redact(address))
	}
	config.RuntimeParams["timezone"] = "UTC"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "sluice"
	}
	// A replica that lost its network must not hold locks for ever.
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	hot := config.Copy()
	maps.Copy(hot.RuntimeParams, hotPlanning())
	pool := func(config *pgx.ConnConfig, size int) *sql.DB {
		db := sql.OpenDB(o.Connector(stdlib.GetConnector(*config)))
		db.SetMaxOpenConns(size)
		db.SetMaxIdleConns(size)
		db.SetConnMaxIdleTime(5 * time.Minute)
		s.close = append(s.close, db)
		return db
	}
	s.hot = pool(hot, postgresHotPool)
	shared := pool(config, postgresPool)
	s.schemata, s.bell = shared, config
	if err := shared.PingContext(ctx); err != nil {
		return fmt.Errorf("open the database %s: %w: is PostgreSQL running there, and are user, password and database name right?", redact(address), unavailable(err))
	}
	db, err := openGorm(gormpostgres.New(gormpostgres.Config{Conn: shared}))
	if err != nil {
		return fmt.Errorf("open the database %s: %w", redact(address), err)
	}
	s.read, s.write = db, db
	return nil
}

// hotPlanning are the settings of the connections of the execution path. Each of
// its statements finds its rows by an index. PostgreSQL knows neither how long
// its arrays are nor, before it has analyzed a table that grows, how many rows
// there are: left alone it reads whole tables and keeps doing so.
func hotPlanning() map[string]string {
	return map[string]string{
		"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
		// One plan serves all arrays, so it is made once per connection.
		"plan_cache_mode": "force_generic_plan",
		// The costs of what is switched off would have it compile each of them.
		"jit": "off",
	}
}
