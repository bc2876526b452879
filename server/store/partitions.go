package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// weeksAhead is how many weeks have partitions before they begin. What begins in
// a week without one is kept in the default partition.
const weeksAhead = 4

// partitionFill leaves room on the pages of a table for the next version of its
// rows: then an update that changes no indexed column writes to no index.
func partitionFill() map[string]int {
	return map[string]int{"ended_runs": 90, "history": 100, "messages": 80}
}

// partition is one of a table's, with the first id that is in it and the first
// that is not. The first partition begins with "".
type partition struct{ Name, First, Next string }

// partitions lists those of a table that have bounds, the oldest first.
func (s *Store) partitions(ctx context.Context, table string) ([]partition, error) {
	var rows []struct{ Name, Bounds string }
	err := s.reading(ctx).Raw(`SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds
		FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = CAST(? AS regclass)`, table).Scan(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	var list []partition
	for _, row := range rows {
		// FOR VALUES FROM ('019…') TO ('019…'), FROM (MINVALUE), or DEFAULT.
		from, to, found := strings.Cut(row.Bounds, ") TO (")
		if !found {
			continue
		}
		p := partition{Name: row.Name, Next: strings.Trim(to, "')")}
		if _, first, quoted := strings.Cut(from, "'"); quoted {
			p.First = strings.Trim(first, "'")
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(x, y partition) int { return strings.Compare(x.First, y.First) })
	return list, nil
}

// makeWeeks makes the partitions of this week and those to come.
func (s *Store) makeWeeks(ctx context.Context) error {
	edge, err := s.messagesEdge(ctx)
	if err != nil {
		return err
	}
	for table := range partitioned() {
		there, err := s.partitions(ctx, table)
		if err != nil {
			return err
		}
		monday := weekStart(s.weeks.now())
		for range weeksAhead + 1 {
			first := idFloor(monday)
			unpartitioned := table == "messages" && first < edge
			if !unpartitioned && !slices.ContainsFunc(there, func(p partition) bool { return first < p.Next && p.First < idFloor(monday.Add(week)) }) {
				if err := s.makeWeek(ctx, table, monday); err != nil {
					return fmt.Errorf("make the partition of %s for the week of %s: %w", table, monday.Format(time.DateOnly), err)
				}
			}
			monday = monday.Add(week)
		}
	}
	return nil
}

// messagesEdge is the id up to which messages are in the default partition,
// because there were none when they were written; empty when there are no such.
func (s *Store) messagesEdge(ctx context.Context) (string, error) {
	var edge string
	err := s.reading(ctx).Raw(`SELECT COALESCE((SELECT substring(pg_get_constraintdef(oid) FROM '[0-9a-f]{8}-[0-9a-f]{4}')
		FROM pg_constraint WHERE conname = 'messages_before' AND conrelid = CAST('messages_default' AS regclass)), '')`).Scan(&edge).Error
	return edge, translate(err)
}

// makeWeek makes a partition and moves into it what the default one has of it.
// Only the default partition, which is small or known to hold nothing of the
// week, is locked against readers.
func (s *Store) makeWeek(ctx context.Context, table string, monday time.Time) error {
	name, key := table+weekName(monday), partitioned()[table]
	first, next := idFloor(monday), idFloor(monday.Add(week))
	return s.tx(ctx, func(tx *gorm.DB) error {
		for _, statement := range []string{
			"SET LOCAL lock_timeout = '1s'",
			fmt.Sprintf("CREATE TABLE %[1]s (LIKE %[2]s INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = %[3]d)", name, table, partitionFill()[table]),
			fmt.Sprintf("LOCK TABLE %s_default IN ACCESS EXCLUSIVE MODE", table),
			fmt.Sprintf("WITH moved AS (DELETE FROM %[1]s_default WHERE %[3]s >= '%[4]s' AND %[3]s < '%[5]s' RETURNING *) INSERT INTO %[2]s SELECT * FROM moved", //nolint:unqueryvet // names and bounds of our own; a partition has the columns of the others.
				table, name, key, first, next),
			fmt.Sprintf("ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')", table, name, first, next),
		} {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// dropWeeks removes whole partitions: those of weeks all of whose runs ended
// before a time. A week with a run that is live or ended later stays: a run may
// last for 30 days.
func (s *Store) dropWeeks(ctx context.Context, before time.Time) error {
	ended, err := s.partitions(ctx, "ended_runs")
	if err != nil {
		return err
	}
	gone := 0
	for _, p := range ended {
		if p.Next > idFloor(before) {
			break
		}
		var kept bool
		err := s.reading(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM runs WHERE id >= ? AND id < ?) OR EXISTS (SELECT 1 FROM `+p.Name+` WHERE ended_at >= ? OR ended_at IS NULL)`,
			p.First, p.Next, before.UnixMicro()).Scan(&kept).Error
		if err != nil {
			return translate(err)
		}
		if kept {
			continue
		}
		// The runs go last: while they are there the rest is found to be dropped.
		for _, table := range []string{"history", "messages", "ended_runs"} {
			if err := s.dropPartitions(ctx, table, p); err != nil {
				return err
			}
		}
		gone++
	}
	return s.pruneUnpartitioned(ctx, ended[gone:])
}

// dropPartitions drops those of a table that are within the bounds of another.
func (s *Store) dropPartitions(ctx context.Context, table string, within partition) error {
	list, err := s.partitions(ctx, table)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.First < within.First || p.Next > within.Next {
			continue
		}
		// Everybody waits while the table is locked, so it is locked for the
		// moment of the detaching only, and not waited for: a reader that takes
		// its time has it done the next time.
		err := s.tx(ctx, func(tx *gorm.DB) error {
			if err := tx.Exec("SET LOCAL lock_timeout = '200ms'").Error; err != nil {
				return err
			}
			return tx.Exec("ALTER TABLE " + table + " DETACH PARTITION " + p.Name).Error
		})
		if err != nil {
			return err
		}
		if err := s.write.WithContext(ctx).Exec("DROP TABLE " + p.Name).Error; err != nil {
			return translate(err)
		}
		s.log.Info("a partition was dropped, which is older than runs are kept", "partition", p.Name)
	}
	return nil
}

// pruneUnpartitioned removes messages from before there were partitions, when
// the runs from then are gone. ended are the partitions of runs that are left.
func (s *Store) pruneUnpartitioned(ctx context.Context, ended []partition) error {
	if slices.ContainsFunc(ended, func(p partition) bool { return p.First == "" }) {
		return nil
	}
	edge, err := s.messagesEdge(ctx)
	if err != nil || edge == "" {
		return err
	}
	return s.inBatches(ctx, pruneBatch, `DELETE FROM messages_default WHERE id IN (SELECT id FROM messages_default WHERE id < ? ORDER BY id LIMIT ?)`,
		edge, pruneBatch)
}
