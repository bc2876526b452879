package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"sluice/server/auth"
	"sluice/server/peer"
)

// Limits bound how many requests are in hand at the same time, of each kind,
// so that none of them takes the memory or the database from the others. Zero
// means the default. One client's address and one workspace have three quarters of
// each at most.
type Limits struct {
	// Triggers start runs. The default is more than may wait for the runtime,
	// which refuses more fairly: this bound counts when they do not get there.
	Triggers int
	// Webhooks are requests of providers.
	Webhooks int
	// Requests are all others of the API: the editor and lists.
	Requests int
	// Public are requests of those who are not signed in, but for sign-ins.
	Public int
	// SignIns check passwords, which is dear.
	SignIns int
	// Files are files on their way to or from a client.
	Files int
	// Streams are open event streams; one workspace may have a quarter of them.
	Streams int
	// Patience is how long triggers, webhooks and the public may take; the others may
	// take four times as long. The default is 10 s: what providers wait for.
	Patience time.Duration
	// Connections are open connections of clients; of one address, PerAddress.
	Connections, PerAddress int
}

// Defaults of Limits.
const (
	// DefaultConnections is far more than a proxy or the editors of a company open,
	// and bounds what connections without a request take.
	DefaultConnections = 8_192
	// DefaultPerAddress is enough for an office, or for a proxy that nobody named.
	DefaultPerAddress = 1_024
)

// WithDefaults fills in what is zero.
func (l Limits) WithDefaults() Limits {
	set := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	set(&l.Triggers, 2_500)
	set(&l.Webhooks, 1_000)
	set(&l.Requests, 250)
	set(&l.Public, 250)
	set(&l.SignIns, 32)
	set(&l.Files, 64)
	set(&l.Streams, 500)
	set(&l.Connections, DefaultConnections)
	set(&l.PerAddress, DefaultPerAddress)
	if l.Patience <= 0 {
		l.Patience = 10 * time.Second
	}
	return l
}

const (
	// busyAgain is when a client that was refused may try again.
	busyAgain = time.Second
	// answerTime is how long a client may take to read an answer that is no file, beside
	// what its size takes at bodyRate. pageTime is for the editor's own files.
	answerTime, pageTime = 15 * time.Second, time.Minute
	// fileTime bounds the way of a file, and fileRate is what its client has to do in a
	// second: 100 MB at 64 KiB take 26 minutes.
	fileTime, fileRate = 30 * time.Minute, 64 << 10
	// streamsOfCaller and filesOfCaller are what one person or key may have.
	streamsOfCaller, filesOfCaller = 24, 8
)

// errPatience ends the context of a request that takes too long.
var errPatience = errors.New("the request took longer than it may")

// pool is what requests of one kind come through. Nobody holds a place in it while
// the server waits for the client: requests first arrive, which finds out who asks;
// then their bodies are read (see bodies); then they are worked on.
type pool struct {
	arriving, working stage
	// patience is how long each of the two may take; zero has no end.
	patience time.Duration
	// status answers those who are refused.
	status int
	// answer is how long a client may take to read; zero when that depends.
	answer time.Duration
}

// gates are all that a request can come through.
type gates struct {
	triggers, webhooks, requests, public, signIns, known, files, streams, pages *pool
	// api, hooks and open are where bodies are read.
	api, hooks, open *bodies
	// inHand are the requests of each address, from their headers on.
	inHand *shares
}

// most is the part of n that one of many may have: three quarters.
func most(n int) int { return (3*n + 3) / 4 }

func newGates(l Limits, reg prometheus.Registerer) *gates {
	l = l.WithDefaults()
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sluice_http_refused_total", Help: "Requests that were refused because too many of their kind were in hand.",
	}, []string{"kind"})
	reg.MustRegister(refused)
	gauge := func(kind string, load func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "sluice_http_in_hand", Help: "Requests in hand, by kind.", ConstLabels: prometheus.Labels{"kind": kind},
		}, load))
	}
	stageOf := func(kind string, limit int, patience time.Duration) stage {
		return stage{
			gate:      &gate{limit: limit, patience: patience, refused: refused.WithLabelValues(kind)},
			byAddress: newShares(most(limit)), byWorkspace: newShares(most(limit)),
		}
	}
	poolOf := func(kind string, limit, status int, patience time.Duration) *pool {
		soon := 4 * l.Patience
		if patience > 0 {
			soon = min(soon, patience)
		}
		p := &pool{arriving: stageOf(kind, limit, soon), working: stageOf(kind, limit, patience), patience: patience, status: status, answer: answerTime}
		gauge(kind, func() float64 { return p.arriving.load() + p.working.load() })
		return p
	}
	bodiesOf := func(kind string, limit int, bytes int64) *bodies {
		b := &bodies{stage: stageOf(kind, limit, 0), bytes: newBudget(bytes)}
		gauge(kind, b.load)
		return b
	}
	g := &gates{
		triggers: poolOf("trigger", l.Triggers, http.StatusTooManyRequests, l.Patience),
		webhooks: poolOf("webhook", l.Webhooks, http.StatusTooManyRequests, l.Patience),
		requests: poolOf("request", l.Requests, http.StatusServiceUnavailable, 4*l.Patience),
		public:   poolOf("public", l.Public, http.StatusServiceUnavailable, l.Patience),
		signIns:  poolOf("sign_in", l.SignIns, http.StatusServiceUnavailable, l.Patience),
		known:    poolOf("sign_in_known", max(1, l.SignIns/4), http.StatusServiceUnavailable, l.Patience),
		files:    poolOf("file", l.Files, http.StatusServiceUnavailable, fileTime),
		streams:  poolOf("stream", l.Streams, http.StatusTooManyRequests, 0),
		pages:    poolOf("page", l.Connections/8, http.StatusServiceUnavailable, 0),
		api:      bodiesOf("body", l.Connections/4, 128<<20),
		hooks:    bodiesOf("webhook_body", l.Connections/4, 64<<20),
		open:     bodiesOf("public_body", l.Connections/8, 16<<20),
		inHand:   newShares(l.PerAddress),
	}
	for _, p := range []*pool{g.files, g.streams} {
		// Their length says nothing of how the server is.
		p.working.gate.patience, p.answer = 0, 0
	}
	g.pages.answer = pageTime
	g.files.working.byCaller = newShares(filesOfCaller)
	g.streams.working.byWorkspace, g.streams.working.byAddress = newShares(l.Streams/4), newShares(l.Streams/2)
	g.streams.working.byCaller = newShares(streamsOfCaller)
	return g
}

