package twiliostudio

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sluice/flows"
	"sluice/flows/importers/liquid"
)

// Limits of a condition node and of its patterns.
const (
	maxBranches = 100
	maxPattern  = 256
)

type splitProperties struct {
	Input string `json:"input"`
}

// split makes a condition node of a split. Studio's conditions ignore case and
// the space around a value.
func (b *builder) split(i int) {
	s := b.doc.States[i]
	input := properties[splitProperties](s).Input
	var branches []map[string]any
	input = strings.TrimSpace(input)
	ports := map[int]string{}
	taken := map[string]bool{"else": true}
	for j, t := range s.Transitions {
		if t.Event == "noMatch" {
			ports[j] = "else"
			continue
		}
		if t.Event != "match" || len(t.Conditions) == 0 {
			continue
		}
		if len(branches) == maxBranches {
			b.warn("too_many", i, fmt.Sprintf("a Condition has at most %d branches; the rest is left out.", maxBranches), "Chain two Condition nodes by Else.", "transitions")
			break
		}
		when, problem := b.when(i, input, t.Conditions)
		if problem != "" {
			b.report(flows.SeverityError, "unsupported_condition", i, b.doc.at(i, "transitions", strconv.Itoa(j)), s.Name+": "+problem, "Write the condition into the Condition node; the flow cannot be published before.")
			when = expression("/* " + strings.ReplaceAll(problem, "*/", "") + " */")
		}
		port := unique(nameOf(portName(t.Conditions[0])), taken)
		ports[j] = port
		branches = append(branches, map[string]any{"port": port, "title": title(t.Conditions[0]), "when": when})
	}
	if len(branches) == 0 {
		// The node type wants a branch; this one never holds.
		branches = append(branches, map[string]any{"port": unique("never", taken), "title": "Never", "when": expression("false")})
		b.warn("empty", i, "no condition of the split is left.", "Fill in the Condition node.")
	}
	b.add(i, "condition", map[string]any{"branches": branches}, nil)
	b.ports[i] = ports
}

func portName(c condition) string {
	value := strings.ToLower(string(c.Value))
	if value == "" || strings.Contains(value, "{") || len(value) > 24 || notOfName.ReplaceAllString(value, "") == "" {
		return c.Type
	}
	return value
}

func title(c condition) string {
	text := c.FriendlyName
	if text == "" {
		text = strings.TrimSpace(strings.ReplaceAll(c.Type, "_", " ") + " " + string(c.Value))
	}
	return cut(text)
}

func expression(source string) map[string]any {
	return map[string]any{"type": "expression", "expression": source}
}

// when makes the rules of a branch. The problem is not empty when one of the
// conditions has no counterpart.
func (b *builder) when(i int, input string, conditions []condition) (when map[string]any, problem string) {
	var rules []map[string]any
	for _, c := range conditions {
		source := input
		if len(c.Arguments) > 0 && c.Arguments[0] != "" {
			source = c.Arguments[0]
		}
		if source == "" {
			return nil, "A condition does not say what it tests."
		}
		subject := b.readText(i, source, "input")
		r, problem := b.rule(i, subject, c)
		if problem != "" {
			return nil, problem
		}
		rules = append(rules, r)
	}
	if len(rules) == 1 {
		return rules[0], ""
	}
	return map[string]any{"type": "group", "match": "all", "rules": rules}, ""
}

func rule(subject liquid.Template, operator, to string) map[string]any {
	return map[string]any{"type": "rule", "value": subject.Template(), "operator": operator, "to": to}
}

