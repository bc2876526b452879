package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"sluice/server/chaos"
	"sluice/server/store"
	"sluice/server/testhost"
)

// receiptsFor is for how long the vendor repeats a receipt that is not taken.
const receiptsFor = testhost.Patience

// thinking is how long the vendor takes to answer, so that there are messages in
// hand when something happens.
const thinking = 250 * time.Millisecond

// serveVendor starts the vendor and the link to it.
func (f *fleet) serveVendor() {
	f.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(f.take))
	f.t.Cleanup(server.Close)
	f.t.Cleanup(f.receipts.Wait)
	f.vendor = chaos.NewLink(f.t, strings.TrimPrefix(server.URL, "http://"))
}

// take is the vendor: it notes what it is to send before it answers, looks
// whether that was stored before, and half of the phones receive it.
func (f *fleet) take(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Text string `json:"text"`
		Ref  string `json:"ref"`
	}
	if json.NewDecoder(r.Body).Decode(&message) != nil {
		// A request that broke off is none.
		return
	}
	f.mu.Lock()
	f.ledger[message.Ref]++
	f.mu.Unlock()
	// INVARIANTS 4: no send without a committed intent.
	if !f.isStored(r.Context(), message.Ref) {
		f.mu.Lock()
		f.unstored = append(f.unstored, message.Ref)
		f.mu.Unlock()
	}
	if strings.HasSuffix(message.Text, "0") {
		f.receipts.Go(func() { f.report(message.Ref) })
	}
	f.pause(thinking)
	_, _ = fmt.Fprint(w, "{}")
}

// isStored reports whether the database has the message. A database that is away
// cannot be asked, and is asked again at the end.
func (f *fleet) isStored(ctx context.Context, ref string) bool {
	messages, err := f.store.MessagesOf(ctx, store.DefaultWorkspaceID, runOf(ref))
	return err != nil || slices.ContainsFunc(messages, func(m store.Message) bool { return m.ID == ref })
}

// runOf is the run of a message.
func runOf(ref string) string { return ref[:min(len(ref), 36)] }

// report tells that a message was delivered, twice, each until a server takes it.
func (f *fleet) report(ref string) {
	header := http.Header{"Content-Type": {"application/json"}, "X-Webhook-Secret": {hookSecret}}
	body := fmt.Sprintf(`{"id": %q, "status": "delivered"}`, ref)
	deadline := time.Now().Add(receiptsFor)
	for range 2 {
		for ok := false; !ok && f.t.Context().Err() == nil && time.Now().Before(deadline); {
			if _, ok = f.post(f.hook, body, header); !ok {
				f.pause(again)
			}
		}
	}
}
