package webhooks

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"sluice/server/store"
)

// parcelsAtOnce is how many parcels are read at once for a list.
const parcelsAtOnce = 20

// Kept is a webhook as it was kept.
type Kept struct {
	// ID names it among those of its channel.
	ID string
	Record
}

// Filter says which webhooks to list.
type Filter struct {
	// Verdict is empty for all.
	Verdict Verdict
	// After is the id that the last page ended with; empty for the newest.
	After string
	Limit int
}

// Archive reads what was kept of webhooks.
type Archive struct{ store *store.Store }

// NewArchive makes it.
func NewArchive(s *store.Store) Archive { return Archive{s} }

// List returns the webhooks of a channel, newest first. more tells that there
// are others after them.
func (a Archive) List(ctx context.Context, workspace, channelID string, f Filter) (found []Kept, more bool, err error) {
	query := store.WebhookFilter{Accepted: f.Verdict != Refused, Refused: f.Verdict != Accepted, Limit: min(f.Limit+1, parcelsAtOnce)}
	if f.After != "" {
		parcel, index, ok := splitID(f.After)
		if !ok {
			return nil, false, store.ErrNotFound
		}
		query.Before = parcel
		p, err := a.store.WebhookParcel(ctx, workspace, channelID, parcel)
		switch {
		case err == nil:
			if found, err = f.take(found, p, index); err != nil {
				return nil, false, err
			}
		case !errors.Is(err, store.ErrNotFound):
			return nil, false, err
		}
	}
	for len(found) <= f.Limit {
		parcels, err := a.store.WebhookParcels(ctx, workspace, channelID, query)
		if err != nil {
			return nil, false, err
		}
		for _, p := range parcels {
			query.Before = p.ID
			if found, err = f.take(found, p, -1); err != nil {
				return nil, false, err
			}
		}
		if len(parcels) < query.Limit {
			break
		}
	}
	if more = len(found) > f.Limit; more {
		found = found[:f.Limit]
	}
	return found, more, nil
}

// take adds what the filter lets through of the records of a parcel before an
// index, the last first; -1 means all.
func (f Filter) take(found []Kept, p store.WebhookParcel, before int) ([]Kept, error) {
	records, err := unpack(p.Content)
	if err != nil {
		return nil, err
	}
	if before < 0 || before > len(records) {
		before = len(records)
	}
	for i := before - 1; i >= 0 && len(found) <= f.Limit; i-- {
		if f.Verdict == "" || records[i].Verdict == f.Verdict {
			found = append(found, Kept{ID: p.ID + "." + strconv.Itoa(i), Record: records[i]})
		}
	}
	return found, nil
}

// Get returns one webhook of a channel, or store.ErrNotFound.
func (a Archive) Get(ctx context.Context, workspace, channelID, id string) (Kept, error) {
	parcel, index, ok := splitID(id)
	if !ok {
		return Kept{}, store.ErrNotFound
	}
	p, err := a.store.WebhookParcel(ctx, workspace, channelID, parcel)
	if err != nil {
		return Kept{}, err
	}
	records, err := unpack(p.Content)
	if err != nil {
		return Kept{}, err
	}
	if index >= len(records) {
		return Kept{}, store.ErrNotFound
	}
	return Kept{ID: id, Record: records[index]}, nil
}

// splitID reads an id: that of a parcel, and a place in it.
func splitID(id string) (parcel string, index int, ok bool) {
	parcel, place, found := strings.Cut(id, ".")
	n, err := strconv.Atoi(place)
	return parcel, n, found && err == nil && n >= 0 && parcel != ""
}
