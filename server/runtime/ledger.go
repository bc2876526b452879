package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/server/channels"
	"sluice/server/store"
	"sluice/server/telemetry"
)

// Ledger is the database's side of an executor that keeps the truth about runs
// somewhere else: it steps runs whose state it is given, writes what they did
// as the local executor does, and hands messages to providers. Who uses it
// decides what happens when, and repeats what it did not get an answer to:
// nothing is counted or written twice.
//
// Its methods are safe for concurrent use.
type Ledger struct{ l *Local }

// NewLedger makes a ledger. Of the tuning it uses what is about sends, beats
// and housekeeping.
func NewLedger(o Options) *Ledger {
	return &Ledger{l: NewLocal(o)}
}

// RunRef names a run and the version of the flow that it runs.
type RunRef struct {
	ID          string `json:"id"`
	Workspace   string `json:"workspace"`
	FlowID      string `json:"flow"`
	FlowVersion int64  `json:"version"`
}

// Opening is what a run begins with. Inputs, Trigger and Contact are only there
// until it has begun, because they may be secret and are in its state then.
type Opening struct {
	Inputs  []byte `json:"inputs,omitempty"`
	Trigger []byte `json:"trigger,omitempty"`
	Contact []byte `json:"contact,omitempty"`
	// Masked are the inputs as they are shown.
	Masked    []byte    `json:"masked"`
	StartedBy string    `json:"by,omitempty"`
	TimeZone  string    `json:"time_zone,omitempty"`
	At        time.Time `json:"at"`
	// Trace is what triggered it, for its trace.
	Trace *telemetry.Carried `json:"trace,omitempty"`
}

// Entry is one thing that happened to a run: exactly one of Event, Receipt and
// Sent is set.
type Entry struct {
	At time.Time `json:"at"`
	// Event is a timer, a reply or a cancellation. Keys are under which runs
	// wait for the reply, and Match is why it goes to this one.
	Event *engine.Event `json:"event,omitempty"`
	Keys  []string      `json:"keys,omitempty"`
	Match *store.Match  `json:"match,omitempty"`
	// Receipt is about the message of a visit.
	Receipt *engine.Receipt `json:"receipt,omitempty"`
	// Sent is what came of the message of a visit.
	Sent  *Sent `json:"sent,omitempty"`
	Visit int   `json:"visit,omitempty"`
}

// Sent is what came of a message in the end.
type Sent struct {
	ChannelID         string `json:"channel,omitempty"`
	ProviderMessageID string `json:"provider_id,omitempty"`
	Parts             int    `json:"parts,omitempty"`
	// Failure is nil when the provider took the message.
	Failure *Failure `json:"failure,omitempty"`
	// Superseded is true when the run went on before it could be sent.
	Superseded bool `json:"superseded,omitempty"`
}

// Failure is why a provider did not take a message.
type Failure struct {
	Class   channels.Class `json:"class"`
	Code    string         `json:"code,omitempty"`
	Message string         `json:"message,omitempty"`
}

// Position is where a run is: what Advance begins with and returns.
type Position struct {
	Run     RunRef  `json:"run"`
	Opening Opening `json:"opening"`
	// Seq is how many steps it has taken; zero before it has begun.
	Seq int64 `json:"seq"`
	// State is an engine.State as JSON, secrets included.
	State []byte `json:"state,omitempty"`
	// Statuses are those of its messages, by visit.
	Statuses  map[int]channels.Status `json:"statuses,omitempty"`
	Recipient string                  `json:"recipient,omitempty"`
	ReplyKey  string                  `json:"reply_key,omitempty"`
	Reached   bool                    `json:"reached,omitempty"`
	// Status, Visit and Due are those of the state. Expires is true when Due
	// is the end of the run's lifetime.
	Status  engine.Status `json:"status,omitempty"`
	Visit   int           `json:"visit,omitempty"`
	Due     time.Time     `json:"due,omitzero"`
	Expires bool          `json:"expires,omitempty"`
}

// Advanced is what came of Advance.
type Advanced struct {
	Position Position `json:"position"`
	// Tasks are the messages to send now.
	Tasks []Task `json:"tasks,omitempty"`
	// Entries came before and could not be taken in then: they are to be taken
	// in next.
	Entries []Entry `json:"entries,omitempty"`
}

