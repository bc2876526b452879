// Package server puts the parts together: database, execution, channels, API
// and editor, in one process with one life cycle.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"sluice/nodes"
	"sluice/server/api"
	"sluice/server/auth"
	"sluice/server/auth/accounts"
	"sluice/server/channels"
	"sluice/server/channels/simulator"
	"sluice/server/channels/standard"
	"sluice/server/egress"
	"sluice/server/media"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/telemetry"
	"sluice/server/templates"
	"sluice/server/temporal"
	"sluice/server/vault"
	"sluice/server/webhooks"
	"sluice/web"
)

const (
	readHeaderTimeout = 10 * time.Second
	// readTimeout is enough for the largest body over a slow line.
	readTimeout  = time.Minute
	writeTimeout = time.Minute
	idleTimeout  = 2 * time.Minute
	maxHeader    = 64 << 10
	// stopGrace is how long a stop lets requests finish.
	stopGrace = 10 * time.Second
)

// Server is everything, put together. Its life:
//
//  1. New opens the database and makes the parts. Nothing runs yet.
//  2. Run starts them, takes requests, and returns after its context ended and
//     everything stopped. It also closes the database.
//
// Close is for a server that is not run.
type Server struct {
	options   Options
	store     *store.Store
	vault     *vault.Vault
	runtime   executor
	simulator *simulator.Simulator
	webhooks  *webhooks.Inbox
	egress    *egress.Client
	importer  *templates.Importer
	media     *media.Service
	files     *egress.Client
	auth      *auth.Service
	api       *api.API
	handler   http.Handler
	// metricsHandler is set when metrics have an address of their own.
	metricsHandler http.Handler
	connections    *connections
	tracer         *telemetry.Tracer
	log            *slog.Logger
}

// executor executes flows. Worker is the id under which it holds what it has in
// hand.
type executor interface {
	runtime.Executor
	Worker() string
	// Claim makes sure that no other executor has the database's runs.
	Claim(ctx context.Context) (was store.Executor, err error)
}

