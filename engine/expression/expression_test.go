package expression

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// testVariables are what a run holds: declared inputs, outputs of steps, and the
// contact.
func testVariables() map[string]any {
	return map[string]any{
		"phone": "+639171234567", "code": 123456, "amount": 12.5, "vip": true, "nothing": nil,
		"name": "Zoë", "empty": "", "injected": `{{ code }} ${code} 1 + 1`,
		"tags":  []any{"new", "vip"},
		"items": []any{map[string]any{"sku": "a", "price": 3, "qty": 2}, map[string]any{"sku": "b", "price": 1.5}},
		"steps": map[string]any{"viber_ph": map[string]any{"status": "delivered", "tries": 2}},
		"contact": map[string]any{
			"attributes": map[string]any{"first name": "Ana", "age": 30}, "tags": []any{},
		},
		"times": map[string]any{"at": "2026-03-04T05:06:07Z"},
		"big":   9007199254740993, "int64": int64(7), "strings": []string{"a", "b"},
	}
}

func evaluate(t *testing.T, source string) (any, error) {
	t.Helper()
	e, err := Compile(source)
	if err != nil {
		return nil, err
	}
	return e.Eval(testVariables(), testNow)
}

func TestExpressionsGiveValues(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]any{
		// Literals and variables.
		`nil`: nil, `true`: true, `42`: 42, `0x2A`: 42, `1_000`: 1000, `.5`: 0.5, `2.0`: 2, `1e3`: 1000,
		`"a\nb"`: "a\nb", `'it\'s'`: "it's", "`raw \\n`": `raw \n`, `"\u00e9"`: "é",
		`[1, "a", nil]`: []any{1, "a", nil}, `{a: 1, "b c": 2, 3: 4}`: map[string]any{"a": 1, "b c": 2, "3": 4},
		`{("a" + "b"): 1}`: map[string]any{"ab": 1}, `{(1.5): 1, (true): 2}`: map[string]any{"1.5": 1, "true": 2},
		`phone`: "+639171234567", `code`: 123456, `big`: 9007199254740993, `int64`: 7, `strings`: []any{"a", "b"},
		`1 /* one */ + 2 // three`: 3, `(1)`: 1, `1;2`: 2,

		// Members.
		`steps.viber_ph.status`: "delivered", `steps["viber_ph"].status`: "delivered", `steps?.viber_ph?.status`: "delivered",
		`contact.attributes["first name"]`: "Ana", `contact["attri" + "butes"].age`: 30, `get(contact, "tags")`: []any{},
		`tags[0]`: "new", `tags[-1]`: "vip", `tags[4/4]`: "vip", `tags[9]`: nil, `tags[-9]`: nil, `strings[1]`: "b",
		`undefined`: nil, `undefined.a.b["c"].d`: nil, `steps.sms.status`: nil, `nothing?.x`: nil, `nothing[0]`: nil, `nothing[1:2]`: nil,
		`{a: {b: 1}}.a.b`: 1, `[{a: 5}][0].a`: 5, `{"1": "one"}[1]`: "one", `get(nil, "a")`: nil, `get(tags, 7)`: nil, `get(tags, 1)`: "vip",
		`get({a: 1}, nil)`: nil, `get(5, 1)`: nil,

		// Texts are made of characters.
		`name[2]`: "ë", `name[-1]`: "ë", `name[9]`: nil, `name[0:2]`: "Zo", `name[1:]`: "oë", `name[:-1]`: "Zo", `name[2:1]`: "", `name[-9:9]`: "Zoë",
		`len(name)`: 3, `indexOf(name + "x", "x")`: 3, `lastIndexOf("ëaëa", "a")`: 3, `indexOf("a", "b")`: -1,

		// Arithmetic.
		`1 + 2 * 3`: 7, `(1 + 2) * 3`: 9, `7 / 2`: 3.5, `6 / 2`: 3, `7 % 4`: 3, `-7 % 4`: -3, `8.0 % 3`: 2, `2 ** 10`: 1024, `2 ^ 0.5 > 1.41`: true,
		`-code`: -123456, `+1`: 1, `- -1`: 1, `-amount`: -12.5, `code + amount`: 123468.5, `amount - 1`: 11.5, `1 - amount`: -11.5, `amount * 2`: 25,
		`9223372036854775807 + 1`: 9223372036854775808.0, `-9223372036854775807 - 2`: -9223372036854775808,
		`9223372036854775807 * 2`: 18446744073709551616.0 - 2.0, `3037000500 * 3037000500`: 9.22337203700025e18,
		`-9223372036854775807 - 1`: -9223372036854775808, `-3 * 4`: -12, `-(-9223372036854775807 - 1)`: 9223372036854775808.0,

		// + joins as text.
		`"#" + 5`: "#5", `5 + "#"`: "5#", `"a" + 1.5`: "a1.5", `"a" + nil`: "a", `"a" + true`: "atrue", `"a" + [1, "b"]`: `a["1"]`[:2] + `1,"b"]`,
		`"a" + {b: nil}`: `a{"b":null}`, `name + " " + code`: "Zoë 123456", `"" + 2.0`: "2", `"" + 1e21`: "1e+21", `"" + 0.0000001`: "1e-07", `"" + -0.0`: "0",

		// Comparisons.
		`1 == 1.0`: true, `1.5 == 1`: false, `1.5 == 1.5`: true, `"a" == "a"`: true, `"5" == 5`: false, `nil == nil`: true, `nil == ""`: false, `nil == false`: false,
		`true == true`: true, `[1, [2]] == [1.0, [2]]`: true, `[1] == [1, 2]`: false, `{a: 1} == {a: 1.0}`: true, `{a: 1} == {b: 1}`: false, `{a: 1} == [1]`: false,
		`[1] == {a: 1}`: false, `{a: 1} == {a: 2}`: false, `{a: 1} == {a: 1, b: 1}`: false, `1 != 2`: true, `tags != ["new"]`: true,
		`1 < 2`: true, `2 <= 2.0`: true, `1.5 > 1`: true, `2.5 >= 2.4`: true, `"a" < "b"`: true, `"10" < "9"`: true, `1 < 2 < 3`: true, `1 < 3 < 2`: false,
		`nothing > 1`: false, `nothing < 1`: false, `1 >= nothing`: false, `contact.missing <= 5`: false,

		// Logic.
		`true and false`: false, `true && true`: true, `false or true`: true, `false || false`: false, `not vip`: false, `!nothing`: true, `nothing or vip`: true,
		`nothing and 1`: false, `false and int("x")`: false, `true or int("x")`: true, `vip ? "a" : "b"`: "a", `nothing ? "a" : "b"`: "b", `nothing ?: "b"`: "b",
		`if vip { "a" } else { "b" }`: "a", `if not vip { 1 } else if code > 1 { 2 } else { 3 }`: 2,
		`nothing ?? "d"`: "d", `name ?? "d"`: "Zoë", `contact.missing ?? nil ?? 3`: 3, `(nothing ?? 0) + 1`: 1,

		// Membership and text tests.
		`"vip" in tags`: true, `"x" in tags`: false, `"x" not in tags`: true, `1.0 in [1, 2]`: true, `"viber_ph" in steps`: true, `1 in steps`: false, `"a" in nothing`: false,
		`phone startsWith "+63"`: true, `phone endsWith "7"`: true, `phone contains "917"`: true, `phone not contains "917"`: false, `nothing contains "a"`: false, `"a" contains nothing`: false,
		`phone matches "\\+63\\d{10}"`: true, `phone matches "63"`: false, `phone matches ".*63.*"`: true, `nothing matches "a"`: false, `"a" matches nothing`: false,
		`"YES" matches "(?i)" + "yes|no"`: true, `"yes!" matches "yes|no"`: false, `"a.c" matches "\\Qa.c"`: true,

		// Ranges, let, pipes.
		`1..3`: []any{1, 2, 3}, `3..1`: []any{}, `1..4/2`: []any{1, 2}, `let x = 2; let y = x + 1; x * y`: 6, `let code = 1; code`: 1, `let s = steps.viber_ph; s.status`: "delivered",
		`let a = {b: {c: 1}}; a.b.c`: 1, `name | upper() | len()`: 3, `tags | map(# + "!") | join(",")`: "new!,vip!",

		// What values contain is never evaluated.
		`injected`: `{{ code }} ${code} 1 + 1`, `injected + ""`: `{{ code }} ${code} 1 + 1`, `[injected][0]`: `{{ code }} ${code} 1 + 1`,
	} {
		got, err := evaluate(t, source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
	}
}

