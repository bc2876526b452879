package liquid

import (
	"fmt"
	"slices"
)

// loopOptions are what stands behind "for item in list".
type loopOptions struct {
	item          string
	list          Value
	limit, offset *Value
	reversed      bool
}

func (t *translator) loopOptions(markup string) (o loopOptions, err error) {
	r, err := t.reader(markup)
	if err != nil {
		return o, err
	}
	item := r.next()
	if item.kind != nameWord || !r.takeName("in") {
		return o, fail("liquid_syntax", "A loop is not written as for … in ….")
	}
	o.item = item.text
	if o.list, err = r.operand(); err != nil {
		return o, err
	}
	for !r.done() {
		switch {
		case r.takeName("reversed"):
			o.reversed = true
		case r.takeName("limit"), r.takeName("offset"):
			name := r.words[r.at-1].text
			if !r.take(":") {
				return o, fail("liquid_syntax", "After %s stands no number.", name)
			}
			v, err := r.operand()
			if err != nil {
				return o, err
			}
			if name == "limit" {
				o.limit = &v
			} else {
				o.offset = &v
			}
		case r.take(","):
		default:
			return o, fail("liquid_tag", "The loop %s has no counterpart.", shown(markup))
		}
	}
	return o, nil
}

// loop translates for. Over a list whose items are known it is written out, over
// another one it becomes a loop of ours.
func (t *translator) loop(n *node) ([]piece, error) {
	before := t.snapshot()
	o, err := t.loopOptions(n.text)
	if err != nil {
		return nil, t.spoil(n, before, err)
	}
	var pieces []piece
	if items, known := o.known(); known {
		pieces, err = t.unrolled(n, o, items)
	} else {
		pieces, err = t.mapped(n, o)
	}
	if err != nil {
		return nil, t.spoil(n, before, err)
	}
	for _, name := range []string{o.item, "forloop"} {
		delete(t.set, name)
		if v, ok := before.set[name]; ok {
			t.set[name] = v
		}
	}
	return pieces, nil
}

// known are the items that the loop goes over, where they are known.
func (o loopOptions) known() ([]Value, bool) {
	items := o.list.items
	if items == nil {
		return nil, false
	}
	if o.offset != nil {
		n, ok := wholeOf(*o.offset)
		if !ok {
			return nil, false
		}
		items = items[min(max(n, 0), len(items)):]
	}
	if o.limit != nil {
		n, ok := wholeOf(*o.limit)
		if !ok {
			return nil, false
		}
		items = items[:min(max(n, 0), len(items))]
	}
	if o.reversed {
		items = slices.Clone(items)
		slices.Reverse(items)
	}
	return items, true
}

// elseOf is what a loop over nothing writes.
func elseOf(n *node) []node {
	if len(n.branches) > 1 {
		return n.branches[1].body
	}
	return nil
}

func (t *translator) unrolled(n *node, o loopOptions, items []Value) ([]piece, error) {
	if len(items) == 0 {
		return t.within(elseOf(n))
	}
	if len(items) > maxTurns {
		return nil, fail("liquid_too_large", "A loop goes round %d times; at most %d are possible.", len(items), maxTurns)
	}
	var out []piece
	for i, item := range items {
		t.set[o.item] = item
		t.set["forloop"] = forloop(map[string]Value{
			"index": Known(i + 1), "index0": Known(i), "rindex": Known(len(items) - i), "rindex0": Known(len(items) - i - 1),
			"first": Known(i == 0), "last": Known(i == len(items)-1), "length": Known(len(items)),
		})
		pieces, err := t.within(n.branches[0].body)
		if err != nil {
			return nil, err
		}
		out = append(out, pieces...)
	}
	return out, nil
}

// forloop is the object that Liquid keeps for a loop.
func forloop(members map[string]Value) Value {
	return Value{Expression: "nil", Kind: Any, members: members}
}

// mapped is a loop of ours. What its body names lasts for one turn only.
func (t *translator) mapped(n *node, o loopOptions) ([]piece, error) {
	before := t.snapshot()
	names := assigned(n)
	for name := range names {
		// A turn that read what another one set would need more than a map.
		t.broken[name] = true
		delete(t.set, name)
	}
	t.names++
	item, index, list := fmt.Sprintf("item_%d", t.names), fmt.Sprintf("index_%d", t.names), fmt.Sprintf("list_%d", t.names)
	size := made(Integer, "len(%s)", list)
	at := Value{Expression: index, Kind: Integer}
	t.set[o.item] = Variable(item)
	t.set["forloop"] = forloop(map[string]Value{
		"index": loose(Integer, "%s + 1", index), "index0": at, "length": size,
		"rindex": loose(Integer, "len(%s) - %s", list, index), "rindex0": loose(Integer, "len(%s) - %s - 1", list, index),
		"first": loose(Bool, "%s == 0", index), "last": loose(Bool, "%s == len(%s) - 1", index, list),
	})
	problems := len(t.problems)
	pieces, err := t.within(n.branches[0].body)
	if err != nil && len(t.problems) == problems {
		err = fail("liquid_tag", "The loop %s carries a value from turn to turn, which has no counterpart.", shown(n.source))
	}
	if err != nil {
		return nil, err
	}
	t.restore(before)
	for name := range names {
		// What the last turn set is not known behind the loop.
		t.name(name, Value{}, brokenError{})
	}
	body := joined(pieces)
	v := made(Text, `(let %s = %s; join(map(%s, {let %s = #; let %s = #index; %s}), ""))`,
		list, o.source(), list, item, index, body.Expression)
	if otherwise := elseOf(n); otherwise != nil {
		pieces, err := t.within(otherwise)
		if err != nil {
			return nil, err
		}
		v = choose(loose(Bool, "len(%s) == 0", o.source()), joined(pieces), v)
	}
	return []piece{{value: v}}, t.bounded(v)
}

// source is the list that a loop of ours goes over.
func (o loopOptions) source() string {
	list := o.list.list().operand()
	if o.offset != nil {
		list = fmt.Sprintf("%s[max(%s, 0):]", list, integer(o.offset.number()).Expression)
	}
	if o.limit != nil {
		list = fmt.Sprintf("take(%s, min(max(%s, 0), %d))", list, integer(o.limit.number()).Expression, maxTurns)
	} else {
		list = fmt.Sprintf("take(%s, %d)", list, maxTurns)
	}
	if o.reversed {
		list = "reverse(" + list + ")"
	}
	return list
}
