package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// sessionIdle ends a session that nobody uses, sessionLife every session.
	sessionIdle = 7 * 24 * time.Hour
	sessionLife = 30 * 24 * time.Hour
	// seenEvery is how often the use of a session or key is written down.
	seenEvery = time.Minute
	// setupLife is how long a set-up link works. Each start prints a new one.
	setupLife = 7 * 24 * time.Hour
	// MinBootstrapKey is the length of the shortest SLUICE_BOOTSTRAP_KEY.
	MinBootstrapKey = 32
)

// SessionCookie is the name of the cookie that holds the session's token.
const SessionCookie = "sluice_session"

// Errors that a person gets to see. They are the same for every cause that an
// attacker could learn from.
var (
	// ErrUnauthenticated: the request proves nothing, or something stale.
	ErrUnauthenticated = errors.New("nobody is signed in, or the key or session is not valid any more")
	// ErrWrongCredentials: the e-mail or the password is wrong.
	ErrWrongCredentials = errors.New("the e-mail address or the password is wrong")
	// ErrWrongPassword: the current password is wrong.
	ErrWrongPassword = errors.New("the current password is wrong")
	// ErrSetupToken: the set-up link was used, replaced or is too old.
	ErrSetupToken = errors.New("this set-up link does not work any more")
	// ErrNotHere: the demo signs in requests from its own machine only.
	ErrNotHere = errors.New("the demo workspace can only be opened on the machine that Sluice runs on")
	// ErrRole: nobody gives away more than they have, or touches what belongs to a
	// higher role.
	ErrRole = errors.New("this belongs to a higher role than that of the one who asks")
)

// TooManyError says that sign-ins are slowed down.
type TooManyError struct{ RetryAfter time.Duration }

func (e *TooManyError) Error() string { return "too many attempts to sign in" }

// FieldError says what is wrong with one value that a person gave.
type FieldError struct{ Field, Message string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Message }

// Identity is who a request comes from.
type Identity struct {
	Workspace Workspace
	Role      Role
	// User is nil for API keys.
	User *User
	// SessionHash is set for requests with a session cookie.
	SessionHash string
	// Key names the API key, if that is what the request came with.
	Key string
}

// Name is how the identity shows as an author.
func (i Identity) Name() string {
	switch {
	case i.User != nil:
		return i.User.Name
	case i.Key != "":
		return i.Key
	}
	return ""
}

// Caller is who acts, as nobody else in the workspace: a person, or a key by its name.
func (i Identity) Caller() string {
	if i.User != nil {
		return i.User.ID
	}
	return "key " + i.Key
}

// Options are what a Service is made of.
type Options struct {
	Repository Repository
	Passwords  *Passwords
	// BootstrapKey is accepted as an owner's key of the default workspace.
	// Empty: none.
	BootstrapKey string
	// Demo allows SignInDemo.
	Demo bool
	Now  func() time.Time
	Log  *slog.Logger
}

// Service knows who is who. It is safe for concurrent use.
type Service struct {
	repo      Repository
	passwords *Passwords
	bootstrap [sha256.Size]byte
	hasBoot   bool
	demo      bool
	now       func() time.Time
	log       *slog.Logger

	accounts, addresses *attempts

	mu sync.Mutex
	// keysSeen is when the use of each API key was last written down.
	keysSeen map[string]time.Time
}

// New makes the service. It refuses a bootstrap key that could be guessed.
func New(o Options) (*Service, error) {
	if o.BootstrapKey != "" && len(o.BootstrapKey) < MinBootstrapKey {
		return nil, fmt.Errorf("SLUICE_BOOTSTRAP_KEY has %d characters and needs at least %d: make one with \"openssl rand -hex 32\"",
			len(o.BootstrapKey), MinBootstrapKey)
	}
	return &Service{
		repo: o.Repository, passwords: o.Passwords, demo: o.Demo, now: o.Now, log: o.Log,
		bootstrap: sha256.Sum256([]byte(o.BootstrapKey)), hasBoot: o.BootstrapKey != "",
		accounts:  newAttempts(accountBurst, accountRefill, o.Now),
		addresses: newAttempts(addressBurst, addressRefill, o.Now),
		keysSeen:  map[string]time.Time{},
	}, nil
}

// Authenticate finds out who the request comes from. A key in the
// Authorization header counts alone: a request with a wrong one is nobody's,
// also when a good cookie came with it. It fails with ErrUnauthenticated or
// the repository's errors.
func (s *Service) Authenticate(ctx context.Context, r *http.Request) (Identity, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return Identity{}, ErrUnauthenticated
		}
		return s.byKey(ctx, strings.TrimSpace(token))
	}
	cookie, err := r.Cookie(SessionCookie)
	if err != nil || cookie.Value == "" {
		return Identity{}, ErrUnauthenticated
	}
	return s.bySession(ctx, hashToken(cookie.Value))
}

func (s *Service) byKey(ctx context.Context, key string) (Identity, error) {
	given := sha256.Sum256([]byte(key))
	if s.hasBoot && subtle.ConstantTimeCompare(given[:], s.bootstrap[:]) == 1 {
		w, err := s.repo.DefaultWorkspace(ctx)
		if err != nil {
			return Identity{}, err
		}
		return Identity{Workspace: w, Role: RoleOwner, Key: "bootstrap key"}, nil
	}
	if !strings.HasPrefix(key, KeyPrefix) {
		return Identity{}, ErrUnauthenticated
	}
	k, w, err := s.repo.APIKeyByHash(ctx, hashToken(key))
	if errors.Is(err, ErrNotFound) {
		return Identity{}, ErrUnauthenticated
	}
	if err != nil {
		return Identity{}, err
	}
	s.noteKey(ctx, k)
	return Identity{Workspace: w, Role: k.Role, Key: k.Name}, nil
}

// noteKey writes down that the key is in use, once a minute at most. It is a
// convenience: a failure does not fail the request.
func (s *Service) noteKey(ctx context.Context, k APIKey) {
	now := s.now()
	s.mu.Lock()
	due := now.Sub(s.keysSeen[k.ID]) >= seenEvery
	if due {
		s.keysSeen[k.ID] = now
	}
	s.mu.Unlock()
	if !due {
		return
	}
	if err := s.repo.UsedAPIKey(ctx, k.WorkspaceID, k.ID); err != nil {
		s.log.WarnContext(ctx, "the last use of an API key was not written down", slog.String("key", k.ID), slog.Any("error", err))
	}
}

func (s *Service) bySession(ctx context.Context, hash string) (Identity, error) {
	now := s.now()
	in, err := s.repo.SessionByHash(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return Identity{}, ErrUnauthenticated
	}
	if err != nil {
		return Identity{}, err
	}
	if now.Sub(in.Session.LastSeenAt) >= seenEvery {
		if err := s.repo.SeenSession(ctx, in.Workspace.ID, hash, expiry(in.Session.CreatedAt, now)); err != nil {
			s.log.WarnContext(ctx, "the last use of a session was not written down", slog.Any("error", err))
		}
	}
	return Identity{Workspace: in.Workspace, Role: in.Role, User: &in.User, SessionHash: hash}, nil
}

// expiry is when a session ends that is used now.
func expiry(created, now time.Time) time.Time {
	idle, life := now.Add(sessionIdle), created.Add(sessionLife)
	if life.Before(idle) {
		return life
	}
	return idle
}
