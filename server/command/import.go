package command

import (
	"encoding/json"
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
	var asJSON bool
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
standard error, closed by a line that counts the steps which are kept as nodes and
those which a placeholder stands for; --json writes all of it as one object. The
exit code is 1 when nothing useful is left of the flow: nothing of it sends a
message.`,
		Example: `  sluice import --from twilio-studio studio.json --out my-flow.json
  sluice validate my-flow.json`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, i := range importers() {
				if i.name == from {
					return importFlow(cmd, args[0], out, asJSON, i)
				}
			}
			if from == "" {
				return wrongUsage(cmd, "say which format the file has: --from %s", formatNames())
			}
			return wrongUsage(cmd, "the format %q is not known; known: %s", from, formatNames())
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "the format of FILE: "+formatNames())
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the flow and what was found as one JSON object")
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

// importReport is the JSON of one import. Its shape is a contract.
type importReport struct {
	File   string             `json:"file"`
	Format string             `json:"format"`
	Useful bool               `json:"useful"`
	States twiliostudio.Count `json:"states"`
	// Findings have pointers into the file.
	Findings flows.Diagnostics `json:"findings"`
	Flow     json.RawMessage   `json:"flow"`
}

func importFlow(cmd *cobra.Command, name, out string, asJSON bool, i importer) error {
	data, err := readFile(cmd, name)
	if err != nil {
		return err
	}
	f, diags := i.decode(data)
	report := importReport{File: name, Format: i.name, Findings: append(flows.Diagnostics{}, diags...)}
	var encoded []byte
	if f != nil {
		if encoded, err = flows.Encode(f); err != nil {
			return fmt.Errorf("%s: %w", displayName(name), err)
		}
		report.Flow, report.States, report.Useful = encoded, twiliostudio.CountOf(f, diags), twiliostudio.Useful(diags)
	}
	if !asJSON {
		printDiagnostics(cmd.ErrOrStderr(), name, data, diags)
	}
	if f != nil && out != "" && out != stdin {
		if err := replaceFile(out, encoded); err != nil {
			return err
		}
	}
	switch {
	case asJSON:
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetEscapeHTML(false)
		err = enc.Encode(report)
	case f != nil:
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s: %d kept, %d replaced by placeholders, %d lost; %s\n", displayName(name),
			plural(report.States.Total, "state"), report.States.Kept, report.States.Replaced, report.States.Lost, counts(diags))
		if out == "" || out == stdin {
			_, err = cmd.OutOrStdout().Write(encoded)
		}
	}
	if err == nil && !report.Useful {
		return errFindings
	}
	return err
}
