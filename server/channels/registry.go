package channels

import (
	"fmt"
	"slices"
	"strings"
)

// Registry holds the providers of one server. It is a value that is filled
// when the server is put together and only read afterwards.
type Registry struct {
	providers map[string]Provider
}

// NewRegistry makes a registry of the given providers.
func NewRegistry(providers ...Provider) *Registry {
	r := &Registry{providers: map[string]Provider{}}
	for _, p := range providers {
		r.Register(p)
	}
	return r
}

// Register adds a provider. It panics when the name is empty or taken: that is
// a mistake in the program, and silence would send messages to the wrong
// vendor.
func (r *Registry) Register(p Provider) {
	name := p.Kind().Name
	if name == "" {
		panic("channels: a provider without a name")
	}
	if _, taken := r.providers[name]; taken {
		panic(fmt.Sprintf("channels: two providers are named %q", name))
	}
	r.providers[name] = p
}

// Provider returns the provider with that kind name.
func (r *Registry) Provider(kind string) (Provider, bool) {
	p, ok := r.providers[kind]
	return p, ok
}

// Kinds lists what the providers offer, by title.
func (r *Registry) Kinds() []Kind {
	kinds := make([]Kind, 0, len(r.providers))
	for _, p := range r.providers {
		kinds = append(kinds, p.Kind())
	}
	slices.SortFunc(kinds, func(a, b Kind) int { return strings.Compare(a.Title, b.Title) })
	return kinds
}
