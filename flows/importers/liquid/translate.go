package liquid

import (
	"maps"
	"slices"
	"strings"
)

// Translator translates the texts of one document.
type Translator struct {
	scope Scope
	// work is what all texts together may still cost.
	work int
}

// New is a translator of texts whose variables are those of the scope.
func New(scope Scope) *Translator { return &Translator{scope: scope, work: allWork} }

// Translate translates a source. The text has holes where problems are named.
func (d *Translator) Translate(source string) (Template, []Problem) {
	if len(source) > MaxSource {
		return Hole(source), []Problem{{Code: "liquid_too_large", Message: "The text is longer than 32 KiB."}}
	}
	if !strings.Contains(source, "{{") && !strings.Contains(source, "{%") {
		return Template{pieces: []piece{{value: Known(source)}}}, nil
	}
	p := &parser{tokens: tokenize(source)}
	var tree []node
	for p.at < len(p.tokens) {
		tree = append(tree, p.nodes(nil)...)
	}
	t := &translator{scope: d.scope, set: map[string]Value{}, broken: map[string]bool{}, work: min(maxWork, d.work)}
	before := t.work
	text := Template{pieces: t.body(tree, true)}
	d.work -= before - max(t.work, 0)
	if len(t.problems) == 0 && len(text.Template()) > maxTemplate {
		return Hole(source), []Problem{{Code: "liquid_too_large", Message: "The translated text is longer than 32 KiB."}}
	}
	if text.HasHole() && len(t.problems) == 0 {
		t.note(fail("liquid_tag", "Part of the text depends on what a loop names, which has no counterpart."))
	}
	return text, t.problems
}

// translator is one translation.
type translator struct {
	scope    Scope
	problems []Problem
	// set holds what assign and capture named.
	set map[string]Value
	// broken are the names whose values have no translation: their problem is
	// known.
	broken map[string]bool
	// depth counts what nests while a markup is read, names the local names of
	// loops; work is what is left to do.
	depth, names, work int
}

// spend charges for work on so many bytes before it is done.
func (t *translator) spend(bytes int) error {
	if t.work -= 1 + bytes/bytesPerWork; t.work < 0 {
		return fail("liquid_too_large", "The text does too much.")
	}
	return nil
}

// bounded refuses an expression that no engine would compile, before it grows
// further.
func (t *translator) bounded(v Value) error {
	if len(v.Expression) > maxExpression {
		return fail("liquid_too_large", "The expression becomes longer than 4 KiB.")
	}
	return nil
}

// variable reads a variable and the members below it.
func (t *translator) variable(names []string) Value {
	var v Value
	rest := names[1:]
	if set, ok := t.set[names[0]]; ok {
		v = set
	} else if t.broken[names[0]] {
		return Value{Expression: names[0], literal: "broken"}
	} else {
		v, rest = t.scope.Variable(names)
	}
	for _, name := range rest {
		v = member(v, name)
	}
	return v
}

// brokenError stands for a problem that is named already.
type brokenError struct{}

func (brokenError) Error() string { return "it depends on what has no translation" }

func (t *translator) brokenIn(v Value) error {
	if v.literal == "broken" {
		return brokenError{}
	}
	return nil
}

// note keeps why something has no translation.
func (t *translator) note(err error) {
	if f, ok := err.(failure); ok && len(t.problems) < maxFilters { //nolint:errorlint // made here
		t.problems = append(t.problems, f.problem)
	}
}

// body translates nodes. At the top a node without translation leaves a hole;
// within a block it makes the whole block one.
func (t *translator) body(nodes []node, top bool) []piece {
	var out []piece
	for i := range nodes {
		pieces, err := t.node(&nodes[i])
		if err == nil {
			out = append(out, pieces...)
			continue
		}
		t.note(err)
		out = append(out, piece{hole: cut(nodes[i].source)})
		if !top {
			return out
		}
	}
	return out
}

// within translates the body of a block. It fails when part of it has no
// translation.
func (t *translator) within(nodes []node) ([]piece, error) {
	pieces := t.body(nodes, false)
	if slices.ContainsFunc(pieces, func(p piece) bool { return p.hole != "" }) {
		return nil, brokenError{}
	}
	return pieces, nil
}

