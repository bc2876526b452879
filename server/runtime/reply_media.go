package runtime

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/channels"
	"sluice/server/store"
)

const (
	// maxMedia bounds the files of one message; vendors send ten at most.
	maxMedia = 10
	// mediaTries is how long a file is tried to be fetched: vendors keep what
	// people send for days at most.
	mediaTries = 48 * time.Hour
)

// MediaID is the id of a file of a message, by its place from zero.
func MediaID(messageID string, position int) string { return messageID + "-" + strconv.Itoa(position) }

// mediaOf are the files of a message, as they are to be fetched or are kept
// already.
func mediaOf(row store.MessageRow, files []channels.Media, now time.Time) ([]store.MediaRow, error) {
	if len(files) > maxMedia {
		files = files[:maxMedia]
	}
	rows := make([]store.MediaRow, len(files))
	for i, f := range files {
		source, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("encode a file of an inbound message: %w", err)
		}
		rows[i] = store.MediaRow{
			ID: MediaID(row.ID, i), WorkspaceID: row.WorkspaceID, ChannelID: row.ChannelID, MessageID: row.ID, RunID: row.RunID, Position: i,
			Type: string(f.Form()), DeclaredType: f.ContentType, Filename: f.Filename, Source: source, CreatedAt: now, GiveUpAt: now.Add(mediaTries),
		}
		if k := f.Kept; k != nil {
			rows[i].Kept = &store.KeptMedia{ContentType: f.ContentType, Size: k.Size, SHA256: k.SHA256, StorageKey: k.StorageKey, DataKey: k.DataKey}
		}
	}
	return rows, nil
}

// insertMedia notes the files of new messages.
func (b *batch) insertMedia(tx *store.Batch, list []*received) error {
	var all []store.MediaRow
	for _, r := range list {
		if !r.isNew || len(r.message.Media) == 0 {
			continue
		}
		rows, err := mediaOf(r.row, r.message.Media, b.now)
		if err != nil {
			return err
		}
		all = append(all, rows...)
	}
	return tx.InsertMedia(all)
}

// maxData is how long the data of a message may be, as JSON, to be kept.
const maxData = 64 << 10

// content is what is stored of a message from a person.
type content struct {
	flows.Message
	Data json.RawMessage `json:"data,omitempty"`
}

func contentOf(m *channels.InboundMessage) content { return content{formOf(m), dataOf(m)} }

// dataOf is the object that a message holds, if it is one that can be kept.
func dataOf(m *channels.InboundMessage) json.RawMessage {
	var object map[string]json.RawMessage
	if len(m.Data) > maxData || json.Unmarshal(m.Data, &object) != nil || object == nil {
		return nil
	}
	return m.Data
}

// formOf is a message from a person in the form that flows use. Its files are
// rows of their own.
func formOf(m *channels.InboundMessage) flows.Message {
	if len(m.Media) == 0 {
		return flows.Message{Type: flows.MessageText, Text: m.Text}
	}
	return flows.Message{Type: m.Media[0].Form(), Caption: m.Text, Filename: m.Media[0].Filename}
}

// withMedia says in a reply what the person sent.
func (b *batch) withMedia(reply engine.Reply, messageID string, m *channels.InboundMessage) *engine.Reply {
	reply.Type = string(flows.MessageText)
	if len(m.Media) > 0 {
		reply.Type, reply.MediaID = string(m.Media[0].Form()), MediaID(messageID, 0)
		reply.MediaURL = b.l.mediaURL(reply.MediaID)
	}
	return &reply
}
