package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
)

const (
	ownerEmail    = "ann@example.test"
	ownerPassword = "a long enough password"
)

// newSetUpWorld starts a server that is no demo, follows its set-up link, and
// returns the browser that did.
func newSetUpWorld(t *testing.T, change ...func(*server.Options)) (*world, *client) {
	t.Helper()
	w := newWorld(t, append([]func(*server.Options){func(o *server.Options) { o.Demo = false }}, change...)...)
	b := w.browser()
	b.post("/setup", map[string]string{"token": w.setupToken(), "name": "Ann", "email": ownerEmail, "password": ownerPassword}).want(http.StatusCreated)
	return w, b
}

var setupLink = regexp.MustCompile(`/setup\?token=([\w-]+)`)

func (w *world) setupToken() string {
	w.t.Helper()
	m := setupLink.FindStringSubmatch(w.out.String())
	if m == nil {
		w.t.Fatalf("the start printed no set-up link: %s", w.out.String())
	}
	return m[1]
}

func (c *client) cookie() string {
	u, err := url.Parse(c.w.url)
	if err != nil {
		c.w.t.Fatal(err)
	}
	for _, k := range c.http.Jar.Cookies(u) {
		if k.Name == "sluice_session" {
			return k.Value
		}
	}
	return ""
}

func (c *client) signedIn() bool {
	c.w.t.Helper()
	return into[api.Session](c.get("/session").want(http.StatusOK)).SignedIn
}

func TestFirstStartIsSetUpByTheLinkOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *server.Options) { o.Demo = false })
	b := w.browser()
	before := into[api.Session](b.get("/session").want(http.StatusOK))
	if before.SignedIn || !before.SetupRequired || before.Demo || before.User != nil || before.Role != nil {
		t.Errorf("before the set-up the session is %+v", before)
	}
	token := w.setupToken()
	if strings.Contains(w.log.String(), token) {
		t.Error("the set-up link is in the log")
	}
	good := map[string]string{"token": token, "name": "Ann", "email": ownerEmail, "password": ownerPassword}
	for field, value := range map[string]string{"password": "too short", "email": "no address", "name": " "} {
		wrong := map[string]string{}
		maps.Copy(wrong, good)
		wrong[field] = value
		p := b.post("/setup", wrong).problem(http.StatusUnprocessableEntity, "invalid")
		if p.Errors == nil || (*p.Errors)[0].Field != field {
			t.Errorf("a wrong %s is reported as %+v", field, p.Errors)
		}
	}
	b.post("/setup", map[string]string{"token": "guess", "name": "Eve", "email": "eve@example.test", "password": ownerPassword}).problem(http.StatusForbidden, "setup_link")
	made := into[api.Session](b.post("/setup", good).want(http.StatusCreated))
	if !made.SignedIn || made.User == nil || made.User.Email != ownerEmail || made.Role == nil || *made.Role != "owner" || !b.signedIn() {
		t.Errorf("after the set-up the session is %+v", made)
	}
	w.browser().post("/setup", good).problem(http.StatusForbidden, "setup_link")
	if after := into[api.Session](w.browser().get("/session")); after.SetupRequired {
		t.Error("the set-up is asked for again")
	}
	w.stop()
	again := newWorldIn(t, w.dir, func(o *server.Options) { o.Demo = false })
	if strings.Contains(again.out.String(), "token=") {
		t.Error("a server that was set up prints a set-up link")
	}
	again.browser().post("/session", map[string]string{"email": strings.ToUpper(ownerEmail), "password": ownerPassword}).want(http.StatusOK)
}

