package twiliostudio

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sluice/flows"
)

// recipient is the input that stands for the person whom the flow is about.
const recipient = "customerPhoneNumber"

// recipientPaths are the ways in which Studio names that person's number.
var recipientPaths = []string{"contact.channel.address", "trigger.message.From", "trigger.request.to", "trigger.call.From", "trigger.conversation.From"}

// names gives the variables of Studio names of ours. What no widget sets
// becomes an input, so that the flow can be given it.
type names struct {
	byPath map[string]string
	taken  map[string]bool
	// set holds the Studio variables that set-variables widgets set, setOrder in
	// their order; read those that some text reads.
	set      map[string]bool
	setOrder []string
	read     map[string]bool
	// inputs are in order of first use.
	inputs []input
}

// input is one declared input of the imported flow.
type input struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Required bool   `json:"required,omitempty"`
	Help     string `json:"help,omitempty"`
}

func newNames() *names {
	return &names{byPath: map[string]string{}, taken: map[string]bool{}, set: map[string]bool{}, read: map[string]bool{}}
}

// setName is the variable for a Studio variable that a widget sets.
func (n *names) setName(key string) string {
	path := "flow.variables." + key
	if !n.set[path] {
		n.setOrder = append(n.setOrder, path)
	}
	n.set[path] = true
	return n.claim(path, key)
}

// variable is the variable that a path reads. Paths that nothing in the flow
// sets become inputs.
// With members, what the input holds is an object or a list.
func (n *names) variable(path string, members bool) string {
	if slices.Contains(recipientPaths, path) {
		path = recipientPaths[0]
	}
	if rest, ok := strings.CutPrefix(path, "trigger.request.parameters."); ok {
		path = "flow.data." + rest
	}
	n.read[path] = true
	if name, ok := n.byPath[path]; ok {
		if members {
			n.retype(name, "json")
		}
		return name
	}
	if path == recipientPaths[0] {
		name := n.claim(path, recipient)
		n.inputs = slices.Insert(n.inputs, 0, input{Name: name, Type: "phone", Required: true, Help: "The person whom this flow is about."})
		return name
	}
	name, help := "", "In Studio: "+path+"."
	for _, prefix := range []string{"flow.data.", "flow.variables.", "trigger.request.parameters.", "trigger.parent.parameters."} {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			name = rest
		}
	}
	switch {
	case path == "trigger.message.Body":
		name = "messageBody"
	case name == "":
		name = path
	}
	name = n.claim(path, name)
	n.inputs = append(n.inputs, input{Name: name, Type: "string", Help: help})
	if members {
		n.retype(name, "json")
	}
	return name
}

// retype gives an input another type.
func (n *names) retype(name, inputType string) {
	for i := range n.inputs {
		if n.inputs[i].Name == name && !n.inputs[i].Required {
			n.inputs[i].Type = inputType
		}
	}
}

// claim gives a path a name that nothing else has.
func (n *names) claim(path, wanted string) string {
	if name, ok := n.byPath[path]; ok {
		return name
	}
	name := unique(nameOf(wanted), n.taken)
	n.byPath[path] = name
	return name
}

var notOfName = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// nameOf makes a name that expressions can use.
func nameOf(s string) string {
	s = strings.Trim(notOfName.ReplaceAllString(s, "_"), "_")
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		s = "v_" + s
	}
	if slices.Contains(flows.ReservedNames, s) {
		s += "_"
	}
	return s[:min(len(s), 56)]
}

// unique adds a number to a name that is taken, and takes it.
func unique(name string, taken map[string]bool) string {
	free := name
	for i := 2; taken[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	taken[free] = true
	return free
}

// cut shortens text to what a name may have, at the end of a character.
func cut(s string) string {
	limit := flows.MaxName
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
