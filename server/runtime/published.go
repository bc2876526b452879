package runtime

import (
	"context"
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
