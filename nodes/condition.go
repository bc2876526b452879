package nodes

import (
	"encoding/json"
	"fmt"
	"strconv"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

// Condition branches by rules over variables, or by an expression.
func Condition() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "condition", Title: "Condition", Group: groupFlow, Icon: "split", Hue: "slate",
			Help:      "Leaves by the first branch whose rules hold, else by Else.",
			Summary:   "{branches.*.title}",
			PortsFrom: "branches",
			Ports:     []flows.PortSpec{{Name: "else", Title: "Else", Icon: "corner-down-right", Help: "No branch holds."}},
			Config: []flows.Field{
				{Name: "branches", Kind: flows.KindList, Title: "Branches", Required: true, Min: 1, Max: 100, Unique: "port", Items: &flows.Field{
					Kind: flows.KindObject, Title: "Branch", Fields: []flows.Field{
						{Name: "port", Kind: flows.KindPort, Title: "Exit", Required: true, Example: "yes"},
						{Name: "title", Kind: flows.KindText, Title: "Label", MaxLength: flows.MaxName},
						{Name: "when", Kind: flows.KindUnion, Title: "When", Required: true, Variants: []flows.Variant{groupVariant(), ruleVariant(), expressionVariant()}},
					},
				}},
				timezoneField("Where local times, dates and days of rules are meant."),
			},
			Defs: map[string][]flows.Variant{"rules": {ruleVariant(), groupVariant(), expressionVariant()}},
		},
		Compile: compileCondition,
	}
}

func groupVariant() flows.Variant {
	return flows.Variant{Type: "group", Title: "Rules", Help: "Several rules, which can be grouped again.", Fields: []flows.Field{
		{Name: "match", Kind: flows.KindChoice, Title: "Match", Default: "all", Choices: []flows.Choice{
			{Value: "all", Title: "All of these"}, {Value: "any", Title: "Any of these"}, {Value: "none", Title: "None of these"},
		}},
		{Name: "rules", Kind: flows.KindList, Title: "Rules", Required: true, Min: 1, Max: 50, Items: &flows.Field{Kind: flows.KindRef, Ref: "rules", Title: "Rule"}},
	}}
}

func ruleVariant() flows.Variant {
	blank := []string{}
	for _, op := range operators() {
		if !op.unary() {
			blank = append(blank, op.name)
		}
	}
	return flows.Variant{Type: "rule", Title: "Rule", Fields: []flows.Field{
		{Name: "value", Kind: flows.KindTemplate, Title: "Value", Required: true, Example: "{{country}}"},
		{Name: "operator", Kind: flows.KindChoice, Title: "Operator", Required: true, Choices: operatorChoices()},
		{Name: "to", Kind: flows.KindTemplate, Title: "Compare with", Example: "PH", When: &flows.Condition{Field: "operator", Values: blank}},
	}}
}

func expressionVariant() flows.Variant {
	return flows.Variant{Type: "expression", Title: "Expression", Fields: []flows.Field{
		{Name: "expression", Kind: flows.KindExpression, Title: "Expression", Required: true, Multiline: true, Example: `country == "PH" and attempts < 3`, Help: "Has to give true or false. Nothing counts as false."},
	}}
}

type condition struct {
	engine.Instant
	zone     zone
	branches []branch
}

type branch struct {
	port string
	when test
}

// test is a condition that holds or not.
type test interface {
	holds(v *engine.Visit) (bool, error)
}

type whenConfig struct {
	Type     string            `json:"type"`
	Match    string            `json:"match"`
	Rules    []json.RawMessage `json:"rules"`
	Operator string            `json:"operator"`
	To       *string           `json:"to"`
}

func compileCondition(c *engine.Compiler) engine.Behaviour {
	var config struct {
		Branches []struct {
			Port string          `json:"port"`
			When json.RawMessage `json:"when"`
		} `json:"branches"`
	}
	c.Config(&config)
	n := &condition{zone: compileTimezone(c)}
	for i, b := range config.Branches {
		n.branches = append(n.branches, branch{port: b.Port, when: compileTest(c, b.When, []string{"branches", strconv.Itoa(i), "when"})})
	}
	return n
}

