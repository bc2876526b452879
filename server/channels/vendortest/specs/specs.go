// Package specs checks our requests to vendors against the OpenAPI documents
// that the vendors publish. The documents are not ours to hand on: they are read
// from the folder that SLUICE_SPECS names, and the checks are skipped without it.
package specs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Through returns an address that passes requests on to base, and fails the test
// for those that do not fit the documents of the vendor. It skips the test when
// there is no document. At the end of the test it logs what each document covered,
// and which calls no document covers: those are not checked.
func Through(t *testing.T, vendor Vendor, base string) string {
	t.Helper()
	docs, unread := Find(os.Getenv(Variable), vendor)
	for _, err := range unread {
		t.Errorf("this document names %s but could not be read: %v", vendor.Name, err)
	}
	if len(docs) == 0 {
		t.Skipf("there is no OpenAPI document of %s in the folder that %s names", vendor.Name, Variable)
	}
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	seen := &calls{covered: map[string]map[string]int{}, uncovered: map[string]int{}}
	t.Cleanup(func() { seen.report(t, docs) })
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		covered := false
		for _, doc := range docs {
			err := Check(doc.T, r)
			if errors.Is(err, ErrNotCovered) {
				continue
			}
			covered = true
			seen.add(doc.Path, r)
			if err != nil {
				t.Errorf("%s %s does not fit %s: %v", r.Method, r.URL.Path, doc.Path, err)
			}
		}
		if !covered {
			seen.add("", r)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// calls counts requests by document and by method and path.
type calls struct {
	mu        sync.Mutex
	covered   map[string]map[string]int
	uncovered map[string]int
}

// add counts a request. No document covers it when path is empty.
func (c *calls) add(path string, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := r.Method + " " + r.URL.Path
	if path == "" {
		c.uncovered[call]++
		return
	}
	if c.covered[path] == nil {
		c.covered[path] = map[string]int{}
	}
	c.covered[path][call]++
}

func (c *calls) report(t *testing.T, docs []Document) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, doc := range docs {
		for call, n := range c.covered[doc.Path] {
			t.Logf("%s: checked %s (%d times)", doc.Path, call, n)
		}
	}
	for call, n := range c.uncovered {
		t.Logf("no document covers %s (%d times)", call, n)
	}
}

// ErrNotCovered says that a document knows no such path and method.
var ErrNotCovered = errors.New("there is no such call in the document")

// Check tells how a request does not fit the document: an unknown path or
// method, a parameter or a body that is missing or wrong, a field that the document
// does not name. Who signs in is not checked, nor the host. The request can be read afterwards.
func Check(doc *openapi3.T, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	matches := match(doc, r.Method, r.URL.Path)
	if len(matches) == 0 {
		return fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, ErrNotCovered)
	}
	var problems []error
	for _, m := range matches {
		// The validation changes the request that it is given.
		copied := r.Clone(context.WithoutCancel(r.Context()))
		copied.Body = io.NopCloser(bytes.NewReader(body))
		input := &openapi3filter.RequestValidationInput{
			Request: copied, PathParams: m.values, Route: m.route,
			Options: &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
		}
		err = openapi3filter.ValidateRequest(copied.Context(), input)
		if err == nil && len(body) > 0 {
			err = unnamed(m.route.Operation, r.Header.Get("Content-Type"), body)
		}
		if err == nil {
			return nil
		}
		problems = append(problems, fmt.Errorf("%s: %w", m.route.Path, err))
	}
	return errors.Join(problems...)
}

// found is an operation of a document and the values of its path's variables.
type found struct {
	route  *routers.Route
	values map[string]string
}

// match finds the operations of a request: those whose path has the fewest
// variables. They are several where paths differ only in their variables' names,
// as in Meta's document; a request must fit one of them.
func match(doc *openapi3.T, method, path string) []found {
	var best []found
	for template, item := range doc.Paths.Map() {
		operation := item.GetOperation(method)
		if operation == nil {
			continue
		}
		item, operation = unsigned(item), unsignedOperation(operation)
		for _, prefix := range prefixes(doc, item) {
			values, ok := variables(prefix, template, path)
			if !ok || len(best) > 0 && len(values) > len(best[0].values) {
				continue
			}
			if len(best) > 0 && len(values) < len(best[0].values) {
				best = nil
			}
			best = append(best, found{
				route:  &routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: operation},
				values: values,
			})
			break
		}
	}
	return best
}

// unsigned is a path without the headers that OpenAPI leaves to others: it says
// that parameters of these names are to be ignored.
func unsigned(item *openapi3.PathItem) *openapi3.PathItem {
	plain := *item
	plain.Parameters = withoutReserved(item.Parameters)
	return &plain
}

// unsignedOperation is an operation without such headers and without signing in.
func unsignedOperation(operation *openapi3.Operation) *openapi3.Operation {
	plain := *operation
	plain.Parameters = withoutReserved(operation.Parameters)
	plain.Security = &openapi3.SecurityRequirements{}
	return &plain
}

func withoutReserved(parameters openapi3.Parameters) openapi3.Parameters {
	return slices.DeleteFunc(slices.Clone(parameters), func(p *openapi3.ParameterRef) bool {
		return p.Value != nil && p.Value.In == openapi3.ParameterInHeader &&
			slices.Contains([]string{"accept", "authorization", "content-type"}, strings.ToLower(p.Value.Name))
	})
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
