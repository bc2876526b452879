package scenario

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"sluice/engine"
	"sluice/flows"
)

// ActKind names what a person does during a try.
type ActKind string

const (
	// ActDelivered, ActRead and ActFailed report on the message of a visit.
	ActDelivered ActKind = "delivered"
	ActRead      ActKind = "read"
	ActFailed    ActKind = "failed"
	// ActReply is an answer of the recipient.
	ActReply ActKind = "reply"
	// ActRefused is the provider's answer to the send call, in place of "accepted".
	ActRefused ActKind = "refused"
	// ActTimeout lets a visit's deadline pass: nothing more comes by itself.
	ActTimeout ActKind = "timeout"
)

// Act is one thing that a person did during a try.
type Act struct {
	// Visit is the visit whose message or wait it is about, At the virtual time
	// since the run's start.
	Visit int
	At    time.Duration
	Kind  ActKind
	// Code is the provider's, of a failure or refusal; Class the refusal's class.
	Code  string
	Class engine.ErrorClass
	// Text is that of a reply, Type its form (empty: text), and Filename the name
	// of the file that it is.
	Text     string
	Type     flows.MessageType
	Filename string
}

// Session is a try of a flow so far. It is a value: a replay depends on nothing
// else, so taking a step back is replaying with one act less.
type Session struct {
	Inputs map[string]any
	// World is what the world does where no act says otherwise: results that
	// were given to nodes, or the world of a scenario.
	World []flows.WorldEntry
	Acts  []Act
	// ByHand: messages of nodes that World does not name get no receipts but
	// those of Acts. Else they are delivered after 1 s and read after 2 s.
	ByHand bool
	// Until is how much virtual time has passed.
	Until time.Duration
	// Start is when it begins, in the zone in which local times are meant.
	Start time.Time
	// Stop, if set, is asked before each event whether to give up.
	Stop func() bool
}

// Replay is how a try stands.
type Replay struct {
	Result

	Visits []engine.VisitRecord
	// Node and Visit are where the run is, or where it ended.
	Node  string
	Visit int
	// Ended is when the run ended; nil while it waits.
	Ended *flows.Duration
	// Next is when the next thing happens by itself; nil when nothing will.
	Next *flows.Duration
	// Wait is set while the run waits.
	Wait *Wait
	// Stray lists the acts, by index, that are about visits which this run has
	// not made: the flow was changed since.
	Stray []int
	// Stopped is true when Stop ended the replay.
	Stopped bool

	given map[int]flows.WorldAnswer
	sends map[int]bool
	// asks are the visits of nodes that wait for what people write.
	asks map[int]bool
}

// Wait is what a run waits for.
type Wait struct {
	// Since is when the visit began; Due the next deadline, nil when there is
	// none.
	Since flows.Duration
	Due   *flows.Duration
	// Deadlines are the ports that time leads to from here, the earliest first.
	Deadlines []Deadline
}

// Deadline is a port that is taken at a time.
type Deadline struct {
	Port string
	At   flows.Duration
}

// Play replays a session from its start. The inputs have passed CheckInputs, the
// world CheckWorld.
func Play(p *engine.Program, s Session) Replay {
	w := newPlayer(p, s.Start, answersByNode(s.World))
	w.adjust = func(visit int, sends time.Time, answer flows.WorldAnswer, given bool) flows.WorldAnswer {
		return s.answer(visit, answer, given, w.now.Sub(w.start), sends.Sub(w.start))
	}
	w.begin(s.Inputs)
	stopped := false
	for !stopped && w.advance(s.Until) {
		stopped = s.Stop != nil && s.Stop()
	}
	r := Replay{
		Visits: w.record.Visits, Node: w.state.Node, Visit: w.state.Visit, Stopped: stopped,
		given: w.given, sends: map[int]bool{}, asks: map[int]bool{},
	}
	for i, node := range w.result.Path {
		r.asks[i+1] = w.waits(node)
	}
	for visit := range w.sends {
		r.sends[visit] = true
	}
	if !w.ended.IsZero() {
		at := w.since(w.ended)
		r.Ended = &at
	}
	if at, _, ok := w.upcoming(); ok {
		next := w.since(at)
		r.Next = &next
	}
	r.Wait = w.waiting()
	for i, act := range s.Acts {
		if _, made := w.given[act.Visit]; !made {
			r.Stray = append(r.Stray, i)
		}
	}
	r.Result = w.finish()
	return r
}

