package webhooks_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/webhooks"
)

func (b *bench) list(f webhooks.Filter) []webhooks.Kept {
	b.t.Helper()
	var all []webhooks.Kept
	for {
		found, more, err := webhooks.NewArchive(b.store).List(b.t.Context(), mine, b.sender.Channel.ID, f)
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, found...)
		if !more {
			return all
		}
		if len(found) != f.Limit {
			b.t.Fatalf("a page of %d holds %d", f.Limit, len(found))
		}
		f.After = found[len(found)-1].ID
	}
}

func TestWhatWasPostedCanBeLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("w", webhooks.Tuning{}, 0)
	body := []byte(`{"text":"canary-words","echo":"` + token + `"}`)
	r := request(string(body))
	r.Header.Set("X-Vendor-Signature", "canary-signature")
	if err := in.Accept(t.Context(), b.sender, r, body, receipts("m1")); err != nil {
		t.Fatal(err)
	}
	large := bytes.Repeat([]byte("x"), webhooks.MaxBody+1)
	if err := in.Accept(t.Context(), b.sender, request(""), large, receipts("m2")); err != nil {
		t.Fatal(err)
	}
	in.Refuse(b.sender, request("forged-words"), 12, fmt.Errorf("%w: the signature of %s does not match", channels.ErrUnverified, token))
	stop()

	all := b.list(webhooks.Filter{Limit: 2})
	if len(all) != 3 {
		t.Fatalf("%d are kept", len(all))
	}
	refused, cut, whole := all[0], all[1], all[2]
	if refused.Verdict != webhooks.Refused || refused.Reason != "the signature of ••• does not match" || !refused.Unverified || len(refused.Body) > 0 || refused.Query != "" {
		t.Errorf("the refused one is kept as %+v", refused)
	}
	if !cut.Cut() || cut.Size != len(large) || len(cut.Body) != webhooks.MaxBody {
		t.Errorf("of the large one %d of %d bytes are kept", len(cut.Body), cut.Size)
	}
	if string(whole.Body) != `{"text":"canary-words","echo":"•••"}` || whole.Query != "message=7&token=•••" || whole.Events[0].Receipt.ProviderMessageID != "m1" {
		t.Errorf("the accepted one is kept as %+v", whole)
	}
	if len(whole.Header) != 1 || whole.Header["Content-Type"] != "application/json" {
		t.Errorf("its headers are kept as %v", whole.Header)
	}
	for verdict, n := range map[webhooks.Verdict]int{webhooks.Accepted: 2, webhooks.Refused: 1} {
		if got := b.list(webhooks.Filter{Verdict: verdict, Limit: 1}); len(got) != n {
			t.Errorf("%d are %s", len(got), verdict)
		}
	}
	one, err := webhooks.NewArchive(b.store).Get(t.Context(), mine, b.sender.Channel.ID, whole.ID)
	if err != nil || !bytes.Equal(one.Body, whole.Body) {
		t.Errorf("one is read as %+v, %v", one, err)
	}
	for _, id := range []string{"", "x", strings.Split(whole.ID, ".")[0] + ".9", strings.Split(whole.ID, ".")[0] + ".-1", "nothing.0"} {
		if _, err := webhooks.NewArchive(b.store).Get(t.Context(), mine, b.sender.Channel.ID, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}

	// INVARIANT 17: nothing of it is readable in the files.
	files, err := filepath.Glob(b.path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"canary-words", "canary-signature", "forged-words", token} {
			if bytes.Contains(content, []byte(canary)) {
				t.Errorf("%s is in %s", canary, file)
			}
		}
	}
}

func TestOfManyRefusalsAFewAreKeptAndTheRestCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("w", webhooks.Tuning{}, 0)
	b.accept(in, "m1")
	for range 1000 {
		in.Refuse(b.sender, request(""), 0, channels.ErrMalformed)
	}
	stop()
	if n := len(b.list(webhooks.Filter{Verdict: webhooks.Refused, Limit: 100})); n == 0 || n > 20 {
		t.Errorf("%d refusals are kept", n)
	}
}

func TestNothingIsKeptWhereNothingIsToBe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("w", webhooks.Tuning{}, -1)
	b.accept(in, "m1")
	in.Refuse(b.sender, request(""), 0, channels.ErrUnverified)
	if err := in.Accept(t.Context(), b.sender, request(""), []byte("{}"), nil); err != nil {
		t.Fatal(err)
	}
	stop()
	if all := b.list(webhooks.Filter{Limit: 10}); len(all) != 0 || b.got() != "m1" {
		t.Errorf("%d are kept, and the runs got %q", len(all), b.got())
	}
}

func TestMessagesWithoutANameAreNamedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("w", webhooks.Tuning{}, 0)
	b.failing(func([]string) error { return nil })
	ev := channels.Inbound{Message: &channels.InboundMessage{From: "+639171234567", Text: "Ja"}, Receipt: &channels.Receipt{ProviderMessageID: "m1"}}
	if err := in.Accept(t.Context(), b.sender, request(""), nil, []channels.Inbound{ev}); err != nil {
		t.Fatal(err)
	}
	stop()
	kept := b.list(webhooks.Filter{Limit: 1})
	if name := ev.Message.ProviderMessageID; name == "" || kept[0].Events[0].Message.ProviderMessageID != name {
		t.Errorf("it is named %q and kept as %q", name, kept[0].Events[0].Message.ProviderMessageID)
	}
}

// handClock stands still until it is moved.
type handClock struct {
	runtime.Clock
	now time.Time
}

func (c *handClock) Now() time.Time { return c.now }

func TestChangesOfAChannelCount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := &handClock{Clock: runtime.SystemClock(), now: time.Now()}
	senders, key := b.senders(c), b.sender.Channel.HookKey
	find := func(want string) {
		t.Helper()
		s, err := senders.Find(t.Context(), key)
		if err != nil || s.Account.Credentials["token"] != want {
			t.Errorf("the channel is found with %+v, %v", s, err)
		}
	}
	find(token)
	// A change that this process makes counts at once.
	if _, err := b.store.UpdateChannel(t.Context(), mine, b.sender.Channel.ID, store.ChannelChange{Credentials: map[string]string{"token": "another-token"}}); err != nil {
		t.Fatal(err)
	}
	find("another-token")

	if err := b.store.DeleteChannel(t.Context(), mine, b.sender.Channel.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := senders.Find(t.Context(), key); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted channel: %v", err)
		}
	}
	for _, bad := range []string{"", "short", strings.Repeat("x", 65)} {
		if _, err := senders.Find(t.Context(), bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAnotherReplicasChangeCountsWithinASecond(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// A reader of the same file hears nothing of changes: as another replica.
	replica, err := store.Open(t.Context(), "sqlite:"+b.path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = replica.Close() })
	c := &handClock{Clock: runtime.SystemClock(), now: time.Now()}
	there := webhooks.NewSenders(replica, channels.NewRegistry(keyless{}), c)
	key := b.keyless("made")
	if _, err := there.Find(t.Context(), key.HookKey); err != nil {
		t.Fatal(err)
	}
	if err := b.store.DeleteChannel(t.Context(), mine, key.ID); err != nil {
		t.Fatal(err)
	}
	c.now = c.now.Add(time.Second)
	if _, err := there.Find(t.Context(), key.HookKey); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second after it was deleted elsewhere: %v", err)
	}
}

// keyless is a provider without credentials, which need no master key.
type keyless struct{ channels.Provider }

func (keyless) Kind() channels.Kind {
	return channels.Kind{Name: "keyless", Title: "Keyless", ChannelTypes: []channels.ChannelType{channels.SMS}}
}

func (b *bench) keyless(slug string) store.Channel {
	b.t.Helper()
	ch, err := b.store.CreateChannel(b.t.Context(), mine, store.Channel{Slug: slug, Name: slug, Type: "sms", Kind: "keyless"}, nil, 9)
	if err != nil {
		b.t.Fatal(err)
	}
	return ch
}

func TestHeadersThatProveAnythingAreNotKept(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("w", webhooks.Tuning{}, 0)
	r := request("")
	for _, name := range []string{"Authorization", "Cookie", "X-Twilio-Signature", "X-Hub-Signature-256", "X-Viber-Content-Signature"} {
		r.Header.Set(name, "canary-proof")
	}
	r.Header.Set("User-Agent", "Vendor/1 "+strings.Repeat("x", 1000))
	if err := in.Accept(t.Context(), b.sender, r, nil, receipts("m")); err != nil {
		t.Fatal(err)
	}
	stop()
	header := b.list(webhooks.Filter{Limit: 1})[0].Header
	for name, value := range header {
		if strings.Contains(value, "canary") || len(value) > 400 || http.CanonicalHeaderKey(name) == "Authorization" {
			t.Errorf("%s is kept as %q", name, value)
		}
	}
	if len(header) != 2 {
		t.Errorf("%d headers are kept", len(header))
	}
}