// Task is a message to send.
type Task struct {
	Visit     int    `json:"visit"`
	Node      string `json:"node"`
	Channel   string `json:"channel"`
	OnUnknown string `json:"on_unknown"`
	// At is when it is to go out.
	At       time.Time `json:"at"`
	GiveUpAt time.Time `json:"give_up_at"`
	// Payload is an engine.Send as JSON, secrets included.
	Payload []byte `json:"payload"`
}

// Advance steps a run with what happened to it and writes that. The same call
// again returns the same and writes nothing. When the database has steps that
// the position does not know of, they were never committed by whom the caller
// speaks for: they are taken back.
//
// A call whose context has ended changes nothing: somebody else may have gone
// on meanwhile.
func (g *Ledger) Advance(ctx context.Context, p Position, entries []Entry) (Advanced, error) {
	return g.advance(ctx, p, entries, false)
}

// Begin is the first Advance by somebody who only wants to see the run soon: a
// run that is there stays as it is.
func (g *Ledger) Begin(ctx context.Context, p Position) (Advanced, error) {
	return g.advance(ctx, p, nil, true)
}

func (g *Ledger) advance(ctx context.Context, p Position, entries []Entry, begin bool) (Advanced, error) {
	program, err := g.l.programs.get(ctx, p.Run.Workspace, p.Run.FlowID, p.Run.FlowVersion)
	if err != nil {
		return Advanced{}, err
	}
	var a *advance
	var tried time.Time
	for range advanceTries {
		tried = time.Now()
		a = &advance{ctx: ctx, b: newBatch(g.l, nil), before: p, program: program, entries: entries, begin: begin}
		if err = g.l.store.Batch(ctx, a.run); err == nil || errors.Is(err, ErrUnavailable) {
			break
		}
		// Two who begin the same run at the same moment: the second finds it.
	}
	if err != nil {
		return Advanced{}, err
	}
	if a.written {
		a.b.publish()
		a.b.count()
		a.b.suspend()
		g.l.trace(a.b, tried)
	}
	return a.result()
}

// advanceTries is how often Advance is tried when the database refuses it.
const advanceTries = 2

// advance is one call of Advance.
type advance struct {
	//nolint:containedctx // it lives within one call.
	ctx     context.Context
	b       *batch
	before  Position
	program *engine.Program
	entries []Entry
	begin   bool

	w        *work
	statuses map[int]channels.Status
	tasks    []Task
	later    []Entry
	written  bool
}

// run is the transaction.
func (a *advance) run(tx *store.Batch) error {
	ref := a.before.Run
	rows, err := tx.LockRuns([]string{ref.ID})
	if err != nil {
		return err
	}
	// From here to the commit nobody else writes the run.
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if len(rows) > 0 && rows[0].WorkspaceID != ref.Workspace {
		return fmt.Errorf("run %s belongs to another workspace", ref.ID)
	}
	if err := a.open(len(rows) > 0); err != nil {
		return err
	}
	if err := a.readMessages(tx); err != nil {
		return err
	}
	for _, e := range a.entries {
		if err := a.take(tx, e); err != nil {
			return err
		}
	}
	a.collect()
	if len(rows) > 0 && a.begin {
		return nil
	}
	if len(rows) > 0 && rows[0].Version != a.before.Seq {
		same, err := a.reconcile(tx, rows[0])
		if err != nil {
			return err
		}
		if same {
			return nil
		}
	}
	a.written = len(a.w.history) > 0 || len(a.b.changed) > 0
	return a.b.write(tx)
}

