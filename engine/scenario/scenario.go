// Package scenario plays the world around one run, in virtual time: what the
// providers answer, which receipts and replies come when, and which deadlines
// pass. It drives the same engine.Step as production does, so that what a
// scenario shows is what a recipient would get.
//
// It is pure: no clock, no network, no files. A month of waiting takes no time.
package scenario

import (
	"fmt"
	"math"
	"time"

	"sluice/engine"
	"sluice/engine/moment"
	"sluice/flows"
)

// RunID is the id that runs of scenarios have, for flows that read run.id.
const RunID = "scenario"

// Start is when runs of scenarios begin: any fixed moment makes flows that
// look at the clock give the same result on every day. It is a Monday.
func Start() time.Time { return time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC) }

// Run runs the program once, from start, in the given world, until the run ends
// or waits for something that this world never does. Local times are meant in the
// zone of start. The inputs have passed
// (*engine.Program).CheckInputs, the world has passed CheckWorld.
func Run(p *engine.Program, inputs map[string]any, world []flows.WorldEntry, start time.Time) Result {
	w := newPlayer(p, start, answersByNode(world))
	w.begin(inputs)
	for !w.state.Status.Final() && w.advance(Forever) {
	}
	return w.finish()
}

// Forever is later than anything that a run waits for.
const Forever = time.Duration(math.MaxInt64)

// player is one run in its world.
type player struct {
	program *engine.Program
	flow    *flows.Flow
	answers map[string][]flows.WorldAnswer
	// adjust, if set, changes what the world does at a visit whose message goes
	// out at sends; given says whether the world has an entry for its node.
	adjust func(visit int, sends time.Time, answer flows.WorldAnswer, given bool) flows.WorldAnswer

	start, now time.Time
	// ended is when the run ended; what comes later changes messages only.
	ended  time.Time
	state  engine.State
	queue  queue
	record engine.Record

	// entries counts the visits of each node so far: the n-th visit of a node
	// gets the node's n-th answer. given holds the answer of each visit.
	entries map[string]int
	given   map[int]flows.WorldAnswer
	// sends holds what is known of each send by its visit.
	sends map[int]*sending

	result Result
}

func newPlayer(p *engine.Program, start time.Time, answers map[string][]flows.WorldAnswer) *player {
	return &player{
		program: standingIn(p, answers),
		flow:    p.Flow(),
		answers: answers,
		start:   start,
		now:     start,
		entries: map[string]int{},
		given:   map[int]flows.WorldAnswer{},
		sends:   map[int]*sending{},
	}
}

func (w *player) begin(inputs map[string]any) {
	w.step(engine.Event{Kind: engine.EventStart, Start: &engine.Start{
		RunID: RunID, Inputs: inputs, Trigger: map[string]any{"type": "manual"}, TimeZone: zoneName(w.start),
	}})
}

// zoneName is the zone of a moment as runs keep it: empty for UTC, and for one that
// only this machine knows.
func zoneName(t time.Time) string {
	name := t.Location().String()
	if _, err := moment.Zone(name); err != nil || name == "UTC" {
		return ""
	}
	return name
}

// upcoming is when the next thing happens; ok is false when nothing is left that
// could. event is true for what the world does and false for the run's timer.
func (w *player) upcoming() (at time.Time, event, ok bool) {
	due, timed := w.state.Due()
	// What comes at the very moment of a deadline still counts: "within 30 s"
	// includes the thirtieth second.
	if at, ok := w.queue.next(); ok && (!timed || !at.After(due)) {
		return at, true, true
	}
	// The end of the run's lifetime is no deadline of the flow: a run that only
	// waits for that one waits for something that never comes.
	if !timed || w.state.Wait.Expires {
		return time.Time{}, false, false
	}
	return due, false, true
}

// advance lets the next thing happen, unless that is later than until, counted
// from the start. It reports whether something happened.
func (w *player) advance(until time.Duration) bool {
	at, event, ok := w.upcoming()
	if !ok || at.Sub(w.start) > until {
		return false
	}
	if event {
		h := w.queue.pop()
		w.moveTo(h.at)
		h.do()
		return true
	}
	w.moveTo(at)
	w.step(engine.Event{Kind: engine.EventTimer, Visit: w.state.Visit})
	return true
}

// moveTo sets the virtual clock, which never goes back.
func (w *player) moveTo(t time.Time) {
	if t.After(w.now) {
		w.now = t
	}
}

