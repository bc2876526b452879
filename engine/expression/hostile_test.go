package expression

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// hostile are expressions made to hold up a server: by loops in loops, by growing
// texts and lists, by values that share parts, by patterns, by nesting.
func hostile() map[string]string {
	huge := strings.Repeat("x", 1000)
	return map[string]string{
		"reduce that grows a text (the design's example)": `reduce(1..100000, #acc + "xxxxxxxxxx", "")`,
		"reduce that grows a text within the list limit":  `reduce(1..10000, #acc + "xxxxxxxxxx", "")`,
		"reduce that doubles a text":                      `reduce(1..100, #acc + #acc, "x")`,
		"reduce that copies the longest text":             `reduce(1..10000, (#acc + "x")[0:16000], repeat("x", 16000))`,
		"range of everything":                             `1..9223372036854775807`,
		"range across zero":                               `-9223372036854775807..9223372036854775807`,
		"many ranges":                                     `map(1..1000, 1..9000)`,
		"loops in loops":                                  `map(1..1000, map(1..1000, map(1..1000, #)))`,
		"counting loops in loops":                         `count(1..9999, {let a = #; any(1..9999, {let b = #; none(1..9999, # == a + b)})})`,
		"let chain that doubles lists":                    doubling(`let %s=[%s,%s];`, "a0", "len(toJSON(%s))"),
		"let chain compared with itself":                  doubling(`let %s=[%s,%s];`, "a0", "%[1]s == %[1]s"),
		"let chain of objects compared":                   doubling(`let %s={a:%s,b:%s};`, "a0", "%[1]s == %[1]s"),
		"let chain flattened":                             doubling(`let %s=[%s,%s];`, "a0", "len(flatten(%s))"),
		"let chain returned":                              doubling(`let %s=[%s,%s];`, "a0", "%s"),
		"let chain averaged":                              doubling(`let %s=[%s,%s];`, "1", "mean(%s)"),
		"let chain of texts":                              doubling(`let %s=%s+%s;`, `"x"`, "%s"),
		"deep list":                                       `reduce(1..10000, [#acc], [])`,
		"deep list compared":                              `let d = reduce(1..10000, [#acc], []); d == d`,
		"deep list as text":                               `"" + reduce(1..10000, [#acc], [])`,
		"deep list flattened":                             `flatten(reduce(1..10000, [#acc], []))`,
		"deep list averaged (CVE-2025-68156)":             `mean(reduce(1..10000, [#acc], []))`,
		"deep list of extremes (CVE-2025-68156)":          `max(reduce(1..10000, [#acc, 1], []))`,
		"many comparisons in a chain of chains":           chains(150),
		"sorting in a loop":                               `map(1..100, sort(reverse(1..10000)))`,
		"sorting long texts":                              `let t = repeat("x", 16000); sort(map(1..9999, t))`,
		"sorting nested":                                  `sortBy(1..9999, sortBy(1..9999, -#)[#])`,
		"uniq of lists":                                   `uniq(map(1..9999, [#, #, #]))`,
		"uniq of long texts":                              `let t = repeat("x", 16000); uniq(map(1..9999, t))`,
		"groupBy in a loop":                               `map(1..99, groupBy(1..9999, # % 7))`,
		"group keys":                                      `groupBy(1..9999, # * 1.5)`,
		"in over a list of lists":                         `let l = map(1..2000, [#]); map(1..2000, [0] in l)`,
		"equal long texts":                                `let a = repeat("x", 16000); let b = repeat("x", 16000); count(1..9999, a == b)`,
		"contains in a loop":                              `let a = repeat("a", 16000); count(1..9999, a contains "aaaaaaaaab")`,
		"contains a long part":                            `let a = repeat("a", 16000); let b = repeat("a", 8000) + "b"; count(1..9999, a contains b)`,
		"contains in the longest variable":                `count(1..9999, long contains "xy")`,
		"characters of the longest variable":              `map(1..9999, long[-1])`,
		"slices of the longest variable":                  `map(1..9999, long[1:-1])`,
		"length of the longest variable":                  `sum(map(1..9999, len(long)))`,
		"has in a loop":                                   `let a = repeat("a", 16000); count(1..9999, has(a, "ab"))`,
		"has in a list of long texts":                     `let t = repeat("x", 16000); let l = map(1..999, t); count(1..9999, has(l, t + "y"))`,
		"same in a loop":                                  `let d = repeat("1", 16000); count(1..9999, same(d, 5))`,
		"oneOf many words":                                `let w = repeat("a,", 8000); count(1..9999, oneOf("b", w))`,
		"number of the longest text in a loop":            `let d = repeat("1", 16000); count(1..9999, number(d) > 1)`,
		"region in a loop":                                `count(1..9999, region("+639171234567") == "PH")`,
		"day in a loop":                                   `count(1..9999, day("2026-01-31T00:00:00Z") == "x")`,
		"split and join":                                  `reduce(1..9999, join(split(#acc, ""), ""), repeat("ab", 5000))`,
		"split in a loop":                                 `map(1..9999, split(repeat("a", 9000), ""))`,
		"replace that grows":                              `reduce(1..100, replace(#acc, "a", "aa"), "a")`,
		"replace in a loop":                               `map(1..9999, replace(repeat("a", 9000), "a", "b"))`,
		"replace nothing with something":                  `map(1..9999, replace(repeat("a", 9000), "", "-"))`,
		"repeat too often":                                `repeat("x", 9223372036854775807)`,
		"repeat in a loop (CVE-2025-29786)":               `map(1..10000, repeat("` + huge + `", 16))`,
		"trim of many signs":                              `map(1..9999, trim(repeat("я", 8000), repeat("абвя", 1000)))`,
		"changing case":                                   `map(1..9999, upper(repeat("ɐß", 3000)))`,
		"toJSON in a loop":                                `map(1..9999, toJSON(1..2000))`,
		"toJSON with escapes":                             `map(1..9999, toJSON(repeat("\u0001", 2000)))`,
		"fromJSON in a loop":                              `let s = toJSON(map(1..3000, [])); map(1..9999, fromJSON(s))`,
		"fromJSON of depth":                               `let s = repeat("[", 16000); map(1..9999, get([1], len(s)) ?? fromJSON(s))`,
		"fromJSON of objects":                             `let s = "[" + repeat("{\"a\":1},", 1500) + "1]"; map(1..9999, fromJSON(s))`,
		"base64":                                          `let s = repeat("x", 12000); map(1..9999, toBase64(s))`,
		"base64 back":                                     `let s = toBase64(repeat("x", 12000)); map(1..9999, fromBase64(s))`,
		"keys of a large object":                          `let o = groupBy(1..5000, #); map(1..9999, keys(o))`,
		"objects in a loop":                               `map(1..10000, ({a: #, b: #, c: #, d: {e: #}}))`,
		"objects compared":                                `let o = groupBy(1..3000, #); count(1..9999, o == o)`,
		"long keys sorted":                                `let t = repeat("x", 16000); let o = groupBy(1..50, t + #); map(1..9999, keys(o))`,
		"long keys looked up":                             `let t = repeat("x", 16000); let o = {(t): 1}; count(1..9999, o[t] == 1 and t in o)`,
		"long keys made":                                  `let t = repeat("x", 16000); map(1..9999, ({(t): #}))`,
		"pairs back and forth":                            `map(1..9999, fromPairs(toPairs(variables)))`,
		"concat in a loop":                                `reduce(1..9999, concat(#acc, #acc, [1])[0:4000], [1])`,
		"concat that doubles":                             `reduce(1..9999, concat(#acc, #acc), [1])`,
		"reverse in a loop":                               `let l = 1..10000; map(l, reverse(l))`,
		"median in a loop":                                `let l = 1..10000; map(l, median(l))`,
		"dates in a loop":                                 `map(1..10000, date("Mon, 02 Jan 2006 15:04:05 MST"))`,
		"dates that are none":                             `map(1..10000, get({}, "" + (date(string(now().Year()) + "-13") ?? 1)))`,
		"formatting times":                                `map(1..10000, now().Format("` + strings.Repeat("Monday January ", 16) + `"))`,
		"time zones in a loop":                            `map(1..10000, {let z = timezone("Asia/" + "Manila"); now().In(z)})`,
		"time zones that are none":                        `map(1..10000, timezone("No/Such" + #))`,
		"durations in a loop":                             `map(1..10000, duration("1h1m1s1ms1us1ns1h1m1s1ms1us1ns"))`,
		"dynamic patterns":                                `map(1..10000, "x" matches "(a|b)+" + #)`,
		"large dynamic patterns":                          `map(1..10000, "x" matches "\\pL{400}" + #)`,
		"dynamic classes":                                 `map(1..10000, "x" matches "(?i)[\\pL\\PL\\pN\\PN]" + #)`,
		"dynamic folded ranges":                           `map(1..10000, "x" matches "(?i)[Ѐ-ӿ][Ѐ-ӿ][Ѐ-ӿ][Ѐ-ӿ]" + #)`,
		"fold everything":                                 `"x" matches "(?i)[\\x42-\\x{1e943}]"`,
		"fold everything by letters":                      `"x" matches "(?i)[Ā-𞥂]"`,
		"nested counts":                                   `"x" matches "((x{100}){100}){100}"`,
		"backtracking pattern":                            `repeat("a", 16000) matches "(a*)*(a*)*(a*)*b"`,
		"wide pattern over a long text":                   `repeat("ab", 4000) matches "(.?b?){0,150}c"`,
		"wide pattern over the longest variable":          `long matches "(x+x+)+y"`,
		"counted classes over a text":                     `repeat("я", 900) matches "(?:\\pL|\\pN){0,450}\\d"`,
		"patterns in a loop":                              `map(1..9999, repeat("a", 5000) matches "(a|aa)+b")`,
		"many constant patterns":                          strings.Repeat(`x matches "\\pL{99}" or `, 150) + "true",
		"brackets":                                        strings.Repeat("(", 2000) + "1" + strings.Repeat(")", 2000),
		"open brackets":                                   strings.Repeat("(", 4000),
		"open lists":                                      strings.Repeat("[", 4000),
		"lists":                                           strings.Repeat("[", 2000) + strings.Repeat("]", 2000),
		"negations":                                       strings.Repeat("!", 4000) + "true",
		"minus signs":                                     strings.Repeat("-", 4000) + "1",
		"conditionals":                                    strings.Repeat("a?", 1300) + "a" + strings.Repeat(":a", 700),
		"loops nested in the source":                      strings.Repeat("map(", 400) + "[1]" + strings.Repeat(",#)", 400),
		"powers":                                          strings.Repeat("9**", 400) + "9",
		"a long sum":                                      strings.Repeat("1+", 400) + "1",
		"concatenated pieces":                             `let a = repeat("x", 16000); ` + strings.Repeat("(a + \"\") == a and ", 150) + "true",
		"maps of long texts":                              `map(1..10000, {let a = repeat("x", 16000); a + ""})`,
		"lists of long lists":                             `map(1..10000, take(variables.list, 1000))`,
		"elements of a variable in loops":                 `sum(variables.list, {let a = #; count(variables.list, # == a)})`,
		"searching a list of texts":                       `count(variables.texts, # in variables.texts)`,
		"joining lists of texts":                          `map(1..9999, join(variables.texts, ", "))`,
		"typed list":                                      `count(1..9999, strings[#] == "")`,
		"boxing numbers":                                  `map(1..10000, # * 100000 + 0.5)`,
		"a loop of conditions":                            `all(1..10000, # > 0 and # < 100000 and # != 5.5 and not (# == -1))`,
	}
}

