package twiliostudio

import (
	"encoding/json"
	"fmt"
	"slices"

	"sluice/flows"
	"sluice/flows/importers/liquid"
)

// Import turns a Studio flow into a flow. The flow is nil when the file is no
// Studio flow at all; otherwise the diagnostics name everything that could not
// be kept, with pointers into the Studio file.
func Import(data []byte) (*flows.Flow, flows.Diagnostics) {
	d, diags := parse(data)
	if d == nil {
		return nil, diags
	}
	b := &builder{doc: d, names: newNames(), index: map[string]int{}, ids: make([]string, len(d.States)), channels: map[string]bool{}, kinds: make([]kind, len(d.States))}
	b.liquid = liquid.New(scope{b})
	b.identify()
	b.convert()
	b.connect()
	b.breakCycles()
	b.finish()
	b.useful()
	b.diags.Sort()
	return b.flow(), b.diags
}

// builder is one import.
type builder struct {
	doc   *document
	names *names
	diags flows.Diagnostics

	// index finds a widget by its name; ids holds the node id of each widget,
	// empty for those that are left out.
	index map[string]int
	ids   []string
	entry int

	nodes []flows.Node
	edges []flows.Edge
	notes []flows.Note
	// ports maps each kept widget's events to ports. A split has a port per
	// transition, counted by position.
	ports map[int]map[int]string
	// channels are the slugs that were reported.
	channels map[string]bool
	liquid   *liquid.Translator
	// kinds say what became of each widget.
	kinds []kind
	// zoned is whether the time zone of dates was reported.
	zoned bool
	// replaced counts the placeholders, sending the nodes that send something.
	replaced, sending int
	// kept counts the bytes of properties in placeholders, taken holds the node ids.
	kept  int
	taken map[string]bool
}

func (b *builder) report(severity flows.Severity, code string, widget int, pointer, message, hint string) {
	b.diags = append(b.diags, flows.Diagnostic{
		Severity: severity, Code: code, Node: b.ids[widget],
		Pointer: pointer, Message: message, Hint: hint,
	})
}

// warn reports about a widget, named for people.
func (b *builder) warn(code string, widget int, message, hint string, tokens ...string) {
	b.report(flows.SeverityWarning, code, widget, b.doc.at(widget, tokens...),
		fmt.Sprintf("%s: %s", b.doc.States[widget].Name, message), hint)
}

// identify gives every widget that has a counterpart an id.
func (b *builder) identify() {
	b.entry = -1
	taken := map[string]bool{"start": true}
	b.taken = taken
	for i, s := range b.doc.States {
		if _, again := b.index[s.Name]; again {
			b.warn("duplicate_name", i, "another widget has the same name.", "Transitions to that name lead to the first one.")
		} else {
			b.index[s.Name] = i
		}
		if s.Type == triggerType && (b.entry < 0 || s.Name == b.doc.InitialState) {
			b.entry = i
		}
	}
	for i, s := range b.doc.States {
		b.kinds[i] = b.kindOf(i)
		if i == b.entry && b.kinds[i] == asStart {
			b.ids[i] = "start"
			continue
		}
		b.ids[i] = unique(nameOf(s.Name), taken)
	}
	// Variables are named before any text reads them.
	for _, s := range b.doc.States {
		if s.Type == setVariablesType {
			for _, v := range properties[variablesProperties](s).Variables {
				b.names.setName(v.Key)
			}
		}
	}
}

// convert makes a node of every widget that has a counterpart, and a note of
// every other one.
func (b *builder) convert() {
	b.ports = map[int]map[int]string{}
	if b.entry < 0 {
		b.diags = append(b.diags, flows.Diagnostic{
			Severity: flows.SeverityWarning, Code: "no_trigger", Pointer: b.doc.pointer + "/states",
			Message: "The flow has no trigger.", Hint: "Connect the Start to the first node.",
		})
	}
	for i, s := range b.doc.States {
		switch {
		case b.kinds[i] == asStart:
			b.add(i, "start", map[string]any{}, map[string]string{entryEvents[0]: "next"})
			b.otherTriggers(i)
		case b.kinds[i] == asPlaceholder:
			b.placeholder(i)
		case s.Type == splitType:
			b.split(i)
		case s.Type == setVariablesType:
			b.setVariables(i)
		default:
			b.send(i)
		}
	}
}

// add places a node for a widget. ports names the exits of its events.
func (b *builder) add(widget int, nodeType string, config any, ports map[string]string) {
	data, err := json.Marshal(config)
	if err != nil {
		// Configs are made of texts and lists here.
		panic("twiliostudio: " + err.Error())
	}
	s := b.doc.States[widget]
	b.nodes = append(b.nodes, flows.Node{ID: b.ids[widget], Type: nodeType, Name: cut(s.Name), Position: position(s), Config: data})
	b.ports[widget] = map[int]string{}
	for i, t := range s.Transitions {
		if port, ok := ports[t.Event]; ok {
			b.ports[widget][i] = port
		}
	}
}

