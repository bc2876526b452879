package api

import (
	"context"
	"fmt"
	"sync"
	"time"

	"sluice/server/disk"
	"sluice/server/store"
)

const (
	// readyPatience is how long /readyz waits for the database.
	readyPatience = 2 * time.Second
	// pingAge and roomAge are how long one look serves all who ask, so that asking is no
	// load: whether the database answers, and whether there is room.
	pingAge, roomAge = time.Second, 3 * time.Second
)

// readiness remembers for a moment whether the server can take work.
type readiness struct {
	// look finds out; room tells whether to look for room, too.
	look func(ctx context.Context, room bool) (ping, full error)
	now  func() time.Time

	mu             sync.Mutex
	ping, full     error
	pinged, roomed time.Time
}

// ask is nil when the server can take work. One asks, and the others wait for it.
func (r *readiness) ask(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.pinged.IsZero() || now.Sub(r.pinged) >= pingAge {
		room := r.roomed.IsZero() || now.Sub(r.roomed) >= roomAge
		// Others go by it, whoever asked first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyPatience)
		defer cancel()
		ping, full := r.look(ctx, room)
		r.ping, r.pinged = ping, now
		if room {
			r.full, r.roomed = full, now
		}
	}
	if r.ping != nil {
		return r.ping
	}
	return r.full
}

// canWork looks at the database and the folders.
func (a *API) canWork(folders []string) func(ctx context.Context, room bool) (ping, full error) {
	return func(ctx context.Context, room bool) (ping, full error) {
		if ping = a.store.Ping(ctx); ping != nil || !room {
			return ping, nil
		}
		for _, folder := range folders {
			if err := disk.Probe(folder); err != nil {
				return nil, fmt.Errorf("%w: %w: %w", store.ErrUnavailable, store.ErrFull, err)
			}
		}
		return nil, a.store.Room(ctx)
	}
}
