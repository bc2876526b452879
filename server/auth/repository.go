package auth

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound is what a Repository answers for a record that is not there.
var ErrNotFound = errors.New("there is no such record")

// ErrTaken is what a Repository answers when an e-mail address is in use, or
// the workspace was set up by somebody else.
var ErrTaken = errors.New("it is taken already")

// User is a person with an account in the workspace. PasswordHash is empty for the demo user,
// who has no password to sign in with.
type User struct {
	ID           string
	WorkspaceID  string
	Name         string
	Email        string
	PasswordHash string
}

// Workspace is what everything belongs to.
type Workspace struct {
	ID   string
	Name string
	// TimeZone is where its flows mean times without a zone; empty is UTC.
	TimeZone string
}

// Session is one browser that signed in. Only the hash of its token is known.
type Session struct {
	TokenHash   string
	UserID      string
	WorkspaceID string
	CreatedAt   time.Time
	LastSeenAt  time.Time
	ExpiresAt   time.Time
}

// SignedIn is a session with whom and what it belongs to.
type SignedIn struct {
	Session   Session
	User      User
	Workspace Workspace
	Role      Role
}

// APIKey is a key for a machine. Only its hash is known.
type APIKey struct {
	ID          string
	WorkspaceID string
	Name        string
	Role        Role
	Hash        string
	// Prefix is the beginning of the key, for people to tell keys apart.
	Prefix     string
	CreatedAt  time.Time
	LastUsedAt time.Time
}

// Repository keeps accounts. Every method may fail with the store's own errors
// beside those named; ErrNotFound means that the record does not exist or
// belongs to another workspace.
type Repository interface { //nolint:interfacebloat // one store of accounts, sessions and keys
	// DefaultWorkspace returns the workspace that every server has.
	DefaultWorkspace(ctx context.Context) (Workspace, error)
	// RenameWorkspace answers ErrNotFound when there is no such workspace.
	RenameWorkspace(ctx context.Context, workspaceID, name string) (Workspace, error)
	// SetTimeZone answers ErrNotFound when there is no such workspace.
	SetTimeZone(ctx context.Context, workspaceID, zone string) (Workspace, error)

	// PasswordExists reports whether anybody can sign in with a password.
	PasswordExists(ctx context.Context) (bool, error)
	// UserByEmail compares without case. It answers ErrNotFound.
	UserByEmail(ctx context.Context, email string) (User, error)
	// UserWorkspace is the workspace that the user belongs to, with the role
	// there. It answers ErrNotFound for a user without one.
	UserWorkspace(ctx context.Context, u User) (Workspace, Role, error)
	// EnsureUser makes the user with that role in the workspace unless the
	// e-mail is known, and returns the user as stored, with an id.
	EnsureUser(ctx context.Context, u User, workspaceID string, role Role) (User, error)
	// SetPassword replaces the hash and ends every session of the user, in one
	// transaction.
	SetPassword(ctx context.Context, workspaceID, userID, hash string) error

	// AddSetupToken stores the hash of a one-time token. It answers ErrTaken
	// when somebody can sign in already.
	AddSetupToken(ctx context.Context, workspaceID, hash string, expires time.Time) error
	// UseSetupToken spends every set-up token and makes the user an owner of
	// the token's workspace, in one transaction. It answers ErrNotFound for a
	// token that is unknown, spent or expired, and ErrTaken when the e-mail is
	// in use or somebody was faster.
	UseSetupToken(ctx context.Context, hash string, u User) (User, error)

	AddSession(ctx context.Context, s Session) error
	// SessionByHash answers ErrNotFound for sessions that ended or expired, or
	// whose user left the workspace.
	SessionByHash(ctx context.Context, hash string) (SignedIn, error)
	// SeenSession notes that a session was used, and when it will expire now.
	SeenSession(ctx context.Context, workspaceID, hash string, expires time.Time) error
	// EndSession succeeds also when there is no such session.
	EndSession(ctx context.Context, hash string) error

	// AddAPIKey returns the key as stored, with an id.
	AddAPIKey(ctx context.Context, k APIKey) (APIKey, error)
	// APIKeys lists the workspace's keys, newest first.
	APIKeys(ctx context.Context, workspaceID string) ([]APIKey, error)
	// APIKeyByHash answers ErrNotFound.
	APIKeyByHash(ctx context.Context, hash string) (APIKey, Workspace, error)
	// UsedAPIKey notes that a key was used.
	UsedAPIKey(ctx context.Context, workspaceID, id string) error
	// DeleteAPIKey answers ErrNotFound.
	DeleteAPIKey(ctx context.Context, workspaceID, id string) error
}
