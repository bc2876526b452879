package expression

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type word string

func TestNormalize(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ in, want any }{
		"nil":                {nil, nil},
		"text":               {"a", "a"},
		"named text":         {word("a"), "a"},
		"broken text":        {"a\xffb", "a\ufffdb"},
		"whole float":        {2.0, 2},
		"negative zero":      {math.Copysign(0, -1), 0},
		"fraction":           {2.5, 2.5},
		"large whole float":  {float64(1 << 53), 1 << 53},
		"beyond int":         {math.Pow(2, 63), math.Pow(2, 63)},
		"smallest int":       {-math.Pow(2, 63), math.MinInt},
		"other numbers":      {[]any{int8(1), uint16(2), int64(3), float32(4), float32(0.5)}, []any{1, 2, 3, 4, 0.5}},
		"large unsigned":     {uint64(math.MaxUint64), float64(math.MaxUint64)},
		"named bool":         {[]bool{true}, []any{true}},
		"JSON number":        {json.Number("12"), 12},
		"JSON fraction":      {json.Number("1.50"), 1.5},
		"time":               {testNow.In(time.FixedZone("X", 3600)), "2026-03-04T05:06:07Z"},
		"time with fraction": {testNow.Add(time.Millisecond), "2026-03-04T05:06:07.001Z"},
		"duration":           {90 * time.Second, "1m30s"},
		"zone":               {time.UTC, "UTC"},
		"typed list":         {[2]string{"a", "b"}, []any{"a", "b"}},
		"typed object":       {map[word]int{"b": 1}, map[string]any{"b": 1}},
		"nested":             {map[string]any{"a": []any{1.0, map[string]any{"b": nil}}}, map[string]any{"a": []any{1, map[string]any{"b": nil}}}},
	} {
		got, err := Normalize(tc.in)
		if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestNormalizeRefuses(t *testing.T) {
	t.Parallel()
	deep := any(nil)
	for range MaxDepth + 1 {
		deep = []any{deep}
	}
	wide := map[string]any{}
	for range MaxElements + 1 {
		wide[strings.Repeat("k", len(wide))] = nil
		if len(wide) > 500 {
			break
		}
	}
	for name, tc := range map[string]struct {
		in   any
		want string
	}{
		"function":         {func() {}, "the value cannot be kept as data"},
		"channel inside":   {[]any{make(chan int)}, "the value cannot be kept as data"},
		"struct":           {struct{ A int }{1}, "the value cannot be kept as data"},
		"number keys":      {map[int]int{1: 1}, "the value cannot be kept as data"},
		"NaN":              {math.NaN(), "the result is not a finite number"},
		"infinity":         {map[string]any{"a": math.Inf(1)}, "the result is not a finite number"},
		"typed infinity":   {[]float32{float32(math.Inf(-1))}, "the result is not a finite number"},
		"too deep":         {deep, "the value nests deeper than 32 levels"},
		"too many":         {make([]any, MaxElements+1), "the value has more than 10000 elements"},
		"too many typed":   {make([]int, MaxElements+1), "the value has more than 10000 elements"},
		"too many in all":  {[]any{make([]any, MaxElements/2), make([]any, MaxElements/2)}, "the value has more than 10000 elements"},
		"text too long":    {strings.Repeat("x", MaxText+1), "the value holds more than 64 KiB of text"},
		"keys too long":    {wide, "the value holds more than 64 KiB of text"},
		"far time":         {testNow.AddDate(9000, 0, 0), "the time is too far away"},
		"huge number":      {json.Number("1e999"), "a number is too large"},
		"key of an object": {map[word]any{"a": func() {}}, "the value cannot be kept as data"},
	} {
		_, err := Normalize(tc.in)
		var got *Error
		if !errors.As(err, &got) || got.Message != tc.want {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	many := map[string]string{}
	for i := range MaxElements + 1 {
		many[string(rune(i))] = ""
	}
	if _, err := Normalize(many); err == nil {
		t.Error("an object with too many entries passes")
	}
}

func TestDecodeValue(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]any{
		`null`: nil, ` "a" `: "a", `12`: 12, `1.0`: 1, `1e3`: 1000, `-0`: 0, `0.5`: 0.5, `9223372036854775807`: math.MaxInt, `1e20`: 1e20,
		`{"a": [1, {"b": 2.5}]}`: map[string]any{"a": []any{1, map[string]any{"b": 2.5}}}, `[]`: []any{}, `{}`: map[string]any{},
	} {
		got, err := DecodeValue([]byte(source))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", source, err, diff)
		}
	}
	for _, source := range []string{``, `{`, `12345678901234567890`, `[0.12345678901234567891]`, `1 2`, `[1,]`, `{"a": 1e999}`, strings.Repeat("[", 40) + strings.Repeat("]", 40), strings.Repeat(" ", maxEncoded+1)} {
		if _, err := DecodeValue([]byte(source)); !errors.As(err, new(*Error)) {
			t.Errorf("%.20s: got %v, want an *Error", source, err)
		}
	}
}

func TestNormalizedValuesEqualThemselvesAfterJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, err := Normalize(anyValue(3).Draw(t, "value"))
		if err != nil {
			t.Skip(err)
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeValue(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, back); diff != "" {
			t.Fatalf("%s differs:\n%s", data, diff)
		}
		again, err := Normalize(v)
		if diff := cmp.Diff(v, again); err != nil || diff != "" {
			t.Fatalf("normalizing again: %v\n%s", err, diff)
		}
	})
}

func anyValue(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(),
		rapid.Map(rapid.Int(), func(i int) any { return float64(i) }),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return string(b) }),
		rapid.Map(rapid.IntRange(0, 1e9), func(i int) any { return testNow.Add(time.Duration(i)) }),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.SliceOfN(anyValue(depth-1), 0, 4).AsAny(),
			rapid.MapOfN(rapid.String(), anyValue(depth-1), 0, 4).AsAny(),
		)
	}
	return rapid.OneOf(kinds...)
}