func (t *translator) node(n *node) ([]piece, error) {
	size := len(n.text)
	for _, b := range n.branches {
		size += len(b.markup)
	}
	if err := t.spend(size); err != nil {
		return nil, err
	}
	switch n.kind {
	case textNode:
		return []piece{{value: Known(n.text)}}, nil
	case brokenNode:
		return nil, fail("liquid_syntax", "%s", n.text)
	case outputNode:
		return t.output(n.text)
	case tagNode:
		return t.tag(n)
	}
	switch n.name {
	case "comment":
		return nil, nil
	case "capture":
		return nil, t.capture(n)
	case "for":
		return t.loop(n)
	}
	return t.choice(n)
}

func (t *translator) output(markup string) ([]piece, error) {
	if markup == "" {
		return nil, nil
	}
	r, err := t.reader(markup)
	if err != nil {
		return nil, err
	}
	v, err := r.filtered()
	if err == nil && !r.done() {
		err = fail("liquid_syntax", "%s stands where nothing is expected.", shown(r.peek().text))
	}
	if err != nil {
		return nil, err
	}
	if err := t.spend(len(v.Expression)); err != nil {
		return nil, err
	}
	return []piece{{value: v}}, t.bounded(v)
}

func (t *translator) tag(n *node) ([]piece, error) {
	switch n.name {
	case "#":
		return nil, nil
	case "echo":
		return t.output(n.text)
	case "assign":
		return nil, t.assign(n)
	}
	return nil, fail("liquid_tag", "The tag %s has no counterpart.", shown(n.source))
}

// assign names a value.
func (t *translator) assign(n *node) error {
	r, err := t.reader(n.text)
	if err != nil {
		return err
	}
	name := r.next()
	if name.kind != nameWord || !r.take("=") {
		return fail("liquid_syntax", "%s names no value.", shown(n.source))
	}
	v, err := r.filtered()
	if err == nil && !r.done() {
		err = fail("liquid_syntax", "%s stands where nothing is expected.", shown(r.peek().text))
	}
	if err == nil && len(t.set) >= maxNames {
		err = fail("liquid_too_large", "The text names more than %d values.", maxNames)
	}
	t.name(name.text, v, err)
	return err
}

func (t *translator) name(name string, v Value, err error) {
	if err != nil {
		t.broken[name] = true
		delete(t.set, name)
		return
	}
	delete(t.broken, name)
	t.set[name] = v
}

func (t *translator) capture(n *node) error {
	r, err := t.reader(n.text)
	if err != nil {
		return err
	}
	name := r.next()
	if name.kind != nameWord && name.kind != stringWord {
		return fail("liquid_syntax", "%s names nothing.", shown(n.source))
	}
	pieces, err := t.within(n.branches[0].body)
	v := joined(pieces)
	if err == nil {
		err = t.bounded(v)
	}
	if err == nil && len(t.set) >= maxNames {
		err = fail("liquid_too_large", "The text names more than %d values.", maxNames)
	}
	t.name(name.text, v, err)
	return err
}

// snapshot is what is set at some place.
type snapshot struct {
	set    map[string]Value
	broken map[string]bool
}

func (t *translator) snapshot() snapshot {
	return snapshot{maps.Clone(t.set), maps.Clone(t.broken)}
}

func (t *translator) restore(s snapshot) { t.set, t.broken = maps.Clone(s.set), maps.Clone(s.broken) }

// way is one branch of a choice: when it is taken, what it writes, and what is set
// behind it.
type way struct {
	condition Value
	pieces    []piece
	after     snapshot
}

// choice translates if, unless and case.
func (t *translator) choice(n *node) ([]piece, error) {
	before := t.snapshot()
	var ways []way
	decided := false
	for i, b := range n.branches {
		if n.name == "case" && i == 0 {
			continue
		}
		t.restore(before)
		condition, err := t.when(n, i, b)
		if err != nil {
			return nil, t.spoil(n, before, err)
		}
		if condition.isKnown() && condition.known.value != true {
			continue
		}
		pieces, err := t.within(b.body)
		if err != nil {
			return nil, t.spoil(n, before, err)
		}
		ways = append(ways, way{condition, pieces, t.snapshot()})
		if decided = condition.isKnown(); decided {
			break
		}
	}
	if !decided {
		ways = append(ways, way{condition: Known(true), after: before})
	}
	t.merge(ways)
	return t.chosen(ways)
}

// when is the condition of a branch.
func (t *translator) when(n *node, i int, b branch) (Value, error) {
	if b.name == "else" {
		return Known(true), nil
	}
	r, err := t.reader(b.markup)
	if err != nil {
		return Value{}, err
	}
	if b.name == "when" {
		return t.matchesCase(n.text, r)
	}
	v, err := r.condition()
	if err == nil && !r.done() {
		err = fail("liquid_syntax", "The condition %s cannot be read.", shown(b.markup))
	}
	if n.name == "unless" && i == 0 {
		v = v.not()
	}
	return v, err
}

