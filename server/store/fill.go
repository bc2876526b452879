package store

import (
	"context"
	"fmt"
	"time"
)

// fillBatch is how many copies of each model one statement makes.
const fillBatch = 200

// fillModels bounds the models.
const fillModels = 200

// Fill multiplies the runs of a workspace that have ended, with their histories
// and messages, until there are about n more, as if they had begun evenly from a
// time on until now. It is for measuring: what it writes was never counted.
// progress is called with how many there are so far.
func (s *Store) Fill(ctx context.Context, workspace string, n int, from time.Time, progress func(done int)) error {
	source := "runs"
	if s.dialect == postgresDialect {
		source = "ended_runs"
	}
	var models []string
	err := s.reading(ctx).Table(source).Where("workspace_id = ? AND ended_at IS NOT NULL", workspace).Order("id").Limit(fillModels).Pluck("id", &models).Error
	if err != nil {
		return translate(err)
	}
	if len(models) == 0 {
		return fmt.Errorf("no run of the workspace %s has ended: %w", workspace, ErrNotFound)
	}
	if err := s.makePast(ctx, from); err != nil {
		return err
	}
	// The copies are older than the models, by an hour at least.
	step := max((time.Since(from)-time.Hour).Microseconds()/int64(n+fillBatch*len(models)), 1)
	for done := 0; done < n; {
		copies := min(fillBatch, (n-done+len(models)-1)/len(models))
		// Each copy of a model has a number of its own, which is its place in time.
		args := map[string]any{
			"workspace": workspace, "oldest": models[0], "newest": models[len(models)-1], "copies": copies, "models": len(models), "first": done, "from": from.UnixMicro(), "step": step,
		}
		for _, statement := range fillStatements(s.dialect, source) {
			if err := s.write.WithContext(ctx).Exec(statement, args).Error; err != nil {
				return translate(err)
			}
		}
		done += copies * len(models)
		progress(done)
	}
	return s.analyze(ctx)
}

// makePast makes the partitions of weeks from a time on, as there would be if
// the server had run since. A database that was used before keeps those it has.
func (s *Store) makePast(ctx context.Context, from time.Time) error {
	if s.dialect != postgresDialect {
		return nil
	}
	for table := range partitioned() {
		there, err := s.partitions(ctx, table)
		if err != nil {
			return err
		}
		if len(there) > 0 && there[0].First == "" {
			var used bool
			if err := s.reading(ctx).Raw("SELECT EXISTS (SELECT 1 FROM " + there[0].Name + ")").Scan(&used).Error; err != nil {
				return translate(err)
			}
			if used {
				return nil
			}
			if err := s.dropPartitions(ctx, table, there[0]); err != nil {
				return err
			}
			there = there[1:]
		}
		for monday := weekStart(from); len(there) > 0 && idFloor(monday) < there[0].First; monday = monday.Add(week) {
			if err := s.makeWeek(ctx, table, monday); err != nil {
				return err
			}
		}
	}
	return nil
}

// fillStatements copy runs, histories and messages. The three agree on the ids
// of the copies.
func fillStatements(d dialect, source string) []string {
	series := "(WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i + 1 < @copies) SELECT i FROM s)"
	hex := func(number string) string { return "printf('%012x', " + number + ")" }
	whole := func(number string) string { return "CAST(" + number + " AS INTEGER)" }
	if d == postgresDialect {
		series = "(SELECT i FROM generate_series(0, CAST(@copies AS bigint) - 1) AS i)"
		hex = func(number string) string { return "lpad(to_hex(" + number + "), 12, '0')" }
		whole = func(number string) string { return "CAST(" + number + " AS bigint)" }
	}
	number := whole("@first") + " + copy.i * " + whole("@models") + " + model.n"
	at := whole("@from") + " + (" + number + ") * " + whole("@step")
	id := "substr(" + hex("("+at+") / 1000") + ", 1, 8) || '-' || substr(" + hex("("+at+") / 1000") + ", 9, 4) || '-7000-8000-' || " + hex(number)
	models := "(SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM " + source + " WHERE workspace_id = @workspace AND ended_at IS NOT NULL AND id >= @oldest AND id <= @newest) model CROSS JOIN " + series + " copy"
	return []string{
		"INSERT INTO " + source + ` (id, workspace_id, flow_id, flow_version, status, outcome, error, node, visit, version, state, recipient, inputs, started_by, started_at, updated_at, ended_at, reached)
			SELECT ` + id + `, r.workspace_id, r.flow_id, r.flow_version, r.status, r.outcome, r.error, r.node, r.visit, r.version, r.state, r.recipient, r.inputs, r.started_by,
			` + at + `, ` + at + ` + 1, ` + at + ` + 1, r.reached FROM ` + models + ` JOIN ` + source + ` r ON r.id = model.id`,
		`INSERT INTO history (run_id, seq, workspace_id, at, event, visit, trace)
			SELECT ` + id + `, h.seq, h.workspace_id, ` + at + `, h.event, h.visit, h.trace FROM ` + models + ` JOIN history h ON h.run_id = model.id`,
		`INSERT INTO messages (id, workspace_id, run_id, visit, node, direction, channel_id, channel, channel_type, from_address, to_address, category, content, status,
				provider_message_id, code, reason, parts, queued_at, sent_at, delivered_at, read_at)
			SELECT ` + id + ` || substr(m.id, 37), m.workspace_id, ` + id + `, m.visit, m.node, m.direction, m.channel_id, m.channel, m.channel_type, m.from_address, m.to_address,
				m.category, m.content, m.status, ` + id + ` || substr(m.id, 37), m.code, m.reason, m.parts, ` + at + `, ` + at + `, ` + at + `, ` + at + `
			FROM ` + models + ` JOIN messages m ON m.run_id = model.id`,
	}
}

// analyze has the database look at what is in its tables.
func (s *Store) analyze(ctx context.Context) error {
	return translate(s.write.WithContext(ctx).Exec("ANALYZE").Error)
}

// PruneRuns removes runs that ended before a time, as Prune does by policy.
func (s *Store) PruneRuns(ctx context.Context, before time.Time) error {
	return s.pruneRuns(ctx, before)
}

// CountEnded counts runs that have ended, of all workspaces.
func (s *Store) CountEnded(ctx context.Context) (n int64, err error) {
	err = s.reading(ctx).Table("all_runs").Where("ended_at IS NOT NULL").Count(&n).Error
	return n, translate(err)
}
