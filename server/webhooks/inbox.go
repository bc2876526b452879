package webhooks

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

// DefaultKeep is how long webhooks are kept to look at.
const DefaultKeep = 30 * 24 * time.Hour

// Options set up an Inbox.
type Options struct {
	Store *store.Store
	// Deliver gives events of a channel to the runs. It returns when that is
	// durable; see runtime.Executor.
	Deliver func(ctx context.Context, workspace, channelID string, events []channels.Inbound) error
	// Worker is the id under which this process tells the database that it is
	// alive.
	Worker string
	Clock  runtime.Clock
	Log    *slog.Logger
	// Metrics is where the inbox registers its own; nil for none.
	Metrics prometheus.Registerer
	// Keep is how long webhooks are kept to look at; zero means DefaultKeep, less
	// that nothing is kept beyond its use.
	Keep   time.Duration
	Tuning Tuning
}

// Tuning are the numbers that trade latency, throughput and memory. Zero values
// mean the defaults, which are right for production.
type Tuning struct {
	// MaxQueued is how many webhooks may wait to be written, MaxUnapplied how many
	// written ones for their runs, before more are turned away.
	MaxQueued, MaxUnapplied int
	// MaxHeld is how many events of written webhooks are held in memory; the rest
	// is read again from the database.
	MaxHeld int
	// WriteBatch is how many webhooks one transaction writes, ApplyBatch how many
	// events the executor gets at once.
	WriteBatch, ApplyBatch int
	// Linger is how long it may take until a parcel that was applied is noted as
	// such, when no webhook comes.
	Linger time.Duration
	// Adopt is the time between two looks for what dead workers left, and
	// WorkerTTL after how long a silent one is dead.
	Adopt, WorkerTTL time.Duration
	// Prune is the time between two prunings.
	Prune time.Duration
	// StopGrace is how long Stop lets written webhooks still go to their runs.
	StopGrace time.Duration
}

func (t Tuning) withDefaults() Tuning {
	set := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	last := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&t.MaxQueued, 10_000)
	set(&t.MaxUnapplied, 1_000_000)
	set(&t.MaxHeld, 20_000)
	set(&t.WriteBatch, 1_000)
	set(&t.ApplyBatch, 250)
	last(&t.Linger, 100*time.Millisecond)
	last(&t.Adopt, 10*time.Second)
	last(&t.WorkerTTL, 20*time.Second)
	last(&t.Prune, 10*time.Minute)
	last(&t.StopGrace, 5*time.Second)
	return t
}

// Inbox takes webhooks in. Its life: New, Run in a goroutine, Stop. It is safe
// for concurrent use.
type Inbox struct {
	store   *store.Store
	deliver func(context.Context, string, string, []channels.Inbound) error
	worker  string
	clock   runtime.Clock
	log     *slog.Logger
	keep    time.Duration
	tuning  Tuning
	metrics *metrics

	// wake tells the writer that there is something to write.
	wake chan struct{}
	stop chan struct{}
	// done is closed when Run has returned.
	done     chan struct{}
	stopOnce sync.Once
	running  sync.WaitGroup
	// delivering ends when Stop has no more patience.
	delivering context.Context //nolint:containedctx // it belongs to the goroutines of Run.
	cut        context.CancelFunc

	mu      sync.Mutex
	stopped bool
	started bool
	queue   []*entry
	// finished are parcels whose events the runs have.
	finished []store.ParcelRef
	samples  map[string]*samples

	held held
	// unapplied counts written webhooks that their runs do not have yet.
	unapplied atomic.Int64
}

// entry is a webhook on its way into the database.
type entry struct {
	workspace, channelID string
	at                   time.Time
	meta, body           []byte
	events               []channels.Inbound
	refused              bool
	// written, buffered, gets the outcome; nil when nobody waits for it.
	written chan error
}

