package runtime

import (
	"context"
	"errors"
	"time"

	"sluice/server/store"
)

// publishedVersions caches which version of a flow is published, and the flow's
// name, for as long as this process changes nothing and at most publishedAge: on
// PostgreSQL another replica may publish.
type publishedVersions struct {
	store *store.Store
	cache *Cache[[2]string, publishedVersion]
}

type publishedVersion struct {
	number int64
	name   string
}

// publishedAge is how long a replica may start runs of the version before.
const publishedAge = time.Second

func (p *publishedVersions) get(ctx context.Context, workspace, flow string) (version int64, name string, err error) {
	v, err := p.cache.Get([2]string{workspace, flow}, func() (publishedVersion, error) {
		f, err := p.store.Flow(ctx, workspace, flow)
		if err != nil {
			return publishedVersion{}, err
		}
		if f.PublishedVersion == 0 {
			return publishedVersion{}, ErrNotPublished
		}
		return publishedVersion{f.PublishedVersion, f.Name}, nil
	})
	return v.number, v.name, err
}

// timeZone is the zone in which a workspace's flows mean times without one, for a
// run that begins; it is as old as publishedVersions are at most. A workspace that
// nobody made has none.
func (l *Local) timeZone(ctx context.Context, workspace string) (string, error) {
	return l.zones.Get(workspace, func() (string, error) {
		w, err := l.store.Workspace(ctx, workspace)
		if errors.Is(err, store.ErrNotFound) {
			return "", nil
		}
		return w.TimeZone, err
	})
}