func TestFunctionsGiveValues(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]any{
		// Loops.
		`all([1, 2], # > 0)`: true, `all([1, -2, 3], # > 0)`: false, `all([], false)`: true, `any(tags, # == "vip")`: true, `any([], true)`: false,
		`none([1], # > 1)`: true, `none([2], # > 1)`: false, `one([1, 2], # > 1)`: true, `one([2, 2], # > 1)`: false, `any(contact.missing, true)`: false,
		`filter(1..5, # % 2 == 0)`: []any{2, 4}, `filter(items, .price > 2)[0].sku`: "a", `map(tags, #index)`: []any{0, 1}, `map(tags, upper(#))`: []any{"NEW", "VIP"},
		`map(items, .qty ?? 1)`: []any{2, 1}, `map(1..2, {let a = #; map(1..2, # * a)})`: []any{[]any{1, 2}, []any{2, 4}},
		`find(1..5, # > 2)`: 3, `find([], true)`: nil, `findIndex(1..5, # > 2)`: 2, `findIndex([], true)`: nil, `findLast(1..5, # < 4)`: 3, `findLastIndex(1..5, # < 4)`: 2,
		`count([true, false, true])`: 2, `count(1..5, # > 2)`: 3, `sum([1, 2.5])`: 3.5, `sum([])`: 0, `sum(items, .price)`: 4.5, `sum(nothing)`: 0,
		`groupBy(1..4, # % 2)`:         map[string]any{"0": []any{2, 4}, "1": []any{1, 3}},
		`groupBy([{a: "x"}, {}], .a)`:  map[string]any{"x": []any{map[string]any{"a": "x"}}, "": []any{map[string]any{}}},
		`sortBy(items, .price)[0].sku`: "b", `sortBy(items, .price, "desc")[0].sku`: "a", `sortBy([3, 1, 2], -#)`: []any{3, 2, 1},
		`reduce(1..4, #acc + #)`: 10, `reduce([], #acc + #, 5)`: 5, `reduce(1..3, #acc + #index, 0)`: 3, `reduce(1..2, #acc + sum(map(1..2, # + #acc)), 0)`: 12,

		// Lists.
		`first(tags)`: "new", `last(tags)`: "vip", `first([])`: nil, `last(nothing)`: nil, `take(1..5, 2)`: []any{1, 2}, `take([1], 9)`: []any{1}, `take(nothing, 1)`: []any{},
		`reverse([1, 2])`: []any{2, 1}, `reverse(nothing)`: []any{}, `concat([1], [2, 3], nothing)`: []any{1, 2, 3}, `flatten([1, [2, [3]], []])`: []any{1, 2, 3},
		`uniq([1, 1.0, "1", nil, nil, true, 1.5, 1.5])`: []any{1, "1", nil, true, 1.5}, `uniq([[1], [1.0], {a: 1}, {a: 1}, [2]])`: []any{[]any{1}, map[string]any{"a": 1}, []any{2}},
		`sort([3, 1.5, 2])`: []any{1.5, 2, 3}, `sort(["b", "a"], "desc")`: []any{"b", "a"}, `sort([2, nil, 1])`: []any{nil, 1, 2}, `sort(nothing)`: []any{},
		`join(["a", 1, nil], "-")`: "a-1-", `join(["a", "b"])`: "ab", `len(tags)`: 2, `len(steps)`: 1, `len(nothing)`: 0, `len([])`: 0,
		`min(3, 1, 2)`: 1, `max([1, [5, 2.5]])`: 5, `min([])`: nil, `max(nothing)`: nil, `mean([1, 2])`: 1.5, `mean([])`: 0, `mean(nothing)`: 0, `median([3, 1, 2])`: 2, `median([4, 1, 2, 3])`: 2.5, `median([])`: 0,
		`tags[0:1]`: []any{"new"}, `(1..5)[-2:]`: []any{4, 5}, `(1..5)[1:-1]`: []any{2, 3, 4},

		// Objects.
		`keys({b: 1, a: 2})`: []any{"a", "b"}, `values({b: 1, a: 2})`: []any{2, 1}, `toPairs({b: 1, a: 2})`: []any{[]any{"a", 2}, []any{"b", 1}}, `fromPairs([["a", 1], [2, 3]])`: map[string]any{"a": 1, "2": 3}, `keys(nothing)`: []any{},

		// Texts.
		`trim("  a ")`: "a", `trim("__a_", "_")`: "a", `trimPrefix("+63", "+")`: "63", `trimPrefix(" a")`: "a", `trimSuffix("a!", "!")`: "a", `upper("aß")`: strings.ToUpper("aß"), `lower("ÄB")`: "äb", `upper(nothing)`: "",
		`split("a,b,c", ",")`: []any{"a", "b", "c"}, `split("a,b,c", ",", 2)`: []any{"a", "b,c"}, `split("aë", "")`: []any{"a", "ë"}, `split("a,b", ",", 0)`: []any{}, `splitAfter("a,b", ",")`: []any{"a,", "b"},
		`replace("aaa", "a", "b")`: "bbb", `replace("aaa", "a", "b", 2)`: "bba", `replace("aaa", "a", "", -1)`: "", `replace("ab", "", "-")`: "-a-b-",
		`repeat("ab", 2)`: "abab", `repeat("", 9999999)`: "", `hasPrefix("abc", "ab")`: true, `hasSuffix("abc", "bc")`: true,

		// Numbers.
		`abs(-2)`: 2, `abs(2)`: 2, `abs(-2.5)`: 2.5, `ceil(1.2)`: 2, `floor(-1.2)`: -2, `round(2.5)`: 3, `round(7)`: 7, `floor(1e300)`: 1e300,
		`bitand(6, 3)`: 2, `bitor(6, 3)`: 7, `bitxor(6, 3)`: 5, `bitnand(6, 3)`: 4, `bitnot(0)`: -1, `bitshl(1, 4)`: 16, `bitshr(-16, 2)`: -4, `bitushr(16, 2)`: 4,

		// Conversion.
		`int("12")`: 12, `int(12.9)`: 12, `int(5)`: 5, `float("1.5")`: 1.5, `float(2)`: 2, `string(5)`: "5", `string(nil)`: "", `string([1, "<a>"])`: `[1,"<a>"]`, `string({b: 1, a: [true, nil, 1.5]})`: `{"a":[true,null,1.5],"b":1}`,
		`toJSON("a\"b\u0001é")`: `"a\"b\u0001é"`, `fromJSON("{\"a\": [1, 2.5, 1e2, null]}")`: map[string]any{"a": []any{1, 2.5, 100, nil}}, `toBase64("hi")`: "aGk=", `fromBase64("aGk=")`: "hi",
		`map([nil, true, 1, 1.5, "a", [], {}], type(#))`: []any{"nil", "bool", "int", "float", "string", "array", "map"}, `type(now())`: "time.Time", `type(duration("1s"))`: "time.Duration", `type(timezone("UTC"))`: "unknown",

		// Times. The test's now is 2026-03-04T05:06:07Z, a Wednesday.
		`now()`: "2026-03-04T05:06:07Z", `now(timezone("Asia/Manila")).Hour()`: 13, `now().In("Asia/Manila").Hour()`: 13, `now().In(timezone("Asia/" + "Manila")).Day()`: 4,
		`[now().Year(), now().Month(), now().Day(), now().Minute(), now().Second(), now().Weekday(), now().YearDay()]`: []any{2026, 3, 4, 6, 7, 3, 63},
		`now().Unix()`: 1772600767, `now().UnixMilli()`: 1772600767000, `now().Format("02.01.2006 15:04")`: "04.03.2026 05:06", `now().Add(duration("1h")).Hour()`: 6, `now().Add("2h").Hour()`: 7,
		`string(now() + duration("7d"))`: "2026-03-11T05:06:07Z", `duration("1h") + now()`: "2026-03-04T06:06:07Z", `now() - duration("1s")`: "2026-03-04T05:06:06Z", `now() - date("2026-03-04")`: "5h6m7s",
		`(now() - date("2026-03-01")).Hours() > 72`: true, `now() > date("2026-01-01")`: true, `now() == date(times.at)`: true, `date(times.at).Equal(now())`: true, `now().After(date("2026-01-01"))`: true, `now().Before(date("2026-01-01"))`: false,
		`date("04.03.2026", "02.01.2006")`: "2026-03-04T00:00:00Z", `date("2026-03-04 08:00", "2006-01-02 15:04", "Asia/Manila")`: "2026-03-04T00:00:00Z", `date(timezone("Asia/Manila"), "2026-03-04")`: "2026-03-03T16:00:00Z", `date(now()) == now()`: true,
		`now().AddDate(0, 1, -1).Format("2006-01-02")`: "2026-04-03", `now().Truncate(duration("1h")).Minute()`: 0, `now().Sub(date("2026-03-04")).Minutes() > 306`: true, `now().UTC().String()`: "2026-03-04T05:06:07Z",
		`duration("90s")`: "1m30s", `duration("1d12h").Hours()`: 36, `duration(duration("1s"))`: "1s", `duration("90s").Seconds()`: 90, `duration("1s").Milliseconds()`: 1000, `duration("90s").String()`: "1m30s", `-duration("1s")`: "-1s",
		`duration("1h") * 2`: "2h0m0s", `1.5 * duration("1h")`: "1h30m0s", `duration("1h") / 2`: "30m0s", `duration("1h") / duration("30m")`: 2, `duration("1h") + duration("1m")`: "1h1m0s", `duration("1h") - duration("1m")`: "59m0s", `duration("1h") > duration("1m")`: true,
		`duration("1m") == duration("60s")`: true, `timezone("UTC") == timezone("UTC")`: true, `string(timezone("UTC"))`: "UTC", `timezone("Asia/Manila")`: "Asia/Manila", `toJSON([now(), duration("1s")])`: `["2026-03-04T05:06:07Z","1s"]`, `map([now()], .Year())`: []any{2026}, `nothing.Year()`: nil, `uniq([now(), now()])`: []any{"2026-03-04T05:06:07Z"},
		`"at " + now()`: "at 2026-03-04T05:06:07Z",
	} {
		got, err := evaluate(t, source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
	}
}

