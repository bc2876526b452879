package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"sluice/engine/expression"
	"sluice/engine/moment"
	"sluice/flows"
)

// Step takes one event in and goes on until the run waits or ends. It returns
// the new state, the effects to commit with it, and what happened for the
// history; state itself is not changed. What goes wrong within the flow ends
// the run as failed. A final run, a stale event, or a timer before its time
// changes nothing and is traced as ignored.
func (p *Program) Step(state State, ev Event, now time.Time) (next State, effects []Effect, trace Trace) {
	next, effects, trace, _ = p.Measured(state, ev, now)
	return next, effects, trace
}

// Measured is Step with what it cost, in the units of stepWork.
func (p *Program) Measured(state State, ev Event, now time.Time) (next State, effects []Effect, trace Trace, cost int) {
	// Milliseconds are what stores, clocks of vendors and people work with; a
	// state then reads back as it was written.
	x := p.execution(state, now)
	x.trace = make(Trace, 0, usualTrace)
	defer func() {
		// A panic is a mistake in a node type. It must cost one run, not the
		// process and with it all others.
		if r := recover(); r != nil {
			x = p.execution(state, now)
			if state.Status == "" {
				x.s = x.initial(ev.Start)
			}
			x.fail(RunError{Code: "internal", Message: fmt.Sprintf("The node stopped unexpectedly: %v.", r), Hint: "Report this as a bug."})
			next, effects, trace, cost = x.s, x.effects, x.trace, stepWork
		}
	}()
	x.take(ev)
	x.s.Traced += x.traced / historyBlock
	return x.s, x.effects, x.trace, x.work.Used()
}

// execution is one call of Step.
type execution struct {
	p       *Program
	s       State
	now     time.Time
	effects []Effect
	trace   Trace
	// env is what expressions see, made when first needed.
	env map[string]any
	// memory is what the node of the current visit remembers.
	memory json.RawMessage
	// work is what the step computes, traced the size of its trace, and size that of
	// the values of the state, -1 until somebody asks. over is the limit that the step
	// has broken.
	work         expression.Work
	traced, size int
	over         *RunError
	// ownsVars and so on tell which maps of the state are this step's own.
	ownsVars, ownsSecrets, ownsOutputs, ownsJumps bool
}

// usualTrace is as many items as most steps trace.
const usualTrace = 8

func (p *Program) execution(state State, now time.Time) *execution {
	x := &execution{p: p, s: state, now: now.UTC().Truncate(time.Millisecond), work: *expression.NewWork(stepWork), size: -1}
	if state.Wait != nil {
		wait := *state.Wait
		x.s.Wait = &wait
	}
	return x
}

// The maps of a state are shared with the state that the step began with, until
// the step changes one of them.

func (x *execution) setVariable(name string, value any) {
	x.s.Vars = own(&x.ownsVars, x.s.Vars)
	x.s.Vars[name] = value
}

func (x *execution) setSecret(name string, value any) {
	x.s.Secrets = own(&x.ownsSecrets, x.s.Secrets)
	x.s.Secrets[name] = value
}

func (x *execution) setOutputs(node string, outputs map[string]any) {
	x.s.Outputs = own(&x.ownsOutputs, x.s.Outputs)
	x.s.Outputs[node] = outputs
}

func (x *execution) countJump(node string) {
	x.s.Jumps = own(&x.ownsJumps, x.s.Jumps)
	x.s.Jumps[node]++
}

// own is the map itself if it is the step's own, else a copy, which is.
func own[V any](is *bool, m map[string]V) map[string]V {
	if *is {
		return m
	}
	*is = true
	return copyMap(m)
}

func copyMap[V any](m map[string]V) map[string]V {
	c := make(map[string]V, len(m)+1)
	maps.Copy(c, m)
	return c
}

