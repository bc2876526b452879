package nodes

import (
	"sluice/engine"
	"sluice/flows"
)

// maxJumps is the most that a Jump can be set to: far beyond what the step
// limit of a run allows, so that only nonsense is refused.
const maxJumps = 1_000_000

// Jump goes to another node, a limited number of times in a run.
func Jump() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "jump", Title: "Jump to Node", Group: groupFlow, Icon: "corner-up-left", Hue: "slate",
			Help:    "Goes on at another node, also an earlier one, at most so many times in a run.",
			Summary: "→ {target}", Target: "target", Limit: "max_jumps",
			Ports: []flows.PortSpec{{Name: "exceeded", Title: "Limit exceeded", Icon: "circle-slash", Help: "Taken instead of jumping once the limit is used up. Not connected, the run ends."}},
			Config: []flows.Field{
				{Name: "target", Kind: flows.KindNode, Title: "Go to", Required: true},
				{Name: "max_jumps", Kind: flows.KindInteger, Title: "At most", Required: true, Min: 1, Max: maxJumps, Example: "3", Help: "How many times one run may take this jump."},
			},
		},
		Compile: compileJump,
	}
}

type jump struct {
	engine.Instant
	target string
	max    int
}

func compileJump(c *engine.Compiler) engine.Behaviour {
	var config struct {
		Target   string `json:"target"`
		MaxJumps int    `json:"max_jumps"`
	}
	c.Config(&config)
	return &jump{target: config.Target, max: config.MaxJumps}
}

func (j *jump) Enter(v *engine.Visit) engine.Move {
	if v.CountJump(j.max) {
		return engine.Jump(j.target)
	}
	return engine.Leave("exceeded")
}

func (j *jump) Exits(func(string) bool) engine.Exits {
	return engine.Exits{Jump: &engine.JumpExit{Target: j.target, Times: j.max, Exceeded: "exceeded"}}
}
