package expression

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	moments "sluice/engine/moment"
	numeric "sluice/engine/number"
)

// maxEncoded is the longest JSON that DecodeValue reads, in bytes: a value of
// MaxText with every character escaped still fits.
const maxEncoded = 1 << 20

// Normalize turns a value into the JSON-like set that expressions and run state
// hold: nil, bool, int, float64, string, []any and map[string]any.
//
// Whole floats that an int can hold become int, a time becomes RFC 3339 text in
// UTC, a duration Go's text ("1m30s"), a list of any type []any, and an object with text
// keys map[string]any. Broken UTF-8 is replaced as encoding/json does. So a
// normalized value equals itself after encoding to JSON and DecodeValue. The
// result shares no list and no object with v.
//
// Functions, structs, NaN and infinities, and values beyond MaxDepth, MaxElements
// or MaxText are an *Error.
func Normalize(v any) (any, error) {
	if plain, ok := normalScalar(v); ok {
		return plain, nil
	}
	out, err := normalize(v)
	return out, public(err, 0)
}

func normalize(v any) (any, error) {
	n := normalizer{}
	return n.value(v, 0)
}

// normalScalar answers the usual cases without any bookkeeping.
func normalScalar(v any) (any, bool) {
	switch x := v.(type) {
	case nil, bool, int:
		return v, true
	case string:
		return v, len(x) <= MaxText && utf8.ValidString(x)
	}
	return nil, false
}

type normalizer struct {
	elements, text int
}

func (n *normalizer) value(v any, depth int) (any, error) {
	if depth > MaxDepth {
		return nil, problem("make it flatter", "the value nests deeper than %d levels", MaxDepth)
	}
	switch x := v.(type) {
	case nil, bool, int:
		return v, nil
	case float64:
		return normalFloat(x)
	case string:
		return n.string(x)
	case []any:
		return n.list(len(x), func(i int) any { return x[i] }, depth)
	case map[string]any:
		return n.object(x, depth)
	case json.Number:
		return decodeNumber(x.String())
	case time.Time:
		text, err := timeText(x)
		if err != nil {
			return nil, err
		}
		return n.string(text)
	case time.Duration:
		return n.string(x.String())
	case *time.Location:
		return n.string(x.String())
	}
	return n.reflected(reflect.ValueOf(v), depth)
}

func (n *normalizer) string(s string) (any, error) {
	if n.text += len(s); n.text > MaxText {
		return nil, problem("shorten it", "the value holds more than %d KiB of text", MaxText>>10)
	}
	return validText(s), nil
}

func (n *normalizer) count(elements int) error {
	if n.elements += elements; n.elements > MaxElements {
		return problem("make it smaller", "the value has more than %d elements", MaxElements)
	}
	return nil
}

func (n *normalizer) list(length int, at func(int) any, depth int) (any, error) {
	if err := n.count(length); err != nil {
		return nil, err
	}
	out := make([]any, length)
	for i := range out {
		v, err := n.value(at(i), depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// object goes through the keys in order, so that of two faults it is always the
// same one that is reported.
func (n *normalizer) object(m map[string]any, depth int) (any, error) {
	if err := n.count(len(m)); err != nil {
		return nil, err
	}
	out := make(map[string]any, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		name, err := n.string(key)
		if err != nil {
			return nil, err
		}
		v, err := n.value(m[key], depth+1)
		if err != nil {
			return nil, err
		}
		out[name.(string)] = v
	}
	return out, nil
}

// reflected serves types that are not among the usual ones: other number types,
// named types, typed lists and maps.
func (n *normalizer) reflected(v reflect.Value, depth int) (any, error) {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if u := v.Uint(); u <= math.MaxInt {
			return int(u), nil
		}
		return float64(v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return normalFloat(v.Float())
	case reflect.String:
		return n.string(v.String())
	case reflect.Slice, reflect.Array:
		return n.list(v.Len(), func(i int) any { return v.Index(i).Interface() }, depth)
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			break
		}
		if err := n.count(v.Len()); err != nil {
			return nil, err
		}
		n.elements -= v.Len() // object counts them again
		plain := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			plain[it.Key().String()] = it.Value().Interface()
		}
		return n.object(plain, depth)
	}
	return nil, problem("use text, numbers, true or false, lists and objects", "the value cannot be kept as data")
}

func normalFloat(x float64) (any, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, problem("check for divisions and powers that grow too large", "the result is not a finite number")
	}
	if i, ok := wholeNumber(x); ok {
		return i, nil
	}
	return x, nil
}

// wholeNumber gives the int that equals x. -2^63 is an int, 2^63 is not; both
// are exact as floats.
func wholeNumber(x float64) (int, bool) {
	if x != math.Trunc(x) || x < math.MinInt || x >= -math.MinInt {
		return 0, false
	}
	return int(x), true
}

// validText replaces each broken byte by U+FFFD, as encoding/json does.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

// timeText is a time as the rest of the engine keeps it.
func timeText(t time.Time) (string, error) {
	text, ok := moments.Text(t)
	if !ok {
		return "", problem("keep times between the years 0 and 9999", "the time is too far away")
	}
	return text, nil
}

// DecodeValue reads JSON into the set that Normalize gives: a number without a
// fraction that an int can hold is an int, any other is a float64. Broken JSON,
// data after the value and values beyond Normalize's limits are an *Error.
func DecodeValue(data []byte) (any, error) {
	v, err := decodeValue(data)
	return v, public(err, 0)
}

func decodeValue(data []byte) (any, error) {
	if len(data) > maxEncoded {
		return nil, problem("shorten it", "the JSON is longer than %d KiB", maxEncoded>>10)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, problem("check quotes, commas and brackets", "the text is not JSON")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, problem("give exactly one JSON value", "there is something after the end of the JSON")
	}
	return normalize(v)
}

// decodeNumber refuses what would be rounded: an account number of 20 digits must
// not become another one.
func decodeNumber(s string) (any, error) {
	if v, ok := numeric.Literal(s); ok {
		return v, nil
	}
	if x, err := strconv.ParseFloat(s, 64); err != nil || math.IsInf(x, 0) {
		return nil, problem("use a number below 1e308", "a number is too large")
	}
	return nil, problem("write it as text, in quotes", "%s", ErrInexact)
}
