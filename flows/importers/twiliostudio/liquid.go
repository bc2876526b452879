package twiliostudio

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// text is a Studio text with Liquid in it (https://shopify.github.io/liquid/),
// taken apart.
type text []piece

// piece is literal text or an expression of ours.
type piece struct {
	literal    string
	expression string
}

// template writes the text as a template of ours.
func (t text) template() string {
	var b strings.Builder
	for _, p := range t {
		if p.expression != "" {
			b.WriteString("{{" + p.expression + "}}")
			continue
		}
		// A brace pair that stood there literally must not become an expression.
		b.WriteString(strings.ReplaceAll(p.literal, "{{", `{{"{{"}}`))
	}
	return b.String()
}

// asExpression writes the text as one expression that gives text.
func (t text) asExpression() string {
	var parts []string
	for _, p := range t {
		if p.expression != "" {
			parts = append(parts, "string("+p.expression+")")
		} else {
			parts = append(parts, strconv.Quote(p.literal))
		}
	}
	if len(parts) == 0 {
		return `""`
	}
	return strings.Join(parts, " + ")
}

// isLiteral reports whether no expression is in the text.
func (t text) isLiteral() bool {
	for _, p := range t {
		if p.expression != "" {
			return false
		}
	}
	return true
}

// literal is the literal text, expressions left out.
func (t text) literal() string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.literal)
	}
	return b.String()
}

// trimPrefix cuts a literal prefix off.
func (t text) trimPrefix(prefix string) text {
	if len(t) == 0 || !strings.HasPrefix(t[0].literal, prefix) {
		return t
	}
	first := piece{literal: t[0].literal[len(prefix):]}
	if first.literal == "" {
		return t[1:]
	}
	return append(text{first}, t[1:]...)
}

var liquidTag = regexp.MustCompile(`\{%.*?%\}`)

// readText takes a Studio text apart. What it cannot express it tells report,
// and keeps the rest.
func (b *builder) readText(source string, report func(code, message, hint string)) text {
	if liquidTag.MatchString(source) {
		report("liquid_tag", "The text holds Liquid tags ({% … %}), which have no counterpart.", "Use a Condition node instead; they stand in the text as they were.")
	}
	var t text
	for source != "" {
		open := strings.Index(source, "{{")
		if open < 0 {
			return append(t, piece{literal: source})
		}
		end := strings.Index(source[open:], "}}")
		if end < 0 {
			return append(t, piece{literal: source})
		}
		if open > 0 {
			t = append(t, piece{literal: source[:open]})
		}
		// "-" at either end asks Liquid to trim the space around, which our
		// templates leave alone.
		inner := strings.Trim(source[open+2:open+end], "- \t\r\n")
		if inner != "" {
			t = append(t, piece{expression: b.readExpression(inner, report)})
		}
		source = source[open+end+2:]
	}
	return t
}

// readExpression turns what stands within {{ }} into an expression.
func (b *builder) readExpression(source string, report func(code, message, hint string)) string {
	parts := splitOutsideQuotes(source, '|')
	e := b.operand(strings.TrimSpace(parts[0]))
	for _, p := range parts[1:] {
		name, arguments, _ := strings.Cut(strings.TrimSpace(p), ":")
		name = strings.TrimSpace(name)
		var args []string
		if strings.TrimSpace(arguments) != "" {
			for _, a := range splitOutsideQuotes(arguments, ',') {
				args = append(args, b.operand(strings.TrimSpace(a)))
			}
		}
		converted, ok := filter(e, name, args)
		if !ok {
			report("liquid_filter", fmt.Sprintf("The Liquid filter %q has no counterpart; it is left out.", name), "Look at the text and write the expression by hand.")
			continue
		}
		e = converted
	}
	return e
}

// filter applies a Liquid filter to an expression.
func filter(e, name string, args []string) (string, bool) {
	switch {
	case len(args) == 0:
		if function, ok := plainFilters[name]; ok {
			return function + "(" + e + ")", true
		}
		if name == "capitalize" {
			return fmt.Sprintf("(upper(string(%s)[0:1]) + string(%s)[1:])", e, e), true
		}
	case len(args) == 1:
		if operator, ok := arithmetic[name]; ok {
			return fmt.Sprintf("(float(%s ?? 0) %s float(%s))", e, operator, args[0]), true
		}
		switch name {
		case "append":
			return fmt.Sprintf("(string(%s) + %s)", e, args[0]), true
		case "prepend":
			return fmt.Sprintf("(%s + string(%s))", args[0], e), true
		case "default":
			return fmt.Sprintf(`(string(%s) == "" ? %s : %s)`, e, args[0], e), true
		case "split", "join":
			return fmt.Sprintf("%s(%s, %s)", name, e, args[0]), true
		case "date":
			return dateFilter(e, args[0])
		}
	case len(args) == 2 && name == "replace":
		return fmt.Sprintf("replace(string(%s), %s, %s)", e, args[0], args[1]), true
	}
	return "", false
}

var plainFilters = map[string]string{
	"upcase": "upper", "downcase": "lower", "strip": "trim", "size": "len", "first": "first", "last": "last",
	"round": "round", "ceil": "ceil", "floor": "floor", "abs": "abs", "json": "toJSON", "to_json": "toJSON",
}

var arithmetic = map[string]string{"plus": "+", "minus": "-", "times": "*", "divided_by": "/"}

// dateFilter formats a time; the layout is strftime's in Liquid and Go's here.
func dateFilter(e, format string) (string, bool) {
	layout, err := strconv.Unquote(format)
	if err != nil {
		return "", false
	}
	moment := "date(" + e + ")"
	if e == `"now"` || e == `"today"` {
		moment = "now()"
	}
	if layout == "%s" {
		return moment + ".Unix()", true
	}
	layout = strftime.Replace(layout)
	if strings.Contains(layout, "%") {
		return "", false
	}
	return fmt.Sprintf("%s.Format(%s)", moment, strconv.Quote(layout)), true
}

var strftime = strings.NewReplacer("%Y", "2006", "%y", "06", "%m", "01", "%d", "02", "%-d", "2", "%e", "_2", "%H", "15", "%I", "03",
	"%M", "04", "%S", "05", "%p", "PM", "%B", "January", "%b", "Jan", "%A", "Monday", "%a", "Mon", "%z", "-0700", "%Z", "MST",
	"%F", "2006-01-02", "%T", "15:04:05", "%R", "15:04")

var (
	numeral = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	dotted  = regexp.MustCompile(`^[A-Za-z_][\w-]*(\.[\w-]+|\[[^\]]*\])*$`)
)

// operand turns a value of Liquid into an expression: a literal, or a path.
func (b *builder) operand(source string) string {
	switch {
	case len(source) >= 2 && (source[0] == '"' || source[0] == '\'') && source[len(source)-1] == source[0]:
		return strconv.Quote(source[1 : len(source)-1])
	case numeral.MatchString(source), source == "true", source == "false":
		return source
	case source == "nil" || source == "null" || source == "empty" || source == "blank":
		return `""`
	case dotted.MatchString(source):
		return b.names.variable(source)
	}
	return b.names.variable(nameOf(source))
}

// splitOutsideQuotes splits where the separator stands outside of quotes.
func splitOutsideQuotes(s string, separator byte) []string {
	var parts []string
	start, quote := 0, byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == separator:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}
