package nodes_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/flows"
	"sluice/nodes"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not up to date; check the difference and run the test with -update (-file +now):\n%s", path, diff)
	}
}

func TestEveryNodeTypeHasAGoldenSpec(t *testing.T) {
	t.Parallel()
	for _, spec := range nodes.Standard().Specs() {
		t.Run(spec.Type, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(struct {
				flows.NodeSpec
				Config json.RawMessage `json:"config"`
			}{spec, spec.ConfigSchema()})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := json.Indent(&out, data, "", "  "); err != nil {
				t.Fatal(err)
			}
			out.WriteByte('\n')
			golden(t, filepath.Join("testdata", "specs", spec.Type+".json"), out.Bytes())
		})
	}
}

func TestThePublishedSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	schema, err := flows.DocumentSchema(nodes.Standard().Specs())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("..", "flows", "flow.schema.json"), schema)
}

func TestSpecsAreWhatPeopleCanRead(t *testing.T) {
	t.Parallel()
	for _, spec := range nodes.Standard().Specs() {
		if spec.Title == "" || spec.Help == "" || spec.Icon == "" || spec.Hue == "" || spec.Group == "" {
			t.Errorf("%s lacks a title, help, icon, hue or group", spec.Type)
		}
		for _, f := range spec.Config {
			if f.Title == "" {
				t.Errorf("%s.%s has no title", spec.Type, f.Name)
			}
		}
		for _, p := range spec.Ports {
			if p.Title == "" {
				t.Errorf("port %s of %s has no title", p.Name, spec.Type)
			}
		}
	}
}
