package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sluice/server/api"
	"sluice/server/peer"
)

// minMetricsToken is the length of the shortest token for /metrics.
const minMetricsToken = 16

// metricsPage is /metrics and who may read it: who has its token. Without one, who
// sits at this machine, when it has an address of its own that leads nowhere else.
type metricsPage struct {
	token string
	// local tells that the page is at an address of loopback, for nothing else.
	local bool
	page  http.Handler
}

func newMetricsPage(from prometheus.Gatherer, o *Options) metricsPage {
	return metricsPage{
		token: o.MetricsToken, local: peer.LoopbackListen(o.MetricsAddr),
		// The OpenMetrics form, for those who ask for it, has pointers to traces.
		page: promhttp.HandlerFor(from, promhttp.HandlerOpts{EnableOpenMetrics: true}),
	}
}

func (m metricsPage) serve(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	switch {
	case m.token != "" && !m.hasToken(c.Request):
		c.Header("WWW-Authenticate", `Bearer realm="metrics"`)
		api.WriteProblem(c, http.StatusUnauthorized, "metrics_token", "The metrics need their token.",
			"Send SLUICE_METRICS_TOKEN as \"Authorization: Bearer …\".")
	// A page of the internet whose name leads to loopback asks for that name.
	case m.token == "" && !(m.local && peer.LoopbackHost(c.Request.Host)):
		api.WriteProblem(c, http.StatusForbidden, "metrics_inside", "The metrics are not open to everybody.",
			"Set SLUICE_METRICS_TOKEN and send it, or give them an address of this machine's own with --metrics-addr localhost:9090.")
	default:
		m.page.ServeHTTP(c.Writer, c.Request)
	}
}

// hasToken compares in constant time, whatever the lengths.
func (m metricsPage) hasToken(r *http.Request) bool {
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(m.token)), sha256.Sum256([]byte(strings.TrimSpace(given)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// handleMetrics puts /metrics on the router, or on an address of its own.
func (s *Server) handleMetrics(router *gin.Engine, from prometheus.Gatherer) {
	page := newMetricsPage(from, &s.options)
	if page.token == "" && !page.local && s.options.MetricsAddr != "" {
		s.log.Warn("nobody can read the metrics: their address is open to others, and SLUICE_METRICS_TOKEN is not set", "metrics_addr", s.options.MetricsAddr)
	}
	if s.options.MetricsAddr == "" {
		router.GET("/metrics", page.serve)
		return
	}
	own := gin.New()
	own.Use(func(c *gin.Context) { api.SecurityHeaders(c, c.Request.TLS != nil) })
	own.GET("/metrics", page.serve)
	s.metricsHandler = own
}

// serveMetrics serves them on their own address, if they have one. stop ends it.
func (s *Server) serveMetrics(ctx context.Context) (stop func(), err error) {
	if s.metricsHandler == nil {
		return func() {}, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s for metrics: %w", s.options.MetricsAddr, err)
	}
	server := s.httpServer(s.metricsHandler)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	s.log.Info("serving metrics", "url", localURL(listener.Addr())+"/metrics")
	return func() {
		_ = server.Close()
		<-ended
	}, nil
}
