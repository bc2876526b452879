package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/server/backup"
	"sluice/server/command"
	"sluice/server/media"
	"sluice/server/store"
	"sluice/server/store/storetest"
)

// withPicture makes a database whose message has a picture, and its folder.
func withPicture(t *testing.T, folder string) (database, files string) {
	t.Helper()
	database, files = filepath.Join(folder, "sluice.db"), filepath.Join(folder, "media")
	s, err := store.Open(t.Context(), "sqlite:"+database, store.Options{Vault: storetest.Vault(t)})
	if err != nil {
		t.Fatal(err)
	}
	disk, err := media.NewDisk(files)
	if err != nil {
		t.Fatal(err)
	}
	if err := disk.Put(t.Context(), "abcdefgh1", strings.NewReader("picture"), -1); err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	err = s.Batch(t.Context(), func(b *store.Batch) error {
		return b.InsertMedia([]store.MediaRow{{
			ID: "m-0", WorkspaceID: store.DefaultWorkspaceID, ChannelID: "c", MessageID: "m", Type: "image", Source: []byte("{}"), CreatedAt: at, GiveUpAt: at,
			Kept: &store.KeptMedia{ContentType: "image/png", Size: 7, SHA256: "s", StorageKey: "abcdefgh1", DataKey: []byte("k")},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return database, files
}

// ending runs a command and returns what it says, on either stream.
func ending(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := command.Main(t.Context(), args, strings.NewReader(""), &out, &errOut); code != want {
		t.Errorf("%v ends with %d: %s%s", args, code, &out, &errOut)
	}
	return out.String() + errOut.String()
}

func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("it does not say %q: %s", w, text)
		}
	}
}

func TestARestorePutsFilesWhereTheServerLooks(t *testing.T) {
	t.Parallel()
	folder, elsewhere := t.TempDir(), t.TempDir()
	database, files := withPicture(t, folder)
	archive := filepath.Join(folder, "b.tar")
	says(t, ending(t, command.ExitOK, "backup", archive, "--db", "sqlite:"+database, "--media", files), "1 file of messages")

	to, kept := "sqlite:"+filepath.Join(elsewhere, "sluice.db"), filepath.Join(elsewhere, "kept")
	if err := os.MkdirAll(filepath.Join(kept, "zz"), 0o700); err != nil {
		t.Fatal(err)
	}
	says(t, ending(t, command.ExitUsage, "restore", archive, "--db", to, "--media", "s3://pictures"), "1 file of messages from a folder", "s3://pictures")
	// The key that it was made with is not here: --force does without.
	says(t, ending(t, command.ExitUsage, "restore", archive, "--db", to, "--media", kept), "there is something already", "--force")
	if entries, err := os.ReadDir(elsewhere); err != nil || len(entries) != 1 {
		t.Errorf("what is refused leaves %v, %v", entries, err)
	}
	says(t, ending(t, command.ExitOK, "restore", archive, "--db", to, "--media", kept, "--force"), "The files of messages are in "+kept+": 1.", "kept as "+kept+".before-")
	if got, err := os.ReadFile(filepath.Join(kept, "ab", "abcdefgh1")); err != nil || string(got) != "picture" {
		t.Errorf("the picture is %q, %v", got, err)
	}
	if left, err := filepath.Glob(filepath.Join(elsewhere, ".sluice-*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestABackupOfTheDatabaseAloneLeavesFilesAsTheyAre(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	database, files := withPicture(t, folder)
	bare := filepath.Join(folder, "bare.db")
	if _, err := store.BackUpSQLite(t.Context(), database, bare); err != nil {
		t.Fatal(err)
	}
	says(t, ending(t, command.ExitOK, "restore", bare, "--db", "sqlite:"+database, "--force"), "holds the database alone", files)
	if got, err := os.ReadFile(filepath.Join(files, "ab", "abcdefgh1")); err != nil || string(got) != "picture" {
		t.Errorf("the picture is %q, %v", got, err)
	}
}

func TestABackupOfABucketSaysWhereItsFilesAre(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	database, files := withPicture(t, folder)
	archive := filepath.Join(folder, "b.tar")
	says(t, ending(t, command.ExitOK, "backup", archive, "--db", "sqlite:"+database, "--media", "s3://pictures/below"), "s3://pictures/below", "by its own means")
	says(t, ending(t, command.ExitOK, "restore", archive, "--db", "sqlite:"+database, "--force"), "s3://pictures/below", "bring the bucket back")
	if _, err := os.Stat(filepath.Join(files, "ab", "abcdefgh1")); err != nil {
		t.Errorf("the folder was touched: %v", err)
	}
}

func TestARestoreThatCannotPlaceFilesChangesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	database, files := withPicture(t, folder)
	archive := filepath.Join(folder, "b.tar")
	if _, err := backup.Make(t.Context(), backup.Source{Database: database, Media: files, Now: time.Now()}, archive); err != nil {
		t.Fatal(err)
	}
	// A file stands where the folder is to be.
	if err := os.RemoveAll(files); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(database)
	if err != nil {
		t.Fatal(err)
	}
	says(t, ending(t, command.ExitUsage, "restore", archive, "--db", "sqlite:"+database, "--force"), files)
	if after, err := os.ReadFile(database); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database changed: %v", err)
	}
}
