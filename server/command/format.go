package command

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sluice/flows"
)

// newFormat is `sluice fmt FILE… [--check]`.
func newFormat() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "fmt FILE…",
		Short: "Write flows in their one canonical form",
		Long: `Fmt rewrites flow files in their canonical form: one order of fields, one way to
indent, so that a change to a flow shows as that change and nothing else. It
names the files that it changed. A file that is not a flow is left alone.

With - it reads standard input and writes to standard output.`,
		Example: `  sluice fmt my-flow.json
  sluice fmt --check flows/*.json   # change nothing, fail when something would change
  sluice fmt - < my-flow.json`,
		Args: atLeastOneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			var failed error
			found := false
			for _, name := range args {
				err := format(cmd, name, check)
				if errors.Is(err, errFindings) {
					found = true
					continue
				}
				failed = errors.Join(failed, err)
			}
			if failed == nil && found {
				return errFindings
			}
			return failed
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; name the files that are not in canonical form and exit with 1")
	return cmd
}

func format(cmd *cobra.Command, name string, check bool) error {
	data, err := readFile(cmd, name)
	if err != nil {
		return err
	}
	if isScenarios(name, data) {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: holds scenarios, not a flow; left as it is\n", displayName(name))
		return nil
	}
	f, diags := flows.Decode(data)
	// Writing what could be read of a broken document would lose the rest.
	if diags.HasErrors() {
		printDiagnostics(cmd.ErrOrStderr(), name, data, diags)
		return errFindings
	}
	canonical, err := flows.Encode(f)
	if err != nil {
		return fmt.Errorf("%s: %w", displayName(name), err)
	}
	same := bytes.Equal(data, canonical)
	switch {
	case check && !same:
		fmt.Fprintln(cmd.OutOrStdout(), displayName(name))
		return errFindings
	case check:
		return nil
	case name == stdin:
		_, err := cmd.OutOrStdout().Write(canonical)
		return err
	case same:
		return nil
	}
	if err := replaceFile(name, canonical); err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), name)
	return nil
}
