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
}

var insertMedia = insertInto("media", " ON CONFLICT (id) DO NOTHING",
	text("id"), text("workspace_id"), text("channel_id"), text("message_id"), text("run_id"), number("position"), text("type"), text("declared_type"),
	text("filename"), bytes("source"), text("status"), number("created_at"), number("next_at"), number("give_up_at"))

// InsertMedia notes files that are to be fetched.
func (b *Batch) InsertMedia(files []MediaRow) error {
	rows := make([][]any, len(files))
	for i, f := range files {
		sealed, err := b.s.seal(f.Source, mediaPlace(f.ID))
		if err != nil {
			return err
		}
		rows[i] = []any{
			f.ID, f.WorkspaceID, f.ChannelID, f.MessageID, f.RunID, int64(f.Position), f.Type, f.DeclaredType, f.Filename, sealed,
			string(MediaWaiting), f.CreatedAt.UnixMicro(), f.CreatedAt.UnixMicro(), f.GiveUpAt.UnixMicro(),
		}
	}
	return b.write(&insertMedia, rows, nil)
}
