package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sluice/engine"
	"sluice/engine/address"
	"sluice/engine/expression"
	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
)

// How a run was started, for people and for expressions (trigger.type).
const (
	startedByAPI    = "api"
	startedManually = "manual"
)

// busyRetry is when to try again where the runtime does not say.
const busyRetry = time.Second

// StartRun runs the published version of a flow.
func (a *API) StartRun(c *gin.Context, flowID FlowID, params StartRunParams) {
	body, err := bodyOf[NewRun](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	id := identityOf(c)
	request := runtime.StartRequest{Workspace: workspaceOf(c), FlowID: flowID, StartedBy: startedByAPI, IdempotencyKey: textOf(params.IdempotencyKey)}
	if id.bySession() {
		request.StartedBy = startedManually
	}
	request.Trigger = map[string]any{"type": request.StartedBy, "by": id.Name()}
	if body.Inputs != nil {
		request.Inputs = *body.Inputs
	}
	if body.Contact != nil {
		if request.Contact, err = contactOf(*body.Contact); err != nil {
			a.fail(c, err)
			return
		}
	}
	if n := utf8.RuneCountInString(request.IdempotencyKey); n > maxIdempotencyKey || params.IdempotencyKey != nil && n == 0 || !isText(request.IdempotencyKey) {
		a.fail(c, refuse(http.StatusBadRequest, "bad_idempotency_key", fmt.Sprintf("An Idempotency-Key has 1 to %d characters of UTF-8.", maxIdempotencyKey)))
		return
	}
	started, err := a.runtime.Start(c.Request.Context(), request)
	if err != nil {
		a.fail(c, startError(err))
		return
	}
	summary := a.startedSummary(c, flowID, request, started)
	if started.Replayed {
		c.Header("Idempotent-Replayed", "true")
	}
	c.Header("Location", BasePath+"/runs/"+started.RunID)
	c.JSON(http.StatusCreated, summary)
}

// contactOf is a contact as runs keep it.
func contactOf(given map[string]any) (map[string]any, error) {
	kept, err := expression.Normalize(given)
	if problem, ok := errors.AsType[*expression.Error](err); ok {
		return nil, refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").withErrors([]FieldProblem{{
			Field: "contact", Pointer: "/contact", Code: "invalid", Message: engine.Sentence(problem.Message), Hint: optionalText(engine.Sentence(problem.Hint)),
		}})
	}
	contact, _ := kept.(map[string]any)
	return contact, err
}

// startedSummary describes a run that was just started. The run is stored by
// now: a database that fails between then and here must not make the client
// believe that it is not, so the answer then holds only what is known.
func (a *API) startedSummary(c *gin.Context, flowID string, request runtime.StartRequest, started runtime.Started) RunSummary {
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	run, err := a.startedRun(ctx, workspace, started)
	if err == nil {
		var summary RunSummary
		if summary, err = a.startedNamed(ctx, workspace, run, started); err == nil {
			return summary
		}
	}
	a.log.WarnContext(ctx, "a started run is answered without its details", slog.String("run_id", started.RunID),
		slog.String("request_id", requestID(c)), slog.Any("error", err))
	summary := RunSummary{
		Id: started.RunID, FlowId: flowID, FlowVersion: int(started.FlowVersion), Status: RunStatus(started.Status), Outcome: started.Outcome,
		Node: started.Node, Visit: started.Visit, Trigger: request.StartedBy, StartedAt: started.StartedAt.UTC(), UpdatedAt: started.StartedAt.UTC(),
	}
	if e := started.Error; e != nil {
		summary.Error = &RunError{Code: e.Code, Message: e.Message, Node: optionalText(e.Node), Hint: optionalText(e.Hint)}
	}
	return summary
}

// startedRun is the run, from its executor if that tells.
func (a *API) startedRun(ctx context.Context, workspace string, started runtime.Started) (store.Run, error) {
	if started.Run != nil {
		return *started.Run, nil
	}
	return a.store.Run(ctx, workspace, started.RunID)
}

func (a *API) startedNamed(ctx context.Context, workspace string, run store.Run, started runtime.Started) (RunSummary, error) {
	if started.FlowName != "" {
		return summaryOf(run, started.FlowName, started.SendsAt)
	}
	summaries, err := a.summarize(ctx, workspace, []store.Run{run})
	if err != nil {
		return RunSummary{}, err
	}
	return summaries[0], nil
}

// maxIdempotencyKey is the length of keys, as in openapi.yaml.
const maxIdempotencyKey = 255

func startError(err error) error {
	var inputs *runtime.InputError
	switch {
	case errors.As(err, &inputs):
		return refuse(http.StatusUnprocessableEntity, "invalid_inputs", "The inputs do not fit the flow, so no run was started.").withErrors(inputProblems(inputs.Problems))
	case errors.Is(err, runtime.ErrNotPublished):
		return refuse(http.StatusConflict, "not_published", "The flow was never published, so there is nothing to run.").withHint("Publish it first.")
	case errors.Is(err, runtime.ErrIdempotencyMismatch):
		return refuse(http.StatusUnprocessableEntity, "idempotency_mismatch", "This Idempotency-Key was used with other inputs.").
			withHint("Use a new key for a new run.")
	}
	return flowError(err)
}

// written are the forms that an address may be stored in which somebody looks for,
// as they would write it.
func written(text string) []string {
	reader := address.Reader{}
	if reader.Reaches(string(channels.WhatsApp), text) {
		return reader.Forms(string(channels.WhatsApp), text)
	}
	return []string{reader.Normal(string(channels.Email), text)}
}

