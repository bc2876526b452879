package engine_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The engine and the node types must not reach the world: a step that did
// would not give the same result when it is replayed.
func TestTheEngineImportsNothingImpure(t *testing.T) {
	t.Parallel()
	forbidden := []string{
		"os", "net", "net/http", "io/fs", "io/ioutil", "math/rand", "math/rand/v2", "crypto/rand", "log", "log/slog", "database/sql", "syscall", "unsafe", "sync", "runtime",
		"gorm.io", "github.com/gin-gonic", "github.com/google/uuid", "modernc.org", "github.com/jackc", "sluice/server", "sluice/web",
	}
	clock := []string{"time.Now(", "time.Since(", "time.Until(", "time.Sleep(", "time.After(", "time.NewTimer(", "time.Tick("}
	for _, root := range []string{".", "../nodes", "../flows"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, imp := range file.Imports {
				name, err := strconv.Unquote(imp.Path.Value)
				if err != nil {
					return err
				}
				if slices.ContainsFunc(forbidden, func(f string) bool { return name == f || strings.HasPrefix(name, f+"/") }) && !allowed(path, name) {
					t.Errorf("%s imports %s", path, name)
				}
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, call := range clock {
				if strings.Contains(string(source), call) {
					t.Errorf("%s calls %s…)", path, call)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// allowed are imports below a forbidden name that reach nothing: address
// syntax, pools of buffers, and what was read of phone numbers.
func allowed(path, name string) bool {
	return name == "net/mail" || name == "net/url" || name == "sync" && (strings.Contains(path, "expression") || strings.HasPrefix(path, "phone"))
}
