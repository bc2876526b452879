package engine

import (
	"fmt"

	"sluice/flows"
)

// Session notes that the node sends something other than a template: on some
// channel types that is only possible for a while after the recipient wrote.
// The path leads to the message.
func (c *Compiler) Session(path ...string) {
	c.session = c.pointer + flows.Pointer("", path...)
}

// Asks notes that runs go on from the node when the recipient has written.
func (c *Compiler) Asks() { c.asks = true }

// checkWindows warns of messages that those who have not written lately cannot
// get: a run that a person or program starts comes to them without a question
// before.
func (s *compilation) checkWindows() {
	for _, t := range flows.ChannelTypes() {
		if t.Window > 0 {
			s.checkWindow(t)
		}
	}
}

func (s *compilation) checkWindow(t flows.ChannelType) {
	then, hint := t.Title+" then takes templates only", "Send a template, or connect Failed to another way to reach them."
	if !t.Takes(flows.MessageTemplate) {
		then, hint = t.Title+" then takes nothing", "Connect Failed to another way to reach them."
	}
	seen := map[int]bool{s.program.start: true}
	for work := []int{s.program.start}; len(work) > 0; work = work[1:] {
		c := s.compilers[work[0]]
		here := flows.ChannelTypeOf(c.spec, c.node) == t.Name
		if here && c.session != "" {
			s.diags = append(s.diags, flows.Diagnostic{
				Severity: flows.SeverityWarning, Code: "outside_window", Node: c.node.ID, Pointer: c.session,
				Message: fmt.Sprintf("Whoever has not written to the channel within %s cannot get this message: %s.", t.Window, then), Hint: hint,
			})
		}
		if here && c.asks {
			continue
		}
		for _, to := range s.successors(work[0]) {
			if !seen[to] {
				seen[to] = true
				work = append(work, to)
			}
		}
	}
}
