package engine

import "time"

// ReplyGrace is how much older than a question its answer may be: the clocks of
// vendors differ from ours, and some tell whole seconds only.
const ReplyGrace = 5 * time.Second

// Why a run ignores a reply.
const (
	// LeftVisit is also why it ignores any other event of a visit that is over.
	LeftVisit = "the run has left that visit"
	// ReplyTooOld: it was sent before the question was asked.
	ReplyTooOld = "the message is older than the question"

	replyFromElsewhere = "the run does not wait for a reply from there"
	noQuestion         = "the node does not wait for replies"
)

// Before reports whether the reply was sent before a moment, beyond what clocks
// differ.
func (r Reply) Before(moment time.Time) bool {
	return !r.At.IsZero() && r.At.Add(ReplyGrace).Before(moment)
}

// Listener is a behaviour that waits for replies.
type Listener interface {
	// Refuses is why a reply does not answer what the node asked in the present
	// wait, or "". Quoted is the visit whose message it quotes, zero for none.
	// Handle is not called with a reply that is refused.
	Refuses(v *Visit, quoted int, r Reply) string
}

// Refuses is why a run in that state would ignore a reply; "" when the reply
// answers the question that waits. Step goes by the same.
func (p *Program) Refuses(state State, ev Event, now time.Time) string {
	x := p.execution(state, now)
	switch {
	case ev.Reply == nil || state.Wait == nil:
		return noQuestion
	case !state.Wait.Replies && !x.listens():
		return noQuestion
	}
	return x.refuses(ev)
}

// listens reports whether the node that the run is in waits for replies at times.
func (x *execution) listens() bool {
	i, ok := x.p.index[x.s.Node]
	if !ok {
		return false
	}
	_, ok = x.p.nodes[i].behaviour.(Listener)
	return ok
}

// refuses is why the run ignores a reply, or "": then it is the node's.
func (x *execution) refuses(ev Event) string {
	if ev.Reply != nil && ev.Reply.Unasked {
		return replyFromElsewhere
	}
	if ev.Reply != nil && x.s.Wait != nil && x.listens() {
		n := &x.p.nodes[x.p.index[x.s.Node]]
		x.memory = x.s.Wait.Data
		return n.behaviour.(Listener).Refuses(&Visit{x: x, node: n}, ev.Visit, *ev.Reply) //nolint:forcetypeassert // listens has looked.
	}
	if ev.Visit != 0 && ev.Visit != x.s.Visit {
		return LeftVisit
	}
	return ""
}
