package runtime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sluice/engine"
	"sluice/server/channels"
	"sluice/server/store"
)

// work is a run in the hands of a batch.
type work struct {
	live    store.LiveRun
	program *engine.Program
	state   engine.State
	// secrets is the JSON of the state's secrets as they are in the database;
	// hasSecrets tells whether there are any.
	secrets    []byte
	hasSecrets bool
	// start is set for a run that this batch begins.
	start *startItem
	// read is true for a run that was read from the database, where events may
	// have been kept for it.
	read bool
	// broken is why the run cannot be stepped by this server, if so.
	broken error

	steps   int64
	history []store.HistoryRow
	// traces are what the steps did, an entry each; queued and outbox the
	// messages that they asked for.
	traces []engine.Trace
	queued []store.MessageRow
	outbox []store.OutboxRow
	// lastSendAt is when the last of them goes out; zero for at once.
	lastSendAt time.Time
	// withdrawn are messages to take back.
	withdrawn []store.OutboxRow
	// row is the run as it is to be written; it is right when encoded equals
	// steps.
	row     store.RunRow
	encoded int64
	// unchanged is true when all events so far changed nothing but the
	// history; ignored counts those.
	unchanged bool
	ignored   int
	ended     bool
}

// load makes a run ready to be stepped. A run that this server cannot step is
// returned as broken: a newer or mended one may. The error is the database's.
func (l *Local) load(run store.LiveRun) (*work, error) {
	if m, ok := l.recent.get(run.ID); ok && m.version == run.Version {
		w := m.work()
		w.live, w.read = run, true
		return w, nil
	}
	w := &work{live: run, read: true, unchanged: true}
	var err error
	if w.state, err = engine.DecodeState(run.State); err != nil {
		return l.broken(w, err), nil
	}
	if w.state.Secrets, w.secrets, err = l.openSecrets(run); err != nil {
		return l.broken(w, err), nil
	}
	w.hasSecrets = run.Secrets != nil
	// The context is not a caller's: others in the batch wait for this too.
	w.program, err = l.programs.get(context.Background(), run.WorkspaceID, run.FlowID, run.FlowVersion)
	switch {
	case errors.Is(err, ErrUnavailable):
		return nil, err
	case err != nil:
		return l.broken(w, err), nil
	}
	return w, nil
}

// remember is the run as it is after this batch.
func (w *work) remember() remembered {
	return remembered{
		id: w.live.ID, version: w.live.Version + w.steps, program: w.program, state: w.state, secrets: w.secrets,
		workspace: w.live.WorkspaceID, flow: w.live.FlowID, flowVersion: w.live.FlowVersion, recipient: w.live.Recipient, hasSecrets: w.hasSecrets, reached: w.live.Reached, replyKey: w.live.ReplyKey,
	}
}

// work is a remembered run in the hands of a batch.
func (m remembered) work() *work {
	return &work{
		live:    store.LiveRun{ID: m.id, WorkspaceID: m.workspace, FlowID: m.flow, FlowVersion: m.flowVersion, Version: m.version, Recipient: m.recipient, Reached: m.reached, ReplyKey: m.replyKey},
		program: m.program, state: m.state, secrets: m.secrets, hasSecrets: m.hasSecrets, unchanged: true,
	}
}

func (l *Local) broken(w *work, err error) *work {
	w.broken = fmt.Errorf("run %s cannot be stepped: %w", w.live.ID, err)
	l.log.Error("a run cannot be stepped by this server", "run_id", w.live.ID, "flow_id", w.live.FlowID, "flow_version", w.live.FlowVersion, "error", err)
	return w
}

func (l *Local) openSecrets(run store.LiveRun) (secrets map[string]any, plain []byte, err error) {
	if run.Secrets == nil {
		return map[string]any{}, nil, nil
	}
	if plain, err = l.store.OpenSecrets(run.ID, run.Secrets); err != nil {
		return nil, nil, fmt.Errorf("read its secrets: %w", err)
	}
	secrets, err = engine.DecodeSecrets(plain)
	return secrets, plain, err
}

