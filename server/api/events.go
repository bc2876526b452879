package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"sluice/server/auth"
	"sluice/server/channels/simulator"
	"sluice/server/runtime"
)

const (
	// heartbeat keeps proxies from closing a quiet stream, and is how long a
	// stream outlives the session that it was opened with.
	heartbeat = 15 * time.Second
	// streamWrite is how long a reader may block a stream.
	streamWrite = 10 * time.Second
)

// runEvent is the data of an event "run".
type runEvent struct {
	ID     string `json:"id"`
	FlowID string `json:"flow_id"`
	Status string `json:"status"`
	Node   string `json:"node"`
	Visit  int    `json:"visit"`
	Seq    int64  `json:"seq"`
}

// phoneEvent is the data of an event "phone".
type phoneEvent struct {
	MessageID   string `json:"message_id"`
	Recipient   string `json:"recipient"`
	ChannelType string `json:"channel_type"`
	RunID       string `json:"run_id"`
}

// StreamEvents reports what happens in the workspace for as long as the client
// listens and may see it.
func (a *API) StreamEvents(c *gin.Context, params StreamEventsParams) {
	ctx, workspace := c.Request.Context(), workspaceOf(c)
	updates, endUpdates := a.runtime.Subscribe(workspace)
	defer endUpdates()
	changes, endChanges := a.hub.subscribe(workspace)
	defer endChanges()
	var phones <-chan simulator.Event
	if auth.Allowed(identityOf(c).Role, "listPhoneMessages") {
		events, endPhones := a.simulator.Subscribe(workspace)
		defer endPhones()
		phones = events
	}

	s := &eventStream{out: c.Writer, control: http.NewResponseController(c.Writer), now: a.now, begin: a.now().UnixNano()}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache")
	// nginx would hold events back.
	h.Set("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	// A stream has no end, so no deadline may end it.
	_ = s.control.SetReadDeadline(time.Time{})
	err := s.comment("connected")
	if err == nil && params.LastEventID != nil {
		// What happened since the connection broke is not kept.
		err = s.send("resync", struct{}{})
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for err == nil {
		select {
		case <-ctx.Done():
			return
		case <-a.closing:
			return
		case <-beat.C:
			if !a.mayListen(ctx, c) {
				return
			}
			err = s.comment("still here")
		case u, ok := <-updates:
			if !ok {
				return
			}
			err = a.sendUpdate(ctx, s, workspace, u)
		case e := <-changes.events:
			err = s.send("channel", e)
		case <-changes.missed:
			err = s.send("resync", struct{}{})
		case e, ok := <-phones:
			if !ok {
				return
			}
			err = s.sendPhone(e)
		}
	}
}

// mayListen asks again who listens: a session may have ended, a key may have
// been revoked, a role may have changed.
func (a *API) mayListen(ctx context.Context, c *gin.Context) bool {
	id, err := a.auth.Authenticate(ctx, c.Request)
	before := identityOf(c)
	return err == nil && id.Workspace.ID == before.Workspace.ID && id.Role == before.Role
}

func (a *API) sendUpdate(ctx context.Context, s *eventStream, workspace string, u runtime.Update) error {
	switch u.Kind {
	case runtime.UpdateRun:
		return s.send("run", runEvent{ID: u.RunID, FlowID: u.FlowID, Status: string(u.Status), Node: u.Node, Visit: u.Visit, Seq: u.Seq})
	case runtime.UpdateChannel:
		ch, err := a.store.Channel(ctx, workspace, u.ChannelID)
		if err != nil {
			return s.send("resync", struct{}{})
		}
		return s.send("channel", channelEvent{ID: ch.ID, Status: string(ch.Status)})
	case runtime.UpdateResync:
		return s.send("resync", struct{}{})
	}
	return nil
}

// eventStream writes server-sent events.
type eventStream struct {
	out     gin.ResponseWriter
	control *http.ResponseController
	now     func() time.Time
	// begin and count make the ids.
	begin, count int64
}

func (s *eventStream) sendPhone(e simulator.Event) error {
	switch e.Kind {
	case simulator.EventMessage:
		m := e.Message
		return s.send("phone", phoneEvent{MessageID: m.ID, Recipient: m.Address, ChannelType: string(m.ChannelType), RunID: m.RunID})
	case simulator.EventCleared, simulator.EventRules, simulator.EventMissed:
		return s.send("resync", struct{}{})
	}
	return nil
}

func (s *eventStream) send(event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	s.count++
	id := strconv.FormatInt(s.begin, 36) + "-" + strconv.FormatInt(s.count, 36)
	return s.write("id: " + id + "\nevent: " + event + "\ndata: " + string(text) + "\n\n")
}

func (s *eventStream) comment(text string) error { return s.write(": " + text + "\n\n") }

func (s *eventStream) write(text string) error {
	// A server without deadlines (a test's recorder) cannot set one.
	_ = s.control.SetWriteDeadline(s.now().Add(streamWrite))
	if _, err := s.out.WriteString(text); err != nil {
		return err
	}
	s.out.Flush()
	return nil
}