// New makes an inbox. Nothing happens before Run.
func New(o Options) *Inbox {
	if o.Keep == 0 {
		o.Keep = DefaultKeep
	}
	b := &Inbox{
		store: o.Store, deliver: o.Deliver, worker: o.Worker, clock: o.Clock, log: o.Log, keep: o.Keep, tuning: o.Tuning.withDefaults(),
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}), samples: map[string]*samples{},
	}
	b.held.init()
	b.delivering, b.cut = context.WithCancel(context.Background())
	b.metrics = newMetrics(o.Metrics, b)
	return b
}

// Accept takes in what a verified request says and returns when that is durable.
// Errors: runtime.ErrBusy, runtime.ErrStopped, store.ErrUnavailable; nothing was
// kept then, and the vendor has to repeat it.
func (b *Inbox) Accept(ctx context.Context, s *Sender, r *http.Request, body []byte, events []channels.Inbound) error {
	began := b.clock.Now()
	for i := range events {
		events[i] = channels.Bounded(events[i])
	}
	name(events)
	e, err := newEntry(s, s.accepted(r, body, events, began))
	if err != nil {
		return err
	}
	if len(events) == 0 && b.keep < 0 {
		return nil
	}
	if len(events) > 0 {
		e.written = make(chan error, 1)
	}
	if err := b.submit(e); err != nil {
		b.metrics.webhooks.WithLabelValues(turnedAway).Inc()
		return err
	}
	b.metrics.webhooks.WithLabelValues(string(Accepted)).Inc()
	if e.written == nil {
		// There is nothing in it that could be lost.
		return nil
	}
	select {
	case err = <-e.written:
	case <-ctx.Done():
		return fmt.Errorf("wait for the webhook to be written: %w", ctx.Err())
	}
	b.metrics.seconds.Observe(b.clock.Now().Sub(began).Seconds())
	return err
}

// name gives messages whose vendor does not name them a name, so that they are
// stored once even when they are applied twice.
func name(events []channels.Inbound) {
	for _, ev := range events {
		if ev.Message != nil && ev.Message.ProviderMessageID == "" {
			ev.Message.ProviderMessageID = "webhook-" + store.NewID()
		}
	}
}

func newEntry(s *Sender, r Record) (*entry, error) {
	meta, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode a webhook: %w", err)
	}
	return &entry{
		workspace: s.Channel.WorkspaceID, channelID: s.Channel.ID, at: r.At, meta: meta, body: r.Body, events: r.Events, refused: r.Verdict == Refused,
	}, nil
}

// submit queues an entry for the writer.
func (b *Inbox) submit(e *entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.stopped:
		return runtime.ErrStopped
	case len(b.queue) >= b.tuning.MaxQueued, len(e.events) > 0 && b.unapplied.Load() >= int64(b.tuning.MaxUnapplied):
		return &runtime.BusyError{RetryAfter: time.Second}
	}
	b.queue = append(b.queue, e)
	b.signal()
	return nil
}

// signal wakes the writer.
func (b *Inbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run takes in what Accept is given, until Stop. It can be called once.
func (b *Inbox) Run() {
	b.mu.Lock()
	if b.stopped {
		b.mu.Unlock()
		return
	}
	b.started = true
	b.mu.Unlock()
	defer close(b.done)
	b.running.Go(b.refill)
	b.running.Go(b.housekeep)
	b.write()
	b.running.Wait()
	b.held.wait()
	b.finishNow()
}

// Stop refuses what comes, gives what was written to its runs for a while, and
// ends Run. What is left then is taken up at the next start. It may be called
// more than once, and before Run, which then does nothing.
func (b *Inbox) Stop() {
	b.mu.Lock()
	b.stopped = true
	started := b.started
	b.mu.Unlock()
	b.stopOnce.Do(func() { close(b.stop) })
	if !started {
		b.cut()
		return
	}
	grace, free := b.clock.Until(b.clock.Now().Add(b.tuning.StopGrace))
	defer free()
	select {
	case <-b.done:
	case <-grace:
		b.cut()
		<-b.done
	}
	b.cut()
}
