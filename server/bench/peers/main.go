// Command peers runs one flow on Sluice and on other durable engines, in turn, and
// prints how they compare: start, send, wait for the receipt or a second, send,
// end. Every start is acknowledged after a durable commit, and the receipt of every
// second run never comes, so that its timer fires.
//
// Each contestant runs in a process of its own, the next when the one before is
// gone. It is a module of its own, so that Sluice does not depend on the others.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1) //nolint:gocritic // stop was called.
	}
}

// options are the flags.
type options struct {
	sluice, postgres, only, contestant, db string
	rounds, callers, runs                  int
	scale                                  float64
	asJSON                                 bool
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	var o options
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	flags.StringVar(&o.sluice, "sluice", "", "the sluice program to measure; without it Sluice takes no part")
	flags.StringVar(&o.postgres, "postgres", os.Getenv("SLUICE_TEST_POSTGRES_URL"), "a PostgreSQL server whose user may create databases (default: one is started)")
	flags.StringVar(&o.only, "only", "", "contestants to run, with commas (default: all)")
	flags.IntVar(&o.rounds, "rounds", 2, "how often each has its turn; the best turn counts")
	flags.IntVar(&o.callers, "callers", 200, "how many starts wait for their acknowledgement at the same time")
	flags.Float64Var(&o.scale, "scale", 1, "times the number of runs that each contestant is given")
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object")
	flags.StringVar(&o.contestant, "contestant", "", "run this one here and print its result as JSON; for peers itself")
	flags.StringVar(&o.db, "db", "", "the database of --contestant")
	flags.IntVar(&o.runs, "runs", 0, "the runs of --contestant")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.contestant != "" {
		return o.here(ctx, out)
	}
	return o.all(ctx, out, progress)
}

// here runs one contestant in this process.
func (o options) here(ctx context.Context, out io.Writer) error {
	for _, c := range contestants() {
		if c.Name != o.contestant || c.measure == nil {
			continue
		}
		r, err := c.measure(ctx, load{db: o.db, runs: o.runs, callers: o.callers})
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(r)
	}
	return fmt.Errorf("there is no contestant %q", o.contestant)
}

// all runs the contestants in turn.
func (o options) all(ctx context.Context, out, progress io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "sluice-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	pg := &postgres{address: o.postgres}
	defer pg.stop()

	report := report{Machine: machine()}
	for round := range o.rounds {
		for _, c := range contestants() {
			if o.only != "" && !slices.Contains(strings.Split(o.only, ","), c.Name) || c.measure == nil && o.sluice == "" {
				continue
			}
			c.Runs = max(1, int(float64(c.Runs)*o.scale))
			fmt.Fprintf(progress, "round %d of %d: %s, %d runs\n", round+1, o.rounds, c.Name, c.Runs)
			program := self
			if c.measure == nil {
				program = o.sluice
			}
			r, err := o.turn(ctx, c, program, filepath.Join(folder, fmt.Sprintf("%s-%d.db", c.Name, round)), pg)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			report.add(c, r)
		}
	}
	report.compare()
	if o.asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(report)
	}
	return report.table(out)
}

// turn runs one contestant in a process of its own, on a database of its own.
func (o options) turn(ctx context.Context, c contestant, program, file string, pg *postgres) (result, error) {
	db := file
	if c.Database == onPostgres {
		var err error
		if db, err = pg.database(ctx); err != nil {
			return result{}, err
		}
	}
	args := []string{"--contestant", c.Name, "--db", db, "--runs", fmt.Sprint(c.Runs), "--callers", fmt.Sprint(o.callers)}
	if c.measure == nil {
		if c.Database == onSQLite {
			db = "sqlite:" + db
		}
		args = []string{"bench", "otp", "--json", "--db", db, "--runs", fmt.Sprint(c.Runs), "--callers", fmt.Sprint(o.callers)}
	}
	before := pg.cpu()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var problems strings.Builder
	cmd.Stderr = &problems
	data, err := cmd.Output()
	if err != nil {
		return result{}, errors.Join(err, errors.New(lastLines(problems.String(), 5)))
	}
	var r result
	if err := json.Unmarshal(data, &r); err != nil {
		return result{}, fmt.Errorf("%w: %s", err, data)
	}
	if c.Database == onPostgres {
		r.DatabaseCPU = ms(pg.cpu()-before) / float64(max(1, r.Runs))
	}
	return r, nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
