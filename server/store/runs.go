package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// RunFilter selects a page of runs, newest first.
type RunFilter struct {
	FlowID string
	// Status is one status; empty means all.
	Status string
	// Query is a run id, or the beginning of a recipient's address. Recipients are
	// the forms of one address that it may be.
	Query      string
	Recipients []string
	// Before is the last run of the page before; empty for the first page.
	Before string
	Limit  int
}

// listColumns leaves out the state: lists do not show it.
var listColumns = []string{
	"id", "workspace_id", "flow_id", "flow_version", "status", "outcome", "error", "node", "visit", "version",
	"due_at", "recipient", "inputs", "started_by", "started_at", "updated_at", "ended_at",
}

// ListRuns returns the runs of a page without their states.
func (s *Store) ListRuns(ctx context.Context, workspace string, f RunFilter) ([]Run, error) {
	q := s.reading(ctx).Table("all_runs").Select(listColumns).Where("workspace_id = ?", workspace)
	if f.FlowID != "" {
		q = q.Where("flow_id = ?", f.FlowID)
	}
	switch f.Status {
	case "":
	case "waiting":
		// Every waiting run has a due time, so this reads the index of the
		// live runs instead of all runs there ever were.
		q = q.Table("runs").Where("due_at IS NOT NULL AND status = ?", f.Status)
	default:
		q = q.Where("status = ?", f.Status)
	}
	if f.Query != "" {
		q = q.Where("id = ? OR recipient LIKE ? ESCAPE '!' OR recipient IN ?", f.Query, escapeLike(strings.TrimSpace(f.Query))+"%", storables(f.Recipients))
	}
	if f.Before != "" {
		q = q.Where("id < ?", f.Before)
	}
	var page []Run
	err := q.Order("id DESC").Limit(f.Limit).Find(&page).Error
	return page, translate(err)
}

// Run returns a run with its state; the values of its secrets are not in it.
func (s *Store) Run(ctx context.Context, workspace, id string) (Run, error) {
	var r Run
	err := s.reading(ctx).Table("all_runs").Select(append(slices.Clip(listColumns), "state")).
		Where("workspace_id = ? AND id = ?", workspace, id).Take(&r).Error
	return r, translate(err)
}

// History returns what the steps of a run did, in order.
func (s *Store) History(ctx context.Context, workspace, runID string) ([]HistoryEntry, error) {
	var all []HistoryEntry
	err := s.reading(ctx).Where("workspace_id = ? AND run_id = ?", workspace, runID).Order("seq").Find(&all).Error
	return all, translate(err)
}

// MessagesOf returns the messages of a run in the order in which they were queued
// or came in. What followed from what counts before clocks: a message from a
// person stands after that of the visit which the run was in, and before that of
// the next one, whatever times vendors say.
func (s *Store) MessagesOf(ctx context.Context, workspace, runID string) ([]Message, error) {
	var all []Message
	// No message is older than its run, so the partitions before it are left out.
	err := s.reading(ctx).Where("workspace_id = ? AND run_id = ? AND id >= ?", workspace, runID, runID).Order("queued_at, direction DESC, visit, id").Find(&all).Error
	order(all)
	return all, translate(err)
}

// order puts messages that are in the order of their times into that of visits.
func order(messages []Message) {
	visits := make(map[string]int, len(messages))
	last := 0
	for _, m := range messages {
		switch {
		case m.Direction == DirectionOut:
			last = max(last, m.Visit)
			visits[m.ID] = m.Visit
		case m.AtVisit > 0:
			visits[m.ID] = m.AtVisit
		default:
			// Of before visits were noted.
			visits[m.ID] = last
		}
	}
	slices.SortStableFunc(messages, func(x, y Message) int {
		return cmp.Or(cmp.Compare(visits[x.ID], visits[y.ID]), strings.Compare(y.Direction, x.Direction))
	})
}

// SendTimes says by run when the message goes out whose time the run waits for.
// Runs that wait for none, or have ended, are left out.
func (s *Store) SendTimes(ctx context.Context, workspace string, runs []Run) (map[string]time.Time, error) {
	visits, ids := map[string]int{}, make([]string, 0, len(runs))
	for _, r := range runs {
		if !r.EndedAt.IsZero() {
			continue
		}
		visits[r.ID] = r.Visit
		ids = append(ids, r.ID)
	}
	times := map[string]time.Time{}
	if len(ids) == 0 {
		return times, nil
	}
	var rows []Message
	// No message is older than its run, so the partitions before them are left out.
	err := s.reading(ctx).Select("run_id", "visit", "send_at").
		Where("workspace_id = ? AND run_id IN ? AND id >= ? AND status = 'scheduled'", workspace, ids, slices.Min(ids)).Find(&rows).Error
	for _, m := range rows {
		// The message of a visit that the run has left is only still to be taken back.
		if visits[m.RunID] == m.Visit && !m.SendAt.IsZero() {
			times[m.RunID] = m.SendAt.Time
		}
	}
	return times, translate(err)
}

// Wanted reports whether a message is still to be sent at a time: nothing has
// shown that it was, and its run waits in the visit that asked for it, with no
// deadline passed.
func (s *Store) Wanted(ctx context.Context, workspace, messageID string, now time.Time) (bool, error) {
	var n int64
	err := s.reading(ctx).Model(&Message{}).
		Joins("JOIN runs ON runs.id = messages.run_id AND runs.workspace_id = messages.workspace_id").
		Where("messages.workspace_id = ? AND messages.id = ? AND messages.status IN ('queued', 'scheduled')", workspace, messageID).
		Where("runs.visit = messages.visit AND runs.due_at > ?", now.UnixMicro()).Count(&n).Error
	return n > 0, translate(err)
}

// LastInbound is when a person last wrote to a channel, by any form of their
// address; zero when never.
func (s *Store) LastInbound(ctx context.Context, workspace, channelID string, forms []string) (InboundTime, error) {
	last := InboundTime{WorkspaceID: workspace, ChannelID: channelID}
	var rows []struct {
		At               Time
		Address, Message string
	}
	err := s.reading(ctx).Table("inbound_times").Where("workspace_id = ? AND channel_id = ? AND address IN ?", workspace, channelID, storables(forms)).
		Order("at DESC").Limit(1).Select("at", "address", "message").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return last, translate(err)
	}
	last.At, last.Address, last.Message = rows[0].At.Time, rows[0].Address, rows[0].Message
	return last, nil
}

// CountLive counts the live runs of all workspaces, for metrics.
func (s *Store) CountLive(ctx context.Context) (int64, error) {
	var n int64
	err := s.reading(ctx).Model(&Run{}).Where("due_at IS NOT NULL").Count(&n).Error
	return n, translate(err)
}
