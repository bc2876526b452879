package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sluice/flows"
	"sluice/flows/importers/twiliostudio"
)

// importer reads the flows of another tool.
type importer struct {
	name   string
	decode func([]byte) (*flows.Flow, flows.Diagnostics)
}

// importers are the formats that flows can come from.
func importers() []importer {
	return []importer{{"twilio-studio", twiliostudio.Import}}
}

// newImport is `sluice import --from FORMAT FILE [--out FILE]`.
func newImport() *cobra.Command {
	var from, out string
	cmd := &cobra.Command{
		Use:   "import --from FORMAT FILE",
		Short: "Turn a flow of another tool into a Sluice flow",
		Long: `Import reads a flow as another tool exports it and writes a Sluice flow. What has
no counterpart is named, one finding each with what was done about it, and the
rest is kept. Channels are referenced by name: create channels of those names,
or change the names in the flow.

Formats:
  twilio-studio   the JSON of Studio's "Show flow JSON", or of its REST API

The flow goes to standard output, or to the file after --out; findings go to
standard error. The exit code is 0 when there is a flow, also with findings.`,
		Example: `  sluice import --from twilio-studio studio.json --out my-flow.json
  sluice validate my-flow.json`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, i := range importers() {
				if i.name == from {
					return importFlow(cmd, args[0], out, i.decode)
				}
			}
			if from == "" {
				return wrongUsage(cmd, "say which format the file has: --from %s", formatNames())
			}
			return wrongUsage(cmd, "the format %q is not known; known: %s", from, formatNames())
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the format of FILE: "+formatNames())
	cmd.Flags().StringVarP(&out, "out", "o", "", "write the flow to this file instead of standard output")
	return cmd
}

func formatNames() string {
	var names []string
	for _, i := range importers() {
		names = append(names, i.name)
	}
	return strings.Join(names, ", ")
}

func importFlow(cmd *cobra.Command, name, out string, decode func([]byte) (*flows.Flow, flows.Diagnostics)) error {
	data, err := readFile(cmd, name)
	if err != nil {
		return err
	}
	f, diags := decode(data)
	printDiagnostics(cmd.ErrOrStderr(), name, data, diags)
	if f == nil {
		return errFindings
	}
	encoded, err := flows.Encode(f)
	if err != nil {
		return fmt.Errorf("%s: %w", displayName(name), err)
	}
	if out == "" || out == stdin {
		_, err = cmd.OutOrStdout().Write(encoded)
		return err
	}
	return replaceFile(out, encoded)
}