func TestReferencesAreWhatTheSourceReads(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]Reference{
		`1 + 2`:                             nil,
		`code`:                              {{[]string{"code"}, 0}},
		` steps.viber_ph.status == "x"`:     {{[]string{"steps", "viber_ph", "status"}, 1}},
		`steps["viber_ph"]?.status`:         {{[]string{"steps", "viber_ph", "status"}, 0}},
		`steps[name].status`:                {{[]string{"steps"}, 0}, {[]string{"name"}, 6}},
		`steps.a[0].b`:                      {{[]string{"steps", "a"}, 0}},
		`"ä" + code`:                        {{[]string{"code"}, 7}},
		`let a = code; a.b + c`:             {{[]string{"code"}, 8}, {[]string{"c"}, 20}},
		`let a = a; a`:                      {{[]string{"a"}, 8}},
		`map(items, .price * #.qty + rate)`: {{[]string{"items"}, 4}, {[]string{"rate"}, 28}},
		`reduce(items, #acc + #, start)`:    {{[]string{"items"}, 7}, {[]string{"start"}, 24}},
		`a < b < c`:                         {{[]string{"a"}, 0}, {[]string{"b"}, 4}, {[]string{"c"}, 8}},
		`now().Format(layout)`:              {{[]string{"layout"}, 13}},
		`contact.name | upper()`:            {{[]string{"contact", "name"}, 0}},
		`a.b.c(1)`:                          nil,
		`{a: b, "c": d[1:e]}`:               {{[]string{"b"}, 4}, {[]string{"d"}, 12}, {[]string{"e"}, 16}},
	} {
		e, err := Compile(source)
		if err != nil {
			if want != nil {
				t.Errorf("%s: %v", source, err)
			}
			continue
		}
		if diff := cmp.Diff(want, e.References()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
		if e.Source() != source {
			t.Errorf("Source() is %q, want %q", e.Source(), source)
		}
	}
}

