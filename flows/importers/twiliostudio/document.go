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
	var resource struct {
		FriendlyName string          `json:"friendly_name"`
		Definition   json.RawMessage `json:"definition"`
	}
	if err := json.Unmarshal(data, &resource); err != nil {
		return refuse("bad_json", "This is not a JSON object: "+err.Error()+".", "Export the flow again.")
	}
	d := &document{title: resource.FriendlyName}
	if len(resource.Definition) > 0 {
		data, d.pointer = resource.Definition, "/definition"
	}
	if err := json.Unmarshal(data, d); err != nil {
		return refuse("wrong_type", "This is not a flow definition of Twilio Studio: "+err.Error()+".", "Export the flow again.")
	}
	switch {
	case len(d.States) == 0:
		return refuse("no_states", "This is not a flow definition of Twilio Studio: it has no states.", `Copy the JSON from "Show flow JSON" in Studio.`)
	case len(d.States) > maxStates:
		return refuse("too_many", fmt.Sprintf("The flow has %d widgets; at most %d are read.", len(d.States), maxStates), "")
	}
	return d, nil
}

// at is the pointer to a widget.
func (d *document) at(index int, tokens ...string) string {
	return flows.Pointer(flows.Pointer(d.pointer, "states", strconv.Itoa(index)), tokens...)
}
