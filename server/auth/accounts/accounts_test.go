package accounts_test

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"sluice/server/auth"
	"sluice/server/auth/accounts"
	"sluice/server/store"
	"sluice/server/store/sqlitetest"
)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

const password = "a long enough password"

// newService is a service on a database of its own, with one owner.
func newService(t *testing.T) (*auth.Service, auth.NewSession, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	service := newEmptyService(t, c)
	token, err := service.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := service.SetUp(t.Context(), token, "Ann", "ann@example.test", password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return service, session, c
}

// newEmptyService is a service that nobody has set up.
func newEmptyService(t *testing.T, c *clock) *auth.Service {
	t.Helper()
	s, err := store.Open(t.Context(), sqlitetest.New(t), store.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	service, err := auth.New(auth.Options{
		Repository: accounts.New(s), Passwords: auth.NewPasswords(auth.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1}),
		Now: c.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func withCookie(token string) *http.Request {
	r := &http.Request{Header: http.Header{}}
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: token})
	return r
}

func TestSessionEndsWhenItIsIdleAndAfterItsLife(t *testing.T) {
	t.Parallel()
	service, session, c := newService(t)
	valid := func() bool {
		t.Helper()
		_, err := service.Authenticate(t.Context(), withCookie(session.Token))
		if err != nil && !errors.Is(err, auth.ErrUnauthenticated) {
			t.Fatal(err)
		}
		return err == nil
	}
	began := c.now
	// Somebody who comes back every six days stays signed in for thirty.
	for c.pass(6 * 24 * time.Hour); c.now.Sub(began) < 30*24*time.Hour; c.pass(6 * 24 * time.Hour) {
		if !valid() {
			t.Fatalf("the session ended after %v", c.now.Sub(began))
		}
	}
	if valid() {
		t.Error("the session outlives thirty days")
	}
	var err error
	if session, err = service.SignIn(t.Context(), "Ann@example.test", password, "192.0.2.1", ""); err != nil {
		t.Fatal(err)
	}
	c.pass(7*24*time.Hour - time.Second)
	if !valid() {
		t.Error("the session ended before it was idle for seven days")
	}
	c.pass(7 * 24 * time.Hour)
	if valid() {
		t.Error("the session was idle for seven days and goes on")
	}
}

func TestServerIsSetUpOnce(t *testing.T) {
	t.Parallel()
	service, _, _ := newService(t)
	if _, err := service.NewSetupToken(t.Context()); !errors.Is(err, auth.ErrTaken) {
		t.Errorf("a second set-up link: %v", err)
	}
	if required, err := service.SetupRequired(t.Context()); required || err != nil {
		t.Errorf("after the set-up it is required: %v, %v", required, err)
	}
}

// TestOnlyTheNewestSetupLinkWorks: an older one may lie in a log.
func TestOnlyTheNewestSetupLinkWorks(t *testing.T) {
	t.Parallel()
	service := newEmptyService(t, &clock{now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)})
	var links [3]string
	for i := range links {
		var err error
		if links[i], err = service.NewSetupToken(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, old := range links[:2] {
		if _, err := service.SetUp(t.Context(), old, "Eve", "eve@example.test", password, "192.0.2.1"); !errors.Is(err, auth.ErrSetupToken) {
			t.Errorf("an older link: %v", err)
		}
	}
	if _, err := service.SetUp(t.Context(), links[2], "Ann", "ann@example.test", password, "192.0.2.1"); err != nil {
		t.Errorf("the newest link: %v", err)
	}
}

// TestNobodyTouchesAKeyOfAHigherRole: with every role, against keys of every role.
func TestNobodyTouchesAKeyOfAHigherRole(t *testing.T) {
	t.Parallel()
	service, session, _ := newService(t)
	for _, mine := range auth.Roles() {
		by := auth.Identity{Workspace: session.Identity.Workspace, Role: mine}
		for _, theirs := range auth.Roles() {
			_, made, err := service.CreateKey(t.Context(), session.Identity, string(theirs), theirs)
			if err != nil {
				t.Fatal(err)
			}
			want := mine.AtLeast(theirs)
			if err := service.DeleteKey(t.Context(), by, made.ID); (err == nil) != want || err != nil && !errors.Is(err, auth.ErrRole) {
				t.Errorf("%s removes a key of %s: %v", mine, theirs, err)
			}
			if _, _, err := service.CreateKey(t.Context(), by, "new", theirs); (err == nil) != want || err != nil && !errors.Is(err, auth.ErrRole) {
				t.Errorf("%s makes a key of %s: %v", mine, theirs, err)
			}
		}
	}
}

func TestUseOfAKeyIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	service, session, c := newService(t)
	key, made, err := service.CreateKey(t.Context(), session.Identity, "shop", auth.RoleOperator)
	if err != nil {
		t.Fatal(err)
	}
	r := &http.Request{Header: http.Header{"Authorization": {"bearer " + key}}}
	lastUsed := func() time.Time {
		t.Helper()
		keys, err := service.Keys(t.Context(), session.Identity)
		if err != nil || len(keys) != 1 || keys[0].ID != made.ID {
			t.Fatalf("the keys are %+v: %v", keys, err)
		}
		return keys[0].LastUsedAt
	}
	if !lastUsed().IsZero() {
		t.Error("a new key counts as used")
	}
	first := c.now
	for _, step := range []struct {
		after time.Duration
		want  time.Time
	}{{0, first}, {59 * time.Second, first}, {time.Second, first.Add(time.Minute)}} {
		c.pass(step.after)
		id, err := service.Authenticate(t.Context(), r)
		if err != nil || id.Role != auth.RoleOperator || id.Name() != "shop" || id.User != nil {
			t.Fatalf("the key proves %+v: %v", id, err)
		}
		if got := lastUsed(); !got.Equal(step.want) {
			t.Errorf("after %v the key was last used at %v; want %v", c.now.Sub(first), got, step.want)
		}
	}
}

// Keys that are in use are remembered. What changes about them counts at once.
func TestARemovedKeyStopsWorkingAtOnceAlsoAfterItWasUsed(t *testing.T) {
	t.Parallel()
	service, session, _ := newService(t)
	owner, err := service.Authenticate(t.Context(), withCookie(session.Token))
	if err != nil {
		t.Fatal(err)
	}
	key, made, err := service.CreateKey(t.Context(), owner, "robot", auth.RoleViewer)
	if err != nil {
		t.Fatal(err)
	}
	request := &http.Request{Header: http.Header{"Authorization": {"Bearer " + key}}}
	for _, name := range []string{owner.Workspace.Name, "Renamed"} {
		if _, err := service.RenameWorkspace(t.Context(), owner, name); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			id, err := service.Authenticate(t.Context(), request)
			if err != nil || id.Workspace.Name != name || id.Key != "robot" || id.Role != auth.RoleViewer {
				t.Fatalf("the key is of %+v (%v)", id, err)
			}
		}
	}
	if err := service.DeleteKey(t.Context(), owner, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := service.Authenticate(t.Context(), request); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("a removed key: %v", err)
	}
}
