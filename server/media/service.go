package media

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"sluice/server/channels"
	"sluice/server/egress"
	"sluice/server/store"
)

const (
	// at once is how many files are fetched at the same time, and pollEvery how
	// often new ones are looked for.
	atOnce    = 4
	pollEvery = time.Second
	// lease is longer than any fetch takes.
	lease        = 15 * time.Minute
	fetchTimeout = 10 * time.Minute
	// housekeeping is the time between two prunings.
	housekeeping = 10 * time.Minute
	pruneAtOnce  = 500
)

// waits are the pauses after failed attempts; the last one repeats.
var waits = []time.Duration{2 * time.Second, 10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}

// Repository is what fetching needs of the database; *store.Store is the real
// one.
type Repository interface {
	ClaimMedia(ctx context.Context, worker string, now, until time.Time, limit int) ([]store.Media, error)
	SaveMedia(ctx context.Context, workspace string, m store.Media) error
	SameMedia(ctx context.Context, workspace, sha256 string) (store.Media, error)
	PruneMedia(ctx context.Context, limit int) (removed int, unused []string, err error)
	OpenMediaSource(m store.Media) ([]byte, error)
	SealMediaKey(storageKey string, key []byte) ([]byte, error)
	OpenMediaKey(m store.Media) ([]byte, error)
	Channel(ctx context.Context, workspace, id string) (store.Channel, error)
	Credentials(ch store.Channel) (map[string]string, error)
}

// Options are what a Service is made of. All are needed.
type Options struct {
	Store    Repository
	Storage  Storage
	Channels *channels.Registry
	// Client makes the requests: the rules for outbound calls hold for files.
	Client *egress.Client
	Limits Limits
	// Temporary is a folder for files under way, encrypted already.
	Temporary string
	Worker    string
	Log       *slog.Logger
	Now       func() time.Time
}

// Service fetches files in the background. Run ends with its context, after the
// fetches in hand.
type Service struct{ o Options }

// New makes a service.
func New(o Options) *Service { return &Service{o} }

