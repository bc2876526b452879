package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/store/sqlitetest"
	"sluice/server/store/storetest"
	"sluice/server/webhooks"
)

const (
	mine  = store.DefaultWorkspaceID
	token = "a-token-that-nobody-must-see"
)

// vendor is a provider whose webhooks are read by the tests themselves.
type vendor struct{ channels.Provider }

func (vendor) Kind() channels.Kind {
	return channels.Kind{
		Name: "vendor", Title: "Vendor", ChannelTypes: []channels.ChannelType{channels.SMS},
		Credentials: []channels.Field{{Name: "token", Title: "Token", Secret: true}},
	}
}

// bench is a database with a channel, and what its runs were given.
type bench struct {
	t      *testing.T
	store  *store.Store
	sender *webhooks.Sender
	path   string
	faults storetest.Faults

	mu        sync.Mutex
	delivered []string
	calls     int
	// fail decides what becomes of a delivery.
	fail func(ids []string) error
	came chan struct{}
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, path: filepath.Join(t.TempDir(), "sluice.db"), came: make(chan struct{}, 1000)}
	s, err := store.Open(t.Context(), sqlitetest.In(t, filepath.Dir(b.path)), store.Options{Vault: storetest.Vault(t), Logger: slog.New(slog.DiscardHandler), Connector: b.faults.Connector})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b.store = s
	ch, err := s.CreateChannel(t.Context(), mine, store.Channel{Slug: "sms", Name: "SMS", Type: "sms", Kind: "vendor"}, map[string]string{"token": token}, 9)
	if err != nil {
		t.Fatal(err)
	}
	if b.sender, err = b.senders(runtime.SystemClock()).Find(t.Context(), ch.HookKey); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) senders(c runtime.Clock) *webhooks.Senders {
	return webhooks.NewSenders(b.store, channels.NewRegistry(vendor{}), c)
}

func (b *bench) deliver(ctx context.Context, workspace, channelID string, events []channels.Inbound) error {
	var ids []string
	for _, ev := range events {
		ids = append(ids, ev.Receipt.ProviderMessageID)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	if workspace != mine || channelID != b.sender.Channel.ID {
		b.t.Errorf("events of %s go to %s", b.sender.Channel.ID, channelID)
	}
	defer func() { b.came <- struct{}{} }()
	if b.fail != nil {
		if err := b.fail(ids); err != nil {
			return err
		}
	}
	b.delivered = append(b.delivered, ids...)
	return ctx.Err()
}

func (b *bench) failing(fail func(ids []string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = fail
}

func (b *bench) got() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.delivered, " ")
}

// inbox starts an inbox. stop ends it.
func (b *bench) inbox(worker string, tuning webhooks.Tuning, keep time.Duration) (in *webhooks.Inbox, stop func()) {
	in = webhooks.New(webhooks.Options{
		Store: b.store, Deliver: b.deliver, Worker: worker, Clock: runtime.SystemClock(), Log: slog.New(slog.DiscardHandler), Keep: keep, Tuning: tuning,
	})
	done := make(chan struct{})
	go func() {
		in.Run()
		close(done)
	}()
	stop = sync.OnceFunc(func() {
		in.Stop()
		<-done
	})
	b.t.Cleanup(stop)
	return in, stop
}

func request(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hooks/x?message=7&token="+token, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

func receipts(ids ...string) []channels.Inbound {
	var events []channels.Inbound
	for _, id := range ids {
		events = append(events, channels.Inbound{Receipt: &channels.Receipt{ProviderMessageID: id, Status: channels.StatusDelivered, Raw: "delivered"}})
	}
	return events
}

func (b *bench) accept(in *webhooks.Inbox, ids ...string) {
	b.t.Helper()
	if err := in.Accept(b.t.Context(), b.sender, request("{}"), []byte("{}"), receipts(ids...)); err != nil {
		b.t.Fatal(err)
	}
}

// pending counts what waits for its runs in the database.
func (b *bench) pending(worker string) (n int64) {
	b.t.Helper()
	err := b.store.Batch(b.t.Context(), func(tx *store.Batch) error {
		var err error
		n, err = tx.CountPendingWebhooks(worker)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) wait() {
	b.t.Helper()
	select {
	case <-b.came:
	case <-b.t.Context().Done():
		b.t.Fatal("nothing was delivered")
	}
}

func TestAcceptedWebhooksGoToTheirRunsInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("w", webhooks.Tuning{}, 0)
	var want []string
	for n := range 50 {
		id := fmt.Sprintf("m%d", n)
		want = append(want, id)
		b.accept(in, id)
	}
	stop()
	if got := b.got(); got != strings.Join(want, " ") {
		t.Errorf("the runs got %s", got)
	}
	if n := b.pending("w"); n != 0 {
		t.Errorf("%d are still said to wait", n)
	}
	if err := in.Accept(t.Context(), b.sender, request("{}"), nil, receipts("late")); !errors.Is(err, runtime.ErrStopped) {
		t.Errorf("after the end: %v", err)
	}
}

func TestWhatAnEndedProcessLeftIsAppliedByTheNextOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.failing(func([]string) error { return runtime.ErrUnavailable })
	in, stop := b.inbox("first", webhooks.Tuning{StopGrace: time.Millisecond}, 0)
	b.accept(in, "m1")
	b.accept(in, "m2", "m3")
	stop()
	if n := b.pending("first"); b.got() != "" || n != 2 {
		t.Fatalf("%q were delivered and %d webhooks wait", b.got(), n)
	}
	b.failing(nil)
	for len(b.came) > 0 {
		<-b.came
	}
	_, stop = b.inbox("second", webhooks.Tuning{}, 0)
	b.wait()
	stop()
	if got := b.got(); got != "m1 m2 m3" {
		t.Errorf("the next process delivered %q", got)
	}
	if n := b.pending("first") + b.pending("second"); n != 0 {
		t.Errorf("%d are still said to wait", n)
	}
}

func TestABacklogIsReadAgainFromTheDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	open := make(chan struct{})
	b.failing(func([]string) error {
		select {
		case <-open:
			return nil
		default:
			return runtime.ErrBusy
		}
	})
	in, _ := b.inbox("w", webhooks.Tuning{MaxHeld: 3, ApplyBatch: 2}, 0)
	var want []string
	for n := range 130 {
		id := fmt.Sprintf("m%d", n)
		want = append(want, id)
		b.accept(in, id)
	}
	close(open)
	for b.got() != strings.Join(want, " ") {
		b.wait()
		if len(b.got()) > len(strings.Join(want, " ")) {
			t.Fatalf("the runs got %s", b.got())
		}
	}
}

func TestAWebhookThatCannotBeAppliedHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.failing(func(ids []string) error {
		if slices.Contains(ids, "bad") {
			return errors.New("it cannot be written")
		}
		return nil
	})
	in, stop := b.inbox("first", webhooks.Tuning{}, 0)
	for _, id := range []string{"m1", "bad", "m2"} {
		b.accept(in, id)
	}
	stop()
	if got := b.got(); got != "m1 m2" {
		t.Errorf("the runs got %q", got)
	}
	if n := b.pending("first"); n == 0 {
		t.Error("the one that cannot be applied is forgotten")
	}
	b.failing(nil)
	for len(b.came) > 0 {
		<-b.came
	}
	_, stop = b.inbox("second", webhooks.Tuning{}, 0)
	b.wait()
	stop()
	if !strings.Contains(b.got(), "bad") || b.pending("second") != 0 {
		t.Errorf("the next start delivered %q", b.got())
	}
}

// INVARIANT 10: whichever statement fails, what is acknowledged gets to its runs.
func TestNothingIsAcknowledgedThatIsNotWritten(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in, stop := b.inbox("first", webhooks.Tuning{}, 0)
	acknowledged, refused := map[string]bool{}, 0
	for n := 1; n <= 12; n++ {
		id := fmt.Sprintf("m%d", n)
		b.faults.Arm(n%6+1, storetest.ErrConnection, n > 6)
		err := in.Accept(t.Context(), b.sender, request("{}"), []byte("{}"), receipts(id))
		b.faults.Disarm()
		switch {
		case err == nil:
			acknowledged[id] = true
		case errors.Is(err, store.ErrUnavailable):
			refused++
		default:
			t.Errorf("%s: %v", id, err)
		}
	}
	stop()
	_, stop = b.inbox("second", webhooks.Tuning{}, 0)
	b.wait()
	stop()
	if refused == 0 || len(acknowledged) == 0 {
		t.Errorf("%d are acknowledged and %d are not", len(acknowledged), refused)
	}
	got := " " + b.got() + " "
	for id := range acknowledged {
		if !strings.Contains(got, " "+id+" ") {
			t.Errorf("%s is acknowledged, and the runs got %s", id, got)
		}
	}
}

func TestQueuesAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// Nobody writes: Run was not called.
	in := webhooks.New(webhooks.Options{
		Store: b.store, Deliver: b.deliver, Worker: "w", Clock: runtime.SystemClock(), Log: slog.New(slog.DiscardHandler), Tuning: webhooks.Tuning{MaxQueued: 2},
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if err := in.Accept(ctx, b.sender, request("{}"), nil, receipts("m")); !errors.Is(err, context.Canceled) {
			t.Fatalf("with a place in the queue: %v", err)
		}
	}
	if err := in.Accept(ctx, b.sender, request("{}"), nil, receipts("m")); !errors.Is(err, runtime.ErrBusy) {
		t.Errorf("without a place in the queue: %v", err)
	}
	in.Stop()
}

func TestATooLongBacklogTurnsWebhooksAway(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.failing(func([]string) error { return runtime.ErrUnavailable })
	in, _ := b.inbox("w", webhooks.Tuning{MaxUnapplied: 3, StopGrace: time.Millisecond}, 0)
	for range 3 {
		b.accept(in, "m")
	}
	if err := in.Accept(t.Context(), b.sender, request("{}"), nil, receipts("m")); !errors.Is(err, runtime.ErrBusy) {
		t.Errorf("with a full backlog: %v", err)
	}
}
