package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/flows"
	"sluice/server/store"
)

// blankFlow is what a new flow begins with: where every run begins.
func blankFlow(name string) (string, error) {
	definition, err := flows.Encode(&flows.Flow{Name: name, Nodes: []flows.Node{
		{ID: "start", Type: "start", Name: "Start", Position: &flows.Position{}, Config: []byte(`{"trigger":{"type":"manual"},"inputs":[]}`)},
	}})
	return string(definition), err
}

// ListFlows answers with a page of flows and what happened to them lately.
func (a *API) ListFlows(c *gin.Context, params ListFlowsParams) {
	page := store.FlowPage{Sort: "updated", Descending: true, Limit: pageLimit(params.Limit) + 1}
	if params.Q != nil {
		page.Query = strings.TrimSpace(*params.Q)
	}
	if params.Status != nil {
		page.Status = string(*params.Status)
	}
	if params.Sort != nil {
		page.Sort, page.Descending = strings.CutPrefix(string(*params.Sort), "-")
	}
	var err error
	if page.After, err = placeAt[store.FlowPosition](params.Cursor); err != nil {
		a.fail(c, err)
		return
	}
	found, err := a.store.PageOfFlows(c.Request.Context(), workspaceOf(c), page)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := FlowList{Items: []Flow{}}
	if len(found) == page.Limit {
		found = found[:len(found)-1]
		last := found[len(found)-1]
		at := last.UpdatedAt
		if page.Sort == "created" {
			at = last.CreatedAt
		}
		list.NextCursor = cursorOf(store.FlowPosition{Name: last.Name, At: at.UnixMicro(), ID: last.ID})
	}
	if list.Items, err = a.describeFlows(c.Request.Context(), workspaceOf(c), found); err != nil {
		a.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, list)
}

const (
	// activityPeriod is how far back lists look: whole hours, the present one
	// included.
	activityPeriod = 24 * time.Hour
	activityBucket = store.CountBucket
)

// describeFlows adds to flows what their definitions and runs say.
func (a *API) describeFlows(ctx context.Context, workspace string, found []store.Flow) ([]Flow, error) {
	ids := make([]string, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	since := a.now().Truncate(activityBucket).Add(activityBucket - activityPeriod)
	activity, err := a.store.Activity(ctx, workspace, ids, since)
	if err != nil {
		return nil, err
	}
	items := make([]Flow, 0, len(found))
	at := map[string]int{}
	for i, f := range found {
		o := a.outlineOf(f.Draft)
		at[f.ID] = i
		items = append(items, Flow{
			Id: f.ID, Name: f.Name, Description: o.description, Trigger: FlowTrigger{Type: o.trigger}, ChannelTypes: o.channelTypes,
			PublishedVersion: optionalNumber(f.PublishedVersion), PublishedAt: optionalTime(f.PublishedAt.Time),
			DraftChanged: f.DraftChanged(), DraftEtag: etagOf(f.DraftVersion),
			Runs24h:   RunCounts{Buckets: make([]int, activityPeriod/activityBucket)},
			CreatedAt: f.CreatedAt.Time, UpdatedAt: f.UpdatedAt.Time,
		})
	}
	for _, n := range activity {
		item := &items[at[n.FlowID]]
		switch n.Kind { //nolint:exhaustive // Activity counts these only.
		case store.CountStarted:
			item.Runs24h.Total += int(n.N)
			// A run that began while this was counted falls into the last bucket.
			bucket := min(int(n.Began.Sub(since)/activityBucket), len(item.Runs24h.Buckets)-1)
			item.Runs24h.Buckets[bucket] += int(n.N)
		case store.CountEnded:
			item.Reach24h.Ended += int(n.N)
		case store.CountReached:
			item.Reach24h.Reached += int(n.N)
		}
	}
	return items, nil
}

func optionalNumber(n int64) *int {
	if n == 0 {
		return nil
	}
	v := int(n)
	return &v
}

// answerFlow ends the request with the flow.
func (a *API) answerFlow(c *gin.Context, status int, f store.Flow) {
	items, err := a.describeFlows(c.Request.Context(), workspaceOf(c), []store.Flow{f})
	if err != nil {
		a.fail(c, err)
		return
	}
	c.Header("ETag", etagOf(f.DraftVersion))
	if status == http.StatusCreated {
		c.Header("Location", BasePath+"/flows/"+f.ID)
	}
	c.JSON(status, items[0])
}

// CreateFlow makes a flow.
func (a *API) CreateFlow(c *gin.Context) {
	body, err := bodyOf[NewFlow](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	definition, err := a.newDefinition(body)
	if err != nil {
		a.fail(c, err)
		return
	}
	f, err := a.store.CreateFlow(c.Request.Context(), workspaceOf(c),
		store.NewFlow{Name: strings.TrimSpace(body.Name), Definition: definition, By: identityOf(c).Name()})
	if err != nil {
		a.fail(c, err)
		return
	}
	a.answerFlow(c, http.StatusCreated, f)
}

func (a *API) newDefinition(body NewFlow) (string, error) {
	name, err := cleanName(body.Name)
	if err != nil {
		return "", err
	}
	if body.Definition == nil {
		return blankFlow(name)
	}
	checked := a.checkDefinition(*body.Definition)
	if err := checked.storable(); err != nil {
		return "", err
	}
	text, err := checked.text(*body.Definition)
	if err != nil {
		return "", err
	}
	return renamed(text, name)
}

// cleanName trims a name and refuses one of blanks.
func cleanName(name string) (string, error) {
	if name = strings.TrimSpace(name); name == "" {
		return "", refuse(http.StatusUnprocessableEntity, "invalid", "Some of what was sent does not fit.").
			withErrors([]FieldProblem{{Field: "name", Pointer: "/name", Code: "minLength", Message: "This must not be empty."}})
	}
	return name, nil
}

// ImportFlow makes a flow from a file.
func (a *API) ImportFlow(c *gin.Context) {
	raw, report, err := nativeFlow(rawBody(c))
	if err != nil {
		a.fail(c, err)
		return
	}
	checked := a.checkDefinition(raw)
	if err := checked.importable(); err != nil {
		a.fail(c, err)
		return
	}
	text, err := checked.text(raw)
	if err != nil {
		a.fail(c, err)
		return
	}
	f, err := a.store.CreateFlow(c.Request.Context(), workspaceOf(c),
		store.NewFlow{Name: checked.name(), Definition: text, By: identityOf(c).Name()})
	if err != nil {
		a.fail(c, err)
		return
	}
	c.Header("Location", BasePath+"/flows/"+f.ID)
	c.JSON(http.StatusCreated, ImportedFlow{Id: f.ID, Name: f.Name, Diagnostics: diagnosticList(checked.diags), Bound: checked.bound(), Report: report})
}

// ValidateFlow checks a definition and stores nothing.
func (a *API) ValidateFlow(c *gin.Context) {
	checked := a.checkDefinition(rawBody(c))
	c.JSON(http.StatusOK, Validation{Diagnostics: diagnosticList(checked.diags), Bound: checked.bound()})
}

// flow reads the flow that the address names.
func (a *API) flow(c *gin.Context, id string) (store.Flow, bool) {
	f, err := a.store.Flow(c.Request.Context(), workspaceOf(c), id)
	if err != nil {
		a.fail(c, flowError(err))
		return store.Flow{}, false
	}
	return f, true
}

// flowError names what is not there.
func flowError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("flow")
	}
	return err
}

