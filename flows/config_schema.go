package flows

import (
	"bytes"
	"encoding/json"
	"slices"
)

// object is a JSON object that keeps the order its members were added in, so
// that generated schemas read like the source they come from and diff well.
type object struct {
	keys   []string
	values map[string]any
}

func obj(pairs ...any) *object {
	o := &object{values: map[string]any{}}
	for pair := range slices.Chunk(pairs, 2) {
		o.set(pair[0].(string), pair[1])
	}
	return o
}

func (o *object) set(key string, value any) *object {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
	return o
}

// MarshalJSON writes the members in the order they were added.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(k)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		var v bytes.Buffer
		enc := json.NewEncoder(&v)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(o.values[k]); err != nil {
			return nil, err
		}
		b.Write(bytes.TrimSpace(v.Bytes()))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// operatorNotes says of each choice that is an operator what it is for and what
// it takes; nil when none is.
func operatorNotes(choices []Choice) *object {
	notes := obj()
	for _, c := range choices {
		if c.Takes == "" {
			continue
		}
		note := obj("takes", c.Takes)
		if len(c.For) > 0 {
			note.set("for", c.For)
		}
		notes.set(c.Value, note)
	}
	if len(notes.keys) == 0 {
		return nil
	}
	return notes
}

// ConfigSchema is the JSON Schema (2020-12) of the node type's config. The
// "x-sluice" member of each property is what the editor's forms need beyond
// the standard: {"kind", "example", "multiline", "moment", "when", "unique"}.
// "x-titles" names the values of a choice; "x-operators" says of operators which
// types they are "for" and what they "take".
func (s NodeSpec) ConfigSchema() json.RawMessage {
	root := objectSchema(s.Config)
	if len(s.Defs) > 0 {
		defs := obj()
		for _, name := range sortedKeys(s.Defs) {
			defs.set(name, unionSchema(s.Defs[name]))
		}
		root.set("$defs", defs)
	}
	data, err := json.Marshal(root)
	if err != nil {
		// Specs are Go values made of strings and numbers: only a programming
		// mistake in a spec's Default gets here.
		panic("flows: the config schema of " + s.Type + " cannot be written: " + err.Error())
	}
	return data
}

func objectSchema(fields []Field) *object {
	props, required := obj(), []string{}
	for _, f := range fields {
		if f.Refused != "" {
			continue
		}
		props.set(f.Name, f.schema())
		if f.Required {
			required = append(required, f.Name)
		}
	}
	o := obj("type", "object", "properties", props)
	if len(required) > 0 {
		o.set("required", required)
	}
	return o.set("additionalProperties", false)
}

func unionSchema(variants []Variant) *object {
	var shapes []*object
	for _, v := range variants {
		shape := objectSchema(v.Fields)
		props := obj("type", obj("const", v.Type))
		inner := shape.values["properties"].(*object)
		for _, k := range inner.keys {
			props.set(k, inner.values[k])
		}
		required := []string{"type"}
		if r, ok := shape.values["required"].([]string); ok {
			required = append(required, r...)
		}
		s := obj("title", v.Title)
		if v.Help != "" {
			s.set("description", v.Help)
		}
		shapes = append(shapes, s.set("type", "object").set("properties", props).
			set("required", required).set("additionalProperties", false))
	}
	return obj("oneOf", shapes)
}

func (f Field) schema() *object {
	o := obj()
	if f.Title != "" {
		o.set("title", f.Title)
	}
	if f.Help != "" {
		o.set("description", f.Help)
	}
	switch f.Kind {
	case KindInteger, KindNumber:
		o.set("type", string(f.Kind))
		o.set("minimum", f.Min)
		if f.Max != 0 {
			o.set("maximum", f.Max)
		}
	case KindBoolean:
		o.set("type", "boolean")
	case KindChoice:
		values, titles := []string{}, obj()
		for _, c := range f.Choices {
			values = append(values, c.Value)
			titles.set(c.Value, c.Title)
		}
		o.set("type", "string").set("enum", values).set("x-titles", titles)
		if operators := operatorNotes(f.Choices); operators != nil {
			o.set("x-operators", operators)
		}
	case KindObject:
		inner := objectSchema(f.Fields)
		for _, k := range inner.keys {
			o.set(k, inner.values[k])
		}
	case KindList:
		o.set("type", "array").set("items", f.Items.schema())
		if f.Min != 0 {
			o.set("minItems", f.Min)
		}
		if f.Max != 0 {
			o.set("maxItems", f.Max)
		}
	case KindUnion:
		o.set("oneOf", unionSchema(f.Variants).values["oneOf"])
	case KindRef:
		o.set("$ref", "#/$defs/"+f.Ref)
	case KindValue:
		// Any JSON value: no type.
	default:
		o.set("type", "string")
		if f.MaxLength != 0 {
			o.set("maxLength", f.MaxLength)
		}
		switch f.Kind {
		case KindDuration:
			o.set("pattern", durationPattern)
		case KindVariable, KindPort:
			o.set("pattern", identifier.String())
		}
	}
	if f.Default != nil {
		o.set("default", f.Default)
	}
	x := obj("kind", f.Kind)
	if f.Example != "" {
		x.set("example", f.Example)
	}
	if f.Multiline {
		x.set("multiline", true)
	}
	if f.Moment {
		x.set("moment", true)
	}
	if f.Unique != "" {
		x.set("unique", f.Unique)
	}
	if f.When != nil {
		x.set("when", f.When)
	}
	return o.set("x-sluice", x)
}
