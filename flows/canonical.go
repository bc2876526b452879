package flows

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// lineWidth is how long a value written on one line may be. Edges and receipts
// then take a line each, which makes flows read and diff well.
const lineWidth = 100

// firstKeys come before all others, in this order, in objects whose order no
// Go type fixes.
var firstKeys = []string{"type", "id", "name", "port", "title"}

// Encode writes the flow in its canonical form: the same flow always gives the
// same bytes, whatever order its JSON was read in.
func Encode(f *Flow) ([]byte, error) {
	c := *f
	if c.Schema == "" {
		c.Schema = Schema
	}
	if c.Nodes == nil {
		c.Nodes = []Node{}
	}
	if c.Edges == nil {
		c.Edges = []Edge{}
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&c); err != nil {
		return nil, err
	}
	t, diags := parseTree(raw.Bytes())
	if diags.HasErrors() {
		return nil, diags
	}
	var b bytes.Buffer
	writeTree(&b, t, "", false)
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// canonicalKeys is the order of an object's keys when no Go type fixes it.
func canonicalKeys(m *members) []string {
	keys := slices.Clone(m.keys)
	rank := func(k string) int {
		if i := slices.Index(firstKeys, k); i >= 0 {
			return i
		}
		return len(firstKeys)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		return strings.Compare(a, b)
	})
	return keys
}

// compactTree writes a value in canonical key order without white space.
func compactTree(v tree) json.RawMessage {
	var b bytes.Buffer
	writeCompact(&b, v, "", "", true)
	return b.Bytes()
}

// writeTree writes a value indented, on one line where it fits.
func writeTree(b *bytes.Buffer, v tree, indent string, sorted bool) {
	if !isNested(v) || indent != "" && shorterThan(v, lineWidth-len(indent)) {
		before := b.Len()
		writeCompact(b, v, " ", " ", sorted)
		if !isNested(v) || len(indent)+b.Len()-before <= lineWidth {
			return
		}
		b.Truncate(before)
	}
	inner := indent + "  "
	switch v := v.(type) {
	case []tree:
		b.WriteString("[\n")
		for i, item := range v {
			b.WriteString(inner)
			writeTree(b, item, inner, sorted)
			if i < len(v)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		b.WriteString(indent + "]")
	case *members:
		b.WriteString("{\n")
		keys := v.keys
		if sorted {
			keys = canonicalKeys(v)
		}
		for i, k := range keys {
			b.WriteString(inner)
			writeString(b, k)
			b.WriteString(": ")
			// Below a config or a scenario no Go type fixes the order.
			writeTree(b, v.values[k], inner, sorted || k == "config" || k == "inputs" || k == "variables")
			if i < len(keys)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		b.WriteString(indent + "}")
	}
}

// shorterThan reports whether a value may fit into that many bytes. It looks at no
// more of it than that, so that a deep value is not measured once for each level.
func shorterThan(v tree, room int) bool {
	var measure func(v tree)
	measure = func(v tree) {
		switch v := v.(type) {
		case []tree:
			room--
			for i := 0; i < len(v) && room >= 0; i++ {
				measure(v[i])
			}
		case *members:
			room--
			for i := 0; i < len(v.keys) && room >= 0; i++ {
				room -= len(v.keys[i])
				measure(v.values[v.keys[i]])
			}
		case string:
			room -= len(v)
		default:
			room--
		}
	}
	measure(v)
	return room >= 0
}

func isNested(v tree) bool {
	switch v := v.(type) {
	case []tree:
		return len(v) > 0
	case *members:
		return len(v.keys) > 0
	}
	return false
}

func writeCompact(b *bytes.Buffer, v tree, afterColon, afterComma string, sorted bool) {
	switch v := v.(type) {
	case []tree:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteString("," + afterComma)
			}
			writeCompact(b, item, afterColon, afterComma, sorted)
		}
		b.WriteByte(']')
	case *members:
		b.WriteByte('{')
		keys := v.keys
		if sorted {
			keys = canonicalKeys(v)
		}
		for i, k := range keys {
			if i > 0 {
				b.WriteString("," + afterComma)
			}
			writeString(b, k)
			b.WriteString(":" + afterColon)
			writeCompact(b, v.values[k], afterColon, afterComma, sorted || k == "config" || k == "inputs" || k == "variables")
		}
		b.WriteByte('}')
	case string:
		writeString(b, v)
	case json.Number:
		b.WriteString(v.String())
	case bool:
		if v {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	default:
		b.WriteString("null")
	}
}

// writeString writes a JSON string without escaping <, > and &, which people
// write in messages.
func writeString(b *bytes.Buffer, s string) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	// A string always encodes.
	_ = enc.Encode(s)
	b.Truncate(b.Len() - 1)
}
