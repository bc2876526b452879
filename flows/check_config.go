package flows

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// CheckConfig checks a node's config against the fields of its spec. Templates
// and expressions in it are not parsed here.
func CheckConfig(spec NodeSpec, f *Flow, n Node, pointer string) Diagnostics {
	return newChecker(f, nil).config(spec, n, pointer, maxPerNode)
}

// config is CheckConfig up to a number of mistakes.
func (c *checker) config(spec NodeSpec, n Node, pointer string, most int) Diagnostics {
	k := &configChecker{all: c, spec: spec, node: n.ID, most: most}
	config := tree(&members{})
	if len(n.Config) > 0 {
		var diags Diagnostics
		if config, diags = parseTree(n.Config); diags.HasErrors() {
			// Decode has parsed the whole document: only a config that was
			// built in code can be broken.
			return Diagnostics{{Severity: SeverityError, Code: "bad_json", Node: n.ID, Pointer: pointer, Message: "The config is not JSON."}}
		}
	}
	k.object(config, spec.Config, "", pointer)
	return k.diags
}

type configChecker struct {
	all   *checker
	spec  NodeSpec
	node  string
	most  int
	diags Diagnostics
}

// full reports whether enough mistakes are found.
func (c *configChecker) full() bool { return len(c.diags) >= c.most }

func (c *configChecker) report(code, pointer, message, hint string) {
	if c.full() {
		return
	}
	c.diags = append(c.diags, Diagnostic{Severity: SeverityError, Code: code, Node: c.node, Pointer: pointer, Message: message, Hint: hint})
}

// suggest is the hint for an unknown name, unless nobody gets to see it.
func (c *configChecker) suggest(name string, known func() []string) string {
	if c.full() {
		return ""
	}
	return c.all.spell.For(name, known)
}

// object checks a value against fields; variant is the value of "type" when
// the object is a variant of a union.
func (c *configChecker) object(v tree, fields []Field, variant, pointer string) {
	m, ok := v.(*members)
	if !ok {
		c.wrongType(pointer, "an object", v)
		return
	}
	var names []string
	for _, f := range fields {
		if f.Refused == "" {
			names = append(names, f.Name)
		}
	}
	refused := func(name string) bool {
		return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name && f.Refused != "" })
	}
	for _, key := range m.keys {
		if c.full() {
			return
		}
		if !slices.Contains(names, key) && !refused(key) && (variant == "" || key != "type") {
			c.report("unknown_field", Pointer(pointer, key), fmt.Sprintf("There is no field %q here.", Shortened(key, MaxName)), c.suggest(key, func() []string { return names }))
		}
	}
	for _, f := range fields {
		at := Pointer(pointer, f.Name)
		value, given := m.values[f.Name]
		if f.Refused != "" {
			if given {
				c.report("receipt_unavailable", at, f.Refused, f.Hint)
			}
			continue
		}
		if !given {
			if f.Required {
				c.report("missing_field", at, f.label()+" is missing.", f.wanted())
			}
			continue
		}
		c.value(value, f, at)
	}
}

// label is what people call the field.
func (f Field) label() string {
	if f.Title != "" {
		return f.Title
	}
	return fmt.Sprintf("%q", f.Name)
}

func (f Field) wanted() string {
	if f.Example != "" {
		return "For instance: " + f.Example
	}
	return ""
}

func (c *configChecker) value(v tree, f Field, at string) {
	switch f.Kind {
	case KindValue:
	case KindObject:
		c.object(v, f.Fields, "", at)
	case KindList:
		c.list(v, f, at)
	case KindUnion:
		c.union(v, f.Variants, at)
	case KindRef:
		c.union(v, c.spec.Defs[f.Ref], at)
	case KindBoolean:
		if _, ok := v.(bool); !ok {
			c.wrongType(at, "true or false", v)
		}
	case KindInteger, KindNumber:
		c.number(v, f, at)
	default:
		s, ok := v.(string)
		if !ok {
			c.wrongType(at, "text", v)
			return
		}
		c.text(s, f, at)
	}
}

func (c *configChecker) wrongType(at, want string, got tree) {
	c.report("wrong_type", at, fmt.Sprintf("Here stands %s, where %s belongs.", kindOf(got), want), "")
}

func (c *configChecker) number(v tree, f Field, at string) {
	n, ok := v.(json.Number)
	if !ok {
		c.wrongType(at, "a number", v)
		return
	}
	x, err := n.Float64()
	if f.Kind == KindInteger {
		if _, bad := strconv.ParseInt(n.String(), 10, 64); bad != nil {
			c.report("wrong_type", at, fmt.Sprintf("%s is %s, but has to be a whole number.", f.label(), n), "")
			return
		}
	}
	if err != nil || x < float64(f.Min) || f.Max != 0 && x > float64(f.Max) {
		hint := fmt.Sprintf("Use at least %d.", f.Min)
		if f.Max != 0 {
			hint = fmt.Sprintf("Use %d to %d.", f.Min, f.Max)
		}
		c.report("out_of_range", at, fmt.Sprintf("%s is %s.", f.label(), n), hint)
	}
}

