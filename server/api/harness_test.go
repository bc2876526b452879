package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"sluice/server"
	"sluice/server/api"
	"sluice/server/store/sqlitetest"
	"sluice/server/testhost"
)

// bootstrapKey is an owner of the default workspace in every test.
const bootstrapKey = "bootstrap-key-of-the-tests-0123456789"

// world is a whole server with a database of its own, reached over HTTP.
type world struct {
	t    *testing.T
	url  string
	dir  string
	log  *safeBuffer
	out  *safeBuffer
	stop func()
}

// safeBuffer collects what the server writes.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// newWorld starts a demo server, whose example can be run at once.
func newWorld(t *testing.T, change ...func(*server.Options)) *world {
	t.Helper()
	return newWorldIn(t, t.TempDir(), change...)
}

func newWorldIn(t *testing.T, dir string, change ...func(*server.Options)) *world {
	t.Helper()
	w := &world{t: t, dir: dir, log: &safeBuffer{}, out: &safeBuffer{}}
	ready := make(chan string, 1)
	o := server.Options{
		Addr: "127.0.0.1:0", Database: sqlitetest.In(t, dir), Demo: true, BootstrapKey: bootstrapKey, MetricsToken: bootstrapKey, Version: "test",
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Out: w.out,
		Ready: func(url string) { ready <- url },
	}
	for _, f := range change {
		f(&o)
	}
	s, err := server.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	t.Cleanup(w.stop)
	select {
	case w.url = <-ready:
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
	case <-time.After(testhost.Patience):
		t.Fatal("the server does not get ready")
	}
	return w
}

// files is everything that the server stored.
func (w *world) files() []byte {
	w.t.Helper()
	var all []byte
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(all, data...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// client is one caller: a key, a browser with cookies, or nobody.
type client struct {
	w      *world
	http   *http.Client
	header http.Header
}

func (w *world) key(key string) *client {
	return &client{w: w, http: &http.Client{}, header: http.Header{"Authorization": {"Bearer " + key}}}
}

func (w *world) owner() *client { return w.key(bootstrapKey) }

func (w *world) nobody() *client { return &client{w: w, http: &http.Client{}, header: http.Header{}} }

func (w *world) browser() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &client{w: w, http: &http.Client{Jar: jar}, header: http.Header{}}
}

// with is the same caller with one more header.
func (c *client) with(name, value string) *client {
	header := c.header.Clone()
	header.Set(name, value)
	return &client{w: c.w, http: c.http, header: header}
}

// answer is a response whose body was read and fits the description.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// do sends a request below the API's path, or anywhere with a leading "//".
// A body that is no string or bytes is sent as JSON.
func (c *client) do(method, path string, body any) answer {
	t := c.w.t
	t.Helper()
	url := c.w.url + api.BasePath + path
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		url = c.w.url + "/" + rest
	}
	var raw []byte
	switch b := body.(type) {
	case nil:
	case string:
		raw = []byte(b)
	case []byte:
		raw = b
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = c.header.Clone()
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	if raw != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{t: t, status: response.StatusCode, header: response.Header, body: content}
	checkAnswer(t, r, a)
	return a
}

func (c *client) get(path string) answer { c.w.t.Helper(); return c.do(http.MethodGet, path, nil) }

func (c *client) post(path string, body any) answer {
	c.w.t.Helper()
	return c.do(http.MethodPost, path, body)
}

func (c *client) put(path string, body any) answer {
	c.w.t.Helper()
	return c.do(http.MethodPut, path, body)
}

func (c *client) patch(path string, body any) answer {
	c.w.t.Helper()
	return c.do(http.MethodPatch, path, body)
}

func (c *client) delete(path string) answer {
	c.w.t.Helper()
	return c.do(http.MethodDelete, path, nil)
}

// want ends the test unless the answer has the status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("the answer is %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// problem ends the test unless the answer is this problem.
func (a answer) problem(status int, code string) api.Problem {
	a.t.Helper()
	a.want(status)
	p := into[api.Problem](a)
	if p.Code != code || p.Type != "/problems/"+code || p.Status != status || p.Title == "" {
		a.t.Fatalf("the problem is %s; want %d %s", a.body, status, code)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Errorf("a problem comes as %q", got)
	}
	return p
}

// into decodes the answer.
func into[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("decode %s: %v", a.body, err)
	}
	return v
}

var description = sync.OnceValues(func() (*openapi3.T, error) { return api.Document(context.Background()) })

// routeOf finds the described operation of a request. Literal parts of a path
// count before parameters.
func routeOf(doc *openapi3.T, method, path string) (best *routers.Route, params map[string]string) {
	for template, item := range doc.Paths.Map() {
		base := api.BasePath
		if len(item.Servers) > 0 {
			base = ""
		}
		op := item.GetOperation(method)
		found, ok := matchPath(base+template, path)
		if op == nil || !ok || best != nil && len(params) <= len(found) {
			continue
		}
		best, params = &routers.Route{Spec: doc, Path: template, PathItem: item, Method: method, Operation: op}, found
	}
	return best, params
}

func matchPath(template, path string) (params map[string]string, ok bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	params = map[string]string{}
	for i, w := range want {
		if name, isParameter := strings.CutPrefix(w, "{"); isParameter {
			params[strings.TrimSuffix(name, "}")] = got[i]
		} else if w != got[i] {
			return nil, false
		}
	}
	return params, true
}

// checkAnswer fails the test when the answer is not one that openapi.yaml
// describes.
func checkAnswer(t *testing.T, r *http.Request, a answer) {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	route, params := routeOf(doc, r.Method, r.URL.Path)
	if route == nil {
		// Not an address of the API: only its problems have a form.
		if strings.HasPrefix(r.URL.Path, api.BasePath) && a.status < http.StatusBadRequest {
			t.Errorf("%s %s answers %d and is not described", r.Method, r.URL.Path, a.status)
		}
		return
	}
	known := r.Clone(r.Context())
	known.Body, known.GetBody = http.NoBody, nil
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: known, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header,
		// What a provider wants to hear as the answer has any form.
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true, ExcludeResponseBody: strings.HasPrefix(route.Path, "/hooks/") || strings.HasPrefix(route.Path, "/media/") || strings.HasSuffix(route.Path, "/file")},
	}
	input.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(r.Context(), input); err != nil {
		t.Errorf("%s %s answers %d, which does not fit openapi.yaml: %v\n%s", r.Method, r.URL.Path, a.status, err, a.body)
	}
}

// operations lists what the description has, by operation id.
func operations(t *testing.T) map[string]described {
	t.Helper()
	doc, err := api.Document(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]described{}
	for path, item := range doc.Paths.Map() {
		if len(item.Servers) > 0 {
			continue
		}
		for method, op := range item.Operations() {
			all[op.OperationID] = described{id: op.OperationID, method: method, path: path, op: op}
		}
	}
	return all
}

type described struct {
	id, method, path string
	op               *openapi3.Operation
}

// eventually repeats the question until the answer is yes.
func (w *world) eventually(what string, ask func() bool) {
	w.t.Helper()
	testhost.Until(w.t, what, ask)
}
