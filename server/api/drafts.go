package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"sluice/flows"
	"sluice/server/store"
)

// GetDraft answers with the draft's definition.
func (a *API) GetDraft(c *gin.Context, flowID FlowID) {
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	etag := etagOf(f.DraftVersion)
	c.Header("ETag", etag)
	c.Header("Cache-Control", "private, no-cache")
	if c.GetHeader("If-None-Match") == etag {
		c.Status(http.StatusNotModified)
		return
	}
	c.Data(http.StatusOK, "application/json", []byte(f.Draft))
}

// GetDraftState answers with what is wrong with the draft.
func (a *API) GetDraftState(c *gin.Context, flowID FlowID) {
	if f, ok := a.flow(c, flowID); ok {
		a.answerDraft(c, f, a.checkDefinition([]byte(f.Draft)))
	}
}

// PutDraft saves the draft, when it is still the one that was changed.
func (a *API) PutDraft(c *gin.Context, flowID FlowID, params PutDraftParams) {
	if params.IfMatch == nil || *params.IfMatch == "" {
		a.fail(c, refuse(http.StatusPreconditionRequired, "if_match_required", "The request does not say which draft it changes.").
			withHint("Send the header If-Match with the draft's ETag, or * to overwrite whatever is there."))
		return
	}
	raw := rawBody(c)
	checked := a.checkDefinition(raw)
	if err := checked.storable(); err != nil {
		a.fail(c, err)
		return
	}
	text, err := checked.text(raw)
	if err != nil {
		a.fail(c, err)
		return
	}
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	a.saveDraft(c, f, params.IfMatch, checked, text)
}

// saveDraft stores the definition as the draft of f and answers. Without
// ifMatch it replaces the draft as it was read into f.
func (a *API) saveDraft(c *gin.Context, f store.Flow, ifMatch *string, checked checkedFlow, text string) {
	version, anyVersion := f.DraftVersion, true
	if ifMatch != nil {
		var known bool
		version, anyVersion, known = draftVersionOf(*ifMatch)
		if !known {
			a.fail(c, draftConflict(f))
			return
		}
		if anyVersion {
			version = f.DraftVersion
		}
	}
	for attempt := 0; ; attempt++ {
		saved, err := a.store.SaveDraft(c.Request.Context(), workspaceOf(c), f.ID,
			store.DraftSave{IfVersion: version, Name: checked.name(), Definition: text, By: identityOf(c).Name()})
		switch {
		case errors.Is(err, store.ErrStale) && anyVersion && attempt < 3:
			version = saved.DraftVersion
			continue
		case errors.Is(err, store.ErrStale):
			a.fail(c, draftConflict(saved))
		case err != nil:
			a.fail(c, flowError(err))
		default:
			a.answerDraft(c, saved, checked)
		}
		return
	}
}

// draftConflict tells what the draft is now, so that the person can choose.
func draftConflict(f store.Flow) *refusal {
	r := refuse(http.StatusPreconditionFailed, "draft_changed", "The draft was changed in the meantime.").
		withHint("Take the other draft, overwrite it, or save yours as a copy.")
	if f.DraftUpdatedBy != "" {
		r = r.withDetail("It was last saved by " + f.DraftUpdatedBy + ".")
	}
	etag, draft := etagOf(f.DraftVersion), json.RawMessage(f.Draft)
	r.Etag, r.Draft = &etag, &draft
	return r
}

func (a *API) answerDraft(c *gin.Context, f store.Flow, checked checkedFlow) {
	// Only publishing refuses anything for what is not in the flow itself.
	if err := a.checkReferences(c.Request.Context(), workspaceOf(c), &checked, flows.SeverityWarning); err != nil {
		a.fail(c, err)
		return
	}
	etag := etagOf(f.DraftVersion)
	c.Header("ETag", etag)
	c.JSON(http.StatusOK, DraftState{
		Etag: etag, UpdatedAt: f.DraftUpdatedAt.Time, UpdatedBy: optionalText(f.DraftUpdatedBy), DraftChanged: f.DraftChanged(),
		Diagnostics: diagnosticList(checked.diags), Bound: checked.bound(),
	})
}
