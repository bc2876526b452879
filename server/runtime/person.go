package runtime

import (
	"context"
	"slices"
	"strings"

	"sluice/engine/address"
	"sluice/server/channels"
	"sluice/server/store"
)

// A person writes from an address that may differ from the one that was written
// to: in its form, which package address knows, or because the vendor calls them
// something else, which it says with an accepted send or a message (aliases).

const (
	// maxAddress is how long an address may be, in bytes, to be compared: those of
	// people have 320 at most (RFC 5321, 4.5.3.1), and an index of PostgreSQL takes
	// 2,700.
	maxAddress = 512
	// maxAliases bounds the other addresses that one message tells.
	maxAliases = 4
	// maxForms bounds what one message is looked for by.
	maxForms = 32
)

// addresses reads addresses and remembers those that it met lately.
func (l *Local) addresses() address.Reader { return address.Reader{Phones: l.programs.phones} }

// recognise sets who messages are from, by all that is known of the person.
func (b *batch) recognise(tx *store.Batch, in *inboundItem, channel store.Channel, list []*received) error {
	names := make([][]string, len(list))
	var all []string
	for i, r := range list {
		names[i] = b.names(in, channel, r)
		for _, name := range names[i] {
			all = append(all, name, b.l.veiled(in.workspace, channel.Slug, name))
		}
	}
	linked, err := tx.LinkedTo(in.workspace, in.channelID, all)
	if err != nil {
		return err
	}
	for i, r := range list {
		known := names[i]
		for _, name := range names[i] {
			for _, other := range linked[name] {
				// A number can become another person's: what the vendor says now of
				// their id counts.
				if len(names[i]) == 1 || strings.HasPrefix(other, "+") {
					known = append(known, other)
				}
			}
			known = append(known, linked[b.l.veiled(in.workspace, channel.Slug, name)]...)
		}
		slices.Sort(known[min(1, len(known)):])
		r.names = slices.Compact(known)
		if len(known) > 0 {
			// Earlier releases wrote it as it came.
			r.forms = b.l.formsOf(channel.Type, append([]string{known[0], r.address}, r.names[1:]...))
		}
		r.keys = b.l.replyKeys(in.workspace, channel, r.forms)
	}
	return nil
}

// names are what the vendor calls the person of a message, the address that it is
// from first. What it says about aliases is noted.
func (b *batch) names(in *inboundItem, channel store.Channel, r *received) []string {
	from := r.message.From
	r.address = b.l.addresses().Sender(channel.Type, strings.ToValidUTF8(from[:min(len(from), maxAddress)], ""))
	key := b.l.addresses().Key(channel.Type, from)
	if key == "" || len(key) > maxAddress {
		return nil
	}
	names := []string{key}
	for _, alias := range r.message.Aliases[:min(len(r.message.Aliases), maxAliases)] {
		other := b.l.addresses().Key(channel.Type, alias)
		if other == "" || len(other) > maxAddress || slices.Contains(names, other) {
			continue
		}
		names = append(names, other)
		b.aliases = append(b.aliases, aliasOf(in.workspace, in.channelID, key, other))
		b.aliases[len(b.aliases)-1].At = b.when(r.message.At)
	}
	return names
}

// aliasOf links what a vendor calls a person to their address, which is a number
// where there is one.
func aliasOf(workspace, channelID, key, alias string) store.AliasRow {
	if !strings.HasPrefix(key, "+") && strings.HasPrefix(alias, "+") {
		key, alias = alias, key
	}
	row := store.AliasRow{WorkspaceID: workspace, ChannelID: channelID, Address: key, Alias: alias, Kind: store.AliasID}
	if strings.HasPrefix(alias, "+") {
		row.Kind = store.AliasNumber
	}
	return row
}

// formsOf are all forms of a person's addresses, the key of the first one first.
func (l *Local) formsOf(channelType string, names []string) []string {
	var forms []string
	for _, name := range names {
		for _, form := range l.addresses().Forms(channelType, name) {
			if len(forms) < maxForms && !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
	}
	return forms
}

// hear notes when people wrote, under all that they are known by.
func (b *batch) hear(in *inboundItem, list []*received) {
	for _, r := range list {
		if r.message.Kind == channels.InboundDeleted || r.message.Kind == channels.InboundSystem {
			// The vendor's own news is no word of the person.
			continue
		}
		for _, name := range r.names {
			b.heard = append(b.heard, store.InboundTime{WorkspaceID: in.workspace, ChannelID: in.channelID, Address: name, At: r.row.QueuedAt, Message: r.message.ProviderMessageID})
		}
	}
}

// known are all forms that a person may be stored as whom we write to.
func (l *Local) known(ctx context.Context, channel store.Channel, to string) ([]string, error) {
	key := l.addresses().Key(channel.Type, to)
	if key == "" || len(key) > maxAddress {
		return nil, nil
	}
	secret := l.veiled(channel.WorkspaceID, channel.Slug, key)
	linked, err := l.store.LinkedTo(ctx, channel.WorkspaceID, channel.ID, []string{key, secret})
	return append(l.formsOf(channel.Type, append([]string{key, to}, linked...)), secret), err
}

// noteAlias notes what a vendor calls the person who was sent a message. A secret
// address is not written down, nor what it is called.
func (l *Local) noteAlias(ctx context.Context, channel store.Channel, to string, secret bool, called string) {
	key, alias := l.addresses().Key(channel.Type, to), l.addresses().Key(channel.Type, called)
	if alias == "" || alias == key || key == "" || len(alias) > maxAddress || len(key) > maxAddress {
		return
	}
	row := aliasOf(channel.WorkspaceID, channel.ID, key, alias)
	if secret {
		row.Address, row.Alias = l.veiled(channel.WorkspaceID, channel.Slug, row.Address), l.veiled(channel.WorkspaceID, channel.Slug, row.Alias)
	}
	row.At = l.now()
	if err := l.store.Batch(context.WithoutCancel(ctx), func(tx *store.Batch) error { return tx.NoteAliases([]store.AliasRow{row}) }); err != nil {
		l.log.Warn("what a vendor calls a person is lost", "channel_id", channel.ID, "error", err)
	}
}