func (x *execution) take(ev Event) {
	switch {
	case x.s.Status.Final():
		x.ignore(ev, "the run has ended")
	case ev.Kind == EventStart:
		x.begin(ev)
	case x.s.Status == "":
		x.ignore(ev, "the run has not started")
	case ev.Kind == EventCancel:
		reason := ""
		if ev.Cancel != nil {
			reason = ev.Cancel.Reason
		}
		x.end(StatusCancelled, "cancelled", reason)
	case ev.Kind == EventReply:
		if reason := x.refuses(ev); reason != "" {
			x.ignore(ev, reason)
			return
		}
		x.handle(ev)
	case ev.Visit != x.s.Visit:
		x.ignore(ev, LeftVisit)
	case ev.Kind == EventTimer:
		x.timer(ev)
	default:
		if ev.Kind == EventSendResult || ev.Kind == EventReceipt {
			// Its time has come, or somebody else has ended its waiting.
			x.s.Held = false
		}
		x.handle(ev)
	}
}

func (x *execution) begin(ev Event) {
	if x.s.Status != "" {
		x.ignore(ev, "the run has started already")
		return
	}
	x.s = x.initial(ev.Start)
	x.ownsVars, x.ownsSecrets, x.ownsOutputs, x.ownsJumps = true, true, true, true
	if !x.grows(0) || x.size > maxState {
		// What it began with stands in the request; the state stays small.
		x.s.Vars, x.s.Secrets, x.s.Trigger, x.s.Contact = nil, nil, nil, nil
		x.fail(*tooLargeState())
		return
	}
	x.enter(x.p.start)
}

// initial is the state of a run that has entered no node yet.
func (x *execution) initial(start *Start) State {
	if start == nil {
		start = &Start{}
	}
	s := State{
		V: StateVersion, Run: RunInfo{ID: start.RunID, StartedAt: x.now, TimeZone: start.TimeZone}, Trigger: start.Trigger, Contact: start.Contact,
		Vars: map[string]any{}, Secrets: map[string]any{}, Outputs: map[string]map[string]any{}, Jumps: map[string]int{},
	}
	for name, value := range start.Inputs {
		if x.p.secrets.variables[name] {
			s.Secrets[name] = value
		} else {
			s.Vars[name] = value
		}
	}
	return s
}

func (x *execution) timer(ev Event) {
	due, ok := x.s.Due()
	switch {
	case !ok || x.now.Before(due):
		x.ignore(ev, "no timer is due")
	case x.s.Wait.Expires:
		x.fail(RunError{
			Code: "expired", Message: fmt.Sprintf("The run did not end within %s.", flows.Duration(x.p.limits.Lifetime)), Node: x.s.Node,
			Hint: "Give the wait a deadline, or the flow a longer lifetime.",
		})
	default:
		x.handle(ev)
	}
}

// handle gives an event to the node that the run waits in.
func (x *execution) handle(ev Event) {
	i, ok := x.p.index[x.s.Node]
	if !ok {
		x.fail(RunError{Code: "node_missing", Message: fmt.Sprintf("The run waits in the node %q, which this flow does not have.", x.s.Node)})
		return
	}
	if x.s.Wait != nil {
		x.memory = x.s.Wait.Data
	}
	v := &Visit{x: x, node: &x.p.nodes[i]}
	m := v.node.behaviour.Handle(v, ev)
	if m.kind == moveIgnore && x.exceeded() == nil {
		x.ignore(ev, m.reason)
		return
	}
	x.follow(i, m)
}

// enter starts a visit and follows where it leads.
func (x *execution) enter(i int) { x.follow(i, x.visit(i, nil)) }

// visit enters one node, which remembers memory.
func (x *execution) visit(i int, memory json.RawMessage) Move {
	n := &x.p.nodes[i]
	if x.s.Visit >= x.p.limits.Steps {
		return Fail("too_many_steps", fmt.Sprintf("The run took %d steps, the most a run may take.", x.s.Visit), "Lower the limits of the Jump nodes.")
	}
	x.s.Visit++
	x.work.Spend(visitWork)
	x.s.Node, x.s.EnteredAt, x.s.Wait, x.memory = n.id, x.now, nil, memory
	x.note(TraceItem{Kind: TraceEntered, At: x.now, Node: n.id, Visit: x.s.Visit})
	return n.behaviour.Enter(&Visit{x: x, node: n})
}

