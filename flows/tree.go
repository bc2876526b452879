package flows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// tree is a parsed JSON value: *member list for objects, []tree for arrays,
// string, json.Number, bool or nil. Unlike map[string]any it keeps the order of
// members and notices duplicates.
type tree = any

type members struct {
	keys   []string
	values map[string]tree
}

// parseTree reads one JSON value. Duplicate keys are reported (the first one
// counts); a syntax error, excess depth or trailing data ends the reading.
func parseTree(data []byte) (tree, Diagnostics) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	p := &treeParser{dec: dec}
	v, err := p.value(nil, 0)
	if err == nil {
		if _, trailing := dec.Token(); !errors.Is(trailing, io.EOF) {
			err = errors.New("something follows the end of the document")
		}
	}
	if err == nil {
		return v, p.found.Diagnostics()
	}
	if tooDeep, ok := errors.AsType[depthError](err); ok {
		return nil, Diagnostics{{
			Severity: SeverityError, Code: "too_deep", Pointer: string(tooDeep),
			Message: fmt.Sprintf("The document nests deeper than %d levels.", MaxDepth), Hint: "Flatten the value.",
		}}
	}
	if tooLong, ok := errors.AsType[pathError](err); ok {
		return nil, Diagnostics{{
			Severity: SeverityError, Code: "too_long", Pointer: string(tooLong),
			Message: fmt.Sprintf("The names of fields that lead here are longer than %d bytes together.", MaxPath), Hint: "Use shorter names.",
		}}
	}
	line, column := position(data, dec.InputOffset())
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line, column = position(data, syntax.Offset)
	}
	message := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		message = "the document ends too early"
	}
	return nil, Diagnostics{{
		Severity: SeverityError, Code: "bad_json",
		Message: fmt.Sprintf("This is not JSON: line %d, column %d: %s.", line, column, message),
		Hint:    "Look for a missing comma, quote or bracket just before that place.",
	}}
}

type depthError string

func (e depthError) Error() string { return "too deep at " + string(e) }

type pathError string

func (e pathError) Error() string { return "too long at " + string(e) }

// path is where a value stands. Its pointer is only written where it is needed:
// most values have nothing wrong with them.
type path struct {
	above *path
	name  string
	// item is the place in a list, -1 in an object; length is that of all names.
	item, length int
}

func (p *path) below(name string, item int) *path {
	length := len(name)
	if p != nil {
		length += p.length
	}
	return &path{above: p, name: name, item: item, length: length}
}

func (p *path) pointer() string {
	if p == nil {
		return ""
	}
	name := p.name
	if p.item >= 0 {
		name = strconv.Itoa(p.item)
	}
	return Pointer(p.above.pointer(), name)
}

type treeParser struct {
	dec   *json.Decoder
	found Findings
}

func (p *treeParser) value(at *path, depth int) (tree, error) {
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth >= MaxDepth {
		return nil, depthError(at.pointer())
	}
	if at != nil && at.length > MaxPath {
		return nil, pathError(at.above.pointer())
	}
	if delim == '[' {
		list := []tree{}
		for p.dec.More() {
			v, err := p.value(at.below("", len(list)), depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := p.dec.Token()
		return list, err
	}
	m := &members{values: map[string]tree{}}
	for p.dec.More() {
		key, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		below := at.below(name, -1)
		v, err := p.value(below, depth+1)
		if err != nil {
			return nil, err
		}
		if _, again := m.values[name]; again {
			p.found.Add(Diagnostic{
				Severity: SeverityError, Code: "duplicate_key", Pointer: below.pointer(),
				Message: fmt.Sprintf("%q is written twice in one object.", Shortened(name, MaxName)), Hint: "Keep one of them.",
			})
			continue
		}
		m.keys = append(m.keys, name)
		m.values[name] = v
	}
	_, err = p.dec.Token()
	return m, err
}

// position turns a byte offset into a line and column, both from 1.
func position(data []byte, offset int64) (line, column int) {
	offset = max(0, min(offset, int64(len(data))))
	before := data[:offset]
	return bytes.Count(before, []byte{'\n'}) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// kindOf names a JSON value for people.
func kindOf(v tree) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case []tree:
		return "a list"
	default:
		return "an object"
	}
}
