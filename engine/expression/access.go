package expression

import (
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// member compiles a.b and a[b].
func (c *compiler) member(n *ast.MemberNode) (node, error) {
	if path, root, ok := constantPath(n); ok {
		if _, local := c.local(root.Value); !local {
			return c.variable(path, root)
		}
	}
	object, err := c.node(n.Node)
	if err != nil {
		return nil, err
	}
	at := c.offset(n)
	if name, ok := n.Property.(*ast.StringNode); ok {
		return func(f *frame) (any, error) {
			v, err := object(f)
			if err != nil {
				return nil, err
			}
			if err := f.spend(1); err != nil {
				return nil, place(err, at)
			}
			v, err = field(f.meter, v, name.Value)
			return v, place(err, at)
		}, nil
	}
	property, err := c.node(n.Property)
	if err != nil {
		return nil, err
	}
	return func(f *frame) (any, error) {
		v, err := object(f)
		if err != nil {
			return nil, err
		}
		key, err := property(f)
		if err != nil {
			return nil, err
		}
		v, err = element(f.meter, v, key)
		return v, place(err, at)
	}, nil
}

// field reads a named member; what is not there is nil.
func field(m *meter, v any, name string) (any, error) {
	switch x := v.(type) {
	case map[string]any:
		return usable(m, x[name])
	case nil:
		return nil, nil
	case []any, string:
		hint := "lists and texts have no members; see first(), last(), [0]"
		if name == "length" || name == "size" || name == "count" {
			hint = "write len(x)"
		}
		return nil, problem(hint, "%s has no member %q", kind(v), name)
	case time.Time, time.Duration:
		return nil, problem("call it with brackets: ."+name+"()", "%s has no member %q", kind(v), name)
	}
	return nil, problem("only objects have members", "%s has no member %q", kind(v), name)
}

// element reads x[key]: a character of a text, an element of a list, a member of
// an object. What is not there is nil; negative indexes count from the end.
func element(m *meter, v, key any) (any, error) {
	if err := m.spend(1); err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		name, err := keyText(m, key)
		if err != nil {
			return nil, err
		}
		return field(m, x, name)
	case []any:
		i, err := index(key, len(x))
		if err != nil || i < 0 || i >= len(x) {
			return nil, err
		}
		return usable(m, x[i])
	case string:
		if err := m.scanning(len(x)); err != nil {
			return nil, err
		}
		i, err := index(key, utf8.RuneCountInString(x))
		if err != nil {
			return nil, err
		}
		return characterAt(x, i), nil
	}
	return nil, problem("[ ] works on lists, objects and texts", "%s has no elements", kind(v))
}

func index(key any, length int) (int, error) {
	i, ok := toWhole(key)
	if !ok {
		return 0, problem("count from 0, or from the end with -1", "an index must be a whole number, but this is %s", kind(key))
	}
	if i < 0 {
		i += length
	}
	return i, nil
}

func characterAt(s string, i int) any {
	if i < 0 {
		return nil
	}
	rest := s[byteOffset(s, i):]
	_, size := utf8.DecodeRuneInString(rest)
	if size == 0 {
		return nil
	}
	return rest[:size]
}

// keyText is how a value serves as an object's key.
func keyText(m *meter, key any) (string, error) {
	switch k := key.(type) {
	case string:
		return k, m.scanning(len(k)) // to hash it
	case int:
		return strconv.Itoa(k), nil
	case float64:
		return string(appendFloat(nil, k)), nil
	case bool:
		return strconv.FormatBool(k), nil
	}
	return "", problem("use a text", "%s cannot be the key of an object", kind(key))
}

// slice compiles a[from:to].
func (c *compiler) slice(n *ast.SliceNode) (node, error) {
	from, to := ast.Node(&ast.NilNode{}), ast.Node(&ast.NilNode{})
	if n.From != nil {
		from = n.From
	}
	if n.To != nil {
		to = n.To
	}
	parts, err := c.nodes([]ast.Node{n.Node, from, to})
	if err != nil {
		return nil, err
	}
	at := c.offset(n)
	return func(f *frame) (any, error) {
		values, err := evaluateAll(f, parts)
		if err != nil {
			return nil, err
		}
		v, err := slice(f.meter, values[0], values[1], values[2])
		return v, place(err, at)
	}, nil
}

// slice cuts a list or, by characters, a text. Bounds beyond the ends are the
// ends.
func slice(m *meter, v, from, to any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case []any:
		a, b, err := bounds(from, to, len(x))
		if err != nil {
			return nil, err
		}
		return x[a:b:b], m.spend(1)
	case string:
		if err := m.scanning(2 * len(x)); err != nil {
			return nil, err
		}
		a, b, err := bounds(from, to, utf8.RuneCountInString(x))
		if err != nil {
			return nil, err
		}
		start := byteOffset(x, a)
		return x[start : start+byteOffset(x[start:], b-a)], nil
	}
	return nil, problem("[a:b] works on lists and texts", "%s cannot be cut into a part", kind(v))
}

func bounds(from, to any, length int) (a, b int, err error) {
	b = length
	if from != nil {
		if a, err = index(from, length); err != nil {
			return 0, 0, err
		}
	}
	if to != nil {
		if b, err = index(to, length); err != nil {
			return 0, 0, err
		}
	}
	b = min(max(b, 0), length)
	return min(max(a, 0), b), b, nil
}