// follow does what the node at i decided, and so on, until the run rests.
func (x *execution) follow(i int, m Move) {
	for {
		n := &x.p.nodes[i]
		if over := x.exceeded(); over != nil {
			over.Node = n.id
			x.fail(*over)
			return
		}
		var memory json.RawMessage
		switch m.kind {
		case moveWait:
			x.rest(m)
			return
		case moveEnd:
			x.end(m.status, m.outcome, "")
			return
		case moveFail:
			m.err.Node = n.id
			x.fail(m.err)
			return
		case moveIgnore:
			// Entering a node is no event that it could ignore.
			x.fail(RunError{Code: "internal", Message: "The node ignored being entered.", Node: n.id})
			return
		case moveJump:
			target, ok := x.p.index[m.target]
			if !ok {
				x.fail(RunError{Code: "node_missing", Message: fmt.Sprintf("The jump leads to %q, which this flow does not have.", m.target), Node: n.id})
				return
			}
			x.left(n, "jump", "", m.target)
			i = target
		case moveAgain:
			x.left(n, "again", "", n.id)
			memory = x.memory
		case moveLeave:
			to, via, ok := n.exit(m.port)
			if !ok {
				x.left(n, m.port, "", "")
				status := StatusCompleted
				if n.port(m.port).Failure {
					status = StatusFailed
				}
				x.end(status, m.port, "")
				return
			}
			x.left(n, m.port, via, x.p.nodes[to].id)
			i = to
		}
		m = x.visit(i, memory)
	}
}

// exit finds where a port leads: along its own edge, or that of the first
// connected port that it falls back to, which is then via.
func (n *node) exit(port string) (to int, via string, ok bool) {
	if to, ok := n.edges[port]; ok {
		return to, "", true
	}
	for _, fallback := range n.port(port).FallsBackTo {
		if to, ok := n.edges[fallback]; ok {
			return to, fallback, true
		}
	}
	return 0, "", false
}

// rest makes the run wait, at most until the end of its lifetime.
func (x *execution) rest(m Move) {
	due := m.due
	// A deadline between two milliseconds fires at the later one, never early.
	if floor := due.Truncate(time.Millisecond); floor.Before(due) {
		due = floor.Add(time.Millisecond)
	}
	expiry := x.s.Run.StartedAt.Add(x.p.limits.Lifetime)
	if len(x.memory) > maxMemory {
		x.fail(*tooLargeState())
		return
	}
	before := x.s.Wait
	wait := &Waiting{Due: due, Replies: m.replies, Data: x.memory}
	if due.IsZero() || due.After(expiry) {
		wait.Due, wait.Expires = expiry, true
	}
	x.s.Status, x.s.Wait = StatusWaiting, wait
	if before == nil || !before.Due.Equal(wait.Due) {
		item := TraceItem{Kind: TraceWaiting, At: x.now, Node: x.s.Node, Visit: x.s.Visit}
		if !wait.Expires {
			item.Due = wait.Due
		}
		x.note(item)
	}
}

func (x *execution) left(n *node, port, via, to string) {
	x.withdraw()
	x.note(TraceItem{Kind: TraceLeft, At: x.now, Node: n.id, Visit: x.s.Visit, Port: port, Via: via, To: to})
}

// withdraw takes back a message whose time has not come.
func (x *execution) withdraw() {
	if !x.s.Held {
		return
	}
	x.s.Held = false
	x.effects = append(x.effects, Effect{Kind: EffectWithdraw, Visit: x.s.Visit, Node: x.s.Node})
	x.note(TraceItem{Kind: TraceStatus, At: x.now, Node: x.s.Node, Visit: x.s.Visit, Status: StatusWithdrawn})
}

