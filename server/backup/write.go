package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sluice/server/media"
	"sluice/server/store"
)

// Source is what is backed up.
type Source struct {
	// Database is the path of a SQLite database.
	Database string
	// Media is the folder that has the files of messages, or Bucket the address of
	// the storage that has them, which is backed up by its own means.
	Media, Bucket string
	// SkipMissing backs up without the files that are not in the folder.
	SkipMissing bool
	Now         time.Time
}

// Made is what became of a backup.
type Made struct {
	store.Backup

	// Files and FileBytes count the files of messages; Size is the archive's.
	Files     int
	FileBytes int64
	// Gone counts files that were removed with their messages meanwhile, and
	// Missing those that are not in the folder although messages have them.
	Gone, Missing int
}

// Make writes an archive to target, which appears when it is whole and on the
// disk, with mode 0600, and is never replaced: store.ErrExists. Servers may run
// meanwhile and are not held up. Without SkipMissing a file that is not in the
// folder is an error that wraps ErrMissing.
//
// The database is copied first, at one moment, and then the folder. A server
// writes a file before anything that names it, so all that the copy names are there
// by then; the other way round, files that come in between would be missing. What
// is removed between goes row first: a file that is not there any more, nor its
// row, belonged to a message that is not kept any longer. Files that no message has
// yet go along: what names them may be on its way, and sealed.
func Make(ctx context.Context, s Source, target string) (made Made, err error) {
	if err := store.Absent(target); err != nil {
		return Made{}, err
	}
	drafts, err := os.MkdirTemp(filepath.Dir(target), ".sluice-backup-*") // It has mode 0700.
	if err != nil {
		return Made{}, fmt.Errorf("write the backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(drafts)) }()
	w := &writer{source: s, database: filepath.Join(drafts, databaseName), sum: newSum()}
	if w.made.Backup, err = store.BackUpSQLite(ctx, s.Database, w.database); err != nil {
		return Made{}, err
	}
	draft := filepath.Join(drafts, "backup")
	if err := w.write(ctx, draft); err != nil {
		return Made{}, err
	}
	info, err := os.Stat(draft)
	if err != nil {
		return Made{}, fmt.Errorf("write the backup: %w", err)
	}
	w.made.Size = info.Size()
	return w.made, store.Publish(draft, target)
}

type writer struct {
	source   Source
	database string
	tar      *tar.Writer
	sum      *sum
	made     Made
}

func (w *writer) write(ctx context.Context, draft string) error {
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	w.tar = tar.NewWriter(f)
	err = w.entries(ctx)
	if err == nil {
		err = w.tar.Close()
	}
	return errors.Join(err, f.Close())
}

func (w *writer) entries(ctx context.Context) error {
	if err := w.note(headName, head{Format: format, Version: version, MadeAt: w.source.Now.UTC(), Bucket: w.source.Bucket}); err != nil {
		return err
	}
	if _, err := w.file(databaseName, w.database); err != nil {
		return err
	}
	if w.source.Bucket == "" {
		if err := w.files(ctx); err != nil {
			return err
		}
	}
	return w.note(endName, end{Files: w.made.Files, Bytes: w.made.FileBytes, LeftOut: w.made.Gone + w.made.Missing, SHA256: w.sum.String()})
}

// files adds what the folder has, and looks for what it lacks.
func (w *writer) files(ctx context.Context) error {
	named, err := store.MediaKeysSQLite(ctx, w.database)
	if err != nil {
		return err
	}
	there, err := media.Keys(w.source.Media)
	if err != nil {
		return err
	}
	isNamed := make(map[string]bool, len(named))
	for _, key := range named {
		isNamed[key] = true
	}
	keys := slices.Concat(named, there)
	slices.Sort(keys)
	var first string
	for _, key := range slices.Compact(keys) {
		if err := ctx.Err(); err != nil {
			return err
		}
		size, err := w.mediaFile(key)
		switch {
		case err == nil:
			w.made.Files++
			w.made.FileBytes += size
		case !errors.Is(err, fs.ErrNotExist):
			return err
		case isNamed[key]:
			lost, err := w.lacks(ctx, key)
			if err != nil {
				return err
			}
			if lost && first == "" {
				first = key
			}
		}
	}
	if w.made.Missing > 0 && !w.source.SkipMissing {
		return fmt.Errorf("%w: %d of %d are not in %s, such as %s", ErrMissing, w.made.Missing, len(named), w.source.Media, first)
	}
	return nil
}

// lacks counts a file that the copy names and the folder does not have. lost tells
// that a message has it still.
func (w *writer) lacks(ctx context.Context, key string) (lost bool, err error) {
	lost, err = store.HasMediaSQLite(ctx, w.source.Database, key)
	if lost {
		w.made.Missing++
	} else if err == nil {
		w.made.Gone++
	}
	return lost, err
}

func (w *writer) mediaFile(key string) (int64, error) {
	name, err := media.FileName(key)
	if err != nil {
		return 0, err
	}
	return w.file(mediaPrefix+name, filepath.Join(w.source.Media, filepath.FromSlash(name)))
}

// file adds a file from the disk and returns its size.
func (w *writer) file(name, path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("read what is backed up: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return 0, fmt.Errorf("read what is backed up: %w", err)
	}
	return info.Size(), w.add(name, info.Size(), f)
}

func (w *writer) note(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return w.add(name, int64(len(data)), bytes.NewReader(data))
}

func (w *writer) add(name string, size int64, content io.Reader) error {
	if err := w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: w.source.Now.UTC().Truncate(time.Second)}); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	if _, err := io.Copy(io.MultiWriter(w.tar, w.sum), io.LimitReader(content, size)); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	w.sum.close(name, size)
	return nil
}
