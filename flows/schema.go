package flows

import (
	"bytes"
	"encoding/json"
)

// DocumentSchema is the JSON Schema (2020-12) of flow definitions whose nodes
// are of these types. It is published as flows/flow.schema.json.
func DocumentSchema(specs []NodeSpec) ([]byte, error) {
	var variants []*object
	defs := obj()
	for _, s := range specs {
		config := objectSchema(s.Config)
		for _, name := range sortedKeys(s.Defs) {
			defs.set(name, unionSchema(s.Defs[name]))
		}
		node := obj("title", s.Title, "description", s.Help, "type", "object", "properties", obj(
			"id", obj("$ref", "#/$defs/nodeId"),
			"type", obj("const", s.Type),
			"name", obj("type", "string", "maxLength", MaxName),
			"position", obj("$ref", "#/$defs/position"),
			"config", config,
		))
		required := []string{"id", "type"}
		if config.values["required"] != nil {
			required = append(required, "config")
		}
		variants = append(variants, node.set("required", required).set("additionalProperties", false))
	}
	documentDefs(defs)
	root := obj(
		"$schema", "https://json-schema.org/draft/2020-12/schema",
		"title", "Sluice flow definition",
		"type", "object",
		"properties", obj(
			"schema", obj("const", Schema),
			"name", obj("type", "string", "minLength", 1, "maxLength", MaxName),
			"description", obj("type", "string"),
			"nodes", obj("type", "array", "maxItems", MaxNodes, "items", obj("oneOf", variants)),
			"edges", obj("type", "array", "maxItems", MaxEdges, "items", obj("$ref", "#/$defs/edge")),
			"scenarios", obj("type", "array", "maxItems", MaxScenarios, "items", obj("$ref", "#/$defs/scenario")),
			"notes", obj("type", "array", "maxItems", MaxNotes, "items", obj("$ref", "#/$defs/note")),
		),
		"required", []string{"schema", "name", "nodes", "edges"},
		"additionalProperties", false,
		"$defs", defs,
	)
	compact, err := json.Marshal(root)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func closedObject(required []string, properties ...any) *object {
	o := obj("type", "object", "properties", obj(properties...))
	if len(required) > 0 {
		o.set("required", required)
	}
	return o.set("additionalProperties", false)
}

// documentDefs describes the parts of a document that are not nodes, as the Go
// types Edge, Note and Scenario have them.
func documentDefs(defs *object) {
	text, number := obj("type", "string"), obj("type", "number")
	duration := obj("type", "string", "pattern", durationPattern)
	list := func(items any) *object { return obj("type", "array", "items", items) }
	ref := func(name string) *object { return obj("$ref", "#/$defs/"+name) }
	defs.set("nodeId", obj("type", "string", "pattern", nodeID.String()))
	defs.set("position", closedObject([]string{"x", "y"}, "x", number, "y", number))
	defs.set("edge", closedObject([]string{"from", "port", "to"}, "from", ref("nodeId"), "port", text, "to", ref("nodeId")))
	defs.set("note", closedObject([]string{"id", "text"}, "id", text, "text", text, "position", ref("position"), "width", number, "height", number, "color", text))
	replyTypes := append([]MessageType{MessageText}, FileForms()...)
	reply := closedObject([]string{"text"}, "after", duration, "text", text, "type", obj("enum", replyTypes), "filename", text)
	answer := []any{
		"send", closedObject(nil, "after", duration, "error", obj("enum", []string{"retryable", "permanent", "auth", "unknown"}), "code", text),
		"receipts", list(closedObject([]string{"status"}, "after", duration, "status", obj("enum", []string{"sent", "delivered", "read", "failed"}), "code", text)),
		"reply", reply, "replies", list(reply),
		"leave", closedObject([]string{"port"}, "after", duration, "port", text, "outputs", obj("type", "object"), "variables", obj("type", "object")),
	}
	defs.set("worldAnswer", closedObject(nil, answer...))
	entry := append([]any{"node", ref("nodeId")}, answer...)
	defs.set("worldEntry", closedObject([]string{"node"}, append(entry, "visits", list(ref("worldAnswer")))...))
	defs.set("scenario", closedObject([]string{"name", "expect"},
		"name", text, "inputs", obj("type", "object"), "world", list(ref("worldEntry")),
		"expect", closedObject(nil,
			"path", list(ref("nodeId")), "status", text, "outcome", text, "elapsed", duration, "variables", obj("type", "object"),
			"messages", list(closedObject(nil, "node", ref("nodeId"), "channel_type", text, "to", text, "text", text)))))
}
