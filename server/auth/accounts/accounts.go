// Package accounts keeps the accounts of package auth in the store.
package accounts

import (
	"context"
	"errors"
	"slices"
	"time"

	"sluice/server/auth"
	"sluice/server/store"
)

// Repository implements auth.Repository.
type Repository struct {
	store *store.Store
	// keys are those in use, where nobody but this process can remove one.
	keys *keys
}

var _ auth.Repository = Repository{}

// readTime bounds one reading that several requests wait for.
const readTime = 10 * time.Second

// New makes a repository in the store.
func New(s *store.Store) Repository { return Repository{store: s, keys: newKeys(s)} }

// DefaultWorkspace returns the workspace that every database is born with.
func (r Repository) DefaultWorkspace(ctx context.Context) (auth.Workspace, error) {
	return r.workspace(ctx, store.DefaultWorkspaceID)
}

func (r Repository) workspace(ctx context.Context, id string) (auth.Workspace, error) {
	w, err := r.store.Workspace(ctx, id)
	return workspaceOf(w), translate(err)
}

func workspaceOf(w store.Workspace) auth.Workspace {
	return auth.Workspace{ID: w.ID, Name: w.Name, TimeZone: w.TimeZone}
}

// RenameWorkspace changes the name.
func (r Repository) RenameWorkspace(ctx context.Context, workspaceID, name string) (auth.Workspace, error) {
	w, err := r.store.RenameWorkspace(ctx, workspaceID, name)
	return workspaceOf(w), translate(err)
}

// SetTimeZone changes the zone.
func (r Repository) SetTimeZone(ctx context.Context, workspaceID, zone string) (auth.Workspace, error) {
	w, err := r.store.SetTimeZone(ctx, workspaceID, zone)
	return workspaceOf(w), translate(err)
}

// PasswordExists reports whether anybody has a password.
func (r Repository) PasswordExists(ctx context.Context) (bool, error) {
	exists, err := r.store.PasswordExists(ctx)
	return exists, translate(err)
}

// UserByEmail finds a user.
func (r Repository) UserByEmail(ctx context.Context, email string) (auth.User, error) {
	u, err := r.store.UserByEmail(ctx, email)
	return userOf(u), translate(err)
}

// UserWorkspace is the user's workspace and role.
func (r Repository) UserWorkspace(ctx context.Context, u auth.User) (auth.Workspace, auth.Role, error) {
	_, role, err := r.store.User(ctx, u.WorkspaceID, u.ID)
	if err != nil {
		return auth.Workspace{}, auth.RoleNone, translate(err)
	}
	w, err := r.workspace(ctx, u.WorkspaceID)
	return w, auth.Role(role), err
}

// EnsureUser finds the user by e-mail or makes it.
func (r Repository) EnsureUser(ctx context.Context, u auth.User, workspaceID string, role auth.Role) (auth.User, error) {
	found, err := r.UserByEmail(ctx, u.Email)
	if !errors.Is(err, auth.ErrNotFound) {
		return found, err
	}
	made, err := r.store.CreateUser(ctx, workspaceID, store.User{Email: u.Email, Name: u.Name, PasswordHash: u.PasswordHash}, store.Role(role))
	if errors.Is(err, store.ErrConflict) {
		// Somebody made it at the same moment.
		return r.UserByEmail(ctx, u.Email)
	}
	return userOf(made), translate(err)
}

// SetPassword replaces the hash and ends the user's sessions.
func (r Repository) SetPassword(ctx context.Context, workspaceID, userID, hash string) error {
	return translate(r.store.SetPassword(ctx, workspaceID, userID, hash))
}

// AddSetupToken stores a set-up token.
func (r Repository) AddSetupToken(ctx context.Context, workspaceID, hash string, expires time.Time) error {
	return translate(r.store.CreateSetupToken(ctx, workspaceID, hash, expires))
}

// UseSetupToken spends a set-up token.
func (r Repository) UseSetupToken(ctx context.Context, hash string, u auth.User) (auth.User, error) {
	made, err := r.store.SetUp(ctx, hash, store.User{Email: u.Email, Name: u.Name, PasswordHash: u.PasswordHash})
	return userOf(made), translate(err)
}

// AddSession stores a session.
func (r Repository) AddSession(ctx context.Context, s auth.Session) error {
	return translate(r.store.CreateSession(ctx, s.WorkspaceID,
		store.Session{TokenHash: s.TokenHash, UserID: s.UserID, ExpiresAt: store.At(s.ExpiresAt)}))
}

