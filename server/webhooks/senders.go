package webhooks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

const (
	// senderAge is how long a replica goes by a channel as it was before another
	// replica changed or deleted it. A change by this process counts at once.
	senderAge = time.Second
	// minKey and maxKey bound the length of a hook key. What is shorter or longer
	// is no key, and is not looked up.
	minKey, maxKey = 16, 64
	// maskedFrom is the shortest secret that is looked for in what is kept:
	// shorter ones are found in everything.
	maskedFrom = 6
)

// ErrNoProvider means that the server has no provider of the channel's kind.
var ErrNoProvider = errors.New("this server has no provider of that kind")

// Sender is a channel as webhooks need it. It is shared: nobody changes it.
type Sender struct {
	Channel  store.Channel
	Provider channels.Provider
	// Account has no HookURL: that may depend on the request.
	Account channels.Account
	// secrets are what must not be kept of what its vendor posts.
	secrets []string
}

// Senders finds channels by their hook keys, and remembers them and the keys
// that are none for senderAge.
type Senders struct {
	store    *store.Store
	registry *channels.Registry
	found    *runtime.Cache[string, *Sender]
	// missing is a cache of its own, so that guessing keys empties nothing else.
	missing *runtime.Cache[string, struct{}]
}

// NewSenders makes it.
func NewSenders(s *store.Store, registry *channels.Registry, clock runtime.Clock) *Senders {
	return &Senders{
		store: s, registry: registry,
		found:   runtime.NewCache[string, *Sender](s, clock, senderAge),
		missing: runtime.NewCache[string, struct{}](s, clock, senderAge),
	}
}

// errPresent keeps a key that has a channel out of the keys that have none.
var errPresent = errors.New("there is such a channel")

// Find returns the channel with that hook key. Errors: store.ErrNotFound,
// ErrNoProvider, store.ErrUnavailable.
func (s *Senders) Find(ctx context.Context, hookKey string) (*Sender, error) {
	if len(hookKey) < minKey || len(hookKey) > maxKey {
		return nil, store.ErrNotFound
	}
	return s.found.Get(hookKey, func() (*Sender, error) {
		var sender *Sender
		_, err := s.missing.Get(hookKey, func() (struct{}, error) {
			var err error
			if sender, err = s.load(ctx, hookKey); errors.Is(err, store.ErrNotFound) {
				return struct{}{}, nil
			}
			return struct{}{}, errors.Join(errPresent, err)
		})
		switch {
		case err == nil:
			return nil, store.ErrNotFound
		case sender != nil:
			return sender, nil
		}
		return nil, err
	})
}

func (s *Senders) load(ctx context.Context, hookKey string) (*Sender, error) {
	ch, err := s.store.ChannelByHookKey(ctx, hookKey)
	if err != nil {
		return nil, err
	}
	provider, ok := s.registry.Provider(ch.Kind)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoProvider, ch.Kind)
	}
	credentials, err := s.store.Credentials(ch)
	if err != nil {
		return nil, err
	}
	sender := &Sender{Channel: ch, Provider: provider, Account: channels.Account{
		ID: ch.ID, WorkspaceID: ch.WorkspaceID, Slug: ch.Slug, Type: channels.ChannelType(ch.Type), Kind: ch.Kind,
		Credentials: credentials, Settings: ch.Settings, BaseURL: ch.BaseURL,
	}}
	for _, f := range provider.Kind().Credentials {
		if secret := credentials[f.Name]; f.Secret && len(secret) >= maskedFrom {
			sender.secrets = append(sender.secrets, secret)
		}
	}
	return sender, nil
}
