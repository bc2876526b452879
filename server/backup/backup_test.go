package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/server/backup"
	"sluice/server/media"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// place is a server's data: a database and a folder of files.
type place struct {
	database, media string
	store           *store.Store
}

// newPlace makes one whose messages have the files by those keys. It is not
// closed, as that of a server that runs.
func newPlace(t *testing.T, keys ...string) *place {
	t.Helper()
	folder := t.TempDir()
	p := &place{database: filepath.Join(folder, "sluice.db"), media: filepath.Join(folder, "media")}
	s, err := store.Open(t.Context(), "sqlite:"+p.database, store.Options{Vault: storetest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	p.store = s
	disk, err := media.NewDisk(p.media)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if err := disk.Put(t.Context(), key, strings.NewReader("sealed "+key), -1); err != nil {
			t.Fatal(err)
		}
		p.name(t, key)
	}
	// What is being written, and what is no file of ours, is no business of a backup.
	for _, name := range []string{"zz/zzzzzzzzzz.abc.part", "incoming-1.part", "ab/zzzzzzzzzz", "notes.txt"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(p.media, name)), 0o700), os.WriteFile(filepath.Join(p.media, name), []byte("x"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// name writes the row of a message's file.
func (p *place) name(t *testing.T, key string) {
	t.Helper()
	at := time.Now()
	err := p.store.Batch(t.Context(), func(b *store.Batch) error {
		return b.InsertMedia([]store.MediaRow{{
			ID: "m-" + key, WorkspaceID: store.DefaultWorkspaceID, ChannelID: "c", MessageID: "m", Type: "image", Source: []byte("{}"), CreatedAt: at, GiveUpAt: at,
			Kept: &store.KeptMedia{ContentType: "image/png", Size: 3, SHA256: "s", StorageKey: key, DataKey: []byte("k")},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (p *place) source() backup.Source {
	return backup.Source{Database: p.database, Media: p.media, Now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
}

// extracted is what comes out of an archive: the names and contents of files.
func extracted(t *testing.T, file string) (backup.Contents, map[string]string, error) {
	t.Helper()
	database, files := t.TempDir(), t.TempDir()
	c, err := backup.Extract(t.Context(), file, database, files)
	found := map[string]string{}
	walk := filepath.WalkDir(files, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(files, path)
		found[filepath.ToSlash(name)] = string(data)
		return err
	})
	if walk != nil {
		t.Fatal(walk)
	}
	return c, found, err
}

func TestABackupHoldsTheDatabaseAndTheFilesThatItNames(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1", "abcdefgh2", "bcdefghi3")
	target := filepath.Join(t.TempDir(), "b.tar")
	made, err := backup.Make(t.Context(), p.source(), target)
	if err != nil || made.Files != 3 || made.FileBytes != 48 || made.Schema == 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 || info.Size() != made.Size {
		t.Errorf("%v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(target), ".sluice-*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	c, files, err := extracted(t, target)
	want := map[string]string{"ab/abcdefgh1": "sealed abcdefgh1", "ab/abcdefgh2": "sealed abcdefgh2", "bc/bcdefghi3": "sealed bcdefghi3"}
	if err != nil || !maps.Equal(files, want) || c.Files != 3 || c.Bytes != 48 || c.LeftOut != 0 {
		t.Errorf("%+v, %v, %v", c, files, err)
	}
	if b, err := store.InspectSQLite(t.Context(), c.Database, storetest.Vault(t)); err != nil || b.Schema != made.Schema {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err := backup.Make(t.Context(), p.source(), target); !errors.Is(err, store.ErrExists) {
		t.Errorf("over another one: %v", err)
	}
}

func TestNoKeyIsEverInABackup(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1")
	// The key lies where files do, and a folder above.
	for _, folder := range []string{p.media, filepath.Dir(p.media)} {
		if err := os.WriteFile(filepath.Join(folder, "master.key"), []byte("the canary of a key"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	target := filepath.Join(t.TempDir(), "b.tar")
	if _, err := backup.Make(t.Context(), p.source(), target); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(target)
	if err != nil || bytes.Contains(data, []byte("canary")) {
		t.Errorf("the key is in it, %v", err)
	}
}

func TestFilesThatGoOrComeMeanwhileDoNotBreakABackup(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1", "abcdefgh2")
	target := filepath.Join(t.TempDir(), "b.tar")
	// The moment between the copy of the database and that of the files: the
	// first read of the context's error after the copy was made, by whichever
	// goroutine of the database's.
	var (
		mu   sync.Mutex
		once bool
	)
	ctx := &watched{Context: t.Context(), seen: func() {
		mu.Lock()
		defer mu.Unlock()
		copies, err := filepath.Glob(filepath.Join(filepath.Dir(target), ".sluice-backup-*", "backup"))
		if once || err != nil || len(copies) == 0 {
			return
		}
		once = true
		if err := os.WriteFile(filepath.Join(p.media, "ab", "abcdefgh0"), []byte("of a message that comes"), 0o600); err != nil {
			t.Error(err)
		}
		p.exec(t, "DELETE FROM media WHERE storage_key = 'abcdefgh1'")
		if err := os.Remove(filepath.Join(p.media, "ab", "abcdefgh1")); err != nil {
			t.Error(err)
		}
		p.name(t, "cdefghij4")
	}}
	made, err := backup.Make(ctx, p.source(), target)
	mu.Lock()
	defer mu.Unlock()
	if err != nil || !once || made.Files > 2 || made.Files < 1 || made.Gone != 1 || made.Missing != 0 {
		t.Fatalf("%v: %+v, %v", once, made, err)
	}
	if c, files, err := extracted(t, target); err != nil || c.LeftOut != 1 || len(files) != made.Files {
		t.Errorf("%+v, %v, %v", c, files, err)
	}
}

// watched is a context that tells when somebody asks whether it has ended.
type watched struct {
	context.Context

	seen func()
}

func (w *watched) Err() error { w.seen(); return w.Context.Err() }

func (p *place) exec(t *testing.T, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", p.database)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), statement)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestLostFilesAreToldBeforeThereIsABackup(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1", "abcdefgh2")
	if err := os.Remove(filepath.Join(p.media, "ab", "abcdefgh2")); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "b.tar")
	_, err := backup.Make(t.Context(), p.source(), target)
	if !errors.Is(err, backup.ErrMissing) || !strings.Contains(err.Error(), "1 of 2") || !strings.Contains(err.Error(), "abcdefgh2") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(target)); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	source := p.source()
	source.SkipMissing = true
	if made, err := backup.Make(t.Context(), source, target); err != nil || made.Missing != 1 || made.Files != 1 {
		t.Errorf("%+v, %v", made, err)
	}
	if c, _, err := extracted(t, target); err != nil || c.LeftOut != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFilesOfABucketAreNotLookedFor(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1")
	target := filepath.Join(t.TempDir(), "b.tar")
	made, err := backup.Make(t.Context(), backup.Source{Database: p.database, Bucket: "s3://files", Now: time.Now()}, target)
	if err != nil || made.Files != 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	if c, files, err := extracted(t, target); err != nil || c.Bucket != "s3://files" || len(files) != 0 {
		t.Errorf("%+v, %v, %v", c, files, err)
	}
}

// TestAnArchiveThatWasCutIsNotWhole cuts at every block: a tar file has parts of
// 512 bytes.
func TestAnArchiveThatWasCutIsNotWhole(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1", "bcdefghi2")
	target := filepath.Join(t.TempDir(), "b.tar")
	if _, err := backup.Make(t.Context(), p.source(), target); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	// The two empty blocks at the end mean nothing.
	end := len(data) - 1024
	cuts := []int{1, 511, 513, end - 511, end - 513}
	for at := 0; at < end; at += max(512, (end/512/60)*512) {
		cuts = append(cuts, at)
	}
	for at := end - 16*512; at < end; at += 512 {
		cuts = append(cuts, at)
	}
	for _, at := range cuts {
		cut := filepath.Join(t.TempDir(), "cut.tar")
		if err := os.WriteFile(cut, data[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := extracted(t, cut)
		// The first two blocks say what it is.
		if foreign := at < 1024 && errors.Is(err, store.ErrNoBackup); !foreign && !errors.Is(err, backup.ErrIncomplete) {
			t.Errorf("cut at %d of %d: %v", at, len(data), err)
		}
	}
}

// rewritten is an archive whose entries were changed.
func rewritten(t *testing.T, archive string, change func(name string, content []byte) (string, []byte)) string {
	t.Helper()
	in, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	w, r := tar.NewWriter(&out), tar.NewReader(in)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		content, err2 := io.ReadAll(r)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		name, content := change(h.Name, content)
		if name == "" {
			continue
		}
		h.Name, h.Size = name, int64(len(content))
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "changed.tar")
	if err := errors.Join(w.Close(), os.WriteFile(file, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAChangedOrForeignArchiveIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "abcdefgh1", "bcdefghi2")
	target := filepath.Join(t.TempDir(), "b.tar")
	if _, err := backup.Make(t.Context(), p.source(), target); err != nil {
		t.Fatal(err)
	}
	const first = "media/ab/abcdefgh1"
	for name, c := range map[string]struct {
		want   error
		change func(name string, content []byte) (string, []byte)
	}{
		"without a file":       {backup.ErrIncomplete, func(n string, b []byte) (string, []byte) { return strings.TrimPrefix(n, first), b }},
		"without its database": {backup.ErrIncomplete, func(n string, b []byte) (string, []byte) { return strings.TrimPrefix(n, "sluice.db"), b }},
		"without its end":      {backup.ErrIncomplete, func(n string, b []byte) (string, []byte) { return strings.TrimPrefix(n, "complete.json"), b }},
		"another content": {backup.ErrIncomplete, func(n string, b []byte) (string, []byte) {
			if n == first {
				b[0] ^= 1
			}
			return n, b
		}},
		"a path out of its folder": {backup.ErrIncomplete, func(n string, b []byte) (string, []byte) {
			return strings.Replace(n, first, "media/../../../abcdefgh1", 1), b
		}},
		"another name": {backup.ErrIncomplete, func(n string, b []byte) (string, []byte) {
			return strings.Replace(n, first, "media/ab/abcdefgh0", 1), b
		}},
		"another version": {backup.ErrNewer, func(n string, b []byte) (string, []byte) {
			return n, bytes.Replace(b, []byte(`"version":1`), []byte(`"version":2`), 1)
		}},
		"another format": {store.ErrNoBackup, func(n string, b []byte) (string, []byte) {
			return n, bytes.Replace(b, []byte("sluice backup"), []byte("some other one"), 1)
		}},
		"another program's": {store.ErrNoBackup, func(n string, b []byte) (string, []byte) { return "etc/" + n, b }},
	} {
		if _, _, err := extracted(t, rewritten(t, target, c.change)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no archive at all ", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := extracted(t, text); !errors.Is(err, store.ErrNoBackup) {
		t.Errorf("a text: %v", err)
	}
	if bare, err := backup.Look(target); bare || err != nil {
		t.Errorf("the archive is a database: %v, %v", bare, err)
	}
	if bare, err := backup.Look(p.database); !bare || err != nil {
		t.Errorf("a database is none: %v, %v", bare, err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{text, empty, filepath.Join(t.TempDir(), "none")} {
		if _, err := backup.Look(file); err == nil {
			t.Errorf("%s is taken", file)
		}
	}
}
