package runtime

import (
	"sync"
	"time"

	"sluice/server/store"
)

// maxCached bounds a cache; a full one is emptied. It is far more than the
// flows or channels that are in use within a second.
const maxCached = 10_000

// Cache keeps values that come from the store for a short time, and not beyond
// a change that this process makes there.
type Cache[K comparable, V any] struct {
	store *store.Store
	clock Clock
	age   time.Duration

	mu         sync.Mutex
	generation uint64
	values     map[K]cached[V]
}

type cached[V any] struct {
	value V
	until time.Time
}

// NewCache makes a cache of what s holds. A change that another process makes is
// seen after age at the latest.
func NewCache[K comparable, V any](s *store.Store, clock Clock, age time.Duration) *Cache[K, V] {
	return &Cache[K, V]{store: s, clock: clock, age: age, values: map[K]cached[V]{}}
}

// Get returns the value, loading it when it is not there or too old. Errors
// are not kept.
func (c *Cache[K, V]) Get(key K, load func() (V, error)) (V, error) {
	now, generation := c.clock.Now(), c.store.Generation()
	c.mu.Lock()
	if c.generation != generation || len(c.values) > maxCached {
		clear(c.values)
		c.generation = generation
	}
	found, ok := c.values[key]
	c.mu.Unlock()
	if ok && now.Before(found.until) {
		return found.value, nil
	}
	value, err := load()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// What was loaded before a change may be what was there before it.
	if c.generation == generation {
		c.values[key] = cached[V]{value, now.Add(c.age)}
	}
	return value, nil
}
