package expression

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Template is text with expressions in `{{ }}`. It is immutable and safe for
// concurrent use.
type Template struct {
	source     string
	parts      []part
	references []Reference
}

// part is either literal text or an expression.
type part struct {
	text       string
	expression *Expression
}

// ParseTemplate reads a template of at most MaxTemplateSource bytes and compiles
// its expressions. A `{{` that is meant literally is written `{{ "{{" }}`. Errors
// are *Error with an offset into source.
func ParseTemplate(source string) (*Template, error) {
	t, err := parseTemplate(source)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Literals are the texts outside of expressions, in order.
func (t *Template) Literals() []string {
	var texts []string
	for _, p := range t.parts {
		if p.expression == nil {
			texts = append(texts, p.text)
		}
	}
	return texts
}

func parseTemplate(source string) (*Template, error) {
	if len(source) > MaxTemplateSource {
		return nil, &Error{
			Offset:  MaxTemplateSource,
			Message: "the text is longer than 32 KiB", Hint: "no channel takes messages of that length",
		}
	}
	if !utf8.ValidString(source) {
		return nil, &Error{Message: "the text is not valid UTF-8", Hint: "save the text as UTF-8"}
	}
	t := &Template{source: source}
	m := meter{limit: compileBudget}
	for rest := 0; rest < len(source); {
		open := strings.Index(source[rest:], "{{")
		if open < 0 {
			t.parts = append(t.parts, part{text: source[rest:]})
			break
		}
		open += rest
		if open > rest {
			t.parts = append(t.parts, part{text: source[rest:open]})
		}
		begin := open + len("{{")
		length, found := expressionLength(source[begin:])
		if !found {
			return nil, &Error{
				Offset: open, Message: "{{ has no closing }}",
				Hint: `close it, check the quotes inside, or write {{ "{{" }} for the sign itself`,
			}
		}
		e, err := compile(&m, source[begin:begin+length], begin)
		if err != nil {
			return nil, public(err, begin)
		}
		t.parts = append(t.parts, part{expression: e})
		t.references = append(t.references, e.references...)
		rest = begin + length + len("}}")
	}
	return t, nil
}

// expressionLength finds the `}}` that ends an expression: one outside quotes and
// comments that closes no bracket of the expression's own, so that objects and
// texts may hold braces.
func expressionLength(s string) (length int, found bool) {
	braces := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\'', '`':
			end := quoteEnd(s[i+1:], c)
			if end < 0 {
				return 0, false
			}
			i += 1 + end
		case '/':
			if strings.HasPrefix(s[i:], "/*") {
				end := strings.Index(s[i+2:], "*/")
				if end < 0 {
					return 0, false
				}
				i += 2 + end + 1
			}
			// A // comment ends with its line, or with the expression.
			if strings.HasPrefix(s[i:], "//") {
				end := strings.IndexByte(s[i:], '\n')
				closing := strings.Index(s[i:], "}}")
				if end < 0 || closing >= 0 && closing < end {
					end = closing
				}
				if end < 0 {
					return 0, false
				}
				i += end - 1
			}
		case '{':
			braces++
		case '}':
			if braces == 0 && strings.HasPrefix(s[i:], "}}") {
				return i, true
			}
			braces = max(braces-1, 0)
		}
	}
	return 0, false
}

// quoteEnd finds the closing quote. In backquotes a doubled one stands for itself,
// in the others a backslash protects the next sign.
func quoteEnd(s string, quote byte) int {
	for i := 0; i < len(s); i++ {
		switch {
		case quote != '`' && s[i] == '\\':
			i++
		case s[i] == quote:
			if quote == '`' && i+1 < len(s) && s[i+1] == quote {
				i++
				continue
			}
			return i
		}
	}
	return -1
}

// Source is the text that was parsed.
func (t *Template) Source() string { return t.source }

// IsLiteral reports whether the template holds no expression.
func (t *Template) IsLiteral() bool {
	for _, p := range t.parts {
		if p.expression != nil {
			return false
		}
	}
	return true
}

// References lists what all expressions read, with offsets into the template's
// source, in its order. The caller must not change it.
func (t *Template) References() []Reference { return t.references }

