package store

import (
	"context"
	"database/sql"
	"fmt"
)

// statements are the prepared statements of the execution path on SQLite,
// which parses a statement in about the time that it takes to run it.
// PostgreSQL's driver keeps its own.
type statements struct {
	byQuery map[string]*sql.Stmt
}

// prepare prepares the queries. It needs a free connection, so it runs before
// the first transaction: on SQLite that holds the only one.
func (p *statements) prepare(ctx context.Context, db *sql.DB, queries []string) error {
	p.byQuery = make(map[string]*sql.Stmt, len(queries))
	for _, query := range queries {
		stmt, err := db.PrepareContext(ctx, query)
		if err != nil {
			return fmt.Errorf("prepare %q: %w", query, err)
		}
		p.byQuery[query] = stmt
	}
	return nil
}

func (p *statements) close() {
	for _, stmt := range p.byQuery {
		stmt.Close() //nolint:errcheck // the connection goes next.
	}
	p.byQuery = nil
}
