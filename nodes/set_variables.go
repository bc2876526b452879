package nodes

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/flows"
)

// SetVariables gives variables new values.
func SetVariables() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "set_variables", Title: "Set Variables", Group: groupData, Icon: "braces", Hue: "cyan",
			Help:    "Gives variables of the run new values, one after the other.",
			Summary: "{variables.*.name}",
			Ports:   []flows.PortSpec{{Name: "next", Title: "Next", Icon: "arrow-right"}},
			Sets:    []flows.SetSpec{{Path: "variables.*.name", Type: "any"}},
			Config: []flows.Field{
				{Name: "variables", Kind: flows.KindList, Title: "Variables", Required: true, Min: 1, Max: 100, Items: &flows.Field{
					Kind: flows.KindObject, Title: "Variable", Fields: []flows.Field{
						{Name: "name", Kind: flows.KindVariable, Title: "Name", Required: true, Example: "attempts"},
						{Name: "value", Kind: flows.KindValue, Title: "Value", Required: true, Example: "{{attempts + 1}}", Help: "Text, a number, true or false, or a list. A value that is one {{expression}} keeps its type."},
						{Name: "secret", Kind: flows.KindBoolean, Title: "Secret", Default: false, Help: "Hidden in the history and stored encrypted. Values made from a secret are secret by themselves."},
					},
				}},
			},
		},
		Compile: compileSetVariables,
	}
}

type setVariables struct {
	engine.Instant
	items []assignment
}

type assignment struct {
	name  string
	value value
}

// value is a JSON value whose texts are templates.
type value struct {
	template *expression.Template
	list     []value
	keys     []string
	fields   map[string]value
	constant any
}

func compileSetVariables(c *engine.Compiler) engine.Behaviour {
	var config struct {
		Variables []struct {
			Name   string          `json:"name"`
			Value  json.RawMessage `json:"value"`
			Secret bool            `json:"secret"`
		} `json:"variables"`
	}
	c.Config(&config)
	s := &setVariables{}
	for i, item := range config.Variables {
		path := []string{"variables", strconv.Itoa(i), "value"}
		dec := json.NewDecoder(bytes.NewReader(item.Value))
		dec.UseNumber()
		var raw any
		if err := dec.Decode(&raw); err != nil {
			c.Report("wrong_type", "The value is not JSON.", "", path...)
			continue
		}
		var refs []expression.Reference
		v, err := compileValue(c, raw, path, &refs)
		if errors.Is(err, expression.ErrInexact) {
			c.Report("inexact_number", "A number has more digits than can be kept exactly.", "Write it as text, in quotes.", path...)
			continue
		}
		if err != nil {
			c.Report("too_large", "The value is too large: "+err.Error(), "", path...)
			continue
		}
		s.items = append(s.items, assignment{name: item.Name, value: v})
		c.Sets(item.Name, item.Secret, refs...)
	}
	return s
}

func compileValue(c *engine.Compiler, raw any, path []string, refs *[]expression.Reference) (value, error) {
	switch raw := raw.(type) {
	case string:
		t := c.Template(path...)
		*refs = append(*refs, t.References()...)
		return value{template: t}, nil
	case []any:
		v := value{list: make([]value, len(raw))}
		for i, item := range raw {
			inner, err := compileValue(c, item, append(slices.Clone(path), strconv.Itoa(i)), refs)
			if err != nil {
				return value{}, err
			}
			v.list[i] = inner
		}
		return v, nil
	case map[string]any:
		v := value{fields: map[string]value{}}
		for k, item := range raw {
			inner, err := compileValue(c, item, append(slices.Clone(path), k), refs)
			if err != nil {
				return value{}, err
			}
			v.keys = append(v.keys, k)
			v.fields[k] = inner
		}
		slices.Sort(v.keys)
		return v, nil
	default:
		constant, err := expression.Normalize(raw)
		return value{constant: constant}, err
	}
}

func (x value) eval(v *engine.Visit) (any, error) {
	switch {
	case x.template != nil:
		return v.Value(x.template)
	case x.list != nil:
		list := make([]any, len(x.list))
		for i, item := range x.list {
			var err error
			if list[i], err = item.eval(v); err != nil {
				return nil, err
			}
		}
		return list, nil
	case x.fields != nil:
		object := make(map[string]any, len(x.fields))
		for _, k := range x.keys {
			var err error
			if object[k], err = x.fields[k].eval(v); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	return x.constant, nil
}

func (s *setVariables) Enter(v *engine.Visit) engine.Move {
	for _, item := range s.items {
		result, err := item.value.eval(v)
		if err == nil {
			err = v.Set(item.name, result)
		}
		if err != nil {
			return failed(err)
		}
	}
	return engine.Leave("next")
}

func (*setVariables) Exits(func(string) bool) engine.Exits {
	return engine.Exits{Ports: []engine.Exit{{Port: "next"}}}
}
