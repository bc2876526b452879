package store

import "strings"

// Runs that have ended, on PostgreSQL: they leave the table of live runs in the
// transaction that ends them, so that it stays as small as what is going on. On
// SQLite, where nothing has to be vacuumed, they stay where they are.

var (
	insertEnded = insertInto("ended_runs", "", runColumns...)

	// endRuns moves runs. Its parameters are those of updateRuns.
	endRuns = moving("runs", "ended_runs")

	// reviveRuns moves runs back whose end turned out not to have happened: what
	// is executed elsewhere may be taken back to an earlier step.
	reviveRuns = moving("ended_runs", "runs")

	updateEnded = updateOf("ended_runs", 2, "ended_runs.version = v.before",
		map[string]string{"before": "", "keep": "", "secrets": "CASE WHEN v.keep = 1 THEN ended_runs.secrets ELSE v.secrets END"}, changedColumns...).inPartitions("ended_runs")

	touchEnded = updateOf("ended_runs", 2, "ended_runs.version = v.before", map[string]string{"before": ""}, touchedColumns...).inPartitions("ended_runs")

	setEndedVersion = updateOf("ended_runs", 2, "", nil, text("id"), text("workspace_id"), number("version")).inPartitions("ended_runs")

	deleteEnded = deleteFrom("ended_runs", text("id"), text("workspace_id")).inPartitions("ended_runs")

	lockEnded = selectingByID("ended_runs", `r.id, r.workspace_id, r.flow_id, r.flow_version, r.version, r.state, r.secrets, r.recipient, r.reached,
		'' AS reply_key, 1 AS archived`, true)
)

// archives reports whether runs that have ended are in a table of their own.
func (b *Batch) archives() bool { return b.s.dialect == postgresDialect }

// moving makes a statement that updates runs as updateRuns does and puts them
// into another table.
func moving(from, to string) statement {
	text := `WITH gone AS (
			DELETE FROM @from USING unnest(@arrays) WITH ORDINALITY AS v(@names, n)
			WHERE @from.id = v.id AND @from.workspace_id = v.workspace_id AND @from.version = v.before
			RETURNING v.*, @from.secrets AS kept, @from.flow_id, @from.flow_version, @from.inputs, @from.started_by, @from.started_at
		), put AS (
			INSERT INTO @to (id, workspace_id, flow_id, flow_version, status, outcome, error, node, visit, version, due_at, state, secrets,
				recipient, reply_key, inputs, started_by, started_at, updated_at, ended_at, reached)
			SELECT id, workspace_id, flow_id, flow_version, status, outcome, error, node, visit, version, due_at, state,
				CASE WHEN keep = 1 THEN kept ELSE secrets END, recipient, reply_key, inputs, started_by, started_at, updated_at, ended_at, reached FROM gone
		)
		SELECT n FROM gone`
	return statement{
		columns: changedColumns, numbered: true,
		postgres: strings.NewReplacer("@from", from, "@to", to, "@arrays", arrays(changedColumns), "@names", names(changedColumns)).Replace(text),
	}
}
