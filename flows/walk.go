package flows

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// WalkText calls visit for every text of a config that holds templates or an
// expression, with the JSON pointer of the text below the config. Texts within
// a value field are visited as templates.
func WalkText(spec NodeSpec, config json.RawMessage, visit func(f Field, pointer, text string)) {
	if len(config) == 0 {
		return
	}
	v, diags := parseTree(config)
	if diags.HasErrors() {
		return
	}
	w := textWalker{spec: spec, visit: visit}
	w.object(v, spec.Config, "")
}

// TextsAt lists the texts at a dotted path of a config in which * stands for
// every item of a list: "output", "variables.*.name".
func TextsAt(config json.RawMessage, path string) []string {
	if len(config) == 0 {
		return nil
	}
	v, diags := parseTree(config)
	if diags.HasErrors() {
		return nil
	}
	level := []tree{v}
	for token := range strings.SplitSeq(path, ".") {
		var next []tree
		for _, v := range level {
			switch v := v.(type) {
			case *members:
				next = append(next, v.values[token])
			case []tree:
				if token == "*" {
					next = append(next, v...)
				}
			}
		}
		level = next
	}
	var texts []string
	for _, v := range level {
		if s, ok := v.(string); ok && s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

type textWalker struct {
	spec  NodeSpec
	visit func(f Field, pointer, text string)
}

func (w textWalker) object(v tree, fields []Field, at string) {
	m, ok := v.(*members)
	if !ok {
		return
	}
	for _, f := range fields {
		if value, given := m.values[f.Name]; given {
			w.value(value, f, Pointer(at, f.Name))
		}
	}
}

func (w textWalker) value(v tree, f Field, at string) {
	switch f.Kind {
	case KindTemplate, KindExpression:
		if s, ok := v.(string); ok {
			w.visit(f, at, s)
		}
	case KindValue:
		w.anything(v, f, at)
	case KindObject:
		w.object(v, f.Fields, at)
	case KindList:
		items, _ := v.([]tree)
		for i, item := range items {
			w.value(item, *f.Items, Pointer(at, strconv.Itoa(i)))
		}
	case KindUnion:
		w.union(v, f.Variants, at)
	case KindRef:
		w.union(v, w.spec.Defs[f.Ref], at)
	}
}

func (w textWalker) union(v tree, variants []Variant, at string) {
	kind := textAt(v, "type")
	if i := slices.IndexFunc(variants, func(x Variant) bool { return x.Type == kind }); i >= 0 {
		w.object(v, variants[i].Fields, at)
	}
}

func (w textWalker) anything(v tree, f Field, at string) {
	switch v := v.(type) {
	case string:
		f.Kind = KindTemplate
		w.visit(f, at, v)
	case []tree:
		for i, item := range v {
			w.anything(item, f, Pointer(at, strconv.Itoa(i)))
		}
	case *members:
		for _, k := range v.keys {
			w.anything(v.values[k], f, Pointer(at, k))
		}
	}
}
