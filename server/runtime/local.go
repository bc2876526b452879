package runtime

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
	"sluice/server/telemetry"
)

// Options set up a Local executor. Store, Nodes and Channels are needed.
type Options struct {
	Store    *store.Store
	Nodes    *engine.Registry
	Channels *channels.Registry
	// HookURL is the public address of a channel's webhook, by its hook key.
	// Nil or an empty answer: there is none.
	HookURL func(hookKey string) string
	// MediaURL is where a file of a message can be had, by its id. Nil: nowhere.
	MediaURL func(id string) string
	// Executor is what the database's runs must belong to, as store.ClaimExecutor
	// made it: when they do not any more, nothing is executed. Zero: that is not
	// looked at.
	Executor store.Executor
	// Limits bound each run; zero means engine.DefaultLimits.
	Limits engine.Limits
	Logger *slog.Logger
	// Metrics is where the executor registers its metrics; nil for none.
	Metrics prometheus.Registerer
	Clock   Clock
	// Tracer tells a collector what happens to runs; nil for none.
	Tracer *telemetry.Tracer
	// Jitter returns what share of a fifth is added to the waits before
	// retries, from 0 to 1. Nil means chance.
	Jitter func() float64
	Tuning Tuning
}

// Tuning are the numbers that trade latency, throughput and memory. Zero
// values mean the defaults, which are right for production.
type Tuning struct {
	// BatchSize is how many events one transaction takes in.
	BatchSize int
	// MaxStarts and MaxEvents are how many triggers and webhook events may
	// wait before more are refused.
	MaxStarts, MaxEvents int
	// LaneWorkers is how many sends of one channel run at the same time, and
	// LaneDepth how many of its messages are in memory.
	LaneWorkers, LaneDepth int
	// TimerInterval is the shortest time between two looks for due timers, and
	// PollInterval the longest where other processes write too.
	TimerInterval, PollInterval time.Duration
	// Heartbeat is the time between two beats of this worker; one that was
	// silent for WorkerTTL is dead.
	Heartbeat, WorkerTTL time.Duration
	// BreakerAfter is how many calls in a row may fail before a channel rests.
	BreakerAfter int
	// SendTimeout bounds one call of a provider.
	SendTimeout time.Duration
	// StopGrace is how long Stop lets calls of providers go on.
	StopGrace time.Duration
	// Housekeeping is the time between two prunings of what is kept for a
	// limited time.
	Housekeeping time.Duration
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
	set(&t.BatchSize, 500)
	set(&t.MaxStarts, 2_000)
	set(&t.MaxEvents, 10_000)
	set(&t.LaneWorkers, 64)
	set(&t.LaneDepth, 1_000)
	set(&t.BreakerAfter, 10)
	last(&t.TimerInterval, 25*time.Millisecond)
	last(&t.PollInterval, time.Second)
	last(&t.Heartbeat, 5*time.Second)
	last(&t.WorkerTTL, 20*time.Second)
	last(&t.SendTimeout, 30*time.Second)
	last(&t.StopGrace, 10*time.Second)
	last(&t.Housekeeping, 10*time.Minute)
	return t
}

// Local is the Executor that keeps everything in one database: SQLite for one
// process, PostgreSQL for any number of them.
//
// One goroutine, the batch loop, takes in events and due timers and steps
// runs, many per transaction; lanes hand messages to providers and bring the
// outcomes back to the loop.
type Local struct {
	store    *store.Store
	channels *channels.Registry
	hookURL  func(string) string
	mediaURL func(string) string
	// clock is the time that counts, machine that of this process and common, where
	// other processes share the database, how the one follows from the other.
	clock     Clock
	machine   Clock
	common    *sharedClock
	log       *slog.Logger
	jitter    func() float64
	tuning    Tuning
	metrics   *metrics
	tracer    *telemetry.Tracer
	worker    string
	host      string
	inbox     *inbox
	hub       *hub
	programs  *programs
	published publishedVersions
	zones     *Cache[string, string]
	accounts  *Cache[[2]string, account]
	templates *Cache[[4]string, store.Template]
	recent    *recent
	executor  store.Executor
	lanes     *lanes
	schedule  schedule
	rest      rest
	// sending is the context of calls of providers; it ends with endSending.
	//nolint:containedctx // it belongs to the workers of lanes, not to a call.
	sending    context.Context
	endSending context.CancelFunc
	beat       beat
	// aside is what goes on beside the loop until endSending; tidying is true while
	// old rows are pruned.
	aside   sync.WaitGroup
	tidying atomic.Bool
	// alive is how many workers share the rates of channels.
	alive atomic.Int64

	mu      sync.Mutex
	state   lifecycle
	stop    chan struct{}
	stopped chan struct{}
}

