package api

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/server/auth"
	"sluice/server/auth/accounts"
	"sluice/server/store"
	"sluice/server/store/sqlitetest"
)

// TestStreamEndsWithTheKeyThatOpenedIt: a stream asks at every heartbeat
// whether its caller may still listen.
func TestStreamEndsWithTheKeyThatOpenedIt(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), sqlitetest.New(t), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	service, err := auth.New(auth.Options{Repository: accounts.New(s), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	owner := auth.Identity{Workspace: auth.Workspace{ID: store.DefaultWorkspaceID}, Role: auth.RoleOwner}
	key, made, err := service.CreateKey(t.Context(), owner, "stream", auth.RoleViewer)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/events", nil)
	c.Request.Header.Set("Authorization", "Bearer "+key)
	id, err := service.Authenticate(t.Context(), c.Request)
	if err != nil {
		t.Fatal(err)
	}
	a := &API{auth: service}
	c.Set(identityKey, caller{id})
	if !a.mayListen(t.Context(), c) {
		t.Error("a good key may not listen")
	}
	higher := id
	higher.Role = auth.RoleAdmin
	c.Set(identityKey, caller{higher})
	if a.mayListen(t.Context(), c) {
		t.Error("a caller whose role was lowered may listen on")
	}
	c.Set(identityKey, caller{id})
	if err := service.DeleteKey(t.Context(), owner, made.ID); err != nil {
		t.Fatal(err)
	}
	if a.mayListen(t.Context(), c) {
		t.Error("a revoked key may listen on")
	}
}
