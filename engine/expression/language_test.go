package expression

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/builtin"
	"github.com/google/go-cmp/cmp"
)

//go:embed doc.go
var documentation string

func TestEveryFunctionOfTheLanguageIsThereAndDocumented(t *testing.T) {
	t.Parallel()
	names := functionNames()
	for _, name := range names {
		if _, ok := functionNamed(name); !ok && !takesLoop(name) {
			t.Errorf("%s() is listed but not made", name)
		}
		if !slices.ContainsFunc(strings.FieldsFunc(documentation, func(r rune) bool { return strings.ContainsRune(" ,.:\n()", r) }),
			func(word string) bool { return word == name }) {
			t.Errorf("%s() is missing in the package documentation", name)
		}
	}
	for _, name := range builtin.Names {
		if !slices.Contains(names, name) {
			t.Errorf("expr-lang's %s() is not there", name)
		}
	}
	if !slices.IsSorted(names) {
		t.Error("the names of functions are not sorted, so suggestions depend on their order")
	}
}

// The evaluator is this package's own; expr-lang's virtual machine is the
// reference for what both define.
func TestExpressionsMeanWhatTheyMeanInExprLang(t *testing.T) {
	t.Parallel()
	env := map[string]any{
		"n": 7, "f": 2.5, "s": "Hello, world", "yes": true, "none": nil,
		"list": []any{3, 1, 2}, "words": []any{"b", "a", "c", "a"},
		"people": []any{map[string]any{"name": "Ana", "age": 30}, map[string]any{"name": "Bo", "age": 25}, map[string]any{"name": "Cy", "age": 30}},
		"object": map[string]any{"a": 1, "b": map[string]any{"c": "d"}},
	}
	for source := range strings.SplitSeq(strings.TrimSpace(languageCorpus), "\n") {
		reference, err := expr.Eval(source, env)
		if err != nil {
			t.Errorf("%s: expr-lang says %v", source, err)
			continue
		}
		want, err := Normalize(reference)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		e, err := Compile(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		got, err := e.Eval(env, testNow)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-expr-lang +here):\n%s", source, diff)
		}
	}
}