// GetFlow answers with one flow.
func (a *API) GetFlow(c *gin.Context, flowID FlowID) {
	if f, ok := a.flow(c, flowID); ok {
		a.answerFlow(c, http.StatusOK, f)
	}
}

// UpdateFlow renames a flow, in its draft too.
func (a *API) UpdateFlow(c *gin.Context, flowID FlowID) {
	body, err := bodyOf[FlowPatch](c)
	if err == nil {
		body.Name, err = cleanName(body.Name)
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	// Somebody who types in the editor saves often: a rename tries again on
	// the newer draft, because it changes nothing else.
	for attempt := 0; ; attempt++ {
		f, ok := a.flow(c, flowID)
		if !ok {
			return
		}
		definition, err := renamed(f.Draft, body.Name)
		if err == nil {
			f, err = a.store.SaveDraft(ctx, workspace, flowID,
				store.DraftSave{IfVersion: f.DraftVersion, Name: body.Name, Definition: definition, By: identityOf(c).Name()})
		}
		if errors.Is(err, store.ErrStale) && attempt < 3 {
			continue
		}
		if err != nil {
			a.fail(c, flowError(err))
			return
		}
		a.answerFlow(c, http.StatusOK, f)
		return
	}
}

// DeleteFlow takes a flow out of all lists.
func (a *API) DeleteFlow(c *gin.Context, flowID FlowID) {
	if err := a.store.DeleteFlow(c.Request.Context(), workspaceOf(c), flowID); err != nil {
		a.fail(c, flowError(err))
		return
	}
	c.Status(http.StatusNoContent)
}

// DuplicateFlow copies a draft into a new flow.
func (a *API) DuplicateFlow(c *gin.Context, flowID FlowID) {
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	name := copyName(f.Name)
	definition, err := renamed(f.Draft, name)
	if err == nil {
		f, err = a.store.CreateFlow(c.Request.Context(), workspaceOf(c),
			store.NewFlow{Name: name, Definition: definition, By: identityOf(c).Name()})
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	a.answerFlow(c, http.StatusCreated, f)
}

// copyName names a copy, within the limit of names.
func copyName(name string) string {
	const suffix = " (copy)"
	for len(name)+len(suffix) > flows.MaxName {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	return name + suffix
}

// ExportFlow answers with the definition as a file.
func (a *API) ExportFlow(c *gin.Context, flowID FlowID, params ExportFlowParams) {
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	definition, name := f.Draft, f.Name
	if params.Version != nil {
		v, err := a.store.FlowVersion(c.Request.Context(), workspaceOf(c), flowID, int64(*params.Version))
		if err != nil {
			a.fail(c, versionError(err))
			return
		}
		definition = v.Definition
	}
	c.Header("Content-Disposition", disposition(name+".json"))
	c.Data(http.StatusOK, "application/json", []byte(definition))
}

// disposition names a download (RFC 6266): in ASCII for old clients, and in
// full. Characters that mean something in file names become dashes.
func disposition(name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f:
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '-'
		}
		return r
	}, name)
	ascii := strings.Map(func(r rune) rune {
		if r > '~' || r == '%' {
			return '_'
		}
		return r
	}, safe)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(safe), "+", "%20")
}
