package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/server/auth"
	"sluice/server/peer"
)

// GetSession answers for everybody: the editor asks it first.
func (a *API) GetSession(c *gin.Context) {
	session, err := a.sessionOf(c, identityOf(c).Identity)
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, session)
}

func (a *API) sessionOf(c *gin.Context, id auth.Identity) (Session, error) {
	s := Session{Demo: a.auth.DemoAllowed(c.Request), Version: a.version}
	if id.Role != auth.RoleNone {
		role := Role(id.Role)
		s.SignedIn, s.Role = true, &role
		s.Workspace = new(describeWorkspace(id.Workspace))
		if id.User != nil {
			s.User = &User{Id: id.User.ID, Name: id.User.Name, Email: id.User.Email}
		}
		return s, nil
	}
	required, err := a.auth.SetupRequired(c.Request.Context())
	s.SetupRequired = required
	return s, err
}

// SignIn begins a session.
func (a *API) SignIn(c *gin.Context) {
	body, err := bodyOf[Credentials](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	session, err := a.auth.SignIn(c.Request.Context(), body.Email, body.Password, peer.From(c.Request).Address.String(), auth.SessionHashOf(c.Request))
	a.signedIn(c, http.StatusOK, session, err)
}

// SignInDemo begins a session of the demo user.
func (a *API) SignInDemo(c *gin.Context) {
	session, err := a.auth.SignInDemo(c.Request.Context(), c.Request)
	a.signedIn(c, http.StatusOK, session, err)
}

// SetUp makes the first owner.
func (a *API) SetUp(c *gin.Context) {
	body, err := bodyOf[SetUp](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	session, err := a.auth.SetUp(c.Request.Context(), body.Token, body.Name, body.Email, body.Password, peer.From(c.Request).Address.String())
	a.signedIn(c, http.StatusCreated, session, err)
}

func (a *API) signedIn(c *gin.Context, status int, session auth.NewSession, err error) {
	if err != nil {
		a.fail(c, authRefusal(err))
		return
	}
	a.setCookie(c, session.Token, session.Expires)
	answer, err := a.sessionOf(c, session.Identity)
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(status, answer)
}

// SignOut ends the session that the cookie names, valid or not.
func (a *API) SignOut(c *gin.Context) {
	if hash := auth.SessionHashOf(c.Request); hash != "" {
		if err := a.auth.SignOut(c.Request.Context(), hash); err != nil {
			a.fail(c, err)
			return
		}
	}
	a.setCookie(c, "", time.Unix(1, 0))
	c.Status(http.StatusNoContent)
}

// ChangePassword replaces the caller's own password.
func (a *API) ChangePassword(c *gin.Context) {
	id := identityOf(c)
	if id.User == nil {
		a.fail(c, refuse(http.StatusForbidden, "no_account", "An API key has no password.").withHint("Sign in with e-mail and password."))
		return
	}
	body, err := bodyOf[PasswordChange](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	session, err := a.auth.ChangePassword(c.Request.Context(), id.Identity, body.CurrentPassword, body.NewPassword, peer.From(c.Request).Address.String())
	if err != nil {
		a.fail(c, authRefusal(err))
		return
	}
	a.setCookie(c, session.Token, session.Expires)
	c.Status(http.StatusNoContent)
}

// setCookie sets the session cookie; one that expired removes it.
func (a *API) setCookie(c *gin.Context, token string, expires time.Time) {
	http.SetCookie(c.Writer, &http.Cookie{ //nolint:gosec // G124: it is Secure wherever the connection is
		Name: auth.SessionCookie, Value: token, Path: "/", Expires: expires,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: a.encrypted(c),
	})
}

// authRefusal words the errors of package auth. Others stay as they are.
func authRefusal(err error) error {
	var many *auth.TooManyError
	var field *auth.FieldError
	switch {
	case errors.As(err, &many):
		return refuse(http.StatusTooManyRequests, "too_many_attempts", "Too many attempts.").withHint("Wait a little and try again.").withRetryAfter(many.RetryAfter)
	case errors.As(err, &field):
		return refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").
			withErrors([]FieldProblem{{Field: field.Field, Pointer: "/" + field.Field, Code: "invalid", Message: field.Message}})
	case errors.Is(err, auth.ErrWrongCredentials):
		return refuse(http.StatusUnauthorized, "wrong_credentials", "The e-mail address or the password is wrong.")
	case errors.Is(err, auth.ErrWrongPassword):
		return refuse(http.StatusUnprocessableEntity, "wrong_password", "The current password is wrong.").
			withErrors([]FieldProblem{{Field: "current_password", Pointer: "/current_password", Code: "wrong_password", Message: "This is not your current password."}})
	case errors.Is(err, auth.ErrSetupToken):
		return refuse(http.StatusForbidden, "setup_link", "This set-up link does not work any more.").
			withHint("Restart Sluice: while there is no owner, each start prints a new link.")
	case errors.Is(err, auth.ErrNotHere):
		return refuse(http.StatusForbidden, "not_here", "The demo workspace opens only on the machine that Sluice runs on.").
			withHint("Open it there as http://localhost, or sign in with e-mail and password.")
	case errors.Is(err, auth.ErrRole):
		return refuse(http.StatusForbidden, "role_too_high", "You cannot give a higher role than your own.")
	case errors.Is(err, auth.ErrUnauthenticated):
		return unauthenticated()
	case errors.Is(err, context.Canceled):
		return err
	}
	return err
}
