package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

var (
	// ErrTooManyChannels means that the workspace has all the channels it may.
	ErrTooManyChannels = errors.New("the workspace has reached its limit of channels")
	// ErrChannelBound means that a channel must be unbound first.
	ErrChannelBound = errors.New("the channel is bound: unbind it first")
	// ErrSameChannel means that another channel is bound to the account and sender.
	ErrSameChannel = errors.New("another channel is bound to this account and sender")
)

// DefaultChannelLimit is how many channels a workspace may have unless the
// operator sets another number.
const DefaultChannelLimit = 100

// CreateChannel adds an unbound channel, with id and hook key made here.
// credentials are sealed. ErrConflict when the slug is taken;
// ErrTooManyChannels when there are limit channels.
func (s *Store) CreateChannel(ctx context.Context, workspace string, c Channel, credentials map[string]string, limit int) (Channel, error) {
	now := s.stamp()
	c.ID, c.WorkspaceID, c.CreatedAt, c.UpdatedAt = NewID(), workspace, now, now
	c.Status, c.StatusReason, c.BoundAt, c.HookKey = ChannelUnbound, "", Time{}, newHookKey()
	if c.Settings == nil {
		c.Settings = map[string]string{}
	}
	var err error
	if c.Credentials, err = s.sealCredentials(c.ID, credentials); err != nil {
		return Channel{}, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if err := s.lockWorkspace(tx, workspace); err != nil {
			return err
		}
		var n int64
		if err := tx.Model(&Channel{}).Where("workspace_id = ?", workspace).Count(&n).Error; err != nil {
			return err
		}
		if n >= int64(limit) {
			return fmt.Errorf("%w: %d", ErrTooManyChannels, limit)
		}
		return tx.Create(&c).Error
	})
	s.generation.Add(1)
	if err != nil {
		return Channel{}, err
	}
	return c, nil
}

// lockWorkspace makes other transactions that ask for it wait until this one
// ends, so that what was counted in between still holds when it is written.
// SQLite has one writer anyway.
func (s *Store) lockWorkspace(tx *gorm.DB, workspace string) error {
	if s.dialect != postgresDialect {
		return nil
	}
	return tx.Exec("SELECT 1 FROM workspaces WHERE id = ? FOR NO KEY UPDATE", workspace).Error
}

