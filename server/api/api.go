package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/auth"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/media"
	"sluice/server/peer"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/telemetry"
	"sluice/server/templates"
	"sluice/server/webhooks"
)

// Options are what the API is made of.
type Options struct {
	Store     *store.Store
	Runtime   runtime.Executor
	Auth      *auth.Service
	Nodes     *engine.Registry
	Channels  *channels.Registry
	Simulator *simulator.Simulator
	// Senders find the channels of webhooks, and Webhooks takes them in.
	Senders  *webhooks.Senders
	Webhooks *webhooks.Inbox
	Importer *templates.Importer
	// Media reads the files that people sent.
	Media *media.Service
	// Metrics is where the API registers its own metrics.
	Metrics prometheus.Registerer
	// Tracer makes spans of requests; nil makes none.
	Tracer *telemetry.Tracer
	Log    *slog.Logger
	Now    func() time.Time
	// PublicURL is where people and providers reach this server, without a
	// final slash; empty when it has no public address.
	PublicURL string
	// Version is the server's version, for people.
	Version string
	// ChannelLimit is how many channels a workspace may have.
	ChannelLimit int
	// PlainHTTP tells whether credentials may go to an address without encryption;
	// nil means never.
	PlainHTTP func(*url.URL) bool
	// Limits bound the requests in hand; its zero values are defaults.
	Limits Limits
	// Proxies are those whose word about a client is taken.
	Proxies peer.Proxies
	// Folders are where files are written: the database's on SQLite, and that of media.
	// They need room.
	Folders []string
	// Demo answers only those who ask for this machine by name.
	Demo bool
}

// API answers the requests that openapi.yaml describes.
type API struct {
	store       *store.Store
	runtime     runtime.Executor
	auth        *auth.Service
	nodes       *engine.Registry
	specs       map[string]flows.NodeSpec
	nodeTypes   []byte
	gallery     *gallery
	channels    *channels.Registry
	simulator   *simulator.Simulator
	senders     *webhooks.Senders
	webhooks    *webhooks.Inbox
	importer    *templates.Importer
	media       *media.Service
	spec        *spec
	metrics     *httpMetrics
	gates       *gates
	proxies     peer.Proxies
	foreign     foreignProxy
	ready       *readiness
	demo        bool
	tracer      *telemetry.Tracer
	crossOrigin *http.CrossOriginProtection
	log         *slog.Logger
	now         func() time.Time
	publicURL   string
	// secure marks cookies as for TLS only, whatever this connection is.
	secure  bool
	version string
	// hub tells event streams about channels.
	hub          *hub
	channelLimit int
	plainHTTP    func(*url.URL) bool
	// tries holds a token for each flow that is being tried.
	tries chan struct{}
	// draining is true once the server is told to stop.
	draining atomic.Bool
	// closing ends the event streams, which would else outlive a shutdown.
	closing chan struct{}
}

// New makes the API. It fails only when its own description is broken.
func New(ctx context.Context, o Options) (*API, error) {
	s, err := loadSpec(ctx)
	if err != nil {
		return nil, err
	}
	a := &API{
		store: o.Store, runtime: o.Runtime, auth: o.Auth, nodes: o.Nodes, specs: map[string]flows.NodeSpec{},
		channels: o.Channels, simulator: o.Simulator, senders: o.Senders, webhooks: o.Webhooks, importer: o.Importer, media: o.Media, spec: s, metrics: newHTTPMetrics(o.Metrics), gates: newGates(o.Limits, o.Metrics), tracer: o.Tracer,
		crossOrigin: http.NewCrossOriginProtection(), log: o.Log, now: o.Now,
		publicURL: strings.TrimSuffix(o.PublicURL, "/"), version: o.Version, hub: newHub(), channelLimit: o.ChannelLimit, plainHTTP: o.PlainHTTP, closing: make(chan struct{}),
		tries: make(chan struct{}, max(1, goruntime.GOMAXPROCS(0)-1)),
	}
	a.ready = &readiness{look: a.canWork(o.Folders), now: o.Now}
	a.proxies, a.demo = o.Proxies, o.Demo
	if a.plainHTTP == nil {
		a.plainHTTP = func(*url.URL) bool { return false }
	}
	a.secure = strings.HasPrefix(a.publicURL, "https://")
	specs := o.Nodes.Specs()
	for _, n := range specs {
		a.specs[n.Type] = n
	}
	if a.nodeTypes, err = nodeTypeList(specs); err != nil {
		return nil, err
	}
	if a.gallery, err = newGallery(o.Nodes); err != nil {
		return nil, err
	}
	if a.publicURL != "" {
		// A proxy may pass another Host on than the one in the browser.
		if err := a.crossOrigin.AddTrustedOrigin(a.publicURL); err != nil {
			return nil, fmt.Errorf("the public URL %q is not an origin such as https://sluice.example.org: %w", a.publicURL, err)
		}
	}
	return a, nil
}

