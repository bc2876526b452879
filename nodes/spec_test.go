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

// The table of channel types is what nodes are made from, not a second opinion.
func TestNodesFitTheirChannelTypes(t *testing.T) {
	t.Parallel()
	for _, spec := range nodes.Standard().Specs() {
		if spec.ChannelType == "" {
			continue
		}
		t.Run(spec.Type, func(t *testing.T) {
			t.Parallel()
			channelType, ok := flows.ChannelTypeNamed(spec.ChannelType)
			if !ok {
				t.Fatalf("there is no channel type %q", spec.ChannelType)
			}
			fields := map[string]flows.Field{}
			for _, f := range spec.Config {
				fields[f.Name] = f
			}
			var forms []flows.MessageType
			for _, v := range fields["message"].Variants {
				forms = append(forms, flows.MessageType(v.Type))
			}
			if diff := cmp.Diff(channelType.Forms, forms); diff != "" {
				t.Errorf("message forms (-table +node):\n%s", diff)
			}
			// Reading an SMS is only warned of: flows that ask for it are about.
			if got := fields["read_within"].Refused == ""; got != channelType.Read && spec.ChannelType != "sms" {
				t.Errorf("read_within is possible: %v", got)
			}
			if got := fields["delivered_within"].Refused == ""; got != channelType.Delivered {
				t.Errorf("delivered_within is possible: %v", got)
			}
			if _, addressed := fields["to"]; addressed != (channelType.Address != flows.AddressNone) {
				t.Errorf("it has a recipient: %v", addressed)
			}
		})
	}
}

func TestEveryChannelTypeHasItsNode(t *testing.T) {
	t.Parallel()
	sent := map[string]bool{}
	for _, spec := range nodes.Standard().Specs() {
		sent[spec.ChannelType] = true
	}
	for _, channelType := range flows.ChannelTypes() {
		if !sent[channelType.Name] {
			t.Errorf("no node sends %s", channelType.Name)
		}
	}
}
