package auth

import (
	"context"
	"strings"

	"sluice/engine/moment"
)

// CreateKey makes an API key. The key itself is in the answer and nowhere
// else. It fails with ErrRole, *FieldError or the repository's errors.
func (s *Service) CreateKey(ctx context.Context, by Identity, name string, role Role) (key string, k APIKey, err error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", APIKey{}, &FieldError{"name", "This must not be empty."}
	case !role.Valid():
		return "", APIKey{}, &FieldError{"role", "There is no such role."}
	case !by.Role.AtLeast(role):
		return "", APIKey{}, ErrRole
	}
	key = KeyPrefix + newToken()
	k, err = s.repo.AddAPIKey(ctx, APIKey{
		WorkspaceID: by.Workspace.ID, Name: name, Role: role,
		Hash: hashToken(key), Prefix: key[:shownPrefix],
	})
	if err != nil {
		return "", APIKey{}, err
	}
	return key, k, nil
}

// Keys lists the API keys of the identity's workspace, newest first.
func (s *Service) Keys(ctx context.Context, by Identity) ([]APIKey, error) {
	return s.repo.APIKeys(ctx, by.Workspace.ID)
}

// DeleteKey revokes a key at once. It fails with ErrNotFound, and with ErrRole for a
// key whose role is higher than one's own.
func (s *Service) DeleteKey(ctx context.Context, by Identity, id string) error {
	keys, err := s.repo.APIKeys(ctx, by.Workspace.ID)
	if err != nil {
		return err
	}
	// A key's role never changes, so that nothing can come between.
	for _, k := range keys {
		if k.ID == id && !by.Role.AtLeast(k.Role) {
			return ErrRole
		}
	}
	return s.repo.DeleteAPIKey(ctx, by.Workspace.ID, id)
}

// RenameWorkspace changes the name of the identity's workspace.
func (s *Service) RenameWorkspace(ctx context.Context, by Identity, name string) (Workspace, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return Workspace{}, &FieldError{"name", "This must not be empty."}
	}
	return s.repo.RenameWorkspace(ctx, by.Workspace.ID, name)
}

// SetTimeZone changes the zone in which new runs of the identity's workspace mean
// times without one, by its IANA name; empty is UTC.
func (s *Service) SetTimeZone(ctx context.Context, by Identity, zone string) (Workspace, error) {
	if zone = strings.TrimSpace(zone); zone != "" {
		if _, err := moment.Zone(zone); err != nil {
			return Workspace{}, &FieldError{"time_zone", "There is no such time zone. Write it as Asia/Manila, Europe/Berlin or UTC."}
		}
	}
	return s.repo.SetTimeZone(ctx, by.Workspace.ID, zone)
}
