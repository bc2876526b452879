package engine

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"sluice/flows"
)

// maxBoundStates is how many pairs of node and jump counters the exact search
// visits. Beyond it a safe upper bound is good enough and much cheaper.
const maxBoundStates = 200_000

// Bound is the worst case over all ways through a flow, jumps included.
type Bound struct {
	// Steps is the number of visits, Messages the number of sends.
	Steps, Messages int
	// Duration is the longest way's sum of the latest times at which its ports
	// can be taken; the time of vendors' APIs is not counted.
	Duration flows.Duration
	// Unbounded says why Duration is not known; then Duration means nothing.
	Unbounded string
	// AtMost is true when the figures are upper bounds rather than exact.
	AtMost bool
}

// MarshalJSON writes {"steps", "messages", "duration", "reason"?, "at_most"?}.
func (b Bound) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Steps    int    `json:"steps"`
		Messages int    `json:"messages"`
		Duration string `json:"duration"`
		Reason   string `json:"reason,omitempty"`
		AtMost   bool   `json:"at_most,omitempty"`
	}{b.Steps, b.Messages, b.DurationText(), b.Unbounded, b.AtMost})
}

// DurationText is the duration, or "unbounded".
func (b Bound) DurationText() string {
	if b.Unbounded != "" {
		return "unbounded"
	}
	return b.Duration.String()
}

// cost is what remains at most from some point to the end of a run.
type cost struct {
	steps, messages int
	duration        time.Duration
	unbounded       string
}

// worse takes the maximum of each figure on its own.
func (c cost) worse(o cost) cost {
	c.steps = max(c.steps, o.steps)
	c.messages = max(c.messages, o.messages)
	c.duration = max(c.duration, o.duration)
	if c.unbounded == "" {
		c.unbounded = o.unbounded
	}
	return c
}

func (c cost) after(steps, messages int, exit Exit) cost {
	c.steps = saturate(c.steps, steps)
	c.messages = saturate(c.messages, messages)
	if c.duration > math.MaxInt64-exit.After {
		c.duration = math.MaxInt64
	} else {
		c.duration += exit.After
	}
	if exit.Unbounded != "" {
		c.unbounded = exit.Unbounded
	}
	return c
}

// boundLimit caps the figures of flows whose worst case is beyond counting.
const boundLimit = 1 << 40

func saturate(a, b int) int { return min(a+b, boundLimit) }

// Bound computes the worst case: exactly, by search over node and jump
// counters, while that space is small, else a safe upper bound.
func (p *Program) Bound() Bound {
	s := p.newBoundSearch()
	var total cost
	exact := s.states() <= maxBoundStates
	if exact {
		s.memo = map[boundState]cost{}
		total = s.exact(boundState{node: p.start})
	} else {
		total = s.atMost()
	}
	return Bound{Steps: total.steps, Messages: total.messages, Duration: flows.Duration(total.duration), Unbounded: total.unbounded, AtMost: !exact}
}

type boundSearch struct {
	p     *Program
	exits []Exits
	// order holds the nodes that a run can come to, each after all that its
	// edges lead to.
	order []int
	// unit is the weight of each jump node's counter in boundState.jumps.
	unit  map[int]uint64
	space uint64
	memo  map[boundState]cost
}

// boundState is a node about to be entered and all jump counters, written as
// one number in mixed radix.
type boundState struct {
	node  int
	jumps uint64
}

func (p *Program) newBoundSearch() *boundSearch {
	s := &boundSearch{p: p, exits: make([]Exits, len(p.nodes)), unit: map[int]uint64{}, space: 1}
	for i := range p.nodes {
		n := &p.nodes[i]
		s.exits[i] = n.behaviour.Exits(func(port string) bool { _, ok := n.edges[port]; return ok })
	}
	// Post-order over the edges alone, from the start and then from each jump's
	// target: every node comes after all that its edges lead to.
	seen := make([]bool, len(p.nodes))
	roots := []int{p.start}
	var walk func(i int)
	walk = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, to := range s.next(i) {
			walk(to)
		}
		s.order = append(s.order, i)
		if jump := s.exits[i].Jump; jump != nil {
			s.count(i, jump.Times)
			if target, ok := p.index[jump.Target]; ok {
				roots = append(roots, target)
			}
		}
	}
	for len(roots) > 0 {
		root := roots[0]
		roots = roots[1:]
		walk(root)
	}
	return s
}

