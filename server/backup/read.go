package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sluice/server/media"
	"sluice/server/store"
)

// sqliteMagic is how a SQLite file begins.
const sqliteMagic = "SQLite format 3\x00"

// Look tells what a file is by how it begins, and writes nothing: an archive, or
// bare, a SQLite database alone, as backups were before they held files. For
// something else the error wraps store.ErrNoBackup or ErrNewer.
func Look(file string) (bare bool, err error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("there is no file %s", file)
	}
	if err != nil {
		return false, fmt.Errorf("read the backup: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	begin := make([]byte, len(sqliteMagic))
	if _, err := io.ReadFull(f, begin); err != nil {
		return false, fmt.Errorf("%w: %s is empty or not a file", store.ErrNoBackup, file)
	}
	if string(begin) == sqliteMagic {
		return true, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false, fmt.Errorf("read the backup: %w", err)
	}
	return false, (&reader{file: file, tar: tar.NewReader(f), sum: newSum()}).head()
}

// Contents is what came out of an archive.
type Contents struct {
	// Database is the file in the folder of drafts.
	Database string
	// Files and Bytes count the files of messages, and LeftOut those that the
	// database names and the archive lacked from the beginning.
	Files, LeftOut int
	Bytes          int64
	// Bucket is the address of the storage that has the files instead.
	Bucket string
}

// Extract writes an archive's database into the folder database and the files of
// messages below the folder files, and checks that it is whole. Both folders
// exist and are empty. When it fails, what is in them is of no use: the error
// wraps store.ErrNoBackup for something else than an archive, ErrIncomplete, or
// ErrNewer.
func Extract(ctx context.Context, file, database, files string) (Contents, error) {
	f, err := os.Open(file)
	if err != nil {
		return Contents{}, fmt.Errorf("read the backup: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	r := &reader{file: file, tar: tar.NewReader(f), sum: newSum(), files: files, contents: Contents{Database: filepath.Join(database, databaseName)}}
	if err := r.read(ctx); err != nil {
		return Contents{}, err
	}
	return r.contents, r.compare(ctx)
}

type reader struct {
	file     string
	tar      *tar.Reader
	sum      *sum
	files    string
	contents Contents
	// last is the name of the entry before: names of files rise.
	last string
}

// incomplete says in which way the archive is not what was written.
func (r *reader) incomplete(why string) error {
	return fmt.Errorf("%w: %s %s: copy it again from where it was made, or take another one", ErrIncomplete, r.file, why)
}

func (r *reader) read(ctx context.Context) error {
	if err := r.head(); err != nil {
		return err
	}
	for place := 0; ; place++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case (h.Name == databaseName) != (place == 0):
			return r.incomplete("holds its parts in another order")
		case h.Name == databaseName:
			err = r.write(r.contents.Database, h)
		case h.Name == endName:
			return r.end(h)
		default:
			err = r.mediaFile(h)
		}
		if err != nil {
			return err
		}
	}
}

// next is the next entry, which there has to be.
func (r *reader) next() (*tar.Header, error) {
	h, err := r.tar.Next()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, r.incomplete("ends too early")
	case errors.Is(err, tar.ErrHeader):
		return nil, r.incomplete("is damaged")
	case err != nil:
		return nil, fmt.Errorf("read the backup %s: %w", r.file, err)
	case h.Typeflag != tar.TypeReg:
		return nil, r.incomplete("holds what no backup holds (" + h.Name + ")")
	}
	return h, nil
}

// head reads what the archive is. What does not begin as one is something else.
func (r *reader) head() error {
	h, err := r.tar.Next()
	if err != nil || h.Name != headName || h.Typeflag != tar.TypeReg {
		return fmt.Errorf("%w: %s was not made by \"sluice backup\"", store.ErrNoBackup, r.file)
	}
	var is head
	if err := r.note(h, &is); err != nil {
		return err
	}
	switch {
	case is.Format != format:
		return fmt.Errorf("%w: %s is a %q", store.ErrNoBackup, r.file, is.Format)
	case is.Version > version:
		return fmt.Errorf("%w: %s has version %d and this binary knows %d: use the newer binary", ErrNewer, r.file, is.Version, version)
	}
	r.contents.Bucket = is.Bucket
	return nil
}

func (r *reader) end(h *tar.Header) error {
	total := r.sum.String()
	var is end
	if err := r.note(h, &is); err != nil {
		return err
	}
	switch {
	case is.SHA256 != total || is.Files != r.contents.Files || is.Bytes != r.contents.Bytes:
		return r.incomplete("was changed or is damaged")
	case r.contents.Bucket == "":
		r.contents.LeftOut = is.LeftOut
	}
	if _, err := r.tar.Next(); !errors.Is(err, io.EOF) {
		return r.incomplete("goes on after its end")
	}
	return nil
}

// compare finds files that the database names and nobody wrote down as left out.
func (r *reader) compare(ctx context.Context) error {
	if r.contents.Bucket != "" {
		return nil
	}
	keys, err := store.MediaKeysSQLite(ctx, r.contents.Database)
	if err != nil {
		return err
	}
	lacking := 0
	for _, key := range keys {
		name, err := media.FileName(key)
		if err != nil {
			return err
		}
		switch _, err := os.Stat(filepath.Join(r.files, filepath.FromSlash(name))); {
		case errors.Is(err, fs.ErrNotExist):
			lacking++
		case err != nil:
			return fmt.Errorf("look at a file of the backup: %w", err)
		}
	}
	if lacking != r.contents.LeftOut {
		return r.incomplete(fmt.Sprintf("lacks %d files of messages", lacking))
	}
	return nil
}

func (r *reader) mediaFile(h *tar.Header) error {
	name, isMedia := strings.CutPrefix(h.Name, mediaPrefix)
	expected, err := media.FileName(path.Base(h.Name))
	if !isMedia || err != nil || name != expected || h.Name <= r.last || r.contents.Bucket != "" {
		return r.incomplete("holds what no backup holds (" + h.Name + ")")
	}
	r.last = h.Name
	place := filepath.Join(r.files, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return fmt.Errorf("write a file of the backup: %w", err)
	}
	r.contents.Files++
	r.contents.Bytes += h.Size
	return r.write(place, h)
}

// write copies an entry to the disk.
func (r *reader) write(place string, h *tar.Header) error {
	f, err := os.OpenFile(place, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write a part of the backup: %w", err)
	}
	n, err := io.Copy(io.MultiWriter(f, r.sum), r.tar)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = r.incomplete("ends too early")
	case err != nil:
		err = fmt.Errorf("write a part of the backup: %w", err)
	}
	r.sum.close(h.Name, n)
	return errors.Join(err, f.Sync(), f.Close())
}

// note reads an entry that is JSON.
func (r *reader) note(h *tar.Header, into any) error {
	data, err := io.ReadAll(io.LimitReader(r.tar, maxNote))
	if err != nil {
		return r.incomplete("ends too early")
	}
	if err := json.Unmarshal(data, into); err != nil {
		return r.incomplete("is damaged")
	}
	_, _ = r.sum.Write(data) // A hash takes everything.
	r.sum.close(h.Name, int64(len(data)))
	return nil
}