func (x *execution) end(status Status, outcome, reason string) {
	x.withdraw()
	x.s.Status, x.s.Outcome, x.s.Wait = status, outcome, nil
	x.note(TraceItem{Kind: TraceEnded, At: x.now, Node: x.s.Node, Visit: x.s.Visit, Status: string(status), Outcome: outcome, Reason: reason})
}

// fail ends the run with an error. Its outcome is "error", or the limit's name.
func (x *execution) fail(err RunError) {
	x.withdraw()
	err.Message, err.Hint = flows.Shortened(err.Message, maxErrorText), flows.Shortened(err.Hint, maxErrorText)
	x.s.Error = &err
	outcome := "error"
	if limitCodes[err.Code] {
		outcome = err.Code
	}
	x.s.Status, x.s.Outcome, x.s.Wait = StatusFailed, outcome, nil
	x.note(TraceItem{Kind: TraceEnded, At: x.now, Node: x.s.Node, Visit: x.s.Visit, Status: string(StatusFailed), Outcome: outcome, Code: err.Code, Reason: err.Message})
}

func (x *execution) ignore(ev Event, reason string) {
	item := TraceItem{Kind: TraceIgnored, At: x.now, Visit: ev.Visit, Reason: reason, Detail: json.RawMessage(`"` + string(ev.Kind) + `"`)}
	switch {
	case ev.Receipt != nil:
		item.Status, item.Code = string(ev.Receipt.Status), ev.Receipt.Code
	case ev.Send != nil:
		item.Status, item.Code = "accepted", ev.Send.Code
		if ev.Send.Class != "" {
			item.Status = "refused"
		}
	}
	x.note(item)
}

// environment is what expressions see.
func (x *execution) environment() map[string]any {
	if x.env != nil {
		return x.env
	}
	env := make(map[string]any, len(x.s.Vars)+len(x.s.Secrets)+4)
	maps.Copy(env, x.s.Vars)
	maps.Copy(env, x.s.Secrets)
	env["steps"] = x.steps()
	env["contact"] = orEmpty(x.s.Contact)
	env["trigger"] = orEmpty(x.s.Trigger)
	env["run"] = runValues(x.s.Run)
	x.env = env
	return env
}

// runValues are what expressions know of the run as run.<name>.
func runValues(r RunInfo) map[string]any {
	return map[string]any{"id": r.ID, "started_at": r.StartedAt.UTC().Format(time.RFC3339Nano), "time_zone": cmp.Or(r.TimeZone, "UTC")}
}

// zone is that of the run's local times. A name that this machine does not know is
// UTC, as an empty one.
func (x *execution) zone() *time.Location {
	if zone, err := moment.Zone(x.s.Run.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// steps are the outputs of the nodes, those that are secret too.
func (x *execution) steps() map[string]any {
	steps := make(map[string]any, len(x.s.Outputs))
	for id, outputs := range x.s.Outputs {
		steps[id] = outputs
	}
	for key := range x.p.secrets.outputs {
		if _, set := x.s.Secrets[secretOutputKey(key[0], key[1])]; set {
			steps[key[0]] = x.outputsOf(key[0])
		}
	}
	return steps
}

// outputsOf are the outputs of a node, those that are secret too.
func (x *execution) outputsOf(id string) map[string]any {
	outputs, owned := x.s.Outputs[id], false
	for name := range x.p.secretOutputs(id) {
		value, set := x.s.Secrets[secretOutputKey(id, name)]
		if !set {
			continue
		}
		if !owned {
			outputs, owned = copyMap(outputs), true
		}
		outputs[name] = value
	}
	return outputs
}

// showOutputs lets expressions see what a node has just left.
func (x *execution) showOutputs(id string) {
	if steps, ok := x.env["steps"].(map[string]any); ok {
		steps[id] = x.outputsOf(id)
	}
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
