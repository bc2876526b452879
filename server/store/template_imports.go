package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ImportState is where an import of templates is.
type ImportState string

// The states of an import. Only the first one is not its end.
const (
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"
	ImportFailed    ImportState = "failed"
	ImportCancelled ImportState = "cancelled"
)

// TemplateImport is the latest import of a channel's templates.
type TemplateImport struct {
	WorkspaceID string
	ChannelID   string `gorm:"primaryKey"`
	ID          string
	State       ImportState
	// Listed is how many templates the provider has listed so far, Total how
	// many it said there are; zero: it does not say.
	Listed int
	Total  int
	// Result is a templates.Result as JSON, once the import ended.
	Result    string
	StartedAt Time
	// BeatAt is when whoever runs it last said so.
	BeatAt  Time
	EndedAt Time
}

// BeginTemplateImport notes that an import runs, with an id made here. It takes
// the place of the channel's last one, unless that runs and has given a sign of
// life at or after quiet: then it is ErrConflict.
func (s *Store) BeginTemplateImport(ctx context.Context, workspace, channelID string, quiet Time) (TemplateImport, error) {
	now := s.stamp()
	i := TemplateImport{WorkspaceID: workspace, ChannelID: channelID, ID: NewID(), State: ImportRunning, Result: "{}", StartedAt: now, BeatAt: now}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var ch Channel
		if err := tx.Where("workspace_id = ? AND id = ?", workspace, channelID).Take(&ch).Error; err != nil {
			return err
		}
		result := tx.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "channel_id"}}, UpdateAll: true,
			Where: clause.Where{Exprs: []clause.Expression{gorm.Expr("template_imports.state <> ? OR template_imports.beat_at < ?", ImportRunning, quiet)}},
		}).Create(&i)
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrConflict
		}
		return result.Error
	})
	return i, err
}

// SaveTemplateImport writes how an import stands. ErrNotFound when another one
// has taken its place, or the channel is gone.
func (s *Store) SaveTemplateImport(ctx context.Context, workspace string, i TemplateImport) error {
	i.WorkspaceID = workspace
	return s.tx(ctx, func(tx *gorm.DB) error { return saveImport(tx, i) })
}

func saveImport(tx *gorm.DB, i TemplateImport) error {
	result := tx.Model(&TemplateImport{}).Where("workspace_id = ? AND channel_id = ? AND id = ? AND state = ?", i.WorkspaceID, i.ChannelID, i.ID, ImportRunning).
		Select("State", "Listed", "Total", "Result", "BeatAt", "EndedAt").Updates(&i)
	if result.Error == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return result.Error
}

// CancelTemplateImport ends the import that runs, wherever it does. ErrNotFound
// when none runs.
func (s *Store) CancelTemplateImport(ctx context.Context, workspace, channelID string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		now := s.stamp()
		result := tx.Model(&TemplateImport{}).Where("workspace_id = ? AND channel_id = ? AND state = ?", workspace, channelID, ImportRunning).
			Select("State", "EndedAt").Updates(&TemplateImport{State: ImportCancelled, EndedAt: now})
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrNotFound
		}
		return result.Error
	})
}

// TemplateImport is the latest import of a channel's templates.
func (s *Store) TemplateImport(ctx context.Context, workspace, channelID string) (TemplateImport, error) {
	var i TemplateImport
	err := s.reading(ctx).Where("workspace_id = ? AND channel_id = ?", workspace, channelID).Take(&i).Error
	return i, translate(err)
}

// TemplatesOfType returns all templates of a channel type.
func (s *Store) TemplatesOfType(ctx context.Context, workspace, channelType string) ([]Template, error) {
	var all []Template
	err := s.reading(ctx).Where("workspace_id = ? AND channel_type = ?", workspace, channelType).Order("id").Find(&all).Error
	return all, translate(err)
}

// FinishTemplateImport writes what an import found and ends it, all or nothing.
// plan makes the new and the changed templates of those that are there now.
func (s *Store) FinishTemplateImport(ctx context.Context, workspace string, i TemplateImport, channelType string,
	plan func(present []Template) (add, change []Template, result string, err error),
) error {
	i.WorkspaceID = workspace
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var present []Template
		if err := tx.Where("workspace_id = ? AND channel_type = ?", i.WorkspaceID, channelType).Order("id").Find(&present).Error; err != nil {
			return err
		}
		add, change, result, err := plan(present)
		if err != nil {
			return err
		}
		now := s.stamp()
		i.Result, i.State, i.EndedAt, i.BeatAt = result, ImportDone, now, now
		if err := saveImport(tx, i); err != nil {
			return err
		}
		for _, t := range add {
			t.WorkspaceID, t.ChannelType, t.CreatedAt, t.UpdatedAt = i.WorkspaceID, channelType, now, now
			if err := tx.Create(&t).Error; err != nil {
				return err
			}
		}
		for _, t := range change {
			t.WorkspaceID, t.ChannelType = i.WorkspaceID, channelType
			if err := tx.Where("workspace_id = ?", i.WorkspaceID).Save(&t).Error; err != nil {
				return err
			}
		}
		return nil
	})
	s.generation.Add(1)
	return err
}
