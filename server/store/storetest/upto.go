package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/store"
)

// messagesUpTo checks which messages a receipt for a person and a time covers.
func messagesUpTo(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	var refs []store.MessageRef
	add := func(change func(*store.MessageRow)) {
		r := newRun(mine, moment)
		m := newMessage(r, "c1")
		m.ChannelType, m.ToAddress, m.Status = "messenger", "7246543210987", "sent"
		m.QueuedAt, m.SentAt = moment.Add(time.Duration(len(refs))*time.Second), moment.Add(time.Minute)
		change(&m)
		refs = append(refs, store.MessageRef{ID: m.ID, RunID: r.ID})
		batch(t, s, func(b *store.Batch) error {
			if err := b.InsertMessages([]store.MessageRow{m}); err != nil {
				return err
			}
			return b.UpdateMessages([]store.MessageRow{m})
		})
	}
	add(func(*store.MessageRow) {})
	add(func(m *store.MessageRow) { m.DeliveredAt = moment.Add(time.Minute) })
	add(func(m *store.MessageRow) { m.ReadAt = moment.Add(time.Minute) })
	add(func(m *store.MessageRow) { m.SentAt = time.Time{} })
	add(func(m *store.MessageRow) { m.ToAddress = "another" })
	add(func(m *store.MessageRow) { m.ChannelID = "c2" })
	add(func(m *store.MessageRow) { m.WorkspaceID = "elsewhere" })
	add(func(m *store.MessageRow) { m.ChannelType = "viber" })
	add(func(*store.MessageRow) {})
	last := moment.Add(8 * time.Second)
	for _, tt := range []struct {
		name               string
		workspace, channel string
		through            time.Time
		want               []store.MessageRef
	}{
		{"up to the last", mine, "c1", last, []store.MessageRef{refs[8], refs[1], refs[0]}},
		{"up to the one before", mine, "c1", last.Add(-time.Second), []store.MessageRef{refs[1], refs[0]}},
		{"before all", mine, "c1", moment.Add(-time.Second), nil},
		{"another channel", mine, "c2", last, []store.MessageRef{refs[5]}},
		{"another workspace", "elsewhere", "c1", last, []store.MessageRef{refs[6]}},
		{"a workspace without any", "nowhere", "c1", last, nil},
	} {
		batch(t, s, func(b *store.Batch) error {
			got, err := b.FindMessagesUpTo(tt.workspace, tt.channel, "7246543210987", tt.through)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
			return err
		})
	}
	for i := range store.MaxUpTo {
		add(func(m *store.MessageRow) { m.Node = fmt.Sprint(i) })
	}
	batch(t, s, func(b *store.Batch) error {
		got, err := b.FindMessagesUpTo(mine, "c1", "7246543210987", moment.Add(time.Hour))
		if len(got) != store.MaxUpTo || got[0] != refs[len(refs)-1] {
			t.Errorf("of more than fit came %d, the first %v", len(got), got[0])
		}
		return err
	})
}
