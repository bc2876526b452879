package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sluice/engine"
	"sluice/engine/address"
	"sluice/server/channels"
	"sluice/server/store"
)

// replyKey is what a reply from an address to a channel is found by: one of the
// address's forms, the key where a run begins to wait. A secret address is not
// written down: its fingerprint is.
func (l *Local) replyKey(workspace, channel, address string, secret bool) string {
	if !secret {
		return channel + "/" + address
	}
	sum, err := l.store.MAC([]byte(workspace + "/" + channel + "/" + address))
	if err != nil {
		l.log.Error("a reply from a secret address cannot be recognised", "workspace_id", workspace, "channel", channel, "error", err)
		return ""
	}
	return channel + "/" + sum
}

// replyKeys are the keys of a message from a person: runs know the address in
// the clear or as a secret, and those of earlier releases in other forms.
func (l *Local) replyKeys(workspace, channel string, forms []string) []string {
	if channel == "" {
		return nil
	}
	var keys []string
	for _, form := range forms {
		keys = append(keys, l.replyKey(workspace, channel, form, false))
		if secret := l.replyKey(workspace, channel, form, true); secret != "" {
			keys = append(keys, secret)
		}
	}
	return keys
}

// addresses reads addresses and remembers those that it met lately.
func (l *Local) addresses() address.Reader { return address.Reader{Phones: l.programs.phones} }

// received is a message from a person on its way into a batch.
type received struct {
	message *channels.InboundMessage
	// address is who it is from, as it is shown, and forms all that the same
	// address may be stored as; keys follow from them.
	address string
	forms   []string
	keys    []string
	run     string
	row     store.MessageRow
	isNew   bool
}

// key is the address as it is compared, or "".
func (r *received) key() string {
	if len(r.forms) == 0 {
		return ""
	}
	return r.forms[0]
}

// locateReplies stores messages from people, notes when they wrote, and finds
// the runs that wait for them: the newest of those that wait for a reply from
// there, else the newest that wrote to that person, which shows the message.
func (b *batch) locateReplies(tx *store.Batch, it *item) error {
	in := it.inbound
	var list []*received
	for _, ev := range in.events {
		if ev.Message != nil {
			list = append(list, &received{message: ev.Message})
		}
	}
	if len(list) == 0 {
		return nil
	}
	channel, err := b.l.store.Channel(context.Background(), in.workspace, in.channelID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := b.findRuns(tx, in, channel, list); err != nil {
		return err
	}
	for _, r := range list {
		if r.row, err = b.inboundRow(in, channel, r); err != nil {
			return err
		}
	}
	if err := insertInbound(tx, list); err != nil {
		return err
	}
	if err := b.insertMedia(tx, list); err != nil {
		return err
	}
	if err := insertAnswers(tx, list); err != nil {
		return err
	}
	for _, r := range list {
		if r.address != "" {
			b.heard = append(b.heard, store.InboundTime{WorkspaceID: in.workspace, ChannelID: in.channelID, Address: r.key(), At: r.row.QueuedAt, Message: r.message.ProviderMessageID})
		}
		if r.run == "" || !r.isNew && !b.again {
			continue
		}
		if !r.isNew {
			if r.run, err = storedRun(tx, r.row.ID); err != nil {
				return err
			}
		}
		b.located[it] = append(b.located[it], located{
			runID: r.run, workspace: in.workspace, keys: r.keys, known: !r.isNew, message: r.message, reply: b.withMedia(engine.Reply{
				Text: r.message.Text, ButtonID: r.message.ButtonID, ChannelType: r.row.ChannelType, From: r.address, MessageID: r.row.ID, At: r.row.QueuedAt,
			}, r.row.ID, r.message),
		})
	}
	return nil
}

// storedRun is the run that a stored message belongs to.
func storedRun(tx *store.Batch, id string) (string, error) {
	rows, err := tx.Messages([]string{id})
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].RunID, nil
}

// findRuns sets the addresses, keys and runs of messages.
func (b *batch) findRuns(tx *store.Batch, in *inboundItem, channel store.Channel, list []*received) error {
	var forms, keys []string
	for _, r := range list {
		if r.address = b.l.addresses().Sender(channel.Type, r.message.From); r.address != "" {
			r.forms = b.l.addresses().Forms(channel.Type, r.address)
		}
		r.keys = b.l.replyKeys(in.workspace, channel.Slug, r.forms)
		forms, keys = append(forms, r.forms...), append(keys, r.keys...)
	}
	asked, err := tx.AskedBy(in.workspace, keys)
	if err != nil {
		return err
	}
	wrote, err := tx.WaitingFor(in.workspace, in.channelID, forms)
	if err != nil {
		return err
	}
	for _, r := range list {
		for _, key := range r.keys {
			// Ids grow with time.
			r.run = max(r.run, asked[key])
		}
		if r.run != "" {
			continue
		}
		for _, form := range r.forms {
			r.run = max(r.run, wrote[form])
		}
	}
	return nil
}

// insertInbound stores messages and notes which of them are new. Everybody
// inserts in the order of ids, so that two replicas that get the same messages
// do not deadlock.
func insertInbound(tx *store.Batch, list []*received) error {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(x, y *received) int { return strings.Compare(x.row.ID, y.row.ID) })
	rows := make([]store.MessageRow, len(sorted))
	for i, r := range sorted {
		rows[i] = r.row
	}
	added, err := tx.InsertInbound(rows)
	if err != nil {
		return err
	}
	for i, r := range sorted {
		r.isNew = added[i]
	}
	return nil
}

// InboundID is the id of a message from a person: the same message again gets the
// same one.
func InboundID(channelID, providerMessageID string) string {
	sum := sha256.Sum256([]byte(channelID + "/" + providerMessageID))
	return "in-" + hex.EncodeToString(sum[:16])
}

func (b *batch) inboundRow(in *inboundItem, channel store.Channel, r *received) (store.MessageRow, error) {
	m := r.message
	content, err := json.Marshal(formOf(m))
	if err != nil {
		return store.MessageRow{}, fmt.Errorf("encode an inbound message: %w", err)
	}
	id := store.NewID()
	if m.ProviderMessageID != "" {
		id = InboundID(in.channelID, m.ProviderMessageID)
	}
	at := b.when(m.At)
	return store.MessageRow{
		ID: id, WorkspaceID: in.workspace, RunID: r.run, Direction: store.DirectionIn, ChannelID: in.channelID, Channel: channel.Slug,
		ChannelType: channel.Type, FromAddress: r.address, ToAddress: m.To, Content: content, Status: statusReceived, QueuedAt: at, DeliveredAt: at,
	}, nil
}

// applyReply gives a message from a person to its run. A run that by now waits
// for somebody else's reply only notes it.
func (b *batch) applyReply(ev located) {
	w := b.runOf(ev.workspace, ev.runID)
	if w == nil || w.state.Status.Final() {
		return
	}
	b.noteArrival(w.live.ID, w.state.Visit, "", "")
	reply := *ev.reply
	reply.Unasked = w.live.ReplyKey != "" && !slices.Contains(ev.keys, w.live.ReplyKey)
	b.tell(w, engine.Event{Kind: engine.EventReply, Reply: &reply})
}
