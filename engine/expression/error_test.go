package expression

import (
	"errors"
	"strings"
	"testing"
)

func TestCompileRefusesWithPlaceAndHint(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]Error{
		"":                               {0, "the expression is empty", "write a variable or a value"},
		"  ":                             {0, "the expression is empty", "write a variable or a value"},
		"1 +":                            {2, "the expression ends too early", "something is missing at its end, such as a value or a bracket"},
		"(1":                             {1, "the expression ends too early", "something is missing at its end, such as a value or a bracket"},
		"a = 1":                          {2, "unexpected =", "to compare write =="},
		"a === 1":                        {4, "unexpected =", "to compare write =="},
		"a AND b":                        {2, "unexpected AND", "write and, or &&"},
		"ä AND b":                        {3, "unexpected AND", "write and, or &&"},
		`"é" @ 1`:                        {5, "unexpected character @", "put texts into quotes"},
		`"abc`:                           {4, "a text has no closing quote", "end it with the quote it begins with"},
		`"\q"`:                           {2, "a text has an unknown escape", "write \\\\ for a backslash"},
		"/* a":                           {4, "a comment has no end", "end it with */"},
		"12abc":                          {2, "a number is not written correctly", "names do not begin with a digit; numbers have no units"},
		"99999999999999999999":           {19, "a number is not written correctly or too large", "whole numbers have at most 18 digits"},
		"a ?? b + 1":                     {7, "?? cannot stand beside another operator", "put one side into brackets: (a ?? b) + c"},
		"a.(b)":                          {3, "a name is missing after the dot", "write a name, or use [\"…\"] for other keys"},
		"{[1]: 2}":                       {1, "an object's key is missing", "a key is a name, a text or a number"},
		"filter(a)":                      {8, "a function has too few values", "filter() and the like take a list and a condition"},
		"$env":                           {0, "$env is not available", "name the variable itself"},
		"1 + $env.code":                  {4, "$env is not available", "name the variable itself"},
		`1 + b"x"`:                       {4, "byte literals are not supported", "write the text without the b in front"},
		"uper(name)":                     {0, "there is no function uper()", "did you mean upper()?"},
		"1 + toUpperCase(name)":          {4, "there is no function toUpperCase()", "write upper(text)"},
		"frobnicate()":                   {0, "there is no function frobnicate()", "functions are lower(), trim(), len(), int(), now() and so on"},
		"name.toUpperCase()":             {5, "there is no method .toUpperCase()", "write upper(text)"},
		"name.trim()":                    {5, "there is no method .trim()", "write trim(x, …)"},
		"name.xyz()":                     {5, "there is no method .xyz()", "only times and durations have methods, such as now().Year()"},
		"now().Year(1)":                  {6, ".Year() has too many values", ""},
		"now().Format()":                 {6, ".Format() has too few values", ""},
		"upper()":                        {0, "upper() has too few values", "write upper(text)"},
		"upper(1, 2)":                    {0, "upper() has too many values", "write upper(text)"},
		"#":                              {0, "unexpected #", "# is only known inside filter(), map() and the like"},
		"map([1], #foo)":                 {9, "#foo is not known", "there are # (the element), #index and, in reduce(), #acc"},
		"map([1], #acc)":                 {9, "#acc is only known inside reduce()", ""},
		`a matches "("`:                  {10, "the pattern's round brackets do not match", "write \\( or \\) for the sign itself"},
		`a matches "["`:                  {10, "the pattern lacks a closing ]", "write \\[ for the sign itself"},
		`a matches "*"`:                  {10, "the pattern repeats nothing, or repeats twice", "write \\*, \\+ or \\? for the sign itself"},
		`a matches "\\y"`:                {10, "the pattern has an unknown escape", "in a quoted text every backslash is written twice"},
		`a matches "(?=x)"`:              {10, "the pattern is not a regular expression", "patterns are RE2: no look-around and no back-references"},
		`timezone("Local")`:              {0, "the time zone is not known", "write it as Asia/Manila, Europe/Zurich or UTC"},
		`timezone("X/Y")`:                {0, "the time zone is not known", "write it as Asia/Manila, Europe/Zurich or UTC"},
		"\xff":                           {0, "the expression is not valid UTF-8", "save the text as UTF-8"},
		strings.Repeat("x", MaxSource+1): {MaxSource, "the expression is longer than 4 KiB", "split it over several variables or nodes"},
		strings.Repeat("[", 600) + strings.Repeat("]", 600): {500, "the expression nests deeper than 500 levels", "split it over several variables or nodes"},
		"map([1], 1; 2)": {10, "several statements need { } around them", "write filter(list, { let a = #; a > 1 })"},
	} {
		_, err := Compile(source)
		if got, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%.40q: got %v, want an *Error", source, err)
		} else if *got != want {
			t.Errorf("%.40q: got %#v, want %#v", source, *got, want)
		}
	}
}