// step gives the run an event and collects in it what follows. It touches
// nothing else, so different runs can be stepped at the same time.
func (l *Local) step(w *work, ev engine.Event, now time.Time) {
	before := w.state.Status
	next, effects, trace := w.program.Step(w.state, ev, now)
	w.state = next
	w.steps++
	if isIgnored(trace) {
		w.ignored++
	} else {
		w.unchanged = false
	}
	w.ended = w.ended || next.Status.Final() && !before.Final()
	w.traces = append(w.traces, trace)
	w.history = append(w.history, store.HistoryRow{
		RunID: w.live.ID, Seq: w.live.Version + w.steps, WorkspaceID: w.live.WorkspaceID, At: now,
		Event: string(ev.Kind), Visit: ev.Visit, Trace: encodeTrace(trace),
	})
	for _, effect := range effects {
		switch effect.Kind {
		case engine.EffectSend:
			l.queue(w, effect, now)
		case engine.EffectWithdraw:
			w.withdraw(effect)
		}
	}
	if !w.asks() {
		w.live.ReplyKey = ""
	}
}

// asks reports whether the run waits for a reply.
func (w *work) asks() bool { return w.state.Wait != nil && w.state.Wait.Replies }

// isIgnored reports whether the step changed nothing.
func isIgnored(trace engine.Trace) bool {
	return len(trace) == 1 && trace[0].Kind == engine.TraceIgnored
}

func encodeTrace(trace engine.Trace) []byte {
	data, err := engine.EncodeTrace(trace)
	if err != nil {
		// Its values went through the state's JSON before; a value that is no
		// JSON is the engine's mistake and must not cost the run.
		data, _ = json.Marshal(engine.Trace{{Kind: engine.TraceIgnored, Reason: "what the step did cannot be written: " + err.Error()}})
	}
	return data
}

// queue puts a message into the run's outbox.
func (l *Local) queue(w *work, effect engine.Effect, now time.Time) {
	send := effect.Send
	id := messageID(w.live.ID, effect.Visit)
	content, err := json.Marshal(send.Masked)
	payload, err2 := json.Marshal(send)
	if err = errors.Join(err, err2); err != nil {
		l.log.Error("a message cannot be written", "run_id", w.live.ID, "visit", effect.Visit, "error", err)
		return
	}
	// Messages from people are shown with the run that last wrote to them;
	// replies find the one that waits for them.
	w.live.Recipient = channels.BoundedID(send.MaskedTo)
	if w.asks() && effect.Visit == w.state.Visit {
		w.live.ReplyKey = l.askedKey(w.live.WorkspaceID, send)
	}
	status, next := l.scheduled(w, send, now)
	w.lastSendAt = send.SendAt
	w.queued = append(w.queued, store.MessageRow{
		ID: id, WorkspaceID: w.live.WorkspaceID, RunID: w.live.ID, Visit: effect.Visit, Node: effect.Node, Direction: store.DirectionOut,
		ChannelID: l.channelID(w.live.WorkspaceID, send.Channel), Channel: send.Channel, ChannelType: send.ChannelType,
		ToAddress: channels.BoundedID(send.MaskedTo), Category: send.Category, Content: content, Status: status, QueuedAt: now, SendAt: send.SendAt,
	})
	w.outbox = append(w.outbox, store.OutboxRow{
		MessageID: id, WorkspaceID: w.live.WorkspaceID, RunID: w.live.ID, Visit: effect.Visit, Node: effect.Node, Channel: send.Channel,
		Payload: payload, Origin: send, OnUnknown: string(send.OnUnknown), CreatedAt: now, NextAt: next, GiveUpAt: send.GiveUpAt,
	})
}

// messageID is the idempotency key of a visit, and the id of its message.
func messageID(runID string, visit int) string { return runID + "-" + strconv.Itoa(visit) }

// runIDLength is the length of a UUID as text.
const runIDLength = 36

// runOf is the run that a message id belongs to, or "" for what is no id of
// an outbound message.
func runOf(messageID string) string {
	if len(messageID) <= runIDLength+1 || messageID[runIDLength] != '-' {
		return ""
	}
	if _, err := strconv.Atoi(messageID[runIDLength+1:]); err != nil {
		return ""
	}
	return messageID[:runIDLength]
}

// encode makes what is to be written of a run that was stepped.
func (l *Local) encode(w *work, now time.Time) error {
	if w.encoded == w.steps {
		return nil
	}
	for i := range w.outbox {
		if err := l.store.SealPayload(&w.outbox[i]); err != nil {
			return err
		}
	}
	var err error
	w.row, err = l.row(w, now)
	w.encoded = w.steps
	return err
}

