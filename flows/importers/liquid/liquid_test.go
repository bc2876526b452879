package liquid_test

import (
	"strings"
	"testing"
	"time"

	"sluice/engine/expression"
	"sluice/flows/importers/liquid"
)

// scope reads variables by their own names, members of them below.
type scope struct{}

func (scope) Variable(names []string) (liquid.Value, []string) {
	if _, ok := env()[names[0]]; !ok {
		return liquid.Variable("other"), names[1:]
	}
	return liquid.Variable(names[0]), names[1:]
}

func (scope) Zone() string { return "America/Los_Angeles" }

// env is what the variables of the tests hold.
func env() map[string]any {
	return map[string]any{
		"name": "Ann", "empty_text": "", "n": "5", "f": "2.5", "neg": "-7", "spaced": "  hi \n", "yes": true, "no": false,
		"csv": "a,b,,c,,", "list": []any{"x", "y", "z"}, "numbers": []any{3, 1, 2},
		"people": []any{map[string]any{"name": "Bo", "age": 3}, map[string]any{"name": "Al", "age": 5}},
		"object": map[string]any{"k": map[string]any{"deep": "v"}, "with space": "w"},
		"word":   "Ground control to Major Tom", "day": "2026-03-04", "iso": "2016-03-14T10:05:09Z", "epoch": "1450000000",
	}
}

// now is a moment at which it is still yesterday at the Pacific.
var now = time.Date(2026, 1, 5, 3, 4, 5, 0, time.UTC)

func render(t *testing.T, source string) string {
	t.Helper()
	text, problems := liquid.New(scope{}).Translate(source)
	if len(problems) > 0 {
		t.Fatalf("problems: %v\n%s", problems, text.Template())
	}
	template, err := expression.ParseTemplate(text.Template())
	if err != nil {
		t.Fatalf("%v: %s", err, text.Template())
	}
	got, err := template.Text(env(), now)
	if err != nil {
		t.Fatalf("%v: %s", err, text.Template())
	}
	// The text as one expression gives the same.
	e, err := expression.Compile(text.Text().Expression)
	if err != nil {
		t.Fatalf("as an expression: %v: %s", err, text.Text().Expression)
	}
	again, err := e.Eval(env(), now)
	if err != nil || again != got {
		t.Errorf("as an expression: %v %v, as a template %q: %s", again, err, got, text.Text().Expression)
	}
	return got
}