// doubling builds let chains in which every name holds the one before twice.
func doubling(step, first, last string) string {
	var b strings.Builder
	b.WriteString("let a0=" + strings.ReplaceAll(first, "a0", "[1]") + ";")
	name := "a0"
	for i := 1; i <= 60; i++ {
		next := "a" + string(rune('0'+i/10)) + string(rune('0'+i%10))
		b.WriteString(strings.ReplaceAll(strings.Replace(step, "%s", next, 1), "%s", name))
		name = next
	}
	b.WriteString(strings.ReplaceAll(strings.ReplaceAll(last, "%[1]s", name), "%s", name))
	return b.String()
}

// chains builds comparisons whose middle the parser puts into the tree twice.
func chains(depth int) string {
	return strings.Repeat("0<(", depth) + "true" + strings.Repeat("?1:1)<2", depth)
}

// hostileVariables are as large as a run's variables may be.
func hostileVariables() map[string]any {
	list, short, object := make([]any, 9000), make([]any, 1000), make(map[string]any, 500)
	for i := range list {
		list[i] = i
	}
	for i := range short {
		short[i] = strings.Repeat("t", 60) + string(rune('a'+i%26))
	}
	for i := range 500 {
		object[strings.Repeat("k", i%20)+string(rune('a'+i%26))] = i
	}
	object["list"], object["texts"] = list, short
	return map[string]any{"long": strings.Repeat("x", MaxText), "variables": object, "strings": make([]string, 9000), "x": 1, "a": true}
}

