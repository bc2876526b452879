package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/flows"
)

// problemType is the media type of RFC 9457.
const problemType = "application/problem+json"

// refusal is an error whose whole content is meant for the client.
type refusal struct{ Problem }

func (r *refusal) Error() string { return r.Code + ": " + r.Title }

// refuse makes an error that answers a request with this problem. title says
// what happened and detail, hint and the rest are added by the with… methods.
func refuse(status int, code, title string) *refusal {
	return &refusal{Problem{Type: "/problems/" + code, Status: status, Code: code, Title: title}}
}

func (r *refusal) withDetail(detail string) *refusal {
	if detail != "" {
		r.Detail = &detail
	}
	return r
}

func (r *refusal) withHint(hint string) *refusal {
	if hint != "" {
		r.Hint = &hint
	}
	return r
}

func (r *refusal) withErrors(errs []FieldProblem) *refusal {
	r.Errors = &errs
	return r
}

func (r *refusal) withDiagnostics(diags flows.Diagnostics) *refusal {
	list := diagnosticList(diags)
	r.Diagnostics = &list
	return r
}

func (r *refusal) withRetryAfter(d time.Duration) *refusal {
	seconds := max(1, int(math.Ceil(d.Seconds())))
	r.RetryAfter = &seconds
	return r
}

// notFound is the answer for what does not exist and for what belongs to
// another workspace alike. what is such as "flow".
func notFound(what string) *refusal {
	return refuse(http.StatusNotFound, "not_found", "There is no such "+what+".").
		withHint("It may have been deleted, or the address has a typing mistake.")
}

// fail answers with the error: as it is when it was made for the client, else
// as what its kind means, logged once with what it was.
func (a *API) fail(c *gin.Context, err error) {
	r := a.refusalOf(c.Request.Context(), err)
	if r.Status >= http.StatusInternalServerError {
		log := a.log
		if run := c.Param("run_id"); run != "" {
			log = log.With(slog.String("run_id", run))
		}
		log.ErrorContext(c.Request.Context(), "a request failed", slog.String("operation", operationOf(c)),
			slog.String("request_id", requestID(c)), slog.Int("status", r.Status), slog.Any("error", err))
	}
	writeProblem(c, r.Problem)
}

func (a *API) refusalOf(ctx context.Context, err error) *refusal {
	var r *refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &r):
		return r
	case errors.As(err, &tooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "too_large", "The request is too large.").
			withDetail("At most " + strconv.FormatInt(tooLarge.Limit, 10) + " bytes are read here.")
	case errors.Is(context.Cause(ctx), errPatience):
		return outOfTime()
	case ctx.Err() != nil:
		// The client is gone: nobody reads this answer.
		return refuse(http.StatusServiceUnavailable, "cancelled", "The request was given up.")
	}
	if r := storeRefusal(err); r != nil {
		return r
	}
	return refuse(http.StatusInternalServerError, "internal", "Something went wrong on the server.").
		withHint("Try again. If it stays, give the request id in the X-Request-Id header to whoever runs this server.")
}

// writeProblem ends the request with the problem.
func writeProblem(c *gin.Context, p Problem) {
	if c.Writer.Written() {
		c.Abort()
		return
	}
	if p.RetryAfter != nil {
		c.Header("Retry-After", strconv.Itoa(*p.RetryAfter))
	}
	body, err := json.Marshal(p)
	if err != nil {
		// A Problem is made of strings and numbers; only a draft in it that is
		// no JSON gets here.
		p.Draft = nil
		body, _ = json.Marshal(p)
	}
	c.Header("Cache-Control", "no-store")
	hangUp(c)
	c.Abort()
	c.Data(p.Status, problemType, body)
}

// WriteProblem answers outside the API with the same form of error.
func WriteProblem(c *gin.Context, status int, code, title, hint string) {
	writeProblem(c, refuse(status, code, title).withHint(hint).Problem)
}

func diagnosticList(diags flows.Diagnostics) []Diagnostic {
	list := make([]Diagnostic, 0, len(diags))
	for _, d := range diags {
		list = append(list, Diagnostic{
			Severity: DiagnosticSeverity(d.Severity), Code: d.Code, Node: d.Node,
			Pointer: d.Pointer, Message: d.Message, Hint: d.Hint,
		})
	}
	return list
}
