package command

import (
	"os"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
)

// It sends a signal to the whole test process, so it does not run in parallel.
func TestASignalEndsTheContextOfAServerCommand(t *testing.T) {
	c := &cobra.Command{
		Use: "x", SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			self, err := os.FindProcess(os.Getpid())
			if err != nil {
				return err
			}
			if err := self.Signal(syscall.SIGTERM); err != nil {
				return err
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	untilSignal(c)
	c.SetArgs([]string{})
	if err := c.ExecuteContext(t.Context()); err != nil {
		t.Error(err)
	}
}
