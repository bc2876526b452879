package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// NewFlow is what a flow begins with. Definition is canonical JSON.
type NewFlow struct {
	Name       string
	Definition string
	By         string
}

// CreateFlow adds a flow with a draft and no published version.
func (s *Store) CreateFlow(ctx context.Context, workspace string, n NewFlow) (Flow, error) {
	now := s.stamp()
	f := Flow{
		ID: NewID(), WorkspaceID: workspace, Name: n.Name, Draft: n.Definition, DraftVersion: 1,
		DraftUpdatedAt: now, DraftUpdatedBy: n.By, CreatedAt: now, UpdatedAt: now,
	}
	err := s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&f).Error })
	return f, err
}

// Flow returns a flow. ErrNotFound when there is none or it was deleted.
func (s *Store) Flow(ctx context.Context, workspace, id string) (Flow, error) {
	var f Flow
	err := s.reading(ctx).Where("workspace_id = ? AND id = ? AND deleted_at IS NULL", workspace, id).Take(&f).Error
	return f, translate(err)
}

// FlowByName returns the flow with that name. ErrNotFound when there is none;
// ErrConflict when several have it.
func (s *Store) FlowByName(ctx context.Context, workspace, name string) (Flow, error) {
	var found []Flow
	err := s.reading(ctx).Where("workspace_id = ? AND name = ? AND deleted_at IS NULL", workspace, name).Limit(2).Find(&found).Error
	switch {
	case err != nil:
		return Flow{}, translate(err)
	case len(found) == 0:
		return Flow{}, ErrNotFound
	case len(found) > 1:
		return Flow{}, fmt.Errorf("%w: several flows are named %q; use the id", ErrConflict, name)
	}
	return found[0], nil
}

// DraftSave is one save of a draft.
type DraftSave struct {
	// IfVersion is the draft version that the change was made on.
	IfVersion  int64
	Name       string
	Definition string
	By         string
}

// SaveDraft replaces the draft. When the draft is no longer at IfVersion it
// returns the present flow and ErrStale.
func (s *Store) SaveDraft(ctx context.Context, workspace, id string, d DraftSave) (Flow, error) {
	return s.changeFlow(ctx, workspace, id, func(tx *gorm.DB, f *Flow) error {
		if f.DraftVersion != d.IfVersion {
			return ErrStale
		}
		now := s.stamp()
		f.Name, f.Draft, f.DraftVersion = d.Name, d.Definition, f.DraftVersion+1
		f.DraftUpdatedAt, f.DraftUpdatedBy, f.UpdatedAt = now, d.By, now
		return tx.Model(f).Select("name", "draft", "draft_version", "draft_updated_at", "draft_updated_by", "updated_at").Updates(f).Error
	})
}

// Publication is what becomes a version.
type Publication struct {
	// IfVersion is the draft version that was checked. Zero publishes whatever
	// the draft is.
	IfVersion int64
	Message   string
	Author    string
}

// PublishFlow makes the next version of the draft and lets new runs use it. A
// draft that is published already makes no new version; it returns the one that
// was made of it. When the draft is no longer at IfVersion it returns ErrStale.
func (s *Store) PublishFlow(ctx context.Context, workspace, id string, p Publication) (FlowVersion, error) {
	var v FlowVersion
	_, err := s.changeFlow(ctx, workspace, id, func(tx *gorm.DB, f *Flow) error {
		if p.IfVersion != 0 && f.DraftVersion != p.IfVersion {
			return ErrStale
		}
		if f.PublishedVersion > 0 && !f.DraftChanged() {
			return tx.Where("workspace_id = ? AND flow_id = ? AND number = ?", workspace, id, f.PublishedVersion).Take(&v).Error
		}
		var newest int64
		if err := tx.Model(&FlowVersion{}).Where("workspace_id = ? AND flow_id = ?", workspace, id).
			Select("COALESCE(MAX(number), 0)").Scan(&newest).Error; err != nil {
			return err
		}
		now := s.stamp()
		v = FlowVersion{FlowID: id, Number: newest + 1, WorkspaceID: workspace, Definition: f.Draft, Message: p.Message, Author: p.Author, CreatedAt: now}
		if err := tx.Create(&v).Error; err != nil {
			return err
		}
		f.PublishedVersion, f.PublishedDraftVersion, f.PublishedAt, f.UpdatedAt = v.Number, f.DraftVersion, now, now
		return tx.Model(f).Select("published_version", "published_draft_version", "published_at", "updated_at").Updates(f).Error
	})
	s.generation.Add(1)
	return v, err
}

// DeleteFlow hides a flow. Runs that it has go on to their end.
func (s *Store) DeleteFlow(ctx context.Context, workspace, id string) error {
	_, err := s.changeFlow(ctx, workspace, id, func(tx *gorm.DB, f *Flow) error {
		f.DeletedAt = s.stamp()
		return tx.Model(f).Select("deleted_at").Updates(f).Error
	})
	s.generation.Add(1)
	return err
}

// changeFlow reads a flow, locked, and lets change write it. The flow is
// returned also when change fails, as it is in the database.
func (s *Store) changeFlow(ctx context.Context, workspace, id string, change func(tx *gorm.DB, f *Flow) error) (Flow, error) {
	var before, f Flow
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if s.dialect == postgresDialect {
			tx = tx.Clauses(clause.Locking{Strength: "UPDATE"})
		}
		if err := tx.Where("workspace_id = ? AND id = ? AND deleted_at IS NULL", workspace, id).Take(&f).Error; err != nil {
			return err
		}
		before = f
		return change(tx.Session(&gorm.Session{NewDB: true}), &f)
	})
	if err != nil {
		return before, err
	}
	return f, nil
}

// FlowVersion returns a published version, also of a deleted flow: runs keep
// their version to their end.
func (s *Store) FlowVersion(ctx context.Context, workspace, flowID string, number int64) (FlowVersion, error) {
	var v FlowVersion
	err := s.reading(ctx).Where("workspace_id = ? AND flow_id = ? AND number = ?", workspace, flowID, number).Take(&v).Error
	return v, translate(err)
}

// FlowVersions lists the versions of a flow, newest first, without their
// definitions. before is the last number of the page before; zero for the
// first page.
func (s *Store) FlowVersions(ctx context.Context, workspace, flowID string, before int64, limit int) ([]FlowVersion, error) {
	if _, err := s.Flow(ctx, workspace, flowID); err != nil {
		return nil, err
	}
	q := s.reading(ctx).Omit("definition").Where("workspace_id = ? AND flow_id = ?", workspace, flowID)
	if before > 0 {
		q = q.Where("number < ?", before)
	}
	var page []FlowVersion
	err := q.Order("number DESC").Limit(limit).Find(&page).Error
	return page, translate(err)
}

// escapeLike makes text literal in a LIKE pattern with ESCAPE '!'.
func escapeLike(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)
}
