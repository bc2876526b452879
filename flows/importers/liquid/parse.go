package liquid

import (
	"slices"
	"strings"
)

// node is a piece of a parsed source.
type node struct {
	kind nodeKind
	// text is literal text, the markup of an output, or the arguments of a tag.
	text string
	// name is the tag's.
	name string
	// source is what the node is written as, for people.
	source string
	// branches are the bodies of a block: those of if, unless, case and for with
	// their else. The markup of the first one is the block's own.
	branches []branch
}

type branch struct {
	// name is "if", "elsif", "when" or "else".
	name   string
	markup string
	body   []node
}

type nodeKind int

const (
	textNode nodeKind = iota
	outputNode
	tagNode
	blockNode
	brokenNode
)

// inner are the tags that begin another body of a block.
var inner = map[string][]string{
	"if": {"elsif", "elseif", "else"}, "unless": {"elsif", "elseif", "else"}, "case": {"when", "else"}, "for": {"else"},
	"capture": nil, "comment": nil,
}

// parser makes a tree of tokens.
type parser struct {
	tokens []token
	at     int
	depth  int
}

// nodes parses up to a tag that is among the ends, which is left to the caller.
func (p *parser) nodes(ends []string) []node {
	var list []node
	for p.at < len(p.tokens) {
		t := p.tokens[p.at]
		switch t.kind {
		case textToken:
			list = append(list, node{kind: textNode, text: t.text})
		case outputToken:
			list = append(list, node{kind: outputNode, text: t.text, source: t.source})
		case brokenToken:
			list = append(list, node{kind: brokenNode, source: t.source, text: "A tag has no end."})
		case tagToken:
			name, markup := cutName(t.text)
			if slices.Contains(ends, name) {
				return list
			}
			p.at++
			list = append(list, p.tag(name, markup, t))
			continue
		}
		p.at++
	}
	return list
}

// cutName parts a tag's name from its arguments.
func cutName(text string) (name, markup string) {
	if strings.HasPrefix(text, "#") {
		return "#", ""
	}
	i := 0
	for i < len(text) && (text[i] == '_' || text[i] >= 'a' && text[i] <= 'z' || text[i] >= 'A' && text[i] <= 'Z') {
		i++
	}
	return text[:i], strings.TrimSpace(text[i:])
}

// tag parses what a tag begins; the tag itself has been read.
func (p *parser) tag(name, markup string, t token) node {
	within, block := inner[name]
	if !block {
		return node{kind: tagNode, name: name, text: markup, source: t.source}
	}
	if p.depth++; p.depth > maxDepth {
		p.at = len(p.tokens)
		return node{kind: brokenNode, source: t.source, text: "Blocks nest too deep."}
	}
	defer func() { p.depth-- }()
	n := node{kind: blockNode, name: name, text: markup, source: t.source}
	end := "end" + name
	if name == "comment" {
		return p.comment(n)
	}
	ends := append([]string{end}, within...)
	b := branch{name: "if", markup: markup}
	for {
		b.body = p.nodes(ends)
		n.branches = append(n.branches, b)
		if p.at == len(p.tokens) {
			return node{kind: brokenNode, source: t.source, text: "The block " + name + " has no " + end + "."}
		}
		next, markup := cutName(p.tokens[p.at].text)
		n.source += " … " + p.tokens[p.at].source
		p.at++
		if next == end {
			return n
		}
		b = branch{name: strings.ReplaceAll(next, "elseif", "elsif"), markup: markup}
	}
}

// comment skips what nobody is to see, whatever it holds.
func (p *parser) comment(n node) node {
	for open := 1; p.at < len(p.tokens); p.at++ {
		t := p.tokens[p.at]
		if t.kind != tagToken {
			continue
		}
		switch name, _ := cutName(t.text); name {
		case "comment":
			open++
		case "endcomment":
			if open--; open == 0 {
				p.at++
				return n
			}
		}
	}
	return node{kind: brokenNode, source: n.source, text: "A comment has no endcomment."}
}