// TestTextsAreWhatLiquidWrites has the results of Liquid's documentation where it
// gives one, else those of its reference implementation.
func TestTextsAreWhatLiquidWrites(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`plain`:                         `plain`,
		`a {{ name }} b`:                `a Ann b`,
		`{{nothing}}|{{ nothing.a.b }}`: `|`,
		`{{}}x`:                         `x`,
		`{{ object.k.deep }}`:           `v`,
		`{{ object['k']["deep"] }}`:     `v`,
		`{{ object["with space"] }}`:    `w`,
		`{{ object . k. deep }}`:        `v`,
		`{{ list[0] }}{{ list[-1] }}`:   `xz`,
		`{{ list.first }}{{ list.last }}{{ list.size }}`: `xz3`,
		`{{ name.size }}`:                             `3`,
		`{{ people[1].name }}`:                        `Al`,
		`{{ 'single' }}{{ "double" }}`:                `singledouble`,
		`{{ “curly” }}`:                               `curly`,
		`{{ 5 }}{{ 2.5 }}{{ -3 }}{{ true }}{{ nil }}`: `52.5-3true`,
		`{{ list }}`:                                  `["x","y","z"]`,
		`open {{ brace`:                               `open {{ brace`,
		`{% raw %}{{ x }}{% endraw %}!`:               `{{ x }}!`,
		`a{% comment %} {{ x | nope }} {% if %} {% endcomment %}b`: `ab`,
		`a{% # note %}b`:                     `ab`,
		"a \n{{- name -}}\n b":               `aAnnb`,
		"a {%- if yes -%} b {%- endif -%} c": `abc`,
		"a {% if yes -%} b {%- endif %} c":   `a b c`,

		// Conditions.
		`{% if name %}y{% else %}n{% endif %}`:                                     `y`,
		`{% if nothing %}y{% else %}n{% endif %}`:                                  `n`,
		`{% if empty_text %}y{% else %}n{% endif %}`:                               `y`,
		`{% if no %}y{% else %}n{% endif %}`:                                       `n`,
		`{% if nothing %}{% endif %}|`:                                             `|`,
		`{% unless nothing %}y{% endunless %}`:                                     `y`,
		`{% unless name %}y{% else %}n{% endunless %}`:                             `n`,
		`{% if n == 5 %}y{% endif %}`:                                              `y`,
		`{% if n == "5" %}y{% endif %}`:                                            `y`,
		`{% if n != 5 %}y{% else %}n{% endif %}`:                                   `n`,
		`{% if n <> 6 %}y{% endif %}`:                                              `y`,
		`{% if n > 4 and n < 6 %}y{% endif %}`:                                     `y`,
		`{% if n >= 5 or nothing %}y{% endif %}`:                                   `y`,
		`{% if nothing > 4 %}y{% else %}n{% endif %}`:                              `n`,
		`{% if nothing < 4 %}y{% else %}n{% endif %}`:                              `n`,
		`{% if name contains "nn" %}y{% endif %}`:                                  `y`,
		`{% if list contains "y" %}y{% endif %}`:                                   `y`,
		`{% if nothing contains "y" %}y{% else %}n{% endif %}`:                     `n`,
		`{% if name == nil %}y{% else %}n{% endif %}`:                              `n`,
		`{% if nothing == nil %}y{% endif %}`:                                      `y`,
		`{% if nothing == null %}y{% endif %}`:                                     `y`,
		`{% if nothing == blank %}y{% endif %}`:                                    `y`,
		`{% if spaced == blank %}y{% else %}n{% endif %}`:                          `n`,
		`{% if empty_text == empty %}y{% endif %}`:                                 `y`,
		`{% if empty_text == "" %}y{% endif %}`:                                    `y`,
		`{% if nothing == "" %}y{% else %}n{% endif %}`:                            `n`,
		`{% if name != blank and list != empty %}y{% endif %}`:                     `y`,
		`{% if true or false and false %}y{% else %}n{% endif %}`:                  `y`,
		`{% if true and false and false or true %}y{% else %}n{% endif %}`:         `n`,
		`{% if name == "x" %}1{% elsif n == 5 %}2{% else %}3{% endif %}`:           `2`,
		`{% if name == "x" %}1{% elsif n == 6 %}2{% else %}3{% endif %}`:           `3`,
		`{% if name %}{% if n == 5 %}in{% endif %}ner{% endif %}`:                  `inner`,
		`{% if name.size > 2 %}y{% endif %}`:                                       `y`,
		`{% if yes == true %}y{% endif %}`:                                         `y`,
		`{% if name == "Ann" %}{{ name | upcase }}: {{ n }}{% endif %}`:            `ANN: 5`,
		`{% case name %}{% when "Bo" %}b{% when "Ann" %}a{% else %}?{% endcase %}`: `a`,
		`{% case n %}{% when 1, 2 %}low{% when 4 or 5 %}mid{% endcase %}`:          `mid`,
		`{% case nothing %}{% when 1 %}x{% else %}y{% endcase %}`:                  `y`,

		// Variables.
		`{% assign x = name | append: "!" %}{{ x }}{{ x.size }}`:                                  `Ann!4`,
		`{% assign x = 1 %}{% if yes %}{% assign x = 2 %}{% endif %}{{ x }}`:                      `2`,
		`{% if no %}{% assign x = 1 %}{% else %}{% assign x = 2 %}{% endif %}{{ x | plus: 1 }}`:   `3`,
		`{% if no %}{% assign name = "Z" %}{% endif %}{{ name }}`:                                 `Ann`,
		`{% capture c %}Hi {{ name }}{% endcapture %}{{ c | upcase }}`:                            `HI ANN`,
		`{% assign a = "x,y" | split: "," %}{{ a[1] }}{{ a | size }}{{ a | join: "-" }}`:          `y2x-y`,
		`{% assign count = n %}{% if count == null %}none{% elsif count == "5" %}five{% endif %}`: `five`,

		// Loops.
		`{% for i in (1..3) %}{{ i }}{% endfor %}`:                                                                                         `123`,
		`{% for i in (1..n) %}{{ i }}{% endfor %}`:                                                                                         `12345`,
		`{% for x in list %}{{ forloop.index }}{{ x }}{% unless forloop.last %}, {% endunless %}{% endfor %}`:                              `1x, 2y, 3z`,
		`{% for p in people %}{{ p.name }}={{ p.age | plus: 1 }};{% endfor %}`:                                                             `Bo=4;Al=6;`,
		`{% for x in nothing %}a{% else %}none{% endfor %}`:                                                                                `none`,
		`{% for x in list limit:2 offset:1 %}{{ x }}{% endfor %}`:                                                                          `yz`,
		`{% for x in list reversed %}{{ x }}{% endfor %}`:                                                                                  `zyx`,
		`{% assign a = "x,y,z" | split: "," %}{% for x in a %}{{ x }}{{ forloop.index0 }}{% if forloop.first %}!{% endif %}{% endfor %}`:   `x0!y1z2`,
		`{% assign t = 0 %}{% for i in (1..4) %}{% assign t = t | plus: i %}{% endfor %}{{ t }}`:                                           `10`,
		`{% assign d = csv | split: "," %}{% for x in d %}[{{ x }}]{% endfor %}`:                                                           `[a][b][][c]`,
		`{% assign d = n | split: "" %}{% for x in d %}{{ x }} {% endfor %}`:                                                               `5 `,
		`{% for x in list %}{% for y in numbers %}{{ x }}{{ y }} {% endfor %}{% endfor %}`:                                                 `x3 x1 x2 y3 y1 y2 z3 z1 z2 `,
		`{% assign a = "p$q" | split: "$" %}{% assign b = "r$s" | split: "$" %}{% for x in a %}{{ b[forloop.index0] }}{{ x }}{% endfor %}`: `rpsq`,
		`{% for x in list %}{{ people[forloop.index0].name }}.{% endfor %}`:                                                                `Bo.Al..`,

		// Filters: numbers.
		`{{ nothing | plus: 1 }}`:                        `1`,
		`{{ n | plus: 1 }}`:                              `6`,
		`{{ n | plus: n }}`:                              `10`,
		`{{ "abc" | plus: 1 }}`:                          `1`,
		`{{ f | plus: 1 }}`:                              `3.5`,
		`{{ n | minus: 7 }}`:                             `-2`,
		`{{ 3 | times: 2 }}`:                             `6`,
		`{{ 24 | times: 7 }}`:                            `168`,
		`{{ 183.357 | times: 12 }}`:                      `2200.284`,
		`{{ 16 | divided_by: 4 }}`:                       `4`,
		`{{ 5 | divided_by: 3 }}`:                        `1`,
		`{{ n | divided_by: 2 }}`:                        `2`,
		`{{ neg | divided_by: 2 }}`:                      `-4`,
		`{{ f | divided_by: 2 }}`:                        `1.25`,
		`{{ 20 | divided_by: 7.0 }}`:                     `2.857142857142857`,
		`{{ n | divided_by: nothing }}`:                  ``,
		`{{ 3 | modulo: 2 }}{{ 24 | modulo: 7 }}`:        `13`,
		`{{ neg | modulo: 3 }}`:                          `2`,
		`{{ -17 | abs }}{{ neg | abs }}`:                 `177`,
		`{{ 1.2 | ceil }}{{ f | floor }}{{ f | round }}`: `223`,
		`{{ 183.357 | round: 2 }}`:                       `183.36`,
		`{{ 4 | at_least: 5 }}{{ n | at_most: 3 }}`:      `53`,
		`{{ 3.5 | times: 2 }}`:                           `7.0`,
		`{{ n | plus: 1 | times: 2 | minus: 3 }}`:        `9`,

		// Filters: text.
		`{{ name | upcase }}{{ name | downcase }}`:                                         `ANNann`,
		`{{ "my GREAT title" | capitalize }}`:                                              `My great title`,
		`{{ nothing | capitalize }}{{ nothing | upcase }}`:                                 ``,
		`[{{ spaced | strip }}][{{ spaced | lstrip | size }}][{{ spaced | rstrip }}]`:      `[hi][4][  hi]`,
		`{{ "a b" | strip_newlines }}{{ spaced | strip_newlines }}|`:                       `a b  hi |`,
		`{{ spaced | newline_to_br }}`:                                                     "  hi <br />\n",
		`{{ "I strained to see the train" | remove: "rain" }}`:                             `I sted to see the t`,
		`{{ "I strained to see the train" | remove_first: "rain" }}`:                       `I sted to see the train`,
		`{{ "aXbXc" | remove_last: "X" }}{{ "aXbXc" | replace_last: "X", "-" }}`:           `aXbcaXb-c`,
		`{{ "my my" | replace: "my", "your" }}{{ "my my" | replace_first: "my", "your" }}`: `your youryour my`,
		`{{ name | append: ", sir" }}{{ name | prepend: "Mr | " }}`:                        `Ann, sirMr | Ann`,
		`{{ n | append: n }}`: `55`,
		`{{ nothing | default: 2.99 }}{{ empty_text | default: "e" }}{{ name | default: "x" }}{{ no | default: "f" }}`:                        `2.99eAnnf`,
		`{{ "Liquid" | slice: 0 }}{{ "Liquid" | slice: 2, 5 }}{{ "Liquid" | slice: -3, 2 }}{{ name | slice: 0, 2 }}{{ name | slice: -9, 2 }}`: `LquiduiAn`,
		`{{ word | truncate: 20 }}`:                                               `Ground control to...`,
		`{{ word | truncate: 25, ", and so on" }}`:                                `Ground control, and so on`,
		`{{ word | truncatewords: 3 }}`:                                           `Ground control to...`,
		`{{ word | truncatewords: 3, "--" }}{{ name | truncatewords: 3 }}`:        `Ground control to--Ann`,
		`{{ "john@liquid.com" | url_encode }}{{ "Tetsuro Takara" | url_encode }}`: `john%40liquid.comTetsuro+Takara`,
		`{{ "Have you read 'James & the <b>'?" | escape }}`:                       `Have you read &#39;James &amp; the &lt;b&gt;&#39;?`,
		`{{ "one two three" | base64_encode }}{{ "b25l" | base64_decode }}`:       `b25lIHR3byB0aHJlZQ==one`,

		// Filters: lists.
		`{{ csv | split: "," | size }}{{ csv | split: "," | first }}{{ csv | split: "," | last }}`: `4ac`,
		`{{ "a b  c" | split: " " | join: "+" }}{{ word | split: " " | last }}`:                    `a+b+cTom`,
		`{{ list | join }}{{ list | reverse | join: "" }}`:                                         `x y zzyx`,
		`{{ numbers | sort | join: "" }}{{ numbers | sum }}`:                                       `1236`,
		`{{ people | map: "name" | join: ", " }}`:                                                  `Bo, Al`,
		`{{ people | where: "name", "Al" | map: "age" | first }}`:                                  `5`,
		`{{ "a,b,a" | split: "," | uniq | join: "" }}`:                                             `ab`,
		`{{ name | size }}{{ list | size }}{{ nothing | size }}`:                                   `330`,
		`{{ "b,A,c" | split: "," | sort_natural | join: "" }}`:                                     `Abc`,

		// Filters: dates, written in the scope's zone.
		`{{ "now" | date: "%Y-%m-%d %H:%M" }}`:                   `2026-01-04 19:04`,
		`{{ "now" | date: "%s" }}`:                               `1767582245`,
		`{{ 'today' | date: '%A %-d %b %y %l:%M%p' }}`:           `Sunday 4 Jan 26  7:04PM`,
		`{{ "now" | date: "%H", "Asia/Manila" }}`:                `11`,
		`{{ day | date: "%d/%m/%Y %j %u %w %U" }}`:               `04/03/2026 063 3 3 09`,
		`{{ iso | date: "%B %-d, %Y %I:%M %p" }}`:                `March 14, 2016 10:05 AM`,
		`{{ epoch | date: "%F %T" }}`:                            `2015-12-13 01:46:40`,
		`{{ "March 14, 2016" | date: "%b %d, %y" }}`:             `Mar 14, 16`,
		`{{ name | date: "%Y" }}{{ nothing | date: "%Y" }}`:      `Ann`,
		`{{ "now" | date: "%s" | minus: 3600 | date: "%H:%M" }}`: `18:04`,
		`{{ day | date: "%Q%%%e" }}`:                             `%Q% 4`,
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			if got := render(t, source); got != want {
				text, _ := liquid.New(scope{}).Translate(source)
				t.Errorf("got %q, want %q: %s", got, want, text.Template())
			}
		})
	}
}

