package engine_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sluice/engine"
)

// texts are such that JSON writes in different ways.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(), rapid.StringMatching(`[a-z ]{0,12}`),
		rapid.SampledFrom([]string{"", `a "b" \c`, "<b>&</b>", "a\u2028b\u2029", "\x00\x1f\x7f", "bad \xff byte", "ünï ✓ 😀", "\ufffd"}),
	)
}

func jsonValues() *rapid.Generator[any] {
	scalar := rapid.OneOf(
		rapid.Just[any](nil), rapid.Map(rapid.Bool(), asAny), rapid.Map(rapid.Int(), asAny), rapid.Map(rapid.Float64(), asAny), rapid.Map(texts(), asAny),
		rapid.Just[any](json.Number("12.50")), rapid.Just[any](map[string]any(nil)), rapid.Just[any]([]any(nil)),
	)
	list := rapid.OneOf(scalar, rapid.Map(rapid.SliceOfN(scalar, 0, 3), func(v []any) any { return v }))
	return rapid.OneOf(list, rapid.Map(rapid.MapOfN(texts(), list, 0, 12), func(v map[string]any) any { return v }))
}

func asAny[T any](v T) any { return v }

func times() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		at := time.UnixMilli(rapid.Int64Range(-62_135_596_800_000, 300_000_000_000_000).Draw(t, "ms")).UTC()
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			return time.Time{}
		case 1:
			return at.In(time.FixedZone("", 3600*rapid.IntRange(-30, 30).Draw(t, "zone")))
		default:
			return at
		}
	})
}

// fill gives every field of a struct some value, so that a field that the
// encoder does not know of shows.
func fill(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		if rapid.IntRange(0, 9).Draw(t, name+" empty") == 0 {
			continue
		}
		switch x := field.Addr().Interface().(type) {
		case *time.Time:
			*x = times().Draw(t, name)
		case *json.RawMessage:
			*x = raw().Draw(t, name)
		case *map[string]any:
			*x = rapid.MapOfN(texts(), jsonValues(), 0, 3).Draw(t, name)
		case *map[string]map[string]any:
			*x = rapid.MapOfN(texts(), rapid.MapOfN(texts(), jsonValues(), 0, 3), 0, 3).Draw(t, name)
		case *map[string]int:
			*x = rapid.MapOfN(texts(), rapid.Int(), 0, 3).Draw(t, name)
		default:
			fillPlain(t, name, field)
		}
	}
}

func fillPlain(t *rapid.T, name string, field reflect.Value) {
	switch field.Kind() {
	case reflect.String:
		field.SetString(texts().Draw(t, name))
	case reflect.Int:
		field.SetInt(int64(rapid.Int().Draw(t, name)))
	case reflect.Bool:
		field.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Struct:
		fill(t, field)
	case reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		fill(t, field.Elem())
	default:
		t.Fatalf("the field %s is of a kind that this test does not know: %s", name, field.Type())
	}
}

// raw is JSON as nodes write it, as people do, and none at all.
func raw() *rapid.Generator[json.RawMessage] {
	return rapid.Custom(func(t *rapid.T) json.RawMessage {
		if broken := rapid.IntRange(0, 30).Draw(t, "broken"); broken == 0 {
			return json.RawMessage(rapid.SampledFrom([]string{`{"a":`, `"a" "b"`, `"\"`, ``}).Draw(t, "text"))
		}
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(rapid.Bool().Draw(t, "escaped"))
		if rapid.Bool().Draw(t, "indented") {
			enc.SetIndent("", " ")
		}
		v := jsonValues().Filter(func(v any) bool { _, err := json.Marshal(v); return err == nil }).Draw(t, "value")
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSpace(out.Bytes())
	})
}

func TestStatesAndTracesAreEncodedAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s engine.State
		fill(t, reflect.ValueOf(&s).Elem())
		got, err := engine.EncodeState(s)
		compare(t, s, got, err)

		trace := make(engine.Trace, rapid.IntRange(0, 2).Draw(t, "items"))
		for i := range trace {
			fill(t, reflect.ValueOf(&trace[i]).Elem())
		}
		got, err = engine.EncodeTrace(trace)
		compare(t, trace, got, err)
	})
	got, err := engine.EncodeTrace(nil)
	if err != nil || string(got) != "null" {
		t.Errorf("no trace is %s (%v)", got, err)
	}
}

func compare(t *rapid.T, v any, got []byte, err error) {
	t.Helper()
	want, wantErr := json.Marshal(v)
	switch {
	case (err != nil) != (wantErr != nil):
		t.Fatalf("the error is %v, not %v", err, wantErr)
	case err == nil && !bytes.Equal(got, want):
		t.Fatalf("encoded\n%s\nnot\n%s", strconv.Quote(string(got)), strconv.Quote(string(want)))
	}
}
