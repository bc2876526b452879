package twiliostudio

import (
	"bytes"
	"encoding/json"
	"slices"

	"sluice/flows"
)

// Count says what became of the states of a flow.
type Count struct {
	Total    int `json:"total"`
	Kept     int `json:"kept"`
	Replaced int `json:"replaced"`
	Lost     int `json:"lost"`
}

// CountOf counts the states of an imported flow: each is kept as a node or replaced
// by a placeholder, so none is lost unless its properties were too large to keep.
func CountOf(f *flows.Flow, diags flows.Diagnostics) Count {
	var c Count
	for _, d := range diags {
		if d.Code == "too_large" {
			c.Lost++
		}
	}
	for _, n := range f.Nodes {
		switch {
		case n.Name == otherTriggersName:
		case n.Type == "placeholder":
			c.Replaced++
		case n.Type != "jump" && n.Name != emptyAtStart && (n.Type != "start" || n.Name != "Start"):
			c.Kept++
		}
	}
	c.Replaced -= min(c.Lost, c.Replaced)
	c.Total = c.Kept + c.Replaced + c.Lost
	return c
}

// Useful reports whether something of the flow sends a message.
func Useful(diags flows.Diagnostics) bool {
	return !slices.ContainsFunc(diags, func(d flows.Diagnostic) bool { return d.Code == CodeNothingUseful })
}

// Detect reports whether a file holds a Studio flow, of whichever form.
func Detect(data []byte) bool {
	var top struct {
		Schema     json.RawMessage `json:"schema"`
		Nodes      json.RawMessage `json:"nodes"`
		States     json.RawMessage `json:"states"`
		Definition json.RawMessage `json:"definition"`
	}
	if len(data) > flows.MaxDocument || json.Unmarshal(plainJSON(data), &top) != nil || top.Schema != nil || top.Nodes != nil {
		return false
	}
	return bytes.HasPrefix(bytes.TrimSpace(top.States), []byte("[")) || top.Definition != nil
}
