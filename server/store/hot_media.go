package store

import "time"

// MediaRow is a file of a new message from a person, to be fetched.
type MediaRow struct {
	ID, WorkspaceID, ChannelID, MessageID, RunID string
	Position                                     int
	Type, DeclaredType, Filename                 string
	// Source is a channels.Media as JSON; the database holds it sealed.
	Source              []byte
	CreatedAt, GiveUpAt time.Time
	// Kept is set for a file that is stored already; nil for one that is to be
	// fetched.
	Kept *KeptMedia
}

// KeptMedia is where a stored file is.
type KeptMedia struct {
	ContentType, SHA256, StorageKey string
	Size                            int64
	// DataKey is sealed: see SealMediaKey.
	DataKey []byte
}

var insertMedia = insertInto("media", " ON CONFLICT (id) DO NOTHING",
	text("id"), text("workspace_id"), text("channel_id"), text("message_id"), text("run_id"), number("position"), text("type"), text("declared_type"),
	text("filename"), bytes("source"), text("status"), number("created_at"), number("next_at"), number("give_up_at"),
	text("content_type"), number("size"), text("sha256"), text("storage_key"), bytes("data_key"), nullNum("stored_at"))

// InsertMedia notes files that are to be fetched, or came with their messages.
func (b *Batch) InsertMedia(files []MediaRow) error {
	rows := make([][]any, len(files))
	for i, f := range files {
		sealed, err := b.s.seal(f.Source, mediaPlace(f.ID))
		if err != nil {
			return err
		}
		status, storedAt, kept := MediaWaiting, any(nil), KeptMedia{}
		if f.Kept != nil {
			status, storedAt, kept = MediaStored, f.CreatedAt.UnixMicro(), *f.Kept
		}
		rows[i] = []any{
			f.ID, f.WorkspaceID, f.ChannelID, f.MessageID, f.RunID, int64(f.Position), f.Type, f.DeclaredType, f.Filename, sealed,
			string(status), f.CreatedAt.UnixMicro(), f.CreatedAt.UnixMicro(), f.GiveUpAt.UnixMicro(),
			kept.ContentType, kept.Size, kept.SHA256, kept.StorageKey, kept.DataKey, storedAt,
		}
	}
	return b.write(&insertMedia, rows, nil)
}
