package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sluice/server/api"
	"sluice/server/auth"
)

// minMetricsToken is the length of the shortest token for /metrics.
const minMetricsToken = 16

// metricsPage is /metrics and who may read it: with a token whoever has it;
// without one those who ask directly, from this machine or a private network.
// What comes through a proxy comes from anywhere.
type metricsPage struct {
	token string
	page  http.Handler
	log   *slog.Logger
}

func newMetricsPage(from prometheus.Gatherer, token string, log *slog.Logger) metricsPage {
	// The OpenMetrics form, for those who ask for it, has pointers to traces.
	return metricsPage{token: token, page: promhttp.HandlerFor(from, promhttp.HandlerOpts{EnableOpenMetrics: true}), log: log}
}

func (m metricsPage) serve(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	switch {
	case m.token != "" && !m.hasToken(c.Request):
		c.Header("WWW-Authenticate", `Bearer realm="metrics"`)
		api.WriteProblem(c, http.StatusUnauthorized, "metrics_token", "The metrics need their token.",
			"Send SLUICE_METRICS_TOKEN as \"Authorization: Bearer …\".")
	case m.token == "" && !fromInside(c.Request):
		api.WriteProblem(c, http.StatusForbidden, "metrics_inside", "The metrics are for the server's own network.",
			"Ask from there and not through a proxy, or set SLUICE_METRICS_TOKEN, or give them an address of their own with --metrics-addr.")
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

// fromInside reports whether somebody on this machine, or in a private network,
// asks without a proxy between.
func fromInside(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || auth.Forwarded(r) {
		return false
	}
	a := peer.Addr().Unmap()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}

// handleMetrics puts /metrics on the router, or on an address of its own, where
// whoever reaches it may read it unless there is a token.
func (s *Server) handleMetrics(router *gin.Engine, from prometheus.Gatherer) {
	page := newMetricsPage(from, s.options.MetricsToken, s.log)
	if s.options.MetricsAddr == "" {
		router.GET("/metrics", page.serve)
		return
	}
	own := gin.New()
	own.Use(api.SecurityHeaders)
	own.GET("/metrics", func(c *gin.Context) {
		if page.token == "" {
			page.page.ServeHTTP(c.Writer, c.Request)
			return
		}
		page.serve(c)
	})
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