// TestInvariant23SessionsRotateAndEnd: a token from before a sign-in is worth
// nothing after it, and a session ends at sign-out and password change.
func TestInvariant23SessionsRotateAndEnd(t *testing.T) {
	t.Parallel()
	w, b := newSetUpWorld(t)
	first := b.cookie()
	signIn := map[string]string{"email": ownerEmail, "password": ownerPassword}
	b.post("/session", signIn).want(http.StatusOK)
	second := b.cookie()
	if first == "" || second == "" || first == second {
		t.Fatalf("signing in again leaves the token %q after %q", second, first)
	}
	withToken := func(token string) *client { return w.nobody().with("Cookie", "sluice_session="+token) }
	if withToken(first).signedIn() || !withToken(second).signedIn() {
		t.Error("the session from before the sign-in goes on, or the new one does not")
	}
	other := w.browser()
	other.post("/session", signIn).want(http.StatusOK)
	b.put("/account/password", map[string]string{"current_password": "wrong", "new_password": "another long password"}).problem(http.StatusUnprocessableEntity, "wrong_password")
	b.put("/account/password", map[string]string{"current_password": ownerPassword, "new_password": "aaaaaaaaaaaa"}).problem(http.StatusUnprocessableEntity, "invalid")
	b.put("/account/password", map[string]string{"current_password": ownerPassword, "new_password": "another long password"}).want(http.StatusNoContent)
	if !b.signedIn() || b.cookie() == second {
		t.Error("the browser that changed the password has no new session")
	}
	if other.signedIn() || withToken(second).signedIn() {
		t.Error("a session outlives the password change")
	}
	w.browser().post("/session", signIn).problem(http.StatusUnauthorized, "wrong_credentials")
	last := b.cookie()
	b.delete("/session").want(http.StatusNoContent)
	if b.cookie() != "" || withToken(last).signedIn() {
		t.Error("the session goes on after the sign-out")
	}
	b.delete("/session").want(http.StatusNoContent)
	b.get("/flows").problem(http.StatusUnauthorized, "unauthenticated")
	w.owner().put("/account/password", map[string]string{"current_password": "x", "new_password": "another long password"}).problem(http.StatusForbidden, "no_account")
}

func TestSessionCookieIsOutOfReach(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url    string
		secure bool
	}{"without TLS": {"", false}, "behind TLS": {"https://sluice.example.test", true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := newSetUpWorld(t, func(o *server.Options) { o.PublicURL = c.url })
			made := w.nobody().post("/session", map[string]string{"email": ownerEmail, "password": ownerPassword}).want(http.StatusOK)
			cookies, err := http.ParseSetCookie(made.header.Get("Set-Cookie"))
			if err != nil {
				t.Fatal(err)
			}
			if !cookies.HttpOnly || cookies.SameSite != http.SameSiteLaxMode || cookies.Path != "/" || cookies.Secure != c.secure || cookies.Domain != "" {
				t.Errorf("the cookie is %s", made.header.Get("Set-Cookie"))
			}
			if strings.Contains(string(w.files()), cookies.Value) {
				t.Error("the token is in the database")
			}
		})
	}
}

// TestInvariant24SignInIsLimitedAndUniform: per account and per address, and a
// forged X-Forwarded-For does not help.
func TestInvariant24SignInIsLimitedAndUniform(t *testing.T) {
	t.Parallel()
	w, _ := newSetUpWorld(t)
	attempt := func(email string, forged string) answer {
		return w.nobody().with("X-Forwarded-For", forged).post("/session", map[string]string{"email": email, "password": "a wrong password"})
	}
	wrongPassword := attempt(ownerEmail, "192.0.2.1").problem(http.StatusUnauthorized, "wrong_credentials")
	unknown := attempt("nobody@example.test", "192.0.2.2").problem(http.StatusUnauthorized, "wrong_credentials")
	if wrongPassword != unknown {
		t.Errorf("a wrong password answers %+v and an unknown e-mail %+v", wrongPassword, unknown)
	}
	limited := func(email func(int) string, most int) {
		t.Helper()
		for n := range most + 1 {
			a := attempt(email(n), "192.0.2."+string(rune('0'+n%10)))
			if a.status == http.StatusTooManyRequests {
				p := a.problem(http.StatusTooManyRequests, "too_many_attempts")
				if a.header.Get("Retry-After") == "" || p.RetryAfter == nil || *p.RetryAfter < 1 {
					t.Errorf("the refusal does not say when to try again: %s", a.body)
				}
				return
			}
		}
		t.Errorf("%d attempts were not limited", most+1)
	}
	limited(func(int) string { return ownerEmail }, 5)
	w.nobody().post("/session", map[string]string{"email": ownerEmail, "password": ownerPassword}).problem(http.StatusTooManyRequests, "too_many_attempts")
	limited(func(n int) string { return "user" + strings.Repeat("x", n) + "@example.test" }, 20)
}