func TestEvalLeavesItsEnvironmentAlone(t *testing.T) {
	t.Parallel()
	env := testVariables()
	for _, source := range []string{
		`sort(tags)`, `reverse(tags)`, `concat(tags, ["x"])`, `concat(tags[0:1], ["x"])`, `uniq(tags)`, `take(tags, 1)`, `sortBy(items, .sku, "desc")`, `fromPairs(toPairs(steps))`, `median([2, 1])`,
	} {
		e, err := Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Eval(env, testNow); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
	e, err := Compile("tags")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Eval(env, testNow)
	if err != nil {
		t.Fatal(err)
	}
	v.([]any)[0] = "changed"
	if diff := cmp.Diff(testVariables(), env); diff != "" {
		t.Errorf("the environment changed:\n%s", diff)
	}
}

func TestOneExpressionServesManyGoroutines(t *testing.T) {
	t.Parallel()
	e, err := Compile(`let n = x; sum(map(1..50, # * n)) + len(name) + (name matches "Z.*" ? 1 : 0)`)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for range 50 {
				v, err := e.Eval(map[string]any{"x": worker, "name": "Zoë"}, testNow)
				if err != nil || v != 1275*worker+4 {
					t.Errorf("worker %d: got %v, %v", worker, v, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTheClockIsTheCallers(t *testing.T) {
	t.Parallel()
	e, err := Compile(`now()`)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{testNow, testNow.Add(1500 * time.Millisecond), testNow.In(time.FixedZone("X", 3600))} {
		got, err := e.Eval(nil, at)
		if want := at.UTC().Format(time.RFC3339Nano); err != nil || got != want {
			t.Errorf("got %v, %v, want %s", got, err, want)
		}
	}
}

func TestAFaultyNodeDoesNotPanic(t *testing.T) {
	t.Parallel()
	e := &Expression{run: func(*frame) (any, error) { panic("broken") }, base: 3}
	_, err := e.Eval(nil, testNow)
	want := &Error{Offset: 3, Message: "the expression could not be evaluated"}
	if diff := cmp.Diff(want, err); diff != "" {
		t.Error(diff)
	}
	if err := public(errors.New("unforeseen"), 3); !cmp.Equal(err, error(want)) {
		t.Errorf("got %v", err)
	}
}
