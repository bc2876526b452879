package expression

import (
	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode) (node, error) {
	operand, err := c.node(n.Node)
	if err != nil {
		return nil, err
	}
	at := c.offset(n)
	apply := negate
	switch n.Operator {
	case "!", "not":
		apply = func(v any) (any, error) {
			holds, err := truth(v)
			return !holds, err
		}
	case "+":
		apply = func(v any) (any, error) {
			if _, ok := toFloat(v); !ok {
				return nil, problem("convert with int() or float()", "+ works on numbers, not on %s", kind(v))
			}
			return v, nil
		}
	}
	return func(f *frame) (any, error) {
		v, err := operand(f)
		if err != nil {
			return nil, err
		}
		if err := f.spend(1); err != nil {
			return nil, place(err, at)
		}
		v, err = apply(v)
		return v, place(err, at)
	}, nil
}

func (c *compiler) binary(n *ast.BinaryNode) (node, error) {
	left, err := c.node(n.Left)
	if err != nil {
		return nil, err
	}
	at := c.offset(n)
	if n.Operator == "matches" {
		if pattern, ok := n.Right.(*ast.StringNode); ok {
			return c.matchesConstant(left, pattern, at)
		}
	}
	right, err := c.node(n.Right)
	if err != nil {
		return nil, err
	}
	switch n.Operator {
	case "and", "&&":
		return shortCircuit(left, right, false, c.offset(n.Left), c.offset(n.Right)), nil
	case "or", "||":
		return shortCircuit(left, right, true, c.offset(n.Left), c.offset(n.Right)), nil
	case "??":
		return func(f *frame) (any, error) {
			v, err := left(f)
			if err != nil || v != nil {
				return v, err
			}
			return right(f)
		}, nil
	}
	apply := binaryOperator(n.Operator)
	if apply == nil {
		return nil, problem("", "the operator %s is not supported", n.Operator)
	}
	return func(f *frame) (any, error) {
		a, err := left(f)
		if err != nil {
			return nil, err
		}
		b, err := right(f)
		if err != nil {
			return nil, err
		}
		if err := f.spend(1); err != nil {
			return nil, place(err, at)
		}
		v, err := apply(f.meter, a, b)
		if err != nil {
			return nil, place(err, at)
		}
		return v, nil
	}, nil
}

// shortCircuit is `and` and `or`: the right side is looked at only when the left
// one does not decide.
func shortCircuit(left, right node, decided bool, leftAt, rightAt int) node {
	return func(f *frame) (any, error) {
		holds, err := condition(f, left, leftAt)
		if err != nil {
			return nil, err
		}
		if holds == decided {
			return decided, nil
		}
		holds, err = condition(f, right, rightAt)
		return holds, err
	}
}

// condition evaluates a node that must be true or false.
func condition(f *frame, n node, at int) (bool, error) {
	v, err := n(f)
	if err != nil {
		return false, err
	}
	if err := f.spend(1); err != nil {
		return false, place(err, at)
	}
	holds, err := truth(v)
	return holds, place(err, at)
}

// matchesConstant compiles the pattern once, which also finds its mistakes before
// the flow runs.
func (c *compiler) matchesConstant(left node, pattern *ast.StringNode, at int) (node, error) {
	re, err := compileRegexp(c.meter, pattern.Value)
	if err != nil {
		return nil, place(err, c.offset(pattern))
	}
	return func(f *frame) (any, error) {
		v, err := left(f)
		if err != nil {
			return nil, err
		}
		v, err = matchOperand(f.meter, v, re)
		return v, place(err, at)
	}, nil
}
