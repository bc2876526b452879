package expression

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// kind names a value's type for people.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "nothing (nil)"
	case bool:
		return "true or false"
	case int, float64:
		return "a number"
	case string:
		return "a text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case time.Time:
		return "a time"
	case time.Duration:
		return "a duration"
	case *time.Location:
		return "a time zone"
	}
	return "an unknown kind of value"
}

// toText writes a value as it appears in a message: nil is empty, numbers are
// plain, lists and objects are compact JSON.
func toText(m *meter, v any) (string, error) {
	switch x := v.(type) {
	case nil:
		return "", nil
	case string:
		return x, nil
	case bool:
		return strconv.FormatBool(x), nil
	case int:
		return strconv.Itoa(x), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return "", notFinite()
		}
		return string(appendFloat(nil, x)), nil
	case time.Time:
		return timeText(x)
	case time.Duration:
		return x.String(), nil
	case *time.Location:
		return x.String(), nil
	case []any, map[string]any:
		return toJSON(m, v)
	}
	v, err := normalize(v)
	if err != nil {
		return "", err
	}
	return toText(m, v)
}

// Text writes a normalized value as a template does. Errors are *Error.
func Text(v any) (string, error) {
	text, err := toText(&meter{limit: budget}, v)
	if err != nil {
		return "", public(err, 0)
	}
	return text, nil
}

func notFinite() error {
	return problem("check for divisions and powers that grow too large", "the result is not a finite number")
}

// appendFloat writes the shortest digits that read back as x, with an exponent
// only where plain digits would be mostly zeros (the bounds of JavaScript and
// encoding/json).
func appendFloat(b []byte, x float64) []byte {
	if x == 0 {
		return append(b, '0') // -0 too
	}
	if abs := math.Abs(x); abs < 1e-6 || abs >= 1e21 {
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}

// toJSON writes a value as compact JSON with sorted keys and without HTML
// escaping, at most MaxText bytes.
func toJSON(m *meter, v any) (string, error) {
	e := jsonWriter{meter: m}
	if err := e.value(v, 0); err != nil {
		return "", err
	}
	return string(e.out), nil
}

// jsonWriter is not encoding/json because values inside an expression may share
// parts: a few nested lists can stand for more text than memory holds. It stops
// as soon as the text is too long or the budget is spent.
type jsonWriter struct {
	meter *meter
	out   []byte
}

func (e *jsonWriter) value(v any, depth int) error {
	if depth > MaxDepth {
		return problem("make it flatter", "the value nests deeper than %d levels", MaxDepth)
	}
	if err := e.meter.spend(2); err != nil {
		return err
	}
	var err error
	switch x := v.(type) {
	case nil:
		e.out = append(e.out, "null"...)
	case bool:
		e.out = strconv.AppendBool(e.out, x)
	case int:
		e.out = strconv.AppendInt(e.out, int64(x), 10)
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return notFinite()
		}
		e.out = appendFloat(e.out, x)
	case string:
		err = e.string(x)
	case []any:
		err = e.list(x, depth)
	case map[string]any:
		err = e.object(x, depth)
	case time.Time, time.Duration, *time.Location:
		var s string
		if s, err = toText(e.meter, x); err == nil {
			err = e.string(s)
		}
	default:
		if v, err = normalize(v); err == nil {
			err = e.value(v, depth)
		}
	}
	if err != nil {
		return err
	}
	return tooLongToKeep(len(e.out))
}

func (e *jsonWriter) list(list []any, depth int) error {
	e.out = append(e.out, '[')
	for i, v := range list {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		if err := e.value(v, depth+1); err != nil {
			return err
		}
	}
	e.out = append(e.out, ']')
	return nil
}

func (e *jsonWriter) object(object map[string]any, depth int) error {
	keys, err := sortedKeys(e.meter, object)
	if err != nil {
		return err
	}
	e.out = append(e.out, '{')
	for i, key := range keys {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		if err := e.string(key); err != nil {
			return err
		}
		e.out = append(e.out, ':')
		if err := e.value(object[key], depth+1); err != nil {
			return err
		}
	}
	e.out = append(e.out, '}')
	return nil
}

func (e *jsonWriter) string(s string) error {
	if err := tooLongToKeep(len(e.out) + len(s)); err != nil {
		return err
	}
	if err := e.meter.encoding(len(s)); err != nil {
		return err
	}
	if plainJSON(s) {
		e.out = append(append(append(e.out, '"'), s...), '"')
		return nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return problem("", "the text cannot be written as JSON")
	}
	e.out = append(e.out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
	return nil
}

// plainJSON reports whether s needs no escaping.
func plainJSON(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// sortedKeys gives an object's keys in order: Go's own order is random, and
// nothing random may reach a result.
func sortedKeys(m *meter, object map[string]any) ([]string, error) {
	size := 0 // of all keys, which long common beginnings make slow to compare
	for key := range object {
		size += len(key)
	}
	if err := m.spend(8 + 2*sortCost(len(object)) + size*bits.Len(uint(len(object)))/copiedPerUnit); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(object)), nil
}