// TestWhatHasNoTranslationLeavesAHole proves that no text with a tag in it can be
// published: the engine refuses the hole, which holds no sign of Liquid.
func TestWhatHasNoTranslationLeavesAHole(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("{% if a %}", 100) + strings.Repeat("{% endif %}", 100)
	for source, code := range map[string]string{
		`a {{ name | nope }} b`:                                                "liquid_filter",
		`{{ name | date: format }}`:                                            "liquid_filter",
		`{{ name | default: 1, allow_false: true }}`:                           "liquid_filter",
		`{% include "x" %}`:                                                    "liquid_tag",
		`{% tablerow x in list %}{{x}}{% endtablerow %}`:                       "liquid_tag",
		`{% increment x %}`:                                                    "liquid_tag",
		`{% for x in list %}{% break %}{% endfor %}`:                           "liquid_tag",
		`{% for x in list %}{% assign y = y | append: x %}{% endfor %}{{ y }}`: "liquid_tag",
		`{% for x in list %}{% assign y = x %}{% endfor %}{{ y }}`:             "liquid_tag",
		`{% if name %}{{ name | nope }}{% endif %}`:                            "liquid_filter",
		`{% assign x = name | nope %}{{ x }}`:                                  "liquid_filter",
		`{% if name %}a`:                                                       "liquid_syntax",
		`{% if name`:                                                           "liquid_syntax",
		`{% endif %}`:                                                          "liquid_tag",
		`{% comment %} a`:                                                      "liquid_syntax",
		`{% raw %} {{ a }}`:                                                    "liquid_syntax",
		`{{ name | }}`:                                                         "liquid_syntax",
		`{{ name nope }}`:                                                      "liquid_syntax",
		`{{ "name }}`:                                                          "liquid_syntax",
		`{{ a[ }}`:                                                             "liquid_syntax",
		`{{ (1..2 }}`:                                                          "liquid_syntax",
		`{% for i in (1..500) %}a{% endfor %}`:                                 "liquid_too_large",
		deep:                                                                   "liquid_syntax",
		strings.Repeat("{{a}}", 10_000):                                        "liquid_too_large",
		`{% assign a = name %}` + strings.Repeat(`{% assign a = a | append: a %}`, 64) + `{{ a }}`:                      "liquid_too_large",
		`{% for i in (1..50) %}{% for j in (1..50) %}{% for k in (1..50) %}{{ i }}{% endfor %}{% endfor %}{% endfor %}`: "liquid_too_large",
	} {
		t.Run(source[:min(len(source), 60)], func(t *testing.T) {
			t.Parallel()
			text, problems := liquid.New(scope{}).Translate(source)
			if len(problems) == 0 || problems[0].Code != code || problems[0].Message == "" {
				t.Fatalf("got %v, want %s: %s", problems, code, text.Template())
			}
			template := text.Template()
			if !text.HasHole() || strings.Contains(template, "{%") {
				t.Errorf("got %s", template)
			}
			if _, err := expression.ParseTemplate(template); err == nil {
				t.Errorf("the engine takes %s", template)
			}
			if _, err := expression.Compile(text.Text().Expression); err == nil {
				t.Errorf("the engine takes %s", text.Text().Expression)
			}
		})
	}
}

