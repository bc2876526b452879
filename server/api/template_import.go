package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"sluice/server/channels"
	"sluice/server/store"
	"sluice/server/templates"
)

// ImportTemplates begins to import what a channel's provider lists.
func (a *API) ImportTemplates(c *gin.Context, channelID ChannelID) {
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	if !templates.Lists(a.channels, ch.Kind, channels.ChannelType(ch.Type)) {
		a.fail(c, refuse(http.StatusConflict, "no_template_list", "This channel's provider does not list templates.").
			withHint("Record them by hand under Templates."))
		return
	}
	if ch.Status != store.ChannelBound {
		a.fail(c, refuse(http.StatusConflict, "not_bound", "The channel is not bound, so its provider cannot be asked.").withHint("Bind the channel first."))
		return
	}
	_, account, err := a.accountOf(c.Request, ch)
	if err != nil {
		a.fail(c, err)
		return
	}
	row, err := a.importer.Start(c.Request.Context(), ch, account)
	if errors.Is(err, templates.ErrRunning) {
		err = refuse(http.StatusConflict, "import_running", "The templates of this channel are being imported already.").withHint("Wait for its end, or cancel it.")
	}
	if err != nil {
		a.fail(c, channelError(err))
		return
	}
	a.answerImport(c, http.StatusAccepted, row)
}

// GetTemplateImport answers with the latest import.
func (a *API) GetTemplateImport(c *gin.Context, channelID ChannelID) {
	if _, ok := a.channel(c, channelID); !ok {
		return
	}
	row, err := a.store.TemplateImport(c.Request.Context(), workspaceOf(c), channelID)
	if errors.Is(err, store.ErrNotFound) {
		row, err = store.TemplateImport{State: "never", Result: "{}"}, nil
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	a.answerImport(c, http.StatusOK, row)
}

// CancelTemplateImport ends the import that runs. Without one it answers with
// how the last one ended.
func (a *API) CancelTemplateImport(c *gin.Context, channelID ChannelID) {
	if _, ok := a.channel(c, channelID); !ok {
		return
	}
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	if err := a.store.CancelTemplateImport(ctx, workspace, channelID); err != nil && !errors.Is(err, store.ErrNotFound) {
		a.fail(c, err)
		return
	}
	if row, err := a.store.TemplateImport(ctx, workspace, channelID); err == nil {
		a.importer.Cancel(row.ID)
	}
	a.GetTemplateImport(c, channelID)
}

func (a *API) answerImport(c *gin.Context, status int, row store.TemplateImport) {
	var result templates.Result
	if err := json.Unmarshal([]byte(row.Result), &result); err != nil {
		a.fail(c, fmt.Errorf("read the result of the import %s: %w", row.ID, err))
		return
	}
	if templates.Lost(row, a.now()) {
		interrupted := templates.Interrupted()
		row.State, row.EndedAt, result.Failure = store.ImportFailed, row.BeatAt, &interrupted
	}
	answer := TemplateImport{
		State: TemplateImportState(row.State), Listed: row.Listed, Total: row.Total, StartedAt: optionalTime(row.StartedAt.Time), EndedAt: optionalTime(row.EndedAt.Time),
		Items: make([]TemplateImportItem, 0, len(result.Items)),
	}
	counts := map[templates.Outcome]*int{
		templates.Added: &answer.Counts.Added, templates.Updated: &answer.Counts.Updated, templates.Unchanged: &answer.Counts.Unchanged,
		templates.Gone: &answer.Counts.Gone, templates.Skipped: &answer.Counts.Skipped,
	}
	for _, i := range result.Items {
		*counts[i.Outcome]++
		item := TemplateImportItem{
			Outcome: TemplateImportItemOutcome(i.Outcome), TemplateId: i.TemplateID, Slug: i.Slug, Name: i.Name, Language: i.Language,
			Status: i.Status, Reason: i.Reason, Changes: make([]TemplateImportItemChanges, 0, len(i.Changes)),
		}
		for _, change := range i.Changes {
			item.Changes = append(item.Changes, TemplateImportItemChanges(change))
		}
		answer.Items = append(answer.Items, item)
	}
	if f := result.Failure; f != nil {
		answer.Failure = &TemplateImportFailure{Code: f.Code, Message: f.Message, Hint: f.Hint}
	}
	c.JSON(status, answer)
}
