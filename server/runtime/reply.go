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
	"sluice/server/channels"
	"sluice/server/store"
)

// replyKey is what a reply from an address to a channel is found by: one of the
// address's forms, the key where a run begins to wait. A secret address is not
// written down: its fingerprint is. A group's key without an address is for
// whoever answers.
func (l *Local) replyKey(workspace, channel, address string, secret bool) string {
	if !secret {
		return channel + "/" + channels.BoundedID(address)
	}
	sum := l.veiled(workspace, channel, address)
	if sum == "" {
		return ""
	}
	return channel + "/" + sum
}

// veiled stands for a secret address in the database; "" when there is none.
func (l *Local) veiled(workspace, channel, address string) string {
	sum, err := l.store.MAC([]byte(workspace + "/" + channel + "/" + address))
	if err != nil {
		l.log.Error("a reply from a secret address cannot be recognised", "workspace_id", workspace, "channel", channel, "error", err)
		return ""
	}
	return sum
}

// askedKey is the key of who is asked by a message.
func (l *Local) askedKey(workspace string, send *engine.Send) string {
	return l.replyKey(workspace, send.Channel, l.addresses().Key(send.ChannelType, send.To), send.MaskedTo != send.To)
}

// replyKeys are the keys of a message from a person: runs know the address in
// the clear or as a secret, and those of earlier releases in other forms.
func (l *Local) replyKeys(workspace string, channel store.Channel, forms []string) []string {
	if channel.Slug == "" || len(forms) == 0 {
		return nil
	}
	var keys []string
	for _, form := range forms {
		keys = append(keys, l.replyKey(workspace, channel.Slug, form, false))
		if secret := l.replyKey(workspace, channel.Slug, form, true); secret != "" {
			keys = append(keys, secret)
		}
	}
	if grouped(channel.Type) {
		keys = append(keys, l.replyKey(workspace, channel.Slug, "", false))
	}
	return keys
}

// received is a message from a person on its way into a batch.
type received struct {
	message *channels.InboundMessage
	// address is who it is from, as it is shown; names are what the person is
	// called, compared, and forms all that they may be stored as; keys follow from
	// them.
	address string
	names   []string
	forms   []string
	keys    []string
	// quoted is the message of ours that it answers, if any.
	quoted store.MessageRef
	// asked are the runs that waited for it when it was looked at, the newest
	// first, and shown is one that wrote to the person.
	asked []store.AskedRun
	shown string
	// never is why it answers no question, whatever waits.
	never string
	// grouped is true where several people read what was sent.
	grouped bool
	reply   *engine.Reply
	row     store.MessageRow
	isNew   bool
	// known is true for a message that was located before.
	known bool
}

// key is the address as it is compared, or "".
func (r *received) key() string {
	if len(r.forms) == 0 {
		return ""
	}
	return r.forms[0]
}

// locateReplies stores messages from people, notes when they wrote, and finds the
// runs that they may be for.
func (b *batch) locateReplies(tx *store.Batch, it *item, fresh map[providerName]store.MessageRef) error {
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
	if err := b.recognise(tx, in, channel, list); err != nil {
		return err
	}
	if err := b.findQuoted(tx, in, list, fresh); err != nil {
		return err
	}
	if err := b.findRuns(tx, in, list); err != nil {
		return err
	}
	for _, r := range list {
		if err := b.inboundRow(in, channel, r); err != nil {
			return err
		}
	}
	if err := insertInbound(tx, list); err != nil {
		return err
	}
	b.received = append(b.received, list...)
	b.hear(in, list)
	for _, r := range list {
		if !r.isNew && !b.again {
			continue
		}
		if !r.isNew {
			if err := r.stored(tx); err != nil {
				return err
			}
		}
		b.located[it] = append(b.located[it], located{workspace: in.workspace, received: r})
	}
	return nil
}

// stored has a message that was stored before go where it went then.
func (r *received) stored(tx *store.Batch) error {
	rows, err := tx.Messages([]string{r.row.ID})
	if err != nil || len(rows) == 0 {
		return err
	}
	r.known, r.row.RunID, r.shown, r.asked = true, rows[0].RunID, "", nil
	switch r.row.RunID {
	case "":
		r.quoted, r.never = store.MessageRef{}, matchedNone
	case r.quoted.RunID:
	default:
		r.quoted, r.asked, r.shown = store.MessageRef{}, []store.AskedRun{{ID: r.row.RunID}}, r.row.RunID
	}
	return nil
}

// findQuoted finds the messages of ours that messages answer: those of the same
// channel, as whoever can sign for one must not speak for another. What names a
// message that nobody knows answers none.
func (b *batch) findQuoted(tx *store.Batch, in *inboundItem, list []*received, fresh map[providerName]store.MessageRef) error {
	var names []string
	for _, r := range list {
		if r.message.ReplyTo != "" {
			names = append(names, r.message.ReplyTo)
		}
	}
	if len(names) == 0 {
		return nil
	}
	known, err := tx.FindMessages(in.workspace, in.channelID, names)
	if err != nil {
		return err
	}
	for _, r := range list {
		ref, ok := known[r.message.ReplyTo]
		if !ok {
			ref = fresh[providerName{in.channelID, r.message.ReplyTo}]
		}
		r.quoted = ref
	}
	return nil
}

// findRuns sets the runs that wait for messages, or show them.
func (b *batch) findRuns(tx *store.Batch, in *inboundItem, list []*received) error {
	var forms, keys []string
	for _, r := range list {
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
			r.asked = append(r.asked, asked[key]...)
		}
		// Ids grow with time.
		slices.SortFunc(r.asked, func(x, y store.AskedRun) int { return strings.Compare(y.ID, x.ID) })
		r.asked = slices.Compact(r.asked)
		r.asked = r.asked[:min(len(r.asked), store.MaxAsked)]
		for _, form := range r.forms {
			r.shown = max(r.shown, wrote[form])
		}
		if len(r.asked) > 0 {
			r.shown = max(r.shown, r.asked[0].ID)
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

// inboundRow sets what is stored of a message, and what runs are told.
func (b *batch) inboundRow(in *inboundItem, channel store.Channel, r *received) error {
	m := r.message
	content, err := json.Marshal(contentOf(m))
	if err != nil {
		return fmt.Errorf("encode an inbound message: %w", err)
	}
	id := store.NewID()
	if m.ProviderMessageID != "" {
		id = InboundID(in.channelID, m.ProviderMessageID)
	}
	at := b.when(m.At)
	r.row = store.MessageRow{
		ID: id, WorkspaceID: in.workspace, Direction: store.DirectionIn, ChannelID: in.channelID, Channel: channel.Slug,
		ChannelType: channel.Type, FromAddress: r.address, ToAddress: m.To, Content: content, Status: statusReceived, QueuedAt: at, DeliveredAt: at,
	}
	r.never, r.grouped = unanswering(m), grouped(channel.Type)
	r.foresee()
	r.reply = b.withMedia(engine.Reply{
		Text: m.Text, ButtonID: m.ButtonID, ChannelType: channel.Type, From: r.address, MessageID: id, Data: dataOf(m), At: at,
	}, id, m)
	return nil
}
