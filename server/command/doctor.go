package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sluice/server"
	"sluice/server/doctor"
	"sluice/web"
)

// Doctor is `sluice doctor`.
func Doctor() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check settings, database and machine, and say what to do",
		Long: `Doctor looks at what an operator can get wrong: the database and its files, disk
space, clocks, the master key and what it must open, addresses, outgoing calls,
and work that is overdue. It changes nothing, and works beside a running server.

Give it the same flags and environment as "sluice serve". It ends with 1 when
something does not work; warnings alone end with 0.`,
		Example: `  sluice doctor
  sluice doctor --db postgres://sluice@db/sluice --public-url https://sluice.example.org --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUsage(cmd, "doctor takes no arguments, but %q was given", args[0])
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	s := newSettings(cmd)
	addr := s.text("addr", defaultAddr, "where the server listens")
	database := s.text("db", defaultDatabase, "the database: sqlite:PATH or postgres://…")
	demo := s.yes("demo", "the server is started with --demo")
	publicURL := s.text("public-url", "", "where people and providers reach the server")
	keyFile := s.text("master-key-file", "", "the file that holds the master key (default master.key beside the data)")
	allow := s.text("egress-allow", "", "addresses inside the own network that may be called, with commas")
	trustedProxies := s.text("trusted-proxies", "", "addresses and networks of your own proxies, with commas")
	metricsAddr := s.text("metrics-addr", "", "an address of its own for /metrics")
	executor := executorFlag(s)
	cluster := temporalFlags(s)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := s.read(); err != nil {
			return err
		}
		o := server.Options{Database: *database, MasterKeyFile: *keyFile, Executor: *executor, Temporal: cluster()}
		_, editor := web.Files()
		findings := doctor.Examine(cmd.Context(), doctor.Options{
			Addr: *addr, Database: *database, PublicURL: *publicURL, EgressAllow: *allow, Demo: *demo, Editor: editor, Executor: o.ExecutorKind(),
			TrustedProxies: *trustedProxies, MetricsAddr: *metricsAddr, MetricsToken: os.Getenv("SLUICE_METRICS_TOKEN"),
			MasterKey: os.Getenv("SLUICE_MASTER_KEY"), KeyFile: o.KeyFile(), BootstrapKey: os.Getenv("SLUICE_BOOTSTRAP_KEY"),
		})
		if err := printFindings(cmd.OutOrStdout(), findings, asJSON); err != nil {
			return err
		}
		if doctor.Worst(findings) == doctor.Error {
			return errFindings
		}
		return nil
	}
	return cmd
}

// printFindings writes findings for people, or as one object for machines.
func printFindings(w io.Writer, findings []doctor.Finding, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(struct {
			Worst    doctor.Level     `json:"worst"`
			Findings []doctor.Finding `json:"findings"`
		}{doctor.Worst(findings), findings})
	}
	s := styleFor(w)
	words := map[doctor.Level]string{
		doctor.OK: s.green("ok     "), doctor.Note: s.faint("note   "), doctor.Warning: s.yellow("warning"), doctor.Error: s.red("error  "),
	}
	widest := 0
	for _, f := range findings {
		widest = max(widest, len(f.Check))
	}
	number := map[doctor.Level]int{}
	for _, f := range findings {
		number[f.Level]++
		fmt.Fprintf(w, "%s  %s  %s\n", words[f.Level], s.bold(f.Check+strings.Repeat(" ", widest-len(f.Check))), f.Message)
		if f.Hint != "" {
			fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", len("warning")+widest+4), f.Hint)
		}
	}
	closing := "Nothing is wrong."
	if number[doctor.Error]+number[doctor.Warning] > 0 {
		closing = plural(number[doctor.Error], "error") + ", " + plural(number[doctor.Warning], "warning") + "."
	}
	_, err := fmt.Fprintf(w, "\n%s\n", closing)
	return err
}
