package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"sluice/server/channels"
	"sluice/server/peer"
	"sluice/server/store"
	"sluice/server/webhooks"
)

// receive takes in what a provider reports about one channel. The key in the
// address finds the channel; the provider's signature proves who calls. What it
// says is durable when it is acknowledged, and given to its runs afterwards.
func (a *API) receive(c *gin.Context) {
	private(c)
	var sender *webhooks.Sender
	err := a.arrive(c, a.gates.webhooks, func(ctx context.Context) (err error) {
		sender, err = a.senders.Find(ctx, c.Param("hook_key"))
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		err = notFound("address")
	case errors.Is(err, webhooks.ErrNoProvider):
		err = refuse(http.StatusConflict, "kind_gone", "This server has no provider of the channel's kind.")
	}
	if err != nil {
		a.fail(c, err)
		return
	}
	who := claimOf(c)
	who.workspace = sender.Channel.WorkspaceID
	body, done, err := a.readBody(c, a.gates.hooks, who, maxHookBody)
	defer done()
	if err != nil {
		a.fail(c, err)
		return
	}
	a.work(c, a.gates.webhooks, who, func() { a.accept(c, sender, body) })
}

// accept takes in a request whose channel is known.
func (a *API) accept(c *gin.Context, sender *webhooks.Sender, body []byte) {
	ctx := c.Request.Context()
	account := sender.Account
	account.HookURL = a.hookURL(c.Request, sender.Channel.HookKey)
	events, reply, err := sender.Provider.Webhook(account, c.Request, body)
	if err != nil {
		a.refuseHook(c, sender, reply, len(body), err)
		return
	}
	a.noteArrival(ctx, events)
	// The provider repeats what is not acknowledged, so nothing is lost when
	// this fails.
	if err := a.webhooks.Accept(ctx, sender, c.Request, body, events); err != nil {
		a.fail(c, err)
		return
	}
	answerHook(c, reply, http.StatusOK)
}

// noteArrival keeps with events which request brought them, when there are traces
// to join.
func (a *API) noteArrival(ctx context.Context, events []channels.Inbound) {
	parent := a.tracer.Traceparent(ctx)
	if parent == "" {
		return
	}
	at := &channels.Arrival{At: a.now(), Traceparent: parent}
	for i := range events {
		events[i].Arrival = at
	}
}

// refuseHook answers a request that cannot be used. What the provider would
// have accepted is in no answer and no log.
func (a *API) refuseHook(c *gin.Context, sender *webhooks.Sender, reply channels.Reply, size int, err error) {
	unverified := errors.Is(err, channels.ErrUnverified)
	ch := sender.Channel
	a.webhooks.Refuse(sender, c.Request, size, err)
	a.log.WarnContext(c.Request.Context(), "a webhook request was refused", slog.String("channel", ch.Slug), slog.String("workspace_id", ch.WorkspaceID),
		slog.Bool("unverified", unverified), slog.Any("client", peer.From(c.Request)), slog.String("request_id", requestID(c)))
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