// rule turns one condition into a rule or an expression.
func (b *builder) rule(i int, subject liquid.Template, c condition) (made map[string]any, problem string) {
	value := b.readText(i, string(c.Value), "input")
	switch c.Type {
	case "is_blank", "is_not_blank":
		return map[string]any{"type": "rule", "value": subject.Template(), "operator": c.Type}, ""
	case "less_than", "greater_than":
		return rule(subject, c.Type, value.Template()), ""
	case "is_before_date", "is_after_date":
		return dateRule(subject, value, c)
	case "is_before_time", "is_after_time":
		return timeRule(subject, value, c), ""
	case "regex":
		return regexRule(subject, value, strings.TrimSpace(string(c.Value)))
	}
	positive, negated := strings.CutPrefix(negations[c.Type], "not ")
	if !negated {
		positive = c.Type
	}
	if !value.IsLiteral() {
		source, ok := dynamicTest(positive, subject.Text().Expression, value.Text().Expression)
		if !ok {
			return nil, fmt.Sprintf("The condition %q has no counterpart.", c.Type)
		}
		return expression(negate(negated, source)), ""
	}
	pattern, ok := literalPattern(positive, value.Literal())
	if !ok {
		return nil, fmt.Sprintf("The condition %q has no counterpart.", c.Type)
	}
	if len(pattern) > maxPattern {
		source, _ := dynamicTest(positive, subject.Text().Expression, liquid.Quote(value.Literal()))
		return expression(negate(negated, source)), ""
	}
	if negated {
		return expression(negate(true, "("+subject.Text().Expression+") matches "+liquid.Quote(pattern))), ""
	}
	return rule(subject, "matches", pattern), ""
}

// negations maps the conditions that negate another one.
var negations = map[string]string{
	"not_equal_to": "not equal_to", "does_not_match_any_of": "not matches_any_of",
	"does_not_contain": "not contains", "does_not_start_with": "not starts_with",
}

func negate(negated bool, source string) string {
	if negated {
		return "not (" + source + ")"
	}
	return source
}

// literalPattern is the pattern for the whole text that a condition on fixed
// values stands for.
func literalPattern(kind, value string) (string, bool) {
	value = strings.TrimSpace(value)
	switch kind {
	case "equal_to":
		return `(?i)\s*` + regexp.QuoteMeta(value) + `\s*`, true
	case "matches_any_of":
		var words []string
		for v := range strings.SplitSeq(value, ",") {
			if v = strings.TrimSpace(v); v != "" {
				words = append(words, regexp.QuoteMeta(v))
			}
		}
		return `(?i)\s*(` + strings.Join(words, "|") + `)\s*`, len(words) > 0
	case "contains":
		return `(?is).*` + regexp.QuoteMeta(value) + `.*`, true
	case "starts_with":
		return `(?is)\s*` + regexp.QuoteMeta(value) + `.*`, true
	}
	return "", false
}

// dynamicTest compares with a value that the run computes.
func dynamicTest(kind, subject, value string) (string, bool) {
	subject, value = "lower(trim("+subject+"))", "lower(trim("+value+"))"
	switch kind {
	case "equal_to":
		return subject + " == " + value, true
	case "matches_any_of":
		return fmt.Sprintf(`any(split(%s, ","), trim(#) == %s)`, value, subject), true
	case "contains":
		return subject + " contains " + value, true
	case "starts_with":
		return subject + " startsWith " + value, true
	}
	return "", false
}

func dateRule(subject, value liquid.Template, c condition) (map[string]any, string) {
	if value.IsLiteral() {
		literal := strings.TrimSpace(value.Literal())
		_, asDate := time.Parse(time.DateOnly, literal)
		_, asTime := time.Parse(time.RFC3339, literal)
		if asDate != nil && asTime != nil {
			return nil, fmt.Sprintf("The date %q is not written as 2026-01-31.", literal)
		}
	}
	operator := "before"
	if c.Type == "is_after_date" {
		operator = "after"
	}
	return rule(subject, operator, value.Template()), ""
}

// timeRule compares times of day, written as 09:05.
func timeRule(subject, value liquid.Template, c condition) map[string]any {
	operator := "<"
	if c.Type == "is_after_time" {
		operator = ">"
	}
	return expression(fmt.Sprintf(`let a = trim(%s); let b = trim(%s); a matches "[0-2]\\d:[0-5]\\d.*" and a %s b`,
		subject.Text().Expression, value.Text().Expression, operator))
}

// regexRule matches the whole value, without the white space around it and in any
// case.
func regexRule(subject, value liquid.Template, pattern string) (map[string]any, string) {
	if !value.IsLiteral() {
		return rule(subject, "matches", `(?i)\s*(?:`+strings.TrimSpace(value.Template())+`)\s*`), ""
	}
	whole := `(?i)\s*(?:` + pattern + `)\s*`
	if _, err := regexp.Compile(whole); err != nil || len(whole) > maxPattern {
		return nil, fmt.Sprintf("The pattern %q cannot be used: patterns follow RE2 and have at most %d bytes.", pattern, maxPattern-14)
	}
	return rule(subject, "matches", whole), ""
}
