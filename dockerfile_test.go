package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// importOutside is an import, in the editor's code, of a file by its relative path.
var importOutside = regexp.MustCompile(`(?:from|import\(?)\s*['"](\.\.?/[^'"]+)['"]`)

// TestTheImageHasWhatItsBuildReads compares the Dockerfile with the build: what
// the editor's code reads from outside of its folder, and the versions of the
// toolchains.
func TestTheImageHasWhatItsBuildReads(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	dockerfile := string(data)
	err = filepath.WalkDir(filepath.Join("web", "src"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasPrefix(filepath.Ext(path), ".ts") {
			return err
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range importOutside.FindAllStringSubmatch(string(code), -1) {
			read := filepath.ToSlash(filepath.Join(filepath.Dir(path), found[1]))
			if !strings.HasPrefix(read, "web/") && !strings.Contains(dockerfile, "COPY "+read+" /src/"+read) {
				t.Errorf("%s reads %s, which the Dockerfile does not copy for the editor's build", path, read)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(module))
	if version == nil || !strings.Contains(dockerfile, "FROM golang:"+version[1]+"-") {
		t.Errorf("go.mod asks for Go %v, and the Dockerfile takes another", version)
	}
}
