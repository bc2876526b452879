package command

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReadyAsksTheServerOnThisMachine(t *testing.T) {
	t.Parallel()
	serves := func(status int) *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/readyz" {
				status = http.StatusNotFound
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"code": "stopping"}`))
		}))
		t.Cleanup(s.Close)
		return s
	}
	away := serves(http.StatusOK)
	away.Close()
	for name, f := range map[string]struct {
		server *httptest.Server
		code   int
		words  string
	}{
		"one that takes work": {serves(http.StatusOK), ExitOK, "is ready"},
		"one that stops":      {serves(http.StatusServiceUnavailable), ExitFindings, "stopping"},
		"none":                {away, ExitFindings, "is not ready"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			code := Main(t.Context(), []string{"ready", "--addr", strings.TrimPrefix(f.server.URL, "http://")}, nil, &out, &out)
			if code != f.code || !strings.Contains(out.String(), f.words) {
				t.Errorf("it ends with %d and says %q; want %d and %q", code, out.String(), f.code, f.words)
			}
		})
	}
}

func TestReadyFindsTheServerWhereServeListens(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		":8080": "http://127.0.0.1:8080", "0.0.0.0:8080": "http://127.0.0.1:8080", "[::]:80": "http://127.0.0.1:80",
		"localhost:8080": "http://localhost:8080", "10.1.2.3:8080": "http://10.1.2.3:8080", "[::1]:8080": "http://[::1]:8080",
	} {
		if got, err := hereURL(addr); err != nil || got != want {
			t.Errorf("%s is reached at %s, %v; want %s", addr, got, err, want)
		}
	}
	if _, err := hereURL("8080"); err == nil {
		t.Error("8080 is taken for an address")
	}
}