func compileTest(c *engine.Compiler, raw json.RawMessage, path []string) test {
	var config whenConfig
	if err := json.Unmarshal(raw, &config); err != nil {
		c.Report("wrong_type", "The rule cannot be read.", "", path...)
		return nil
	}
	below := func(tokens ...string) []string { return append(append([]string(nil), path...), tokens...) }
	switch config.Type {
	case "expression":
		return expressionTest{c.Expression(below("expression")...)}
	case "group":
		g := groupTest{until: config.Match == "any" || config.Match == "none", negated: config.Match == "none"}
		for i, r := range config.Rules {
			g.tests = append(g.tests, compileTest(c, r, below("rules", strconv.Itoa(i))))
		}
		return g
	}
	op := operatorNamed(config.Operator)
	if !op.unary() && config.To == nil {
		c.Report("missing_field", "It is not said what to compare with.", "Fill in Compare with.", below("to")...)
	}
	r := &ruleTest{value: c.Template(below("value")...), to: c.Template(below("to")...), op: op}
	if op.name == "matches" && r.to.IsLiteral() {
		pattern, err := expression.CompileRegexp(r.to.Source())
		if err != nil {
			c.Report("bad_pattern", fmt.Sprintf("The pattern cannot be used: %v.", err), "Patterns follow RE2 and have to match the whole text.", below("to")...)
		}
		r.pattern = pattern
	}
	if op.takes == "regions" && r.to.IsLiteral() {
		for _, word := range words(r.to.Source()) {
			if _, problem, hint := checkCode("region", word); problem != "" {
				c.Report("bad_code", problem, hint, below("to")...)
			}
		}
	}
	return r
}

func (n *condition) Enter(v *engine.Visit) engine.Move {
	if err := n.zone.enter(v); err != nil {
		return failed(err)
	}
	for _, b := range n.branches {
		ok, err := b.when.holds(v)
		if err != nil {
			return failed(err)
		}
		if ok {
			return engine.Leave(b.port)
		}
	}
	return engine.Leave("else")
}

func (n *condition) Exits(func(string) bool) engine.Exits {
	var x engine.Exits
	for _, b := range n.branches {
		x.Ports = append(x.Ports, engine.Exit{Port: b.port})
	}
	x.Ports = append(x.Ports, engine.Exit{Port: "else"})
	return x
}

type expressionTest struct{ expression *expression.Expression }

func (t expressionTest) holds(v *engine.Visit) (bool, error) {
	result, err := v.Eval(t.expression)
	if err != nil {
		return false, err
	}
	switch result := result.(type) {
	case nil:
		return false, nil
	case bool:
		return result, nil
	}
	return false, &expression.Error{Message: "The expression gives a value that is neither true nor false.", Hint: "Compare it with something, for instance with == or >."}
}

type groupTest struct {
	// until is what the first inner test has to give for the others not to matter.
	until bool
	// negated turns the result round: none of them.
	negated bool
	tests   []test
}

func (t groupTest) holds(v *engine.Visit) (bool, error) {
	for _, inner := range t.tests {
		ok, err := inner.holds(v)
		if err != nil {
			return false, err
		}
		if ok == t.until {
			return t.until != t.negated, nil
		}
	}
	return t.until == t.negated, nil
}

type ruleTest struct {
	value, to *expression.Template
	op        operator
	pattern   *expression.Regexp
}

func (t *ruleTest) holds(v *engine.Visit) (bool, error) {
	value, err := v.Value(t.value)
	if err != nil {
		return false, err
	}
	if t.op.unary() {
		return t.op.compare(value, nil), nil
	}
	to, err := v.Value(t.to)
	if err != nil {
		return false, err
	}
	v.Works(value, to)
	if t.op.compareIn != nil {
		return t.op.compareIn(value, to, v.Zone()), nil
	}
	if t.op.name != "matches" {
		return t.op.compare(value, to), nil
	}
	pattern := t.pattern
	if pattern == nil {
		// A pattern that only the run knows may be none: nothing matches it.
		if pattern, err = v.Regexp(asText(to)); err != nil {
			return false, nil //nolint:nilerr // see above
		}
	}
	return v.Match(pattern, asText(value)), nil
}
