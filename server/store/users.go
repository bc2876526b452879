package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ErrSetUp means that the workspace has an owner already, so that a set-up
// link is of no use.
var ErrSetUp = errors.New("the workspace is set up already")

// Workspace returns a workspace.
func (s *Store) Workspace(ctx context.Context, workspace string) (Workspace, error) {
	var w Workspace
	err := s.reading(ctx).Where("id = ?", workspace).Take(&w).Error
	return w, translate(err)
}

// CreateWorkspace adds a workspace.
func (s *Store) CreateWorkspace(ctx context.Context, name string) (Workspace, error) {
	w := Workspace{ID: NewID(), Name: name, CreatedAt: s.stamp()}
	err := s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&w).Error })
	return w, err
}

// CreateUser adds a user as a member of the workspace. ErrConflict when the
// email is in use.
func (s *Store) CreateUser(ctx context.Context, workspace string, u User, role Role) (User, error) {
	err := s.tx(ctx, func(tx *gorm.DB) error { return s.createUser(tx, workspace, &u, role) })
	return u, err
}

func (s *Store) createUser(tx *gorm.DB, workspace string, u *User, role Role) error {
	now := s.stamp()
	u.ID, u.WorkspaceID, u.Email, u.CreatedAt, u.UpdatedAt = NewID(), workspace, foldEmail(u.Email), now, now
	if err := tx.Create(u).Error; err != nil {
		return err
	}
	return tx.Create(&Membership{WorkspaceID: workspace, UserID: u.ID, Role: role, CreatedAt: now}).Error
}

// User returns a member of the workspace with the role.
func (s *Store) User(ctx context.Context, workspace, id string) (User, Role, error) {
	var m Membership
	if err := s.reading(ctx).Where("workspace_id = ? AND user_id = ?", workspace, id).Take(&m).Error; err != nil {
		return User{}, "", translate(err)
	}
	var u User
	err := s.reading(ctx).Where("id = ?", id).Take(&u).Error
	return u, m.Role, translate(err)
}

// UserByEmail returns the user who signs in with that email, of whatever
// workspace. Disabled users are not found.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	var u User
	err := s.reading(ctx).Where("email = ? AND disabled_at IS NULL", foldEmail(email)).Take(&u).Error
	return u, translate(err)
}

// Member is a user with the role in a workspace.
type Member struct {
	User
	Role Role
}

// SetPassword replaces a member's password hash and ends all sessions of that
// user.
func (s *Store) SetPassword(ctx context.Context, workspace, userID, hash string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		result := tx.Model(&User{}).Where("workspace_id = ? AND id = ?", workspace, userID).
			Updates(map[string]any{"password_hash": hash, "updated_at": s.stamp()})
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			return ErrNotFound
		}
		return tx.Where("user_id = ?", userID).Delete(&Session{}).Error
	})
}

// CreateSession adds a signed-in browser.
func (s *Store) CreateSession(ctx context.Context, workspace string, session Session) error {
	now := s.stamp()
	session.WorkspaceID, session.CreatedAt, session.LastSeenAt = workspace, now, now
	return s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&session).Error })
}

// SessionByHash returns a session that has not expired, by the hash of its
// token, with its user and the user's present role. Users who are disabled or
// no longer members have none.
func (s *Store) SessionByHash(ctx context.Context, tokenHash string) (Session, Member, error) {
	var session Session
	if err := s.reading(ctx).Where("token_hash = ? AND expires_at > ?", tokenHash, s.stamp()).Take(&session).Error; err != nil {
		return Session{}, Member{}, translate(err)
	}
	u, role, err := s.User(ctx, session.WorkspaceID, session.UserID)
	if err == nil && !u.DisabledAt.IsZero() {
		err = ErrNotFound
	}
	return session, Member{User: u, Role: role}, err
}

// TouchSession notes that a session was used, and moves its end.
func (s *Store) TouchSession(ctx context.Context, workspace, tokenHash string, expires time.Time) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&Session{}).Where("workspace_id = ? AND token_hash = ?", workspace, tokenHash).
			Updates(map[string]any{"last_seen_at": s.stamp(), "expires_at": At(expires)}).Error
	})
}