// New makes a server. Its errors are for the person who starts it.
func New(ctx context.Context, o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.ChannelLimit <= 0 {
		o.ChannelLimit = store.DefaultChannelLimit
	}
	keys, err := o.openVault()
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, log: o.Log, vault: keys}
	if s.store, err = store.Open(ctx, o.Database, store.Options{Vault: keys, Logger: o.Log, KeepRuns: o.KeepRuns}); err != nil {
		return nil, err
	}
	if err := s.assemble(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// assemble makes the parts on top of the database.
func (s *Server) assemble(ctx context.Context) (err error) {
	o := s.options
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newVitals(s.store.Vitals, time.Now))
	s.tracer, err = telemetry.New(ctx, o.Traces, telemetry.Options{Version: o.Version, Instance: store.NewID(), Traces: s.store, Log: s.log, Metrics: metrics})
	if err != nil {
		return err
	}
	if s.egress, err = egress.New(egress.Options{Allow: o.EgressAllow, Wrap: s.tracer.Propagate(o.TraceHosts)}); err != nil {
		return err
	}
	phones := simulator.Options{Deliver: s.deliver, Journal: s.store.SimulatorJournal(), Logger: s.log}
	if o.ForgetPhones {
		phones.Journal = nil
	}
	s.simulator = simulator.New(phones)
	kinds := standard.Registry(s.egress, s.simulator)
	types := nodes.Standard()
	s.runtime, err = s.executor(ctx, runtime.Options{Store: s.store, Nodes: types, Channels: kinds, HookURL: s.hookURL, MediaURL: s.mediaURL, Logger: s.log, Metrics: metrics, Tracer: s.tracer, Tuning: o.Tuning, Executor: o.ExecutorKind()})
	if err != nil {
		return err
	}
	s.webhooks = webhooks.New(webhooks.Options{
		Store: s.store, Deliver: s.runtime.DeliverInbound, Worker: s.runtime.Worker(), Clock: runtime.SystemClock(), Log: s.log, Metrics: metrics,
		Keep: o.KeepWebhooks,
	})
	if err := s.openMedia(ctx, kinds); err != nil {
		return err
	}
	s.importer = templates.NewImporter(templates.Options{Store: s.store, Channels: kinds, Log: s.log, Now: time.Now})
	s.auth, err = auth.New(auth.Options{
		Repository: accounts.New(s.store), Passwords: auth.NewPasswords(auth.DefaultPasswordCost()),
		BootstrapKey: o.BootstrapKey, Demo: o.Demo, Now: time.Now, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.api, err = api.New(ctx, api.Options{
		Store: s.store, Runtime: s.runtime, Auth: s.auth, Nodes: types, Channels: kinds, Simulator: s.simulator, Importer: s.importer, Media: s.media,
		Senders: webhooks.NewSenders(s.store, kinds, runtime.SystemClock()), Webhooks: s.webhooks,
		Metrics: metrics, Tracer: s.tracer, Log: s.log, Now: time.Now, PublicURL: o.PublicURL, Version: o.Version, ChannelLimit: o.ChannelLimit, Limits: o.Requests,
		Proxies: o.TrustedProxies, Demo: o.Demo, Folders: o.folders(),
		PlainHTTP: func(u *url.URL) bool { return o.AllowPlainHTTP || s.egress.Trusts(u) },
	})
	if err != nil {
		return err
	}
	limits := o.Requests.WithDefaults()
	s.connections = newConnections(limits.Connections, limits.PerAddress, o.TrustedProxies, metrics)
	s.handler, err = s.routes(metrics)
	return err
}

// claim makes sure that no other executor has the database's runs.
func (s *Server) claim(ctx context.Context) error {
	was, err := s.runtime.Claim(ctx)
	if err != nil {
		return err
	}
	if mine := s.options.ExecutorKind(); was != mine && was != (store.Executor{}) {
		s.log.Info("the database was taken over from another executor, none of whose runs was left", slog.String("executor", mine.String()), slog.String("before", was.String()))
	}
	return nil
}

// executor makes what executes flows.
func (s *Server) executor(ctx context.Context, o runtime.Options) (executor, error) {
	if s.options.Executor != executorTemporal {
		return runtime.NewLocal(o), nil
	}
	t := s.options.Temporal
	t.Vault = s.vault
	if t.BuildID == "" {
		t.BuildID = s.options.Version
	}
	return temporal.Open(ctx, t, o)
}

// routes puts API, metrics and editor behind one handler.
func (s *Server) routes(metrics prometheus.Gatherer) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	// Who calls is found out by package peer.
	if err := router.SetTrustedProxies(nil); err != nil {
		return nil, fmt.Errorf("set up the router: %w", err)
	}
	router.RedirectTrailingSlash = false
	s.api.Mount(router)
	s.handleMetrics(router, metrics)
	files, built := web.Files()
	router.NoRoute(site{files: files, built: built}.serve)
	return router, nil
}

// mediaTimeout is enough for the largest file over a slow line.
const mediaTimeout = 10 * time.Minute

// openMedia makes what fetches and keeps the files that people send.
func (s *Server) openMedia(ctx context.Context, kinds *channels.Registry) error {
	storage, temporary, err := s.options.openMedia(ctx)
	if err != nil {
		return err
	}
	if s.files, err = egress.New(egress.Options{Allow: s.options.EgressAllow, Timeout: mediaTimeout}); err != nil {
		return err
	}
	limits := s.options.MediaLimits
	if limits == nil {
		limits = media.DefaultLimits()
	}
	s.media = media.New(media.Options{
		Store: s.store, Storage: storage, Channels: kinds, Client: s.files, Limits: limits, Temporary: temporary,
		Worker: s.runtime.Worker(), Log: s.log, Now: time.Now,
	})
	return nil
}

// mediaURL is where a file of a message can be had; without a public address
// below that of whoever asks.
func (s *Server) mediaURL(id string) string {
	return s.options.PublicURL + api.BasePath + "/media/" + id
}

// hookURL is where a channel's provider can reach this server; empty without a
// public address, because a provider that is told "localhost" refuses to send.
func (s *Server) hookURL(key string) string {
	if s.options.PublicURL == "" {
		return ""
	}
	return s.options.PublicURL + "/hooks/" + key
}

// deliver is the simulator's road to the runs.
func (s *Server) deliver(ctx context.Context, a channels.Account, events []channels.Inbound) error {
	err := s.runtime.DeliverInbound(ctx, a.WorkspaceID, a.ID, events)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%w: %w", simulator.ErrGone, err)
	}
	return err
}

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.Close()) }()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.Addr)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("listen on %s: %w: is another server running there?", s.options.Addr, err)
		}
		return fmt.Errorf("listen on %s: %w: write an address as host:port, such as localhost:8080 or :8080", s.options.Addr, err)
	}
	// A listener that nobody serves from is closed by hand.
	serving := false
	defer func() {
		if !serving {
			_ = listener.Close()
		}
	}()
	// Until the very end: who watches sees a server stop.
	endMetrics, err := s.serveMetrics(ctx)
	if err != nil {
		return err
	}
	defer endMetrics()
	stop, err := s.start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	here := localURL(listener.Addr())
	if err := s.greet(ctx, here); err != nil {
		return err
	}

	httpServer := s.httpServer(s.handler)
	httpServer.ConnState, s.connections.Listener = s.connections.follow, listener
	failed := make(chan error, 1)
	serving = true
	go func() { failed <- httpServer.Serve(s.connections) }()
	if s.options.Ready != nil {
		s.options.Ready(here)
	}
	select {
	case err = <-failed:
		s.hangUp(ctx, httpServer)
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		s.drain(ctx, httpServer)
		return nil
	}
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// start makes runs go on. stop ends them and waits.
func (s *Server) start(ctx context.Context) (stop func(), err error) {
	// Both end by Stop and not with ctx: requests that are being answered
	// still need them then.
	life := context.WithoutCancel(ctx)
	if err := s.simulator.Start(life); err != nil {
		return nil, err
	}
	if err := s.claim(ctx); err != nil {
		s.simulator.Stop()
		return nil, err
	}
	done, hooked := make(chan error, 1), make(chan struct{})
	go func() { done <- s.runtime.Run(life) }()
	go func() {
		s.webhooks.Run()
		close(hooked)
	}()
	fetching, endFetching := context.WithCancel(life)
	fetched := make(chan struct{})
	go func() {
		s.media.Run(fetching)
		close(fetched)
	}()
	stop = func() {
		endFetching()
		<-fetched
		// What was accepted goes to the runs while they still take it.
		s.webhooks.Stop()
		<-hooked
		s.runtime.Stop()
		if err := <-done; err != nil {
			s.log.Error("the execution of flows ended with an error", slog.Any("error", err))
		}
		s.simulator.Stop()
		s.importer.Close()
	}
	if s.options.Demo {
		if err := seedDemo(ctx, s.store, store.DefaultWorkspaceID); err != nil {
			stop()
			return nil, err
		}
	}
	return stop, nil
}

