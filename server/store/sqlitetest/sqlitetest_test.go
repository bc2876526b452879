package sqlitetest_test

import (
	"errors"
	"testing"

	"sluice/server/store"
	"sluice/server/store/sqlitetest"
)

func TestEachDatabaseIsMigratedAndOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := sqlitetest.New(t), sqlitetest.New(t)
	open := func(address string) *store.Store {
		s, err := store.Open(t.Context(), address, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	// Both are served at the same time, so neither is the other's file.
	f, err := open(first).CreateFlow(t.Context(), store.DefaultWorkspaceID, store.NewFlow{Name: "Mine", Definition: "{}"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(second).Flow(t.Context(), store.DefaultWorkspaceID, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the second database answers %v for the first one's flow", err)
	}
}

func TestADatabaseThatIsThereStaysAsItIs(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s, err := store.Open(t.Context(), sqlitetest.In(t, folder), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.CreateFlow(t.Context(), store.DefaultWorkspaceID, store.NewFlow{Name: "Mine", Definition: "{}"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(t.Context(), sqlitetest.In(t, folder), store.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Flow(t.Context(), store.DefaultWorkspaceID, f.ID); err != nil {
		t.Errorf("the flow is gone: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
