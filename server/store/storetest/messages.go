package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sluice/server/store"
)

// Only the message of the visit in which a run waits counts, while nothing has
// shown that it was sent.
func sendTimes(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	at := moment.Add(time.Hour)
	waiting, elsewhere, sent, left, ended := newRun(mine, moment), newRun("elsewhere", moment), newRun(mine, moment), newRun(mine, moment), newRun(mine, moment)
	left.Visit = 3
	ended.Status, ended.EndedAt, ended.DueAt = "cancelled", moment, time.Time{}
	var messages []store.MessageRow
	for _, r := range []store.RunRow{waiting, elsewhere, sent, left, ended} {
		m := newMessage(r, "c1")
		m.Status, m.SendAt = "scheduled", at
		if r.ID == sent.ID {
			m.Status = "sent"
		}
		messages = append(messages, m)
	}
	batch(t, s, func(b *store.Batch) error {
		return errors.Join(b.InsertMessages(messages), b.InsertRuns([]store.RunRow{waiting, elsewhere, sent, left, ended}))
	})
	var runs []store.Run
	for _, r := range []store.RunRow{waiting, elsewhere, sent, left, ended} {
		runs = append(runs, must[store.Run](t)(s.Run(t.Context(), r.WorkspaceID, r.ID)))
	}
	times := must[map[string]time.Time](t)(s.SendTimes(t.Context(), mine, runs))
	if len(times) != 1 || !times[waiting.ID].Equal(at) {
		t.Errorf("the times are %v; want only that of %s", times, waiting.ID)
	}
	if none := must[map[string]time.Time](t)(s.SendTimes(t.Context(), mine, nil)); len(none) != 0 {
		t.Errorf("no runs wait for %v", none)
	}
}

func providerNames(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r := newRun(mine, moment)
	m := newMessage(r, "c1")
	inbound := store.MessageRow{
		ID: "in-1", WorkspaceID: mine, Direction: store.DirectionIn, ChannelID: "c1", Channel: "main", ChannelType: "viber", FromAddress: r.Recipient,
		Content: []byte(`{}`), Status: "received", ProviderMessageID: "SM2", QueuedAt: moment,
	}
	batch(t, s, func(b *store.Batch) error {
		if err := b.InsertMessages([]store.MessageRow{m}); err != nil {
			return err
		}
		added, err := b.InsertInbound([]store.MessageRow{inbound})
		if !slices.Equal(added, []bool{true}) {
			t.Errorf("added %v", added)
		}
		second := inbound
		second.ID = "in-2"
		again, err2 := b.InsertInbound([]store.MessageRow{inbound, second})
		if !slices.Equal(again, []bool{false, true}) {
			t.Errorf("of a repeated and a new inbound message were added: %v", again)
		}
		m.ProviderMessageID = "SM1"
		return errors.Join(err, err2, b.UpdateMessages([]store.MessageRow{m}), b.InsertRuns([]store.RunRow{r}))
	})
	batch(t, s, func(b *store.Batch) error {
		for _, tt := range []struct {
			workspace, channel string
			want               map[string]store.MessageRef
		}{
			{mine, "c1", map[string]store.MessageRef{"SM1": {ID: m.ID, RunID: r.ID}}},
			{mine, "c2", map[string]store.MessageRef{}},
			{"elsewhere", "c1", map[string]store.MessageRef{}},
		} {
			found, err := b.FindMessages(tt.workspace, tt.channel, []string{"SM1", "SM2", "SM3"})
			if diff := cmp.Diff(tt.want, found); diff != "" || err != nil {
				t.Errorf("%s, %s: %s, %v", tt.workspace, tt.channel, diff, err)
			}
		}
		for _, tt := range []struct {
			workspace, channel string
			want               map[string]string
		}{
			{mine, "c1", map[string]string{r.Recipient: r.ID}},
			{mine, "c2", map[string]string{}},
			{"elsewhere", "c1", map[string]string{}},
		} {
			found, err := b.WaitingFor(tt.workspace, tt.channel, []string{r.Recipient, "+10000000000"})
			if diff := cmp.Diff(tt.want, found); diff != "" || err != nil {
				t.Errorf("who waits on %s, %s: %s, %v", tt.workspace, tt.channel, diff, err)
			}
		}
		return nil
	})
}

func strangeTexts(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	r := newRun(mine, moment)
	r.Recipient = "ann\x00\xff"
	m := newMessage(r, "c1")
	m.ProviderMessageID, m.Reason = "SM\x001", "bad \xff\x00 bytes"
	batch(t, s, func(b *store.Batch) error {
		err := errors.Join(b.InsertRuns([]store.RunRow{r}), b.InsertMessages([]store.MessageRow{m}), b.UpdateMessages([]store.MessageRow{m}))
		_, err2 := b.FindMessages(mine, "c1", []string{m.ProviderMessageID})
		_, err3 := b.TakeEarly(mine, "c1", []string{m.ProviderMessageID})
		_, err4 := b.WaitingFor(mine, "c1", []string{r.Recipient})
		return errors.Join(err, err2, err3, err4)
	})
}

func earlyReceipts(t *testing.T, open Open) {
	s, _, _ := fresh(t, open)
	receipt := func(status string) store.EarlyReceipt {
		return store.EarlyReceipt{ID: store.NewID(), WorkspaceID: mine, ChannelID: "c1", ProviderMessageID: "SM1", Status: status, Code: "7", At: moment}
	}
	keep := func() {
		batch(t, s, func(b *store.Batch) error {
			return b.InsertEarly([]store.EarlyReceipt{receipt("delivered"), receipt("delivered"), receipt("read")}, moment)
		})
	}
	keep()
	keep()
	batch(t, s, func(b *store.Batch) error {
		unknown, err := b.MatchEarly(moment, 10)
		if len(unknown) != 0 {
			t.Errorf("matched without a message: %+v", unknown)
		}
		foreign, err2 := b.TakeEarly("elsewhere", "c1", []string{"SM1"})
		if len(foreign) != 0 {
			t.Error("taken through another workspace")
		}
		return errors.Join(err, err2)
	})
	r := newRun(mine, moment)
	m := newMessage(r, "c1")
	m.ProviderMessageID = "SM1"
	batch(t, s, func(b *store.Batch) error {
		err := b.InsertMessages([]store.MessageRow{m})
		matched, err2 := b.MatchEarly(moment, 10)
		if len(matched) != 2 || matched[0].Message != (store.MessageRef{ID: m.ID, RunID: r.ID}) {
			t.Errorf("matched %+v", matched)
		}
		old, err3 := b.MatchEarly(moment.Add(time.Second), 10)
		if len(old) != 0 {
			t.Errorf("matched what came before: %+v", old)
		}
		taken, err4 := b.TakeEarly(mine, "c1", []string{"SM1", "SM9"})
		if len(taken) != 2 || taken[0].Status != "delivered" || taken[0].Code != "7" || !taken[0].At.Equal(moment) || taken[1].Status != "read" {
			t.Errorf("taken %+v", taken)
		}
		again, err5 := b.TakeEarly(mine, "c1", []string{"SM1"})
		if len(again) != 0 {
			t.Error("taken twice")
		}
		return errors.Join(err, err2, err3, err4, err5)
	})
}