// greet tells the person who started the server where it is and, while nobody
// can sign in, how to make the first account.
func (s *Server) greet(ctx context.Context, here string) error {
	base := here
	if s.options.PublicURL != "" {
		base = s.options.PublicURL
	}
	fmt.Fprintf(s.options.Out, "Sluice is running at %s\n", base)
	s.log.Info("serving", slog.String("url", here), slog.String("database", s.store.Dialect()), slog.Bool("demo", s.options.Demo))
	required, err := s.auth.SetupRequired(ctx)
	if err != nil || !required {
		return err
	}
	token, err := s.auth.NewSetupToken(ctx)
	if errors.Is(err, auth.ErrTaken) {
		// Another replica's visitor was faster.
		return nil
	}
	if err != nil {
		return err
	}
	// On the terminal only: a log may be kept where others read it.
	fmt.Fprintf(s.options.Out, "\nCreate the first account with this link. It works once:\n\n  %s/setup?token=%s\n\n", base, token)
	return nil
}

// localURL is the address in words that a browser on this machine takes.
func localURL(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return "http://" + addr.String()
	}
	host := "localhost"
	if !tcp.IP.IsUnspecified() && !tcp.IP.IsLoopback() {
		host = tcp.IP.String()
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}

// Close releases what New opened.
func (s *Server) Close() error {
	s.tracer.Close()
	if s.egress != nil {
		s.egress.Close()
	}
	if s.files != nil {
		s.files.Close()
	}
	return s.store.Close()
}
