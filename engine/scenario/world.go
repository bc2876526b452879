package scenario

import (
	"fmt"
	"slices"
	"strconv"

	"sluice/engine"
	"sluice/flows"
)

// answersByNode lists each node's answers by visit.
func answersByNode(world []flows.WorldEntry) map[string][]flows.WorldAnswer {
	answers := map[string][]flows.WorldAnswer{}
	for _, entry := range world {
		if entry.Visits != nil {
			answers[entry.Node] = entry.Visits
			continue
		}
		answers[entry.Node] = []flows.WorldAnswer{entry.WorldAnswer}
	}
	return answers
}

// CheckWorld finds what makes no sense in a world for this flow: nodes, ports
// and outputs that it does not have, statuses and error classes that do not
// exist. Pointers are relative to the list of entries.
func CheckWorld(p *engine.Program, world []flows.WorldEntry) flows.Diagnostics {
	c := &worldChecker{program: p, allowed: map[string]leaving{}}
	ids := flows.Once(func() []string {
		var ids []string
		for _, n := range p.Flow().Nodes {
			ids = append(ids, n.ID)
		}
		return ids
	})
	seen := map[string]bool{}
	for i, entry := range world {
		at := flows.Pointer("", strconv.Itoa(i))
		_, known := p.Spec(entry.Node)
		switch {
		case entry.Node == "":
			c.report("missing", flows.Pointer(at, "node"), "The entry names no node.", `Write {"node": "…", …}.`)
		case !known:
			c.report("unknown_node", flows.Pointer(at, "node"), fmt.Sprintf("The flow has no node %q.", entry.Node), c.spell.For(entry.Node, ids))
		case seen[entry.Node]:
			c.report("duplicate", flows.Pointer(at, "node"), fmt.Sprintf("Two entries are about the node %q.", entry.Node),
				`Answers to several visits stand in one entry: "visits": [{…}, {…}].`)
		}
		seen[entry.Node] = true
		c.answer(at, entry.Node, entry.WorldAnswer)
		if entry.Visits == nil {
			continue
		}
		if len(entry.Visits) == 0 {
			c.report("empty", flows.Pointer(at, "visits"), "The list of visits is empty.", "Give at least one answer, or leave the entry out.")
		}
		if !entry.IsZero() {
			c.report("conflict", flows.Pointer(at, "visits"), `The entry gives an answer beside "visits".`, `Move it into the list of "visits".`)
		}
		for j, a := range entry.Visits {
			c.answer(flows.Pointer(at, "visits", strconv.Itoa(j)), entry.Node, a)
		}
	}
	return c.found.Diagnostics()
}

type worldChecker struct {
	program *engine.Program
	found   flows.Findings
	spell   flows.Suggestions
	// allowed is how nodes that were met can be left.
	allowed map[string]leaving
}

// leaving is how a node can be left, and what it leaves behind.
type leaving struct{ ports, outputs, variables []string }

// leavingOf reads a node's config once for all its visits.
func (c *worldChecker) leavingOf(node string) leaving {
	if l, ok := c.allowed[node]; ok {
		return l
	}
	spec, _ := c.program.Spec(node)
	l := leaving{ports: c.program.Ports(node)}
	for _, o := range spec.Outputs {
		l.outputs = append(l.outputs, o.Name)
	}
	n, _ := c.program.Flow().Node(node)
	for _, set := range spec.Sets {
		l.variables = append(l.variables, flows.TextsAt(n.Config, set.Path)...)
	}
	c.allowed[node] = l
	return l
}

func (c *worldChecker) report(code, pointer, message, hint string) {
	c.found.Add(flows.Diagnostic{Severity: flows.SeverityError, Code: code, Pointer: pointer, Message: message, Hint: hint})
}

