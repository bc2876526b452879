package api

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"sluice/server/peer"
	"sluice/server/store"
	"sluice/server/telemetry"
)

const requestIDKey = "sluice.request_id"

// contentPolicy lets the editor run its own code and styles and nothing else:
// no inline script, no other origins. React Flow and Radix set style
// attributes, which need 'unsafe-inline' for styles only.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// SecurityHeaders sets what every answer carries. A connection that is encrypted, be
// it up to a trusted proxy, stays so (RFC 6797).
func SecurityHeaders(c *gin.Context, encrypted bool) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	if encrypted {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// httpMetrics counts requests by operation, which bounds the label's values.
type httpMetrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newHTTPMetrics(reg prometheus.Registerer) *httpMetrics {
	m := &httpMetrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_http_requests_total",
			Help: "HTTP requests by operation and status.",
		}, []string{"operation", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sluice_http_request_duration_seconds",
			Help: "How long HTTP requests took, by operation.", Buckets: prometheus.ExponentialBuckets(.001, 2.5, 10),
		}, []string{"operation"}),
	}
	reg.MustRegister(m.requests, m.duration)
	return m
}

// observe gives the request an id, logs it, counts it, and turns a panic into
// a 500. It logs the route and never the address, which may hold a key.
func (a *API) observe(c *gin.Context) {
	id := rand.Text()[:16]
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
	if a.draining.Load() {
		c.Header("Connection", "close")
	}
	began := a.now()
	span := a.beginSpan(c, id)
	defer func() {
		if p := recover(); p != nil {
			a.log.ErrorContext(c.Request.Context(), "a handler panicked", slog.String("request_id", id),
				slog.String("operation", operationOf(c)), slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			writeProblem(c, a.refusalOf(c.Request.Context(), errPanic).Problem)
		}
		letGo(c)
		span.End(c.Writer.Status())
		took, operation, status := a.now().Sub(began), operationOf(c), c.Writer.Status()
		a.metrics.requests.WithLabelValues(operation, strconv.Itoa(status)).Inc()
		if operation != "streamEvents" {
			a.metrics.duration.WithLabelValues(operation).Observe(took.Seconds())
		}
		a.log.DebugContext(c.Request.Context(), "request", slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
			slog.Int("status", status), slog.Duration("took", took.Round(time.Microsecond)), slog.Any("client", peer.From(c.Request)), slog.String("request_id", id))
	}()
	c.Next()
}

// beginSpan begins the span of a request, for a collector. Requests that ask how
// the server is, and event streams, which have no end, have none; nor do files.
func (a *API) beginSpan(c *gin.Context, id string) *telemetry.Request {
	operation := operationOf(c)
	if !a.tracer.On() || c.FullPath() == "" || operation == "streamEvents" || strings.HasPrefix(operation, "get") && !strings.HasPrefix(c.FullPath(), BasePath) {
		return nil
	}
	in := telemetry.Incoming{
		Method: c.Request.Method, Route: c.FullPath(), Header: c.Request.Header, RequestID: id, Foreign: strings.HasPrefix(c.FullPath(), "/hooks/"),
	}
	if operation == "startRun" {
		in.NewRun = store.NewID
	}
	ctx, span := a.tracer.Request(c.Request.Context(), in)
	c.Request = c.Request.WithContext(ctx)
	return span
}

var errPanic = errors.New("a handler panicked")

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

const operationKey = "sluice.operation"

// operationOf is the id of the operation that the route belongs to.
func operationOf(c *gin.Context) string {
	if id := c.GetString(operationKey); id != "" {
		return id
	}
	return "other"
}

// route finds out which operation was asked for. Everything after it goes by
// that operation.
func (a *API) route(c *gin.Context) {
	if op := a.spec.operations[c.Request.Method+" "+c.FullPath()]; op != nil {
		c.Set(operationKey, op.id)
	}
}

// private keeps answers out of shared caches.
func private(c *gin.Context) { c.Header("Cache-Control", "no-store") }

// methodNotAllowed and noRoute answer under the API's path in its own form.
func methodNotAllowed(c *gin.Context) {
	WriteProblem(c, http.StatusMethodNotAllowed, "method_not_allowed", "This address does not take "+c.Request.Method+".", "")
}
