// Package sqlitetest gives tests SQLite databases of their own that have been
// migrated already: each is a copy of one that is made when the first is asked
// for. Tests of how a database comes to be open a new file instead.
package sqlitetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"sluice/server/store"
)

// name is the database's file in its folder.
const name = "sluice.db"

// New makes a database in a folder of its own, which goes with the test, and
// returns its address.
func New(tb testing.TB) string {
	tb.Helper()
	return In(tb, tb.TempDir())
}

// In makes the database sluice.db in a folder, unless there is one, and returns
// its address.
func In(tb testing.TB, folder string) string {
	tb.Helper()
	path := filepath.Join(folder, name)
	if err := put(path); err != nil {
		tb.Fatalf("make a database for the test: %v", err)
	}
	return "sqlite:" + path
}

func put(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data, err := template()
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// template is what a database holds after its migrations.
var template = sync.OnceValues(func() (data []byte, err error) {
	folder, err := os.MkdirTemp("", "sluice-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, name)
	s, err := store.Open(context.Background(), "sqlite:"+path, store.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	// The last connection to end writes the log into the file and removes it.
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the log is still there: %w", err)
	}
	return os.ReadFile(path)
})
