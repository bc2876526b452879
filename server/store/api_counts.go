package store

import (
	"context"
	"time"
)

// CountFilter selects counts of one flow.
type CountFilter struct {
	FlowID string
	// From and To bound the hours in which runs began; To is not included.
	From, To time.Time
	// Version is one version of the flow; zero means all.
	Version int64
}

// FlowCount is one count of a period.
type FlowCount struct {
	Kind               CountKind
	Node, Port, Detail string
	N                  int64
}

// FlowCounts sums the counts of a flow over a period.
func (s *Store) FlowCounts(ctx context.Context, workspace string, f CountFilter) ([]FlowCount, error) {
	q := s.reading(ctx).Table("flow_counts").Select("kind, node, port, detail, SUM(n) AS n").
		Where("workspace_id = ? AND flow_id = ? AND hour >= ? AND hour < ?", workspace, f.FlowID, f.From.UnixMicro(), f.To.UnixMicro())
	if f.Version > 0 {
		q = q.Where("flow_version = ?", f.Version)
	}
	var all []FlowCount
	err := q.Group("kind, node, port, detail").Order("kind, node, port, detail").Scan(&all).Error
	return all, translate(err)
}

// FlowCountPoint is how many runs began in one stretch of a period, and what
// has become of them.
type FlowCountPoint struct {
	// Stretch counts from the beginning of the period, from zero.
	Stretch int64
	Kind    CountKind
	// Status is that of runs that ended.
	Status string
	N      int64
}

// FlowCountSeries counts the runs of a flow over a period, by stretches of
// whole hours.
func (s *Store) FlowCountSeries(ctx context.Context, workspace string, f CountFilter, stretch time.Duration) ([]FlowCountPoint, error) {
	q := s.reading(ctx).Table("flow_counts").
		Select("(hour - ?) / ? AS stretch, kind, detail AS status, SUM(n) AS n", f.From.UnixMicro(), stretch.Microseconds()).
		Where("workspace_id = ? AND flow_id = ? AND hour >= ? AND hour < ?", workspace, f.FlowID, f.From.UnixMicro(), f.To.UnixMicro()).
		Where("kind IN ?", []CountKind{CountStarted, CountReached, CountEnded})
	if f.Version > 0 {
		q = q.Where("flow_version = ?", f.Version)
	}
	var all []FlowCountPoint
	err := q.Group("stretch, kind, detail").Order("stretch, kind, detail").Scan(&all).Error
	return all, translate(err)
}

// CountedVersions lists the versions of a flow whose runs began in a period,
// newest first.
func (s *Store) CountedVersions(ctx context.Context, workspace string, f CountFilter) ([]int64, error) {
	var versions []int64
	err := s.reading(ctx).Table("flow_counts").Distinct("flow_version").
		Where("workspace_id = ? AND flow_id = ? AND hour >= ? AND hour < ? AND kind = ?", workspace, f.FlowID, f.From.UnixMicro(), f.To.UnixMicro(), CountStarted).
		Order("flow_version DESC").Pluck("flow_version", &versions).Error
	return versions, translate(err)
}

// FlowActivity is how many runs of a flow began in one hour, ended, and
// reached somebody.
type FlowActivity struct {
	FlowID string
	Began  Time
	Kind   CountKind
	N      int64
}

// Activity counts the runs of flows that began since an hour, for lists.
func (s *Store) Activity(ctx context.Context, workspace string, flowIDs []string, since time.Time) ([]FlowActivity, error) {
	var all []FlowActivity
	if len(flowIDs) == 0 {
		return all, nil
	}
	err := s.reading(ctx).Table("flow_counts").Select("flow_id, hour AS began, kind, SUM(n) AS n").
		Where("workspace_id = ? AND flow_id IN ? AND hour >= ?", workspace, flowIDs, since.Truncate(CountBucket).UnixMicro()).
		Where("kind IN ?", []CountKind{CountStarted, CountReached, CountEnded}).
		Group("flow_id, hour, kind").Order("flow_id, hour, kind").Scan(&all).Error
	return all, translate(err)
}
