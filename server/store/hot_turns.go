package store

import (
	"database/sql"
	"time"
)

// The statements that take due timers by turns of their workspaces, for when
// more is due than one transaction takes. The index runs_turns serves them, on
// PostgreSQL by its expressions.

var (
	// ORDER BY … LIMIT 1 and not MIN, which PostgreSQL may plan as a read of the
	// whole index when it plans while the table is empty.
	dueTurns = query{sqlite: turnsOf("workspace_id", "due_at", "?", "?"), postgres: turnsOf("(workspace_id || '')", "(due_at + 0)", "$1", "$2")}

	// claimTurns is asked workspace by workspace on SQLite, and for all at once on
	// PostgreSQL.
	claimTurns = query{
		sqlite: `SELECT ` + liveColumns + ` FROM runs WHERE workspace_id = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,
		//nolint:unqueryvet // due has the columns that are named in it.
		postgres: `SELECT due.* FROM unnest($1::text[]) AS turn(workspace_id) CROSS JOIN LATERAL (SELECT ` + liveColumns + ` FROM runs
			WHERE (runs.workspace_id || '') = turn.workspace_id AND due_at + 0 <= $2 AND due_at IS NOT NULL
			ORDER BY due_at + 0 LIMIT $3 FOR UPDATE SKIP LOCKED) due`,
	}
)

// turnsOf is the text of dueTurns, in which workspace and due are what the index
// holds.
func turnsOf(workspace, due, after, limit string) string {
	first := func(column, where string) string {
		return "(SELECT " + column + " FROM runs WHERE due_at IS NOT NULL AND " + where + " ORDER BY " + column + " LIMIT 1)"
	}
	return `WITH RECURSIVE turns(w) AS (
			SELECT ` + first(workspace, workspace+" > "+after) + `
			UNION ALL
			SELECT ` + first(workspace, workspace+" > turns.w") + ` FROM turns WHERE turns.w IS NOT NULL
		)
		SELECT turns.w, ` + first(due, workspace+" = turns.w") + ` FROM turns WHERE turns.w IS NOT NULL LIMIT ` + limit
}

// WorkspaceDue is a workspace and the earliest deadline of its runs.
type WorkspaceDue struct {
	Workspace string
	At        time.Time
}

// DueTurns lists up to limit workspaces with runs that wait, in the order of
// their ids, from the one that follows after. At may lie ahead.
func (b *Batch) DueTurns(after string, limit int) ([]WorkspaceDue, error) {
	var turns []WorkspaceDue
	err := b.read(&dueTurns, func(rows *sql.Rows) error {
		var w WorkspaceDue
		var at Time
		err := rows.Scan(&w.Workspace, &at)
		w.At = at.Time
		turns = append(turns, w)
		return err
	}, after, limit)
	return turns, err
}

// ClaimTurns is ClaimDue for each of these workspaces by itself.
func (b *Batch) ClaimTurns(workspaces []string, now time.Time, each int) ([]LiveRun, error) {
	var runs []LiveRun
	scan := func(rows *sql.Rows) error { return scanLive(rows, &runs) }
	if b.s.dialect == postgresDialect {
		return runs, b.read(&claimTurns, scan, workspaces, now.UnixMicro(), each)
	}
	for _, workspace := range workspaces {
		if err := b.read(&claimTurns, scan, workspace, now.UnixMicro(), each); err != nil {
			return nil, err
		}
	}
	return runs, nil
}