// DeleteSession signs a browser out. It is no error when it was already.
func (s *Store) DeleteSession(ctx context.Context, workspace, tokenHash string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Where("workspace_id = ? AND token_hash = ?", workspace, tokenHash).Delete(&Session{}).Error
	})
}

// CreateAPIKey adds a key, with an id made here.
func (s *Store) CreateAPIKey(ctx context.Context, workspace string, k APIKey) (APIKey, error) {
	k.ID, k.WorkspaceID, k.CreatedAt = NewID(), workspace, s.stamp()
	err := s.tx(ctx, func(tx *gorm.DB) error { return tx.Create(&k).Error })
	return k, err
}

// APIKeyByHash returns the key with that hash, of whatever workspace.
func (s *Store) APIKeyByHash(ctx context.Context, hash string) (APIKey, error) {
	var k APIKey
	err := s.reading(ctx).Where("hash = ?", hash).Take(&k).Error
	return k, translate(err)
}

// ListAPIKeys returns the keys of a workspace, oldest first.
func (s *Store) ListAPIKeys(ctx context.Context, workspace string) ([]APIKey, error) {
	var all []APIKey
	err := s.reading(ctx).Where("workspace_id = ?", workspace).Order("id").Find(&all).Error
	return all, translate(err)
}

// TouchAPIKey notes that a key was used.
func (s *Store) TouchAPIKey(ctx context.Context, workspace, id string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&APIKey{}).Where("workspace_id = ? AND id = ?", workspace, id).Update("last_used_at", s.stamp()).Error
	})
}

// DeleteAPIKey removes a key: it stops working at once.
func (s *Store) DeleteAPIKey(ctx context.Context, workspace, id string) error {
	defer s.generation.Add(1)
	return s.tx(ctx, func(tx *gorm.DB) error {
		result := tx.Where("workspace_id = ? AND id = ?", workspace, id).Delete(&APIKey{})
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrNotFound
		}
		return result.Error
	})
}

// setupToken is a one-time set-up link. Only a hash of it is kept.
type setupToken struct {
	TokenHash   string `gorm:"primaryKey"`
	WorkspaceID string
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	ExpiresAt   Time
}

// TableName is the table's name.
func (setupToken) TableName() string { return "setup_tokens" }

// CreateSetupToken makes a set-up link valid for a workspace that has no user, and all
// earlier ones invalid; ErrSetUp when somebody can sign in.
func (s *Store) CreateSetupToken(ctx context.Context, workspace, tokenHash string, expires time.Time) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := s.refuseSetUp(tx, workspace); err != nil {
			return err
		}
		if err := tx.Where("workspace_id = ?", workspace).Delete(&setupToken{}).Error; err != nil {
			return err
		}
		return tx.Create(&setupToken{TokenHash: tokenHash, WorkspaceID: workspace, CreatedAt: s.stamp(), ExpiresAt: At(expires)}).Error
	})
}

// SetUp makes the first user of a workspace its owner and ends all its set-up
// links. ErrNotFound when the token is not valid; ErrSetUp when somebody was
// faster.
func (s *Store) SetUp(ctx context.Context, tokenHash string, u User) (User, error) {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var token setupToken
		if err := tx.Where("token_hash = ? AND expires_at > ?", tokenHash, s.stamp()).Take(&token).Error; err != nil {
			return err
		}
		if err := s.refuseSetUp(tx, token.WorkspaceID); err != nil {
			return err
		}
		// Deleting first makes two concurrent set-ups wait for each other.
		result := tx.Where("workspace_id = ?", token.WorkspaceID).Delete(&setupToken{})
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			return ErrSetUp
		}
		return s.createUser(tx, token.WorkspaceID, &u, RoleOwner)
	})
	if err != nil {
		return User{}, fmt.Errorf("set up: %w", err)
	}
	return u, nil
}

func (s *Store) refuseSetUp(tx *gorm.DB, workspace string) error {
	var n int64
	// A member without a password, such as the demo's, cannot sign in.
	if err := tx.Model(&User{}).Joins("JOIN memberships ON memberships.user_id = users.id").
		Where("memberships.workspace_id = ? AND users.password_hash <> ''", workspace).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return ErrSetUp
	}
	return nil
}

func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