// step gives the run one event and lets the world react to what it does.
func (w *player) step(ev engine.Event) {
	final := w.state.Status.Final()
	state, effects, trace := w.program.Step(w.state, ev, w.now)
	w.state = state
	if state.Status.Final() && !final {
		w.ended = w.now
	}
	w.record.Add(w.program, ev.Kind, trace)
	asked := map[int]*engine.Send{}
	for _, e := range effects {
		if e.Kind == engine.EffectSend && e.Send != nil {
			asked[e.Visit] = e.Send
		}
	}
	for _, item := range trace {
		w.tell(item, asked[item.Visit])
		switch item.Kind {
		case engine.TraceEntered:
			w.entered(item, w.begins(asked[item.Visit]))
		case engine.TraceLeft:
			w.result.Ports = append(w.result.Ports, Port{Node: item.Node, Port: item.Port})
		}
	}
	for _, e := range effects {
		switch {
		case e.Kind == engine.EffectSend && e.Send != nil:
			w.send(e)
		case e.Kind == engine.EffectWithdraw:
			w.withdraw(e.Visit)
		}
	}
}

// entered counts the visit and arranges the replies that it gets. sends is when
// its message goes out, if it has one.
func (w *player) entered(item engine.TraceItem, sends time.Time) {
	w.result.Path = append(w.result.Path, item.Node)
	w.entries[item.Node]++
	answer, given := answerOf(w.answers[item.Node], w.entries[item.Node])
	if w.adjust != nil {
		answer = w.adjust(item.Visit, sends, answer, given)
	}
	w.given[item.Visit] = answer
	for _, reply := range answer.AllReplies() {
		visit := item.Visit
		w.queue.push(w.now.Add(time.Duration(reply.After)), func() { w.reply(visit, reply) })
	}
}

// reply takes in what the recipient writes.
func (w *player) reply(visit int, r flows.WorldReply) {
	channel, channelType, from := w.correspondent(visit)
	w.result.Replies = append(w.result.Replies, Reply{
		Visit: visit, Node: w.nodeOf(visit), Channel: channel, ChannelType: channelType, From: from, Text: r.Text, Type: r.Type, Filename: r.Filename, At: w.since(w.now),
	})
	reply := &engine.Reply{Text: r.Text, ChannelType: channelType, From: from}
	if r.Type != "" {
		reply.Type = string(r.Type)
	}
	if r.IsFile() {
		// There is no file, so there is no address to have it at.
		reply.MediaID = fmt.Sprintf("%s-reply-%d-0", RunID, len(w.result.Replies))
	}
	// What people write while nobody asks them answers no later question.
	if !w.waits(w.nodeOf(visit)) && w.waits(w.state.Node) {
		return
	}
	w.step(engine.Event{Kind: engine.EventReply, Reply: reply})
}

// waits reports whether a node waits for what people write.
func (w *player) waits(node string) bool {
	spec, _ := w.program.Spec(node)
	return spec.Replies
}

// nodeOf is the node of a visit.
func (w *player) nodeOf(visit int) string {
	if visit < 1 || visit > len(w.result.Path) {
		return ""
	}
	return w.result.Path[visit-1]
}

func (w *player) since(t time.Time) flows.Duration { return flows.Duration(t.Sub(w.start)) }

// correspondent is who answers at a visit, and where: the recipient of its
// message, or of the last message before.
func (w *player) correspondent(visit int) (channel, channelType, from string) {
	if s, ok := w.sends[visit]; ok {
		return s.send.Channel, s.send.ChannelType, s.send.To
	}
	if n := len(w.result.Messages); n > 0 {
		last := w.result.Messages[n-1]
		return last.Channel, last.ChannelType, last.To
	}
	return "", "", ""
}

// answerOf is what the world does at the n-th visit of a node; its last answer
// serves all later visits. given is false when the world does not say.
func answerOf(answers []flows.WorldAnswer, n int) (answer flows.WorldAnswer, given bool) {
	if len(answers) == 0 {
		return flows.WorldAnswer{}, false
	}
	return answers[min(n, len(answers))-1], true
}

func (w *player) finish() Result {
	r := w.result
	r.Status, r.Outcome, r.Error = w.state.Status, w.state.Outcome, w.state.Error
	r.Elapsed = w.since(w.now)
	if !w.ended.IsZero() {
		r.Elapsed = w.since(w.ended)
	}
	r.Variables = w.program.Variables(w.state)
	r.Masked = w.program.MaskedVariables(w.state)
	if !w.state.Status.Final() {
		r.Lines = append(r.Lines, w.line("waiting", w.state.Node, w.state.Visit,
			w.program.Title(w.state.Node)+": still waits, and nothing more happens in this world"))
	}
	return r
}
