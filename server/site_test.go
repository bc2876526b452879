package server

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"
)

func askSite(files fs.FS, built bool, method, path string) *httptest.ResponseRecorder {
	gin.SetMode(gin.TestMode)
	router := gin.New()
	router.NoRoute(site{files: files, built: built}.serve)
	w := httptest.NewRecorder()
	router.ServeHTTP(w, httptest.NewRequest(method, "http://localhost"+path, nil))
	return w
}

func TestEditorIsServedFromEveryScreensAddress(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>Editor</title>")},
		"favicon.svg":          {Data: []byte("<svg/>")},
		"assets/app-a1b2c3.js": {Data: []byte("run()")},
	}
	for path, want := range map[string]struct {
		status           int
		kind, cache, has string
	}{
		"/":                          {200, "text/html", "no-cache", "Editor"},
		"/index.html":                {200, "text/html", "no-cache", "Editor"},
		"/flows/01a/versions/3?x=1":  {200, "text/html", "no-cache", "Editor"},
		"/setup?token=x":             {200, "text/html", "no-cache", "Editor"},
		"/favicon.svg":               {200, "image/svg+xml", "no-cache", "<svg/>"},
		"/assets/app-a1b2c3.js":      {200, "text/javascript", "immutable", "run()"},
		"/assets/app-old.js":         {404, "application/problem+json", "no-store", "Reload"},
		"/assets/":                   {200, "text/html", "no-cache", "Editor"},
		"/assets/../../etc/passwd":   {200, "text/html", "no-cache", "Editor"},
		"/%2e%2e/%2e%2e/etc/passwd":  {200, "text/html", "no-cache", "Editor"},
		"/api/v1/none":               {404, "application/problem+json", "no-store", "not_found"},
		"/api":                       {404, "application/problem+json", "no-store", "not_found"},
		"/hooks/a/b":                 {404, "application/problem+json", "no-store", "not_found"},
		"/apis-and-hooks-are-a-name": {200, "text/html", "no-cache", "Editor"},
	} {
		w := askSite(files, true, http.MethodGet, path)
		if w.Code != want.status || !strings.HasPrefix(w.Header().Get("Content-Type"), want.kind) ||
			!strings.Contains(w.Header().Get("Cache-Control"), want.cache) || !strings.Contains(w.Body.String(), want.has) {
			t.Errorf("%s: %d %s %q %.60s", path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"), w.Body)
		}
	}
	if w := askSite(files, true, http.MethodPost, "/flows"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("posting to a screen answers %d", w.Code)
	}
	if w := askSite(files, true, http.MethodHead, "/"); w.Code != http.StatusOK {
		t.Errorf("HEAD answers %d", w.Code)
	}
}

func TestBinaryWithoutEditorSaysHowToBuildIt(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/flows/1"} {
		w := askSite(fstest.MapFS{}, false, http.MethodGet, path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "make web") || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := askSite(fstest.MapFS{}, false, http.MethodGet, "/api/v1/none"); w.Code != http.StatusNotFound {
		t.Errorf("an address of the API answers %d", w.Code)
	}
}
