package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"sluice/engine"
	"sluice/flows"
	"sluice/server/store"
)

// PublishFlow makes the draft the version that new runs execute.
func (a *API) PublishFlow(c *gin.Context, flowID FlowID, params PublishFlowParams) {
	body, err := bodyOf[Publication](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	if params.IfMatch != nil {
		if version, anyVersion, known := draftVersionOf(*params.IfMatch); !known || !anyVersion && version != f.DraftVersion {
			a.fail(c, draftConflict(f))
			return
		}
	}
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	checked := a.checkDefinition([]byte(f.Draft))
	if err := a.checkReferences(ctx, workspace, &checked, flows.SeverityError); err != nil {
		a.fail(c, err)
		return
	}
	if checked.program == nil || checked.diags.HasErrors() {
		a.fail(c, refuse(http.StatusUnprocessableEntity, "flow_has_errors", "The flow has errors, so it was not published.").
			withDetail("What is published now stays as it is.").withHint("Mend what diagnostics lists, then publish again.").
			withDiagnostics(checked.diags))
		return
	}
	v, err := a.publish(ctx, workspace, f, body, identityOf(c).Name())
	if errors.Is(err, store.ErrStale) {
		current, ok := a.flow(c, flowID)
		if ok {
			a.fail(c, draftConflict(current))
		}
		return
	}
	if err != nil {
		a.fail(c, flowError(err))
		return
	}
	c.JSON(http.StatusOK, Published{
		Number: int(v.Number), Message: v.Message, Author: v.Author, CreatedAt: v.CreatedAt.Time, Published: true,
		Diagnostics: diagnosticList(checked.diags), Bound: *checked.bound(),
	})
}

// publish makes a version of the draft that was checked, or finds the one that
// was made of it.
func (a *API) publish(ctx context.Context, workspace string, f store.Flow, p Publication, author string) (store.FlowVersion, error) {
	publication := store.Publication{IfVersion: f.DraftVersion, Author: author}
	if p.Message != nil {
		publication.Message = *p.Message
	}
	return a.store.PublishFlow(ctx, workspace, f.ID, publication)
}

// checkReferences adds a finding for every channel and template that the flow
// names and that is not there, or is of the wrong type, also when the flow has
// other errors. None is graver than most says.
func (a *API) checkReferences(ctx context.Context, workspace string, checked *checkedFlow, most flows.Severity) error {
	references := a.references(*checked)
	if len(references) == 0 {
		return nil
	}
	all, err := a.store.ListChannels(ctx, workspace)
	if err != nil {
		return err
	}
	bySlug, slugs := map[string]store.Channel{}, []string{}
	for _, ch := range all {
		bySlug[ch.Slug] = ch
		slugs = append(slugs, ch.Slug)
	}
	var spell flows.Suggestions
	// Each template is asked for once, however many nodes send it.
	templates := map[[2]string][]store.Template{}
	for _, ref := range references {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := flows.Diagnostic{Severity: flows.SeverityError, Node: ref.Node, Pointer: ref.Pointer}
		if ref.Kind == "template" {
			key := [2]string{ref.ChannelType, ref.Slug}
			found, asked := templates[key]
			if !asked {
				if found, err = a.store.TemplatesBySlug(ctx, workspace, ref.ChannelType, ref.Slug); err != nil {
					return err
				}
				templates[key] = found
			}
			if !templateFinding(&d, ref, sentTemplate(checked.flow, ref), found) {
				continue
			}
		} else if ch, ok := bySlug[ref.Slug]; !channelFinding(&d, ref.Slug, ref.ChannelType, ch, ok, func(slug string) string { return spell.For(slug, func() []string { return slugs }) }) {
			continue
		}
		if d.Severity == flows.SeverityError {
			d.Severity = most
		}
		checked.diags = append(checked.diags, d)
	}
	checked.diags = checked.diags.Bounded()
	return nil
}

// references are the channels and templates that a flow names. Names that are
// missing have their own diagnostics.
func (a *API) references(checked checkedFlow) []engine.ChannelRef {
	switch {
	case checked.flow == nil:
		return nil
	case checked.program != nil:
		return checked.program.References()
	}
	return slices.DeleteFunc(engine.References(checked.flow, a.nodes), func(r engine.ChannelRef) bool {
		return r.Slug == "" || r.ChannelType == ""
	})
}

// channelFinding fills in what is wrong with a reference to a channel. It is
// false when nothing is.
func channelFinding(d *flows.Diagnostic, slug, channelType string, ch store.Channel, found bool, suggest func(slug string) string) bool {
	switch {
	case !found:
		d.Code, d.Message = "channel_missing", fmt.Sprintf("There is no channel %q in this workspace.", slug)
		d.Hint = suggest(slug)
		if d.Hint == "" {
			d.Hint = "Create the channel, or choose another one."
		}
	case ch.Type != channelType:
		d.Code, d.Message = "channel_type", fmt.Sprintf("The channel %q is of type %s; this step sends by %s.", slug, ch.Type, channelType)
		d.Hint = "Choose a channel of type " + channelType + "."
	case ch.Status != store.ChannelBound:
		d.Severity, d.Code = flows.SeverityWarning, "channel_not_bound"
		d.Message, d.Hint = fmt.Sprintf("The channel %q is %s, so this step would fail.", slug, ch.Status), "Bind the channel before the flow is used."
	default:
		return false
	}
	return true
}

// ListVersions answers with a page of published versions.
func (a *API) ListVersions(c *gin.Context, flowID FlowID, params ListVersionsParams) {
	before, err := placeAt[int64](params.Cursor)
	if err != nil {
		a.fail(c, err)
		return
	}
	if before == nil {
		before = new(int64)
	}
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	limit := pageLimit(params.Limit)
	found, err := a.store.FlowVersions(c.Request.Context(), workspaceOf(c), flowID, *before, limit+1)
	if err != nil {
		a.fail(c, flowError(err))
		return
	}
	list := VersionList{Items: make([]Version, 0, len(found))}
	if len(found) > limit {
		found = found[:limit]
		list.NextCursor = cursorOf(found[limit-1].Number)
	}
	for _, v := range found {
		list.Items = append(list.Items, Version{
			Number: int(v.Number), Message: v.Message, Author: v.Author,
			CreatedAt: v.CreatedAt.Time, Published: v.Number == f.PublishedVersion,
		})
	}
	c.JSON(http.StatusOK, list)
}

// GetVersion answers with one published version.
func (a *API) GetVersion(c *gin.Context, flowID FlowID, number VersionNumber) {
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	v, err := a.store.FlowVersion(c.Request.Context(), workspaceOf(c), flowID, int64(number))
	if err != nil {
		a.fail(c, versionError(err))
		return
	}
	c.JSON(http.StatusOK, VersionDetail{
		Number: int(v.Number), Message: v.Message, Author: v.Author, CreatedAt: v.CreatedAt.Time,
		Published: v.Number == f.PublishedVersion, Definition: json.RawMessage(v.Definition),
	})
}

// RestoreVersion makes a published version the draft.
func (a *API) RestoreVersion(c *gin.Context, flowID FlowID, number VersionNumber, params RestoreVersionParams) {
	f, ok := a.flow(c, flowID)
	if !ok {
		return
	}
	v, err := a.store.FlowVersion(c.Request.Context(), workspaceOf(c), flowID, int64(number))
	if err != nil {
		a.fail(c, versionError(err))
		return
	}
	a.saveDraft(c, f, params.IfMatch, a.checkDefinition([]byte(v.Definition)), v.Definition)
}

// versionError names what is not there.
func versionError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("version")
	}
	return err
}