// Channel returns a channel by its id.
func (s *Store) Channel(ctx context.Context, workspace, id string) (Channel, error) {
	var c Channel
	err := s.reading(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Take(&c).Error
	return c, translate(err)
}

// ChannelBySlug returns a channel by the name that flows use.
func (s *Store) ChannelBySlug(ctx context.Context, workspace, slug string) (Channel, error) {
	var c Channel
	err := s.reading(ctx).Where("workspace_id = ? AND slug = ?", workspace, slug).Take(&c).Error
	return c, translate(err)
}

// ChannelByHookKey returns the channel whose webhook has that key, whatever
// its workspace: the key is the secret that finds it.
func (s *Store) ChannelByHookKey(ctx context.Context, hookKey string) (Channel, error) {
	var c Channel
	err := s.reading(ctx).Where("hook_key = ?", hookKey).Take(&c).Error
	return c, translate(err)
}

// ListChannels returns all channels of a workspace, oldest first. There are
// few: their number is limited.
func (s *Store) ListChannels(ctx context.Context, workspace string) ([]Channel, error) {
	var all []Channel
	err := s.reading(ctx).Where("workspace_id = ?", workspace).Order("id").Find(&all).Error
	return all, translate(err)
}

// ChannelChange is what to change of a channel; nil fields stay as they are.
type ChannelChange struct {
	Slug, Name, Remarks, BaseURL *string
	Settings                     map[string]string
	// Credentials replaces all of them.
	Credentials map[string]string
	// Kind is set for a channel that was made without one.
	Kind *string
	// Identity goes with the status bound: see Fingerprint.
	Identity string
	Status   *ChannelStatus
	// StatusReason says why, for people. It is replaced together with Status.
	StatusReason string
}

// UpdateChannel changes a channel. ErrSameChannel when it would be bound to what
// another one is bound to.
func (s *Store) UpdateChannel(ctx context.Context, workspace, id string, change ChannelChange) (Channel, error) {
	var c Channel
	err := s.tx(ctx, func(tx *gorm.DB) error {
		read := tx
		if s.dialect == postgresDialect {
			// Another change must neither be lost nor undone by this one.
			read = tx.Clauses(clause.Locking{Strength: "UPDATE"})
		}
		if err := read.Where("workspace_id = ? AND id = ?", workspace, id).Take(&c).Error; err != nil {
			return err
		}
		set := func(to *string, from *string) {
			if from != nil {
				*to = *from
			}
		}
		set(&c.Slug, change.Slug)
		set(&c.Name, change.Name)
		set(&c.Remarks, change.Remarks)
		set(&c.BaseURL, change.BaseURL)
		set(&c.Kind, change.Kind)
		if change.Settings != nil {
			c.Settings = change.Settings
		}
		if change.Credentials != nil {
			sealed, err := s.sealCredentials(c.ID, change.Credentials)
			if err != nil {
				return err
			}
			c.Credentials = sealed
		}
		c.UpdatedAt = s.stamp()
		if change.Status != nil {
			c.Status, c.StatusReason = *change.Status, change.StatusReason
			switch c.Status {
			case ChannelBound:
				c.BoundAt, c.Identity = c.UpdatedAt, change.Identity
			case ChannelUnbound:
				c.BoundAt, c.Identity = Time{}, ""
			case ChannelSuspended:
			}
		}
		return tx.Save(&c).Error
	})
	s.generation.Add(1)
	var conflict *ConflictError
	if errors.As(err, &conflict) && conflict.Field == "identity" {
		return Channel{}, ErrSameChannel
	}
	if err != nil {
		return Channel{}, err
	}
	return c, nil
}

// SuspendChannel marks a bound channel as one whose provider refuses it. A
// channel that is not bound (any more) stays as it is; changed tells which.
func (s *Store) SuspendChannel(ctx context.Context, workspace, id, reason string) (changed bool, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		result := tx.Model(&Channel{}).Where("workspace_id = ? AND id = ? AND status = ?", workspace, id, ChannelBound).
			Updates(map[string]any{"status": ChannelSuspended, "status_reason": reason, "updated_at": s.stamp()})
		changed = result.RowsAffected > 0
		return result.Error
	})
	if changed {
		s.generation.Add(1)
	}
	return changed, err
}

// DeleteChannel removes an unbound channel; ErrChannelBound otherwise.
func (s *Store) DeleteChannel(ctx context.Context, workspace, id string) error {
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var c Channel
		if err := tx.Where("workspace_id = ? AND id = ?", workspace, id).Take(&c).Error; err != nil {
			return err
		}
		if c.Status != ChannelUnbound {
			return ErrChannelBound
		}
		return tx.Where("workspace_id = ? AND id = ? AND status = ?", workspace, id, ChannelUnbound).Delete(&Channel{}).Error
	})
	s.generation.Add(1)
	return err
}

// Credentials opens the credentials of a channel. They are for one call to the
// provider, never for an answer or a log.
func (s *Store) Credentials(c Channel) (map[string]string, error) {
	credentials := map[string]string{}
	if len(c.Credentials) == 0 {
		return credentials, nil
	}
	if s.vault == nil {
		return nil, ErrNoVault
	}
	plain, err := s.vault.Open(c.Credentials, credentialsPlace(c.ID))
	if err != nil {
		return nil, fmt.Errorf("read the credentials of channel %s: %w", c.Slug, err)
	}
	if err := json.Unmarshal(plain, &credentials); err != nil {
		return nil, fmt.Errorf("read the credentials of channel %s: they are not an object", c.Slug)
	}
	return credentials, nil
}

func (s *Store) sealCredentials(channelID string, credentials map[string]string) ([]byte, error) {
	if len(credentials) == 0 {
		return nil, nil
	}
	if s.vault == nil {
		return nil, ErrNoVault
	}
	plain, err := json.Marshal(credentials)
	if err != nil {
		return nil, fmt.Errorf("seal credentials: %w", err)
	}
	return s.vault.Seal(plain, credentialsPlace(channelID))
}

func credentialsPlace(channelID string) []byte { return []byte("channels/" + channelID) }

// newHookKey makes a key with 192 bits of chance.
func newHookKey() string {
	raw := make([]byte, 24)
	rand.Read(raw) // It never returns an error (Go 1.24).
	return base64.RawURLEncoding.EncodeToString(raw)
}
