package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"
)

// Aliases: what vendors call people beside the addresses that we know. An address
// is here as it is compared, or as its fingerprint when it is secret.

// AliasRow says that messages from Alias are from the person at Address.
type AliasRow struct {
	WorkspaceID, ChannelID, Address, Alias string
	Kind                                   AliasKind
	At                                     time.Time
}

// AliasKind is what an alias is. An address has the newest one of each kind.
type AliasKind string

// The kinds of aliases: another number, and a vendor's id, which is one person's.
const (
	AliasNumber AliasKind = "number"
	AliasID     AliasKind = "id"
)

// MaxLinked bounds the addresses that one address is linked to. A person has few;
// who has more is found by the newest.
const MaxLinked = 8

var (
	noteAliases = insertInto("address_aliases",
		" ON CONFLICT (workspace_id, channel_id, address, kind) DO UPDATE SET alias = EXCLUDED.alias, at = EXCLUDED.at WHERE address_aliases.at <= EXCLUDED.at",
		text("workspace_id"), text("channel_id"), text("address"), text("kind"), text("alias"), number("at"))

	linkedTo = selecting(`SELECT address, alias, kind, at FROM address_aliases WHERE workspace_id = ? AND channel_id = ? AND alias @in ?
		UNION ALL SELECT address, alias, kind, at FROM address_aliases WHERE workspace_id = ? AND channel_id = ? AND address @in ?
		ORDER BY at DESC LIMIT ?`)
)

// NoteAliases notes what vendors call people. What is known already and newer
// stays.
func (b *Batch) NoteAliases(aliases []AliasRow) error {
	// Each once, and in one order for everybody, as NoteInbound does.
	latest := map[AliasRow]AliasRow{}
	for _, a := range aliases {
		key := AliasRow{WorkspaceID: a.WorkspaceID, ChannelID: a.ChannelID, Address: storable(a.Address), Kind: a.Kind}
		if !a.At.Before(latest[key].At) {
			latest[key] = a
		}
	}
	keys := slices.SortedFunc(maps.Keys(latest), func(x, y AliasRow) int {
		return cmp.Or(strings.Compare(x.WorkspaceID, y.WorkspaceID), strings.Compare(x.ChannelID, y.ChannelID), strings.Compare(x.Address, y.Address), cmp.Compare(x.Kind, y.Kind))
	})
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{k.WorkspaceID, k.ChannelID, k.Address, string(k.Kind), latest[k].Alias, latest[k].At.UnixMicro()}
	}
	return b.write(&noteAliases, rows, nil)
}

// LinkedTo finds, for each address, those of the same person on the channel, of
// either direction, the newest first: at most MaxLinked.
func (b *Batch) LinkedTo(workspace, channelID string, addresses []string) (map[string][]string, error) {
	linked := map[string][]string{}
	if len(addresses) == 0 {
		return linked, nil
	}
	asked := map[string]bool{}
	for _, address := range addresses {
		asked[storable(address)] = true
	}
	link := func(from, to string) {
		if asked[from] && from != to && len(linked[from]) < MaxLinked && !slices.Contains(linked[from], to) {
			linked[from] = append(linked[from], to)
		}
	}
	owner := map[string]bool{}
	err := b.read(&linkedTo, func(rows *sql.Rows) error {
		var address, alias string
		var kind AliasKind
		var at Time
		if err := rows.Scan(&address, &alias, &kind, &at); err != nil {
			return err
		}
		link(address, alias)
		// An id is of one person, whose newest number counts.
		if kind != AliasID || !owner[alias] {
			link(alias, address)
		}
		owner[alias] = true
		return nil
	}, workspace, channelID, addresses, workspace, channelID, addresses, 4*MaxLinked*len(addresses))
	return linked, err
}

// LinkedTo finds the addresses of the same person as any of these.
func (s *Store) LinkedTo(ctx context.Context, workspace, channelID string, addresses []string) ([]string, error) {
	var all []string
	rows := []struct{ Address, Alias string }{}
	err := s.reading(ctx).Table("address_aliases").Where("workspace_id = ? AND channel_id = ?", workspace, channelID).
		Where("address IN ? OR alias IN ?", storables(addresses), storables(addresses)).Order("at DESC").Limit(MaxLinked).Find(&rows).Error
	for _, r := range rows {
		all = append(all, r.Address, r.Alias)
	}
	return all, translate(err)
}