// count makes room for the counter of a jump node in boundState.jumps.
func (s *boundSearch) count(i, times int) {
	s.unit[i] = s.space
	if radix := uint64(times) + 1; s.space <= maxBoundStates && radix <= maxBoundStates {
		s.space *= radix
	} else {
		s.space = maxBoundStates + 1
	}
}

// next lists where the edges of the takeable ports lead.
func (s *boundSearch) next(i int) []int {
	var list []int
	ports := s.exits[i].Ports
	if j := s.exits[i].Jump; j != nil {
		ports = append(ports[:len(ports):len(ports)], Exit{Port: j.Exceeded})
	}
	for _, e := range ports {
		if to, _, ok := s.p.nodes[i].exit(e.Port); ok {
			list = append(list, to)
		}
	}
	return list
}

func (s *boundSearch) states() uint64 {
	if s.space > maxBoundStates {
		return s.space
	}
	return s.space * uint64(len(s.order))
}

// exact is the worst case from entering a node with these jump counters. It
// ends because edges form no cycle and every jump raises a counter.
func (s *boundSearch) exact(at boundState) cost {
	if c, ok := s.memo[at]; ok {
		return c
	}
	worst := s.here(at.node, func(to int) cost { return s.exact(boundState{to, at.jumps}) })
	if jump := s.exits[at.node].Jump; jump != nil {
		unit, radix := s.unit[at.node], uint64(jump.Times)+1
		done := at.jumps / unit % radix
		if done < uint64(jump.Times) {
			target := s.p.index[jump.Target]
			worst = s.exact(boundState{target, at.jumps + unit}).after(1, 0, Exit{})
		}
	}
	s.memo[at] = worst
	return worst
}

// here is the worst case over the ports of a node, a jump counting as exceeded.
func (s *boundSearch) here(i int, from func(to int) cost) cost {
	x := s.exits[i]
	ports := x.Ports
	if x.Jump != nil {
		ports = append(ports[:len(ports):len(ports)], Exit{Port: x.Jump.Exceeded})
	}
	worst := cost{steps: 1, messages: x.Messages}
	for _, e := range ports {
		rest := cost{}
		if to, _, ok := s.p.nodes[i].exit(e.Port); ok {
			rest = from(to)
		}
		worst = worst.worse(rest.after(1, x.Messages, e))
	}
	return worst
}

// atMost bounds a run by its jumps: it is cut by them into one piece more than
// there are jumps, each without a cycle and so no worse than the worst piece.
func (s *boundSearch) atMost() cost {
	from := make(map[int]cost, len(s.order))
	var piece cost
	for _, i := range s.order {
		from[i] = s.here(i, func(to int) cost { return from[to] })
		piece = piece.worse(from[i])
	}
	jumps := 0
	for i := range s.unit {
		jumps = saturate(jumps, s.exits[i].Jump.Times)
	}
	pieces := jumps + 1
	total := cost{steps: multiply(piece.steps, pieces), messages: multiply(piece.messages, pieces), unbounded: piece.unbounded}
	if piece.duration > math.MaxInt64/time.Duration(pieces) {
		total.unbounded = fmt.Sprintf("the jumps can repeat waits %d times, longer than can be counted", jumps)
	} else {
		total.duration = piece.duration * time.Duration(pieces)
	}
	return total
}

func multiply(a, b int) int {
	if a != 0 && b > boundLimit/a {
		return boundLimit
	}
	return a * b
}