const languageCorpus = `
1 + 2 * 3 - 4 / 2
2 ** 3 ** 2
-2 ** 2
not yes or yes
!yes == false
not (1 in list)
1 not in list
7 % 3 + -7 % 3
n / 2
n * f
n > f and f < n
n == 7.0
1 < 2 and 2 < 3
1 < 2 < 3
5 > 3 > 1
1 <= 1 >= 1
yes ? 1 : 2
yes ? n > 5 ? "a" : "b" : "c"
none ?? 5
none ?? none ?? 6
(none ?? 1) + 2
object.a ?? 5
object?.b?.c
object.b.c
object["b"]["c"]
object.missing
"a" in object
"z" in object
list[0] + list[-1]
list[1:]
list[:-1]
list[0:2]
list[:]
s[0:5]
s[-5:]
s startsWith "Hello" and s endsWith "world"
s contains "lo, w"
s not contains "xyz"
s + "!" + s
"a" < "b" and "b" > "a" and "a" <= "a" and "c" >= "b"
"abc" == 'abc'
1..5
5..1
0x10 + 0b11 + 0o7 + 1_000
1.5e3
.5 + 0.25
[1, "a", nil, true, [2]]
{a: 1, "b": [2], c: {d: nil}}
{("x" + "y"): 1}
[1, 2] == [1, 2]
{a: 1} == {a: 1}
all(list, # > 0)
any(list, # > 2)
none(list, # > 5)
one(list, # > 2)
filter(list, # > 1)
filter(people, .age == 30)
map(people, .name)
map(list, # * #index)
map(filter(people, {.age > 26}), {.name + "!"})
find(people, .age < 30)
find(list, # > 9)
findIndex(list, # == 2)
findIndex(list, # == 9)
findLast(people, .age == 30).name
findLastIndex(words, # == "a")
count(list, # > 1)
count([true, false, true])
sum(list)
sum(people, .age)
sum([])
mean(list)
mean([1, 2.5])
median(list)
median([4, 1, 3, 2])
min(list)
max(list)
min(1, 2.5, -3)
max([1, [2, 3]], 9)
reduce(list, #acc + #)
reduce(list, #acc + # * #index, 100)
reduce(words, #acc + #, "")
sortBy(people, .age)[0].name
sortBy(list, #, "desc")
sort(list)
sort(list, "desc")
sort(words)
len(list) + len(s) + len(object)
first(list)
last(list)
first([])
last([])
take(list, 2)
take(list, 99)
reverse(list)
concat(list, [9], words)
flatten([1, [2, [3, [4]]]])
uniq(words)
uniq([1, 1, "1", [1], [1]])
join(words, "-")
join(words)
keys({a: 1})
values({a: 1})
toPairs({a: 1})
get(list, 1)
get(list, 99)
get(object, "a")
get(object, "z")
upper(s) + lower(s)
trim("  x ")
trim("--x-", "-")
trimPrefix("abc", "ab")
trimSuffix("abc", "bc")
trimPrefix(" x")
split("a,b,c", ",")
split("a,b,c", ",", 2)
splitAfter("a,b,c", ",")
splitAfter("a,b,c", ",", 2)
replace("aXbX", "X", "-")
replace("aXbX", "X", "-", 1)
repeat("ab", 3)
indexOf(s, "world")
lastIndexOf(s, "o")
indexOf(s, "z")
hasPrefix(s, "He") and hasSuffix(s, "ld")
abs(-5) + abs(5)
abs(-2.5)
ceil(1.2) + floor(1.8) + round(1.5)
ceil(3)
int("42") + int(3.9) + int(5)
float("1.5") + float(2)
string(42) + string(true) + string("x") + string(2.5)
fromJSON("{\"a\": [1, 2.5, null, true]}")
toJSON("a")
toJSON(12)
toBase64(s)
fromBase64(toBase64(s))
type(1) + type(1.5) + type("a") + type(nil) + type(true) + type([]) + type({})
bitand(12, 10) + bitor(12, 10) + bitxor(12, 10) + bitnand(12, 10) + bitnot(5)
bitshl(3, 2) + bitshr(-12, 2) + bitushr(12, 1)
duration("1h30m").Minutes()
duration("90s") == duration("1m30s")
duration("1h") > duration("59m")
date("2023-08-14").Year() + date("2023-08-14").Day()
date("2023-08-14 10:11:12").Unix()
date("2023-08-14T10:11:12+02:00").Unix()
date("14.08.2023", "02.01.2006").Unix()
date("2023-08-14 00:00:00", "2006-01-02 15:04:05", "Europe/Zurich").Unix()
date("2023-08-15") - date("2023-08-14")
date("2023-08-14") + duration("1h") == date("2023-08-14 01:00:00")
date("2023-08-14") < date("2023-08-15")
date("2023-08-14").Format("Jan 2, 2006")
date("2023-08-14").AddDate(0, 1, 1).Format("2006-01-02")
date("2023-08-14").YearDay()
let x = 5; x * 2
let x = 5; let y = x + 1; x * y
let w = s | lower() | split(", "); w[0] + "/" + w[1]
map(1..3, {let a = #; map(1..2, # * a)})
if n > 5 { "big" } else { "small" }
if n > 9 { "big" } else if n > 6 { "mid" } else { "small" }
1; 2; 3
none contains "a"
none matches "a"
s matches "^Hello.*$"
s matches "^He" + "llo, world$"
list | filter(# > 1) | map(# * 2) | sum()
"ab" | upper() | repeat(2)
any([[1], [2]], 2 in #)
count(people, .age == 30) == 2 ? "two" : "not two"
`
