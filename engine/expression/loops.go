package expression

import (
	"github.com/expr-lang/expr/ast"
)

// loopTurn is what one turn of a loop costs beside its body.
const loopTurn = 2

// loopBody is what a list function does with each element.
type loopBody struct {
	item, index int // slots; index is noSlot when the body does not ask
	run         node
	name        string
	at          int // where the body stands
}

// takesLoop reports whether a function has a condition or value per element.
func takesLoop(name string) bool {
	switch name {
	case "all", "any", "none", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex",
		"count", "sum", "groupBy", "sortBy", "reduce":
		return true
	}
	return false
}

// loopFunction compiles name(list, body[, third]).
func (c *compiler) loopFunction(n *ast.BuiltinNode) (node, error) {
	at := c.offset(n)
	optionalBody := n.Name == "count" || n.Name == "sum"
	if len(n.Arguments) == 0 || len(n.Arguments) == 1 && !optionalBody {
		return nil, problemAt(at, "write "+n.Name+"(list, …) with # for the element", "%s() has too few values", n.Name)
	}
	list, err := c.node(n.Arguments[0])
	if err != nil {
		return nil, err
	}
	body := &loopBody{item: noSlot, index: noSlot, name: n.Name}
	accumulator := noSlot
	if len(n.Arguments) > 1 {
		if n.Name == "reduce" {
			accumulator = c.newSlot()
		}
		if err := c.loopBody(body, n.Arguments[1], accumulator); err != nil {
			return nil, err
		}
	}
	var third node
	if len(n.Arguments) > 2 {
		if third, err = c.node(n.Arguments[2]); err != nil {
			return nil, err
		}
	}
	run := body.function(accumulator, third)
	return func(f *frame) (any, error) {
		v, err := list(f)
		if err != nil {
			return nil, err
		}
		if err := f.spend(loopTurn); err != nil {
			return nil, place(err, at)
		}
		elements, err := asList(v)
		if err != nil {
			return nil, named(err, n.Name, at)
		}
		v, err = run(f, elements)
		if err != nil {
			return nil, named(err, n.Name, at)
		}
		return v, nil
	}, nil
}

func (c *compiler) loopBody(body *loopBody, n ast.Node, accumulator int) error {
	predicate, ok := n.(*ast.PredicateNode)
	if !ok {
		return problemAt(c.offset(n), "", "%s() needs a condition or a value per element", body.name)
	}
	outer := c.loop
	c.loop = &loop{parent: outer, item: c.newSlot(), index: c.newSlot(), acc: accumulator}
	run, err := c.node(predicate.Node)
	if c.loop.usesIndex {
		body.index = c.loop.index
	}
	body.item, body.run, body.at = c.loop.item, run, c.offset(predicate)
	c.loop = outer
	return err
}

// turn runs the body for one element.
func (b *loopBody) turn(f *frame, list []any, i int) (any, error) {
	if err := f.spend(loopTurn); err != nil {
		return nil, err
	}
	v, err := usable(f.meter, list[i])
	if err != nil {
		return nil, err
	}
	f.slots[b.item] = v
	if b.index != noSlot {
		f.slots[b.index] = i
	}
	return b.run(f)
}

func (b *loopBody) condition(f *frame, list []any, i int) (bool, error) {
	v, err := b.turn(f, list, i)
	if err != nil {
		return false, err
	}
	holds, err := truth(v)
	return holds, place(err, b.at)
}

// function gives what the name does with the list.
func (b *loopBody) function(accumulator int, third node) func(*frame, []any) (any, error) {
	switch b.name {
	case "all":
		return b.quantifier(func(matching, total int) bool { return matching == total }, false)
	case "any":
		return b.quantifier(func(matching, _ int) bool { return matching > 0 }, true)
	case "none":
		return b.quantifier(func(matching, _ int) bool { return matching == 0 }, true)
	case "one":
		return b.one
	case "filter":
		return b.filter
	case "map":
		return b.mapEach
	case "find":
		return b.search(false, func(list []any, i int) any { return list[i] })
	case "findIndex":
		return b.search(false, func(_ []any, i int) any { return i })
	case "findLast":
		return b.search(true, func(list []any, i int) any { return list[i] })
	case "findLastIndex":
		return b.search(true, func(_ []any, i int) any { return i })
	case "count":
		return b.count
	case "sum":
		return b.sum
	case "groupBy":
		return b.groupBy
	case "sortBy":
		return b.sortBy(third)
	}
	return b.reduce(accumulator, third)
}