// TestALongChoiceIsWrittenInPieces proves that texts longer than one expression may
// be still are translated.
func TestALongChoiceIsWrittenInPieces(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("àé ", 700)
	source := `{% case name %}{% when "Bo" %}b` + long + `{% when "Ann" %}{{ n }}` + long + `{% else %}` + long + `{% endcase %}.`
	text, problems := liquid.New(scope{}).Translate(source)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	template, err := expression.ParseTemplate(text.Template())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := template.Text(env(), now); err != nil || got != "5"+long+"." {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestValuesOfVariablesKeepTheirTypes(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"\n {% if n %}\n  {{ n | plus: 1 }}\n{% else %}\n  0\n{% endif %} \n": `{{(n not in [nil, false]) ? ((number(n) ?? 0) + 1) : 0}}`,
		" {{ n | plus: 1 }} ": `{{(number(n) ?? 0) + 1}}`,
		" text ":              `text`,
		"{% assign x = n %} {{ x }} and {{ n }} ": `{{n + " and " + n}}`,
		"":                       ``,
		"{{ list }}":             `{{list}}`,
		`{{ csv | split: "," }}`: `{{join((let l = split(string(csv), ","); take(l, (findLastIndex(l, # != "") ?? -1) + 1)), "")}}`,
	} {
		text, problems := liquid.New(scope{}).Translate(source)
		if got := text.Value().Template(); got != want || len(problems) > 0 {
			t.Errorf("%q: got %s (%v), want %s", source, got, problems, want)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	for _, seed := range []string{
		`{{ a | b: 'c' }}`, `{% if a == 1 and b contains "c" %}x{% elsif d %}y{% else %}z{% endif %}`, `{% for i in (1..3) %}{{ i }}{{ forloop.last }}{% endfor %}`,
		`{% assign a = b | split: "," | first %}{{- a -}}`, `{% case a %}{% when 1 or 2, 3 %}b{% endcase %}`, `{% capture a %}{% raw %}{{ b }}{% endraw %}{% endcapture %}`,
		`{{ a['b'][c].d | slice: -1, 2 | date: "%Y" }}`, `{% unless a %}{% comment %}{% endcomment %}{% endunless %}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, problems := liquid.New(scope{}).Translate(source)
		if text.HasHole() != (len(problems) > 0) {
			t.Fatalf("holes: %v, problems: %v", text.HasHole(), problems)
		}
		template, err := expression.ParseTemplate(text.Template())
		if !text.HasHole() && err != nil && strings.ToValidUTF8(source, "") == source && !strings.Contains(err.Error(), "nests") {
			t.Fatalf("%q becomes %s: %v", source, text.Template(), err)
		}
		if text.HasHole() && err == nil {
			t.Fatalf("%q becomes %s, which the engine takes", source, text.Template())
		}
		if err == nil {
			_, _ = template.Text(env(), now) // it may fail, but not panic
		}
	})
}
