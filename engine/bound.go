package engine

import (
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"time"

	"sluice/flows"
)

// maxBoundStates is how many pairs of node and jump counters the exact search
// visits: a fraction of a second. Beyond it a safe upper bound is good enough.
const maxBoundStates = 200_000

// portsPerState is how many ports of a node cost as much as another state.
const portsPerState = 8

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

// Bound is the worst case of one run.
func (p *Program) Bound() Bound { return p.bound }

// worstCase computes the bound: exactly, by search over node and jump counters,
// while that space is small, else a safe upper bound.
func (p *Program) worstCase() Bound {
	s := p.newBoundSearch()
	total := s.exact(boundState{node: p.start})
	if s.tooLarge {
		total = s.atMost()
	}
	return Bound{Steps: total.steps, Messages: total.messages, Duration: flows.Duration(total.duration), Unbounded: total.unbounded, AtMost: s.tooLarge}
}

type boundSearch struct {
	p     *Program
	exits []Exits
	// order holds the nodes that a run can come to, each after all that its
	// edges lead to.
	order []int
	// counters are the places of the jump nodes' counters in jumpCounts, free
	// is the place of the next one.
	counters map[int]counter
	free     counter
	// visited counts the states that the exact search came to. Once they, or
	// the counters, are too many, it gives up.
	visited  int
	tooLarge bool
	memo     map[boundState]cost
}

// boundState is a node about to be entered and all jump counters.
type boundState struct {
	node  int
	jumps jumpCounts
}

// jumpCounts packs the counters of all jump nodes: 128 of them when each may
// jump three times.
type jumpCounts [4]uint64

// counter is where in jumpCounts a jump node counts.
type counter struct {
	word  int
	shift int
	width int
}

func (c counter) get(j jumpCounts) int {
	return int(j[c.word] >> c.shift & (1<<c.width - 1))
}

func (c counter) raise(j jumpCounts) jumpCounts {
	j[c.word] += 1 << c.shift
	return j
}

func (p *Program) newBoundSearch() *boundSearch {
	s := &boundSearch{p: p, exits: make([]Exits, len(p.nodes)), counters: map[int]counter{}, memo: map[boundState]cost{}}
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
			roots = append(roots, p.index[jump.Target])
		}
	}
	for len(roots) > 0 {
		root := roots[0]
		roots = roots[1:]
		walk(root)
	}
	return s
}

// count makes room for the counter of a jump node.
func (s *boundSearch) count(i, times int) {
	c := s.free
	c.width = bits.Len(uint(max(0, times)))
	if c.shift+c.width > 64 {
		c.word, c.shift = c.word+1, 0
	}
	if c.word == len(jumpCounts{}) {
		s.tooLarge = true
		return
	}
	s.counters[i] = c
	s.free = counter{word: c.word, shift: c.shift + c.width}
}

// next lists where the edges of the takeable ports lead.
func (s *boundSearch) next(i int) []int {
	var list []int
	ports := s.exits[i].Ports
	if j := s.exits[i].Jump; j != nil {
		ports = append(slices.Clip(ports), Exit{Port: j.Exceeded})
	}
	for _, e := range ports {
		if to, _, ok := s.p.nodes[i].exit(e.Port); ok {
			list = append(list, to)
		}
	}
	return list
}

// exact is the worst case from entering a node with these jump counters. It
// ends because edges form no cycle and every jump raises a counter. It means
// nothing once the search has given up.
func (s *boundSearch) exact(at boundState) cost {
	if c, ok := s.memo[at]; ok {
		return c
	}
	if s.visited += 1 + len(s.exits[at.node].Ports)/portsPerState; s.visited > maxBoundStates {
		s.tooLarge = true
	}
	if s.tooLarge {
		return cost{}
	}
	var worst cost
	if jump := s.exits[at.node].Jump; jump != nil && s.counters[at.node].get(at.jumps) < jump.Times {
		next := boundState{s.p.index[jump.Target], s.counters[at.node].raise(at.jumps)}
		worst = s.exact(next).after(1, 0, Exit{})
	} else {
		worst = s.here(at.node, func(to int) cost { return s.exact(boundState{to, at.jumps}) })
	}
	s.memo[at] = worst
	return worst
}

// here is the worst case over the ports of a node, a jump counting as exceeded.
func (s *boundSearch) here(i int, from func(to int) cost) cost {
	x := s.exits[i]
	ports := x.Ports
	if x.Jump != nil {
		ports = append(slices.Clip(ports), Exit{Port: x.Jump.Exceeded})
	}
	visits := saturate(1, x.Again)
	worst := cost{steps: visits, messages: x.Messages}
	for _, e := range ports {
		rest := cost{}
		if to, _, ok := s.p.nodes[i].exit(e.Port); ok {
			rest = from(to)
		}
		worst = worst.worse(rest.after(visits, x.Messages, e))
	}
	return worst
}

// atMost bounds a run by its jumps. They cut it into pieces without a cycle:
// one from the start, and for each jump one from where it leads.
func (s *boundSearch) atMost() cost {
	from := make(map[int]cost, len(s.order))
	for _, i := range s.order {
		from[i] = s.here(i, func(to int) cost { return from[to] })
	}
	total := from[s.p.start]
	for _, i := range s.order {
		jump := s.exits[i].Jump
		if jump == nil || jump.Times < 1 {
			continue
		}
		piece := from[s.p.index[jump.Target]]
		total.steps = saturate(total.steps, multiply(piece.steps, jump.Times))
		total.messages = saturate(total.messages, multiply(piece.messages, jump.Times))
		if total.unbounded == "" {
			total.unbounded = piece.unbounded
		}
		if piece.duration > (math.MaxInt64-total.duration)/time.Duration(jump.Times) {
			total.unbounded = fmt.Sprintf("the jumps can repeat waits %d times, longer than can be counted", jump.Times)
			continue
		}
		total.duration += piece.duration * time.Duration(jump.Times)
	}
	return total
}

func multiply(a, b int) int {
	if a != 0 && b > boundLimit/a {
		return boundLimit
	}
	return a * b
}
