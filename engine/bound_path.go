package engine

// maxWorstPath is how many visits of the worst way are listed: more than a
// person looks at.
const maxWorstPath = 1_000

// PathStep is a visit on a way through a flow: a node, and the port whose edge
// the run leaves it by. Port is empty where the way ends, and for a jump.
type PathStep struct{ Node, Port string }

// WorstPath is a way through the flow that takes the time of its bound: one
// without limit if there is such a one, else the slowest; among those the one
// with most messages, then with most visits. Messages and Steps of the bound
// can belong to other ways. It is nil when the bound is only an upper one.
func (p *Program) WorstPath() []PathStep {
	s := p.newBoundSearch()
	s.exact(boundState{node: p.start})
	if s.tooLarge {
		return nil
	}
	var path []PathStep
	for at := (boundState{node: p.start}); len(path) < maxWorstPath; {
		step, next, goesOn := s.worstFrom(at)
		path = append(path, step)
		if !goesOn {
			break
		}
		at = next
	}
	return path
}

// worstFrom chooses how to leave a node so that what follows is worst.
func (s *boundSearch) worstFrom(at boundState) (step PathStep, next boundState, goesOn bool) {
	n := &s.p.nodes[at.node]
	step.Node = n.id
	x := s.exits[at.node]
	ports := x.Ports
	if jump := x.Jump; jump != nil {
		if s.counters[at.node].get(at.jumps) < jump.Times {
			return step, boundState{s.p.index[jump.Target], s.counters[at.node].raise(at.jumps)}, true
		}
		ports = []Exit{{Port: jump.Exceeded}}
	}
	var worst cost
	for i, e := range ports {
		rest := cost{}
		to, via, leads := n.exit(e.Port)
		there := boundState{to, at.jumps}
		if leads {
			rest = s.exact(there)
		}
		total := rest.after(1, x.Messages, e)
		if i > 0 && !total.longer(worst) {
			continue
		}
		worst, step.Port, next, goesOn = total, "", there, leads
		if leads {
			step.Port = e.Port
			if via != "" {
				step.Port = via
			}
		}
	}
	return step, next, goesOn
}

// longer orders ways by time, then messages, then visits.
func (c cost) longer(o cost) bool {
	switch {
	case (c.unbounded != "") != (o.unbounded != ""):
		return c.unbounded != ""
	case c.duration != o.duration:
		return c.duration > o.duration
	case c.messages != o.messages:
		return c.messages > o.messages
	}
	return c.steps > o.steps
}
