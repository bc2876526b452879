package expression

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// compiler turns the parsed tree into a tree of functions, once per source.
type compiler struct {
	source  string
	ascii   bool
	base    int
	meter   *meter
	depth   int
	slots   int
	scope   *scope
	loop    *loop
	results map[ast.Node]node
	reads   []Reference
	// zoned is Expression.zoned.
	zoned bool
}

// scope is a chain of the names that let has made so far.
type scope struct {
	parent *scope
	name   string
	slot   int
}

// loop is where the innermost list function keeps its element, index and, for
// reduce, accumulator.
type loop struct {
	parent           *loop
	item, index, acc int
	usesIndex        bool
}

const noSlot = -1

func compile(m *meter, source string, base int) (*Expression, error) {
	root, err := parse(source)
	if err != nil {
		return nil, err
	}
	c := compiler{
		source: source, ascii: isASCII(source), base: base, meter: m,
		results: make(map[ast.Node]node),
	}
	e := &Expression{source: source, base: base}
	if path, _, ok := constantPath(root); ok {
		e.path = path
	}
	if e.run, err = c.node(root); err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.reads, func(a, b Reference) int { return a.Offset - b.Offset })
	e.references, e.slots, e.zoned = c.reads, c.slots, c.zoned
	return e, nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func (c *compiler) offset(n ast.Node) int {
	if c.ascii {
		return min(n.Location().From, len(c.source))
	}
	return byteOffset(c.source, n.Location().From)
}

// node compiles a node once, also when the tree holds it twice: the parser makes
// `a < b < c` into `a < b && b < c` with one and the same b, so going through the
// tree naively takes time exponential in how deep such chains nest.
func (c *compiler) node(n ast.Node) (node, error) {
	if done, ok := c.results[n]; ok {
		return done, nil
	}
	if c.depth++; c.depth > maxNesting {
		return nil, problemAt(c.offset(n), "split it over several variables or nodes", "the expression nests deeper than %d levels", maxNesting)
	}
	run, err := c.build(n)
	c.depth--
	if err != nil {
		return nil, place(err, c.offset(n))
	}
	c.results[n] = run
	return run, nil
}

func (c *compiler) build(n ast.Node) (node, error) {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nil), nil
	case *ast.BoolNode:
		return constant(n.Value), nil
	case *ast.IntegerNode:
		return constant(n.Value), nil
	case *ast.FloatNode:
		return constant(n.Value), nil
	case *ast.StringNode:
		return constant(validText(n.Value)), nil
	case *ast.BytesNode:
		return nil, problem("write the text without the b in front", "byte literals are not supported")
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.ChainNode:
		return c.node(n.Node) // every member access is optional here
	case *ast.MemberNode:
		return c.member(n)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.VariableDeclaratorNode:
		return c.declaration(n)
	case *ast.SequenceNode:
		return c.sequence(n)
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.MapNode:
		return c.object(n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.CallNode:
		return c.call(n)
	}
	return nil, problem("", "the expression uses something that is not supported")
}

func (c *compiler) nodes(list []ast.Node) ([]node, error) {
	out := make([]node, len(list))
	for i, n := range list {
		run, err := c.node(n)
		if err != nil {
			return nil, err
		}
		out[i] = run
	}
	return out, nil
}

func constant(v any) node {
	return func(f *frame) (any, error) { return v, f.spend(1) }
}

func (c *compiler) newSlot() int {
	c.slots++
	return c.slots - 1
}

func (c *compiler) local(name string) (slot int, found bool) {
	for s := c.scope; s != nil; s = s.parent {
		if s.name == name {
			return s.slot, true
		}
	}
	return noSlot, false
}

func slotValue(slot int) node {
	return func(f *frame) (any, error) { return f.slots[slot], f.spend(1) }
}

func (c *compiler) identifier(n *ast.IdentifierNode) (node, error) {
	if slot, found := c.local(n.Value); found {
		return slotValue(slot), nil
	}
	return c.variable([]string{n.Value}, n)
}

// variable reads a path from the environment.
func (c *compiler) variable(path []string, root *ast.IdentifierNode) (node, error) {
	at := c.offset(root)
	if path[0] == "$env" {
		return nil, problemAt(at, "name the variable itself", "$env is not available")
	}
	c.reads = append(c.reads, Reference{Path: path, Offset: c.base + at})
	cost := len(path)
	return func(f *frame) (any, error) {
		if err := f.spend(cost); err != nil {
			return nil, place(err, at)
		}
		v, err := lookUp(f.meter, f.env, path)
		return v, place(err, at)
	}, nil
}

