package expression

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// parse reads the source with expr-lang's parser. Depth needs no guard here:
// within MaxSource bytes the parser's recursion stays in a few MiB of stack.
func parse(source string) (root ast.Node, err error) {
	if len(source) > MaxSource {
		return nil, problemAt(MaxSource, "split it over several variables or nodes", "the expression is longer than %d KiB", MaxSource>>10)
	}
	if strings.TrimSpace(source) == "" {
		return nil, problemAt(0, "write a variable or a value", "the expression is empty")
	}
	if onlyComments(source) {
		return nil, problemAt(0, "write what the comment asks for", "the expression holds nothing but a comment")
	}
	if !utf8.ValidString(source) {
		return nil, problemAt(0, "save the text as UTF-8", "the expression is not valid UTF-8")
	}
	defer func() {
		// After some mistakes the parser goes on with a nil node and trips over it.
		if recover() != nil {
			root, err = nil, problemAt(0, "", "the expression is not complete")
		}
	}()
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, syntaxProblem(source, err)
	}
	return tree.Node, nil
}

// onlyComments reports whether a source is nothing but comments in /* */.
func onlyComments(source string) bool {
	rest := strings.TrimSpace(source)
	for strings.HasPrefix(rest, "/*") {
		_, after, closed := strings.Cut(rest[2:], "*/")
		if !closed {
			return false
		}
		rest = strings.TrimSpace(after)
	}
	return rest == ""
}

// byteOffset turns the parser's count of characters into a byte offset.
func byteOffset(source string, characters int) int {
	for i := range source {
		if characters <= 0 {
			return i
		}
		characters--
	}
	return len(source)
}

var (
	unexpectedToken     = regexp.MustCompile(`^unexpected token \w+\("(.*)"\)$`)
	unexpectedCharacter = regexp.MustCompile(`^unrecognized character: U\+[0-9A-F]+(?: '(.*)')?$`)
)

// tokenHints are for signs that other languages use.
var tokenHints = map[string]string{
	"=":   "to compare write ==",
	"&":   "write and, or &&",
	"AND": "write and, or &&",
	"OR":  "write or, or ||",
	"NOT": "write not, or !",
	";":   "only let statements end with ;",
	"{":   "an object is written {name: value}",
	"#":   "# is only known inside filter(), map() and the like",
}

// syntaxProblem puts the parser's errors into words for people.
func syntaxProblem(source string, err error) error {
	var detail *file.Error
	if !errors.As(err, &detail) {
		return problemAt(0, "", "the expression is not complete")
	}
	at := byteOffset(source, detail.From)
	message := detail.Message
	if m := unexpectedToken.FindStringSubmatch(message); m != nil {
		token := strings.ReplaceAll(m[1], `\"`, `"`)
		return problemAt(at, tokenHints[token], "unexpected %s", token)
	}
	if m := unexpectedCharacter.FindStringSubmatch(message); m != nil {
		return problemAt(at, "put texts into quotes", "unexpected character %s", m[1])
	}
	for _, known := range [...]struct{ start, message, hint string }{
		{"unexpected token EOF", "the expression ends too early", "something is missing at its end, such as a value or a bracket"},
		{"unexpected end", "the expression ends too early", "something is missing at its end, such as a value or a bracket"},
		{"literal not terminated", "a text has no closing quote", "end it with the quote it begins with"},
		{"unclosed comment", "a comment has no end", "end it with */"},
		{"invalid char escape", "a text has an unknown escape", "write \\\\ for a backslash"},
		{"unable to unescape", "a text has an unknown escape", "write \\\\ for a backslash"},
		{"bad number syntax", "a number is not written correctly", "names do not begin with a digit; numbers have no units"},
		{"invalid ", "a number is not written correctly or too large", "whole numbers have at most 18 digits"},
		{"integer literal", "a number is too large", "whole numbers have at most 18 digits"},
		{"float literal", "a number is too large", ""},
		{"Operator (", "?? cannot stand beside another operator", "put one side into brackets: (a ?? b) + c"},
		{"expected name", "a name is missing after the dot", "write a name, or use [\"…\"] for other keys"},
		{"a map key must", "an object's key is missing", "a key is a name, a text or a number"},
		{"expected at least", "a function has too few values", "filter() and the like take a list and a condition"},
		{"wrap predicate", "several statements need { } around them", "write filter(list, { let a = #; a > 1 })"},
		{"compilation failed", "the expression has too many parts", "split it over several variables or nodes"},
	} {
		if strings.HasPrefix(message, known.start) {
			return problemAt(at, known.hint, "%s", known.message)
		}
	}
	return problemAt(at, "", "the expression is not written correctly")
}
