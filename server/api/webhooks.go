package api

import (
	"cmp"
	"encoding/base64"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sluice/server/channels"
	"sluice/server/runtime"
	"sluice/server/store"
	"sluice/server/webhooks"
)

// maxFindings bounds what is told of one webhook: some carry hundreds of
// receipts.
const maxFindings = 20

// ListWebhooks answers with what a channel's provider posted lately.
func (a *API) ListWebhooks(c *gin.Context, channelID ChannelID, params ListWebhooksParams) {
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	after, err := placeAt[string](params.Cursor)
	if err != nil {
		a.fail(c, err)
		return
	}
	filter := webhooks.Filter{Limit: pageLimit(params.Limit)}
	if params.Verdict != nil {
		filter.Verdict = webhooks.Verdict(*params.Verdict)
	}
	if after != nil {
		filter.After = *after
	}
	found, more, err := webhooks.NewArchive(a.store).List(c.Request.Context(), ch.WorkspaceID, ch.ID, filter)
	if err != nil {
		a.fail(c, webhookError(err))
		return
	}
	list := WebhookList{Items: make([]Webhook, 0, len(found))}
	for i := range found {
		list.Items = append(list.Items, webhookOf(&found[i]))
	}
	if err := a.setRuns(c, ch, found, list.Items); err != nil {
		a.fail(c, err)
		return
	}
	if more {
		list.NextCursor = cursorOf(found[len(found)-1].ID)
	}
	c.JSON(http.StatusOK, list)
}

// GetWebhook answers with one webhook and what was posted.
func (a *API) GetWebhook(c *gin.Context, channelID ChannelID, webhookID string) {
	ch, ok := a.channel(c, channelID)
	if !ok {
		return
	}
	kept, err := webhooks.NewArchive(a.store).Get(c.Request.Context(), ch.WorkspaceID, ch.ID, webhookID)
	if err != nil {
		a.fail(c, webhookError(err))
		return
	}
	answer := []Webhook{webhookOf(&kept)}
	if err := a.setRuns(c, ch, []webhooks.Kept{kept}, answer); err != nil {
		a.fail(c, err)
		return
	}
	content := WebhookContent{Query: kept.Query, Headers: kept.Header, Body: string(kept.Body), Encoding: WebhookContentEncodingText, Cut: kept.Cut()}
	if content.Headers == nil {
		content.Headers = map[string]string{}
	}
	if !readable(kept.Body) {
		content.Body, content.Encoding = base64.StdEncoding.EncodeToString(kept.Body), WebhookContentEncodingBase64
	}
	answer[0].Content = &content
	c.JSON(http.StatusOK, answer[0])
}

// readable reports whether a body is text. A character may be cut at its end.
func readable(body []byte) bool {
	for range utf8.UTFMax {
		if utf8.Valid(body) || len(body) == 0 {
			return true
		}
		body = body[:len(body)-1]
	}
	return false
}

func webhookError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("webhook")
	}
	return err
}

func webhookOf(k *webhooks.Kept) Webhook {
	w := Webhook{
		Id: k.ID, At: k.At, Verdict: WebhookVerdict(k.Verdict), Reason: k.Reason, Unverified: k.Unverified, More: k.More, Method: k.Method, Size: k.Size,
		Findings: []WebhookFinding{}, FindingsTotal: len(k.Events),
	}
	for _, ev := range k.Events[:min(len(k.Events), maxFindings)] {
		f := WebhookFinding{Kind: WebhookFindingKindMessage}
		if ev.Receipt != nil {
			f = WebhookFinding{Kind: WebhookFindingKindReceipt, Status: string(ev.Receipt.Status)}
		}
		w.Findings = append(w.Findings, f)
	}
	return w
}

// setRuns names the runs that webhooks met.
func (a *API) setRuns(c *gin.Context, ch store.Channel, kept []webhooks.Kept, answer []Webhook) error {
	var ids, names []string
	for i := range kept {
		for _, ev := range kept[i].Events[:min(len(kept[i].Events), maxFindings)] {
			id, name := subjectOf(ch.ID, ev)
			if id != "" {
				ids = append(ids, id)
			}
			if name != "" {
				names = append(names, name)
			}
		}
	}
	runs, err := a.store.RunsOfMessages(c.Request.Context(), ch.WorkspaceID, ch.ID, ids, names)
	if err != nil {
		return err
	}
	for i := range kept {
		findings := answer[i].Findings
		for n, ev := range kept[i].Events[:len(findings)] {
			id, name := subjectOf(ch.ID, ev)
			findings[n].RunId = cmp.Or(runs[id], runs[name])
		}
	}
	return nil
}

// subjectOf is what an event is about: our id of the message, or that of the
// provider.
func subjectOf(channelID string, ev channels.Inbound) (id, providerID string) {
	switch {
	case ev.Message != nil:
		return runtime.InboundID(channelID, ev.Message.ProviderMessageID), ""
	case ev.Receipt != nil:
		return ev.Receipt.MessageID, ev.Receipt.ProviderMessageID
	}
	return "", ""
}
