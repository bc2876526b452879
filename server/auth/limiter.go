package auth

import (
	"container/list"
	"sync"
	"time"
)

// Limits on sign-in attempts. An account takes a handful of typing mistakes
// and then one attempt per half minute; an address, which may stand for an
// office, takes more.
const (
	accountBurst  = 5
	accountRefill = 30 * time.Second
	addressBurst  = 20
	addressRefill = 6 * time.Second
	// limiterEntries bounds the memory. Beyond it the least recently used
	// entry is forgotten.
	limiterEntries = 20_000
)

// attempts is a set of token buckets by key.
type attempts struct {
	burst  float64
	refill time.Duration
	now    func() time.Time

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List
}

type bucket struct {
	key    string
	tokens float64
	at     time.Time
}

func newAttempts(burst int, refill time.Duration, now func() time.Time) *attempts {
	return &attempts{burst: float64(burst), refill: refill, now: now, buckets: map[string]*list.Element{}, recent: list.New()}
}

// take uses one attempt of the key. When none is left it returns how long to
// wait for the next.
func (a *attempts) take(key string) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	b := a.bucket(key, now)
	b.tokens = min(a.burst, b.tokens+float64(now.Sub(b.at))/float64(a.refill))
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) * float64(a.refill))
	}
	b.tokens--
	return 0
}

// forgive forgets the attempts of the key: they ended in a success.
func (a *attempts) forgive(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e, ok := a.buckets[key]; ok {
		a.recent.Remove(e)
		delete(a.buckets, key)
	}
}

func (a *attempts) bucket(key string, now time.Time) *bucket {
	if e, ok := a.buckets[key]; ok {
		a.recent.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if a.recent.Len() >= limiterEntries {
		oldest := a.recent.Back()
		a.recent.Remove(oldest)
		delete(a.buckets, oldest.Value.(*bucket).key)
	}
	b := &bucket{key: key, tokens: a.burst, at: now}
	a.buckets[key] = a.recent.PushFront(b)
	return b
}
