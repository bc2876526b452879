package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MediaStatus is where a file of a message is.
type MediaStatus string

// The statuses of a file.
const (
	MediaWaiting MediaStatus = "waiting"
	MediaStored  MediaStatus = "stored"
	MediaFailed  MediaStatus = "failed"
)

// Media is a file of a message from a person.
type Media struct {
	ID          string
	WorkspaceID string
	ChannelID   string
	MessageID   string
	RunID       string
	// Position is its place in the message, from zero.
	Position int
	// Type is image, video, audio or document; DeclaredType the MIME type that
	// the provider named, ContentType the one that was found.
	Type         string
	DeclaredType string
	Filename     string
	// Source is a channels.Media as JSON, sealed: addresses hold keys.
	Source      []byte
	Status      MediaStatus
	Code        string
	Reason      string
	ContentType string
	Size        int64
	SHA256      string `gorm:"column:sha256"`
	StorageKey  string
	// SharesWith is, when it is saved, the id of the row whose kept file it has
	// too; empty: the file is its own. It is not stored.
	SharesWith string `gorm:"-"`
	// DataKey is what the kept file is encrypted with, sealed.
	DataKey    []byte
	Attempts   int
	CreatedAt  Time `gorm:"autoCreateTime:false"`
	NextAt     Time
	GiveUpAt   Time
	LeaseBy    string
	LeaseUntil Time
	StoredAt   Time
}

// TableName is the table's name.
func (Media) TableName() string { return "media" }

func mediaPlace(id string) []byte { return []byte("media/" + id) }

// OpenMediaSource decrypts where a file is at its provider.
func (s *Store) OpenMediaSource(m Media) ([]byte, error) { return s.open(m.Source, mediaPlace(m.ID)) }

// dataKeyPlace names the storage key: rows that share a file share its key.
func dataKeyPlace(storageKey string) []byte { return []byte("media file/" + storageKey) }

// SealMediaKey encrypts what a kept file is encrypted with.
func (s *Store) SealMediaKey(storageKey string, key []byte) ([]byte, error) {
	return s.seal(key, dataKeyPlace(storageKey))
}

// OpenMediaKey decrypts what a kept file is encrypted with.
func (s *Store) OpenMediaKey(m Media) ([]byte, error) {
	return s.open(m.DataKey, dataKeyPlace(m.StorageKey))
}

// Media returns a file of a message by its id.
func (s *Store) Media(ctx context.Context, workspace, id string) (Media, error) {
	var m Media
	err := s.reading(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Take(&m).Error
	return m, translate(err)
}

// MediaOf returns the files of messages, by message and place.
func (s *Store) MediaOf(ctx context.Context, workspace string, messageIDs []string) ([]Media, error) {
	if len(messageIDs) == 0 {
		return nil, nil
	}
	var all []Media
	err := s.reading(ctx).Where("workspace_id = ? AND message_id IN ?", workspace, messageIDs).Order("message_id, position").Find(&all).Error
	return all, translate(err)
}

// ClaimMedia takes due files in hand until a time, in all workspaces. A claim
// counts as an attempt; one whose time is over can be claimed again.
func (s *Store) ClaimMedia(ctx context.Context, worker string, now, until time.Time, limit int) ([]Media, error) {
	var found []Media
	err := s.tx(ctx, func(tx *gorm.DB) error {
		due := tx.Where("status = 'waiting' AND next_at <= ? AND (lease_until IS NULL OR lease_until <= ?)", At(now), At(now)).Order("next_at").Limit(limit)
		if s.dialect == postgresDialect {
			due = due.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
		}
		if err := due.Find(&found).Error; err != nil {
			return err
		}
		for i := range found {
			m := &found[i]
			m.Attempts++
			m.LeaseBy, m.LeaseUntil = worker, At(until)
			err := tx.Model(&Media{}).Where("id = ? AND workspace_id = ?", m.ID, m.WorkspaceID).Select("Attempts", "LeaseBy", "LeaseUntil").Updates(m).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// NextMedia is when the next waiting file is due; zero: none waits.
func (s *Store) NextMedia(ctx context.Context) (time.Time, error) {
	var at Time
	err := s.reading(ctx).Raw("SELECT MIN(CASE WHEN lease_until IS NULL OR lease_until < next_at THEN next_at ELSE lease_until END) FROM media WHERE status = 'waiting'").Row().Scan(&at)
	return at.Time, translate(err)
}

// SaveMedia writes what came of an attempt. ErrNotFound when somebody else has
// the file in hand by now, or its message is gone; ErrStale when the row whose
// file it shares is gone, and the file with it.
func (s *Store) SaveMedia(ctx context.Context, workspace string, m Media) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if m.SharesWith != "" {
			// PruneMedia looks for who needs a file after it removed its own rows: the
			// lock has it either wait and find this one, or be seen here.
			shared := tx.Model(&Media{}).Where("workspace_id = ? AND id = ? AND storage_key = ?", workspace, m.SharesWith, m.StorageKey)
			if s.dialect == postgresDialect {
				shared = shared.Clauses(clause.Locking{Strength: clause.LockingStrengthShare})
			}
			var ids []string
			if err := shared.Pluck("id", &ids).Error; err != nil {
				return err
			}
			if len(ids) == 0 {
				return ErrStale
			}
		}
		result := tx.Model(&Media{}).Where("workspace_id = ? AND id = ? AND attempts = ? AND lease_by = ? AND status = ?", workspace, m.ID, m.Attempts, m.LeaseBy, MediaWaiting).
			Select("Status", "Code", "Reason", "ContentType", "Size", "SHA256", "StorageKey", "DataKey", "NextAt", "LeaseUntil", "StoredAt").Updates(&m)
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrNotFound
		}
		return result.Error
	})
}

// SameMedia is a kept file of the workspace with that content. ErrNotFound when
// there is none.
func (s *Store) SameMedia(ctx context.Context, workspace, sha256 string) (Media, error) {
	var m Media
	err := s.reading(ctx).Where("workspace_id = ? AND sha256 = ? AND status = ?", workspace, sha256, MediaStored).Order("id").Take(&m).Error
	return m, translate(err)
}

// PruneMedia removes up to limit rows of files whose message is gone, in all
// workspaces, and returns those kept files that no row names any more.
func (s *Store) PruneMedia(ctx context.Context, limit int) (removed int, unused []string, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		var old []Media
		err := tx.Raw("SELECT id, storage_key FROM media WHERE NOT EXISTS (SELECT 1 FROM messages WHERE messages.id = media.message_id) ORDER BY id LIMIT ?", limit).Scan(&old).Error
		if err != nil || len(old) == 0 {
			return err
		}
		removed = len(old)
		var ids []string
		keys := map[string]bool{}
		for _, m := range old {
			ids = append(ids, m.ID)
			if m.StorageKey != "" {
				keys[m.StorageKey] = true
			}
		}
		if err := tx.Exec("DELETE FROM media WHERE id IN ?", ids).Error; err != nil {
			return err
		}
		for key := range keys {
			var n int64
			if err := tx.Model(&Media{}).Where("storage_key = ?", key).Count(&n).Error; err != nil {
				return err
			}
			if n == 0 {
				unused = append(unused, key)
			}
		}
		return nil
	})
	return removed, unused, err
}