// open makes the run ready to be stepped, and begins it if it is new.
func (a *advance) open(exists bool) error {
	ref, p := a.before.Run, a.before
	a.b.now = p.Opening.At
	a.w = &work{
		live: store.LiveRun{
			ID: ref.ID, WorkspaceID: ref.Workspace, FlowID: ref.FlowID, FlowVersion: ref.FlowVersion, Version: p.Seq,
			Recipient: p.Recipient, Reached: p.Reached, ReplyKey: p.ReplyKey,
		},
		// The secrets are sealed anew: what the database has of them is not
		// read.
		program: a.program, hasSecrets: true, unchanged: true,
	}
	a.statuses = map[int]channels.Status{}
	maps.Copy(a.statuses, p.Statuses)
	a.b.take(a.w)
	if !exists || p.Seq == 0 {
		a.w.start = &startItem{masked: p.Opening.Masked, request: StartRequest{StartedBy: p.Opening.StartedBy}}
	}
	if p.Seq > 0 {
		var err error
		a.w.state, err = engine.DecodeState(p.State)
		return err
	}
	start := &engine.Start{RunID: ref.ID, TimeZone: p.Opening.TimeZone}
	for _, part := range []struct {
		data []byte
		to   *map[string]any
	}{{p.Opening.Inputs, &start.Inputs}, {p.Opening.Trigger, &start.Trigger}, {p.Opening.Contact, &start.Contact}} {
		var err error
		if *part.to, err = decodeObject(part.data); err != nil {
			return fmt.Errorf("read what run %s begins with: %w", ref.ID, err)
		}
	}
	a.b.origin = a.b.l.tracer.Carried(p.Opening.Trace, p.Opening.At)
	a.b.step(a.w, engine.Event{Kind: engine.EventStart, Start: start})
	a.b.origin = telemetry.Origin{}
	return nil
}

// decodeObject reads an object with whole numbers as such.
func decodeObject(data []byte) (map[string]any, error) {
	if len(data) == 0 {
		return map[string]any(nil), nil
	}
	v, err := expression.DecodeValue(data)
	if err != nil {
		return nil, err
	}
	m, _ := v.(map[string]any)
	return m, nil
}

// readMessages reads the messages that the entries are about. What the run
// knows of them counts, and not what the database may know more.
func (a *advance) readMessages(tx *store.Batch) error {
	var ids []string
	for _, e := range a.entries {
		if e.Visit > 0 && (e.Receipt != nil || e.Sent != nil) {
			ids = append(ids, messageID(a.before.Run.ID, e.Visit))
		}
	}
	rows, err := tx.Messages(ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		m := &messageWork{row: row, before: row}
		if status, ok := a.statuses[row.Visit]; ok {
			m.row.Status = string(status)
		} else if !m.unsent() {
			m.row.Status = statusQueued
		}
		a.b.messages[row.ID] = m
	}
	return nil
}

// take gives the run one thing that happened.
func (a *advance) take(tx *store.Batch, e Entry) error {
	if at := e.At.UTC().Truncate(time.Millisecond); at.After(a.b.now) {
		// Clocks of several machines differ; a run's time does not go back.
		a.b.now = at
	}
	m := a.b.messages[messageID(a.before.Run.ID, e.Visit)]
	switch {
	case e.Event != nil:
		a.event(e)
	case m == nil:
	case e.Receipt != nil:
		a.b.applyReceipt(m, channels.Receipt{Status: channels.Status(e.Receipt.Status), Code: e.Receipt.Code, Reason: e.Receipt.Reason, At: e.Receipt.At})
	case e.Sent != nil:
		return a.sent(tx, m, *e.Sent)
	}
	return nil
}

func (a *advance) event(e Entry) {
	ev := *e.Event
	final := a.w.state.Status.Final()
	switch {
	case ev.Kind == engine.EventTimer:
		a.b.fire(a.w)
	case ev.Kind == engine.EventReply && ev.Reply != nil:
		a.b.applyReply(replied(a.before.Run.Workspace, a.before.Run.ID, e))
	case ev.Kind == engine.EventCancel && !final:
		a.b.step(a.w, ev)
	}
}

// replied is the message of a reply that was given to a run.
func replied(workspace, runID string, e Entry) *received {
	ev := e.Event
	r := &received{
		row: store.MessageRow{ID: ev.Reply.MessageID, WorkspaceID: workspace, RunID: runID}, keys: e.Keys, reply: ev.Reply, grouped: grouped(ev.Reply.ChannelType),
	}
	if ev.Visit > 0 {
		r.quoted = store.MessageRef{ID: messageID(runID, ev.Visit), RunID: runID}
	} else {
		r.asked, r.shown = []store.AskedRun{{ID: runID}}, runID
	}
	// Entries of before say nothing of why, and their messages stay as they are.
	if r.known = e.Match == nil; !r.known {
		r.row.Match = *e.Match
	}
	return r
}

