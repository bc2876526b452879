// Package twiliostudio turns flows of Twilio Studio into Sluice flows. It reads
// the flow definition format of Studio's REST API
// (https://www.twilio.com/docs/studio/rest-api/v2/flow-definition), as its
// editor shows it under "Show flow JSON".
//
// What has no counterpart here is reported, one finding each, and the rest is
// kept: an imported flow always can be read, drawn and completed by hand.
package twiliostudio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"sluice/flows"
)

// maxStates is the number of widgets that Studio's own schema allows.
const maxStates = 1000

// document is a Studio flow definition.
type document struct {
	Description  string  `json:"description"`
	States       []state `json:"states"`
	InitialState string  `json:"initial_state"`
	// pointer leads to the definition within the file.
	pointer string
	// title is the flow's name where the file has one.
	title string
}

// state is one widget.
type state struct {
	Name        string          `json:"name"`
	Type        string          `json:"type"`
	Transitions []transition    `json:"transitions"`
	Properties  json.RawMessage `json:"properties"`
}

// transition leads from an event of a widget to the next one. An event that
// leads nowhere has no next.
type transition struct {
	Event      string      `json:"event"`
	Next       string      `json:"next"`
	Conditions []condition `json:"conditions"`
}

// condition is one test of a split.
type condition struct {
	Type         string   `json:"type"`
	FriendlyName string   `json:"friendly_name"`
	Arguments    []string `json:"arguments"`
	Value        loose    `json:"value"`
}

// loose is text that some writers of definitions leave as another JSON value.
type loose string

// UnmarshalJSON takes any scalar as text.
func (l *loose) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*l = loose(s)
		return nil
	}
	if bytes.HasPrefix(data, []byte("{")) || bytes.HasPrefix(data, []byte("[")) || string(data) == "null" {
		return nil
	}
	*l = loose(data)
	return nil
}

// next is where an event leads, or "".
func (s state) next(event string) string {
	for _, t := range s.Transitions {
		if t.Event == event {
			return t.Next
		}
	}
	return ""
}

// parse reads a definition, alone or within the answer of Studio's API.
func parse(data []byte) (*document, flows.Diagnostics) {
	refuse := func(code, message, hint string) (*document, flows.Diagnostics) {
		return nil, flows.Diagnostics{{Severity: flows.SeverityError, Code: code, Message: message, Hint: hint}}
	}
	if len(data) > flows.MaxDocument {
		return refuse("too_large", "The file is larger than 2 MiB.", "")
	}
	data = plainJSON(data)
	d := &document{}
	for depth := 0; ; depth++ {
		var resource struct {
			FriendlyName string          `json:"friendly_name"`
			Definition   json.RawMessage `json:"definition"`
		}
		if err := json.Unmarshal(data, &resource); err != nil {
			return refuse("bad_json", "This is not a JSON object: "+err.Error()+".", "Export the flow again.")
		}
		if d.title == "" {
			d.title = resource.FriendlyName
		}
		if len(resource.Definition) == 0 || depth == 3 {
			break
		}
		data, d.pointer = resource.Definition, d.pointer+"/definition"
		var written string
		if json.Unmarshal(data, &written) == nil {
			data = plainJSON([]byte(written))
		}
	}
	if err := json.Unmarshal(data, d); err != nil {
		return refuse("wrong_type", "This is not a flow definition of Twilio Studio: "+err.Error()+".", "Export the flow again.")
	}
	switch {
	case len(d.States) == 0:
		return refuse("no_states", "This is not a flow definition of Twilio Studio: it has no states.", `Copy the JSON from "Show flow JSON" in Studio.`)
	case len(d.States) > maxStates:
		return refuse("too_many", fmt.Sprintf("The flow has %d widgets; at most %d are read.", len(d.States), maxStates), "")
	case d.old():
		return refuse("old_format", "This flow is in a format that Twilio Studio used formerly.",
			`Open the flow in Twilio Studio, choose "Show Flow JSON" at its Trigger, and import what stands there; or fetch it from Studio's REST API, version 2.`)
	}
	return d, nil
}

// at is the pointer to a widget.
func (d *document) at(index int, tokens ...string) string {
	return flows.Pointer(flows.Pointer(d.pointer, "states", strconv.Itoa(index)), tokens...)
}

// old reports whether the document is of Studio's former format, whose widgets have
// other types and lead to ids.
func (d *document) old() bool {
	typed := false
	for _, s := range d.States {
		switch s.Type {
		case "InitialState", "Branch", "SendMessage", "Gather", "Webhook", "SayPlay":
			return true
		}
		typed = typed || s.Type != ""
	}
	return !typed
}

// plainJSON removes what people and editors put into JSON: a byte order mark,
// comments, and commas before closing brackets. What stays keeps its place.
func plainJSON(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if json.Valid(data) {
		return data
	}
	out := bytes.Clone(data)
	comma := -1
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case c == '"':
			for i++; i < len(out) && out[i] != '"'; i++ {
				if out[i] == '\\' {
					i++
				}
			}
			comma = -1
		case c == '/' && i+1 < len(out) && (out[i+1] == '/' || out[i+1] == '*'):
			i = blankComment(out, i) - 1
		case c == ',':
			comma = i
		case (c == '}' || c == ']') && comma >= 0:
			out[comma], comma = ' ', -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return out
}

// blankComment writes spaces over a comment, and gives where it ends.
func blankComment(out []byte, i int) int {
	end := bytes.IndexByte(out[i:], '\n')
	if out[i+1] == '*' {
		if end = bytes.Index(out[i+2:], []byte("*/")); end >= 0 {
			end += len("/**/")
		}
	}
	if end < 0 {
		end = len(out) - i
	}
	for j := i; j < i+end; j++ {
		if out[j] != '\n' {
			out[j] = ' '
		}
	}
	return i + end
}