// position turns Studio's drawing, which runs downwards, into one that runs to
// the right, with room for our wider cards.
func position(s state) *flows.Position {
	var p struct {
		Offset struct {
			X float64 `json:"x"`
			Y float64 `json:"y"`
		} `json:"offset"`
	}
	// A widget without a readable offset stands at the origin.
	_ = json.Unmarshal(s.Properties, &p)
	const grid = 20
	snap := func(v float64) float64 { return float64(int(v/grid)) * grid }
	return &flows.Position{X: snap(p.Offset.Y * 1.4), Y: snap(p.Offset.X * 0.8)}
}

// connect draws the edges.
func (b *builder) connect() {
	for i, s := range b.doc.States {
		seen := map[string]bool{}
		for j, t := range s.Transitions {
			port, ok := b.ports[i][j]
			if !ok || t.Next == "" || seen[port] {
				continue
			}
			seen[port] = true
			if _, known := b.index[t.Next]; !known {
				b.warn("dangling_transition", i, fmt.Sprintf("%q leads to %q, but there is no such widget.", t.Event, t.Next), "The exit is left open.", "transitions")
				continue
			}
			to := b.ids[b.index[t.Next]]
			if to == "start" {
				b.warn("dangling_transition", i, fmt.Sprintf("%q leads back to the trigger.", t.Event), "The exit is left open.", "transitions")
				continue
			}
			b.edges = append(b.edges, flows.Edge{From: b.ids[i], Port: port, To: to})
		}
	}
}

// finish declares the inputs at the start.
func (b *builder) finish() {
	start := struct {
		Trigger map[string]string `json:"trigger"`
		Inputs  []input           `json:"inputs,omitempty"`
	}{map[string]string{"type": "manual"}, b.names.inputs}
	data, err := json.Marshal(start)
	if err != nil {
		panic("twiliostudio: " + err.Error())
	}
	if !slices.Contains(b.kinds, asStart) {
		b.nodes = slices.Insert(b.nodes, 0, flows.Node{ID: "start", Type: "start", Name: "Start", Position: &flows.Position{X: -360}})
		if b.entry >= 0 {
			b.edges = append(b.edges, flows.Edge{From: "start", Port: "next", To: b.ids[b.entry]})
		}
	}
	b.declare()
	for i := range b.nodes {
		if b.nodes[i].Type == "start" {
			b.nodes[i].Config = data
		}
	}
	for _, in := range b.names.inputs {
		if !in.Required {
			b.diags = append(b.diags, flows.Diagnostic{
				Severity: flows.SeverityInfo, Code: "new_input", Pointer: b.doc.pointer,
				Message: fmt.Sprintf("%s The flow has an optional input %q for it.", in.Help, in.Name), Hint: "Give it when a run is started, or set it by a Set Variables node.",
			})
		}
	}
}

func (b *builder) flow() *flows.Flow {
	name := b.doc.title
	if name == "" {
		name = b.doc.Description
	}
	if name == "" {
		name = "Imported from Twilio Studio"
	}
	return &flows.Flow{
		Schema: flows.Schema, Name: cut(name), Description: "Imported from Twilio Studio.",
		Nodes: b.nodes, Edges: b.edges, Notes: b.notes,
	}
}

// declare sets the variables that a way may leave out to nothing at the start, as
// they are in Studio.
func (b *builder) declare() {
	names := b.unset()
	for len(names) > 0 {
		part := names[:min(len(names), 100)]
		names = names[len(part):]
		list := make([]map[string]any, len(part))
		for i, name := range part {
			list[i] = map[string]any{"name": name, "value": nil}
		}
		data, err := json.Marshal(map[string]any{"variables": list})
		if err != nil {
			panic("twiliostudio: " + err.Error())
		}
		id := unique("variables", b.taken)
		b.nodes = append(b.nodes, flows.Node{ID: id, Type: "set_variables", Name: emptyAtStart, Position: &flows.Position{X: -180, Y: -120}, Config: data})
		for i := range b.edges {
			if b.edges[i].From == "start" {
				b.edges = append(b.edges, flows.Edge{From: id, Port: "next", To: b.edges[i].To})
				b.edges[i].To = id
				break
			}
		}
	}
}

// useful reports a flow of which nothing is left that sends a message.
func (b *builder) useful() {
	if b.sending == 0 {
		b.diags = append(b.diags, flows.Diagnostic{
			Severity: flows.SeverityError, Code: CodeNothingUseful, Pointer: b.doc.pointer + "/states",
			Message: "Nothing of the flow sends a message, so nothing useful is left of it.", Hint: "Flows of calls have no counterpart here.",
		})
	}
}

// emptyAtStart is the name of the node that declares variables.
const emptyAtStart = "Empty at the start"

// otherTriggersName is that of the placeholder for ways to begin besides the API.
const otherTriggersName = "Other triggers"

// CodeNothingUseful is the code of the finding that an imported flow does nothing.
const CodeNothingUseful = "nothing_useful"