// constantPath recognizes a name with constant members below it, as in
// steps.viber_ph["status"].
func constantPath(n ast.Node) (path []string, root *ast.IdentifierNode, ok bool) {
	for {
		switch at := n.(type) {
		case *ast.ChainNode:
			n = at.Node
		case *ast.IdentifierNode:
			if at.Value == "$env" {
				return nil, nil, false
			}
			slices.Reverse(path)
			return slices.Insert(path, 0, at.Value), at, true
		case *ast.MemberNode:
			name, constant := at.Property.(*ast.StringNode)
			if !constant || at.Method {
				return nil, nil, false
			}
			path = append(path, name.Value)
			n = at.Node
		default:
			return nil, nil, false
		}
	}
}

func (c *compiler) pointer(n *ast.PointerNode) (node, error) {
	if c.loop == nil {
		return nil, problem("", "# is only known inside filter(), map() and the like")
	}
	switch n.Name {
	case "":
		return slotValue(c.loop.item), nil
	case "index":
		c.loop.usesIndex = true
		return slotValue(c.loop.index), nil
	case "acc":
		for l := c.loop; l != nil; l = l.parent {
			if l.acc != noSlot {
				return slotValue(l.acc), nil
			}
		}
		return nil, problem("", "#acc is only known inside reduce()")
	}
	return nil, problem("there are # (the element), #index and, in reduce(), #acc", "#%s is not known", n.Name)
}

func (c *compiler) conditional(n *ast.ConditionalNode) (node, error) {
	parts, err := c.nodes([]ast.Node{n.Cond, n.Exp1, n.Exp2})
	if err != nil {
		return nil, err
	}
	condition, yes, no := parts[0], parts[1], parts[2]
	at := c.offset(n.Cond)
	return func(f *frame) (any, error) {
		v, err := condition(f)
		if err != nil {
			return nil, err
		}
		holds, err := truth(v)
		if err != nil {
			return nil, place(err, at)
		}
		if holds {
			return yes(f)
		}
		return no(f)
	}, nil
}

func (c *compiler) declaration(n *ast.VariableDeclaratorNode) (node, error) {
	value, err := c.node(n.Value)
	if err != nil {
		return nil, err
	}
	slot := c.newSlot()
	outer := c.scope
	c.scope = &scope{parent: outer, name: n.Name, slot: slot}
	body, err := c.node(n.Expr)
	c.scope = outer
	if err != nil {
		return nil, err
	}
	return func(f *frame) (any, error) {
		v, err := value(f)
		if err != nil {
			return nil, err
		}
		f.slots[slot] = v
		return body(f)
	}, nil
}

func (c *compiler) sequence(n *ast.SequenceNode) (node, error) {
	parts, err := c.nodes(n.Nodes)
	if err != nil {
		return nil, err
	}
	return func(f *frame) (v any, err error) {
		for _, part := range parts {
			if v, err = part(f); err != nil {
				return nil, err
			}
		}
		return v, nil
	}, nil
}

func (c *compiler) list(n *ast.ArrayNode) (node, error) {
	parts, err := c.nodes(n.Nodes)
	if err != nil {
		return nil, err
	}
	at := c.offset(n)
	return func(f *frame) (any, error) {
		if err := f.spend(1 + len(parts)); err != nil {
			return nil, place(err, at)
		}
		return evaluateAll(f, parts)
	}, nil
}

func evaluateAll(f *frame, parts []node) ([]any, error) {
	out := make([]any, len(parts))
	for i, part := range parts {
		v, err := part(f)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (c *compiler) object(n *ast.MapNode) (node, error) {
	keys := make([]node, len(n.Pairs))
	values := make([]node, len(n.Pairs))
	places := make([]int, len(n.Pairs))
	for i, p := range n.Pairs {
		pair := p.(*ast.PairNode)
		run, err := c.nodes([]ast.Node{pair.Key, pair.Value})
		if err != nil {
			return nil, err
		}
		keys[i], values[i], places[i] = run[0], run[1], c.offset(pair.Key)
	}
	at := c.offset(n)
	return func(f *frame) (any, error) {
		if err := f.spend(1 + 4*len(keys)); err != nil {
			return nil, place(err, at)
		}
		out := make(map[string]any, len(keys))
		for i := range keys {
			k, err := keys[i](f)
			if err != nil {
				return nil, err
			}
			name, err := keyText(f.meter, k)
			if err != nil {
				return nil, place(err, places[i])
			}
			if out[name], err = values[i](f); err != nil {
				return nil, err
			}
		}
		return out, nil
	}, nil
}
