package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/flows"
	"sluice/nodes"
)

// newValidate is `sluice validate FILE… [--json]`.
func newValidate() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Find what is wrong with flows, and what a run can cost at most",
		Long: `Validate reads flow files and prints everything that is wrong with them, each
finding with its place, its reason and what to do about it. For a flow without
errors it prints the worst case of one run, over all paths and jumps: how many
steps, how many messages, how much time.

Channels and templates are not looked up: that happens when a flow is published.`,
		Example: `  sluice validate my-flow.json
  sluice validate --json flows/*.json   # one JSON object per file and line
  generate-flow | sluice validate -`,
		Args: atLeastOneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			var failed error
			found := false
			for _, name := range args {
				data, err := readFile(cmd, name)
				if err != nil {
					failed = errors.Join(failed, err)
					continue
				}
				v := validate(name, data)
				found = found || v.Diagnostics.HasErrors()
				if err := v.print(cmd.OutOrStdout(), data, asJSON); err != nil {
					return err
				}
			}
			if failed == nil && found {
				return errFindings
			}
			return failed
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per file, each on its line")
	return cmd
}

// validation is the JSON of one validated file. Its shape is a contract.
type validation struct {
	File        string            `json:"file"`
	Diagnostics flows.Diagnostics `json:"diagnostics"`
	// Bound is null when the flow has errors.
	Bound *engine.Bound `json:"bound"`
}

func validate(name string, data []byte) validation {
	v := validation{File: name}
	_, program, diags := compile(data)
	v.Diagnostics = append(flows.Diagnostics{}, diags...)
	if program != nil && !diags.HasErrors() {
		bound := program.Bound()
		v.Bound = &bound
	}
	return v
}

// compile reads and compiles a flow. The flow is nil when it cannot be read at
// all, the program when there are errors besides those of placeholders.
func compile(data []byte) (*flows.Flow, *engine.Program, flows.Diagnostics) {
	f, diags := flows.Decode(data)
	if f == nil {
		return nil, nil, diags
	}
	program, found := engine.Compile(f, nodes.Standard())
	diags = append(diags, found...).Bounded()
	if diags.Broken() {
		return f, nil, diags
	}
	return f, program, diags
}

func (v validation) print(w io.Writer, data []byte, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	printDiagnostics(w, v.File, data, v.Diagnostics)
	s := styleFor(w)
	if v.Bound == nil {
		_, err := fmt.Fprintf(w, "%s: %s\n", displayName(v.File), s.red(counts(v.Diagnostics)))
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s, worst case of one run: %s\n", displayName(v.File), s.green("ok"), describeBound(*v.Bound))
	return err
}

func describeBound(b engine.Bound) string {
	duration := b.Duration.String()
	if b.Unbounded != "" {
		duration = "no limit in time (" + b.Unbounded + ")"
	}
	text := fmt.Sprintf("%s, %s, %s", plural(b.Steps, "step"), plural(b.Messages, "message"), duration)
	if b.AtMost {
		text += " (at most; the flow is too large for the exact figure)"
	}
	return text
}
