package nodes

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"sluice/engine"
	"sluice/engine/expression"
	"sluice/engine/phone"
	"sluice/flows"
)

// IdentifyPhone branches by the country of a phone number.
func IdentifyPhone() engine.NodeType {
	return engine.NodeType{
		Spec: flows.NodeSpec{
			Type: "identify_phone", Title: "Identify Phone Number", Group: groupFlow, Icon: "globe", Hue: "slate",
			Help:      "Branches by the country of a phone number. The first branch that lists the country is taken.",
			Summary:   "{phone}",
			PortsFrom: "branches",
			Ports: []flows.PortSpec{
				{Name: "else", Title: "Else", Icon: "corner-down-right", Help: "No branch lists the country."},
				{Name: "invalid", Title: "Invalid number", Icon: "circle-alert", Help: "This cannot be a phone number. Not connected, such numbers leave by Else."},
			},
			Sets: []flows.SetSpec{{Path: "output", Type: "string"}},
			Outputs: []flows.OutputSpec{
				{Name: "code", Type: "string", Help: "What the branches were compared with.", Example: "PH"},
				{Name: "region", Type: "string", Help: "The country, as its ISO 3166 code.", Example: "PH"},
				{Name: "calling_code", Type: "string", Help: "The country calling code.", Example: "63"},
				{Name: "e164", Type: "phone", Help: "The number in international format.", Example: "+639171234567"},
				{Name: "valid", Type: "boolean", Help: "Whether the number fits the country's numbering plan.", Example: "true"},
			},
			Config: []flows.Field{
				{Name: "phone", Kind: flows.KindTemplate, Title: "Phone number", Required: true, Example: "{{customerPhoneNumber}}", Help: "In international format, with or without its +."},
				{Name: "by", Kind: flows.KindChoice, Title: "Compare", Default: "region", Choices: []flows.Choice{
					{Value: "region", Title: "Country (PH, MY …)"}, {Value: "calling_code", Title: "Calling code (63, 60 …)"},
				}},
				{Name: "branches", Kind: flows.KindList, Title: "Branches", Max: 250, Unique: "port", Help: "One exit each. The first that lists the country is taken.", Items: &flows.Field{
					Kind: flows.KindObject, Title: "Branch", Fields: []flows.Field{
						{Name: "port", Kind: flows.KindPort, Title: "Exit", Required: true, Example: "ph"},
						{Name: "title", Kind: flows.KindText, Title: "Label", MaxLength: flows.MaxName},
						{Name: "codes", Kind: flows.KindList, Title: "Codes", Required: true, Min: 1, Max: 300, Help: "Country codes of two letters (ISO 3166), such as PH for the Philippines. MY is Malaysia; ML is Mali.", Items: &flows.Field{Kind: flows.KindCode, Title: "Code", Required: true, Example: "PH"}},
					},
				}},
				{Name: "output", Kind: flows.KindVariable, Title: "Save the code as", Example: "country", Help: "A variable that then holds the country or calling code."},
			},
		},
		Compile: compileIdentifyPhone,
	}
}

type identifyPhone struct {
	engine.Instant
	phone  *expression.Template
	by     string
	ports  []string
	branch map[string]string
	output string
}

func compileIdentifyPhone(c *engine.Compiler) engine.Behaviour {
	var config struct {
		By       string `json:"by"`
		Branches []struct {
			Port  string   `json:"port"`
			Codes []string `json:"codes"`
		} `json:"branches"`
		Output string `json:"output"`
	}
	c.Config(&config)
	n := &identifyPhone{phone: c.Template("phone"), by: config.By, branch: map[string]string{}, output: config.Output}
	if n.by == "" {
		n.by = "region"
	}
	for i, b := range config.Branches {
		n.ports = append(n.ports, b.Port)
		for j, text := range b.Codes {
			at := []string{"branches", strconv.Itoa(i), "codes", strconv.Itoa(j)}
			code, problem, hint := checkCode(n.by, text)
			if problem != "" {
				c.Report("bad_code", problem, hint, at...)
				continue
			}
			if first, again := n.branch[code]; again {
				c.Warn("duplicate_code", fmt.Sprintf("%s is listed twice; it leaves by %q.", code, first), "Remove it here.", at...)
				continue
			}
			n.branch[code] = b.Port
		}
	}
	if n.output != "" {
		c.Sets(n.output, false)
	}
	c.OutputFrom("e164", n.phone.References())
	return n
}

// checkCode brings a country or calling code into the form that numbers are
// compared with, or says what is wrong with it.
func checkCode(by, text string) (code, problem, hint string) {
	if by == "calling_code" {
		code = strings.TrimPrefix(strings.TrimSpace(text), "+")
		if !phone.KnownCallingCode(code) {
			return "", fmt.Sprintf("No country has the calling code %q.", text), "Write digits only, such as 63 for the Philippines."
		}
		return code, "", ""
	}
	code = strings.ToUpper(strings.TrimSpace(text))
	if phone.KnownRegion(code) {
		return code, "", ""
	}
	// ISO 3166 keeps old names, of which Canonicalize gives the present one.
	if region, err := language.ParseRegion(code); err == nil && region.IsCountry() && len(code) == 2 && region.Canonicalize().String() == code {
		return "", fmt.Sprintf("%s is a country code without phone numbers of its own.", code), "Numbers in use there belong to another country. Remove the code."
	}
	return "", fmt.Sprintf("%q is not a country code.", text), regionHint(code)
}

func regionHint(code string) string {
	switch {
	case code == "UK":
		return "The United Kingdom is GB."
	case len(code) > 0 && code[0] >= '0' && code[0] <= '9' || strings.HasPrefix(code, "+"):
		return "To compare calling codes, set Compare to calling code."
	}
	if region, err := language.ParseRegion(code); err == nil && phone.KnownRegion(region.Canonicalize().String()) {
		return "Write " + region.Canonicalize().String() + "."
	}
	return "Use the two letters of ISO 3166, such as PH or MY."
}

func (n *identifyPhone) Enter(v *engine.Visit) engine.Move {
	text, err := v.Text(n.phone)
	if err != nil {
		return failed(err)
	}
	number, ok := v.Phone(text)
	code := number.Region
	if n.by == "calling_code" {
		code = number.CallingCode
	}
	if n.output != "" {
		if err := v.Set(n.output, code); err != nil {
			return failed(err)
		}
	}
	v.Output(map[string]any{"code": code, "region": number.Region, "calling_code": number.CallingCode, "e164": number.E164, "valid": number.Valid})
	if !ok && v.Connected("invalid") {
		return engine.Leave("invalid")
	}
	if port, listed := n.branch[code]; ok && listed {
		return engine.Leave(port)
	}
	return engine.Leave("else")
}

func (n *identifyPhone) Exits(connected func(string) bool) engine.Exits {
	var x engine.Exits
	for _, p := range n.ports {
		x.Ports = append(x.Ports, engine.Exit{Port: p})
	}
	x.Ports = append(x.Ports, engine.Exit{Port: "else"})
	if connected("invalid") {
		x.Ports = append(x.Ports, engine.Exit{Port: "invalid"})
	}
	return x
}
