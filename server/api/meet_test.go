package api_test

import (
	"net/http"
	"strings"
	"testing"

	"sluice/server"
	"sluice/server/api"
)

// TestADemoAnswersOnlyToThisMachinesName: a name that somebody leads here, so that their
// page may act as who sits here, gets nothing.
func TestADemoAnswersOnlyToThisMachinesName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, host := range []string{"evil.example", "localhost.evil.example:8080", "192.0.2.1", "10.0.0.7:8080", "127.0.0.1.evil.example"} {
		c := w.owner().with("Host", host)
		for _, path := range []string{"/flows", "/session", "//", "//healthz", "//hooks/none"} {
			c.get(path).problem(http.StatusForbidden, "not_here")
		}
		if page := c.with("Accept", "text/html").get("//").want(http.StatusForbidden); !strings.Contains(string(page.body), "http://localhost") {
			t.Errorf("a browser is told %s", page.body)
		}
	}
	for _, host := range []string{"localhost", "LOCALHOST:1", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "sluice.localhost"} {
		w.owner().with("Host", host).get("/flows").want(http.StatusOK)
	}
	plain := newWorld(t, func(o *server.Options) { o.Demo = false })
	plain.owner().with("Host", "sluice.example.test").get("/flows").want(http.StatusOK)
}

// TestEncryptedConnectionsAreKnownByTrustedProxiesAlone: they get a Secure cookie and
// stay encrypted.
func TestEncryptedConnectionsAreKnownByTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]struct {
		trusted, proto, public string
		want                   bool
	}{
		"not encrypted":              {"", "", "", false},
		"a public URL":               {"", "", "https://sluice.example.test", true},
		"a trusted proxy":            {"127.0.0.0/8", "https", "", true},
		"a trusted proxy, not https": {"127.0.0.0/8", "http", "", false},
		"who is no proxy":            {"", "https", "", false},
		"another proxy":              {"10.0.0.0/8", "https", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := newSetUpWorld(t, func(o *server.Options) { o.TrustedProxies, o.PublicURL = proxies(t, f.trusted), f.public })
			c := w.nobody()
			if f.proto != "" {
				c = c.with("X-Forwarded-Proto", f.proto).with("X-Forwarded-For", "203.0.113.9")
			}
			for _, path := range []string{"//", "//healthz", "/openapi.json"} {
				if got := c.get(path).header.Get("Strict-Transport-Security") != ""; got != f.want {
					t.Errorf("%s: it has to stay encrypted: %v, want %v", path, got, f.want)
				}
			}
			made := c.post("/session", map[string]string{"email": ownerEmail, "password": ownerPassword}).want(http.StatusOK)
			if got := strings.Contains(made.header.Get("Set-Cookie"), "; Secure"); got != f.want {
				t.Errorf("the cookie is %s", made.header.Get("Set-Cookie"))
			}
		})
	}
}

// TestAProxyThatIsNotTrustedIsToldToThisMachine: the doctor asks for it.
func TestAProxyThatIsNotTrustedIsToldToThisMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	told := func(c *client) string {
		if proxy := into[api.Health](c.get("//healthz").want(http.StatusOK)).UntrustedProxy; proxy != nil {
			return *proxy
		}
		return ""
	}
	if got := told(w.nobody()); got != "" {
		t.Errorf("at first it is %s", got)
	}
	if got := told(w.nobody().with("X-Forwarded-For", "203.0.113.9")); got != "" {
		t.Errorf("who is behind it is told %s", got)
	}
	if got := told(w.nobody()); got != "127.0.0.1" {
		t.Errorf("it is %q", got)
	}
	w.nobody().with("X-Forwarded-For", "203.0.113.9").get("//healthz")
	if n := strings.Count(w.log.String(), "a proxy that is not trusted"); n != 1 {
		t.Errorf("the log says it %d times", n)
	}
}
