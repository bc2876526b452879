package store

import (
	"context"
	"time"
)

// ChannelCountPoint is one count of a channel in one stretch of a period.
type ChannelCountPoint struct {
	// Stretch counts from the beginning of the period, from zero.
	Stretch int64
	Kind    CountKind
	Detail  string
	N       int64
}

// ChannelCountSeries counts what became of the messages of a channel from one
// whole hour to another, by stretches of whole hours.
func (s *Store) ChannelCountSeries(ctx context.Context, workspace, channelID string, from, to time.Time, stretch time.Duration) ([]ChannelCountPoint, error) {
	var all []ChannelCountPoint
	err := s.reading(ctx).Table("channel_counts").
		Select("(hour - ?) / ? AS stretch, kind, detail, SUM(n) AS n", from.UnixMicro(), stretch.Microseconds()).
		Where("workspace_id = ? AND channel_id = ? AND hour >= ? AND hour < ?", workspace, channelID, from.UnixMicro(), to.UnixMicro()).
		Group("stretch, kind, detail").Order("stretch, kind, detail").Scan(&all).Error
	return all, translate(err)
}

// FailuresOf lists the last messages of a channel that failed in a period,
// newest first.
func (s *Store) FailuresOf(ctx context.Context, workspace, channelID string, from, to time.Time, limit int) ([]Message, error) {
	var all []Message
	err := s.reading(ctx).Where("workspace_id = ? AND channel_id = ? AND failed_at >= ? AND failed_at < ? AND status = 'failed'",
		workspace, channelID, from.UnixMicro(), to.UnixMicro()).Order("failed_at DESC").Limit(limit).Find(&all).Error
	return all, translate(err)
}