// ListRuns answers with a page of runs.
func (a *API) ListRuns(c *gin.Context, params ListRunsParams) {
	before, err := placeAt[string](params.Cursor)
	if err != nil {
		a.fail(c, err)
		return
	}
	limit := pageLimit(params.Limit)
	filter := store.RunFilter{FlowID: textOf(params.Flow), Query: textOf(params.Q), Before: textOf(before), Limit: limit + 1}
	if filter.Query != "" {
		filter.Recipients = written(filter.Query)
	}
	if params.Status != nil {
		filter.Status = string(*params.Status)
	}
	found, err := a.store.ListRuns(c.Request.Context(), workspaceOf(c), filter)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := RunList{}
	if len(found) > limit {
		found = found[:limit]
		list.NextCursor = cursorOf(found[limit-1].ID)
	}
	if list.Items, err = a.summarize(c.Request.Context(), workspaceOf(c), found); err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, list)
}

// summarize describes runs for lists.
func (a *API) summarize(ctx context.Context, workspace string, runs []store.Run) ([]RunSummary, error) {
	ids := make([]string, 0, len(runs))
	for _, r := range runs {
		ids = append(ids, r.FlowID)
	}
	names, err := a.store.FlowNames(ctx, workspace, unique(ids))
	if err != nil {
		return nil, err
	}
	sends, err := a.store.SendTimes(ctx, workspace, runs)
	if err != nil {
		return nil, err
	}
	list := make([]RunSummary, 0, len(runs))
	for _, r := range runs {
		summary, err := summaryOf(r, names[r.FlowID], sends[r.ID])
		if err != nil {
			return nil, err
		}
		list = append(list, summary)
	}
	return list, nil
}

func summaryOf(r store.Run, flowName string, sendsAt time.Time) (RunSummary, error) {
	failure, err := runFailure(r.Error)
	return RunSummary{
		Id: r.ID, FlowId: r.FlowID, FlowName: flowName, FlowVersion: int(r.FlowVersion), Status: RunStatus(r.Status), Outcome: r.Outcome,
		Error: failure, Node: r.Node, Visit: r.Visit, Trigger: r.StartedBy, Recipient: maskAddress(r.Recipient),
		StartedAt: r.StartedAt.Time, UpdatedAt: r.UpdatedAt.Time, EndedAt: optionalTime(r.EndedAt.Time), DueAt: optionalTime(r.DueAt.Time),
		SendsAt: optionalTime(sendsAt),
	}, err
}

func runFailure(text string) (*RunError, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // Most runs have no error.
	}
	var e engine.RunError
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return nil, fmt.Errorf("read the error of a run: %w", err)
	}
	return &RunError{Code: e.Code, Message: e.Message, Node: optionalText(e.Node), Hint: optionalText(e.Hint)}, nil
}

// maskAddress hides the middle of an address, so that people can tell
// recipients apart and not write them down.
func maskAddress(address string) string {
	runes := []rune(address)
	const head, tail = 6, 4
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) <= head+tail:
		return string(runes[:min(2, len(runes))]) + "•••"
	}
	return string(runes[:head]) + "•••" + string(runes[len(runes)-tail:])
}

// GetRun answers with everything about one run.
func (a *API) GetRun(c *gin.Context, runID RunID) {
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	detail, err := a.runtime.Query(ctx, workspace, runID)
	if err != nil {
		a.fail(c, runError(err))
		return
	}
	names, err := a.store.FlowNames(ctx, workspace, []string{detail.Run.FlowID})
	var bodies templateBodies
	if err == nil {
		bodies, err = a.templateBodies(ctx, workspace, detail.Messages)
	}
	var files map[string][]store.Media
	if err == nil {
		files, err = a.mediaByMessage(ctx, workspace, detail.Messages)
	}
	if err == nil {
		var run Run
		if run, err = runOf(detail, names[detail.Run.FlowID], bodies, files); err == nil {
			c.JSON(http.StatusOK, run)
			return
		}
	}
	a.fail(c, err)
}

// GetRunDefinition answers with what a run executes.
func (a *API) GetRunDefinition(c *gin.Context, runID RunID) {
	run, err := a.store.Run(c.Request.Context(), workspaceOf(c), runID)
	if err != nil {
		a.fail(c, runError(err))
		return
	}
	v, err := a.store.FlowVersion(c.Request.Context(), workspaceOf(c), run.FlowID, run.FlowVersion)
	if err != nil {
		a.fail(c, versionError(err))
		return
	}
	c.Data(http.StatusOK, "application/json", []byte(v.Definition))
}

// CancelRun ends a run that waits.
func (a *API) CancelRun(c *gin.Context, runID RunID) {
	body, err := bodyOf[Cancellation](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	before, err := a.store.Run(ctx, workspace, runID)
	if err == nil && engine.Status(before.Status).Final() {
		err = alreadyEnded(before)
	}
	if err == nil {
		err = a.runtime.Cancel(ctx, workspace, runID, engine.Cancel{By: identityOf(c).Name(), Reason: textOf(body.Reason)})
	}
	var run store.Run
	if err == nil {
		run, err = a.store.Run(ctx, workspace, runID)
	}
	if err == nil && engine.Status(run.Status) != engine.StatusCancelled {
		// It ended by itself at the same moment.
		err = alreadyEnded(run)
	}
	if err != nil {
		a.fail(c, runError(err))
		return
	}
	summaries, err := a.summarize(ctx, workspace, []store.Run{run})
	if err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, summaries[0])
}

func alreadyEnded(run store.Run) *refusal {
	return refuse(http.StatusConflict, "run_ended", "The run has ended already.").withDetail("It is " + run.Status + ".")
}

func runError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("run")
	}
	return err
}