type lifecycle int

const (
	isNew lifecycle = iota
	isRunning
	isStopped
)

var _ Executor = (*Local)(nil)

// NewLocal makes an executor. Call Run to make it work.
func NewLocal(o Options) *Local {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	if o.Limits == (engine.Limits{}) {
		o.Limits = engine.DefaultLimits()
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	if o.MediaURL == nil {
		o.MediaURL = func(string) string { return "" }
	}
	if o.HookURL == nil {
		o.HookURL = func(string) string { return "" }
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	t := o.Tuning.withDefaults()
	machine := o.Clock
	var common *sharedClock
	if o.Store.Dialect() == "postgres" {
		common = &sharedClock{machine: machine}
		o.Clock = common
	}
	l := &Local{
		store: o.Store, channels: o.Channels, hookURL: o.HookURL, mediaURL: o.MediaURL, clock: o.Clock, machine: machine, common: common, log: o.Logger, jitter: o.Jitter, tuning: t, tracer: o.Tracer,
		worker: store.NewID(), host: host, executor: o.Executor, inbox: newInbox(t.MaxStarts, t.MaxEvents),
		programs:  newPrograms(o.Store, o.Nodes, o.Limits),
		published: publishedVersions{o.Store, NewCache[[2]string, publishedVersion](o.Store, o.Clock, publishedAge)},
		zones:     NewCache[string, string](o.Store, o.Clock, publishedAge),
		accounts:  NewCache[[2]string, account](o.Store, o.Clock, accountAge),
		templates: NewCache[[4]string, store.Template](o.Store, o.Clock, accountAge), recent: newRecent(),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	l.rest.changed = make(chan struct{})
	if bell := o.Store.Bell(); bell != nil {
		l.hub = newHub(newRelay(l.worker, bell))
	} else {
		l.hub = newHub(nil)
	}
	l.sending, l.endSending = context.WithCancel(context.Background())
	l.metrics = newMetrics(o.Metrics, l)
	l.lanes = newLanes(l)
	return l
}

// Worker is the id under which this executor holds leases.
func (l *Local) Worker() string { return l.worker }

// Subscribe reports what happens to runs; see Executor.
func (l *Local) Subscribe(workspace string) (<-chan Update, func()) {
	return l.hub.subscribe(workspace)
}

// Run executes until Stop or the end of ctx; see Executor.
func (l *Local) Run(ctx context.Context) error {
	l.mu.Lock()
	switch l.state {
	case isRunning:
		l.mu.Unlock()
		return errors.New("the executor runs already")
	case isStopped:
		l.mu.Unlock()
		return nil
	case isNew:
	}
	l.state = isRunning
	l.mu.Unlock()
	defer close(l.stopped)

	release := context.AfterFunc(ctx, l.signalStop)
	defer release()
	if l.hub.relay != nil {
		l.aside.Go(func() { l.hub.relay.run(l.sending) })
		l.aside.Go(func() {
			l.store.Listen(l.sending, func(text string) { l.hub.hear(l.worker, text) }, l.hub.resync)
		})
	}
	l.loop()
	l.endSending()
	l.aside.Wait()
	return nil
}

// Stop ends Run and waits for it; see Executor.
func (l *Local) Stop() {
	l.mu.Lock()
	if l.state == isNew {
		// Run was never called, and must not begin any more.
		close(l.stopped)
		l.state = isStopped
	}
	l.mu.Unlock()
	l.signalStop()
	<-l.stopped
}

// signalStop tells the loop to end, and those who would wait for it.
func (l *Local) signalStop() {
	l.mu.Lock()
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.state = isStopped
	l.mu.Unlock()
	for _, it := range l.inbox.stop() {
		it.answer(ErrStopped)
	}
}