func TestEvalRefusesWithPlaceAndHint(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]Error{
		`1 + nothing`:                       {2, "nothing (nil) cannot be added to a number", "give a default with ??, such as (count ?? 0) + 1"},
		`vip + 1`:                           {4, "a number cannot be added to true or false", "convert with int(), float() or string()"},
		`tags - 1`:                          {5, "a number cannot be subtracted from a list", "convert with int(), float() or string()"},
		`1 * vip`:                           {2, "a number cannot be multiplied with true or false", "convert with int(), float() or string()"},
		`1 / vip`:                           {2, "a number cannot be divided by true or false", "convert with int(), float() or string()"},
		`2 ** "x"`:                          {2, "a number cannot be raised to a text", "convert with int(), float() or string()"},
		`1 / 0`:                             {2, "division by zero", "test the divisor first: n == 0 ? 0 : total / n"},
		`1 % 0`:                             {2, "division by zero", "test the divisor first: n == 0 ? 0 : total / n"},
		`duration("1s") / 0`:                {15, "division by zero", "test the divisor first: n == 0 ? 0 : total / n"},
		`duration("1s") / ""`:               {15, "a duration cannot be divided by a text", "convert with int(), float() or string()"},
		`1.5 % 1`:                           {4, "% works on whole numbers, not on a number and a number", "use whole numbers, such as int(a) % int(b)"},
		`-"x"`:                              {0, "- works on numbers, not on a text", "convert with int() or float()"},
		`+"x"`:                              {0, "+ works on numbers, not on a text", "convert with int() or float()"},
		`code > "5"`:                        {5, "a number cannot be compared with a text", "turn the text into a number with int() or float()"},
		`now() > times.at`:                  {6, "a time cannot be compared with a text", "turn the text into a time with date()"},
		`"1s" < duration("2s")`:             {5, "a text cannot be compared with a duration", "turn the text into a duration with duration()"},
		`[] < []`:                           {3, "a list cannot be compared with a list", "compare numbers with numbers, texts with texts, times with times"},
		`name and vip`:                      {0, "a condition must be true or false, but this is a text", "compare it with something, such as x != \"\" or x > 0"},
		`vip and code`:                      {8, "a condition must be true or false, but this is a number", "compare it with something, such as x != \"\" or x > 0"},
		`code ? 1 : 2`:                      {0, "a condition must be true or false, but this is a number", "compare it with something, such as x != \"\" or x > 0"},
		`not code`:                          {0, "a condition must be true or false, but this is a number", "compare it with something, such as x != \"\" or x > 0"},
		`filter([1], #)`:                    {12, "a condition must be true or false, but this is a number", "compare it with something, such as x != \"\" or x > 0"},
		`"a" in name`:                       {4, "in looks into lists and objects, not into texts", "write: text contains part"},
		`1 in 2`:                            {2, "in needs a list or an object on its right, but got a number", "give a list such as [1, 2]"},
		`code contains "1"`:                 {5, "contains works on texts, not on a number", "convert with string()"},
		`"1" contains 1`:                    {4, "contains works on texts, not on a number", "convert with string()"},
		`tags contains "vip"`:               {5, "contains works on texts, not on a list", "to look into a list write: value in list"},
		`code matches "1"`:                  {5, "matches works on texts, not on a number", "convert with string()"},
		`name matches code`:                 {5, "matches needs a pattern, but got a number", "give the pattern as a text"},
		`name.first`:                        {0, `a text has no member "first"`, "lists and texts have no members; see first(), last(), [0]"},
		`tags.length`:                       {0, `a list has no member "length"`, "write len(x)"},
		`code.x`:                            {0, `a number has no member "x"`, "only objects have members"},
		`[1].x`:                             {4, `a list has no member "x"`, "lists and texts have no members; see first(), last(), [0]"},
		`now().Year`:                        {6, `a time has no member "Year"`, "call it with brackets: .Year()"},
		`tags["a"]`:                         {0, `a list has no member "a"`, "lists and texts have no members; see first(), last(), [0]"},
		`tags[name]`:                        {4, "an index must be a whole number, but this is a text", "count from 0, or from the end with -1"},
		`name[vip]`:                         {4, "an index must be a whole number, but this is true or false", "count from 0, or from the end with -1"},
		`tags["a":]`:                        {4, "an index must be a whole number, but this is a text", "count from 0, or from the end with -1"},
		`name[:"a"]`:                        {4, "an index must be a whole number, but this is a text", "count from 0, or from the end with -1"},
		`steps[tags]`:                       {5, "a list cannot be the key of an object", "use a text"},
		`code[0]`:                           {4, "a number has no elements", "[ ] works on lists, objects and texts"},
		`code[0:1]`:                         {4, "a number cannot be cut into a part", "[a:b] works on lists and texts"},
		`{([]): 1}`:                         {2, "a list cannot be the key of an object", "use a text"},
		`"a".."b"`:                          {3, ".. works on whole numbers, not on a text and a text", "use whole numbers, such as 1..5"},
		`upper(code)`:                       {0, "upper(): needs a text, but got a number", "convert with string()"},
		`map(name, #)`:                      {0, "map(): needs a list, but got a text", `use split(x, "") for its characters`},
		`map(steps, #)`:                     {0, "map(): needs a list, but got an object", "use values(x), keys(x) or toPairs(x)"},
		`1 + sum(5)`:                        {4, "sum(): needs a list, but got a number", "write a list as [1, 2]"},
		`sum(["a"])`:                        {0, "sum(): needs a number, but got a text", "convert with int() or float()"},
		`keys(tags)`:                        {0, "keys(): needs an object, but got a list", ""},
		`len(code)`:                         {0, "len(): needs a text, a list or an object, but got a number", "convert with string()"},
		`first(steps)`:                      {0, "first(): needs a list, but got an object", ""},
		`take(tags, -1)`:                    {0, "take(): cannot take a negative number of elements", "count from 0"},
		`take(tags, "1")`:                   {0, "take(): needs a whole number, but got a text", "convert with int()"},
		`repeat("a", -1)`:                   {0, "repeat(): cannot repeat a text a negative number of times", "count from 0"},
		`sort(tags, "up")`:                  {0, "sort(): does not know this order", `write "asc" or "desc"`},
		`sortBy(tags, #, 1)`:                {0, "sortBy(): does not know this order", `write "asc" or "desc"`},
		`sort([1, "a"])`:                    {0, "sort(): a text cannot be compared with a number", "turn the text into a number with int() or float()"},
		`reduce([], #acc)`:                  {0, "reduce(): has no elements to begin with", "give a third value to start with"},
		`fromPairs([1])`:                    {0, "fromPairs(): needs a list of pairs", `write fromPairs([["a", 1], ["b", 2]])`},
		`max("a")`:                          {0, "max(): needs a number, but got a text", "convert with int() or float()"},
		`abs("a")`:                          {0, "abs(): needs a number, but got a text", "convert with int() or float()"},
		`round("a")`:                        {0, "round(): needs a number, but got a text", "convert with int() or float()"},
		`bitshl(1, -1)`:                     {0, "bitshl(): cannot shift by a negative number", "shift by 0 or more"},
		`bitand("a", 1)`:                    {0, "bitand(): needs a whole number, but got a text", "convert with int()"},
		`int("12.5")`:                       {0, "int(): needs a text that is a whole number", "use float() for numbers with a fraction"},
		`int(1e300)`:                        {0, "int(): cannot hold a number this large", ""},
		`int(nothing)`:                      {0, "int(): needs a number, but got nothing (nil)", "convert with int() or float()"},
		`float("NaN")`:                      {0, "float(): needs a text that is a number", "write it as 12.5"},
		`float(tags)`:                       {0, "float(): needs a number, but got a list", "convert with int() or float()"},
		`fromJSON("{")`:                     {0, "fromJSON(): the text is not JSON", "check quotes, commas and brackets"},
		`fromJSON("1 2")`:                   {0, "fromJSON(): there is something after the end of the JSON", "give exactly one JSON value"},
		`fromBase64("!")`:                   {0, "fromBase64(): needs a text in base64 that stands for a text", ""},
		`fromBase64("/w==")`:                {0, "fromBase64(): needs a text in base64 that stands for a text", ""},
		`date("tomorrow")`:                  {0, "date(): needs a text that is a date", `write it as 2026-01-31 or 2026-01-31T08:00:00Z, or give a layout such as "02.01.2006"`},
		`date(timezone("UTC"))`:             {0, "date(): needs one to three texts", "write date(text), date(text, layout) or date(text, layout, zone)"},
		`date("1", "2", "X/Y")`:             {0, "date(): the time zone is not known", "write it as Asia/Manila, Europe/Zurich or UTC"},
		`duration("soon")`:                  {0, "duration(): needs a duration", "write it as 90s, 15m, 1h30m or 7d"},
		`duration(name + repeat("x", 300))`: {0, "duration(): needs a duration", "write it as 90s, 15m, 1h30m or 7d"},
		`duration("200000h") * 99999`:       {20, "the duration is too long", "keep durations below 290 years"},
		`duration("2000000h") + duration("2000000h")`: {21, "the duration is too long", "keep durations below 290 years"},
		`duration("1s") * "x"`:                        {15, "a duration cannot be multiplied with a text", "convert with int(), float() or string()"},
		`timezone("A" + "B")`:                         {0, "timezone(): the time zone is not known", "write it as Asia/Manila, Europe/Zurich or UTC"},
		`now("UTC")`:                                  {0, "now(): needs a time zone, but got a text", `write now(timezone("Asia/Manila"))`},
		`now().In(1)`:                                 {6, ".In(): needs a time zone, but got a number", `write .In(timezone("Asia/Manila"))`},
		`now().Sub("x")`:                              {6, ".Sub(): needs a time, but got a text", "turn a text into a time with date()"},
		`now().AddDate(99999999, 0, 0)`:               {6, ".AddDate(): moves the time too far", "keep times between the years 0 and 9999"},
		`now().AddDate(99999, 0, 0)`:                  {0, "the time is too far away", "keep times between the years 0 and 9999"},
		`now().Format(repeat("x", 999))`:              {6, ".Format(): needs a layout of at most 256 bytes", `write it as "2 January 2006"`},
		`times.at.Year()`:                             {9, ".Year(): works on times and durations, not on a text", "turn the text into a time with date(), or into a duration with duration()"},
		`code.Year()`:                                 {5, ".Year(): does not work on a number", ""},
		`now().Hours()`:                               {6, ".Hours(): does not work on a time", ""},
		`1e308 * 10`:                                  {0, "the result is not a finite number", "check for divisions and powers that grow too large"},
		`"" + 1e308 * 10`:                             {3, "the result is not a finite number", "check for divisions and powers that grow too large"},
		`toJSON([1e308 * 10])`:                        {0, "toJSON(): the result is not a finite number", "check for divisions and powers that grow too large"},
	} {
		_, err := evaluate(t, source)
		if got, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%s: got %v, want an *Error", source, err)
		} else if *got != want {
			t.Errorf("%s:\n got %#v\nwant %#v", source, *got, want)
		}
	}
}

func TestErrorsNeverQuoteValues(t *testing.T) {
	t.Parallel()
	const canary = "canary-8c1f"
	env := map[string]any{"secret": canary, "object": map[string]any{canary: canary}}
	for _, source := range []string{
		`int(secret)`, `float(secret)`, `date(secret)`, `duration(secret)`, `timezone(secret)`, `fromJSON(secret)`, `fromBase64(secret)`, `secret + 1 > 2`,
		`secret - 1`, `object[secret] - 1`, `secret.x`, `[][secret]`, `now().Format(repeat(secret, 100))`, `sort([1, secret])`, `object[object]`,
		`not secret`, `sort([1], secret)`, `secret in secret`, `date("1", secret)`, `date("1", "1", secret)`,
	} {
		e, err := Compile(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if _, err = e.Eval(env, testNow); err == nil {
			t.Errorf("%s: no error", source)
		} else if strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error quotes the value: %v", source, err)
		}
	}
}
