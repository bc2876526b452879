package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Storage keeps files by keys that the caller makes: letters and digits.
type Storage interface {
	// Put keeps what r holds, size bytes, all or nothing. Putting a key again
	// replaces it.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open reads a file. The error wraps fs.ErrNotExist when there is none.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Delete removes a file. One that is not there is no error.
	Delete(ctx context.Context, key string) error
}

// Disk keeps files in a folder, which only the server's user may read.
type Disk struct{ dir string }

// NewDisk makes the folder.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files %s: %w", dir, err)
	}
	return &Disk{dir}, nil
}

// FileName is where a folder of files has a key, as "ab/abcdefgh". It spreads
// files over folders, and takes nothing but keys of ours.
func FileName(key string) (string, error) {
	if len(key) < 8 || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return "", fmt.Errorf("%q is not the key of a file", key)
	}
	return key[:2] + "/" + key, nil
}

// Keys lists the keys of the files in a folder, in order. A folder that is not
// there has none.
func Keys(folder string) ([]string, error) {
	var keys []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			// The folder, or what was removed meanwhile.
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		key := entry.Name()
		if place, err := FileName(key); err == nil && place == name && entry.Type().IsRegular() {
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the folder of files %s: %w", folder, err)
	}
	slices.Sort(keys)
	return keys, nil
}

func (d *Disk) path(key string) (string, error) {
	name, err := FileName(key)
	return filepath.Join(d.dir, filepath.FromSlash(name)), err
}

// Put writes beside the file's place and renames it, so that nobody ever sees
// half of one.
func (d *Disk) Put(_ context.Context, key string, r io.Reader, _ int64) (err error) {
	path, err := d.path(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make a folder of files: %w", err)
	}
	temporary := path + "." + strings.ToLower(rand.Text()) + tempEnding
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(temporary)
		}
	}()
	if _, err = io.Copy(f, r); err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	if err = f.Sync(); err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	if err = f.Close(); err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	return os.Rename(temporary, path)
}

// Open reads a file.
func (d *Disk) Open(_ context.Context, key string) (io.ReadCloser, error) {
	path, err := d.path(key)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// Delete removes a file.
func (d *Disk) Delete(_ context.Context, key string) error {
	path, err := d.path(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

const (
	tempEnding = ".part"
	// tempAge is how old a half-written file is when it is surely nobody's.
	tempAge = 24 * time.Hour
)

// Sweep removes what a crash left half-written.
func (d *Disk) Sweep(now time.Time) error {
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, tempEnding) {
			return err
		}
		info, err := entry.Info()
		if err != nil || now.Sub(info.ModTime()) < tempAge {
			return nil //nolint:nilerr // whoever wrote it has just finished
		}
		return root.Remove(path)
	})
}
