package liquid

import (
	"strings"
)

// Template is a translated text: literal parts, expressions, and holes.
type Template struct{ pieces []piece }

// piece is a known value, an expression, or a hole.
type piece struct {
	value Value
	// choice is what the expression was made of, where it was a block.
	choice *choice
	// hole is what has no translation, as it was written.
	hole string
}

// choice is an if or a case: its ways and what is written when none holds.
type choice struct {
	ways []way
	last []piece
}

// Hole is a text that keeps a flow from being published until somebody fills it
// in; why says what belongs there.
func Hole(why string) Template { return Template{pieces: []piece{{hole: cut(why)}}} }

// cut makes source fit for a comment: short, and without any sign of Liquid.
func cut(source string) string {
	const limit = 200
	source = strings.Join(strings.Fields(comments.Replace(source[:min(len(source), 8*limit)])), " ")
	runes := []rune(source)
	if len(runes) > limit {
		source = string(runes[:limit]) + "…"
	}
	if source == "" {
		return "?"
	}
	return strings.ToValidUTF8(source, "?")
}

var comments = strings.NewReplacer("*/", " ", "/*", " ", "{%-", " ", "-%}", " ", "{%", " ", "%}", " ", "{{-", " ", "-}}", " ", "{{", " ", "}}", " ", "{", " ", "}", " ", "*", " ", `"`, "'", "`", "'")

// holeExpression is an expression that holds nothing but a comment: the engine
// refuses it, and whoever looks at it sees what belongs there.
func holeExpression(what string) string { return "/* Liquid: " + what + " */" }

// Template writes the text as a template of ours.
func (t Template) Template() string {
	var b strings.Builder
	for _, p := range t.pieces {
		if p.hole != "" {
			b.WriteString("{{" + holeExpression(p.hole) + "}}")
			continue
		}
		if s, ok := p.value.knownText(); ok {
			// A brace pair that stands there literally must not become an expression.
			b.WriteString(strings.ReplaceAll(s, "{{", `{{"{{"}}`))
			continue
		}
		v := p.value
		if v.Kind == List || v.Kind == Fraction {
			v = v.text()
		}
		b.WriteString("{{" + v.Expression + "}}")
	}
	return b.String()
}

// Text is the whole as one expression that gives text.
func (t Template) Text() Value {
	for _, p := range t.pieces {
		if p.hole != "" {
			return Value{Expression: holeExpression(p.hole), Kind: Text}
		}
	}
	return joined(t.pieces)
}

// IsLiteral reports whether the text does not depend on the run.
func (t Template) IsLiteral() bool {
	for _, p := range t.pieces {
		if p.hole != "" || !p.value.isKnown() {
			return false
		}
	}
	return true
}

// Literal is the text where it does not depend on the run.
func (t Template) Literal() string {
	var b strings.Builder
	for _, p := range t.pieces {
		s, _ := p.value.knownText()
		b.WriteString(s)
	}
	return b.String()
}

// HasHole reports whether part of the text has no translation.
func (t Template) HasHole() bool {
	for _, p := range t.pieces {
		if p.hole != "" {
			return true
		}
	}
	return false
}

// Single is the expression that the text is nothing but, or "".
func (t Template) Single() string {
	if len(t.pieces) != 1 || t.pieces[0].hole != "" || t.pieces[0].value.isKnown() {
		return ""
	}
	return t.pieces[0].value.Expression
}

// TrimPrefix is the text without a literal prefix.
func (t Template) TrimPrefix(prefix string) Template {
	if len(t.pieces) == 0 {
		return t
	}
	s, ok := t.pieces[0].value.knownText()
	if !ok || t.pieces[0].hole != "" || !strings.HasPrefix(s, prefix) {
		return t
	}
	rest := s[len(prefix):]
	if rest == "" {
		return Template{pieces: t.pieces[1:]}
	}
	return Template{pieces: append([]piece{{value: Known(rest)}}, t.pieces[1:]...)}
}

// Value is the text as what a variable holds: white space around it does not
// count, and a text that is one value or a choice between values keeps their
// types.
func (t Template) Value() Template {
	if t.HasHole() {
		return t
	}
	return Template{pieces: []piece{{value: valueOf(t.pieces)}}}
}

func valueOf(pieces []piece) Value {
	trimmed := trimPieces(pieces)
	switch len(trimmed) {
	case 0:
		return Known("")
	case 1:
		p := trimmed[0]
		switch {
		case p.choice != nil:
			v := valueOf(p.choice.last)
			for i := len(p.choice.ways) - 1; i >= 0; i-- {
				w := p.choice.ways[i]
				v = choose(w.condition, typed(valueOf(w.pieces)), typed(v))
			}
			return v
		case p.value.Kind == List || p.value.Kind == Fraction:
			return p.value.text()
		}
		return p.value
	}
	v := joined(trimmed)
	for _, p := range []piece{trimmed[0], trimmed[len(trimmed)-1]} {
		if p.choice != nil {
			return made(Text, "trim(%s)", v.Expression)
		}
	}
	return v
}

// typed is the number that a known text stands for, else the value.
func typed(v Value) Value {
	if s, ok := v.known.text(); ok {
		if n := v.number(); n.Kind == Integer && n.Expression == s {
			return n
		}
	}
	return v
}

// trimPieces removes the white space around pieces.
func trimPieces(pieces []piece) []piece {
	out := append([]piece(nil), pieces...)
	for len(out) > 0 {
		s, ok := out[0].value.known.text()
		if !ok {
			break
		}
		if s = strings.TrimLeft(s, " \t\r\n"); s != "" {
			out[0].value = Known(s)
			break
		}
		out = out[1:]
	}
	for len(out) > 0 {
		s, ok := out[len(out)-1].value.known.text()
		if !ok {
			break
		}
		if s = strings.TrimRight(s, " \t\r\n"); s != "" {
			out[len(out)-1].value = Known(s)
			break
		}
		out = out[:len(out)-1]
	}
	return out
}

// joined is pieces as one expression that gives text.
func joined(pieces []piece) Value {
	values := make([]Value, len(pieces))
	for i, p := range pieces {
		values[i] = p.value
	}
	return concat(values)
}