// quantifier stops at the first element that decides.
func (b *loopBody) quantifier(answer func(matching, total int) bool, decides bool) func(*frame, []any) (any, error) {
	return func(f *frame, list []any) (any, error) {
		matching := 0
		for i := range list {
			holds, err := b.condition(f, list, i)
			if err != nil {
				return nil, err
			}
			if holds {
				matching++
			}
			if holds == decides {
				break
			}
		}
		return answer(matching, len(list)), nil
	}
}

func (b *loopBody) one(f *frame, list []any) (any, error) {
	n, err := b.matching(f, list)
	return n == 1, err
}

func (b *loopBody) count(f *frame, list []any) (any, error) {
	return b.matching(f, list)
}

func (b *loopBody) matching(f *frame, list []any) (int, error) {
	n := 0
	for i := range list {
		holds, err := b.conditionOrElement(f, list, i)
		if err != nil {
			return 0, err
		}
		if holds {
			n++
		}
	}
	return n, nil
}

// conditionOrElement serves count(list), which counts the elements that are true.
func (b *loopBody) conditionOrElement(f *frame, list []any, i int) (bool, error) {
	if b.run != nil {
		return b.condition(f, list, i)
	}
	if err := f.spend(1); err != nil {
		return false, err
	}
	return truth(list[i])
}

func (b *loopBody) filter(f *frame, list []any) (any, error) {
	out := []any{}
	for i := range list {
		holds, err := b.condition(f, list, i)
		if err != nil {
			return nil, err
		}
		if holds {
			out = append(out, list[i])
		}
	}
	return out, nil
}

func (b *loopBody) mapEach(f *frame, list []any) (any, error) {
	if err := charge(f, list); err != nil {
		return nil, err
	}
	out := make([]any, len(list))
	for i := range list {
		v, err := b.turn(f, list, i)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// search gives nil when no element fits.
func (b *loopBody) search(backwards bool, answer func(list []any, i int) any) func(*frame, []any) (any, error) {
	return func(f *frame, list []any) (any, error) {
		for k := range list {
			i := k
			if backwards {
				i = len(list) - 1 - k
			}
			holds, err := b.condition(f, list, i)
			if err != nil {
				return nil, err
			}
			if holds {
				return answer(list, i), nil
			}
		}
		return nil, nil
	}
}

func (b *loopBody) sum(f *frame, list []any) (any, error) {
	var total any = 0
	for i := range list {
		v, err := list[i], f.spend(1)
		if err == nil && b.run != nil {
			v, err = b.turn(f, list, i)
		}
		if err != nil {
			return nil, err
		}
		if _, number := toFloat(v); !number {
			return nil, notNumber(v)
		}
		if total, err = add(f.meter, total, v); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func (b *loopBody) groupBy(f *frame, list []any) (any, error) {
	groups := map[string][]any{}
	for i := range list {
		v, err := b.turn(f, list, i)
		if err != nil {
			return nil, err
		}
		key, err := groupKey(f.meter, v)
		if err != nil {
			return nil, err
		}
		groups[key] = append(groups[key], list[i])
	}
	out := make(map[string]any, len(groups))
	for key, group := range groups {
		out[key] = group
	}
	return out, f.spend(4 * len(groups))
}

// groupKey puts elements without a value into the group of the empty text.
func groupKey(m *meter, v any) (string, error) {
	if v == nil {
		return "", nil
	}
	return keyText(m, v)
}

func (b *loopBody) sortBy(third node) func(*frame, []any) (any, error) {
	return func(f *frame, list []any) (any, error) {
		down := false
		if third != nil {
			v, err := third(f)
			if err != nil {
				return nil, err
			}
			if down, err = descending([]any{v}, 0); err != nil {
				return nil, err
			}
		}
		keys, err := b.mapEach(f, list)
		if err != nil {
			return nil, err
		}
		out := append([]any{}, list...)
		return out, sortValues(f.meter, out, keys.([]any), down)
	}
}

// reduce starts with the third value, or else with the first element.
func (b *loopBody) reduce(accumulator int, initial node) func(*frame, []any) (any, error) {
	return func(f *frame, list []any) (any, error) {
		start := 0
		var acc any
		var err error
		switch {
		case initial != nil:
			if acc, err = initial(f); err != nil {
				return nil, err
			}
		case len(list) == 0:
			return nil, problem("give a third value to start with", "has no elements to begin with")
		default:
			acc, start = list[0], 1
		}
		for i := start; i < len(list); i++ {
			f.slots[accumulator] = acc
			if acc, err = b.turn(f, list, i); err != nil {
				return nil, err
			}
		}
		return acc, nil
	}
}
