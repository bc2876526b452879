package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sluice/engine"
	"sluice/engine/scenario"
	"sluice/flows"
)

// newTest is `sluice test FILE… [--junit FILE]`.
func newTest() *cobra.Command {
	var junit, timezone string
	var coverage bool
	cmd := &cobra.Command{
		Use:   "test FILE…",
		Short: "Run the scenarios of flows",
		Long: `Test runs scenarios: for each, one run in virtual time in the world that the
scenario describes, compared with what it expects. A FILE is

  a flow         its own scenarios run, and those of NAME.scenarios.json beside NAME.json
  scenarios      a list of scenarios, one scenario, or {"flow": "path", "scenarios": […]};
                 without "flow" they belong to NAME.json beside NAME.scenarios.json,
                 or to the only flow among the files

One line per scenario, and why for those that fail; the last line counts them. A
file with errors counts as one failed scenario.`,
		Example: `  sluice test my-flow.json
  sluice test flows/*.json --junit report.xml
  sluice test my-flow.json --coverage   # also name the exits that no scenario takes`,
		Args: atLeastOneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			zone, err := zoneNamed(cmd, timezone)
			if err != nil {
				return err
			}
			suites, err := collectSuites(cmd, args)
			passed, failed := 0, 0
			out := cmd.OutOrStdout()
			for i := range suites {
				suites[i].run(zone)
				suites[i].print(out, len(suites) > 1)
				for _, c := range suites[i].cases {
					if len(c.reasons) > 0 {
						failed++
					} else {
						passed++
					}
				}
			}
			if coverage {
				printCoverage(out, suites)
			}
			if junit != "" {
				err = errors.Join(err, writeJUnit(junit, suites))
			}
			fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
			if err == nil && failed > 0 {
				return errFindings
			}
			return err
		},
	}
	cmd.Flags().StringVar(&junit, "junit", "", "also write a JUnit XML report to this file")
	addTimezone(cmd, &timezone)
	cmd.Flags().BoolVar(&coverage, "coverage", false, "also name the exits of nodes that no scenario takes")
	return cmd
}

// suite is the scenarios that one file holds and the flow they are about.
type suite struct {
	file    string
	flow    string
	program *engine.Program
	cases   []testCase
}

// testCase is one scenario and what is wrong with its run.
type testCase struct {
	scenario flows.Scenario
	// unreadable is true when the file or the scenario has errors, which are
	// among the reasons then: there is nothing to run.
	unreadable bool
	reasons    []string
	elapsed    flows.Duration
	ports      []scenario.Port
}

func (s *suite) run(zone *time.Location) {
	for i := range s.cases {
		if c := &s.cases[i]; !c.unreadable {
			c.run(s.program, zone)
		}
	}
}

func (c *testCase) run(p *engine.Program, zone *time.Location) {
	o := scenario.TestIn(p, c.scenario, zone)
	for _, problem := range o.InputProblems {
		c.reasons = append(c.reasons, describeInputProblem(problem))
	}
	for _, d := range o.Diagnostics {
		d.Pointer = strings.TrimPrefix(d.Pointer, "/")
		c.reasons = append(c.reasons, d.String())
	}
	if o.Result != nil {
		c.elapsed, c.ports = o.Result.Elapsed, o.Result.Ports
	}
	for _, m := range o.Mismatches {
		c.reasons = append(c.reasons, m.String())
	}
}

// print writes a line per scenario; with several files also which one they are
// from.
func (s *suite) print(w io.Writer, named bool) {
	st := styleFor(w)
	if named && len(s.cases) > 0 {
		fmt.Fprintln(w, st.faint("# "+displayName(s.file)))
	}
	for _, c := range s.cases {
		if len(c.reasons) == 0 {
			fmt.Fprintf(w, "%s   %s\n", st.green("ok"), c.scenario.Name)
			continue
		}
		fmt.Fprintf(w, "%s %s\n", st.red("FAIL"), c.scenario.Name)
		for _, reason := range c.reasons {
			fmt.Fprintf(w, "       %s\n", strings.ReplaceAll(reason, "\n", "\n       "))
		}
	}
}

// fileExists reports whether there is something of that name to read.
func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
