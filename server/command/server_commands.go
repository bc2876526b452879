package command

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// serverCommands are the subcommands that touch a server or its database.
func serverCommands() []*cobra.Command {
	commands := []*cobra.Command{Serve(), Doctor(), Backup(), Restore(), Export(), Ready(), Bench()}
	for _, c := range commands {
		untilSignal(c)
	}
	return commands
}

// untilSignal ends the context of a command on an interrupt or SIGTERM, so that
// it can finish what it began. A second signal ends the process at once. The
// offline commands have nothing to finish and end at the first one.
func untilSignal(c *cobra.Command) {
	run := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		context.AfterFunc(ctx, stop)
		cmd.SetContext(ctx)
		tuneCollector()
		return run(cmd, args)
	}
}