// Run fetches until ctx ends.
func (s *Service) Run(ctx context.Context) {
	var busy sync.WaitGroup
	defer busy.Wait()
	slots := make(chan struct{}, atOnce)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	prune := s.o.Now()
	for {
		if now := s.o.Now(); !now.Before(prune) {
			prune = now.Add(housekeeping)
			s.prune(ctx)
		}
		for _, m := range s.claim(ctx, atOnce-len(slots)) {
			slots <- struct{}{}
			busy.Go(func() {
				s.Fetch(ctx, m)
				<-slots
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Service) claim(ctx context.Context, free int) []store.Media {
	if free <= 0 || ctx.Err() != nil {
		return nil
	}
	now := s.o.Now()
	found, err := s.o.Store.ClaimMedia(ctx, s.o.Worker, now, now.Add(lease), free)
	if err != nil && ctx.Err() == nil {
		s.o.Log.Warn("files to fetch cannot be read", "error", err)
	}
	return found
}

// Fetch makes one attempt at a file that is in hand, and writes what came of it.
func (s *Service) Fetch(ctx context.Context, m store.Media) {
	limited, cancel := context.WithTimeout(ctx, fetchTimeout)
	err := s.fetch(limited, &m)
	cancel()
	now := s.o.Now()
	m.LeaseUntil = store.Time{}
	switch se := channels.AsSendError(err); {
	case err == nil:
		m.Status, m.Code, m.Reason, m.StoredAt = store.MediaStored, "", "", store.At(now)
	case ctx.Err() != nil:
		// The server stops: somebody else tries at once.
		m.NextAt = store.At(now)
	default:
		m.Code, m.Reason = se.Code, se.Message
		wait := max(waits[min(max(m.Attempts-1, 0), len(waits)-1)], se.RetryAfter)
		m.NextAt = store.At(now.Add(wait))
		if se.Class == channels.ClassPermanent || m.NextAt.After(m.GiveUpAt.Time) {
			m.Status = store.MediaFailed
		}
		s.o.Log.Warn("a file was not fetched", "media_id", m.ID, "workspace_id", m.WorkspaceID, "channel_id", m.ChannelID, "attempt", m.Attempts,
			"code", se.Code, "error", se.Message)
	}
	err = s.o.Store.SaveMedia(context.WithoutCancel(ctx), m.WorkspaceID, m)
	if errors.Is(err, store.ErrStale) {
		// The file that it was to share was removed meanwhile: it is fetched again.
		m.Status, m.StorageKey, m.DataKey, m.SharesWith = store.MediaWaiting, "", nil, ""
		m.StoredAt, m.NextAt = store.Time{}, store.At(now)
		err = s.o.Store.SaveMedia(context.WithoutCancel(ctx), m.WorkspaceID, m)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		s.o.Log.Error("what came of fetching a file cannot be written", "media_id", m.ID, "error", err)
	}
}

// account is the channel of a file.
func (s *Service) account(ctx context.Context, m store.Media) (channels.Provider, channels.Account, error) {
	ch, err := s.o.Store.Channel(ctx, m.WorkspaceID, m.ChannelID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, channels.Account{}, permanent("channel_gone", "The channel was deleted before the file was fetched.")
	}
	if err != nil {
		return nil, channels.Account{}, err
	}
	provider, ok := s.o.Channels.Provider(ch.Kind)
	if !ok {
		return nil, channels.Account{}, fmt.Errorf("this server has no provider %q", ch.Kind)
	}
	credentials, err := s.o.Store.Credentials(ch)
	return provider, channels.Account{
		ID: ch.ID, WorkspaceID: ch.WorkspaceID, Slug: ch.Slug, Type: channels.ChannelType(ch.Type), Kind: ch.Kind,
		Credentials: credentials, Settings: ch.Settings, BaseURL: ch.BaseURL,
	}, err
}

func permanent(code, message string) *channels.SendError {
	return &channels.SendError{Class: channels.ClassPermanent, Code: code, Message: message}
}

func (s *Service) fetch(ctx context.Context, m *store.Media) error {
	source, err := s.o.Store.OpenMediaSource(*m)
	if err != nil {
		return err
	}
	var file channels.Media
	if err := json.Unmarshal(source, &file); err != nil {
		return permanent(channels.CodeMediaGone, "The file's address cannot be read.")
	}
	provider, a, err := s.account(ctx, *m)
	if err != nil {
		return err
	}
	in, err := newIncoming(s.o.Temporary)
	if err != nil {
		return err
	}
	defer in.discard()
	if err := s.download(ctx, provider, a, file, in, s.limit(m.Type)); err != nil {
		return err
	}
	found, fits := typeOf(in.head, m.Type, m.DeclaredType)
	if !fits {
		return wrongType(m.Type, found)
	}
	m.ContentType, m.Size, m.SHA256 = found, in.size, in.sum()
	return s.keep(ctx, m, in)
}

func (s *Service) limit(form string) int64 {
	if limit, ok := s.o.Limits[form]; ok {
		return limit
	}
	return DefaultLimits()["document"]
}

// keep stores the file, unless the workspace has one with the same content.
func (s *Service) keep(ctx context.Context, m *store.Media, in *incoming) error {
	same, err := s.o.Store.SameMedia(ctx, m.WorkspaceID, m.SHA256)
	if err == nil {
		if f, err := s.o.Storage.Open(ctx, same.StorageKey); err == nil {
			_ = f.Close()
			m.StorageKey, m.DataKey, m.SharesWith = same.StorageKey, same.DataKey, same.ID
			return nil
		}
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	kept, err := s.putNew(ctx, in)
	m.StorageKey, m.DataKey = kept.StorageKey, kept.DataKey
	return err
}

// prune removes files whose messages are gone.
func (s *Service) prune(ctx context.Context) {
	for ctx.Err() == nil {
		removed, unused, err := s.o.Store.PruneMedia(ctx, pruneAtOnce)
		if err != nil {
			s.o.Log.Warn("files of messages that are gone could not be pruned", "error", err)
			return
		}
		for _, key := range unused {
			if err := s.o.Storage.Delete(ctx, key); err != nil {
				s.o.Log.Error("a file that nobody needs could not be deleted", "error", err)
			}
		}
		if removed < pruneAtOnce {
			return
		}
	}
}