// Text renders the template, at most MaxRenderedText bytes. Its expressions share
// one budget. nil renders as nothing, numbers and truth values as themselves,
// times as RFC 3339 in UTC, lists and objects as compact JSON. Errors are *Error.
func (t *Template) Text(env map[string]any, now time.Time) (string, error) {
	return t.render(nil, env, now, rendering{})
}

// Escaped is Text with every expression's text passed through escape, for
// templates that are code of some language: what a variable holds stays text in
// it. The literal parts stay as they are.
func (t *Template) Escaped(env map[string]any, now time.Time, escape func(string) string) (string, error) {
	return t.render(nil, env, now, rendering{escape: escape})
}

// Value is Text, except that a template that is nothing but one `{{ }}` gives the
// expression's value with its type, normalized.
func (t *Template) Value(env map[string]any, now time.Time) (any, error) {
	return t.value(nil, env, now, rendering{})
}

// Kept is Value for a run to work with: a text beyond MaxRenderedText is cut there
// instead of being a fault. How much somebody has answered must not fail a run.
func (t *Template) Kept(env map[string]any, now time.Time) (any, error) {
	return t.value(nil, env, now, rendering{cut: true})
}

func (t *Template) value(w *Work, env map[string]any, now time.Time, how rendering) (any, error) {
	if len(t.parts) == 1 && t.parts[0].expression != nil {
		return t.parts[0].expression.eval(w, env, now)
	}
	text, err := t.render(w, env, now, how)
	if err != nil {
		return nil, err
	}
	return text, nil
}

// Zoned reports whether the zone of now matters to the template.
func (t *Template) Zoned() bool {
	return slices.ContainsFunc(t.parts, func(p part) bool { return p.expression != nil && p.expression.zoned })
}

// Masked renders like Text, but writes mask for every expression that reads
// something secret; such an expression is not evaluated. secret is asked with
// each Reference's path. A path may end above the secret, as {"steps"} does for
// steps[name], and must then count as secret too.
func (t *Template) Masked(env map[string]any, now time.Time, mask string, secret func(path []string) bool) (string, error) {
	return t.MaskedEscaped(env, now, mask, secret, nil)
}

// MaskedEscaped is Masked with the texts of the other expressions escaped.
func (t *Template) MaskedEscaped(env map[string]any, now time.Time, mask string, secret func(path []string) bool, escape func(string) string) (string, error) {
	return t.render(nil, env, now, rendering{escape: escape, replace: masking(mask, secret)})
}

// masking answers for expressions that read something secret.
func masking(mask string, secret func(path []string) bool) func(*Expression) (string, bool) {
	return func(e *Expression) (string, bool) {
		for _, r := range e.references {
			if secret(r.Path) {
				return mask, true
			}
		}
		return "", false
	}
}

// rendering is how a template is written.
type rendering struct {
	// replace may answer for an expression; escape changes the text of the others.
	replace func(*Expression) (string, bool)
	escape  func(string) string
	// cut ends a text where it becomes too long.
	cut bool
}

// render writes all parts.
func (t *Template) render(w *Work, env map[string]any, now time.Time, how rendering) (string, error) {
	if err := w.begin(); err != nil {
		return "", err
	}
	m := meter{limit: budget}
	text, err := t.write(&m, env, now, how)
	w.Spend(m.used + len(text)/copiedPerUnit)
	return text, err
}

// write is render on a budget.
func (t *Template) write(m *meter, env map[string]any, now time.Time, how rendering) (string, error) {
	var b strings.Builder
	for _, p := range t.parts {
		text, base := p.text, 0
		if p.expression != nil {
			base = p.expression.base
			replaced := false
			if how.replace != nil {
				text, replaced = how.replace(p.expression)
			}
			if !replaced {
				v, err := p.expression.evaluate(env, now, m)
				if err != nil {
					return "", err
				}
				if text, err = toText(m, v); err != nil {
					return "", public(err, base)
				}
				if how.escape != nil {
					text = how.escape(text)
				}
			}
		}
		if err := tooLong(b.Len() + len(text)); err != nil && !how.cut {
			return "", public(err, base)
		} else if err != nil {
			b.WriteString(firstBytes(text, MaxRenderedText-b.Len()))
			break
		}
		if len(t.parts) == 1 {
			return validText(text), nil
		}
		b.WriteString(text)
	}
	return validText(b.String()), nil
}

// firstBytes cuts a text between two characters.
func firstBytes(text string, limit int) string {
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
