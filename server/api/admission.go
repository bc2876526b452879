package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// Limits bound how many requests are in hand at the same time, of each kind,
// so that none of them takes the memory or the database from the others. Zero
// means the default.
type Limits struct {
	// Triggers start runs. The default is more than may wait for the runtime,
	// which refuses more fairly: this bound counts when they do not get there.
	Triggers int
	// Webhooks are requests of providers.
	Webhooks int
	// Requests are all others of the API: the editor and lists.
	Requests int
	// Streams are open event streams; one workspace may have a quarter of them.
	Streams int
	// Patience is how long triggers and webhooks may take; the others may take
	// four times as long. The default is 10 s: what providers wait for.
	Patience time.Duration
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	set(&l.Triggers, 2_500)
	set(&l.Webhooks, 1_000)
	set(&l.Requests, 250)
	set(&l.Streams, 500)
	if l.Patience <= 0 {
		l.Patience = 10 * time.Second
	}
	return l
}

const (
	// stallAfter is for how long no request of a kind may end before a few of
	// them in hand are enough to refuse more.
	stallAfter = time.Second
	// stallShare is the share of a gate's limit that may be in hand then.
	stallShare = 16
	// busyAgain is when a client that was refused may try again.
	busyAgain = time.Second
	// readyPatience is how long /readyz waits for the database.
	readyPatience = 2 * time.Second
)

// errPatience ends the context of a request that takes too long.
var errPatience = errors.New("the request took longer than it may")

// gate lets a bounded number of requests of one kind in. When none of them comes
// to its end, as when the database stalls, it lets in far fewer: those that are
// refused at once can go elsewhere.
type gate struct {
	limit int
	// patience is how long a request may take. Those without an end have none,
	// and make no progress either.
	patience time.Duration
	status   int
	refused  prometheus.Counter

	mu     sync.Mutex
	inHand int
	// progress is when a request ended last, or the first of them came.
	progress time.Time
}

func (g *gate) enter(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inHand == 0 {
		g.progress = now
	}
	stalled := g.patience > 0 && g.inHand >= max(1, g.limit/stallShare) && now.Sub(g.progress) > stallAfter
	if stalled || g.inHand >= g.limit {
		g.refused.Inc()
		return false
	}
	g.inHand++
	return true
}

// leave gives the place back. A request that ran out of time is no progress.
func (g *gate) leave(now time.Time, ended bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inHand--
	if ended {
		g.progress = now
	}
}

func (g *gate) load() float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return float64(g.inHand)
}

// gates are all that a request can come through.
type gates struct {
	triggers, webhooks, requests, streams *gate
	// shares are what each workspace has of the streams.
	shares *shares
}

func newGates(l Limits, reg prometheus.Registerer) *gates {
	l = l.withDefaults()
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sluice_http_refused_total", Help: "Requests that were refused because too many of their kind were in hand.",
	}, []string{"kind"})
	reg.MustRegister(refused)
	gateOf := func(kind string, limit, status int, patience time.Duration) *gate {
		g := &gate{limit: limit, patience: patience, status: status, refused: refused.WithLabelValues(kind)}
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "sluice_http_in_hand", Help: "Requests in hand, by kind.", ConstLabels: prometheus.Labels{"kind": kind},
		}, g.load))
		return g
	}
	return &gates{
		triggers: gateOf("trigger", l.Triggers, http.StatusTooManyRequests, l.Patience),
		webhooks: gateOf("webhook", l.Webhooks, http.StatusTooManyRequests, l.Patience),
		requests: gateOf("request", l.Requests, http.StatusServiceUnavailable, 4*l.Patience),
		streams:  gateOf("stream", l.Streams, http.StatusServiceUnavailable, 0),
		shares:   &shares{each: max(1, l.Streams/4), refused: refused.WithLabelValues("stream"), open: map[string]int{}},
	}
}

// of is the gate of an operation; nil for what is always answered: whether the
// server is alive, and its files.
func (g *gates) of(c *gin.Context) *gate {
	path := c.FullPath()
	switch operation := operationOf(c); {
	case operation == "startRun":
		return g.triggers
	case strings.HasPrefix(path, "/hooks/"):
		return g.webhooks
	case operation == "streamEvents":
		return g.streams
	case !strings.HasPrefix(path, BasePath+"/"):
		return nil
	}
	return g.requests
}

// admit refuses what is too much before anything is done for it.
func (a *API) admit(c *gin.Context) {
	g := a.gates.of(c)
	if g == nil {
		return
	}
	if !g.enter(a.now()) {
		a.fail(c, tooBusy(g.status))
		return
	}
	if g.patience == 0 {
		defer func() { g.leave(a.now(), true) }()
		c.Next()
		return
	}
	ctx, cancel := context.WithTimeoutCause(c.Request.Context(), g.patience, errPatience)
	defer func() {
		g.leave(a.now(), ctx.Err() == nil)
		cancel()
	}()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

func tooBusy(status int) *refusal {
	return refuse(status, "busy", "The server has more to do than it can.").
		withDetail("Too many requests of this kind are waiting already, so this one was not begun. Nothing was changed.").
		withHint("Try again after the time in the Retry-After header, and wait longer each time it is refused again.").
		withRetryAfter(busyAgain)
}

// outOfTime is the answer to a request whose patience ended: what it asked for may
// have been done.
func outOfTime() *refusal {
	return refuse(http.StatusServiceUnavailable, "too_slow", "The server could not do this in time.").
		withDetail("It is not known whether it was done.").
		withHint("Look whether it was done, or try again in a moment. A trigger that is repeated with the same Idempotency-Key starts one run only.").
		withRetryAfter(unavailableRetry)
}

// shares keep one workspace from taking all places.
type shares struct {
	each    int
	refused prometheus.Counter

	mu   sync.Mutex
	open map[string]int
}

// take takes a place of the workspace. leave gives it back.
func (s *shares) take(workspace string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[workspace] >= s.each {
		s.refused.Inc()
		return nil, false
	}
	s.open[workspace]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[workspace]--; s.open[workspace] == 0 {
			delete(s.open, workspace)
		}
	}, true
}

func tooManyStreams() *refusal {
	return refuse(http.StatusTooManyRequests, "too_many_streams", "Too many windows watch at the same time.").
		withHint("Close some of those that are open, or reload this page later: it works without news, too.").
		withRetryAfter(heartbeat)
}