// Mount adds the API's routes to the router.
func (a *API) Mount(router *gin.Engine) {
	router.Use(a.route, a.observe, a.meet, a.page)
	router.GET("/healthz", a.GetHealth)
	router.GET("/readyz", a.GetReadiness)
	router.GET("/hooks/:hook_key", a.receive)
	router.POST("/hooks/:hook_key", a.receive)
	group := router.Group(BasePath, private, a.sameOrigin, a.authorize, a.check, a.admit)
	RegisterHandlersWithOptions(group, a, GinServerOptions{ErrorHandler: func(c *gin.Context, _ error, status int) {
		// The check before has named what it can; the error itself speaks of Go.
		a.fail(c, refuse(status, "bad_parameter", "A parameter of the address is wrong.").
			withHint("The form of each is in the API's description at "+BasePath+"/openapi.json."))
	}})
	router.HandleMethodNotAllowed = true
	router.NoMethod(methodNotAllowed)
}

// Drain tells load balancers, by /readyz, to send requests elsewhere. Those that
// come are answered, and their connections end with the answer.
func (a *API) Drain() { a.draining.Store(true) }

// Close ends the event streams. No request may come after it.
func (a *API) Close() { close(a.closing) }

// GetHealth answers while the process is alive.
func (a *API) GetHealth(c *gin.Context) {
	private(c)
	health := Health{Status: Ok}
	if proxy := a.foreign.seen(); proxy != "" && peer.FromThisMachine(c.Request) {
		health.UntrustedProxy = &proxy
	}
	c.JSON(http.StatusOK, health)
}

// GetReadiness answers 200 while the server can take work.
func (a *API) GetReadiness(c *gin.Context) {
	private(c)
	if a.draining.Load() {
		a.fail(c, runtime.ErrStopped)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyPatience)
	defer cancel()
	if err := a.ready.ask(ctx); err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, Health{Status: Ok})
}

// unavailableRetry is when a client may try again while the database is away.
const unavailableRetry = 2 * time.Second

// storeRefusal words the errors of the store and the runtime. It is nil for
// others.
func storeRefusal(err error) *refusal {
	var conflict *store.ConflictError
	var busy *runtime.BusyError
	switch {
	case errors.As(err, &busy):
		return refuse(http.StatusTooManyRequests, "busy", "The server has more to do than it can.").withHint("Try again a little later.").withRetryAfter(busy.RetryAfter)
	case errors.Is(err, runtime.ErrBusy):
		return refuse(http.StatusTooManyRequests, "busy", "The server has more to do than it can.").withHint("Try again a little later.").withRetryAfter(busyRetry)
	case errors.Is(err, runtime.ErrStopped):
		return refuse(http.StatusServiceUnavailable, "stopping", "The server is stopping.").withDetail("Nothing was changed.").withRetryAfter(unavailableRetry)
	case errors.Is(err, store.ErrNotFound):
		return notFound("record")
	case errors.As(err, &conflict):
		return refuse(http.StatusConflict, "taken", "Something with this "+conflict.Field+" exists already.").
			withErrors([]FieldProblem{{Field: conflict.Field, Pointer: "/" + conflict.Field, Code: "taken", Message: "This is taken already."}}).
			withHint("Choose another one.")
	case errors.Is(err, store.ErrStale):
		return refuse(http.StatusConflict, "changed", "Somebody else changed this at the same moment.").withHint("Load it again and repeat the change.")
	case errors.Is(err, store.ErrFull):
		return refuse(http.StatusServiceUnavailable, "disk_full", "The disk is full.").
			withDetail("Nothing was changed.").withHint("Whoever runs the server has to make room; it goes on by itself then.").withRetryAfter(unavailableRetry)
	case errors.Is(err, store.ErrUnavailable):
		return refuse(http.StatusServiceUnavailable, "unavailable", "The database cannot be reached or cannot be written at the moment.").
			withDetail("Nothing was changed.").withHint("Try again in a moment.").withRetryAfter(unavailableRetry)
	}
	return nil
}
