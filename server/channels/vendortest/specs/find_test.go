package specs

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	json30 = `{"openapi":"3.0.1","info":{"title":"A","version":"1"},"paths":{"/a":{"servers":[{"url":"https://api.vendor.example"}]}}}`
	yaml31 = `openapi: 3.1.0
info: {title: B, version: "1"}
servers: [{url: "https://api.vendor.example/v1"}]
components: {schemas: {Text: {type: [string, "null"], const: Hi}}}
paths:
  /{Version}/{Phone}:
    post:
      parameters: [{name: Phone, in: path, required: true, schema: {type: string, pattern: "^[0-9]+$"}}]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Text"}}}}
  /{Version}/{Account}:
    post:
      parameters: [{name: Account, in: path, required: true, schema: {type: string, pattern: "^[a-z]+$"}}]
`
	refers = `openapi: 3.0.0
info: {title: C, version: "1"}
servers: [{url: "https://api.vendor.example/v1"}]
paths: {/c: {get: {parameters: [{$ref: "REF"}]}}}
`
)

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestDocumentsAreFoundByWhatIsInThem(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files map[string]string
		want  []string
		// unread is a part of the problem; empty: there is none.
		unread string
	}{
		"none":                         {},
		"JSON, in 3.0, deep":           {files: map[string]string{"vendor/spec/json/x_v2.json": json30}, want: []string{"x_v2.json"}},
		"YAML, in 3.1":                 {files: map[string]string{"b.yaml": yaml31}, want: []string{"b.yaml"}},
		"several":                      {files: map[string]string{"b.yml": yaml31, "a/a.json": json30}, want: []string{"a.json", "b.yml"}},
		"the same twice":               {files: map[string]string{"json/a.json": json30, "yaml/a.yaml": json30}, want: []string{"a.json"}},
		"another vendor's":             {files: map[string]string{"a.json": strings.ReplaceAll(json30, "api.vendor", "api.other")}},
		"another host of that ending":  {files: map[string]string{"a.json": strings.ReplaceAll(json30, "vendor.example", "vendor.example.org")}},
		"in version control's folder":  {files: map[string]string{".git/a.json": json30}},
		"too deep":                     {files: map[string]string{"1/2/3/4/5/6/7/8/9/a.json": json30}},
		"another ending":               {files: map[string]string{"a.txt": json30}},
		"a file that refers to others": {files: map[string]string{"c.yml": strings.ReplaceAll(refers, "REF", "common/p.yml#/P"), "common/p.yml": "P: {name: p, in: query, schema: {type: string}}"}, want: []string{"c.yml"}},
		"one that refers elsewhere":    {files: map[string]string{"c.yml": strings.ReplaceAll(refers, "REF", "https://other.example/p.yml#/P")}, unread: "not on this machine"},
		"one that is cut off":          {files: map[string]string{"a.json": json30[:len(json30)-3]}, unread: "a.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			docs, unread := Find(write(t, tt.files), vendor)
			var got []string
			for _, doc := range docs {
				got = append(got, filepath.Base(doc.Path))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if tt.unread == "" && len(unread) > 0 || tt.unread != "" && (len(unread) != 1 || !strings.Contains(unread[0].Error(), tt.unread)) {
				t.Errorf("unread: %v, want %q", unread, tt.unread)
			}
		})
	}
}

func TestWithoutAFolderThereIsNoDocument(t *testing.T) {
	t.Parallel()
	if docs, unread := Find("", vendor); docs != nil || unread != nil {
		t.Errorf("got %v, %v", docs, unread)
	}
}

func TestARequestMustFitOneOfThePathsThatDifferOnlyInNames(t *testing.T) {
	t.Parallel()
	docs, unread := Find(write(t, map[string]string{"b.yaml": yaml31}), vendor)
	if len(docs) != 1 || len(unread) != 0 {
		t.Fatalf("got %v, %v", docs, unread)
	}
	for _, tt := range []struct {
		path, body string
		fits       bool
	}{
		{"/v1/v23.0/77", `"Hi"`, true},
		{"/v1/v23.0/77", `"Ho"`, false},
		{"/v1/v23.0/me", "", true},
		{"/v1/v23.0/ME", "", false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", tt.path, strings.NewReader(tt.body))
		if tt.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if err := Check(docs[0].T, r); (err == nil) != tt.fits {
			t.Errorf("%s %s: got %v", tt.path, tt.body, err)
		}
	}
}
