package api

import (
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"sluice/server/channels"
	"sluice/server/store"
)

// receive takes in what a provider reports about one channel. The key in the
// address finds the channel; the provider's signature proves who calls.
func (a *API) receive(c *gin.Context) {
	private(c)
	ctx := c.Request.Context()
	if !isText(c.Param("hook_key")) {
		a.fail(c, notFound("address"))
		return
	}
	ch, err := a.store.ChannelByHookKey(ctx, c.Param("hook_key"))
	if errors.Is(err, store.ErrNotFound) {
		err = notFound("address")
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxHookBody))
	if err != nil {
		a.fail(c, err)
		return
	}
	provider, account, err := a.accountOf(c.Request, ch)
	if err != nil {
		a.fail(c, err)
		return
	}
	events, reply, err := provider.Webhook(account, c.Request, body)
	if err != nil {
		a.refuseHook(c, ch, reply, err)
		return
	}
	if len(events) > 0 {
		// The provider repeats what is not acknowledged, so nothing is lost
		// when this fails.
		if err := a.runtime.DeliverInbound(ctx, ch.WorkspaceID, ch.ID, events); err != nil {
			a.fail(c, err)
			return
		}
	}
	answerHook(c, reply, http.StatusOK)
}

// refuseHook answers a request that cannot be used. What the provider would
// have accepted is in no answer and no log.
func (a *API) refuseHook(c *gin.Context, ch store.Channel, reply channels.Reply, err error) {
	unverified := errors.Is(err, channels.ErrUnverified)
	a.log.WarnContext(c.Request.Context(), "a webhook request was refused", slog.String("channel", ch.Slug), slog.String("workspace_id", ch.WorkspaceID),
		slog.Bool("unverified", unverified), slog.String("request_id", requestID(c)))
	switch {
	case reply.Status >= http.StatusBadRequest:
		answerHook(c, reply, reply.Status)
	case unverified:
		a.fail(c, refuse(http.StatusForbidden, "unverified", "The request does not prove that the provider sent it."))
	default:
		a.fail(c, refuse(http.StatusBadRequest, "malformed", "The request cannot be understood."))
	}
}

func answerHook(c *gin.Context, reply channels.Reply, status int) {
	if reply.Status != 0 {
		status = reply.Status
	}
	if len(reply.Body) == 0 {
		c.Status(status)
		c.Writer.WriteHeaderNow()
		return
	}
	c.Data(status, reply.ContentType, reply.Body)
}
