package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"sluice/server/channels"
	"sluice/server/channels/graph"
	"sluice/server/channels/twilio"
	"sluice/server/store"
)

const (
	// publicURL is the address that vendors sign; requests go to the server
	// itself.
	publicURL = "https://bench.example"
	// prepareBatch is how many messages are written or read in one transaction.
	prepareBatch = 500

	benchToken  = "bench-token-0123456789abcdef01234"
	benchSecret = "0123456789abcdef0123456789abcdef"
	benchNumber = "106540352242922"
)

// webhook is one receipt and what came of posting it.
type webhook struct {
	path        string
	contentType string
	header      string
	signature   string
	body        []byte
	// message is our id of the message, read whether the receipt says so, or
	// that it was delivered.
	message string
	read    bool

	accepted bool
	took     time.Duration
}

// post sends it and notes whether it was acknowledged.
func (w *webhook) post(ctx context.Context, client *http.Client, base string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+w.path, bytes.NewReader(w.body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", w.contentType)
	req.Header.Set(w.header, w.signature)
	began := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close() // Nothing more is read from it.
	w.took, w.accepted = time.Since(began), err == nil && resp.StatusCode < http.StatusMultipleChoices
}

// prepare makes a channel at each vendor and the messages that the receipts are
// about, as if they had been sent.
func (h *hookBench) prepare(ctx context.Context, s *store.Store) error {
	workspace, err := s.CreateWorkspace(ctx, "Benchmark")
	if err != nil {
		return err
	}
	sms, err := s.CreateChannel(ctx, workspace.ID, store.Channel{
		Slug: "sms", Name: "SMS", Type: string(channels.SMS), Kind: "twilio", Settings: map[string]string{"sender": "+14155550100"},
	}, map[string]string{"account_sid": "AC0123456789abcdef0123456789abcdef", "auth_token": benchToken}, store.DefaultChannelLimit)
	if err != nil {
		return err
	}
	whatsapp, err := s.CreateChannel(ctx, workspace.ID, store.Channel{
		Slug: "whatsapp", Name: "WhatsApp", Type: string(channels.WhatsApp), Kind: "meta_whatsapp",
		Settings: map[string]string{"phone_number_id": benchNumber},
	}, map[string]string{"access_token": benchToken, "app_secret": benchSecret}, store.DefaultChannelLimit)
	if err != nil {
		return err
	}
	total := max(1, int(float64(h.o.Rate)*h.o.For.Seconds())/2)
	var rows []store.MessageRow
	now := time.Now().Add(-time.Minute)
	for n := range total {
		ch := sms
		if n%2 == 1 {
			ch = whatsapp
		}
		row := store.MessageRow{
			ID: store.NewID() + "-2", WorkspaceID: workspace.ID, RunID: store.NewID(), Visit: 2, Node: "send", Direction: store.DirectionOut,
			ChannelID: ch.ID, Channel: ch.Slug, ChannelType: ch.Type, ToAddress: "+639171234567", Content: []byte(`{"type":"text","text":"x"}`),
			Status: "queued", ProviderMessageID: fmt.Sprintf("SM%032x", n), QueuedAt: now,
		}
		rows = append(rows, row)
		h.messages = append(h.messages, row.ID)
		h.add(ch, row, false)
		h.add(ch, row, true)
	}
	// Receipts come in no order.
	rand.Shuffle(len(h.hooks), func(i, j int) { //nolint:gosec // an order of receipts is no secret.
		h.hooks[i], h.hooks[j] = h.hooks[j], h.hooks[i]
	})
	return insertSent(ctx, s, rows, now)
}

// insertSent writes messages that their vendors have taken.
func insertSent(ctx context.Context, s *store.Store, rows []store.MessageRow, at time.Time) error {
	for len(rows) > 0 {
		part := rows[:min(prepareBatch, len(rows))]
		rows = rows[len(part):]
		err := s.Batch(ctx, func(b *store.Batch) error {
			if err := b.InsertMessages(part); err != nil {
				return err
			}
			for i := range part {
				part[i].Status, part[i].SentAt = string(channels.StatusSent), at
			}
			return b.UpdateMessages(part)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// add makes one receipt as the vendor of the channel writes it.
func (h *hookBench) add(ch store.Channel, row store.MessageRow, read bool) {
	status := "delivered"
	if read {
		status = "read"
	}
	w := &webhook{path: "/hooks/" + ch.HookKey, message: row.ID, read: read}
	if ch.Type == string(channels.SMS) {
		form := url.Values{
			"AccountSid": {"AC0123456789abcdef0123456789abcdef"}, "MessageSid": {row.ProviderMessageID}, "MessageStatus": {status},
			"To": {row.ToAddress}, "From": {"+14155550100"},
		}
		w.body, w.contentType, w.header = []byte(form.Encode()), "application/x-www-form-urlencoded", twilio.SignatureHeader
		w.signature = twilio.Sign(benchToken, publicURL+w.path, form)
	} else {
		w.body = fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",`+
			`"metadata":{"display_phone_number":"+1","phone_number_id":%q},"statuses":[{"id":%q,"status":%q,"timestamp":"%d","recipient_id":"639171234567"}]}}]}]}`,
			benchNumber, row.ProviderMessageID, status, time.Now().Unix())
		w.contentType, w.header, w.signature = "application/json", graph.SignatureHeader, graph.Sign(benchSecret, w.body)
	}
	h.hooks = append(h.hooks, w)
}
