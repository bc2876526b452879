package command

import "github.com/spf13/cobra"

// serverCommands are the subcommands that touch a server or its database.
func serverCommands() []*cobra.Command {
	return []*cobra.Command{Serve(), Export()}
}
