package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// misnamed are names of log fields that people would look for under another
// one: all lines about one run are found by one search.
var misnamed = map[string]string{
	"run": "run_id", "runId": "run_id", "runID": "run_id", "id": "what it is the id of, such as run_id", "workspace": "workspace_id", "channelID": "channel_id",
	"flow": "flow_id", "flowID": "flow_id", "message": "message_id", "request": "request_id", "err": "error", "visit_id": "visit", "seq": "visit",
}

// TestLogLinesNameTheirFieldsAlike reads all code of the server: fields have
// the names of the glossary, a line about a message's visit names its run, and
// what the API logs carries the request's id.
func TestLogLinesNameTheirFieldsAlike(t *testing.T) {
	t.Parallel()
	lines := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !logs(call) {
				return true
			}
			lines++
			fields := fieldsOf(call)
			where := files.Position(call.Pos()).String()
			for name := range fields {
				if better := misnamed[name]; better != "" {
					t.Errorf("%s: the field %q is called %s", where, name, better)
				}
			}
			if fields["visit"] && !fields["run_id"] {
				t.Errorf("%s: a visit is named without its run", where)
			}
			if strings.HasPrefix(path, "api"+string(filepath.Separator)) && !fields["request_id"] {
				t.Errorf("%s: the line does not carry the request's id", where)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines < 30 {
		t.Errorf("only %d log lines were found", lines)
	}
}

// logs reports whether a call writes a log line: a method of something that is
// called log.
func logs(call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch strings.TrimSuffix(method.Sel.Name, "Context") {
	case "Debug", "Info", "Warn", "Error":
	default:
		return false
	}
	switch on := method.X.(type) {
	case *ast.Ident:
		return on.Name == "log" || on.Name == "logger"
	case *ast.SelectorExpr:
		return on.Sel.Name == "log" || on.Sel.Name == "logger"
	}
	return false
}

// fieldsOf are the names of a line's fields: every second argument after the
// sentence, or the first one of a slog.Attr.
func fieldsOf(call *ast.CallExpr) map[string]bool {
	fields := map[string]bool{}
	arguments := call.Args
	for len(arguments) > 0 && text(arguments[0]) == "" {
		arguments = arguments[1:]
	}
	for i := 1; i < len(arguments); i++ {
		if attr, ok := arguments[i].(*ast.CallExpr); ok && len(attr.Args) == 2 {
			fields[text(attr.Args[0])] = true
			continue
		}
		fields[text(arguments[i])] = true
		i++
	}
	delete(fields, "")
	return fields
}

func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return s
}
