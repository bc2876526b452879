package accounts

import (
	"context"
	"sync"

	"sluice/server/auth"
)

// shared lets requests that come with the same key at the same time read it
// together. A request only takes the answer of a reading that began after it
// came, so what was changed before a request always counts for it.
type shared struct {
	mu     sync.Mutex
	byHash map[string]*line
}

// line is who waits for one key.
type line struct {
	// next is the reading that has not begun; those who come join it.
	next *reading
	// busy holds a token while a reading has begun and not ended.
	busy chan struct{}
	// readings is how many there are, begun or not.
	readings int
}

// reading is one reading of a key.
type reading struct {
	done  chan struct{}
	known knownKey
	err   error
}

func newShared() *shared { return &shared{byHash: map[string]*line{}} }

// get returns the key that read gives.
func (s *shared) get(ctx context.Context, hash string, read func() (auth.APIKey, auth.Workspace, error)) (auth.APIKey, auth.Workspace, error) {
	s.mu.Lock()
	l := s.byHash[hash]
	if l == nil {
		l = &line{busy: make(chan struct{}, 1)}
		s.byHash[hash] = l
	}
	r := l.next
	first := r == nil
	if first {
		r = &reading{done: make(chan struct{})}
		l.next = r
		l.readings++
	}
	s.mu.Unlock()
	if first {
		s.lead(hash, l, r, read)
	}
	select {
	case <-r.done:
		return r.known.key, r.known.workspace, r.err
	case <-ctx.Done():
		return auth.APIKey{}, auth.Workspace{}, ctx.Err()
	}
}

// lead reads the key when nobody else does, for all who have joined by then.
func (s *shared) lead(hash string, l *line, r *reading, read func() (auth.APIKey, auth.Workspace, error)) {
	l.busy <- struct{}{}
	defer func() { <-l.busy }()
	s.mu.Lock()
	l.next = nil
	s.mu.Unlock()
	defer func() {
		close(r.done)
		s.mu.Lock()
		defer s.mu.Unlock()
		if l.readings--; l.readings == 0 {
			delete(s.byHash, hash)
		}
	}()
	r.known.key, r.known.workspace, r.err = read()
}
