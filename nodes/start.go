package nodes

import (
	"strconv"

	"sluice/engine"
	"sluice/flows"
)

// Start is where every run begins; it declares the inputs.
func Start() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "start", Title: "Start", Group: groupFlow, Icon: "play", Hue: "slate", Entry: true,
			Help:    "Every run begins here. Declare what a run is given: the recipient's number, a code, a name.",
			Summary: "{inputs.*.name}",
			Ports:   []flows.PortSpec{{Name: "next", Title: "Next", Icon: "arrow-right"}},
			Sets:    []flows.SetSpec{{Path: "inputs.*.name", TypeFrom: "type"}},
			Config: []flows.Field{
				{Name: "trigger", Kind: flows.KindUnion, Title: "Trigger", Help: "What starts a run.", Variants: []flows.Variant{
					{Type: "manual", Title: "Manual or API", Help: "A person presses Run, or a program calls the API."},
				}},
				{Name: "inputs", Kind: flows.KindList, Title: "Inputs", Help: "What every run is given. Use them anywhere as {{name}}.", Max: 100, Unique: "name", Items: &flows.Field{
					Kind: flows.KindObject, Title: "Input", Fields: inputFields(),
				}},
			},
		},
		Compile: compileStart,
	}
}

func inputFields() []flows.Field {
	return []flows.Field{
		{Name: "name", Kind: flows.KindVariable, Title: "Name", Required: true, Example: "customerPhoneNumber", Help: "How expressions call it. Letters, digits and underscores."},
		{Name: "type", Kind: flows.KindChoice, Title: "Type", Default: string(engine.InputString), Choices: []flows.Choice{
			{Value: string(engine.InputString), Title: "Text"},
			{Value: string(engine.InputPhone), Title: "Phone number"},
			{Value: string(engine.InputEmail), Title: "Email address"},
			{Value: string(engine.InputInteger), Title: "Whole number"},
			{Value: string(engine.InputNumber), Title: "Number"},
			{Value: string(engine.InputBoolean), Title: "Yes or no"},
			{Value: string(engine.InputDate), Title: "Date"},
			{Value: string(engine.InputDateTime), Title: "Date and time"},
			{Value: string(engine.InputJSON), Title: "JSON"},
		}},
		{Name: "required", Kind: flows.KindBoolean, Title: "Required", Default: false, Help: "A run without it is refused."},
		{Name: "secret", Kind: flows.KindBoolean, Title: "Secret", Default: false, Help: "Hidden in the history and stored encrypted. Use it for one-time passwords."},
		{Name: "title", Kind: flows.KindText, Title: "Label", MaxLength: flows.MaxName, Help: "What the Run form calls it."},
		{Name: "help", Kind: flows.KindText, Title: "Help", MaxLength: 500, Help: "Shown below the field in the Run form."},
		{Name: "example", Kind: flows.KindText, Title: "Example", MaxLength: 500, Help: "Shown in the empty field, and used for previews."},
		{Name: "default", Kind: flows.KindValue, Title: "Default", Help: "Used when a run does not give the input."},
	}
}

type start struct{ engine.Instant }

func compileStart(c *engine.Compiler) engine.Behaviour {
	var config struct {
		Inputs []engine.Input `json:"inputs"`
	}
	c.Config(&config)
	for i := range config.Inputs {
		in := &config.Inputs[i]
		if in.Type == "" {
			in.Type = engine.InputString
		}
		if problem := in.CheckDefault(); problem != nil {
			c.Report("bad_default", "The default does not fit: "+problem.Message, problem.Hint, "inputs", strconv.Itoa(i), "default")
		}
	}
	c.Inputs(config.Inputs)
	return start{}
}

func (start) Enter(*engine.Visit) engine.Move { return engine.Leave("next") }

func (start) Exits(func(string) bool) engine.Exits {
	return engine.Exits{Ports: []engine.Exit{{Port: "next"}}}
}
