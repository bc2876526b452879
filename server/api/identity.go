package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"sluice/server/auth"
)

const identityKey = "sluice.identity"

// caller is who the request comes from; zero for the public.
type caller struct{ auth.Identity }

// bySession reports whether a browser's cookie proves the identity. Then the
// request may have been made by another site's page.
func (c caller) bySession() bool { return c.SessionHash != "" }

func identityOf(c *gin.Context) caller {
	id, _ := c.Value(identityKey).(caller)
	return id
}

// workspaceOf is the workspace that everything in the request is about.
func workspaceOf(c *gin.Context) string { return identityOf(c).Workspace.ID }

// authorize lets a request pass when its operation is in the table of
// permissions and the caller's role is enough. Everything else is refused.
func (a *API) authorize(c *gin.Context) {
	operation := c.GetString(operationKey)
	needed, known := auth.Needs(operation)
	if !known {
		a.fail(c, notFound("address"))
		return
	}
	var id auth.Identity
	ask := func(ctx context.Context) (err error) {
		id, err = a.auth.Authenticate(ctx, c.Request)
		return err
	}
	var err error
	if p := a.gates.of(c, operation); p != nil {
		err = a.arrive(c, p, ask)
	}
	if err != nil && !errors.Is(err, auth.ErrUnauthenticated) {
		a.fail(c, err)
		return
	}
	c.Set(identityKey, caller{id})
	if needed == auth.RoleNone {
		return
	}
	if err != nil {
		a.fail(c, unauthenticated())
		return
	}
	if !id.Role.AtLeast(needed) {
		a.fail(c, refuse(http.StatusForbidden, "forbidden", "You may not do this.").
			withDetail("It needs the role "+string(needed)+", and you have the role "+string(id.Role)+".").
			withHint("Ask an admin of the workspace."))
	}
}

func unauthenticated() *refusal {
	return refuse(http.StatusUnauthorized, "unauthenticated", "Sign in first.").
		withDetail("The request has no valid session or API key.").
		withHint("Sign in, or send an API key as: Authorization: Bearer slu_…")
}

// sameOrigin refuses what another site's page makes a browser send. Requests
// with a key in the Authorization header are no browser's doing.
func (a *API) sameOrigin(c *gin.Context) {
	if c.Request.Header.Get("Authorization") != "" {
		return
	}
	if err := a.crossOrigin.Check(c.Request); err != nil {
		a.fail(c, refuse(http.StatusForbidden, "cross_origin", "This request was made by another site.").
			withHint("Open Sluice itself and try again there."))
	}
}
