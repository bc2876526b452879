package engine

import "sluice/flows"

// maxScopeRounds is how often the ways through a flow are followed to find out
// what is set on all of them. Once is enough unless jumps lead into the middle of
// what other ways lead through, and each such jump on one way asks for one more.
const maxScopeRounds = 32

// flowScopes follows edges and jumps from the start: what any way sets is
// possible, what all ways set is definite.
func (s *compilation) flowScopes(index map[string]int) []scope {
	p, size := s.program, (len(index)+63)/64
	scopes := make([]scope, len(p.nodes))
	sets := make([]nameSet, 3*len(p.nodes))
	room := make(nameSet, 3*size*len(p.nodes))
	for i := range sets {
		sets[i] = room[i*size : (i+1)*size : (i+1)*size]
	}
	own := sets[2*len(p.nodes):]
	for i := range scopes {
		scopes[i] = scope{possible: sets[2*i], definite: sets[2*i+1]}
		for _, a := range s.compilers[i].sets {
			own[i].add(index[a.name])
		}
	}
	if len(p.nodes) == 0 || !p.nodes[p.start].spec.Entry {
		return scopes
	}
	w := walk{next: s.successors, seen: make([]int, len(p.nodes)), low: make([]int, len(p.nodes)), component: make([]int, len(p.nodes))}
	w.visit(p.start)
	for _, i := range w.order {
		scopes[i].reached = true
	}
	s.spreadPossible(scopes, own, &w)
	s.spreadDefinite(scopes, own, &w)
	return scopes
}

// spreadPossible goes through the components, each before those that it leads to:
// within one, every node can be come to from every other one.
func (s *compilation) spreadPossible(scopes []scope, own []nameSet, w *walk) {
	for c := len(w.members) - 1; c >= 0; c-- {
		members := w.members[c]
		into := make(nameSet, len(scopes[members[0]].possible))
		for _, i := range members {
			into.join(scopes[i].possible)
		}
		if len(members) > 1 || w.loops(members[0]) {
			for _, i := range members {
				into.join(own[i])
			}
		}
		for _, i := range members {
			copy(scopes[i].possible, into)
			for _, to := range w.next(i) {
				if w.component[to] != c {
					scopes[to].possible.join(into)
					scopes[to].possible.join(own[i])
				}
			}
		}
	}
}

// spreadDefinite goes through the nodes, each before those that its edges lead
// to, until nothing changes. When that takes too long nothing is said of the
// variables that may be unset: everything that is possible counts as definite.
func (s *compilation) spreadDefinite(scopes []scope, own []nameSet, w *walk) {
	reached := make([]bool, len(scopes))
	reached[s.program.start] = true
	after := make(nameSet, len(scopes[s.program.start].definite))
	for range maxScopeRounds {
		changed := false
		for k := len(w.order) - 1; k >= 0; k-- {
			i := w.order[k]
			copy(after, scopes[i].definite)
			after.join(own[i])
			for _, to := range w.next(i) {
				if !reached[to] {
					reached[to], changed = true, true
					copy(scopes[to].definite, after)
				} else if scopes[to].definite.meet(after) {
					changed = true
				}
			}
		}
		if !changed {
			return
		}
	}
	for i := range scopes {
		copy(scopes[i].definite, scopes[i].possible)
	}
}

// join adds what is in the other set.
func (a nameSet) join(b nameSet) {
	for i := range a {
		a[i] |= b[i]
	}
}

// meet keeps what is in both sets and reports whether anything is lost.
func (a nameSet) meet(b nameSet) (lost bool) {
	for i := range a {
		lost = lost || a[i]&^b[i] != 0
		a[i] &= b[i]
	}
	return lost
}

// walk goes through a graph once, by Tarjan's way of finding the components of
// nodes that lead to each other.
type walk struct {
	next func(i int) []int
	// order holds the nodes, each after all that it leads to other than back.
	order []int
	// members are the components, each after those that it leads to, and component
	// is that of each node.
	members   [][]int
	component []int

	seen, low []int
	count     int
	stack     []int
}

func (w *walk) visit(i int) {
	w.count++
	w.seen[i], w.low[i] = w.count, w.count
	w.stack = append(w.stack, i)
	w.component[i] = -1
	for _, to := range w.next(i) {
		switch {
		case w.seen[to] == 0:
			w.visit(to)
			w.low[i] = min(w.low[i], w.low[to])
		case w.component[to] < 0:
			w.low[i] = min(w.low[i], w.seen[to])
		}
	}
	w.order = append(w.order, i)
	if w.low[i] != w.seen[i] {
		return
	}
	var members []int
	for {
		last := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.component[last] = len(w.members)
		members = append(members, last)
		if last == i {
			break
		}
	}
	w.members = append(w.members, members)
}

// loops reports whether a node leads to itself.
func (w *walk) loops(i int) bool {
	for _, to := range w.next(i) {
		if to == i {
			return true
		}
	}
	return false
}

// successors are the nodes that the edges and the jump of a node lead to, in one
// order.
func (s *compilation) successors(i int) []int {
	if s.next == nil {
		s.next = make([][]int, len(s.program.nodes))
	}
	if s.next[i] == nil {
		n := &s.program.nodes[i]
		next := make([]int, 0, len(n.edges)+1)
		for _, port := range keys(n.edges) {
			next = append(next, n.edges[port])
		}
		if target, ok := s.program.index[flows.JumpTarget(n.spec, s.compilers[i].node)]; ok {
			next = append(next, target)
		}
		s.next[i] = next
	}
	return s.next[i]
}