var testNow = time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)

func TestHostileExpressionsStayWithinTheBudget(t *testing.T) {
	t.Parallel()
	env := hostileVariables()
	for name, source := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, used, firstErr := spendOn(source, env)
			if used > budget+compileBudget {
				t.Errorf("spent %d units, more than the budget", used)
			}
			second, usedAgain, secondErr := spendOn(source, env)
			if !reflect.DeepEqual(first, second) || !reflect.DeepEqual(firstErr, secondErr) || used != usedAgain {
				t.Errorf("two evaluations differ: %v, %d units and %v, %d units", firstErr, used, secondErr, usedAgain)
			}
		})
	}
}

// spendOn compiles and evaluates a source as Eval does, and tells the price.
func spendOn(source string, env map[string]any) (v any, used int, err error) {
	compiling := meter{limit: compileBudget}
	e, err := compile(&compiling, source, 0)
	if err != nil {
		return nil, compiling.used, public(err, 0)
	}
	running := meter{limit: budget}
	v, err = e.evaluate(env, testNow, &running)
	if err == nil {
		if v, err = normalize(v); err != nil {
			err = public(err, 0)
		}
	}
	return v, compiling.used + running.used, err
}

func TestWhatAnExpressionBuildsIsBounded(t *testing.T) {
	t.Parallel()
	for source, message := range map[string]string{
		`reduce(1..100000, #acc + "xxxxxxxxxx", "")`: "the list becomes longer than 10000 elements",
		`reduce(1..10000, #acc + "xxxxxxxxxx", "")`:  "the expression does too much work",
		`repeat("x", 16385)`:                         "repeat(): the text becomes longer than 16 KiB",
		`map(1..1000, map(1..1000, #))`:              "the expression does too much work",
		`reduce(1..9999, concat(#acc, #acc), [1])`:   "concat(): the list becomes longer than 10000 elements",
		`reduce(1..100, [#acc], [])`:                 "the value nests deeper than 32 levels",
		`reduce(1..14, [#acc, #acc], [])`:            "the value has more than 10000 elements",
		`map(1..9, repeat("x", 8000))`:               "the value holds more than 64 KiB of text",
		`"x" matches "((x{100}){100}){100}"`:         "the pattern repeats too often",
		chains(40):                                   "the expression does too much work",
	} {
		e, err := Compile(source)
		if err == nil {
			_, err = e.Eval(map[string]any{"x": 1}, testNow)
		}
		problem, ok := err.(*Error) //nolint:errorlint // the package's contract
		if !ok || problem.Message != message {
			t.Errorf("%.60s: got %v, want %q", source, err, message)
		}
	}
}

// BenchmarkHostile reports the slowest of the corpus; DESIGN's ceiling is 50 ms.
func BenchmarkHostile(b *testing.B) {
	env := hostileVariables()
	for name, source := range hostile() {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			used := 0
			for b.Loop() {
				_, used, _ = spendOn(source, env)
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(used), "ns/unit")
		})
	}
}
