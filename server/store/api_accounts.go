package store

import (
	"context"

	"gorm.io/gorm"
)

// RenameWorkspace changes a workspace's name.
func (s *Store) RenameWorkspace(ctx context.Context, workspace, name string) (Workspace, error) {
	return s.changeWorkspace(ctx, workspace, "name", func(w *Workspace) { w.Name = name })
}

// SetTimeZone changes the zone in which new runs of a workspace mean times without
// one.
func (s *Store) SetTimeZone(ctx context.Context, workspace, zone string) (Workspace, error) {
	return s.changeWorkspace(ctx, workspace, "time_zone", func(w *Workspace) { w.TimeZone = zone })
}

func (s *Store) changeWorkspace(ctx context.Context, workspace, column string, change func(*Workspace)) (Workspace, error) {
	defer s.generation.Add(1)
	var w Workspace
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Where("id = ?", workspace).Take(&w).Error; err != nil {
			return err
		}
		change(&w)
		return tx.Model(&w).Select(column).Updates(&w).Error
	})
	return w, err
}

// PasswordExists reports whether any user, of whatever workspace, can sign in
// with a password: whether this server was set up.
func (s *Store) PasswordExists(ctx context.Context) (bool, error) {
	var found []User
	err := s.reading(ctx).Select("id").Where("password_hash <> '' AND disabled_at IS NULL").Limit(1).Find(&found).Error
	return len(found) > 0, translate(err)
}