// answer is what the world does at a visit that began, and whose message goes
// out, at the given times since the start. The first act of a person at a visit takes over from there: what
// would have come by itself later does not come any more.
func (s Session) answer(visit int, base flows.WorldAnswer, given bool, entered, sends time.Duration) flows.WorldAnswer {
	a := base
	if a.Leave != nil {
		return a
	}
	if !given && s.ByHand {
		a.Receipts = []flows.WorldReceipt{}
	}
	taken := false
	for _, act := range s.actsOf(visit) {
		after := flows.Duration(max(0, act.At-sends))
		if !taken && act.Kind != ActReply {
			a.Receipts = receiptsUntil(a, after)
			taken = true
		}
		switch act.Kind {
		case ActDelivered, ActRead, ActFailed:
			a.Receipts = append(a.Receipts, flows.WorldReceipt{After: after, Status: string(act.Kind), Code: act.Code})
		case ActReply:
			a.Replies = slices.Concat(a.AllReplies(), []flows.WorldReply{{After: flows.Duration(max(0, act.At-entered)), Text: act.Text, Type: act.Type, Filename: act.Filename}})
			a.Reply = nil
		case ActRefused:
			a.Send = &flows.WorldSend{After: after, Error: string(act.Class), Code: act.Code}
		case ActTimeout:
		}
	}
	if len(a.Replies) == 1 && a.Reply == nil {
		only := a.Replies[0]
		a.Reply, a.Replies = &only, nil
	}
	return a
}

// actsOf are the acts at a visit in the order of their times.
func (s Session) actsOf(visit int) []Act {
	var acts []Act
	for _, act := range s.Acts {
		if act.Visit == visit {
			acts = append(acts, act)
		}
	}
	slices.SortStableFunc(acts, func(a, b Act) int { return cmp.Compare(a.At, b.At) })
	return acts
}

// receiptsUntil are the receipts of an answer that have come by then.
func receiptsUntil(a flows.WorldAnswer, then flows.Duration) []flows.WorldReceipt {
	all := a.Receipts
	if all == nil {
		answered := flows.Duration(0)
		if a.Send != nil {
			answered = a.Send.After
		}
		all = defaultReceipts(answered)
	}
	came := []flows.WorldReceipt{}
	for _, r := range all {
		if r.After <= then {
			came = append(came, r)
		}
	}
	return came
}

// waiting says what the run waits for; nil when it does not.
func (w *player) waiting() *Wait {
	if w.state.Wait == nil {
		return nil
	}
	wait := &Wait{Since: w.since(w.state.EnteredAt)}
	due, timed := w.state.Due()
	if !timed || w.state.Wait.Expires {
		return wait
	}
	at := w.since(due)
	wait.Due = &at
	// Deadlines count from when the message goes out.
	from := wait.Since
	if s := w.sends[w.state.Visit]; s != nil {
		from = w.since(s.begins)
	}
	spec, _ := w.program.Spec(w.state.Node)
	n, _ := w.flow.Node(w.state.Node)
	for _, port := range spec.Ports {
		within, ok := durationIn(n, port.Deadline)
		if passes := from + within; ok && passes >= at {
			wait.Deadlines = append(wait.Deadlines, Deadline{Port: port.Name, At: passes})
		}
	}
	slices.SortStableFunc(wait.Deadlines, func(a, b Deadline) int { return cmp.Compare(a.At, b.At) })
	return wait
}

// durationIn reads a duration field of a node's config.
func durationIn(n flows.Node, field string) (flows.Duration, bool) {
	var config map[string]json.RawMessage
	if field == "" || json.Unmarshal(n.Config, &config) != nil {
		return 0, false
	}
	var d flows.Duration
	if json.Unmarshal(config[field], &d) != nil {
		return 0, false
	}
	return d, true
}

// World is the world in which a run goes as this one did: what the world did at
// each visit, written in the shortest form of a scenario.
func (r Replay) World() []flows.WorldEntry {
	answers := map[string][]flows.WorldAnswer{}
	var order []string
	for i, node := range r.Path {
		a, sent := r.given[i+1], r.sends[i+1]
		if !sent && a.Leave == nil {
			// Of a node that sends nothing only what people write matters.
			a = flows.WorldAnswer{Reply: a.Reply, Replies: a.Replies}
		}
		if !r.asks[i+1] {
			a.Reply, a.Replies = nil, nil
		}
		if _, again := answers[node]; !again {
			order = append(order, node)
		}
		answers[node] = append(answers[node], a)
	}
	world := []flows.WorldEntry{}
	for _, node := range order {
		list := answers[node]
		// The last answer serves all later visits.
		for len(list) > 1 && sameAnswer(list[len(list)-1], list[len(list)-2]) {
			list = list[:len(list)-1]
		}
		switch {
		case len(list) > 1:
			world = append(world, flows.WorldEntry{Node: node, Visits: list})
		case !list[0].IsZero():
			world = append(world, flows.WorldEntry{Node: node, WorldAnswer: list[0]})
		}
	}
	return world
}

func sameAnswer(a, b flows.WorldAnswer) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
