package expression

import (
	"math"
)

func numberFunction(name string) (function, bool) {
	switch name {
	case "abs":
		return function{"abs(number)", 1, 1, abs}, true
	case "ceil":
		return function{"ceil(number)", 1, 1, rounding(math.Ceil)}, true
	case "floor":
		return function{"floor(number)", 1, 1, rounding(math.Floor)}, true
	case "round":
		return function{"round(number)", 1, 1, rounding(math.Round)}, true
	case "min":
		return function{"min(a, b) or min(list)", 1, -1, extreme(func(c int) bool { return c < 0 })}, true
	case "max":
		return function{"max(a, b) or max(list)", 1, -1, extreme(func(c int) bool { return c > 0 })}, true
	case "mean":
		return function{"mean(list)", 1, -1, mean}, true
	case "median":
		return function{"median(list)", 1, -1, median}, true
	case "bitand":
		return bits2(name, func(x, y int) int { return x & y }), true
	case "bitor":
		return bits2(name, func(x, y int) int { return x | y }), true
	case "bitxor":
		return bits2(name, func(x, y int) int { return x ^ y }), true
	case "bitnand":
		return bits2(name, func(x, y int) int { return x &^ y }), true
	case "bitshl":
		return shift(name, func(x, y int) int { return x << y }), true
	case "bitshr":
		return shift(name, func(x, y int) int { return x >> y }), true
	case "bitushr":
		return shift(name, func(x, y int) int { return int(uint(x) >> y) }), true
	case "bitnot":
		return function{"bitnot(number)", 1, 1, func(_ *frame, args []any) (any, error) {
			x, err := wholeArg(args, 0)
			return ^x, err
		}}, true
	}
	return function{}, false
}

func abs(_ *frame, args []any) (any, error) {
	switch x := args[0].(type) {
	case int:
		if x < 0 {
			return negate(x)
		}
		return x, nil
	case float64:
		return math.Abs(x), nil
	}
	return nil, notNumber(args[0])
}

func notNumber(v any) error {
	return problem("convert with int() or float()", "needs a number, but got %s", kind(v))
}

func rounding(round func(float64) float64) func(*frame, []any) (any, error) {
	return func(_ *frame, args []any) (any, error) {
		if n, ok := args[0].(int); ok {
			return n, nil
		}
		x, ok := args[0].(float64)
		if !ok {
			return nil, notNumber(args[0])
		}
		if n, fits := wholeNumber(round(x)); fits {
			return n, nil
		}
		return round(x), nil
	}
}

func bits2(name string, combine func(x, y int) int) function {
	return function{name + "(a, b)", 2, 2, func(_ *frame, args []any) (any, error) {
		x, err := wholeArg(args, 0)
		if err != nil {
			return nil, err
		}
		y, err := wholeArg(args, 1)
		if err != nil {
			return nil, err
		}
		return combine(x, y), nil
	}}
}

func shift(name string, move func(x, y int) int) function {
	fn := bits2(name, move)
	inner := fn.call
	fn.call = func(f *frame, args []any) (any, error) {
		if y, ok := toWhole(args[1]); ok && y < 0 {
			return nil, problem("shift by 0 or more", "cannot shift by a negative number")
		}
		return inner(f, args)
	}
	return fn
}

// eachNumber goes through numbers and lists of numbers, however they nest.
func eachNumber(f *frame, args []any, visit func(v any)) error {
	for _, v := range args {
		if err := f.spend(1); err != nil {
			return err
		}
		switch x := v.(type) {
		case int, float64:
			visit(x)
		case []any:
			if err := eachNumber(f, x, visit); err != nil {
				return err
			}
		default:
			return notNumber(v)
		}
	}
	return nil
}

// extreme is min and max; without any number the answer is nil.
func extreme(better func(c int) bool) func(*frame, []any) (any, error) {
	return func(f *frame, args []any) (any, error) {
		if len(args) == 1 && args[0] == nil {
			return nil, nil
		}
		var best any
		var failed error
		err := eachNumber(f, args, func(v any) {
			if best == nil {
				best = v
				return
			}
			c, ok, err := order(f.meter, v, best)
			if err != nil {
				failed = err
			}
			if ok && better(c) {
				best = v
			}
		})
		if err == nil {
			err = failed
		}
		return best, err
	}
}

func mean(f *frame, args []any) (any, error) {
	var total any = 0
	var failed error
	count := 0
	err := eachNumber(f, withoutNil(args), func(v any) {
		count++
		if failed == nil {
			total, failed = add(f.meter, total, v)
		}
	})
	if err == nil {
		err = failed
	}
	if err != nil || count == 0 {
		return 0, err
	}
	return divide(f.meter, total, count)
}

func median(f *frame, args []any) (any, error) {
	var all []any
	err := eachNumber(f, withoutNil(args), func(v any) { all = append(all, v) })
	if err != nil || len(all) == 0 {
		return 0, err
	}
	if err := sortValues(f.meter, all, all, false); err != nil {
		return nil, err
	}
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle], nil
	}
	total, err := add(f.meter, all[middle-1], all[middle])
	if err != nil {
		return nil, err
	}
	return divide(f.meter, total, 2)
}

// withoutNil lets mean(contact.scores) work before there are any.
func withoutNil(args []any) []any {
	if len(args) == 1 && args[0] == nil {
		return nil
	}
	return args
}
