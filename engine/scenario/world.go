package scenario

import (
	"fmt"
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
	f := p.Flow()
	c := &worldChecker{program: p}
	var ids []string
	for _, n := range f.Nodes {
		ids = append(ids, n.ID)
	}
	seen := map[string]bool{}
	for i, entry := range world {
		at := flows.Pointer("", strconv.Itoa(i))
		_, known := f.Node(entry.Node)
		switch {
		case entry.Node == "":
			c.report("missing", flows.Pointer(at, "node"), "The entry names no node.", `Write {"node": "…", …}.`)
		case !known:
			c.report("unknown_node", flows.Pointer(at, "node"), fmt.Sprintf("The flow has no node %q.", entry.Node), flows.DidYouMean(entry.Node, ids))
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
	return c.diags
}

type worldChecker struct {
	program *engine.Program
	diags   flows.Diagnostics
}

func (c *worldChecker) report(code, pointer, message, hint string) {
	c.diags = append(c.diags, flows.Diagnostic{Severity: flows.SeverityError, Code: code, Pointer: pointer, Message: message, Hint: hint})
}

func (c *worldChecker) answer(at, node string, a flows.WorldAnswer) {
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
	spec, known := c.program.Spec(node)
	if !known {
		return
	}
	ports := c.program.Ports(node)
	if len(ports) == 0 {
		c.report("unknown_value", flows.Pointer(at, "port"), c.program.Title(node)+" has no exit to leave by.", `Remove "leave".`)
		return
	}
	c.oneOf(flows.Pointer(at, "port"), l.Port, "exit of this node", ports...)
	var outputs, variables []string
	for _, o := range spec.Outputs {
		outputs = append(outputs, o.Name)
	}
	for _, name := range sortedKeys(l.Outputs) {
		c.oneOf(flows.Pointer(at, "outputs", name), name, "output of this node", outputs...)
	}
	n, _ := c.program.Flow().Node(node)
	for _, set := range spec.Sets {
		variables = append(variables, flows.TextsAt(n.Config, set.Path)...)
	}
	for _, name := range sortedKeys(l.Variables) {
		c.oneOf(flows.Pointer(at, "variables", name), name, "variable that this node sets", variables...)
	}
}

func (c *worldChecker) oneOf(pointer, value, what string, known ...string) {
	var named []string
	for _, k := range known {
		if k == value {
			return
		}
		if k != "" {
			named = append(named, k)
		}
	}
	hint := flows.DidYouMean(value, named)
	if len(named) == 0 {
		hint = "There is none: leave it out."
	}
	c.report("unknown_value", pointer, fmt.Sprintf("%q is no %s.", value, what), hint)
}
