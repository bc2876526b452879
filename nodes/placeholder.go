package nodes

import (
	"fmt"

	"sluice/engine"
	"sluice/flows"
)

// MaxPlaceholderProperties is how much a placeholder keeps of what it stands for,
// in bytes: more than any widget of a tool that people draw with has.
const MaxPlaceholderProperties = 64 << 10

// Placeholder keeps the place of something that came with a flow from another tool
// and has no counterpart here. It blocks publishing, so that nothing is lost
// without anybody knowing.
func Placeholder() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "placeholder", Title: "Placeholder", Group: groupFlow, Icon: "circle-slash", Hue: "slate", Placeholder: true,
			Help:    "Keeps the place of a step of another tool that has no counterpart here. Replace or delete it before you publish the flow.",
			Summary: "{kind}", Detail: "{tool}",
			PortsFrom: "ports",
			Outputs:   []flows.OutputSpec{{Name: "result", Type: "any", Help: "What the original would leave behind. Always empty here, except where a scenario says what it is."}},
			Config: []flows.Field{
				{Name: "tool", Kind: flows.KindText, Title: "From", Required: true, MaxLength: flows.MaxName, Example: "Twilio Studio", Help: "The tool that the flow came from."},
				{Name: "kind", Kind: flows.KindText, Title: "Original type", Required: true, MaxLength: flows.MaxName, Example: "make-http-request", Help: "What the tool calls it."},
				{Name: "advice", Kind: flows.KindText, Title: "What to do", MaxLength: 500, Multiline: true, Help: "How to get by without it."},
				{Name: "passes", Kind: flows.KindText, MaxLength: 64, Title: "Goes on in tries", Help: "The exit that tries and scenarios take. Without it they end here."},
				{Name: "ports", Kind: flows.KindList, Title: "Exits", Max: 100, Unique: "port", Items: &flows.Field{
					Kind: flows.KindObject, Title: "Exit", Fields: []flows.Field{
						{Name: "port", Kind: flows.KindPort, Title: "Exit", Required: true, Example: "success"},
						{Name: "title", Kind: flows.KindText, Title: "Label", MaxLength: flows.MaxName},
					},
				}},
				{Name: "properties", Kind: flows.KindText, Title: "Original properties", MaxLength: MaxPlaceholderProperties, Multiline: true, Help: "As the tool exported them. Nothing in them is evaluated."},
			},
		},
		Compile: compilePlaceholder,
	}
}

type placeholder struct {
	engine.Instant
	kind, tool, advice string
	passes             string
	ports              []string
}

func compilePlaceholder(c *engine.Compiler) engine.Behaviour {
	var config struct {
		Tool   string `json:"tool"`
		Kind   string `json:"kind"`
		Advice string `json:"advice"`
		Passes string `json:"passes"`
		Ports  []struct {
			Port string `json:"port"`
		} `json:"ports"`
	}
	c.Config(&config)
	p := &placeholder{kind: config.Kind, tool: config.Tool, advice: config.Advice}
	for _, port := range config.Ports {
		p.ports = append(p.ports, port.Port)
		if port.Port == config.Passes {
			p.passes = config.Passes
		}
	}
	if p.advice == "" {
		p.advice = "Rebuild it with other nodes, then delete it."
	}
	c.Report(flows.CodePlaceholder, p.message(), p.advice, "kind")
	return p
}

func (p *placeholder) message() string {
	return fmt.Sprintf("This keeps the place of %q from %s, which has no counterpart here.", p.kind, p.tool)
}

// Enter goes on only where the original would have been passed by the way things
// are: in a try, a trigger has always happened. Published flows have no
// placeholders.
func (p *placeholder) Enter(*engine.Visit) engine.Move {
	if p.passes != "" {
		return engine.Leave(p.passes)
	}
	return engine.Fail(flows.CodePlaceholder, p.message(), p.advice)
}

func (p *placeholder) Exits(func(string) bool) engine.Exits {
	var x engine.Exits
	for _, port := range p.ports {
		x.Ports = append(x.Ports, engine.Exit{Port: port})
	}
	return x
}
