package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/server/store"
	"sluice/server/store/storetest"
	"sluice/server/vault"
)

// workspaces makes workspaces by those names in the database at path, which is
// closed by then.
func workspaces(t *testing.T, path string, names ...string) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+path, store.Options{Vault: storetest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := s.CreateWorkspace(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateChannel(t.Context(), store.DefaultWorkspaceID, store.Channel{Slug: strings.ToLower(name), Name: name, Type: "sms", Kind: "twilio"}, map[string]string{"token": "t"}, 9); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// holds reports how many channels' credentials the database at path holds and
// opens.
func holds(t *testing.T, path string) int {
	t.Helper()
	s := open(t, "sqlite:"+path, store.Options{Vault: storetest.Vault(t)})
	check, err := s.CheckKey(t.Context())
	if err != nil || check.Opened != check.Sealed {
		t.Fatalf("%+v, %v", check, err)
	}
	return check.Opened
}

func TestABackupIsRestoredElsewhere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, copied, restored := filepath.Join(folder, "a b%c?.db"), filepath.Join(folder, "backup.db"), filepath.Join(folder, "new", "sluice.db")
	workspaces(t, path, "First", "Second")
	made, err := store.BackUpSQLite(t.Context(), path, copied)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(copied)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != made.Size || made.Schema < 5 {
		t.Errorf("the backup is %+v (%v), and was told as %+v", info, err, made)
	}
	before, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := store.InspectSQLite(t.Context(), copied, storetest.Vault(t))
	if err != nil || seen.Key != (store.KeyCheck{Sealed: 2, Opened: 2}) {
		t.Errorf("the backup is %+v, %v", seen, err)
	}
	if aside, err := store.RestoreSQLite(t.Context(), store.Restoration{File: copied, Path: restored, Now: time.Now()}); err != nil || aside != "" {
		t.Fatalf("%q, %v", aside, err)
	}
	if n := holds(t, restored); n != 2 {
		t.Errorf("%d of 2 channels came back", n)
	}
	if after, err := os.ReadFile(copied); err != nil || string(after) != string(before) {
		t.Errorf("inspecting and restoring changed the backup: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*backup*"))
	if err != nil || len(left) != 1 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

func TestABackupReplacesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, copied := filepath.Join(folder, "sluice.db"), filepath.Join(folder, "backup.db")
	workspaces(t, path, "First")
	if err := os.WriteFile(copied, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.BackUpSQLite(t.Context(), path, copied); !errors.Is(err, store.ErrExists) {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(copied); err != nil || string(text) != "mine" {
		t.Errorf("the file is now %q, %v", text, err)
	}
	if _, err := store.BackUpSQLite(t.Context(), filepath.Join(folder, "none.db"), filepath.Join(folder, "new.db")); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("got %v", err)
	}
}

func TestARestoreKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, copied := filepath.Join(folder, "sluice.db"), filepath.Join(folder, "backup.db")
	workspaces(t, path, "First")
	if _, err := store.BackUpSQLite(t.Context(), path, copied); err != nil {
		t.Fatal(err)
	}
	workspaces(t, path, "Second", "Third")
	// The log of a database that is gone would be taken for the new one's.
	if err := os.WriteFile(path+"-journal", []byte("stale"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.RestoreSQLite(t.Context(), store.Restoration{File: copied, Path: path, Now: time.Now()}); !errors.Is(err, store.ErrExists) {
		t.Errorf("without leave: %v", err)
	}
	aside, err := store.RestoreSQLite(t.Context(), store.Restoration{File: copied, Path: path, Replace: true, Now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)})
	if err != nil || aside != path+".before-20260301-093000" {
		t.Fatalf("%q, %v", aside, err)
	}
	if _, err := os.Stat(path + "-journal"); err == nil {
		t.Error("a stale log is left beside the new database")
	}
	if n := holds(t, path); n != 1 {
		t.Errorf("the backup had 1 channel, and there are %d", n)
	}
	if n := holds(t, aside); n != 3 {
		t.Errorf("what was there had 3 channels, and what is kept has %d", n)
	}
}

func TestADatabaseInUseIsNotRestored(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, copied := filepath.Join(folder, "sluice.db"), filepath.Join(folder, "backup.db")
	open(t, "sqlite:"+path, store.Options{})
	if _, err := store.BackUpSQLite(t.Context(), path, copied); err != nil {
		t.Fatalf("a server's database cannot be backed up: %v", err)
	}
	if _, err := store.RestoreSQLite(t.Context(), store.Restoration{File: copied, Path: path, Replace: true, Now: time.Now()}); !errors.Is(err, store.ErrInUse) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNoBackupIsToldApart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	workspaces(t, good, "First")
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := []byte(string(content))
	for i := len(damaged) / 2; i < len(damaged); i++ {
		damaged[i] = 0xa5
	}
	for name, text := range map[string][]byte{"empty": nil, "text": []byte(strings.Repeat("some text ", 2000)), "half": content[:len(content)/2], "damaged": damaged} {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.InspectSQLite(t.Context(), file, nil); !errors.Is(err, store.ErrNoBackup) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := store.InspectSQLite(t.Context(), filepath.Join(folder, "none"), nil); err == nil {
		t.Error("a file that is not there is taken")
	}
	if _, err := store.InspectSQLite(t.Context(), folder, nil); !errors.Is(err, store.ErrNoBackup) {
		t.Errorf("a folder: got %v", err)
	}
	key, err := vault.ParseKey(strings.Repeat("another key ", 4))
	if err != nil {
		t.Fatal(err)
	}
	other, err := vault.New(key)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := store.InspectSQLite(t.Context(), good, other); err != nil || b.Key.Opened != 0 || b.Key.Sealed != 1 || !errors.Is(b.Key.Err, vault.ErrWrongKey) {
		t.Errorf("another key: %+v, %v", b, err)
	}
}

func TestABackupOfANewerVersionIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sluice.db")
	s, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.PretendNewer(s), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.InspectSQLite(t.Context(), path, nil); !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("got %v", err)
	}
}
