package web_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sluice/engine/expression"
	"sluice/nodes"
	"sluice/server/channels/simulator"
	"sluice/server/channels/standard"
)

var update = flag.Bool("update", false, "write the list of the server's words anew")

// wordsFile lists, for the editor's catalogs, everything that the server says
// to people in English. ⟨0⟩, ⟨1⟩ … stand for values.
const wordsFile = "src/i18n/server/words.json"

// speaking are the packages whose sentences reach the editor: diagnostics,
// problems, the reasons in a run's history, and what providers refuse.
var speaking = []string{
	"../flows", "../engine", "../engine/expression", "../engine/scenario", "../nodes",
	"../server/api", "../server/auth", "../server/runtime", "../server/egress",
	"../server/channels",
}

// TestServerWordsAreListed fails when the server says something that the
// editor's translators have not been given. Run it with -update, extract the
// catalogs (npm run i18n:extract) and translate what is new.
func TestServerWordsAreListed(t *testing.T) {
	t.Parallel()
	words := map[string]bool{}
	for _, kind := range standard.Registry(nil, simulator.New(simulator.Options{})).Kinds() {
		kind.Settings, kind.Sections = kind.AllSettings(), kind.AllSections()
		collectTitles(t, words, kind)
	}
	for _, spec := range nodes.Standard().Specs() {
		collectTitles(t, words, spec)
		collectTitles(t, words, spec.ConfigSchema())
	}
	collectTitles(t, words, expression.Functions())
	for _, dir := range speaking {
		collectSentences(t, words, dir)
	}
	list := slices.Sorted(maps.Keys(words))
	got, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(wordsFile, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(wordsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the server says now. Run: go test ./web -update", wordsFile)
	}
}

// collectTitles notes the titles and helps in the JSON of a spec.
func collectTitles(t *testing.T, words map[string]bool, spec any) {
	t.Helper()
	data, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	walkTitles(words, tree)
}

func walkTitles(words map[string]bool, value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			walkTitles(words, item)
		}
	case map[string]any:
		for key, item := range v {
			text, isText := item.(string)
			switch key {
			case "title", "help", "description", "hook_help":
				if isText && text != "" {
					words[text] = true
					continue
				}
			case "x-titles":
				if titles, ok := item.(map[string]any); ok {
					for _, title := range titles {
						words[title.(string)] = true
					}
				}
			}
			walkTitles(words, item)
		}
	}
}

// collectSentences notes the sentences in the sources of a package: string
// expressions that read like one, with what is filled in as placeholders.
func collectSentences(t *testing.T, words map[string]bool, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (path != dir && !strings.HasPrefix(dir, "../server/channels") || skipped(entry.Name())):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || silent(entry.Name()):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { return inspect(words, n) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// skipped are the packages below channels that speak to tests only.
func skipped(name string) bool { return strings.HasSuffix(name, "test") || name == "testdata" }

// silent are the files that say nothing to people: tests, generated code, and
// the helps of metrics.
func silent(name string) bool {
	return strings.HasSuffix(name, "_test.go") || name == "gen_api.go" || name == "metrics.go"
}

// inspect notes what a piece of source says, and is false where nothing within
// it is to be looked at by itself.
func inspect(words map[string]bool, n ast.Node) bool {
	expression, ok := n.(ast.Expr)
	if !ok {
		return true
	}
	if call, ok := n.(*ast.CallExpr); ok {
		noteParts(words, call)
	}
	pattern, ok := patternOf(expression)
	if !ok {
		return true
	}
	if sentence.MatchString(pattern) && len(strings.Fields(pattern)) > 1 {
		words[number(pattern)] = true
	}
	return false
}

// naming are the functions whose last argument is a part of a sentence: a noun,
// or the reason why something was ignored or refused.
var naming = map[string]bool{"notFound": true, "Ignore": true, "ignore": true, "wrong": true}

func noteParts(words map[string]bool, call *ast.CallExpr) {
	var name string
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	if !naming[name] || len(call.Args) == 0 {
		return
	}
	if part, ok := patternOf(call.Args[len(call.Args)-1]); ok {
		words[number(part)] = true
	}
}

// sentence is how words for people look: from a capital letter or a value to a
// full stop, or to a value at the end.
var sentence = regexp.MustCompile(`^(\p{Lu}|\x00|[“"])(?s:.*)([.?…]|: \x00)$`)

// verb is a value in a format; %p, %T and the like are a vendor's own.
var verb = regexp.MustCompile(`%[-+# 0]*[\d.]*[sdqvtgfx]`)

// patternOf reads a string expression with NUL for each value in it. It is
// false for what is no string in the source.
func patternOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return verb.ReplaceAllString(strings.ReplaceAll(text, "%%", "%"), "\x00"), err == nil
	case *ast.ParenExpr:
		return patternOf(e.X)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, okX := patternOf(e.X)
		y, okY := patternOf(e.Y)
		if !okX && !okY {
			return "", false
		}
		if !okX {
			x = "\x00"
		}
		if !okY {
			y = "\x00"
		}
		return x + y, true
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" && len(e.Args) > 0 {
			return patternOf(e.Args[0])
		}
	}
	return "", false
}

func number(pattern string) string {
	var b strings.Builder
	n := 0
	for _, r := range pattern {
		if r == 0 {
			b.WriteString("⟨" + strconv.Itoa(n) + "⟩")
			n++
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
