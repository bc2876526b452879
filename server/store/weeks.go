package store

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// On PostgreSQL ended runs, histories and messages are in partitions, one per
// week in which runs began. Their ids tell the week: UUIDv7 begins with the time.

// week is how much is in one partition.
const week = 7 * 24 * time.Hour

// weekStart is the Monday, 00:00 UTC, of the week of a time.
func weekStart(t time.Time) time.Time {
	// Go's zero time was a Monday.
	return t.UTC().Truncate(week)
}

// weekName is the end of the names of a week's partitions.
func weekName(monday time.Time) string { return "_w" + monday.UTC().Format("20060102") }

// directFor is how long after its end a week's partitions are used by their own
// names. Nothing is pruned that early; see MinKeep.
const directFor = 2 * 24 * time.Hour

// weeks are the weeks that have partitions. Statements about runs that began
// lately, which are nearly all, name the partition: PostgreSQL then plans for one
// table instead of all of them, of which it knows nothing when they are new.
type weeks struct {
	now func() time.Time

	mu sync.RWMutex
	// byFirst are the names of the partitions of young weeks by their first ids;
	// sorted are those ids.
	byFirst map[string]string
	sorted  []string
}

// set replaces what is known.
func (w *weeks) set(mondays []time.Time) {
	byFirst := map[string]string{}
	for _, monday := range mondays {
		byFirst[idFloor(monday)] = weekName(monday)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byFirst, w.sorted = byFirst, slices.Sorted(maps.Keys(byFirst))
}

// place is the table that an id is in: a partition, or the whole table.
func (w *weeks) place(table, id string) string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	at, found := slices.BinarySearch(w.sorted, id)
	if !found {
		at--
	}
	if at < 0 {
		return table
	}
	first := w.sorted[at]
	monday := idTime(first)
	if id >= idFloor(monday.Add(week)) || w.now().After(monday.Add(week+directFor)) {
		return table
	}
	return table + w.byFirst[first]
}

// split calls do for each table that ids are in, with their indexes, always in
// the same order.
func (w *weeks) split(table string, n int, id func(i int) string, do func(table string, indexes []int) error) error {
	byTable := map[string][]int{}
	for i := range n {
		place := w.place(table, id(i))
		byTable[place] = append(byTable[place], i)
	}
	for _, place := range slices.Sorted(maps.Keys(byTable)) {
		if err := do(place, byTable[place]); err != nil {
			return err
		}
	}
	return nil
}

// loadWeeks reads which weeks have partitions of all tables.
func (s *Store) loadWeeks(ctx context.Context) error {
	if s.dialect != postgresDialect {
		return nil
	}
	var names []string
	err := s.reading(ctx).Raw(`SELECT right(c.relname, 8) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent IN (?) AND c.relname ~ '_w[0-9]{8}$' GROUP BY 1 HAVING COUNT(*) = ?`,
		s.reading(ctx).Raw("SELECT t::regclass FROM unnest(ARRAY['ended_runs', 'history', 'messages']) AS t"), len(partitioned())).Scan(&names).Error
	if err != nil {
		return translate(err)
	}
	var mondays []time.Time
	for _, name := range names {
		monday, err := time.Parse("20060102", name)
		if err == nil {
			mondays = append(mondays, monday)
		}
	}
	s.weeks.set(mondays)
	return nil
}

// partitioned are the tables with partitions, and their keys.
func partitioned() map[string]string {
	return map[string]string{"ended_runs": "id", "history": "run_id", "messages": "id"}
}