// TestInvariant22OtherSitesCannotAct: neither with a person's cookie nor to
// sign somebody in, and no answer invites another origin to read it.
func TestInvariant22OtherSitesCannotAct(t *testing.T) {
	t.Parallel()
	w, b := newSetUpWorld(t)
	for name, header := range map[string][2]string{
		"told by the browser":    {"Sec-Fetch-Site", "cross-site"},
		"from a sibling":         {"Sec-Fetch-Site", "same-site"},
		"told by the origin":     {"Origin", "https://evil.example"},
		"an opaque origin":       {"Origin", "null"},
		"another port's origin":  {"Origin", "http://127.0.0.1:1"},
		"a prefix of the origin": {"Origin", w.url + ".evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evil := b.with(header[0], header[1])
			for id, op := range operations(t) {
				if op.method == http.MethodGet {
					continue
				}
				got := evil.do(op.method, pathParameter.ReplaceAllString(op.path, "1"), `{}`)
				if got.status != http.StatusForbidden || into[api.Problem](got).Code != "cross_origin" {
					t.Errorf("%s answers another site with %d %s", id, got.status, got.body)
				}
			}
			read := evil.get("/flows").want(http.StatusOK)
			for _, h := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
				if v := read.header.Get(h); v != "" {
					t.Errorf("the answer has %s: %s", h, v)
				}
			}
		})
	}
	b.with("Sec-Fetch-Site", "same-origin").post("/flows", map[string]string{"name": "mine"}).want(http.StatusCreated)
	b.with("Content-Type", "text/plain").post("/flows", `{"name": "form"}`).problem(http.StatusUnsupportedMediaType, "not_json")
	b.with("Content-Type", "application/x-www-form-urlencoded").post("/flows", `{"name": "form"}`).problem(http.StatusUnsupportedMediaType, "not_json")
	// A key is nothing that a browser sends by itself.
	w.owner().with("Origin", "https://app.example").with("Content-Type", "text/plain").post("/flows", `{"name": "by key"}`).want(http.StatusCreated)
}

func TestDemoSignsInThisMachineOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser()
	if s := into[api.Session](b.get("/session")); !s.Demo || s.SignedIn || s.SetupRequired {
		t.Errorf("before signing in the session is %+v", s)
	}
	for name, header := range map[string][2]string{
		"behind a proxy": {"X-Forwarded-For", "127.0.0.1"}, "by another name": {"Host", "sluice.example.test"},
	} {
		outside := b.with(header[0], header[1])
		if into[api.Session](outside.get("/session")).Demo {
			t.Errorf("%s: the demo is offered", name)
		}
		outside.post("/session/demo", nil).problem(http.StatusForbidden, "not_here")
	}
	for range 2 {
		s := into[api.Session](b.post("/session/demo", nil).want(http.StatusOK))
		if !s.SignedIn || s.Role == nil || *s.Role != "owner" || s.User == nil {
			t.Errorf("the demo's session is %+v", s)
		}
	}
	b.get("/flows").want(http.StatusOK)

	plain := newWorld(t, func(o *server.Options) { o.Demo = false })
	plain.browser().post("/session/demo", nil).problem(http.StatusForbidden, "not_here")
}

func TestWeakBootstrapKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	_, err := server.New(t.Context(), server.Options{Database: "sqlite:" + t.TempDir() + "/x.db", BootstrapKey: strings.Repeat("k", 31)})
	if err == nil || !strings.Contains(err.Error(), "SLUICE_BOOTSTRAP_KEY") || strings.Contains(err.Error(), "kkk") {
		t.Errorf("a key of 31 characters: %v", err)
	}
}

func TestAnswersCarrySecurityHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/session", "/openapi.json", "/flows", "//", "//flows/1", "//healthz", "//hooks/none", "//no/such/file"} {
		h := w.nobody().get(path).header
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe-eval") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: the content policy is %q", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("X-Request-ID") == "" {
			t.Errorf("%s: the headers are %v", path, h)
		}
	}
	if got := w.owner().get("/flows").header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("flows may be cached: %q", got)
	}
}

func TestWorkspaceCanBeRenamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner().patch("/workspace", map[string]string{"name": " Marketing "}).want(http.StatusOK)
	if s := into[api.Session](w.owner().get("/session")); s.Workspace == nil || s.Workspace.Name != "Marketing" || s.User != nil || !s.SignedIn {
		t.Errorf("the session of a key is %+v", s)
	}
	w.owner().patch("/workspace", map[string]string{"name": "  "}).problem(http.StatusUnprocessableEntity, "invalid")
	w.owner().patch("/workspace", map[string]string{}).problem(http.StatusUnprocessableEntity, "invalid")
}

func TestLocalTimesAreMeantInTheWorkspacesZone(t *testing.T) {
	t.Parallel()
	c := newWorld(t).owner()
	if changed := into[api.Workspace](c.patch("/workspace", map[string]string{"time_zone": "Asia/Manila"}).want(http.StatusOK)); changed.TimeZone != "Asia/Manila" || changed.Name == "" {
		t.Errorf("the changed workspace is %+v", changed)
	}
	if s := into[api.Session](c.get("/session")); s.Workspace == nil || s.Workspace.TimeZone != "Asia/Manila" {
		t.Errorf("the session is %+v", s)
	}
	for _, zone := range []string{"Mars/Olympus", "Local", "localtime"} {
		c.patch("/workspace", map[string]string{"time_zone": zone, "name": "Lost"}).problem(http.StatusUnprocessableEntity, "invalid")
	}
	const definition = `{"schema": "sluice/v1", "name": "Zones", "nodes": [{"id": "start", "type": "start", "config": {"trigger": {"type": "manual"}}},
		{"id": "v", "type": "set_variables", "config": {"variables": [{"name": "zone", "value": "{{run.time_zone}}"}, {"name": "at", "value": "{{moment('2026-01-31 09:00')}}"}, {"name": "day", "value": "{{day('2026-01-31T23:00:00Z')}}"}]}}],
		"edges": [{"from": "start", "port": "next", "to": "v"}],
		"scenarios": [{"name": "local", "inputs": {}, "world": [], "expect": {"variables": {"at": "2026-01-31T01:00:00Z"}}}]}`
	flow := into[api.ImportedFlow](c.post("/flows/import", definition).want(http.StatusCreated)).Id
	c.post("/flows/"+flow+"/publish", nil).want(http.StatusOK)
	run := into[api.Run](c.get("/runs/" + into[api.RunSummary](c.post("/flows/"+flow+"/runs", map[string]any{}).want(http.StatusCreated)).Id).want(http.StatusOK))
	if v := run.Variables; v["zone"] != "Asia/Manila" || v["at"] != "2026-01-31T01:00:00Z" || v["day"] != "2026-02-01" {
		t.Errorf("the run has %v", v)
	}
	tried := into[api.TryState](c.post("/try", map[string]any{"definition": json.RawMessage(definition), "inputs": map[string]any{}}).want(http.StatusOK))
	if tried.Variables["at"] != "2026-01-31T01:00:00Z" {
		t.Errorf("a try has %v", tried.Variables)
	}
	report := into[api.TestReport](c.post("/flows/test", map[string]any{"definition": json.RawMessage(definition)}).want(http.StatusOK))
	if len(report.Scenarios) != 1 || len(report.Scenarios[0].Mismatches)+len(report.Scenarios[0].Problems) > 0 {
		t.Errorf("the scenario gives %+v", report.Scenarios)
	}
}