// sent tells the message and the run what came of a send, and brings in the
// receipts that came before the provider's answer.
func (a *advance) sent(tx *store.Batch, m *messageWork, s Sent) error {
	o := &outcome{
		row:       store.OutboxRow{MessageID: m.row.ID, WorkspaceID: m.row.WorkspaceID, RunID: m.row.RunID, Visit: m.row.Visit},
		channelID: s.ChannelID, accepted: channels.Accepted{ProviderMessageID: s.ProviderMessageID, Parts: s.Parts}, verdict: verdictSent,
	}
	if f := s.Failure; f != nil {
		o.failure, o.verdict = &channels.SendError{Class: f.Class, Code: f.Code, Message: f.Message}, verdictFailed
	}
	switch {
	case !m.unsent():
		// A receipt shows that it was sent, whatever the answer says.
		o.verdict = verdictSent
	case s.Superseded:
		o.verdict = verdictSuperseded
	}
	a.b.applyOutcome(o)
	a.b.taken = nil
	if err := a.b.takeEarly(tx, []*outcome{o}); err != nil {
		return err
	}
	for _, r := range a.b.taken {
		a.b.applyEarly(r)
	}
	return nil
}

// collect takes out what the caller has to do and know.
func (a *advance) collect() {
	a.b.gather()
	for i, o := range a.b.outbox {
		at := o.CreatedAt
		if sendAt := a.b.queued[i].SendAt; sendAt.After(at) {
			at = sendAt
		}
		a.tasks = append(a.tasks, Task{
			Visit: o.Visit, Node: o.Node, Channel: o.Channel, OnUnknown: o.OnUnknown, At: at, GiveUpAt: o.GiveUpAt, Payload: o.Payload,
		})
	}
	// They are neither sent from the database nor taken back there: the caller
	// gives up messages of visits that the run has left.
	a.b.outbox, a.b.withdrawn = nil, nil
	for _, m := range a.b.messages {
		if !m.unsent() {
			a.statuses[m.row.Visit] = channels.Status(m.row.Status)
		}
		if was := channels.Status(m.before.Status); was.Advances(channels.Status(m.row.Status)) {
			// The database knows more than the run: an answer was lost.
			a.later = append(a.later, receiptsOf(m)...)
			m.row.Status, m.row.Code, m.row.Reason = m.before.Status, m.before.Code, m.before.Reason
		}
	}
}

// receiptsOf are the receipts that a message record tells of.
func receiptsOf(m *messageWork) []Entry {
	known := channels.Status(m.row.Status)
	var list []Entry
	for _, r := range []struct {
		status channels.Status
		at     time.Time
	}{{channels.StatusSent, m.before.SentAt}, {channels.StatusFailed, m.before.FailedAt}, {channels.StatusDelivered, m.before.DeliveredAt}, {channels.StatusRead, m.before.ReadAt}} {
		if r.at.IsZero() || !r.status.Advances(known) {
			continue
		}
		known = r.status
		entry := Entry{At: r.at, Visit: m.row.Visit, Receipt: &engine.Receipt{Status: engine.ReceiptStatus(r.status), At: r.at}}
		if r.status == channels.Status(m.before.Status) {
			entry.Receipt.Code, entry.Receipt.Reason = m.before.Code, m.before.Reason
		}
		list = append(list, entry)
	}
	return list
}

func (a *advance) result() (Advanced, error) {
	w, p := a.w, a.before
	state, err := engine.EncodeState(w.state)
	if err != nil {
		return Advanced{}, err
	}
	p.Opening.Inputs, p.Opening.Trigger, p.Opening.Contact = nil, nil, nil
	p.Seq, p.State, p.Statuses = a.before.Seq+w.steps, state, a.statuses
	p.Recipient, p.ReplyKey, p.Reached = w.live.Recipient, w.live.ReplyKey, w.live.Reached
	p.Status, p.Visit = w.state.Status, w.state.Visit
	p.Due, p.Expires = time.Time{}, false
	if due, ok := w.state.Due(); ok {
		p.Due, p.Expires = due, w.state.Wait.Expires
	}
	return Advanced{Position: p, Tasks: a.tasks, Entries: a.later}, nil
}
