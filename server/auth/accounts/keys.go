package accounts

import (
	"context"
	"sync"

	"sluice/server/auth"
	"sluice/server/store"
)

// maxKeys bounds the keys in memory; a full list is emptied.
const maxKeys = 1000

// keys remembers API keys that were used, so that not every request of a busy
// client reads them. A removed key stops working at once, so it remembers only
// where this process is the only one that can remove them, on SQLite; elsewhere
// requests that come at the same time share a reading.
type keys struct {
	store  *store.Store
	shared *shared

	mu sync.Mutex
	// generation of the store that the list is of.
	generation uint64
	byHash     map[string]knownKey
}

type knownKey struct {
	key       auth.APIKey
	workspace auth.Workspace
}

func newKeys(s *store.Store) *keys {
	return &keys{store: s, shared: newShared(), byHash: map[string]knownKey{}}
}

// get returns the key with that hash and its workspace, reading it when it is
// not remembered. Errors are not remembered.
func (k *keys) get(ctx context.Context, hash string, read func() (auth.APIKey, auth.Workspace, error)) (auth.APIKey, auth.Workspace, error) {
	if k.store.Dialect() != "sqlite" {
		return k.shared.get(ctx, hash, read)
	}
	generation := k.store.Generation()
	k.mu.Lock()
	if k.generation != generation || len(k.byHash) >= maxKeys {
		clear(k.byHash)
		k.generation = generation
	}
	known, ok := k.byHash[hash]
	k.mu.Unlock()
	if ok {
		return known.key, known.workspace, nil
	}
	key, workspace, err := read()
	if err != nil {
		return key, workspace, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	// What was read before a change may be what was there before it.
	if k.generation == generation && k.store.Generation() == generation {
		k.byHash[hash] = knownKey{key, workspace}
	}
	return key, workspace, nil
}
