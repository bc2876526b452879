package twiliostudio_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/engine"
	"sluice/flows"
	"sluice/flows/importers/twiliostudio"
	"sluice/nodes"
)

var update = flag.Bool("update", false, "write the golden files")

func fixtures(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*.json")
	if err != nil || len(all) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return all
}

func describe(diags flows.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		b.WriteString(string(d.Severity) + " " + d.Code + " " + d.String() + "\n")
	}
	return b.String()
}

func TestGoldenImports(t *testing.T) {
	t.Parallel()
	for _, name := range fixtures(t) {
		stem := strings.TrimSuffix(filepath.Base(name), ".json")
		t.Run(stem, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, diags := twiliostudio.Import(data)
			if f == nil {
				t.Fatal(diags)
			}
			encoded, err := flows.Encode(f)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", stem+".flow.golden"), string(encoded))
			golden(t, filepath.Join("testdata", stem+".findings.golden"), describe(diags))
			decoded, found := flows.Decode(encoded)
			if len(found) > 0 {
				t.Fatalf("the imported flow does not decode: %v", found)
			}
			if _, found = engine.Compile(decoded, nodes.Standard()); found.Broken() && !diags.HasErrors() {
				t.Errorf("the imported flow does not compile:\n%s", describe(found))
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (go test -update writes it):\n%s", name, diff)
	}
}

func TestWhatIsNoStudioFlowIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, code string }{
		"not JSON":               {`{`, "bad_json"},
		"a list":                 {`[]`, "bad_json"},
		"another document":       {`{"nodes": []}`, "no_states"},
		"states of a wrong type": {`{"states": {"a": 1}}`, "wrong_type"},
		"too many states":        {`{"states": [` + strings.Repeat(`{},`, 1000) + `{}]}`, "too_many"},
		"too large":              {strings.Repeat(" ", flows.MaxDocument+1), "too_large"},
		"nested too deep":        {`{"states": ` + strings.Repeat("[", 20000), "bad_json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, diags := twiliostudio.Import([]byte(c.text))
			if f != nil || len(diags) != 1 || diags[0].Code != c.code || diags[0].Severity != flows.SeverityError {
				t.Errorf("got %v, %v; want %s", f != nil, diags, c.code)
			}
		})
	}
}

// oneMessage is a Studio flow with one message of that body.
func oneMessage(body string) string {
	return `{"description": "x", "states": [
	  {"name": "Trigger", "type": "trigger", "transitions": [{"event": "incomingRequest", "next": "m"}]},
	  {"name": "m", "type": "send-message", "transitions": [], "properties": {"to": "{{contact.channel.address}}", "body": ` + body + `}}]}`
}

func TestLiquidBecomesTemplates(t *testing.T) {
	t.Parallel()
	for liquid, want := range map[string]string{
		`plain`:                  `plain`,
		`{{ flow.data.name }}`:   `{{name}}`,
		`{{- flow.data.name -}}`: `{{name}}`,
		`{{flow.variables.x}} and {{flow.data.x}}`:                                `{{x}} and {{x_2}}`,
		`{{flow.variables. n}}{{ flow.variables['n'] }}{{flow.variables[\"n\"]}}`: `{{n}}{{n}}{{n}}`,
		`{{trigger.message.Body}}`:                                                `{{messageBody}}`,
		`{{trigger.message.From}}`:                                                `{{customerPhoneNumber}}`,
		`{{flow.data.now}}`:                                                       `{{now_}}`,
		`{{flow.data.2nd}}`:                                                       `{{v_2nd}}`,
		`{{trigger.request.parameters.a}}{{flow.data.a}}`:                         `{{a}}{{a}}`,
		`{{flow.data.n | upcase | strip}}`:                                        `{{trim(upper(string(n)))}}`,
		`{{flow.data.n | plus: 1}}`:                                               `{{(number(n) ?? 0) + 1}}`,
		`{% if flow.data.x %}a{% endif %}`:                                        `{{(x not in [nil, false]) ? "a" : ""}}`,
		`open {{ brace`:                                                           `open {{"{{"}} brace`,
	} {
		t.Run(liquid, func(t *testing.T) {
			t.Parallel()
			quoted := liquid
			f, diags := twiliostudio.Import([]byte(oneMessage(`"` + quoted + `"`)))
			if f == nil {
				t.Fatal(diags)
			}
			encoded, err := flows.Encode(f)
			if err != nil {
				t.Fatal(err)
			}
			decoded, _ := flows.Decode(encoded)
			n, _ := decoded.Node("m")
			if !strings.Contains(string(n.Config), `"text":`+strconv.Quote(want)) {
				t.Errorf("got %s, want %s", n.Config, want)
			}
			if _, found := engine.Compile(decoded, nodes.Standard()); found.HasErrors() {
				t.Errorf("it does not compile: %s", describe(found))
			}
		})
	}
}

func FuzzImport(f *testing.F) {
	for _, name := range fixtures(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(oneMessage(`"{{a | b: 'c"`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		imported, diags := twiliostudio.Import(data)
		if imported == nil {
			if !diags.HasErrors() {
				t.Fatal("refused without a reason")
			}
			return
		}
		encoded, err := flows.Encode(imported)
		if err != nil {
			t.Fatal(err)
		}
		decoded, found := flows.Decode(encoded)
		if found.HasErrors() {
			t.Fatalf("what was imported does not decode: %v", found)
		}
		// Whatever is wrong with it, it must not have cycles or dangling edges:
		// those cannot be seen in an editor.
		_, found = engine.Compile(decoded, nodes.Standard())
		for _, d := range found {
			switch d.Code {
			case "cycle", "dangling_edge", "duplicate_id", "duplicate_edge", "unknown_port", "no_start", "second_start":
				t.Fatalf("%s: %s\n%s", d.Code, d, encoded)
			}
		}
	})
}
