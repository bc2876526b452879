package nodes

import (
	"sluice/engine"
	"sluice/flows"
)

// End ends a run with an outcome of one's own.
func End() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "end", Title: "End", Group: groupFlow, Icon: "circle-stop", Hue: "slate",
			Help:    "Ends the run and names how it went. Runs also end at ports that lead nowhere.",
			Summary: "{outcome}",
			Config: []flows.Field{
				{Name: "outcome", Kind: flows.KindText, Title: "Outcome", Default: "end", MaxLength: 64, Example: "confirmed", Help: "What run lists and statistics call this ending."},
				{Name: "status", Kind: flows.KindChoice, Title: "Counts as", Default: string(engine.StatusCompleted), Choices: []flows.Choice{
					{Value: string(engine.StatusCompleted), Title: "Completed"}, {Value: string(engine.StatusFailed), Title: "Failed"},
				}},
			},
		},
		Compile: compileEnd,
	}
}

type end struct {
	engine.Instant
	status  engine.Status
	outcome string
}

func compileEnd(c *engine.Compiler) engine.Behaviour {
	config := struct {
		Outcome string        `json:"outcome"`
		Status  engine.Status `json:"status"`
	}{}
	c.Config(&config)
	if config.Outcome == "" {
		config.Outcome = "end"
	}
	if config.Status == "" {
		config.Status = engine.StatusCompleted
	}
	return &end{status: config.Status, outcome: config.Outcome}
}

func (e *end) Enter(*engine.Visit) engine.Move { return engine.End(e.status, e.outcome) }

func (e *end) Exits(func(string) bool) engine.Exits { return engine.Exits{} }