// of is the pool of an operation of the API for that caller; nil for one that is
// answered without any work.
func (g *gates) of(c *gin.Context, operation string) *pool {
	switch operation {
	case "getOpenAPI":
		return nil
	case "startRun":
		return g.triggers
	case "streamEvents":
		return g.streams
	case "getMedia", "getPhoneFile", "sendFileFromPhone":
		return g.files
	case "signIn", "setUp", "changePassword":
		return g.signIns
	}
	if needed, _ := auth.Needs(operation); needed == auth.RoleNone && identityOf(c).Role == auth.RoleNone {
		return g.public
	}
	return g.requests
}

// claimOf says for whom the request is.
func claimOf(c *gin.Context) claim {
	who, id := claim{address: peer.From(c.Request).Key()}, identityOf(c)
	if id.Role != auth.RoleNone {
		who.workspace, who.caller = id.Workspace.ID, id.Workspace.ID+" "+id.Caller()
	}
	return who
}

// arrive finds out who asks, in a place that is given back before anything waits for
// the client again.
func (a *API) arrive(c *gin.Context, p *pool, ask func(ctx context.Context) error) error {
	who := claim{address: peer.From(c.Request).Key()}
	if !p.arriving.enter(a.now(), who) {
		return tooBusy(p.status)
	}
	ctx, cancel := context.WithTimeoutCause(c.Request.Context(), p.arriving.gate.patience, errPatience)
	defer cancel()
	err := ask(ctx)
	p.arriving.leave(a.now(), who, ctx.Err() == nil)
	if err != nil && errors.Is(context.Cause(ctx), errPatience) {
		return outOfTime()
	}
	return err
}

// admit refuses what is too much before anything is done for it, and gives its
// place to the rest.
func (a *API) admit(c *gin.Context) {
	if p := a.gates.of(c, operationOf(c)); p != nil {
		a.work(c, p, claimOf(c), c.Next)
	}
}

// work does something in a place of the pool, which has a bound on its time.
func (a *API) work(c *gin.Context, p *pool, who claim, do func()) {
	if !p.working.enter(a.now(), who) {
		if p == a.gates.streams {
			a.fail(c, tooManyStreams())
		} else {
			a.fail(c, tooBusy(p.status))
		}
		return
	}
	if p.answer > 0 {
		c.Writer = &answer{ResponseWriter: c.Writer, time: p.answer}
	}
	if p.patience == 0 {
		defer func() { p.working.leave(a.now(), who, true) }()
		do()
		return
	}
	ctx, cancel := context.WithTimeoutCause(c.Request.Context(), p.patience, errPatience)
	defer func() {
		p.working.leave(a.now(), who, ctx.Err() == nil)
		cancel()
	}()
	c.Request = c.Request.WithContext(ctx)
	do()
}

// answer is an answer that its client has to read within a time from its beginning.
type answer struct {
	gin.ResponseWriter
	time  time.Duration
	begun bool
}

// Unwrap leads http.ResponseController to the connection.
func (w *answer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write implements io.Writer.
func (w *answer) Write(p []byte) (int, error) {
	w.begin(len(p))
	return w.ResponseWriter.Write(p)
}

// WriteString implements io.StringWriter.
func (w *answer) WriteString(s string) (int, error) {
	w.begin(len(s))
	return w.ResponseWriter.WriteString(s)
}

// begin sets the deadline by the first bytes, which are all of them nearly always.
func (w *answer) begin(bytes int) {
	if !w.begun {
		w.begun = true
		// A test's recorder has no deadlines.
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.time + timeFor(int64(bytes), bodyRate)))
	}
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

func tooManyStreams() *refusal {
	return refuse(http.StatusTooManyRequests, "too_many_streams", "Too many windows watch at the same time.").
		withHint("Close some of those that are open, or reload this page later: it works without news, too.").
		withRetryAfter(heartbeat)
}