// SessionByHash finds a live session.
func (r Repository) SessionByHash(ctx context.Context, hash string) (auth.SignedIn, error) {
	s, m, err := r.store.SessionByHash(ctx, hash)
	if err != nil {
		return auth.SignedIn{}, translate(err)
	}
	w, err := r.workspace(ctx, s.WorkspaceID)
	if err != nil {
		return auth.SignedIn{}, err
	}
	return auth.SignedIn{Workspace: w, Role: auth.Role(m.Role), User: userOf(m.User), Session: auth.Session{
		TokenHash: s.TokenHash, UserID: s.UserID, WorkspaceID: s.WorkspaceID,
		CreatedAt: s.CreatedAt.Time, LastSeenAt: s.LastSeenAt.Time, ExpiresAt: s.ExpiresAt.Time,
	}}, nil
}

// SeenSession notes the use of a session.
func (r Repository) SeenSession(ctx context.Context, workspaceID, hash string, expires time.Time) error {
	return translate(r.store.TouchSession(ctx, workspaceID, hash, expires))
}

// EndSession deletes a session, if there is one.
func (r Repository) EndSession(ctx context.Context, hash string) error {
	s, _, err := r.store.SessionByHash(ctx, hash)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return translate(err)
	}
	return translate(r.store.DeleteSession(ctx, s.WorkspaceID, hash))
}

// AddAPIKey stores a key.
func (r Repository) AddAPIKey(ctx context.Context, k auth.APIKey) (auth.APIKey, error) {
	made, err := r.store.CreateAPIKey(ctx, k.WorkspaceID, store.APIKey{Name: k.Name, Role: store.Role(k.Role), Hash: k.Hash, Prefix: k.Prefix})
	return keyOf(made), translate(err)
}

// APIKeys lists keys, newest first.
func (r Repository) APIKeys(ctx context.Context, workspaceID string) ([]auth.APIKey, error) {
	all, err := r.store.ListAPIKeys(ctx, workspaceID)
	keys := make([]auth.APIKey, 0, len(all))
	for _, k := range slices.Backward(all) {
		keys = append(keys, keyOf(k))
	}
	return keys, translate(err)
}

// APIKeyByHash finds a key and its workspace.
func (r Repository) APIKeyByHash(ctx context.Context, hash string) (auth.APIKey, auth.Workspace, error) {
	return r.keys.get(ctx, hash, func() (auth.APIKey, auth.Workspace, error) {
		// Others may wait for this reading, whose first asker may go away.
		lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTime)
		defer cancel()
		return r.readKey(lasting, hash)
	})
}

func (r Repository) readKey(ctx context.Context, hash string) (auth.APIKey, auth.Workspace, error) {
	k, err := r.store.APIKeyByHash(ctx, hash)
	if err != nil {
		return auth.APIKey{}, auth.Workspace{}, translate(err)
	}
	w, err := r.workspace(ctx, k.WorkspaceID)
	return keyOf(k), w, err
}

// UsedAPIKey notes the use of a key.
func (r Repository) UsedAPIKey(ctx context.Context, workspaceID, id string) error {
	return translate(r.store.TouchAPIKey(ctx, workspaceID, id))
}

// DeleteAPIKey removes a key.
func (r Repository) DeleteAPIKey(ctx context.Context, workspaceID, id string) error {
	return translate(r.store.DeleteAPIKey(ctx, workspaceID, id))
}

func userOf(u store.User) auth.User {
	return auth.User{ID: u.ID, WorkspaceID: u.WorkspaceID, Name: u.Name, Email: u.Email, PasswordHash: u.PasswordHash}
}

func keyOf(k store.APIKey) auth.APIKey {
	return auth.APIKey{
		ID: k.ID, WorkspaceID: k.WorkspaceID, Name: k.Name, Role: auth.Role(k.Role), Hash: k.Hash,
		Prefix: k.Prefix, CreatedAt: k.CreatedAt.Time, LastUsedAt: k.LastUsedAt.Time,
	}
}

// translate turns the store's errors into those that package auth knows. The
// others, such as store.ErrUnavailable, stay as they are.
func translate(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return auth.ErrNotFound
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrSetUp):
		return auth.ErrTaken
	}
	return err
}
