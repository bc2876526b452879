package specs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Variable names the folder with the vendors' documents: their own files, under
// whatever names and however deep, for example checkouts of their collections.
const Variable = "SLUICE_SPECS"

// largest is the size in bytes above which a file is not looked into.
const largest = 32 << 20

// deepest is how many folders deep files are looked for.
const deepest = 8

// Vendor says which documents are a vendor's.
type Vendor struct {
	// Name is how messages call the vendor.
	Name string
	// Hosts are the hosts of the servers in them.
	Hosts []string
	// Mend corrects what is wrong in the documents. It may be nil.
	Mend func(doc *openapi3.T)
}

// Document is a vendor's document and where it was found.
type Document struct {
	Path string
	T    *openapi3.T
}

// Find reads the vendor's documents in a folder and those within it: JSON and YAML
// files in OpenAPI 3 with a server on a host of the vendor. It returns the problems of
// files that name such a host and cannot be read. There is nothing without a folder.
func Find(folder string, vendor Vendor) ([]Document, []error) {
	if folder == "" {
		return nil, nil
	}
	var docs []Document
	var unread []error
	titles := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error { //nolint:gosec // Whoever runs the tests names the folder.
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return enter(folder, path, entry)
		}
		doc, err := read(path, vendor)
		if err != nil {
			unread = append(unread, err)
		}
		if doc == nil {
			return nil
		}
		// Twilio publishes each document as JSON and as YAML: one of them is enough.
		title := doc.Info.Title + " " + doc.Info.Version + " " + strings.TrimSuffix(entry.Name(), filepath.Ext(path))
		if !titles[title] {
			titles[title] = true
			docs = append(docs, Document{Path: path, T: doc})
		}
		return nil
	})
	if err != nil {
		unread = append(unread, err)
	}
	return docs, unread
}

// enter leaves out hidden folders, such as those of version control, and those
// that are too deep.
func enter(root, path string, entry fs.DirEntry) error {
	inside, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	hidden := strings.HasPrefix(entry.Name(), ".") && inside != "."
	if hidden || strings.Count(inside, string(filepath.Separator)) >= deepest {
		return filepath.SkipDir
	}
	return nil
}

// errElsewhere is the answer for a reference to another machine.
var errElsewhere = errors.New("the document refers to a file that is not on this machine")

// read reads a file. It is nil when the file is not one of the vendor's documents.
func read(path string, vendor Vendor) (*openapi3.T, error) {
	if !slices.Contains([]string{".json", ".yaml", ".yml"}, strings.ToLower(filepath.Ext(path))) {
		return nil, nil //nolint:nilnil // nil is the documented answer for another file.
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largest {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(data, []byte("openapi")) || !names(data, vendor.Hosts) {
		return nil, nil //nolint:nilnil // See above.
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(l *openapi3.Loader, from *url.URL) ([]byte, error) {
		if from.Host != "" {
			return nil, fmt.Errorf("%s: %w", from, errElsewhere)
		}
		return openapi3.ReadFromFile(l, from)
	}
	doc, err := loader.LoadFromFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI document %s: %w", path, err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.") || doc.Info == nil || doc.Paths == nil || !serves(doc, vendor.Hosts) {
		return nil, nil //nolint:nilnil // See above.
	}
	if vendor.Mend != nil {
		vendor.Mend(doc)
	}
	return doc, nil
}

// names tells whether an address on one of the hosts is in a file.
func names(data []byte, hosts []string) bool {
	return slices.ContainsFunc(hosts, func(host string) bool { return bytes.Contains(data, []byte("//"+host)) })
}

// serves tells whether a server of the document or of one of its paths is on one of
// the hosts.
func serves(doc *openapi3.T, hosts []string) bool {
	servers := slices.Clone(doc.Servers)
	for _, item := range doc.Paths.Map() {
		servers = append(servers, item.Servers...)
	}
	return slices.ContainsFunc(servers, func(s *openapi3.Server) bool {
		_, rest, _ := strings.Cut(s.URL, "://")
		name, _, _ := strings.Cut(rest, "/")
		return slices.Contains(hosts, name)
	})
}
