package auth

import (
	"context"
	"errors"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"sluice/server/peer"
)

// demoEmail names the user that the demo signs in.
const demoEmail = "demo@localhost"

// NewSession is a session just begun: Token goes into the cookie and nowhere
// else.
type NewSession struct {
	Token    string
	Expires  time.Time
	Identity Identity
}

// SignIn checks e-mail and password. address is the peer's IP address, old the
// hash of a session that the browser had before, which ends. It fails with
// ErrWrongCredentials, *TooManyError or the repository's errors.
func (s *Service) SignIn(ctx context.Context, email, password, address, old string) (NewSession, error) {
	account := strings.ToLower(strings.TrimSpace(email))
	if wait := s.addresses.take(peer.Key(peer.Parse(address))); wait > 0 {
		return NewSession{}, &TooManyError{wait}
	}
	if wait := s.accounts.take(account); wait > 0 {
		return NewSession{}, &TooManyError{wait}
	}
	user, err := s.repo.UserByEmail(ctx, account)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return NewSession{}, err
	}
	ok, err := s.passwords.Check(ctx, user.PasswordHash, password)
	if err != nil {
		return NewSession{}, err
	}
	if !ok {
		return NewSession{}, ErrWrongCredentials
	}
	s.accounts.forgive(account)
	workspace, role, err := s.repo.UserWorkspace(ctx, user)
	if errors.Is(err, ErrNotFound) {
		return NewSession{}, ErrWrongCredentials
	}
	if err != nil {
		return NewSession{}, err
	}
	return s.begin(ctx, user, workspace, role, old)
}

// begin makes a session with a token of its own, so that a token from before
// the sign-in is worth nothing after it.
func (s *Service) begin(ctx context.Context, user User, w Workspace, role Role, old string) (NewSession, error) {
	token, now := newToken(), s.now()
	session := Session{
		TokenHash: hashToken(token), UserID: user.ID, WorkspaceID: w.ID,
		CreatedAt: now, LastSeenAt: now, ExpiresAt: expiry(now, now),
	}
	if err := s.repo.AddSession(ctx, session); err != nil {
		return NewSession{}, err
	}
	if old != "" {
		if err := s.repo.EndSession(ctx, old); err != nil {
			return NewSession{}, err
		}
	}
	return NewSession{
		Token: token, Expires: session.ExpiresAt,
		Identity: Identity{Workspace: w, Role: role, User: &user, SessionHash: session.TokenHash},
	}, nil
}

// SignOut ends the session.
func (s *Service) SignOut(ctx context.Context, sessionHash string) error {
	return s.repo.EndSession(ctx, sessionHash)
}

// SessionHashOf is the hash of the session token that the request brings, to
// pass as old or to SignOut; empty without one. It says nothing about whether
// the session is valid.
func SessionHashOf(r *http.Request) string {
	cookie, err := r.Cookie(SessionCookie)
	if err != nil || cookie.Value == "" {
		return ""
	}
	return hashToken(cookie.Value)
}

// DemoAllowed reports whether SignInDemo would accept the request.
func (s *Service) DemoAllowed(r *http.Request) bool { return s.demo && peer.FromThisMachine(r) }

// SignInDemo signs in the demo user, for requests from this machine. It fails
// with ErrNotHere for others, and on a server that is no demo.
func (s *Service) SignInDemo(ctx context.Context, r *http.Request) (NewSession, error) {
	if !s.DemoAllowed(r) {
		return NewSession{}, ErrNotHere
	}
	w, err := s.repo.DefaultWorkspace(ctx)
	if err != nil {
		return NewSession{}, err
	}
	user, err := s.repo.EnsureUser(ctx, User{Name: "Demo", Email: demoEmail}, w.ID, RoleOwner)
	if err != nil {
		return NewSession{}, err
	}
	return s.begin(ctx, user, w, RoleOwner, SessionHashOf(r))
}

// SetupRequired reports whether nobody can sign in yet. A demo does not ask
// for a set-up: it lets in whoever sits at the machine.
func (s *Service) SetupRequired(ctx context.Context) (bool, error) {
	if s.demo {
		return false, nil
	}
	exists, err := s.repo.PasswordExists(ctx)
	return !exists, err
}

// NewSetupToken makes a one-time token for SetUp. It fails with ErrTaken when
// somebody can sign in already.
func (s *Service) NewSetupToken(ctx context.Context) (string, error) {
	w, err := s.repo.DefaultWorkspace(ctx)
	if err != nil {
		return "", err
	}
	token := newToken()
	return token, s.repo.AddSetupToken(ctx, w.ID, hashToken(token), s.now().Add(setupLife))
}

// SetUp makes the first owner and signs them in. It fails with ErrSetupToken,
// *FieldError, *TooManyError or the repository's errors.
func (s *Service) SetUp(ctx context.Context, token, name, email, password, address string) (NewSession, error) {
	if wait := s.addresses.take(peer.Key(peer.Parse(address))); wait > 0 {
		return NewSession{}, &TooManyError{wait}
	}
	name, email = strings.TrimSpace(name), strings.TrimSpace(email)
	if name == "" {
		return NewSession{}, &FieldError{"name", "This must not be empty."}
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return NewSession{}, &FieldError{"email", "This is not an e-mail address."}
	}
	if problem := passwordProblem(password, email); problem != "" {
		return NewSession{}, &FieldError{"password", problem}
	}
	if exists, err := s.repo.PasswordExists(ctx); err != nil {
		return NewSession{}, err
	} else if exists {
		return NewSession{}, ErrSetupToken
	}
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return NewSession{}, err
	}
	user, err := s.repo.UseSetupToken(ctx, hashToken(token), User{Name: name, Email: strings.ToLower(email), PasswordHash: hash})
	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrTaken):
		return NewSession{}, ErrSetupToken
	case err != nil:
		return NewSession{}, err
	}
	w, role, err := s.repo.UserWorkspace(ctx, user)
	if err != nil {
		return NewSession{}, err
	}
	return s.begin(ctx, user, w, role, "")
}

// ChangePassword replaces the user's password and ends all sessions of the
// user; the answer is a new one for the browser that asked. It fails with
// ErrWrongPassword, *FieldError, *TooManyError or the repository's errors.
func (s *Service) ChangePassword(ctx context.Context, id Identity, current, next, address string) (NewSession, error) {
	if id.User == nil {
		return NewSession{}, ErrUnauthenticated
	}
	if wait := s.accounts.take(strings.ToLower(id.User.Email)); wait > 0 {
		return NewSession{}, &TooManyError{wait}
	}
	if wait := s.addresses.take(peer.Key(peer.Parse(address))); wait > 0 {
		return NewSession{}, &TooManyError{wait}
	}
	ok, err := s.passwords.Check(ctx, id.User.PasswordHash, current)
	if err != nil {
		return NewSession{}, err
	}
	if !ok {
		return NewSession{}, ErrWrongPassword
	}
	if problem := passwordProblem(next, id.User.Email); problem != "" {
		return NewSession{}, &FieldError{"new_password", problem}
	}
	hash, err := s.passwords.Hash(ctx, next)
	if err != nil {
		return NewSession{}, err
	}
	if err := s.repo.SetPassword(ctx, id.Workspace.ID, id.User.ID, hash); err != nil {
		return NewSession{}, err
	}
	s.accounts.forgive(strings.ToLower(id.User.Email))
	user := *id.User
	user.PasswordHash = hash
	return s.begin(ctx, user, id.Workspace, id.Role, "")
}
