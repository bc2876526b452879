package chaos_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// root is the folder of the repository.
var root = filepath.Join("..", "..")

// invariants is how many there are.
const invariants = 28

var (
	// row is a line of the table: its number, and what holds it.
	row = regexp.MustCompile(`(?m)^\| (\d+) \| [^|]+ \| ([^|]+) \|$`)
	// place is a file and the tests in it.
	place = regexp.MustCompile("`([^`]+)` ([^`]+)")
)

// TestEachInvariantNamesTestsThatExist reads the table of the invariants.
func TestEachInvariantNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile(filepath.Join(root, "docs", "invariants.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, line := range row.FindAllStringSubmatch(string(table), -1) {
		seen[line[1]] = true
		places := place.FindAllStringSubmatch(line[2], -1)
		if len(places) == 0 {
			t.Errorf("invariant %s names no tests", line[1])
		}
		for _, p := range places {
			source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p[1])))
			if err != nil {
				t.Errorf("invariant %s: %v", line[1], err)
				continue
			}
			names, _, _ := strings.Cut(p[2], "(")
			for name := range strings.SplitSeq(strings.Trim(names, " ,;"), ", ") {
				if !strings.Contains(string(source), "func "+name+"(") && !strings.Contains(string(source), "test('"+name+"'") {
					t.Errorf("invariant %s: %s has no test %q", line[1], p[1], name)
				}
			}
		}
	}
	for n := range invariants {
		if !seen[strconv.Itoa(n+1)] {
			t.Errorf("invariant %d is not in the table", n+1)
		}
	}
}

// TestInvariant27NothingIsExportedForSpreadsheets: cells that begin with = + - @
// are formulas there. Whoever adds such an export writes the test that they are
// neutralised, and names it in the table in place of this one.
func TestInvariant27NothingIsExportedForSpreadsheets(t *testing.T) {
	t.Parallel()
	export := regexp.MustCompile(`text/csv|encoding/csv|spreadsheetml|\.csv['"` + "`" + `]`)
	for _, folder := range []string{filepath.Join("server", "api"), filepath.Join("server", "command"), filepath.Join("web", "src")} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			source, err := os.ReadFile(path)
			if found := export.Find(source); found != nil {
				t.Errorf("%s holds %q", path, found)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
