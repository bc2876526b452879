package specs

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestRequestsAreCheckedAgainstTheDocument(t *testing.T) {
	t.Parallel()
	doc := tiny(t)
	const form = "application/x-www-form-urlencoded"
	for name, tt := range map[string]struct {
		method, path, contentType, body string
		// want is a part of the problem; empty: the request fits.
		want string
	}{
		"a good body":             {"POST", "/v2/77/messages.json", "application/json", `{"to":"1","text":"Hi"}`, ""},
		"a good form":             {"POST", "/v2/77/messages.json", form, "To=1&Ttl=10", ""},
		"a text too long":         {"POST", "/v2/77/messages.json", "application/json", `{"to":"1","text":"Hello there"}`, "text"},
		"a field that is missing": {"POST", "/v2/77/messages.json", "application/json", `{"text":"Hi"}`, "to"},
		"an unknown field":        {"POST", "/v2/77/messages.json", "application/json", `{"to":"1","text":"Hi","x":1}`, "x"},
		"a form's unknown field":  {"POST", "/v2/77/messages.json", form, "To=1&Ttl=10&Tll=3", "Tll"},
		"a form's field missing":  {"POST", "/v2/77/messages.json", form, "Ttl=10", "To"},
		"a form's value":          {"POST", "/v2/77/messages.json", form, "To=1&Ttl=11", "10"},
		"another content type":    {"POST", "/v2/77/messages.json", "text/plain", "Hi", "text/plain"},
		"no body":                 {"POST", "/v2/77/messages.json", "application/json", "", "required"},
		"a path parameter":        {"POST", "/v2/me/messages.json", "application/json", `{"to":"1","text":"Hi"}`, "Phone-ID"},
		"an unknown path":         {"POST", "/v2/77/messages", "application/json", `{"to":"1","text":"Hi"}`, "no such call"},
		"an unknown method":       {"GET", "/v2/77/messages.json", "", "", "no such call"},
		"the path of its own":     {"POST", "/v2/123/messages.json", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.contentType)
			err := Check(doc, r)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want a problem with %q", err, tt.want)
			}
			if left, err := io.ReadAll(r.Body); err != nil || string(left) != tt.body {
				t.Errorf("what is left to read is %q, %v", left, err)
			}
		})
	}
}

// vendor is that of testdata.
var vendor = Vendor{Name: "The vendor", Hosts: []string{"api.vendor.example"}}

func tiny(t *testing.T) *openapi3.T {
	t.Helper()
	docs, unread := Find("testdata", vendor)
	if len(docs) != 1 || len(unread) != 0 {
		t.Fatalf("got %v, %v", docs, unread)
	}
	return docs[0].T
}

func TestRequestsArePassedOn(t *testing.T) {
	t.Setenv(Variable, "testdata")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(server.Close)
	const body = `{"to":"1","text":"Hi"}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, Through(t, vendor, server.URL)+"/v1/77/messages.json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if got, err := io.ReadAll(answer.Body); err != nil || string(got) != body {
		t.Errorf("got %q, %v", got, err)
	}
}
