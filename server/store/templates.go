package store

import (
	"context"

	"gorm.io/gorm"
)

// CreateTemplate adds a template, with an id made here. ErrConflict when the
// channel type has one with that slug and language.
func (s *Store) CreateTemplate(ctx context.Context, workspace string, t Template) (Template, error) {
	now := s.stamp()
	t.ID, t.WorkspaceID, t.CreatedAt, t.UpdatedAt = NewID(), workspace, now, now
	err := s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&t).Error })
	s.generation.Add(1)
	return t, err
}

// Template returns a template by its id.
func (s *Store) Template(ctx context.Context, workspace, id string) (Template, error) {
	var t Template
	err := s.reading(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Take(&t).Error
	return t, translate(err)
}

// FindTemplate returns the template that a message names.
func (s *Store) FindTemplate(ctx context.Context, workspace, channelType, slug, language string) (Template, error) {
	var t Template
	err := s.reading(ctx).Where("workspace_id = ? AND channel_type = ? AND slug = ? AND language = ?", workspace, channelType, slug, language).Take(&t).Error
	return t, translate(err)
}

// UpdateTemplate replaces what people can change of a template: everything but
// its id, workspace and time of creation.
func (s *Store) UpdateTemplate(ctx context.Context, workspace string, t Template) (Template, error) {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var old Template
		if err := tx.Where("workspace_id = ? AND id = ?", workspace, t.ID).Take(&old).Error; err != nil {
			return err
		}
		t.WorkspaceID, t.CreatedAt, t.UpdatedAt = workspace, old.CreatedAt, s.stamp()
		return tx.Save(&t).Error
	})
	s.generation.Add(1)
	return t, err
}

// DeleteTemplate removes a template.
func (s *Store) DeleteTemplate(ctx context.Context, workspace, id string) error {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		result := tx.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&Template{})
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrNotFound
		}
		return result.Error
	})
	s.generation.Add(1)
	return err
}