func (c *configChecker) list(v tree, f Field, at string) {
	items, ok := v.([]tree)
	if !ok {
		c.wrongType(at, "a list", v)
		return
	}
	if len(items) < f.Min {
		c.report("too_few", at, fmt.Sprintf("%s needs at least %d.", f.label(), f.Min), "")
	}
	if f.Max != 0 && len(items) > f.Max {
		c.report("too_many", at, fmt.Sprintf("%s has %d items; at most %d are possible.", f.label(), len(items), f.Max), "")
	}
	for i, item := range items {
		if c.full() {
			return
		}
		c.value(item, *f.Items, Pointer(at, strconv.Itoa(i)))
	}
	if f.Unique == "" {
		return
	}
	seen := map[string]bool{}
	for i, item := range items {
		name := textAt(item, f.Unique)
		if name != "" && seen[name] {
			c.report("duplicate_name", Pointer(at, strconv.Itoa(i), f.Unique), fmt.Sprintf("%q is there already.", name), "Choose another name.")
		}
		seen[name] = true
	}
}

func (c *configChecker) union(v tree, variants []Variant, at string) {
	m, ok := v.(*members)
	if !ok {
		c.wrongType(at, "an object", v)
		return
	}
	var types []string
	for _, x := range variants {
		types = append(types, x.Type)
	}
	given, ok := m.values["type"].(string)
	if !ok {
		c.report("missing_field", Pointer(at, "type"), "It is not said of which type this is.", "One of: "+strings.Join(types, ", ")+".")
		return
	}
	i := slices.Index(types, given)
	if i < 0 {
		c.report("unknown_form", Pointer(at, "type"), fmt.Sprintf("The type %q is not possible here.", given), "One of: "+strings.Join(types, ", ")+".")
		return
	}
	c.object(v, variants[i].Fields, given, at)
}

func (c *configChecker) text(s string, f Field, at string) {
	if f.MaxLength != 0 && len(s) > f.MaxLength {
		c.report("too_long", at, fmt.Sprintf("%s has %d bytes; at most %d are possible.", f.label(), len(s), f.MaxLength), "")
	}
	if strings.TrimSpace(s) == "" {
		if f.Required {
			c.report("missing_field", at, f.label()+" is empty.", f.wanted())
			return
		}
		if f.Kind == KindText || f.Kind == KindTemplate {
			return
		}
	}
	switch f.Kind {
	case KindDuration:
		if d, err := ParseDuration(s); err != nil {
			c.report("bad_duration", at, durationMessage(s, err), durationHint)
		} else if d <= 0 {
			c.report("bad_duration", at, f.label()+" is zero.", durationHint)
		}
	case KindChoice:
		var values []string
		for _, choice := range f.Choices {
			values = append(values, choice.Value)
		}
		if !slices.Contains(values, s) {
			c.report("bad_choice", at, fmt.Sprintf("%q is not possible for %s.", s, f.label()), "One of: "+strings.Join(values, ", ")+".")
		}
	case KindVariable, KindPort:
		c.name(s, f, at)
	case KindNode:
		if !c.all.hasNode(s) {
			c.report("unknown_node", at, fmt.Sprintf("There is no node %q.", s), c.suggest(s, c.all.ids))
		}
	}
}

// ReservedNames are what expressions read besides variables; no variable can
// take them.
var ReservedNames = []string{
	"steps", "contact", "trigger", "run", "now", "true", "false", "nil", "null", "let", "if", "else",
	"in", "not", "and", "or", "matches", "contains", "startsWith", "endsWith",
}

func (c *configChecker) name(s string, f Field, at string) {
	switch {
	case !identifier.MatchString(s):
		c.report("bad_name", at, fmt.Sprintf("%q cannot be a name.", s), "Use up to 64 letters, digits and underscores, beginning with a letter.")
	case f.Kind == KindVariable && slices.Contains(ReservedNames, s):
		c.report("reserved_name", at, fmt.Sprintf("%q means something else in expressions.", s), "Choose another name.")
	case f.Kind == KindPort:
		for _, p := range c.spec.Ports {
			if p.Name == s {
				c.report("duplicate_name", at, fmt.Sprintf("Every node of this type has a port %q already.", s), "Choose another name.")
			}
		}
	}
}

func textAt(v tree, key string) string {
	if m, ok := v.(*members); ok {
		s, _ := m.values[key].(string)
		return s
	}
	return ""
}