// row is the run as it is to be written.
func (l *Local) row(w *work, now time.Time) (store.RunRow, error) {
	s := w.state
	row := store.RunRow{
		ID: w.live.ID, WorkspaceID: w.live.WorkspaceID, FlowID: w.live.FlowID, FlowVersion: w.live.FlowVersion,
		Status: string(s.Status), Outcome: s.Outcome, Node: s.Node, Visit: s.Visit,
		Version: w.live.Version + w.steps, Before: w.live.Version, Recipient: w.live.Recipient, ReplyKey: w.live.ReplyKey, UpdatedAt: now, Reached: w.live.Reached,
		Archived: w.live.Archived,
	}
	if w.unchanged && w.start == nil {
		return row, nil
	}
	row.DueAt, _ = s.Due()
	if s.Status.Final() {
		row.EndedAt = now
	}
	if s.Error != nil {
		data, err := json.Marshal(s.Error)
		if err != nil {
			return row, fmt.Errorf("encode the error of run %s: %w", w.live.ID, err)
		}
		row.Error = string(data)
	}
	if w.start != nil {
		row.Inputs, row.StartedBy, row.StartedAt = w.start.masked, w.start.request.StartedBy, s.Run.StartedAt
	}
	if err := l.sealInto(&row, w); err != nil {
		return row, err
	}
	// Of the secrets the state keeps the names, so that they can be shown
	// masked.
	s.Secrets = make(map[string]any, len(w.state.Secrets))
	for name := range w.state.Secrets {
		s.Secrets[name] = nil
	}
	var err error
	row.State, err = engine.EncodeState(s)
	return row, err
}

// sealInto sets the sealed secrets of a row, or that they stay as they are. A
// run that has ended needs none any more.
func (l *Local) sealInto(row *store.RunRow, w *work) error {
	if w.state.Status.Final() {
		row.KeepSecrets = !w.hasSecrets && w.start == nil
		w.secrets, w.hasSecrets = nil, false
		return nil
	}
	var plain []byte
	if len(w.state.Secrets) > 0 {
		var err error
		if plain, err = json.Marshal(w.state.Secrets); err != nil {
			return fmt.Errorf("encode the secrets of run %s: %w", w.live.ID, err)
		}
	}
	if w.start == nil && bytes.Equal(plain, w.secrets) {
		row.KeepSecrets = true
		return nil
	}
	w.secrets, w.hasSecrets = plain, plain != nil
	if plain == nil {
		return nil
	}
	var err error
	row.Secrets, err = l.store.SealSecrets(w.live.ID, plain)
	return err
}

// sendsAt is when the message goes out whose time the run waits for.
func (w *work) sendsAt() time.Time {
	if !w.state.Held {
		return time.Time{}
	}
	return w.lastSendAt
}

// started is the answer to the trigger.
func (w *work) started() Started {
	s, row := w.state, &w.row
	return Started{
		RunID: w.live.ID, FlowVersion: w.live.FlowVersion, Status: s.Status, Outcome: s.Outcome, Error: s.Error,
		Node: s.Node, Visit: s.Visit, StartedAt: s.Run.StartedAt, SendsAt: w.sendsAt(), FlowName: w.start.flowName,
		Run: &store.Run{
			ID: row.ID, WorkspaceID: row.WorkspaceID, FlowID: row.FlowID, FlowVersion: row.FlowVersion, Status: row.Status, Outcome: row.Outcome,
			Error: row.Error, Node: row.Node, Visit: row.Visit, Version: row.Version, DueAt: store.At(row.DueAt), State: string(row.State),
			Recipient: row.Recipient, Inputs: string(row.Inputs), StartedBy: row.StartedBy, StartedAt: store.At(row.StartedAt),
			UpdatedAt: store.At(row.UpdatedAt), EndedAt: store.At(row.EndedAt),
		},
	}
}

// update tells those who watch what the run is now.
func (w *work) update(now time.Time) Update {
	return Update{
		Kind: UpdateRun, RunID: w.live.ID, FlowID: w.live.FlowID, Status: w.state.Status, Outcome: w.state.Outcome,
		Node: w.state.Node, Visit: w.state.Visit, Seq: w.live.Version + w.steps, At: now,
	}
}
