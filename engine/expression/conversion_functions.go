package expression

import (
	"encoding/base64"
	"math"
	"time"
	"unicode/utf8"
)

func conversionFunction(name string) (function, bool) {
	switch name {
	case "type":
		return function{"type(x)", 1, 1, typeName}, true
	case "int":
		return function{"int(x)", 1, 1, toInt}, true
	case "float":
		return function{"float(x)", 1, 1, toFloatValue}, true
	case "string":
		return function{"string(x)", 1, 1, func(f *frame, args []any) (any, error) { return toText(f.meter, args[0]) }}, true
	case "toJSON":
		return function{"toJSON(x)", 1, 1, func(f *frame, args []any) (any, error) { return toJSON(f.meter, args[0]) }}, true
	case "fromJSON":
		return function{"fromJSON(text)", 1, 1, fromJSON}, true
	case "toBase64":
		return function{"toBase64(text)", 1, 1, toBase64}, true
	case "fromBase64":
		return function{"fromBase64(text)", 1, 1, fromBase64}, true
	}
	return function{}, false
}

// typeName answers in expr-lang's words.
func typeName(_ *frame, args []any) (any, error) {
	switch args[0].(type) {
	case nil:
		return "nil", nil
	case bool:
		return "bool", nil
	case int:
		return "int", nil
	case float64:
		return "float", nil
	case string:
		return "string", nil
	case []any:
		return "array", nil
	case map[string]any:
		return "map", nil
	case time.Time:
		return "time.Time", nil
	case time.Duration:
		return "time.Duration", nil
	}
	return "unknown", nil
}

func toInt(f *frame, args []any) (any, error) {
	v, err := numberIn(f, args[0])
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case int:
		return x, nil
	case float64:
		if n, fits := wholeNumber(math.Trunc(x)); fits {
			if _, text := args[0].(string); text && x != math.Trunc(x) {
				return nil, problem("use float() for numbers with a fraction", "needs a text that is a whole number")
			}
			return n, nil
		}
		return nil, problem("", "cannot hold a number this large")
	}
	return nil, problem("use float() for numbers with a fraction", "needs a text that is a whole number")
}

func toFloatValue(f *frame, args []any) (any, error) {
	v, err := numberIn(f, args[0])
	if err != nil {
		return nil, err
	}
	if x, ok := toFloat(v); ok {
		if i, whole := v.(int); whole && (i > exactInts || i < -exactInts) {
			return i, nil // a float would be another number
		}
		return x, nil
	}
	return nil, problem("write it as 12.5", "needs a text that is a number")
}

// numberIn is a number, or the one that a text stands for; nil when that is none.
func numberIn(f *frame, v any) (any, error) {
	switch x := v.(type) {
	case int, float64:
		return x, nil
	case string:
		return number(f, []any{x})
	}
	return nil, notNumber(v)
}

func fromJSON(f *frame, args []any) (any, error) {
	s, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	// Decoding makes at most one element of two bytes.
	if err := f.spend(1 + 2*len(s)); err != nil {
		return nil, err
	}
	return decodeValue([]byte(s))
}

func toBase64(f *frame, args []any) (any, error) {
	s, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	if err := tooLongToKeep(base64.StdEncoding.EncodedLen(len(s))); err != nil {
		return nil, err
	}
	if err := f.encoding(len(s)); err != nil {
		return nil, err
	}
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

func fromBase64(f *frame, args []any) (any, error) {
	s, err := textArg(args, 0)
	if err != nil {
		return nil, err
	}
	if err := f.encoding(len(s)); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(data) {
		return nil, problem("", "needs a text in base64 that stands for a text")
	}
	return string(data), nil
}
