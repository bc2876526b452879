package flows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// byteOrderMark is U+FEFF in UTF-8, which some editors write before the text.
// RFC 8259 forbids it in JSON, and it cannot be seen.
var byteOrderMark = []byte("\uFEFF")

// Decode reads a flow definition strictly: unknown fields, wrong types,
// duplicate keys and exceeded limits are diagnostics, all of them at once. The
// flow holds whatever could be read, for further checks; it is nil when the
// document is not a JSON object or too large. A flow that came with errors must
// not be stored in place of the document, or what could not be read is lost.
func Decode(data []byte) (*Flow, Diagnostics) {
	if len(data) > MaxDocument {
		return nil, Diagnostics{{
			Severity: SeverityError, Code: "too_large",
			Message: fmt.Sprintf("The document has %d bytes; at most %d (2 MiB) are read.", len(data), MaxDocument),
			Hint:    "Split the flow, or take large values out of it.",
		}}
	}
	if !utf8.Valid(data) {
		return nil, Diagnostics{{Severity: SeverityError, Code: "bad_json", Message: "The document is not UTF-8 text.", Hint: "Save it as UTF-8."}}
	}
	if bytes.HasPrefix(data, byteOrderMark) {
		return nil, Diagnostics{{Severity: SeverityError, Code: "bad_json", Message: "The document begins with a byte order mark, which is no JSON.", Hint: "Save it as UTF-8 without a byte order mark (BOM)."}}
	}
	root, diags := parseTree(data)
	if diags.HasErrors() && root == nil {
		return nil, diags
	}
	if _, ok := root.(*members); !ok {
		return nil, append(diags, Diagnostic{
			Severity: SeverityError, Code: "wrong_type",
			Message: "A flow definition is a JSON object, this is " + kindOf(root) + ".", Hint: `Begin with {"schema": "sluice/v1", …}.`,
		})
	}
	d := &decoder{}
	d.found.Add(diags...)
	f := &Flow{}
	d.into(root, reflect.ValueOf(f).Elem(), "")
	diags = d.found.Diagnostics()
	for i := range diags {
		diags[i].Node = nodeAt(f, diags[i].Pointer)
	}
	return f, diags
}

// DecodeScenarios reads a list of scenarios as strictly as Decode reads a flow.
func DecodeScenarios(data []byte) ([]Scenario, Diagnostics) {
	var list []Scenario
	diags := decodeInto(data, &list)
	return list, diags
}

// DecodeWorld reads a list of world entries as strictly as Decode reads a flow.
func DecodeWorld(data []byte) ([]WorldEntry, Diagnostics) {
	var list []WorldEntry
	diags := decodeInto(data, &list)
	return list, diags
}

func decodeInto(data []byte, target any) Diagnostics {
	if len(data) > MaxDocument {
		return Diagnostics{{Severity: SeverityError, Code: "too_large", Message: "The document is larger than 2 MiB."}}
	}
	root, diags := parseTree(data)
	if root == nil && diags.HasErrors() {
		return diags
	}
	d := &decoder{}
	d.found.Add(diags...)
	d.into(root, reflect.ValueOf(target).Elem(), "")
	return d.found.Diagnostics()
}

// nodeAt is the id of the node that a pointer leads into.
func nodeAt(f *Flow, pointer string) string {
	parts := strings.Split(pointer, "/")
	if len(parts) < 3 || parts[1] != "nodes" {
		return ""
	}
	i, err := strconv.Atoi(parts[2])
	if err != nil || i < 0 || i >= len(f.Nodes) {
		return ""
	}
	return f.Nodes[i].ID
}

// decoder fills Go values from a tree by their json tags, as encoding/json
// would, but goes on after a mistake and says where each one is.
type decoder struct {
	found Findings
	spell Suggestions
}

func (d *decoder) report(code, pointer, message, hint string) {
	d.found.Add(Diagnostic{Severity: SeverityError, Code: code, Pointer: pointer, Message: message, Hint: hint})
}

var (
	rawType      = reflect.TypeFor[json.RawMessage]()
	durationType = reflect.TypeFor[Duration]()
)