// matchesCase is whether a case's value is among those of a when.
func (t *translator) matchesCase(subject string, r *reader) (Value, error) {
	s, err := t.reader(subject)
	if err != nil {
		return Value{}, err
	}
	v, err := s.filtered()
	if err != nil {
		return v, err
	}
	any := Known(false)
	for {
		w, err := r.operand()
		if err != nil {
			return w, err
		}
		any = combine(any, "or", equal(v, w))
		if err := t.bounded(any); err != nil {
			return any, err
		}
		if !r.take(",") && !r.takeName("or") {
			break
		}
	}
	if !r.done() {
		return any, fail("liquid_syntax", "A when cannot be read.")
	}
	return any, nil
}

// spoil marks what a block without translation would have set.
func (t *translator) spoil(n *node, before snapshot, err error) error {
	t.restore(before)
	for name := range assigned(n) {
		t.name(name, Value{}, err)
	}
	return err
}

// assigned are the names that a node sets.
func assigned(n *node) map[string]bool {
	names := map[string]bool{}
	collect(n, names)
	return names
}

func collect(n *node, names map[string]bool) {
	if n.name == "assign" || n.name == "capture" {
		if list, ok := words(n.text); ok && len(list) > 0 {
			names[list[0].text] = true
		}
	}
	for _, b := range n.branches {
		for i := range b.body {
			collect(&b.body[i], names)
		}
	}
}

// merge makes what is set behind a choice depend on it.
func (t *translator) merge(ways []way) {
	names := map[string]bool{}
	broken := map[string]bool{}
	for _, w := range ways {
		for name := range w.after.set {
			names[name] = true
		}
		maps.Copy(broken, w.after.broken)
	}
	merged := map[string]Value{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if broken[name] {
			continue
		}
		read := func(w way) Value {
			if v, ok := w.after.set[name]; ok {
				return v
			}
			v, _ := t.scope.Variable([]string{name})
			return v
		}
		v := read(ways[len(ways)-1])
		for i := len(ways) - 2; i >= 0; i-- {
			v = choose(ways[i].condition, read(ways[i]), v)
			if t.bounded(v) != nil {
				broken[name] = true
				t.note(fail("liquid_too_large", "What %q is becomes longer than 4 KiB.", name))
				break
			}
		}
		if !broken[name] {
			merged[name] = v
		}
	}
	t.set, t.broken = merged, broken
}

// chosen writes a choice: as one expression where that is short enough, else piece
// by piece.
func (t *translator) chosen(ways []way) ([]piece, error) {
	last := ways[len(ways)-1]
	if len(ways) == 1 {
		return last.pieces, nil
	}
	if !slices.ContainsFunc(ways, func(w way) bool { return len(w.pieces) > 0 }) {
		return nil, nil
	}
	v := joined(last.pieces)
	tree := &choice{last: last.pieces}
	for i := len(ways) - 2; i >= 0; i-- {
		v = choose(ways[i].condition, joined(ways[i].pieces), v)
		tree.ways = append([]way{ways[i]}, tree.ways...)
	}
	if t.bounded(v) == nil {
		return []piece{{value: v, choice: tree}}, nil
	}
	guard := Known(true)
	var out []piece
	for _, w := range ways {
		guarded, err := t.guarded(combine(guard, "and", w.condition), w.pieces)
		if err != nil {
			return nil, err
		}
		out = append(out, guarded...)
		guard = combine(guard, "and", w.condition.not())
	}
	return out, nil
}

// guarded writes pieces that stand in the text only when a condition holds.
func (t *translator) guarded(condition Value, pieces []piece) ([]piece, error) {
	if err := t.bounded(condition); err != nil {
		return nil, err
	}
	var out []piece
	add := func(v Value) error {
		v = choose(condition, v, Known(""))
		out = append(out, piece{value: v})
		return t.bounded(v)
	}
	for _, p := range pieces {
		text, literal := p.value.knownText()
		if !literal {
			if err := add(p.value); err != nil {
				return nil, err
			}
			continue
		}
		for _, part := range inParts(text, maxExpression/4) {
			if err := add(Known(part)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// inParts cuts a text into pieces of at most so many bytes, between characters.
func inParts(s string, limit int) []string {
	var parts []string
	for len(s) > limit {
		at := limit
		for at > 0 && s[at]&0xC0 == 0x80 {
			at--
		}
		parts = append(parts, s[:at])
		s = s[at:]
	}
	return append(parts, s)
}
