package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"path/filepath"
	"testing"

	"sluice/server/store"
	"sluice/server/store/sqlitetest"
	"sluice/server/vault"
)

// otherOwnerKey is an owner of the second workspace of newWorldWithTwo.
const otherOwnerKey = "slu_the-owner-of-the-other-workspace-of-the-tests"

// newWorldWithTwo starts a server whose database has a second workspace.
func newWorldWithTwo(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	key, _, err := vault.KeyFile(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.New(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), sqlitetest.In(t, dir), store.Options{Vault: keys, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.CreateWorkspace(t.Context(), "Other")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(otherOwnerKey))
	if _, err := s.CreateAPIKey(t.Context(), other.ID, store.APIKey{Name: "other", Role: store.RoleOwner, Hash: hex.EncodeToString(sum[:]), Prefix: "slu_"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return newWorldIn(t, dir, withLocalVendors)
}
