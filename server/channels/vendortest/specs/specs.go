// Package specs checks our requests to vendors against the OpenAPI documents
// that the vendors publish. The documents are not ours to hand on: they are read
// from the folder that SLUICE_SPECS names, and the checks are skipped without it.
package specs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Variable names the folder.
const Variable = "SLUICE_SPECS"

// Through returns an address that passes requests on to base, and fails the test
// for those that do not fit the document of that name: NAME.json, NAME.yaml or
// NAME.yml in the folder of SLUICE_SPECS. It skips the test when it is not there.
func Through(t *testing.T, name, base string) string {
	t.Helper()
	doc, err := find(os.Getenv(Variable), name)
	if err != nil {
		t.Fatal(err)
	}
	if doc == nil {
		t.Skipf("there is no %s.json or %s.yaml in the folder that %s names", name, name, Variable)
	}
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := Check(doc, r); err != nil {
			t.Errorf("%s %s does not fit %s: %v", r.Method, r.URL.Path, name, err)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// find reads a document of the folder. It is nil when there is none.
func find(folder, name string) (*openapi3.T, error) {
	if folder == "" {
		return nil, nil //nolint:nilnil // nil is the documented answer for no document.
	}
	for _, ending := range []string{".json", ".yaml", ".yml"} {
		path := filepath.Join(folder, name+ending)
		if _, err := os.Stat(path); err != nil { //nolint:gosec // Whoever runs the tests names the folder.
			continue
		}
		doc, err := openapi3.NewLoader().LoadFromFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the OpenAPI document %s: %w", path, err)
		}
		return doc, nil
	}
	return nil, nil //nolint:nilnil // See above.
}

// Check tells how a request does not fit the document: an unknown path or
// method, a parameter or a body that is missing or wrong. Who signs in is not
// checked, nor the host. The request can be read afterwards.
func Check(doc *openapi3.T, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, params := match(doc, r.Method, r.URL.Path)
	if route == nil {
		return fmt.Errorf("there is no %s %s in it", r.Method, r.URL.Path)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	err = openapi3filter.ValidateRequest(context.WithoutCancel(r.Context()), input)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

// match finds the operation of a request: the one whose path has the fewest
// variables.
func match(doc *openapi3.T, method, path string) (*routers.Route, map[string]string) {
	var best *routers.Route
	var values map[string]string
	for template, item := range doc.Paths.Map() {
		operation := item.GetOperation(method)
		if operation == nil {
			continue
		}
		for _, prefix := range prefixes(doc, item) {
			found, ok := variables(prefix, template, path)
			if !ok || best != nil && len(found) >= len(values) {
				continue
			}
			best = &routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: operation}
			values = found
		}
	}
	return best, values
}

// prefixes are the paths of the servers, without a slash at their end.
func prefixes(doc *openapi3.T, item *openapi3.PathItem) []string {
	servers := item.Servers
	if len(servers) == 0 {
		servers = doc.Servers
	}
	list := make([]string, 0, len(servers)+1)
	for _, s := range servers {
		_, rest, _ := strings.Cut(s.URL, "://")
		_, path, _ := strings.Cut(rest, "/")
		list = append(list, strings.TrimRight("/"+path, "/"))
	}
	if len(list) == 0 {
		list = append(list, "")
	}
	return list
}

var variable = regexp.MustCompile(`\\\{([^{}]+)\\\}`)

// variables are the values in a path. Those of the servers count like the
// operation's own, though nothing is said of them.
func variables(prefix, template, path string) (map[string]string, bool) {
	whole := strings.TrimRight(prefix+template, "/")
	quoted := regexp.QuoteMeta(whole)
	names := variable.FindAllStringSubmatch(quoted, -1)
	pattern, err := regexp.Compile("^" + variable.ReplaceAllString(quoted, "([^/]+)") + "/?$")
	if err != nil {
		return nil, false
	}
	found := pattern.FindStringSubmatch(path)
	if found == nil {
		return nil, false
	}
	values := make(map[string]string, len(names))
	for i, name := range names {
		// QuoteMeta escaped the hyphens and dots of names.
		values[strings.ReplaceAll(name[1], `\`, "")] = found[i+1]
	}
	return values, true
}