func (c *worldChecker) answer(at, node string, a flows.WorldAnswer) {
	c.possible(at, node, a)
	if a.Send != nil {
		c.oneOf(flows.Pointer(at, "send", "error"), a.Send.Error, "class of errors", "", string(engine.ClassRetryable),
			string(engine.ClassPermanent), string(engine.ClassAuth), string(engine.ClassUnknown))
	}
	for i, r := range a.Receipts {
		c.oneOf(flows.Pointer(at, "receipts", strconv.Itoa(i), "status"), r.Status, "receipt status", string(engine.ReceiptSent),
			string(engine.ReceiptDelivered), string(engine.ReceiptRead), string(engine.ReceiptFailed))
	}
	if a.Reply != nil {
		c.reply(flows.Pointer(at, "reply"), *a.Reply)
	}
	for i, r := range a.Replies {
		c.reply(flows.Pointer(at, "replies", strconv.Itoa(i)), r)
	}
	if a.Leave != nil {
		c.leave(flows.Pointer(at, "leave"), node, *a.Leave)
		if a.Send != nil || a.Receipts != nil {
			c.report("conflict", flows.Pointer(at, "leave"), "A node that is left at once sends nothing, so nothing can become of its message.",
				`Remove "leave", or "send" and "receipts".`)
		}
	}
}

// possible checks that the node does what the world answers to.
func (c *worldChecker) possible(at, node string, a flows.WorldAnswer) {
	spec, known := c.program.Spec(node)
	if !known {
		return
	}
	title := c.program.Title(node)
	if len(a.AllReplies()) > 0 && !spec.Replies {
		field := "reply"
		if a.Reply == nil {
			field = "replies"
		}
		c.report("never_waits", flows.Pointer(at, field), title+" never waits for a reply, so nothing would take this one.",
			"Put the reply at the node that asks.")
	}
	if spec.ChannelType != "" || spec.ChannelTypeFrom != "" {
		return
	}
	const message, hint = " sends no message, so nothing becomes of one.", "Put it at the node that sends."
	if a.Send != nil {
		c.report("never_sends", flows.Pointer(at, "send"), title+message, hint)
	}
	if len(a.Receipts) > 0 {
		c.report("never_sends", flows.Pointer(at, "receipts"), title+message, hint)
	}
}

func (c *worldChecker) reply(at string, r flows.WorldReply) {
	known := []string{"", string(flows.MessageText)}
	for _, form := range flows.FileForms() {
		known = append(known, string(form))
	}
	c.oneOf(flows.Pointer(at, "type"), string(r.Type), "type of a reply", known...)
	if r.Filename != "" && !r.IsFile() {
		c.report("conflict", flows.Pointer(at, "filename"), "Only a reply that is a file has a filename.", `Set "type" to image, video, audio or document, or remove it.`)
	}
}

// leave checks a stand-in against what the node can do.
func (c *worldChecker) leave(at, node string, l flows.WorldLeave) {
	if _, known := c.program.Spec(node); !known {
		return
	}
	allowed := c.leavingOf(node)
	if len(allowed.ports) == 0 {
		c.report("unknown_value", flows.Pointer(at, "port"), c.program.Title(node)+" has no exit to leave by.", `Remove "leave".`)
		return
	}
	c.oneOf(flows.Pointer(at, "port"), l.Port, "exit of this node", allowed.ports...)
	for _, name := range sortedKeys(l.Outputs) {
		c.oneOf(flows.Pointer(at, "outputs", name), name, "output of this node", allowed.outputs...)
	}
	for _, name := range sortedKeys(l.Variables) {
		c.oneOf(flows.Pointer(at, "variables", name), name, "variable that this node sets", allowed.variables...)
	}
}

func (c *worldChecker) oneOf(pointer, value, what string, known ...string) {
	if slices.Contains(known, value) || c.found.Full() {
		return
	}
	named := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == "" })
	hint := "There is none: leave it out."
	if len(named) > 0 {
		hint = c.spell.For(value, func() []string { return named })
	}
	c.report("unknown_value", pointer, fmt.Sprintf("%q is no %s.", value, what), hint)
}
