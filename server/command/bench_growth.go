package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sluice/server/bench"
)

// benchmarkGrowth makes the subcommand for large databases.
func benchmarkGrowth() *cobra.Command {
	var o bench.GrowthOptions
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use: "growth", Short: "See what runs that have ended cost those that have not", Args: cobra.NoArgs,
		Long: `Growth measures the OTP flow on an empty database, fills it with copies of runs
that have ended, their histories and messages (about 4 KB each; 10 million need 50
GB), spread over eight weeks, and measures again. Then it removes what is old and
measures how long triggers wait meanwhile.

On PostgreSQL use a new database: what was there before is pruned too.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Runs < 1 || o.Probe < 1 || o.Callers < 1 || o.PruneFor <= 0 {
				return wrongUsage(cmd, "--runs, --probe, --callers and --prune-for must be more than zero")
			}
			next := 0
			o.Progress = func(done int) {
				if !quiet && !asJSON && done >= next {
					fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d runs are in the database\n", done, o.Runs)
					next = done + o.Runs/10
				}
			}
			result, err := bench.Growth(cmd.Context(), o)
			if err != nil {
				return err
			}
			return printFigures(cmd.OutOrStdout(), result, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.DB, "db", "", "the database, as for sluice serve (default: a new SQLite file)")
	flags.IntVar(&o.Runs, "runs", 100_000, "how many runs that have ended are put in")
	flags.IntVar(&o.Probe, "probe", 5_000, "how many runs are measured before and after")
	flags.IntVar(&o.Callers, "callers", 200, "how many triggers wait for their answer at the same time")
	flags.DurationVar(&o.PruneFor, "prune-for", time.Minute, "for how long old runs are removed at most")
	flags.BoolVar(&asJSON, "json", false, "print one JSON object")
	flags.BoolVar(&quiet, "quiet", false, "print only the result")
	untilSignal(cmd)
	return cmd
}
