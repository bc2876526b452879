package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/engine/moment"
	"sluice/server/auth"
)

// UpdateWorkspace renames the caller's workspace or changes its time zone.
func (a *API) UpdateWorkspace(c *gin.Context) {
	body, err := bodyOf[WorkspacePatch](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, by := c.Request.Context(), identityOf(c).Identity
	w := by.Workspace
	// The zone comes first: it is what can be refused.
	if body.TimeZone != nil {
		w, err = a.auth.SetTimeZone(ctx, by, *body.TimeZone)
	}
	if err == nil && body.Name != nil {
		w, err = a.auth.RenameWorkspace(ctx, by, *body.Name)
	}
	if err != nil {
		a.fail(c, authRefusal(err))
		return
	}
	c.JSON(http.StatusOK, describeWorkspace(w))
}

func describeWorkspace(w auth.Workspace) Workspace {
	return Workspace{Id: w.ID, Name: w.Name, TimeZone: w.TimeZone}
}

// zoneOf is where the caller's flows mean times without a zone.
func zoneOf(c *gin.Context) *time.Location {
	zone, err := moment.Zone(identityOf(c).Workspace.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// ListAPIKeys lists the workspace's keys.
func (a *API) ListAPIKeys(c *gin.Context) {
	keys, err := a.auth.Keys(c.Request.Context(), identityOf(c).Identity)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := APIKeyList{Items: make([]APIKey, 0, len(keys))}
	for _, k := range keys {
		list.Items = append(list.Items, APIKey{
			Id: k.ID, Name: k.Name, Role: Role(k.Role), Prefix: k.Prefix,
			CreatedAt: k.CreatedAt.UTC(), LastUsedAt: optionalTime(k.LastUsedAt),
		})
	}
	c.JSON(http.StatusOK, list)
}

// CreateAPIKey makes a key and shows it this once.
func (a *API) CreateAPIKey(c *gin.Context) {
	body, err := bodyOf[NewAPIKey](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	key, k, err := a.auth.CreateKey(c.Request.Context(), identityOf(c).Identity, body.Name, auth.Role(body.Role))
	if err != nil {
		a.fail(c, authRefusal(err))
		return
	}
	c.JSON(http.StatusCreated, CreatedAPIKey{
		Id: k.ID, Name: k.Name, Role: Role(k.Role), Prefix: k.Prefix,
		CreatedAt: k.CreatedAt.UTC(), Key: key,
	})
}

// DeleteAPIKey revokes a key.
func (a *API) DeleteAPIKey(c *gin.Context, keyID string) {
	err := a.auth.DeleteKey(c.Request.Context(), identityOf(c).Identity, keyID)
	switch {
	case errors.Is(err, auth.ErrNotFound):
		err = notFound("API key")
	case errors.Is(err, auth.ErrRole):
		err = refuse(http.StatusForbidden, "role_too_high", "This key has a higher role than you have.").
			withHint("Ask somebody with that role to remove it.")
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// optionalTime is nil for the zero time.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}
