package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"sluice/flows"
)

// Document is a file of scenarios that stands beside a flow.
type Document struct {
	// Flow is the path of the flow as the file names it, relative to the file;
	// empty when it names none.
	Flow      string
	Scenarios []flows.Scenario
}

// DecodeDocument reads a file of scenarios in any of its forms: a list of
// scenarios, one scenario, or {"flow": path, "scenarios": […]}. One scenario may
// name its flow beside its own fields.
func DecodeDocument(data []byte) (Document, flows.Diagnostics) {
	if !isObject(data) {
		list, diags := flows.DecodeScenarios(data)
		return Document{Scenarios: list}, diags
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		_, diags := flows.DecodeScenarios(data)
		return Document{}, diags
	}
	doc, diags := Document{}, flows.Diagnostics(nil)
	if named, ok := fields["flow"]; ok {
		if err := json.Unmarshal(named, &doc.Flow); err != nil || doc.Flow == "" {
			diags = append(diags, problem("wrong_type", "/flow", "The flow's path is not text.", `Write {"flow": "my-flow.json", …}.`))
		}
		delete(fields, "flow")
		without, err := json.Marshal(fields)
		if err != nil {
			// What was just read can be written.
			panic("scenario: " + err.Error())
		}
		data = without
	}
	if _, ok := fields["scenarios"]; !ok {
		list, found := flows.DecodeScenarios(enclose(data))
		doc.Scenarios = list
		return doc, append(diags, below(found, "/0", "")...)
	}
	var spell flows.Suggestions
	for _, key := range sortedKeys(fields) {
		switch key {
		case "scenarios":
			list, found := flows.DecodeScenarios(fields[key])
			doc.Scenarios = list
			diags = append(diags, below(found, "", "/scenarios")...)
		default:
			diags = append(diags, problem("unknown_field", flows.Pointer("", key),
				fmt.Sprintf("There is no field %q here.", key), spell.For(key, func() []string { return []string{"flow", "scenarios"} })))
		}
	}
	return doc, diags
}

// DecodeWorld reads the world of one run in any of its forms: a list of
// entries, {"world": […]}, or a whole scenario, of which only the world counts.
func DecodeWorld(data []byte) ([]flows.WorldEntry, flows.Diagnostics) {
	if !isObject(data) {
		return flows.DecodeWorld(data)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return flows.DecodeWorld(data)
	}
	list, diags := flows.DecodeScenarios(enclose(data))
	diags = below(diags, "/0", "")
	if len(list) != 1 {
		return nil, diags
	}
	if _, ok := fields["world"]; !ok {
		diags = append(diags, problem("missing", "", `The file holds no "world".`, `Write a list of entries, {"world": […]}, or a scenario.`))
	}
	return list[0].World, diags
}

// ByScenario sorts findings about a list of scenarios at base by the scenario
// they are about. What is about none of them is the rest.
func ByScenario(diags flows.Diagnostics, base string) (byIndex map[int]flows.Diagnostics, rest flows.Diagnostics) {
	byIndex = map[int]flows.Diagnostics{}
	for _, d := range diags {
		inside, ok := strings.CutPrefix(d.Pointer, base+"/")
		first, _, _ := strings.Cut(inside, "/")
		index, err := strconv.Atoi(first)
		if !ok || err != nil {
			rest = append(rest, d)
			continue
		}
		byIndex[index] = append(byIndex[index], d)
	}
	return byIndex, rest
}

func isObject(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
}

func enclose(data []byte) []byte {
	return append(append([]byte("["), data...), ']')
}

// below moves pointers from one base to another.
func below(diags flows.Diagnostics, from, to string) flows.Diagnostics {
	for i := range diags {
		diags[i].Pointer = to + strings.TrimPrefix(diags[i].Pointer, from)
	}
	return diags
}

func problem(code, pointer, message, hint string) flows.Diagnostic {
	return flows.Diagnostic{Severity: flows.SeverityError, Code: code, Pointer: pointer, Message: message, Hint: hint}
}