func (d *decoder) into(v tree, target reflect.Value, pointer string) {
	switch target.Type() {
	case rawType:
		target.SetBytes(compactTree(v))
		return
	case durationType:
		d.duration(v, target, pointer)
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		if v == nil {
			return
		}
		p := reflect.New(target.Type().Elem())
		d.into(v, p.Elem(), pointer)
		target.Set(p)
	case reflect.Struct:
		if m, ok := v.(*members); ok {
			d.structure(m, target, pointer)
		} else {
			d.wrongType(pointer, "an object", v)
		}
	case reflect.Slice:
		d.slice(v, target, pointer)
	case reflect.Map:
		m, ok := v.(*members)
		if !ok {
			d.wrongType(pointer, "an object", v)
			return
		}
		target.Set(reflect.MakeMap(target.Type()))
		for _, k := range m.keys {
			item := reflect.New(target.Type().Elem()).Elem()
			d.into(m.values[k], item, Pointer(pointer, k))
			target.SetMapIndex(reflect.ValueOf(k), item)
		}
	case reflect.String:
		if s, ok := v.(string); ok {
			target.SetString(s)
		} else {
			d.wrongType(pointer, "text", v)
		}
	case reflect.Float64:
		n, ok := v.(json.Number)
		if !ok {
			d.wrongType(pointer, "a number", v)
			return
		}
		f, err := n.Float64()
		if err != nil {
			d.report("out_of_range", pointer, "The number "+n.String()+" is too large.", "")
			return
		}
		target.SetFloat(f)
	default:
		panic("flows: the decoder does not know " + target.Type().String())
	}
}

func (d *decoder) slice(v tree, target reflect.Value, pointer string) {
	list, ok := v.([]tree)
	if !ok {
		d.wrongType(pointer, "a list", v)
		return
	}
	if limit, ok := listLimits[pointer]; ok && len(list) > limit {
		d.report("too_many", pointer, fmt.Sprintf("There are %d %s; a flow has at most %d.", len(list), strings.TrimPrefix(pointer, "/"), limit), "Split the flow.")
		list = list[:limit]
	}
	items := reflect.MakeSlice(target.Type(), len(list), len(list))
	for i, item := range list {
		d.into(item, items.Index(i), Pointer(pointer, strconv.Itoa(i)))
	}
	target.Set(items)
}

var listLimits = map[string]int{"/nodes": MaxNodes, "/edges": MaxEdges, "/scenarios": MaxScenarios, "/notes": MaxNotes}

func (d *decoder) duration(v tree, target reflect.Value, pointer string) {
	s, ok := v.(string)
	if !ok {
		d.wrongType(pointer, `a duration such as "30s"`, v)
		return
	}
	parsed, err := ParseDuration(s)
	if err != nil {
		d.report("bad_duration", pointer, durationMessage(s, err), durationHint)
		return
	}
	target.SetInt(int64(parsed))
}

const durationHint = `Write for instance "30s", "15m", "1h30m" or "7d".`

func durationMessage(s string, err error) string {
	if errors.Is(err, ErrDuration) && s != "" {
		return fmt.Sprintf("%q is not a duration.", s)
	}
	return "The duration is empty."
}

func (d *decoder) wrongType(pointer, want string, got tree) {
	d.report("wrong_type", pointer, fmt.Sprintf("Here stands %s, where %s belongs.", kindOf(got), want), "")
}

func (d *decoder) structure(m *members, target reflect.Value, pointer string) {
	fields := map[string]reflect.Value{}
	collectFields(target, fields)
	for _, key := range m.keys {
		at := Pointer(pointer, key)
		field, ok := fields[key]
		if !ok {
			d.report("unknown_field", at, fmt.Sprintf("There is no field %q here.", Shortened(key, MaxName)), d.spell.For(key, func() []string { return sortedKeys(fields) }))
			continue
		}
		if m.values[key] == nil && field.Type() != rawType {
			d.wrongType(at, "a value", nil)
			continue
		}
		d.into(m.values[key], field, at)
	}
}

func collectFields(v reflect.Value, fields map[string]reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			collectFields(v.Field(i), fields)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = v.Field(i)
	}
}
