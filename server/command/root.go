// Package command is the `sluice` command: one file per subcommand. The
// subcommands only read flags and files and write what comes out; what they do
// lives in the packages they call.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Exit codes of every subcommand, for scripts.
const (
	// ExitOK: done.
	ExitOK = 0
	// ExitFindings: the command did its work and found something wrong: a flow
	// with errors, a failed scenario, wrong inputs, a file that is not formatted.
	ExitFindings = 1
	// ExitUsage: the command could not do its work: wrong flags, a file that
	// cannot be read or written, a server that cannot start.
	ExitUsage = 2
)

// errFindings ends a command with ExitFindings. What was found has been printed.
var errFindings = errors.New("findings were reported")

// Root is the whole command. It reads from in and writes to out and errOut.
func Root(in io.Reader, out, errOut io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "Draw messaging flows, test them, run them",
		Long: `Sluice runs messaging flows: drawings of what should happen to the person who
gets a message. "Viber first; not delivered in 30 s, WhatsApp; not read in 60 s,
SMS."

The commands below work on flow files without a server, a database or a
network. Wherever a FILE is asked for, - means standard input.

Exit codes: 0 all is well, 1 something was found wrong (a flow with errors, a
failed scenario), 2 the command could not do its work (wrong flags, a missing
file).`,
		Example: `  sluice validate my-flow.json
  sluice run my-flow.json --input customerPhoneNumber=+639171234567
  sluice test examples/*.json`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	addGroup(root, "flows", "Work on flow files:", newValidate(), newRun(), newTest(), newFormat(), newImport())
	addGroup(root, "server", "Run the server:", serverCommands()...)
	root.AddCommand(newVersion())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd: cmd, err: err} })
	return root
}

// addGroup adds commands below a title of their own.
func addGroup(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	if len(commands) == 0 {
		return
	}
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}

// Main runs the command with the arguments after its name and returns the exit
// code.
func Main(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	root := Root(in, out, errOut)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errFindings):
		return ExitFindings
	}
	fmt.Fprintf(errOut, "sluice: %s\n", strings.ReplaceAll(err.Error(), "\n", "\nsluice: "))
	var usage usageError
	if errors.As(err, &usage) {
		cmd = usage.cmd
	}
	if errors.As(err, &usage) || cmd == root {
		fmt.Fprintf(errOut, "See: %s --help\n", cmd.CommandPath())
	}
	return ExitUsage
}

// usageError is a mistake in how a command was called.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func wrongUsage(cmd *cobra.Command, format string, args ...any) error {
	return usageError{cmd: cmd, err: fmt.Errorf(format, args...)}
}

// atLeastOneFile is the argument check of commands that take FILE….
func atLeastOneFile(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrongUsage(cmd, "name at least one file, or - for standard input")
	}
	return nil
}

// oneFile is the argument check of commands that take one FILE.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return wrongUsage(cmd, "name one file, or - for standard input; %d were given", len(args))
	}
	return nil
}
