// Package scenario plays the world around one run, in virtual time: what the
// providers answer, which receipts and replies come when, and which deadlines
// pass. It drives the same engine.Step as production does, so that what a
// scenario shows is what a recipient would get.
//
// It is pure: no clock, no network, no files. A month of waiting takes no time.
package scenario

import (
	"time"

	"sluice/engine"
	"sluice/flows"
)

// RunID is the id that runs of scenarios have, for flows that read run.id.
const RunID = "scenario"

// Start is when runs of scenarios begin: any fixed moment makes flows that
// look at the clock give the same result on every day. It is a Monday.
func Start() time.Time { return time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC) }

// Run runs the program once, from start, in the given world, until the run ends
// or waits for something that this world never does. The inputs have passed
// (*engine.Program).CheckInputs, the world has passed CheckWorld.
func Run(p *engine.Program, inputs map[string]any, world []flows.WorldEntry, start time.Time) Result {
	w := &player{
		program: p,
		flow:    p.Flow(),
		answers: answersByNode(world),
		start:   start,
		now:     start,
		entries: map[string]int{},
		nth:     map[int]int{},
		sends:   map[int]*sending{},
	}
	w.step(engine.Event{Kind: engine.EventStart, Start: &engine.Start{
		RunID: RunID, Inputs: inputs, Trigger: map[string]any{"type": "manual"},
	}})
	for !w.state.Status.Final() && w.advance() {
	}
	return w.finish()
}

// player is one run in its world.
type player struct {
	program *engine.Program
	flow    *flows.Flow
	answers map[string][]flows.WorldAnswer

	start, now time.Time
	state      engine.State
	queue      queue

	// entries counts the visits of each node so far, nth holds that count for
	// each visit: the n-th visit of a node gets the node's n-th answer.
	entries map[string]int
	nth     map[int]int
	// sends holds what is known of each send by its visit.
	sends map[int]*sending

	result Result
}

// advance lets the next thing happen. It reports false when nothing is left
// that could.
func (w *player) advance() bool {
	due, timed := w.state.Due()
	// What comes at the very moment of a deadline still counts: "within 30 s"
	// includes the thirtieth second.
	if at, ok := w.queue.next(); ok && (!timed || !at.After(due)) {
		h := w.queue.pop()
		w.moveTo(h.at)
		h.do()
		return true
	}
	// The end of the run's lifetime is no deadline of the flow: a run that only
	// waits for that one waits for something that never comes.
	if !timed || w.state.Wait.Expires {
		return false
	}
	w.moveTo(due)
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
	state, effects, trace := w.program.Step(w.state, ev, w.now)
	w.state = state
	asked := map[int]*engine.Send{}
	for _, e := range effects {
		if e.Kind == engine.EffectSend && e.Send != nil {
			asked[e.Visit] = e.Send
		}
	}
	for _, item := range trace {
		w.record(item, asked[item.Visit])
		switch item.Kind {
		case engine.TraceEntered:
			w.entered(item)
		case engine.TraceLeft:
			w.result.Ports = append(w.result.Ports, Port{Node: item.Node, Port: item.Port})
		}
	}
	for _, e := range effects {
		if e.Kind == engine.EffectSend && e.Send != nil {
			w.send(e)
		}
	}
}

// entered counts the visit and arranges the reply that this visit gets.
func (w *player) entered(item engine.TraceItem) {
	w.result.Path = append(w.result.Path, item.Node)
	w.entries[item.Node]++
	w.nth[item.Visit] = w.entries[item.Node]
	reply := w.answer(item.Node, item.Visit).Reply
	if reply == nil {
		return
	}
	visit := item.Visit
	w.queue.push(w.now.Add(time.Duration(reply.After)), func() {
		channelType, from := w.correspondent(visit)
		w.step(engine.Event{Kind: engine.EventReply, Reply: &engine.Reply{
			Text: reply.Text, ChannelType: channelType, From: from,
		}})
	})
}

// correspondent is who answers at a visit: the recipient of its message, or of
// the last message before.
func (w *player) correspondent(visit int) (channelType, from string) {
	if s, ok := w.sends[visit]; ok {
		return s.send.ChannelType, s.send.To
	}
	if n := len(w.result.Messages); n > 0 {
		last := w.result.Messages[n-1]
		return last.ChannelType, last.To
	}
	return "", ""
}

// answer is what the world does at a visit of the node; its last answer serves
// all later visits.
func (w *player) answer(node string, visit int) flows.WorldAnswer {
	answers := w.answers[node]
	if len(answers) == 0 {
		return flows.WorldAnswer{}
	}
	return answers[min(w.nth[visit], len(answers))-1]
}

func (w *player) finish() Result {
	r := w.result
	r.Status, r.Outcome, r.Error = w.state.Status, w.state.Outcome, w.state.Error
	r.Elapsed = flows.Duration(w.now.Sub(w.start))
	r.Variables = w.program.Variables(w.state)
	r.Masked = w.program.MaskedVariables(w.state)
	if !w.state.Status.Final() {
		r.Lines = append(r.Lines, w.line("waiting", w.state.Node, w.state.Visit,
			w.program.Title(w.state.Node)+": still waits, and nothing more happens in this world"))
	}
	return r
}
