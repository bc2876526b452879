package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sluice/engine"
	"sluice/flows"
)

// checkedFlow is a definition with what was found out about it.
type checkedFlow struct {
	// flow is nil when the document cannot be read at all.
	flow *flows.Flow
	// readable is false when part of the document was not understood, so that
	// writing flow back would lose it.
	readable bool
	// program is nil when the flow has errors.
	program *engine.Program
	diags   flows.Diagnostics
}

// checkDefinition finds everything that is wrong with a definition.
func (a *API) checkDefinition(raw []byte) checkedFlow {
	f, diags := flows.Decode(raw)
	if f == nil {
		return checkedFlow{diags: diags}
	}
	c := checkedFlow{flow: f, readable: !diags.HasErrors()}
	program, found := engine.Compile(f, a.nodes)
	c.diags = slices.Concat(diags, found).Bounded()
	if !c.diags.HasErrors() {
		c.program = program
	}
	return c
}

// bound is nil while the flow has errors.
func (c checkedFlow) bound() *Bound {
	if c.program == nil {
		return nil
	}
	b := c.program.Bound()
	bound := &Bound{Steps: b.Steps, Messages: b.Messages, Duration: b.DurationText()}
	if b.Unbounded != "" {
		yes := true
		bound.Unbounded, bound.Reason = &yes, &b.Unbounded
	}
	if b.AtMost {
		bound.AtMost = &b.AtMost
	}
	if way := c.program.WorstPath(); way != nil {
		path := make([]BoundStep, len(way))
		for i, step := range way {
			path[i] = BoundStep{Node: step.Node, Port: step.Port}
		}
		bound.Path = &path
	}
	return bound
}

// text is the definition as it is stored: canonical when all of it was
// understood, else as it came, so that nothing is lost.
func (c checkedFlow) text(raw []byte) (string, error) {
	if !c.readable {
		return string(raw), nil
	}
	canonical, err := flows.Encode(c.flow)
	return string(canonical), err
}

// name is the flow's name, never empty.
func (c checkedFlow) name() string {
	if c.flow == nil || c.flow.Name == "" {
		return "Untitled flow"
	}
	return c.flow.Name
}

// storable refuses a draft that cannot be kept: it is no JSON object, or
// larger than anything that people draw.
func (c checkedFlow) storable() error {
	if c.flow == nil {
		return refuse(http.StatusUnprocessableEntity, "not_a_flow", "This cannot be read as a flow.").withDiagnostics(c.diags)
	}
	if tooMuch := slices.DeleteFunc(slices.Clone(c.diags), func(d flows.Diagnostic) bool { return !breaksLimit(d) }); len(tooMuch) > 0 {
		return refuse(http.StatusUnprocessableEntity, "too_much", "The flow is larger than a flow may be.").withDiagnostics(tooMuch)
	}
	return nil
}

// importable refuses what storable refuses and, because it did not come from
// an editor that would show it, whatever was not understood or is no graph
// that the editor can draw.
func (c checkedFlow) importable() error {
	if err := c.storable(); err != nil {
		return err
	}
	broken := slices.ContainsFunc(c.diags, func(d flows.Diagnostic) bool {
		return d.Severity == flows.SeverityError && breaksGraph(d)
	})
	if !c.readable || broken {
		return refuse(http.StatusUnprocessableEntity, "not_a_flow", "This file cannot be imported.").
			withDetail("Nothing was imported, because part of it could not be read as a flow.").withDiagnostics(c.diags)
	}
	return nil
}

// breaksLimit reports whether the document is larger than a flow may be.
func breaksLimit(d flows.Diagnostic) bool {
	switch d.Code {
	case "too_large", "too_deep":
		return true
	case "too_many":
		// Of the document's own lists; a list in a config is a matter of its node.
		return strings.Count(d.Pointer, "/") == 1
	}
	return false
}

// breaksGraph reports whether nodes and edges form no graph that can be drawn
// and walked.
func breaksGraph(d flows.Diagnostic) bool {
	// Ids of nodes and notes; what a node's config repeats is a matter of its node.
	again := d.Code == "duplicate_id" && strings.Count(d.Pointer, "/") == 3
	return again || d.Code == "duplicate_edge" || d.Code == "cycle"
}

// outline is what lists show of a definition, read leniently: drafts may be
// wrong.
type outline struct {
	description  string
	trigger      string
	channelTypes []string
}

func (a *API) outlineOf(definition string) outline {
	o := outline{trigger: "manual", channelTypes: []string{}}
	var doc struct {
		Description string `json:"description"`
		Nodes       []struct {
			Type   string          `json:"type"`
			Config json.RawMessage `json:"config"`
		} `json:"nodes"`
	}
	if err := json.Unmarshal([]byte(definition), &doc); err != nil {
		return o
	}
	o.description = doc.Description
	for _, n := range doc.Nodes {
		spec, ok := a.specs[n.Type]
		if !ok {
			continue
		}
		if t := flows.ChannelTypeOf(spec, flows.Node{Config: n.Config}); t != "" && !slices.Contains(o.channelTypes, t) {
			o.channelTypes = append(o.channelTypes, t)
		}
		if spec.Entry {
			var config struct {
				Trigger struct {
					Type string `json:"type"`
				} `json:"trigger"`
			}
			if err := json.Unmarshal(n.Config, &config); err == nil && config.Trigger.Type != "" {
				o.trigger = config.Trigger.Type
			}
		}
	}
	slices.Sort(o.channelTypes)
	return o
}

// renamed is the definition with another name. A definition that was not
// understood whole keeps everything else as it was.
func renamed(definition, name string) (string, error) {
	if f, diags := flows.Decode([]byte(definition)); f != nil && !diags.HasErrors() {
		f.Name = name
		canonical, err := flows.Encode(f)
		return string(canonical), err
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal([]byte(definition), &doc); err != nil {
		return "", err
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return "", err
	}
	doc["name"] = quoted
	text, err := json.Marshal(doc)
	return string(text), err
}

// etagOf is the ETag of a draft's version.
func etagOf(draftVersion int64) string { return `"` + strconv.FormatInt(draftVersion, 10) + `"` }

// draftVersionOf reads an ETag. whatever is true for "*". ok is false for a text
// that no draft ever had as its ETag; it then matches none.
func draftVersionOf(etag string) (version int64, whatever, ok bool) {
	if etag == "*" {
		return 0, true, true
	}
	unquoted, err := strconv.Unquote(etag)
	if err != nil {
		unquoted = etag
	}
	version, err = strconv.ParseInt(unquoted, 10, 64)
	return version, false, err == nil
}
