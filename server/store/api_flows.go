package store

import (
	"context"
	"fmt"
	"strings"
)

// FlowPage selects and orders a page of flows for people.
type FlowPage struct {
	// Query is a part of the name, in any case.
	Query string
	// Status is "published", "draft" (never published), "changed" (the draft
	// was saved since it was published), or empty for all.
	Status string
	// Sort is "name", "created" or "updated"; Descending turns it round.
	Sort       string
	Descending bool
	// After is the last flow of the page before; nil for the first page.
	After *FlowPosition
	Limit int
}

// FlowPosition is a place in the order of a list of flows. It stays good when
// the flow that it was taken from changes or goes.
type FlowPosition struct {
	// Name, or At in microseconds, is what the list is sorted by.
	Name string
	At   int64
	ID   string
}

// flowStatuses are the conditions of FlowPage.Status.
var flowStatuses = map[string]string{
	"published": "published_version > 0",
	"draft":     "published_version = 0",
	"changed":   "published_version > 0 AND draft_version <> published_draft_version",
}

// PageOfFlows returns the flows of a page, drafts included.
func (s *Store) PageOfFlows(ctx context.Context, workspace string, p FlowPage) ([]Flow, error) {
	q := s.reading(ctx).Where("workspace_id = ? AND deleted_at IS NULL", workspace)
	if p.Query != "" {
		q = q.Where("LOWER(name) LIKE ? ESCAPE '!'", "%"+escapeLike(strings.ToLower(p.Query))+"%")
	}
	if p.Status != "" {
		condition, ok := flowStatuses[p.Status]
		if !ok {
			return nil, fmt.Errorf("list flows: there is no status %q", p.Status)
		}
		q = q.Where(condition)
	}
	compare, direction := ">", "ASC"
	if p.Descending {
		compare, direction = "<", "DESC"
	}
	expression := map[string]string{"name": "LOWER(name)", "created": "created_at", "updated": "updated_at"}[p.Sort]
	if expression == "" {
		return nil, fmt.Errorf("list flows: there is no order %q", p.Sort)
	}
	if p.After != nil {
		var last any = p.After.At
		if p.Sort == "name" {
			last = strings.ToLower(p.After.Name)
		}
		q = q.Where("("+expression+", id) "+compare+" (?, ?)", last, p.After.ID)
	}
	var page []Flow
	err := q.Order(expression + " " + direction + ", id " + direction).Limit(p.Limit).Find(&page).Error
	return page, translate(err)
}

// FlowNames returns the names of flows by their ids, of deleted ones too.
func (s *Store) FlowNames(ctx context.Context, workspace string, ids []string) (map[string]string, error) {
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	var rows []Flow
	err := s.reading(ctx).Select("id", "name").Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&rows).Error
	for _, f := range rows {
		names[f.ID] = f.Name
	}
	return names, translate(err)
}

// ListTemplatesOf returns a page of the templates of one channel type, or of
// all when it is empty. after is the last of the page before.
func (s *Store) ListTemplatesOf(ctx context.Context, workspace, channelType, after string, limit int) ([]Template, error) {
	q := s.reading(ctx).Where("workspace_id = ? AND id > ?", workspace, after)
	if channelType != "" {
		q = q.Where("channel_type = ?", channelType)
	}
	var page []Template
	err := q.Order("id").Limit(limit).Find(&page).Error
	return page, translate(err)
}

// TemplatesBySlug returns the languages of a template. Few: one row each.
func (s *Store) TemplatesBySlug(ctx context.Context, workspace, channelType, slug string) ([]Template, error) {
	var all []Template
	err := s.reading(ctx).Where("workspace_id = ? AND channel_type = ? AND slug = ?", workspace, channelType, slug).Order("language").Find(&all).Error
	return all, translate(err)
}
