package api

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

const requestIDKey = "sluice.request_id"

// contentPolicy lets the editor run its own code and styles and nothing else:
// no inline script, no other origins. React Flow and Radix set style
// attributes, which need 'unsafe-inline' for styles only.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// SecurityHeaders sets what every answer carries.
func SecurityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	if c.Request.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
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
	began := a.now()
	defer func() {
		if p := recover(); p != nil {
			a.log.ErrorContext(c.Request.Context(), "a handler panicked", slog.String("request_id", id),
				slog.String("operation", operationOf(c)), slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			writeProblem(c, a.refusalOf(c.Request.Context(), errPanic).Problem)
		}
		took, operation, status := a.now().Sub(began), operationOf(c), c.Writer.Status()
		a.metrics.requests.WithLabelValues(operation, strconv.Itoa(status)).Inc()
		if operation != "streamEvents" {
			a.metrics.duration.WithLabelValues(operation).Observe(took.Seconds())
		}
		a.log.DebugContext(c.Request.Context(), "request", slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
			slog.Int("status", status), slog.Duration("took", took.Round(time.Microsecond)), slog.String("request_id", id))
	}()
	c.Next()
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
