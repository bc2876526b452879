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

// checkWindows warns of a flow that begins with a message that those who have not
// written lately cannot get: a run that a person or program starts comes to them
// without a question before. A later message is one of several ways to reach
// them, and its Failed leads on.
func (s *compilation) checkWindows() {
	seen := map[int]bool{s.program.start: true}
	for work := []int{s.program.start}; len(work) > 0; work = work[1:] {
		c := s.compilers[work[0]]
		if t, ok := flows.ChannelTypeNamed(flows.ChannelTypeOf(c.spec, c.node)); ok {
			if t.Window > 0 && c.session != "" {
				s.warnOfWindow(c, t)
			}
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

func (s *compilation) warnOfWindow(c *Compiler, t flows.ChannelType) {
	then, hint := t.Title+" then takes templates only", "Send a template, or connect Failed to another way to reach them."
	if !t.Takes(flows.MessageTemplate) {
		then, hint = t.Title+" then takes nothing", "Connect Failed to another way to reach them."
	}
	s.found.Add(flows.Diagnostic{
		Severity: flows.SeverityWarning, Code: "outside_window", Node: c.node.ID, Pointer: c.session,
		Message: fmt.Sprintf("Whoever has not written to the channel within %s cannot get this message: %s.", t.Window, then), Hint: hint,
	})
}
